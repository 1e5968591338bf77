"""Shapley values against examples that are worked out by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from standoff.analysis.paired import shapley_values


def subsets(count: int, value) -> dict[frozenset[int], np.ndarray]:
    return {
        frozenset(some): np.atleast_1d(np.asarray(value(frozenset(some)), float))
        for size in range(count + 1)
        for some in combinations(range(count), size)
    }


def test_two_groups_share_what_they_do_only_together() -> None:
    """v(1) = 3, v(2) = 1, v(12) = 10, v() = 2: (1 + 9) / 2 and (-1 + 7) / 2."""
    worth = {frozenset(): 2, frozenset({0}): 3, frozenset({1}): 1, frozenset({0, 1}): 10}
    assert shapley_values(subsets(2, worth.__getitem__), 2)[:, 0] == pytest.approx([5.0, 3.0])


def test_one_left_and_two_right_gloves() -> None:
    """The textbook game: a pair is worth 1; the only left glove gets 2/3, each right one 1/6."""
    values = subsets(3, lambda some: float(0 in some and len(some) > 1))
    assert shapley_values(values, 3)[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_shares_add_up_in_every_draw_and_one_that_does_nothing_has_none() -> None:
    random = np.random.default_rng(1)
    worth = {
        some: random.normal(size=50) for some in map(frozenset, ([], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]))
    }
    values = subsets(4, lambda some: worth[some - {3}])
    shares = shapley_values(values, 4)
    assert shares.sum(axis=0) == pytest.approx(worth[frozenset({0, 1, 2})] - worth[frozenset()])
    assert np.abs(shares[3]).max() < 1e-12
