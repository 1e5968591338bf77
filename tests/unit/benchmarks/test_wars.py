"""The fit of how wars end, and its scores: slopes by differences, curves by hand, bars where the tables are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp, log

import numpy as np
import pytest
from benchmarks import wars as program
from benchmarks import wars_fit as fitting

from standoff.addons.history import wars as panel
from standoff.addons.history.wars import WarSpell
from standoff.history import wars
from tests.unit.addons.history.six_wars import NO_TABLES, STAGED

DAY = date(1950, 1, 1)


def spell(
    months: float, *, ended: bool = True, loose: float = 0.0, kind: str = "interstate", **others: object
) -> WarSpell:
    """A war from `DAY` on, whose end is known to `loose` months."""
    last = DAY + timedelta(days=round(months * wars.MONTH))
    settings = {"name": "A and B", "kinds": {1950: kind}, "outcome": "victory", "severe": True, "parties": ()}
    earliest = last - timedelta(days=round(loose * wars.MONTH))
    return WarSpell(first=DAY, earliest=earliest, last=last, ended=ended, **{**settings, **others})


SPELLS = [
    spell(2.5),
    spell(7.2, loose=5),
    spell(30.1, ended=False),
    spell(9.4, kind="internal"),
    spell(0.5, kind="extrastate"),
    spell(40.2, kind="internal", loose=11),
]


def test_the_slope_of_the_likelihood_is_that_of_differences():
    data = fitting.months(SPELLS)
    b, theta, step = np.random.default_rng(1).normal(-0.5, 0.2, 12), -0.7, 1e-6
    _, slope = fitting.negative_log_likelihood(b, theta, data)
    for place in range(13):
        up = np.eye(13)[place] * step
        high, low = (
            fitting.negative_log_likelihood(b + sign * up[:12], theta + sign * up[12], data)[0] for sign in (1, -1)
        )
        assert slope[place] == pytest.approx((high - low) / (2 * step), abs=1e-6)


def test_the_likelihood_is_the_product_of_what_was_seen():
    level, slope, theta = -2.0, -0.4, 0.3

    def alive(months: int, pace: float) -> float:
        total = sum(exp(level + slope * log(month + 0.5)) for month in range(months))
        return (1 + pace * total) ** (-1 / pace) if pace else exp(-total)

    parts = [
        alive(2, theta) - alive(3, theta),
        alive(2, theta) - alive(8, theta),
        alive(30, theta),
        alive(9, 0) - alive(10, 0),
        alive(0, 0) - alive(1, 0),
        alive(29, 0) - alive(41, 0),
    ]
    value, _ = fitting.negative_log_likelihood(
        np.array([level, slope, *[0.0] * 10]), log(theta), fitting.months(SPELLS)
    )
    assert value == pytest.approx(-sum(map(log, parts)), rel=1e-9)


def test_a_day_of_the_past_does_not_know_later_ends():
    data = fitting.months(SPELLS, DAY + timedelta(days=round(5.1 * wars.MONTH)))
    assert data.ended.tolist() == [True, False, False, False, True, False]
    assert np.bincount(data.spell, data.before).tolist() == [2, 2, 5, 5, 0, 5]
    with pytest.raises(ValueError, match="concatenate"):
        fitting.months(SPELLS, DAY)


def test_a_shared_level_is_found_again():
    rng = np.random.default_rng(3)
    lengths = rng.exponential(10, 400)
    fitted = fitting.fit(fitting.months([spell(length) for length in lengths]), theta=0.0)
    level, slope, _ = fitted.of_kind("interstate")["mean"]
    assert exp(level) == pytest.approx(0.1, rel=0.25) and slope == pytest.approx(0.0, abs=0.1)


def test_kaplan_and_meier_by_hand():
    seen = [(1.0, True), (2.0, False), (3.0, True), (8.0, True)]
    chance = program.kaplan_meier(seen)
    assert chance(0, 2) == pytest.approx(1 / 4) and chance(2, 2) == pytest.approx(1 / 2)
    assert program.base_rate(seen, 6) == pytest.approx(3 / 4), "at 0 two end and one does not, at 6 one ends"


def test_relapse_by_hand():
    def episode(first: date, last: date, dyad: int) -> WarSpell:
        return replace(spell(1, dyad=dyad, outcome="agreement"), first=first, earliest=last, last=last)

    episodes = [
        episode(date(2000, 1, 1), date(2000, 6, 1), 1),
        episode(date(2002, 6, 1), date(2010, 1, 1), 1),  # again after 24 months
        episode(date(2001, 1, 1), date(2001, 2, 1), 2),
    ]
    found = fitting.relapse(episodes, "deal", 60)
    assert (found["of"], found["chance"]) == (3, 0.5), "the second end is not followed for a day"
    assert fitting.relapse(episodes, "deal", 20)["chance"] == 0


def test_the_scores_that_ship_reach_their_bars_as_said():
    rows = {(row["test"], row["within"]): row for row in wars.load()["scores"]}
    assert set(program.BARS) <= rows.keys()
    assert {key: row["missed"] for key, row in rows.items()} == {key: program.missed(row) for key, row in rows.items()}
    assert [key for key, row in rows.items() if row["missed"]] == [(program.UCDP, 24)]


@pytest.mark.slow
@pytest.mark.skipif(STAGED is None, reason=NO_TABLES)
def test_the_coefficients_that_ship_are_those_of_the_tables():
    assert STAGED is not None
    made, shipped = fitting.coefficients(panel.build(STAGED)), wars.load()
    for name in ("counted_ways", "won", "lengths", "relapse", "data", "panel"):
        assert made[name] == shipped[name], name
    for kind in wars.KINDS:
        assert made["hazard"][kind]["mean"] == pytest.approx(shipped["hazard"][kind]["mean"], abs=1e-3)
        for ours, theirs in zip(made["shapes"], shipped["shapes"], strict=True):
            assert ours[kind]["mean"] == pytest.approx(theirs[kind]["mean"], abs=1e-3)


@pytest.mark.slow
@pytest.mark.skipif(STAGED is None, reason=NO_TABLES)
def test_the_fit_has_the_numbers_of_the_study():
    assert STAGED is not None
    fitted = fitting.fit(fitting.months(panel.build(STAGED).pooled))
    c, b = fitted.mode[:2]
    assert c == pytest.approx(-2.04, abs=0.05) and b == pytest.approx(-0.465, abs=0.01)
    assert fitted.mode[2:7] == pytest.approx([0.23, 0.76, -0.44, 0.06, -0.60], abs=0.03)
    assert fitted.mode[7:12] == pytest.approx([0.06, 0.0, -0.02, -0.10, 0.04], abs=0.015)
    assert fitted.mode[12] == pytest.approx(-2.06, abs=0.05)


@pytest.mark.slow
@pytest.mark.skipif(STAGED is None, reason=NO_TABLES)
def test_the_scores_that_ship_are_those_of_the_tables():
    assert STAGED is not None
    made = program.table_of_scores(STAGED)
    for ours, theirs in zip(made, wars.load()["scores"], strict=True):
        assert ours["forecasts"] == theirs["forecasts"] and ours["missed"] == theirs["missed"]
        assert ours["over_rate"] == pytest.approx(theirs["over_rate"], abs=0.005)
