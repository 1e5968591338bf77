"""How soon wars end: the shipped coefficients against the figures that they were made to give, and the formulas by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from standoff.errors import StandoffError
from standoff.history import wars


def test_survival_is_the_formula_and_hazard_its_relative_fall():
    level, slope, pace = wars.numbers("interstate")[0]
    total, alive = 0.0, [1.0]
    for month in range(40):
        total += np.exp(level + slope * np.log(month + 0.5))
        alive.append((1 + pace * total) ** (-1 / pace))
    assert wars.survival("interstate", 40)[0] == pytest.approx(alive, rel=1e-12)
    fall = [1 - after / before for before, after in pairwise(alive)]
    assert wars.hazard("interstate", 40)[0] == pytest.approx(fall, rel=1e-9)


def test_a_pace_that_goes_to_zero_is_the_hazard_without_pace():
    level, slope, pace = wars.numbers("internal")[0]
    total = np.cumsum(np.exp(level + slope * np.log(np.arange(300) + 0.5)))
    assert pace < 1e-9
    assert wars.survival("internal", 300)[0, 1:] == pytest.approx(np.exp(-total), rel=1e-9)


def test_the_numbers_of_wars_between_states_are_those_of_the_study():
    level, slope, _ = wars.load()["hazard"]["interstate"]["mean"]
    sd = np.sqrt(np.diag(wars.load()["hazard"]["interstate"]["covariance"]))
    assert level == pytest.approx(-1.81, abs=0.03) and sd[0] == pytest.approx(0.14, abs=0.02)
    assert slope == pytest.approx(-0.41, abs=0.02) and sd[1] == pytest.approx(0.06, abs=0.01)
    monthly = wars.hazard("interstate", 61)[0, [0, 6, 12, 25, 40, 60]]
    assert monthly == pytest.approx([0.193, 0.067, 0.049, 0.034, 0.027, 0.022], abs=0.002)


@pytest.mark.parametrize(
    ("kind", "age", "within", "mean", "band", "shapes"),
    [
        ("interstate", 25, 6, 0.18, (0.14, 0.22), (0.08, 0.23)),
        ("interstate", 25, 12, 0.31, (0.25, 0.38), (0.14, 0.40)),
        ("interstate", 25, 24, 0.49, (0.40, 0.59), (0.23, 0.61)),
        ("interstate", 25, 60, 0.75, (0.64, 0.85), (0.38, 0.87)),
        ("interstate", 40, 12, 0.26, (0.20, 0.33), (0.10, 0.35)),
        ("interstate", 46, 12, 0.24, (0.18, 0.31), (0.09, 0.33)),
        ("internationalised", 25, 12, 0.18, (0.14, 0.22), None),
        ("small_interstate", 25, 12, 0.49, None, None),
    ],
)
def test_a_war_that_has_lasted_ends_with_the_chances_of_the_study(kind, age, within, mean, band, shapes):
    chance = wars.ending_chance(kind, age, within)
    assert chance.mean == pytest.approx(mean, abs=0.012)
    assert band is None or chance.band == pytest.approx(band, abs=0.015)
    assert shapes is None or chance.shapes == pytest.approx(shapes, abs=0.015)


def test_plain_counts_of_wars_past_25_months():
    counts = [wars.ending_chance("interstate", 25, within) for within in (6, 12, 24, 60)]
    assert [(each.ended, each.of) for each in counts] == [(1, 14), (3, 14), (5, 14), (10, 14)]


def test_bands_hold_the_mean_and_widen_over_shapes():
    for kind in wars.KINDS:
        chance = wars.ending_chance(kind, 12, 12)
        assert chance.band[0] < chance.mean < chance.band[1]
        assert len(wars.numbers(kind, shapes=True)) == 12


def test_ways_are_shares_and_long_wars_between_states_end_by_deals():
    for kind in wars.KINDS:
        assert wars.ways(kind, 25, draws=50).sum(1) == pytest.approx(np.ones(50))
    deal, victory, down = wars.ways("interstate", 25, draws=wars.DRAWS).mean(0)
    assert (deal, victory, down) == pytest.approx((0.82, 0.05, 0.14), abs=0.025)
    assert wars.ways("internal", 60)[0, 1] < wars.ways("internal", 6)[0, 1], "victory grows rarer with age"
    assert wars.load()["counted_ways"]["interstate"]["24"] == [3, 1, 3]
    assert wars.load()["won"] == {"0": [42, 50], "6": [14, 15], "12": [11, 16], "24": [6, 9], "60": [4, 5]}


def test_relapse_is_the_table_of_the_study():
    found = {(row["after"], row["within"]): (row["of"], round(100 * row["chance"])) for row in wars.load()["relapse"]}
    assert found["deal", 24] == (185, 9) and found["deal", 60] == (185, 19)
    assert found["agreement", 60] == (99, 9) and found["cease_fire", 60] == (86, 31)
    assert found["dying_down", 24][0] == 279 and found["dying_down", 60] == (279, 45)
    assert found["victory", 60] == (201, 8) and found["actor_gone", 60] == (63, 2)


def test_another_kind_is_an_error():
    with pytest.raises(StandoffError, match="interstate"):
        wars.survival("civil", 12)
    with pytest.raises(StandoffError, match="internal"):
        wars.ways("civil", 12)
