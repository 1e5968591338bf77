"""Changed and damaged files: an error that says where and what was expected, and never a part of the claims."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from standoff import registry
from standoff.addons.data.connectors import _tables
from standoff.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = "standoff.connectors"
NAMES = registry.names(HOME)


def refused(name: str, raw: bytes) -> str:
    with pytest.raises(DataError) as caught:
        registry.module(HOME, name).parse(raw)
    return str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"<!DOCTYPE html><p>Sorry</p>",
        b"[]",
        b"{}",
        b"null",
        b'{"a": [1, 2',
        b"a,b\n",
        b"a,b\n1,2\n",
        b"PAR1 no parquet",
        b"PK\x03\x04 no workbook",
        b"[" * 100_000,
        b'[{"date": 5}]',
        b"date,date\n1,2\n",
    ],
    ids=lambda raw: repr(raw[:14]),
)
def test_what_is_no_such_file_is_refused(name: str, raw: bytes) -> None:
    assert refused(name, raw)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_cut_off_is_refused_or_gives_whole_rows(name: str, sample: Callable[[str], bytes]) -> None:
    raw = sample(name)
    everything = set(registry.module(HOME, name).parse(raw).claims)
    for share in (0.3, 0.6, 0.9):
        try:
            found = registry.module(HOME, name).parse(raw[: int(len(raw) * share)])
        except DataError:
            continue
        assert name in {
            "brent",
            "economist_deaths",
            "economist_casualties",
            "mediazona",
            "uk_mod",
            "oryx",
            "economist_claims",
            "unga_ideal_points",
        }, "a cut-off document can never be read"
        whole = [claim for claim in found.claims if claim in everything]
        assert len(whole) >= len(found.claims) - 1, "only the row at the cut may differ; `get` refuses a short download"


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (
            "general_staff_personnel",
            '"personnel":',
            '"people":',
            ["column `personnel` is missing", "got date, day, people"],
        ),
        ("general_staff_personnel", "2022-02-26", "26 Feb", ["record[1]  column date", "a day such as 2024-02-29"]),
        ("general_staff_personnel", "1500", '"1500 approx"', ["column personnel", "got `1500 approx`", "a number"]),
        ("general_staff_personnel", "1500", "-5", ["a finite number from 0 on"]),
        ("general_staff_personnel", "1500", "1500.5", ["a whole number"]),
        ("general_staff_personnel", '"more"', '"roughly"', ["got `roughly`", "about, more"]),
        ("general_staff_personnel", "2022-03-01", "2022-13-01", ["got `2022-13-01`"]),
        ("general_staff_equipment", '"tank": 104', '"tank": "many"', ["column tank", "got `many`"]),
        ("general_staff_equipment", '"field artillery"', '"guns"', ["column `field_artillery` is missing"]),
        ("economist_claims", "deaths,CIA", "wounded,CIA", ["estimates.csv:5  column type", "deaths or casualties"]),
        ("economist_claims", "russia,yes", "narnia,yes", ["column country", "russia or ukraine"]),
        ("economist_claims", "7/5/2031", "2031/7/5", ["column date", "29/02/2024"]),
        ("economist_claims", "estimate_low", "lowest", ["column `estimate_low` is missing"]),
        ("economist_claims", '200,"1,300"', '1400,"1,300"', ["impossible range"]),
        ("economist_claims", "08/05/2031,400", "08/05/2031,400,7", ["estimates.csv:6", "10 cells under 9 columns"]),
        ("economist_deaths", "10.4,5.4", "10.4,15.4", ["column estimate", "between 15.4 and 20.6"]),
        ("economist_deaths", ",deaths,russia", ",people,russia", ["column type", "deaths"]),
        ("economist_casualties", ",russia", ",ukraine", ["column country", "russia"]),
        ("mediazona", "2022,9,", "2022,12,", ["week after 2022-02-27 is missing", "one row a week"]),
        ("mediazona", "2022,8,", "2023,8,", ["do not begin with the war"]),
        ("mediazona", "2022,9,", "2022,99,", ["an ISO week"]),
        ("mediazona", "BmzNow", "BmzThen", ["column `bmznow` is missing", "did you mean"]),
        ("uk_mod", "february", "febuary", ["column month", "English name"]),
        (
            "uk_mod",
            "casualties (average daily losses)",
            "mean",
            ["column `casualties_average_daily_losses` is missing"],
        ),
        ("uk_mod", "february,2024", "february,24", ["column year"]),
        ("oryx", "Russia,Tanks,7", "Russia,Tanks,8", ["daily_count.csv:3  column type_total", "the sum of destroyed"]),
        ("oryx", "Ukraine,Tanks", "Elsewhere,Tanks", ["Russia or Ukraine"]),
        ("oryx", "type_total", "total", ["column `type_total` is missing"]),
        ("brent", "MCOILBRENTEU", "DCOILBRENTEU", ["the column `mcoilbrenteu` is missing"]),
        ("ruble", "Nominal>", "Nominals>", ["`nominal` is missing", "Record 1"]),
        ("ruble", "<Value>90,5000", "<Value>none", ["column value"]),
        ("polls", "percent", "share", ["the column `percent` is missing"]),
        ("polls", "31.5", "131.5", ["column percent"]),
        (
            "territory",
            "area_assessed_as_russia_controlled,",
            "area,",
            ["area_assessed_as_russia_controlled` is missing"],
        ),
        ("kiel", "euMember", "member", ["the column `eumember` is missing"]),
        ("kiel", '"EUR"', '"DEM"', ["got DEM, billions", "EUR or USD, billions"]),
        ("kiel", '"unit": "billions"', '"unit": "millions"', ["got EUR, millions"]),
        ("kiel", '"2031-02"', '"February"', ["byMonth[1]  column date", "a month such as 2024-02"]),
        ("kiel", '"release": 99', '"release": "newest"', ["column release"]),
        ("kiel", "byMonth", "perMonth", ["byMonth", "not a list of records"]),
        ("ohchr", '"2031-03"', '"03/2031"', ["monthly[1]  column month"]),
        ("ohchr", '"lastUpdated": "2031-04-30",', "", ["column lastupdated"]),
        ("ohchr", '"killed": 11', '"killed": true', ["column killed", "got `True`"]),
        ("unga_ideal_points", '"CHN"', '"China"', ["column iso3c", "three capital letters"]),
        ("unga_ideal_points", "q5all", "p5all", ["column `q5all` is missing"]),
        ("unga_ideal_points", "-0.9\t", "-0.6\t", ["impossible range"]),
        ("unga_ideal_points", "2.12341", "inf", ["column idealpointfp"]),
        ("world_bank", "NY.GDP.MKTP.KD.ZG", "NY.SECRET", ["column series", "NY.GDP.MKTP.CD"]),
        ("world_bank", '"YR2030", "value": 5.5', '"Q12030", "value": 5.5', ["column time", "YR2020"]),
        ("world_bank", '"UKR"', '"Euro area"', ["column economy"]),
        ("world_bank", "2031-07-01", "lately", ["column lastupdated"]),
    ],
)
def test_a_changed_file_says_where_and_what_was_expected(
    name: str, old: str, new: str, words: list[str], sample: Callable[[str], bytes]
) -> None:
    raw = sample(name).decode()
    assert old in raw
    text = refused(name, raw.replace(old, new, 1 if "column `" not in words[0] else -1).encode())
    for word in words:
        assert word in text, text


def test_a_changed_workbook(sipri: Callable[..., bytes]) -> None:
    rows: list[list[Any]] = [["Country", 1949, 1950], ["Algeria", 1, 2]]
    assert "`Share of GDP`" in refused("sipri_milex", sipri(Share_of_GDP=None))
    assert "`Country`" in refused("sipri_milex", sipri(Share_of_GDP=[["State", 1949], ["Algeria", 1]]))
    assert "not one a column" in refused(
        "sipri_milex", sipri(Share_of_GDP=[["Country", 1949, 1951], ["Algeria", 1, 2]])
    )
    text = refused("sipri_milex", sipri(Share_of_GDP=[*rows, ["Chad", 1, "two"]]))
    assert "GDP:3  column 1950" in text and "got `two`" in text


def test_a_workbook_that_blows_up_is_refused(sipri: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tables, "UNPACKED", 1000)
    assert "bytes when unpacked" in refused("sipri_milex", sipri())


@pytest.mark.parametrize("cell", [b"XFD1048576", b"A99999999", b"ZZZZZ3", b"Fseinitiallf10"])
def test_a_workbook_with_a_cell_far_out_is_refused(sipri: Callable[..., bytes], cell: bytes) -> None:
    """The reader of workbooks makes room for all cells up to the last, and ends the process where there is none."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sipri())) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b'r="A2"', b'r="%s"' % cell))
    assert f"`{cell.decode()}`" in refused("sipri_milex", out.getvalue())


def test_a_workbook_that_states_a_smaller_size_than_it_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes in the directory of an archive are what its writer says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(100_000))
    raw = out.getvalue().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert raw != out.getvalue()
    monkeypatch.setattr(_tables, "UNPACKED", 50_000)
    assert "50,000 bytes when unpacked" in refused("sipri_milex", raw)


def test_a_table_of_parquet_has_a_largest_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    import polars as pl

    out = io.BytesIO()
    pl.DataFrame({"a": [1] * 20}).write_parquet(out)
    monkeypatch.setattr(_tables, "ROWS", 10)
    with pytest.raises(DataError, match="too many rows"):
        _tables._parquet(out.getvalue(), "x")


def test_every_mistake_is_told_and_many_are_counted() -> None:
    head = b"month,year,avg_daily_losses\n"
    text = refused("uk_mod", head + b"".join(b"may,2024,x%d\n" % n for n in range(30)))
    assert text.startswith("21 problems") and "got `x0`" in text and "got `x19`" in text and "and 10 more" in text


def test_nothing_but_rows_without_claims_is_an_error() -> None:
    text = refused("uk_mod", b"month,year,avg_daily_losses\nmay,2024,\njune,2024,\n")
    assert "none of 2 rows" in text and "2 x no mean" in text


def test_cells() -> None:
    row = _tables.TableRow(
        "here", {"a": "1,234", "b": "NaN", "c": float("nan"), "d": 5, "e": "1,23", "f": " 7 ", "g": True}
    )
    assert [row.number(name) for name in "abcdf"] == [1234, None, None, 5, 7]
    assert row.number("missing") is None
    for name in "eg":
        with pytest.raises(DataError, match="a number such as"):
            row.number(name)
    with pytest.raises(DataError, match="not an empty cell"):
        row.needed("b")


def test_a_table_reads_the_same_in_every_form() -> None:
    forms = [
        b"Field Artillery,x*\n5,a\n",
        b"\xef\xbb\xbffield-artillery\tx*\r\n5\ta\r\n",
        b'[{"field artillery": 5, "x*": "a"}]',
    ]
    for raw in forms:
        table = _tables.read(raw, "name")
        assert table.columns == ("field_artillery", "x*")
        assert [(row.number("field_artillery"), row.text("x*")) for row in table.rows] == [(5, "a")]


@pytest.mark.parametrize("digits", ["9" * 400, "9" * 401, "1" + "0" * 309, "1e400", "-1e400"])
def test_numbers_that_no_double_holds_are_refused(digits: str, sample: Callable[[str], bytes]) -> None:
    raw = sample("general_staff_personnel").replace(b"1500", digits.encode())
    assert "finite number" in refused("general_staff_personnel", raw) or "at most 400" in refused(
        "general_staff_personnel", raw
    )
