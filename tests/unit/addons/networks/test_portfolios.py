"""Portfolios from long lists of commitments and votes."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.networks.portfolios import portfolio
from standoff.addons.networks.similarity import s_score
from standoff.errors import StandoffError


def test_alliances_are_zero_where_there_is_none_and_bind_a_state_to_itself():
    result = portfolio(["FRA", "RUS"], ["RUS", "FRA"], [3, 3], members=["RUS", "FRA", "GBR"], absent=0, own=3)
    assert result.actors == result.targets == ("RUS", "FRA", "GBR")
    assert result.positions.tolist() == [[3, 3, 0], [3, 3, 0], [0, 0, 3]]
    assert s_score(result.positions, [0, 1, 2, 3])[0].tolist() == [1, 1, -1]


def test_a_vote_that_was_not_cast_is_unknown():
    result = portfolio(["CUB", "USA", "USA"], [101, 101, 99], [1, 3, 1])
    assert (result.actors, result.targets) == (("CUB", "USA"), ("101", "99"))
    np.testing.assert_array_equal(result.positions, [[1, np.nan], [3, 1]])
    assert s_score(result.positions, [1, 2, 3])[0, 1] == -1


@pytest.mark.parametrize(
    ("lists", "options", "words"),
    [
        ((["A"], ["B", "C"], [1]), {}, "lists of one length"),
        ((["A", "A"], ["B", "B"], [1, 2]), {}, "A has 2 entries towards B"),
        ((["A"], ["Z"], [1]), {"members": ["A", "B"]}, "target Z: not in `members`"),
        ((["A"], ["B"], [1]), {"own": 3}, "give `members`"),
    ],
)
def test_mistakes_are_named(lists, options, words):
    with pytest.raises(StandoffError, match=words):
        portfolio(*lists, **options)
