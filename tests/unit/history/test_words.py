"""Words for covariates and kinds."""

from __future__ import annotations

from standoff.addons.history.covariates import KINDS, NAMES
from standoff.history import words


def test_every_covariate_and_kind_has_words_and_no_two_the_same() -> None:
    assert set(words.COVARIATE) == set(NAMES) and set(words.KIND) == set(KINDS)
    assert len(set(words.COVARIATE.values())) == len(NAMES)
