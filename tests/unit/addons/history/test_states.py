"""States by year and their codes."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest

from standoff.addons.history import sources
from standoff.addons.history.states import FIRST, states
from standoff.errors import DataError
from tests.unit.addons.history import six_wars

COLUMNS = (("year", "gwcode", "ccode"), ("stateabb", "cw_name"))


def staged_states():
    return states(sources.read(sources.find(six_wars.STAGED)["codes"], *COLUMNS))


def shared_codes(world):
    """ISO codes that two states have in one year."""
    names = np.array(world.iso)
    return {code for row in world.exists for code, count in Counter(names[row]).items() if count > 1}


def test_codes_lead_to_states_in_the_years_in_which_they_exist():
    world = states(six_wars.tables()["codes"])
    assert world.of_iso("ARM", 1991) == world.by_gleditsch_ward[371, 1991]
    with pytest.raises(DataError, match="no state `ARM` in 1990"):
        world.of_iso("ARM", 1990)
    assert world.index(np.array([365, 366])).tolist() == [world.of_iso("RUS", 1980), -1]
    assert (365, 2001) not in world.by_gleditsch_ward


def test_west_germany_becomes_germany_after_1990_and_is_one_state_in_it():
    world = states(six_wars.tables()["codes"])
    west, whole = world.index(np.array([260, 255]))
    assert world.exists[1989 - FIRST : 1992 - FIRST, [west, whole]].tolist() == [
        [True, False],
        [True, False],
        [False, True],
    ]
    assert [world.by_gleditsch_ward[260, year] for year in (1990, 1991)] == [west, whole]
    assert shared_codes(world) == set() and world.names[whole] == "Germany"


@pytest.mark.skipif(six_wars.STAGED is None, reason=six_wars.NO_TABLES)
def test_no_two_states_have_one_iso_code_in_any_year():
    assert shared_codes(staged_states()) == set()


@pytest.mark.skipif(six_wars.STAGED is None, reason=six_wars.NO_TABLES)
def test_iso_codes_are_those_of_the_voting_data():
    """Independent source: `iso3c` of the ideal points, which gives one code to states with a new number."""
    world = staged_states()
    votes = pl.read_parquet(sources.find(six_wars.STAGED)["votes"].path).filter(pl.col("iso3c") != "")
    theirs = defaultdict(set)
    for code, iso in votes.select("ccode", "iso3c").unique().iter_rows():
        theirs[code].add(iso)
    differ = {
        ours: theirs[code]
        for code, ours in zip(world.codes.tolist(), world.iso, strict=True)
        if code in theirs and ours not in theirs[code]
    }
    assert differ == {"YEM": {"YAR"}, "YMD": {"YAR"}, "SRB": {"YUG"}}
