"""Shapley values of a few groups: shares of a difference that add up.

The value of a group is its marginal contribution, averaged over the orders in which the groups can be added. All subsets
are evaluated, so that there is no sampling of orders.

Sources: shapley1953; lundberg2017 (efficiency: the values add up).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial

import numpy as np


def shapley_values(values: Mapping[frozenset[int], np.ndarray], count: int) -> np.ndarray:
    """(group, N) Shapley values by draw, from the values (N,) of every subset of the groups."""
    out = np.zeros((count, *next(iter(values.values())).shape))
    for size in range(count):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for subset in map(frozenset, combinations(range(count), size)):
            for group in set(range(count)) - subset:
                out[group] += weight * (values[subset | {group}] - values[subset])
    return out
