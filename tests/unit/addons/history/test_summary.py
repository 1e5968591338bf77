"""Counts of a panel by arena and period, against counts by hand on six invented wars."""

from __future__ import annotations

import json

import pytest

from standoff.addons.history import panel as panels
from standoff.addons.history.summary import summarise
from tests.unit.addons.history import six_wars

PERIODS = ((1976, 1990), (1991, 2000))


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    return summarise(panels.build(six_wars.write(six_wars.tables(), tmp_path_factory.mktemp("six"))), PERIODS)


def test_counts_are_those_counted_by_hand(summary):
    """Without the mission to Pakistan in 1980 and 1981. Help of 1975 counts as help before.

    Rebels: Pakistan goes on with 301 in 1976 and 1979 and begins with 302 in 1980; East Germany begins in 1989 and goes on.
    Governments: Russia goes on in Afghanistan in 1976, ends in 1979, begins in 1980; Canada goes on in Pakistan in 1982.
    """
    counts = {(count.arena, count.first_year): count for count in summary.counts}
    assert len(counts) == 6
    early, late = counts["rebels", 1976], counts["rebels", 1991]
    assert (early.side_years, early.decisions, early.helping) == (9, 9 * 8 - 3, 3)
    assert (early.beginnings, early.endings, early.ends) == (2, 0, 0.0)
    assert (late.side_years, late.beginnings, late.helping) == (3, 3, 1)
    government = counts["government", 1976]
    assert (government.side_years, government.beginnings, government.helping, government.endings) == (6, 1, 3, 1)
    assert government.begins == pytest.approx(1 / 45) and government.ends == pytest.approx(1 / 3)
    state = counts["interstate", 1991]
    assert (state.decisions, state.beginnings, state.helping, state.ends) == (12, 1, 0, None)
    assert 1 <= state.likely_decisions <= 12 and state.likely_begins == state.likely_beginnings / state.likely_decisions


def test_totals_missions_and_tables(summary):
    assert (summary.first_year, summary.last_year, summary.decisions, summary.side_years) == (1976, 1998, 224, 29)
    assert (summary.helps, summary.mission_side_years, summary.states) == (17, 2, 10)
    assert summary.beginnings - summary.mission_beginnings == sum(count.beginnings for count in summary.counts)
    support = next(use for use in summary.tables if use.name == "support")
    assert (support.rows, support.last_year, support.carried, support.verified) == (36, 1998, 0, False)
    data = summary.to_data()
    assert json.loads(json.dumps(data)) == data and data["counts"][0]["begins"] == summary.counts[0].begins
