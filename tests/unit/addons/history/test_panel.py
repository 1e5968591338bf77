"""Rows of the panel, counted by hand on six invented wars; nothing of a year is known before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from standoff.addons.history import panel
from standoff.addons.history.archive import SupportIndex
from standoff.addons.history.covariates import NAMES
from standoff.addons.history.summary import account, summarise
from tests.unit.addons.history import six_wars

BEFORE = (
    "likely",
    "helped_last",
    "years_helping",
    "troops_last",
    "carried",
    *NAMES,
)  #: columns known before the decision
STATE_YEARS = ("deaths", "capabilities", "votes", "regimes", "income", "trade", "disputes", "organisations")
SPELLS = {"alliances": ("year_from", "year_to"), "rivalries": ("start", "end"), "distance": ("year_from", "year_to")}
YEARS = (1976, 1986, 1992, 1998)  #: of decisions; Armenia, new in 1991, has entries of its first year


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return panel.build(six_wars.write(six_wars.tables(), tmp_path_factory.mktemp("six")))


def rows_of(table, **values):
    return table.filter([pl.col(name) == value for name, value in values.items()])


def helpers(built, side, year):
    found = rows_of(built.rows, side=side, year=year)
    assert found.height > 0
    return set(found.filter("helps")["actor"])


def test_rows_are_those_counted_by_hand(built):
    counts = built.rows.group_by("arena").len().sort("arena").rows()
    assert counts == [("government", 11 * 8), ("interstate", 4 * 7 + 2 * 6), ("rebels", 12 * 8)]
    assert built.rows["helps"].sum() == 17
    assert not built.rows.select("side", "year", "actor").is_duplicated().any()


def test_the_account_adds_up_to_the_rows(built):
    steps = {step.title: step for step in account(built)}
    assert all(step.total == step.remaining + sum(step.lost.values()) for step in steps.values())
    assert all(count >= 0 for step in steps.values() for count in step.lost.values())
    read, sides, used, named, states, decisions = steps.values()
    assert (read.total, read.remaining, sides.remaining, used.remaining) == (36, 34, 32, 29)
    assert (named.total, named.remaining) == (23, 17)
    assert [*named.lost.values()] == [2, 0, 1, 1, 2, 0]
    assert (states.total, [*states.lost.values()], states.remaining) == (281, [27, 10, 1], 243)
    assert (decisions.total, decisions.remaining) == (29 * 9, built.rows.height)


def test_two_dyads_of_a_government_are_one_side_and_one_decision(built):
    assert rows_of(built.rows, side="government 700", year=1976).height == 8
    assert helpers(built, "government 700", 1976) == {"RUS"}
    arms = rows_of(built.rows, side="government 700", year=1976, actor="RUS")
    assert arms["arms"].to_list() == [True]  # no in one dyad, yes in the other


def test_a_dyad_that_rests_is_left_out(built):
    assert rows_of(built.rows, year=1977).is_empty()


def test_help_goes_on_over_a_gap_of_two_years_and_not_of_three(built):
    pakistan = rows_of(built.rows, actor="PAK")
    after_two = rows_of(pakistan, side="rebels 301 against 700", year=1979)
    assert after_two.select("helped_last", "helps", "years_helping", "first").rows() == [(True, True, 2, 0.0)]
    after_three = rows_of(pakistan, side="rebels 302 against 700", year=1980)
    assert after_three.select("helped_last", "helps", "years_helping", "first").rows() == [(False, True, 0, 1.0)]
    russia = rows_of(built.rows, side="government 700", year=1980, actor="RUS")
    assert russia.select("helped_last", "helps", "before").rows() == [(False, True, 1.0)]  # not in the side's last year


def test_a_mission_flags_its_year_and_the_next(built):
    flagged = built.rows.filter("coalition").select("side", "year").unique().sort("year").rows()
    assert flagged == [("government 770", 1980), ("government 770", 1981)]


def test_a_state_that_dies_is_no_candidate_and_a_new_one_has_its_first_entries(built):
    rebels = rows_of(built.rows, side="rebels 305 against 645")
    assert [helpers(built, "rebels 305 against 645", year) for year in range(1989, 1993)] == [
        {"DDR"},
        {"DDR"},
        {"ARM"},
        {"ARM"},
    ]
    assert set(rows_of(rebels, actor="DDR")["year"]) == {1989, 1990}
    born = rows_of(rebels, actor="ARM")
    assert born["year"].to_list() == [1991, 1992] and born["helped_last"].to_list() == [False, True]
    cinc = six_wars.tables()["capabilities"].filter((pl.col("ccode") == 371) & (pl.col("year") == 1991))["cinc"].item()
    assert born["capability"].to_list() == pytest.approx([np.log(cinc / 0.005) / 4] * 2, rel=1e-5)
    assert born["border"].to_list() == [1.0, 1.0]
    assert rows_of(rebels, year=1990, actor="DEU").height == 1  # West Germany, not Germany as well


def test_a_war_between_states_has_two_sides(built):
    for year in (1985, 1986):
        assert helpers(built, "state 645 against 700", year) == {"RUS"}
        assert helpers(built, "state 700 against 645", year) == set()
    enemy = rows_of(built.rows, side="state 700 against 645", year=1986)
    assert set(enemy.filter(pl.col("helps_enemy") == 1)["actor"]) == {"RUS"}
    assert set(enemy["actor"]).isdisjoint({"IRQ", "AFG"})


def test_states_that_fight_as_one_party_are_one_side_and_no_candidates(built):
    joint = rows_of(built.rows, side="state 2 against 645", year=1998)
    assert helpers(built, "state 2 against 645", 1998) == {"CAN"}
    assert joint.height == rows_of(built.rows, side="state 645 against 2", year=1998).height == 6
    assert set(joint["actor"]) == {"CAN", "DEU", "RUS", "ARM", "AFG", "PAK"}


def test_troops_of_the_party_table_fill_what_the_counts_leave_open(built):
    found = rows_of(built.rows, side="rebels 304 against 365").filter("helps").sort("actor")
    assert found.select("actor", "troops", "arms").rows() == [("ARM", None, None), ("CAN", True, None)]


def test_carried_values_are_counted(built):
    until = built.archive.until
    assert until["support"] == 1998 and until["organisations"] == 1995 and until["leaders"] == 1985
    late = rows_of(built.rows, year=1998)
    assert set(late["carried"]) == {3}  # organisations 1995, leaders 1985, conflicts 1995
    carried = {use.name: use.carried for use in summarise(built).tables}
    assert carried["organisations"] == late.height and carried["votes"] == 0


def cut(world, year):
    """The world without anything of `year` and later, but for which wars are on and which states exist."""
    out = dict(world)
    for name in STATE_YEARS:
        out[name] = world[name].filter(pl.col("year") < year)
    for name, (begin, end) in SPELLS.items():
        out[name] = world[name].filter(pl.col(begin) < year).with_columns(pl.col(end).clip(upper_bound=year - 1))
    last = pl.date(year - 1, 12, 1)
    touching = world["contiguity"].filter(pl.col("stdate").dt.year() < year)
    out["contiguity"] = touching.with_columns(pl.min_horizontal("enddate", last).alias("enddate"))
    out["powers"] = world["powers"].with_columns(pl.col("endyear").clip(upper_bound=year - 1))
    leaders = world["leaders"].filter(pl.col("startdate").dt.year() < year)
    out["leaders"] = leaders if leaders.height else world["leaders"].head(1).with_columns(startdate=pl.date(1974, 1, 1))
    return out


def silent(world, year):
    """The world in which nobody helps from `year` on, and no war begins later."""
    aid = [name for name in world["support"].columns if name.startswith("ext_")]
    now = pl.col("year") >= year
    support = world["support"].filter(pl.col("year") <= year)
    return world | {"support": support.with_columns(pl.when(now).then(None).otherwise(pl.col(aid)).name.keep())}


def shuffled(world, year):
    """The world in which everything of `year` and later belongs to other states, and others help."""
    rng = np.random.default_rng(year)
    out = dict(world)
    for name in STATE_YEARS:
        table, values = world[name], [c for c in world[name].columns if c not in {"ccode", "gwcode", "year"}]
        late = np.flatnonzero(table["year"].to_numpy() >= year)
        order = np.arange(table.height)
        order[late] = rng.permutation(late)
        out[name] = table.with_columns(table[order, values].get_columns())
    others = pl.when((pl.col("year") >= year) & pl.col("ext_id").is_not_null())
    out["support"] = world["support"].with_columns(
        others.then(pl.lit("2,20")).otherwise("ext_id").alias("ext_id"),
        others.then(pl.lit("Government of United States of America,Government of Canada"))
        .otherwise("ext_name")
        .alias("ext_name"),
        others.then(pl.lit(2)).otherwise("ext_count_s").alias("ext_count_s"),
    )
    return out


def known_before(panel, year):
    return rows_of(panel.rows, year=year).sort("side", "actor").select("side", "actor", *BEFORE)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("change", [cut, silent, shuffled])
def test_nothing_of_the_year_of_the_decision_or_later_is_known_in_it(change, year, built, tmp_path):
    changed = panel.build(six_wars.write(change(six_wars.tables(), year), tmp_path))
    before, after = known_before(built, year), known_before(changed, year)
    assert before.height > 10 and after.drop("carried").equals(before.drop("carried"))


def test_a_covariate_that_knows_the_helpers_of_the_year_is_seen(monkeypatch, tmp_path):
    honest = SupportIndex.past
    monkeypatch.setattr(
        SupportIndex, "past", lambda index, side: replace(honest(index, side), enemy_helpers=set(side.helpers))
    )
    world = six_wars.tables()
    whole, changed = (
        panel.build(six_wars.write(w, tmp_path / n)) for n, w in (("a", world), ("b", silent(world, 1986)))
    )
    assert not known_before(changed, 1986).equals(known_before(whole, 1986))


@pytest.mark.parametrize("name", [*STATE_YEARS, "support"])
def test_what_happened_the_year_before_is_known(name, built, tmp_path):
    world = six_wars.tables()
    changed = panel.build(six_wars.write(world | {name: shuffled(world, 1985)[name]}, tmp_path))
    assert not known_before(changed, 1986).equals(known_before(built, 1986))


@pytest.mark.skipif(six_wars.STAGED is None, reason=six_wars.NO_TABLES)
def test_the_panel_of_the_staged_tables_is_that_of_the_study():
    """Counts of HISTORY.md, section 2: bilateral beginnings a year, all states and likely helpers."""
    rows = panel.build(six_wars.STAGED).rows
    assert rows.select("side", "year").unique().height == pytest.approx(3450, abs=20)
    may_begin = rows.filter(~pl.col("coalition") & ~pl.col("helped_last"))
    assert may_begin["helps"].sum() == pytest.approx(890, abs=15)
    assert may_begin.filter(pl.col("year").is_between(2006, 2012))["helps"].sum() == 121
    published = {"government": (0.0019, 0.0115), "rebels": (0.0013, 0.0077), "interstate": (0.0018, 0.0096)}
    for arena, rates in published.items():
        those = rows_of(may_begin, arena=arena)
        assert those["helps"].mean() == pytest.approx(rates[0], rel=0.1)
        likely = 0.11 if arena == "interstate" else 0.1  # 38 beginnings
        assert those.filter("likely")["helps"].mean() == pytest.approx(rates[1], rel=likely)
