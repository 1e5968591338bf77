"""Counts of base rates: by hand on a small table, and those of the catalogue against the tables beside the checkout."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from benchmarks import base_rates as counting
from benchmarks.crisis_runs import FORCES

from standoff.addons.history.wars import WarSpell


def rows(names: str, *values: tuple[int | None, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(values), schema=dict.fromkeys(names.split(), pl.Int64), orient="row")


@pytest.fixture(scope="module")
def tables() -> counting.Tables:
    """One conflict (1) of state 10 in 1980 to 1983, and a war (2) of 10 and 20 in 1980 and 1981."""
    helped = rows(
        "conflict side year state arms sent",
        (1, 100, 1980, 30, 0, 0),
        (1, 100, 1981, 30, 1, 0),  # begins to give arms in 1981
        (1, 100, 1980, 40, 0, 0),
        (1, 100, 1981, 40, None, 0),  # not known in 1981
        (1, 100, 1980, 50, 0, 0),  # helps no more
        (1, 100, 1981, 60, 0, 0),  # has troops in 1982
        (1, 100, 1983, 50, 0, 0),  # nothing after it
    )
    parties = [(1, year, 10, False) for year in range(1980, 1984)]
    parties += [(2, year, state, True) for year in (1980, 1981) for state in (10, 20)] + [(2, 1981, 50, True)]
    active = rows("conflict year", *((1, year) for year in range(1980, 1984)), (2, 1980), (2, 1981))
    states = rows("state first last", *((state, 1900, 2000) for state in (10, 20, 30, 40, 50)), (60, 1981, 2000))
    return counting.Tables(
        help=helped.with_columns(pl.col("sent") == 1),
        sides=active.with_columns(side=pl.lit(100, pl.Int64)),
        troops=rows("conflict year state", (1, 1982, 60)),
        parties=pl.DataFrame(parties, schema=["conflict", "year", "state", "interstate"], orient="row"),
        active=active,
        states=states,
        wars=rows("conflict year state", (2, 1980, 10), (2, 1980, 20), (2, 1981, 10), (2, 1981, 20), (2, 1981, 50)),
        members=states,
        powers=rows("state first last", (50, 1900, 2000)),
        spells=[
            WarSpell(
                name="",
                first=dt.date(1900, 1, 1),
                earliest=last,
                last=last,
                ended=ended,
                kinds={1900: "interstate"},
                outcome="",
                severe=True,
                parties=(),
            )
            for last, ended in (
                (dt.date(1901, 1, 1), True),
                (dt.date(1903, 1, 1), True),
                (dt.date(1905, 1, 1), True),
                (dt.date(1902, 6, 1), False),
            )
        ],
        borders=rows("state neighbour first last", (30, 10, 1900, 2000), (60, 10, 1982, 2000)),
    )


@pytest.mark.parametrize(
    ("rule", "before", "count", "of"),
    [
        (counting.supporters_send_troops, 1990, 1, 6),  # 30, 40 and 50 in 1980; 30, 40 and 60 in 1981
        (counting.supporters_send_troops, 1982, 0, 3),  # 1982 is not over
        (counting.supporters_send_arms, 1990, 2, 3),  # 30 and 50 in 1980, 60 in 1981
        (counting.others_send_troops, 1990, 1, 15),  # conflict 1: 4 + 5 + 4; war 2 in 1980: 30 and 40
        (counting.neighbours_send_troops, 1990, 0, 4),  # 30 in three years of conflict 1, and beside 10 in war 2
        (counting.powers_send_troops, 1990, 0, 3),
        (counting.powers_enter_wars, 1990, 1, 1),
        (counting.neighbours_enter_wars, 1990, 0, 1),
        (counting.wars_widen, 1990, 1, 1),
        (counting.powers_that_support_send_arms, 1990, 0, 1),  # 50 in 1980
        (counting.powers_begin_to_arm, 1990, 0, 2),  # 50 beside conflict 1 in 1981 and 1982; it joins war 2
        (counting.armers_send_troops, 1990, 0, 1),  # 30 in 1981
        (
            counting.old_wars_end,
            1990,
            1,
            3,
        ),  # three lasted 25 months: one ended in the next 21, one turned into another
    ],
)
def test_rules_count_pairs_of_years_by_hand(
    tables: counting.Tables, rule: counting.Rule, before: int, count: int, of: int
) -> None:
    found = rule(tables, before)
    assert (found.count, found.of) == (count, of)
    assert found.until < before


def test_the_counts_of_the_catalogue_are_those_of_the_tables() -> None:
    home = counting.folder()
    if home is None:
        pytest.skip("no tables beside the checkout: ../shared/data")
    for (case, question), found in counting.counts(home).items():
        rate = counting.of_its_day(case)[0].scenario.questions[question].data_rate
        assert rate is not None
        assert (rate.count, rate.of, rate.since, rate.until) == (found.count, found.of, found.since, found.until), case


def test_the_classes_of_the_catalogue_are_those_of_the_tables() -> None:
    home = counting.folder()
    if home is None:
        pytest.skip("no tables beside the checkout: ../shared/data")
    for (case, question), found in counting.class_counts(home).items():
        classes = counting.of_its_day(case)[0].scenario.questions[question].classes
        assert [(each.count, each.of, each.since, each.until) for each in classes] == [
            (each.count, each.of, each.since, each.until) for each in found
        ], question
        assert found[0].count >= 10 or len(found) == 1, "the class from which a choice starts has ten events or more"


def test_every_question_about_sending_forces_has_a_count_or_says_why_not() -> None:
    for case, questions in FORCES.items():
        for question in questions:
            rate = counting.of_its_day(case)[0].scenario.questions[question].data_rate
            assert rate is not None and (rate.none == "") == (question in counting.QUESTIONS.get(case, {})), question
