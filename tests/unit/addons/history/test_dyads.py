"""Ties of states by year: spells, carried years, recent disputes, editions of the publishers."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from standoff.addons.history import sources
from standoff.addons.history.dyads import ties
from standoff.addons.history.states import FIRST, states
from tests.unit.addons.history import six_wars

WORLD = states(six_wars.tables()["codes"])


@pytest.fixture
def read_ties(tmp_path):
    def read(**changes):
        return ties(sources.find(six_wars.write(six_wars.tables() | changes, tmp_path)), WORLD)

    return read


def at(values, year, *codes):
    return values[(year - FIRST, *WORLD.index(np.array(codes)))]


def test_spells_last_to_their_end_and_those_at_the_end_of_the_table_go_on(read_ties):
    found = read_ties()
    assert [at(found.pairs["rivalry"], year, 770, 700) for year in (1973, 1974, 1995, 1996)] == [0, 1, 1, 0]
    assert [at(found.pairs["defence"], year, 365, 700) for year in (1977, 1978, 1988, 1989)] == [0, 1, 1, 0]
    assert at(found.pairs["rivalry"], 2020, 2, 645) == at(found.pairs["defence"], 2020, 2, 770) == 1
    assert at(found.pairs["defence"], 1980, 700, 365) == 0  # the obligation of one is not that of the other
    assert found.until["rivalries"] == 2000


def test_a_pair_that_the_table_lists_as_apart_has_no_border(read_ties):
    border = read_ties().pairs["border"]
    assert at(border, 1980, 365, 700) == at(border, 1980, 700, 365) == 1
    assert at(border, 1992, 365, 700) == at(border, 1980, 365, 645) == 0


def test_disputes_count_for_ten_years(read_ties):
    table = pl.DataFrame(
        {
            "ccode1": [2, 645, 2],
            "ccode2": [645, 2, 645],
            "year": [1980, 1980, 1981],
            "sidea1": [1, 0, 1],
            "sidea2": [0, 1, 0],
        }
    )
    later = pl.DataFrame({"ccode1": [20], "ccode2": [200], "year": [2000], "sidea1": [1], "sidea2": [0]})
    found = read_ties(disputes=pl.concat([table, later]))
    counts = [at(found.pairs["disputes"], year, 645, 2) for year in (1979, 1980, 1981, 1989, 1990, 1991)]
    assert counts == [0, 1, 2, 2, 1, 0]
    assert at(found.pairs["disputes"], 2020, 20, 200) == 1  # carried forward


def test_trade_is_the_sum_of_both_flows_and_is_carried_forward(read_ties):
    table = pl.DataFrame(
        {"ccode1": [2, 2], "ccode2": [20, 20], "year": [1990, 2000], "smoothflow1": [30, 5], "smoothflow2": [None, 6]}
    )
    trade = read_ties(trade=table).pairs["trade"]
    assert [at(trade, year, 20, 2) for year in (1990, 1995, 2000, 2015)] == [30, 0, 11, 11]


def test_a_new_state_has_its_first_entries_for_the_year_before(read_ties):
    found = read_ties()
    values = six_wars.tables()["income"].filter((pl.col("ccode") == 371) & (pl.col("year") == 1991))
    assert at(found.means["mrgdppc"], 1990, 371) == values["mrgdppc"].item()
    assert np.isnan(at(found.means["mrgdppc"], 1989, 371))
    assert at(found.pairs["border"], 1990, 371, 645) == at(found.pairs["border"], 1990, 645, 371) == 1


def test_powers_leaders_and_nuclear_weapons(read_ties):
    means = read_ties().means
    assert [at(means["major"], 1980, code) for code in (2, 365, 770)] == [1, 1, 0]
    assert [at(means["regional"], 1980, code) for code in (2, 365, 770)] == [0, 1, 1]
    assert [at(means["nuclear"], year, 770) for year in (1989, 1990)] == [0, 1]
    assert [at(means["new_leader"], year, 365) for year in (1984, 1985, 1986)] == [0, 1, 0]


def test_editions_of_the_publishers_give_the_same_ties(read_ties, tmp_path):
    """Alliances and distances by year, contiguity with months as numbers, rivalries without an end."""
    before = read_ties()
    tables = six_wars.tables()
    pacts = [
        {"stateA": a, "stateB": b, "year": year, "defense": 1, "offense": 0, "neutral": 0, "nonagg": 1, "consul": 1}
        for a, b, begin, end in tables["alliances"].select("ccode1", "ccode2", "year_from", "year_to").iter_rows()
        for year in range(begin, end + 1)
    ]
    contiguity = tables["contiguity"].select(
        pl.col("ccode1").alias("statelno"),
        pl.col("ccode2").alias("statehno"),
        "conttype",
        pl.col("stdate").dt.strftime("%Y%m").cast(pl.Int64).alias("begin"),
        pl.col("enddate").dt.strftime("%Y%m").cast(pl.Int64).alias("end"),
    )
    for name, file, table in (
        ("alliances", "atop5_1ddyr.csv", pl.DataFrame(pacts)),
        ("contiguity", "contdir.csv", contiguity),
    ):
        (tmp_path / sources.sources()[name].files[0]).unlink()
        table.write_csv(tmp_path / file)
    distance = [
        {"ccode1": float(a), "ccode2": float(b), "year": year, "mindist": km}
        for a, b, begin, end, km in tables["distance"].iter_rows()
        for year in range(begin, end + 1)
    ]
    pl.DataFrame(distance).write_parquet(tmp_path / sources.sources()["distance"].files[0])
    open_ended = tables["rivalries"].with_columns(pl.when(pl.col("end") < 2000).then("end").alias("end"))
    open_ended.vstack(pl.DataFrame({"ccode1": [200], "ccode2": [265], "start": [2000], "end": [2000]})).write_parquet(
        tmp_path / sources.sources()["rivalries"].files[0]
    )
    after = ties(sources.find(tmp_path), WORLD)
    for name in ("defence", "consultation", "border", "distance"):
        assert np.array_equal(after.pairs[name], before.pairs[name], equal_nan=name == "distance")
    assert at(after.pairs["rivalry"], 2010, 2, 645) == 1 and at(after.pairs["rivalry"], 1996, 700, 770) == 0
    assert date(1991, 12, 1) in tables["contiguity"]["enddate"].to_list()
