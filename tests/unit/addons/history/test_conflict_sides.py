"""Sides after the support data end, from a few conflicts counted by hand."""

from __future__ import annotations

import polars as pl
import pytest

from standoff.addons.history.conflict_sides import MISSION, later_sides
from standoff.addons.history.sides import WarSide, troop_senders
from standoff.addons.history.states import States, states

CODES = {"IRQ": 645, "AFG": 700, "USA": 2, "CAN": 20, "FRN": 220, "UKG": 200, "ITA": 325, "SPN": 230, "RUS": 365}


@pytest.fixture(scope="module")
def world() -> States:
    rows = [(word, year, code, code, word) for word, code in CODES.items() for year in range(2016, 2021)]
    names = ("stateabb", "year", "gwcode", "ccode", "cw_name")
    return states(pl.DataFrame(rows, schema=names, orient="row"))


def conflicts(*rows: tuple[int, int, int, int | None, str | None, str | None]) -> pl.DataFrame:
    """Rows of (conflict, year, first, second, helpers of the first, of the second)."""
    types = {"conflict_id": pl.Int64, "year": pl.Int64} | dict.fromkeys(
        ("gwno_a", "gwno_b", "gwno_a_2nd", "gwno_b_2nd"), pl.String
    )
    text = [(c, y, *(None if x is None else str(x) for x in rest)) for c, y, *rest in rows]
    return pl.DataFrame(text, schema=types, orient="row")


def later(world: States, table: pl.DataFrame, known: tuple[WarSide, ...]) -> dict[tuple[str, int], WarSide]:
    sides = later_sides(table, known, troop_senders(table, world), world)
    return {(side.key, side.year): side for side in sides}


def before(world: States) -> tuple[WarSide, ...]:
    """The last year of the support data: Russia helps Iraq, Canada helps its rebels."""
    iraq = world.of_iso("IRQ", 2017)
    government = WarSide(
        key="government 645",
        name="Government of Iraq",
        arena="government",
        year=2017,
        host=iraq,
        own=iraq,
        conflicts={1},
        helpers={world.of_iso("RUS", 2017): {"troops": False}},
    )
    rebels = WarSide(
        key="rebels 9 against 645",
        name="Reds",
        arena="rebels",
        year=2017,
        host=iraq,
        own=-1,
        enemies={iraq},
        conflicts={1},
        helpers={world.of_iso("CAN", 2017): {"troops": False}},
    )
    return government, rebels


def names(world: States, side: WarSide, troops: bool = False) -> set[str]:
    return {world.iso[state] for state, types in side.helpers.items() if types["troops"] or not troops}


def test_a_government_is_one_side_in_all_its_conflicts_and_help_goes_on(world: States) -> None:
    table = conflicts(
        (1, 2018, 645, None, "2", None), (2, 2018, 645, None, None, "220"), (1, 2019, 645, None, None, None)
    )
    found = later(world, table, before(world))
    government = found["government 645", 2018]
    assert government.conflicts == {1, 2} and government.opponents == {
        "conflict 1 against 645",
        "conflict 2 against 645",
    }
    assert names(world, government) == {"USA", "RUS"} and names(world, government, troops=True) == {"USA"}
    assert names(world, found["conflict 1 against 645", 2018]) == {"CAN"}  # carried over from the group of the conflict
    assert names(world, found["conflict 2 against 645", 2018], troops=True) == {"FRA"}
    assert names(world, found["government 645", 2019]) == {"USA", "RUS"}
    assert names(world, found["government 645", 2019], troops=True) == set()  # no sender is named any more


def test_a_year_of_rest_ends_what_was_carried_on(world: States) -> None:
    found = later(world, conflicts((1, 2019, 645, None, None, None)), before(world))
    assert names(world, found["government 645", 2019]) == set()


def test_a_war_between_states_has_two_sides(world: States) -> None:
    found = later(world, conflicts((3, 2020, 645, 700, None, "365")), before(world))
    assert set(found) == {("state 645 against 700", 2020), ("state 700 against 645", 2020)}
    afghanistan = found["state 700 against 645", 2020]
    assert names(world, afghanistan) == {"RUS"} and afghanistan.opponents == {"state 645 against 700"}
    assert {world.iso[state] for state in afghanistan.enemies} == {"IRQ"}


def test_many_senders_are_a_mission_in_that_year_and_the_next(world: States) -> None:
    senders = ", ".join(str(CODES[word]) for word in ("USA", "CAN", "FRN", "UKG", "ITA"))
    assert senders.count(",") + 1 == MISSION
    table = conflicts(*((1, 2018 + i, 645, None, senders if i == 0 else "230", None) for i in range(3)))
    found = later(world, table, before(world))
    assert [found["government 645", year].coalition for year in (2018, 2019, 2020)] == [True, True, False]


def test_a_party_of_the_war_is_not_its_own_helper(world: States) -> None:
    found = later(world, conflicts((3, 2020, 645, 700, "700, 645, 2", None)), before(world))
    assert names(world, found["state 645 against 700", 2020]) == {"USA"}
