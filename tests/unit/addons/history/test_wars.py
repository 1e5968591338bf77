"""The panel of wars: small tables counted by hand, and the publishers' tables where they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import mean, median

import polars as pl
import pytest

from standoff.addons.history import wars
from standoff.errors import DataError
from tests.unit.addons.history.six_wars import NO_TABLES, STAGED

NEVER = -8


def war(
    number: int, name: str, side: int, state: int, first: date, last: date, outcome: int, into: int = NEVER
) -> dict:
    """One participant of a war."""
    spell = {f"{end}{part}2": NEVER for end in ("Start", "End") for part in ("Year", "Month", "Day")}
    for end, day in (("Start", first), ("End", last)):
        spell |= {f"{end}Year1": day.year, f"{end}Month1": day.month, f"{end}Day1": day.day}
    return spell | {
        "WarNum": number,
        "WarName": name,
        "ccode": state,
        "Side": side,
        "Outcome": outcome,
        "TransTo": into,
    }


def year(dyad: int, of: int, kind: int, start: str, prec: int, end: str | None = None, **others: object) -> dict:
    """One year of a dyad."""
    row = {
        "DyadId": dyad,
        "Year": of,
        "TypeOfConflict": kind,
        "StartPrec2": prec,
        "Dyadterm": 0 if end is None else 1,
        "IntensityLevel": 1,
        "StartDate2": start,
        "EpEndDate": end,
        "EpEndPrec": "1",
        "Outcome": "5",
        "SideA": "Alans",
        "SideB": f"Bulgars {dyad}",
        "GWNoA": "10",
        "GWNoB": "20",
    }
    return row | others


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("tables")
    truce = war(1, "First", 1, 10, date(1950, 1, 1), date(1950, 3, 1), 1)
    truce |= {"StartYear2": 1950, "StartMonth2": 5, "StartDay2": 1, "EndYear2": 1950, "EndMonth2": 7, "EndDay2": 1}
    pl.DataFrame(
        [
            truce,
            war(1, "First", 2, 20, date(1950, 1, 5), date(1950, 3, 1), 2),
            war(2, "Second", 1, 30, date(1960, 1, 1), date(1962, 1, 1), 4, 700),
            war(2, "Second", 2, 40, date(1960, 1, 1), date(1962, 1, 1), 4, 700),
        ]
    ).write_csv(home / "Inter-StateWarData_v4.0.csv")
    pl.DataFrame(
        [
            year(1, 1950, 2, "1950-01-20", 1, "6/31/50"),  # the first war again; a day that June does not have
            year(2, 1970, 3, "1970-03-15", 1),
            year(2, 1971, 4, "1970-03-15", 1, "12/31/71", EpEndPrec="5", Outcome="1", IntensityLevel=2),
            year(2, 1974, 3, "1974-02-01", 3, "1974/8/1"),  # after a gap: another episode
            year(3, 1980, 3, "1980-12-31", 5, "12/31/80", EpEndPrec="5"),  # nothing is known of its length
            year(4, 2013, 3, "2013-05-01", 1),
            year(4, 2014, 3, "2013-05-01", 1, Dyadterm=None, Outcome="."),
            year(5, 1990, 3, "1990-02-01", 1, "2/1/89"),  # an end of another year
        ],
        infer_schema_length=None,
    ).write_csv(home / "ucdp-term-dyadic-2015.csv")
    return home


def test_truces_count_as_war_and_a_war_that_turned_into_another_has_not_ended(folder: Path):
    first, second = wars.build(folder).wars
    assert (first.first, first.last, first.ended, first.outcome) == (
        date(1950, 1, 1),
        date(1950, 7, 1),
        True,
        "victory",
    )
    assert not second.ended and second.outcome == ""


def test_episodes_are_runs_of_active_years_with_what_is_known_of_their_days(folder: Path):
    panel = wars.build(folder)
    double, long, later, unknown, open_, wrong = panel.episodes
    assert double.last == date(1950, 6, 28) and double not in panel.pooled
    assert (long.earliest, long.last, long.ended) == (date(1971, 1, 1), date(1971, 12, 31), True)
    assert long.kinds == {1970: "internal", 1971: "internationalised"} and long.kind == "internal"
    assert long.severe and long.outcome == "agreement"
    assert later.first == date(1974, 2, 1) and later.earliest == later.last == date(1974, 8, 1)
    assert not unknown.dated and unknown.first == date(1980, 7, 1) and unknown not in panel.pooled
    assert not open_.ended and open_.last == date(2014, 12, 31)
    assert (wrong.earliest, wrong.last) == (date(1990, 2, 1), date(1990, 12, 31))
    assert len(panel.pooled) == 2 + 4 and panel.counts["units_ended"] == 4
    assert len(panel.to_data()["spells"]) == 6


def test_length_is_that_to_the_middle_of_the_days_on_which_it_can_have_ended(folder: Path):
    long = wars.build(folder).episodes[1]
    assert long.length == pytest.approx((date(1971, 7, 2) - date(1970, 3, 15)).days / 30.44, abs=0.05)


def test_an_answer_names_the_wars_that_had_lasted_as_long(folder: Path):
    answer = wars.ask("interstate", 12, folder)
    assert [(name, first) for name, first, _ in answer.like] == [("Second", 1960)]
    assert [each.within for each in answer.chances] == [6, 12, 24, 60]
    assert sum(each.mean for each in answer.ways) == pytest.approx(1)
    assert answer.to_data()["chances"][0]["of"] == answer.chances[0].of
    assert not wars.ask("internal", 12).like


def test_missing_files_are_errors_that_name_their_pages(tmp_path: Path):
    with pytest.raises(DataError, match=r"correlatesofwar\.org"):
        wars.build(tmp_path)


@pytest.mark.skipif(STAGED is None, reason=NO_TABLES)
def test_the_panel_of_the_publishers_tables():
    assert STAGED is not None
    panel = wars.build(STAGED)
    assert panel.counts["wars"] == 95 and panel.counts["wars_ended"] == 86
    assert (panel.counts["of_known_length"], panel.counts["of_known_length_ended"]) == (749, 696)
    assert panel.counts["episodes"] == 788 and panel.counts["units"] == 814
    assert all(file.verified for file in panel.files.values())
    days = [(each.last - each.first).days for each in panel.wars]
    assert median(days) == 162 and mean(days) == pytest.approx(417, abs=0.5)
    months = [sum(each > age * wars.MONTH for each in days) for age in (12, 25)]
    assert months == [30, 14]
    table = pl.read_parquet(panel.files["cow"].path)
    assert (median(first_spells(table)), round(mean(first_spells(table)))) == (139, 408)


def first_spells(table: pl.DataFrame) -> list[int]:
    """Days of the first spell of each war: another rule, of which the study gives median and mean."""
    ends = [pl.date(f"{end}Year1", f"{end}Month1", f"{end}Day1").alias(end) for end in ("Start", "End")]
    spells = table.with_columns(ends).group_by("WarNum").agg(pl.col("Start").min(), pl.col("End").max(), "WarName")
    out = []
    for _, first, last, names in spells.iter_rows():
        out.append((wars.TURNED.get(names[0], last) - first).days)
    return out
