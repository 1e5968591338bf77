"""The posterior in words."""

from __future__ import annotations

import json

import pytest

from standoff.addons.history import show
from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.sections import history as section
from standoff.history import words
from tests.unit.addons.history.small_fit import posterior


def test_every_covariate_and_kind_has_words() -> None:
    assert set(words.COVARIATE) == set(NAMES) and set(words.KIND) == set(KINDS)


def test_a_fit_is_summarised_with_every_slope() -> None:
    summary = show.summarise(posterior())
    assert {each.name for kind in summary.kinds for each in kind.slopes} == set(NAMES)
    assert all(0 < each.p50 < 1 for each in summary.reconsidering)
    assert json.loads(json.dumps(summary.to_data()))["until"] == 2010
    assert len(section.summary_blocks(summary)) > 5


def test_an_estimate_has_percentiles_and_its_sign() -> None:
    import numpy as np

    each = show.estimate("x", np.linspace(-1, 3, 401))
    assert (each.p5, each.p50, each.p95) == pytest.approx((-0.8, 1.0, 2.8))
    assert each.positive == pytest.approx(0.75, abs=0.01)
