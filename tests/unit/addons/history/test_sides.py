"""Sides of wars and those who helped them: types of help, names of governments, senders of troops."""

from __future__ import annotations

import polars as pl
import pytest

from standoff.addons.history import sources
from standoff.addons.history.sides import COLUMNS, TEXTS, government_codes, names_of_governments, sides, troop_senders
from standoff.addons.history.states import states
from tests.unit.addons.history import six_wars
from tests.unit.addons.history.six_wars import war_year

WORLD = states(six_wars.tables()["codes"])


def place(code):
    return next(i for i, known in enumerate(WORLD.codes) if known == code)


def side_of(rows, key, year):
    table = sides(pl.DataFrame(rows, infer_schema_length=None), WORLD)
    return next(side for side in table.sides if (side.key, side.year) == (key, year))


def test_help_is_known_where_all_or_none_of_the_supporters_gave_it():
    rows = war_year(6, 1995, 365, 304, help_second="20 371", troops=1, arms=2)
    side = side_of(rows, "rebels 304 against 365", 1995)
    for helper in (20, 371):
        types = side.helpers[place(helper)]
        assert (types["arms"], types["troops"]) == (True, None)
    assert side.counts == [(2, 2)]


def test_help_in_two_dyads_is_yes_if_yes_in_one_and_unknown_if_unknown_in_one():
    both = war_year(1, 1976, 700, 301, help_first="365 20", arms=1) + war_year(
        1, 1976, 700, 302, help_first="365", arms=0
    )
    assert side_of(both, "government 700", 1976).helpers[place(365)]["arms"] is None
    surely = both + war_year(1, 1976, 700, 303, help_first="365", arms=1)
    assert side_of(surely, "government 700", 1976).helpers[place(365)]["arms"] is True


def test_sides_know_their_enemies():
    government = side_of(six_wars.support(), "government 700", 1976)
    assert (government.own, government.host, government.enemies) == (place(700), place(700), set())
    assert government.opponents == {"rebels 301 against 700", "rebels 302 against 700"}
    rebels = side_of(six_wars.support(), "rebels 301 against 700", 1976)
    assert (rebels.own, rebels.enemies, rebels.opponents) == (-1, {place(700)}, {"government 700"})
    joint = side_of(six_wars.support(), "state 2 against 645", 1998)
    assert (joint.own, joint.allies, joint.enemies) == (place(2), {place(200)}, {place(645)})
    iraq = side_of(six_wars.support(), "state 645 against 2", 1998)
    assert (iraq.own, iraq.enemies, iraq.opponents) == (place(645), {place(2), place(200)}, {"state 2 against 645"})


def test_a_war_in_a_state_without_a_code_is_left_out_and_counted():
    rows = [row | {"gwno_a": "947"} for row in war_year(9, 1990, 645, 305)]
    table = sides(pl.DataFrame(rows, infer_schema_length=None), WORLD)
    assert table.sides == () and sum(table.left.values()) == 2


def test_troops_are_read_from_lists_of_parties():
    table = pl.DataFrame(
        {
            "conflict_id": [5],
            "year": [1998],
            "gwno_a": ["645"],
            "gwno_b": ["2, 200"],
            "gwno_a_2nd": [None],
            "gwno_b_2nd": ["20, 947"],
        }
    )
    assert troop_senders(table, WORLD) == {(5, 1998, place(2)): {place(20)}, (5, 1998, place(200)): {place(20)}}


def staged():
    """Support table and states of the staged files."""
    files = sources.find(six_wars.STAGED)
    world = states(sources.read(files["codes"], ("year", "gwcode", "ccode"), ("stateabb", "cw_name")))
    return sources.read(files["support"], COLUMNS, TEXTS), world


@pytest.mark.skipif(six_wars.STAGED is None, reason=six_wars.NO_TABLES)
def test_every_supporting_government_is_the_state_of_the_crosswalk():
    """Independent source: a table of UCDP's numbers of governments and codes of Gleditsch and Ward, made apart."""
    support, world = staged()
    codes = government_codes(support, names_of_governments(world))
    table = pl.read_csv(six_wars.STAGED / "external_support" / "ucdp_government_actor_to_gw.csv")
    theirs = {str(actor): code for actor, _, code in table.iter_rows()}
    named = {actor.strip() for text in support["ext_id"].drop_nulls() for actor in text.split(",")}
    supporting = named & (codes.keys() | theirs.keys())
    assert len(supporting) > 150
    years = range(1975, 2018)
    find = world.by_gleditsch_ward.get
    assert {a for a in supporting if any(find((codes.get(a), y)) != find((theirs.get(a), y)) for y in years)} == set()


@pytest.mark.skipif(six_wars.STAGED is None, reason=six_wars.NO_TABLES)
def test_helpers_are_those_of_the_triads():
    """Independent source: supporters by side and year that were taken from the same publication apart."""
    support, world = staged()
    triads = pl.read_parquet(six_wars.STAGED / "external_support" / "esd_supporter_triads_derived.parquet")
    inner = triads.filter((pl.col("active") == 1) & (pl.col("supporter_is_state") == 1) & (pl.col("civil") == 1))
    theirs = set()
    for row in inner.iter_rows(named=True):
        host = world.codes[world.by_gleditsch_ward[int(row["gwno_a"]), row["year"]]]
        side = f"rebels {row['actor_id']} against {host}" if row["actor_nonstate"] else f"government {host}"
        theirs.add((side, row["year"], row["supporter_ccode"]))
    ours = {
        (side.key, side.year, int(world.codes[helper]))
        for side in sides(support, world).sides
        if side.arena != "interstate"
        for helper in side.helpers
    }
    assert ours == theirs and len(ours) == 5176
