"""Files of the panel's sources: found, checked by digest, read with their columns checked."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import polars as pl
import pytest

from standoff.addons.history import panel, sources
from standoff.errors import DataError
from tests.unit.addons.history import six_wars

BIBLIOGRAPHY = (Path(__file__).parents[4] / "docs" / "sources.bib").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    return six_wars.write(six_wars.tables(), tmp_path / "data")


def file_of(folder, name, content=None, file=""):
    """The file of a source, written anew under another name or with other content."""
    source = sources.sources()[name]
    (folder / source.files[0]).unlink()
    path = folder / (file or source.files[0])
    if isinstance(content, pl.DataFrame):
        content.write_csv(path)
    elif content is not None:
        path.write_bytes(content)
    return sources.find(folder)[name]


def test_every_source_has_a_licence_a_page_and_a_cited_work():
    for source in sources.sources().values():
        assert source.licence and source.page.startswith("http") and re.fullmatch("[0-9a-f]{64}", source.sha256)
        assert re.search(rf"(?m)^@\w+{{{source.key},", BIBLIOGRAPHY), f"{source.key} is not in docs/sources.bib"


def test_all_missing_files_are_named_with_their_pages(folder):
    for name in ("support", "votes"):
        (folder / sources.sources()[name].files[0]).unlink()
    with pytest.raises(DataError) as error:
        sources.find(folder)
    assert [problem.what for problem in error.value.problems] == [
        f"no file for `{name}`: {sources.sources()[name].title}" for name in ("support", "votes")
    ]
    assert "https://ucdp.uu.se" in str(error.value) and "ucdp-esd-ay-181.xlsx" in str(error.value)
    with pytest.raises(DataError, match="is no folder"):
        sources.find(folder / "none")


def test_files_in_inner_folders_are_found_and_another_edition_is_read_and_reported(folder):
    inner = folder / "votes" / "2025"
    inner.mkdir(parents=True)
    path = folder / sources.sources()["votes"].files[0]
    path.rename(inner / path.name)
    found = sources.find(folder)["votes"]
    assert found.path == inner / path.name and not found.verified
    assert found.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()
    assert panel.build(folder).rows.height > 0


@pytest.mark.skipif(six_wars.STAGED is None, reason=six_wars.NO_TABLES)
def test_the_staged_files_are_the_editions_of_the_cards():
    assert [name for name, file in sources.find(six_wars.STAGED).items() if not file.verified] == []


def test_a_missing_column_is_named_with_what_the_file_has(folder):
    found = file_of(folder, "votes", pl.DataFrame({"ccode": [2], "year": [1990]}), "IdealpointestimatesAll_Jul2025.csv")
    with pytest.raises(DataError, match="no column `idealpointfp`") as error:
        sources.read(found, ("ccode", "year", "idealpointfp"))
    assert "IdealPointFP" in str(error.value) and "ccode, year" in str(error.value)


@pytest.mark.parametrize(
    ("content", "file", "message"),
    [
        (b"no parquet", "", "cannot be read"),
        (b"", "IdealpointestimatesAll_Jul2025.csv", "cannot be read"),
        (b"ccode,year,IdealPointFP\n", "IdealpointestimatesAll_Jul2025.csv", "has no rows"),
        (
            b"ccode,year,IdealPointFP\n2,1990,left\n",
            "IdealpointestimatesAll_Jul2025.csv",
            "`idealpointfp` has values",
        ),
    ],
)
def test_a_damaged_file_is_an_error_with_its_page(folder, content, file, message):
    found = file_of(folder, "votes", content, file)
    with pytest.raises(DataError, match=message) as error:
        sources.read(found, ("ccode", "year", "idealpointfp"))
    assert "https://dataverse.harvard.edu" in str(error.value)


def test_a_damaged_workbook_is_an_error(folder):
    with pytest.raises(DataError, match="cannot be read"):
        sources.read(file_of(folder, "support", b"no workbook", "ucdp-esd-ay-181.xlsx"), ("year",))


def test_a_workbook_gives_the_rows_of_the_parquet_file(folder):
    pytest.importorskip("fastexcel")
    pytest.importorskip("xlsxwriter")
    before = panel.build(folder).rows
    (folder / sources.sources()["support"].files[0]).unlink()
    six_wars.support().write_excel(folder / "ucdp-esd-ay-181.xlsx")
    assert panel.build(folder).rows.equals(before)


def test_names_and_missing_values_of_the_publishers_are_understood(folder):
    table = pl.DataFrame({"ccode": [2.0, 20.0], "year": ["1990", "1991"], "cinc": [0.1, -9.0], "milper": [-9, 5]})
    found = file_of(folder, "capabilities", table, "NMC-70-abridged.csv")
    read = sources.read(found, ("ccode", "year", "cinc", "milper"))
    assert read.rows() == [(2, 1990, 0.1, None), (20, 1991, None, 5)]
    assert read["ccode"].dtype == read["year"].dtype == pl.Int64
    assert sources.count_rows(found) == 2 and sources.count_rows(sources.find(folder)["votes"]) == 244
