"""Loops that matter: shares that can be worked out, and an identity that every scored link keeps."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import catalog
from standoff.analysis.causal.loop_dominance import (
    LENGTH,
    Dominance,
    ScoredLink,
    _shares,
    acceleration_share,
    cycles,
    dominance,
    scored,
)
from standoff.engine.build import build
from tests import closed_form


@pytest.fixture(scope="module")
def found() -> Dominance:
    return dominance(build(*catalog.load("closed-form")).plan)


def share(found: Dominance, *through: str) -> tuple[float, ...]:
    return next(loop.shares for loop in found.loops if set(loop.through) == set(through))


def test_two_loops_through_one_stock(found: Dominance) -> None:
    for process, known in closed_form.LOOPS.items():
        assert share(found, process) == pytest.approx([known] * len(found.dates), rel=1e-6)


def test_a_loop_through_two_stocks_beside_their_own(found: Dominance) -> None:
    both = share(found, "answer_blu", "answer_red")
    assert both == pytest.approx([closed_form.ARMS_LOOPS["answers"]] * len(found.dates), rel=1e-6)
    for process in ("wear_blu", "wear_red"):
        assert share(found, process) == pytest.approx([closed_form.ARMS_LOOPS[process]] * len(found.dates), rel=1e-6)
    arms = next(loop for loop in found.loops if len(loop.cells) == 2)
    assert arms.part == 0 and arms.polarity == "reinforcing" and arms.cells == ("arms.BLU", "arms.RED")
    assert found.text(arms) == "arms of Blue → arms of Red → arms of Blue"
    assert found.reinforcing == pytest.approx(both)


def test_what_wears_off_balances_whichever_way_it_goes(found: Dominance) -> None:
    for process in ("firing_blu", "levelling"):  # the one falls to nothing, the other rises to its mean
        loop = next(loop for loop in found.loops if loop.through == (process,))
        assert loop.polarity == "balancing" and loop.mean == pytest.approx(1) and min(loop.shares) == pytest.approx(-1)


def test_shares_of_a_part_add_up_to_one(found: Dominance) -> None:
    for part in {loop.part for loop in found.loops}:
        total = np.sum([np.abs(loop.shares) for loop in found.loops if loop.part == part], axis=0)
        assert np.allclose(total[total > 0], 1)


def test_parts_that_links_make_of_a_change_add_up_to_one() -> None:
    # of a linear system the change of each net flow is the sum of slope x change, whatever path it is on
    rng = np.random.default_rng(2)
    slopes = rng.normal(size=(4, 4)) / 10
    path = [rng.normal(size=4)]
    for _ in range(6):
        path.append(path[-1] + slopes @ path[-1])
    rates = np.diff(path, axis=0)
    turns = np.diff(rates, axis=0)
    for i in range(4):
        total = sum(acceleration_share(np.full(5, slopes[i, j]), rates[:5, j], turns[:5, i]) for j in range(4))
        assert total == pytest.approx(np.ones(5))


def test_growth_to_a_limit_changes_hands_at_half_of_it() -> None:
    # x' = r x - r x^2 / K: slopes r and -2 r x / K; loops are equally strong at x = K / 2, where growth is fastest
    x, r, limit = np.array([1.0, 25, 50, 75, 99]), 0.3, 100.0
    births, deaths = np.full(5, r), -2 * r * x / limit
    rates = r * x * (1 - x / limit)
    turns = (births + deaths) * rates
    turns[2] = 1e-3  # at the middle the net flow stands still and scores are not defined: taken beside it
    links = [
        ScoredLink("x", "x", name, "", scored(slope, rates, turns))
        for name, slope in (("births", births), ("deaths", deaths))
    ]
    loops = {loop.through[0]: np.abs(loop.shares) for loop in _shares("", tuple("abcde"), links, 9).loops}
    assert loops["births"] == pytest.approx(1 / (1 + 2 * x / limit))
    assert (loops["births"][:2] > loops["deaths"][:2]).all() and (loops["births"][3:] < loops["deaths"][3:]).all()


def test_every_short_cycle_once_and_no_long_one() -> None:
    def link(source: str, target: str) -> ScoredLink:
        return ScoredLink(source, target, "p", "", np.ones(1))

    everything = [link(a, b) for a in "abcde" for b in "abcde"]
    found = [tuple(item.source for item in loop) for loop in cycles(everything)]
    assert len(found) == len(set(found)) == 5 + 10 + 2 * 10 + 6 * 5  # of 1, 2, 3 and 4 of five stocks
    assert all(len(loop) <= LENGTH and loop[0] == min(loop) for loop in found)
