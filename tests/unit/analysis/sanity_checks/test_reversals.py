"""How often an option comes back after it was given up."""

from __future__ import annotations

import numpy as np

from standoff.analysis.sanity_checks.reversals import returns_to


def test_returns_are_counted_from_the_second_adoption() -> None:
    paths = np.array([[0, 1, 0, 1, 0, 1], [1, 0, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1], [0, 2, 1, 2, 1, 0]])
    assert list(returns_to(paths, 1)) == [2, 1, 0, 1]
    assert list(returns_to(paths, 0)) == [2, 1, 0, 1]
    assert list(returns_to(paths, 2)) == [0, 0, 0, 1]
