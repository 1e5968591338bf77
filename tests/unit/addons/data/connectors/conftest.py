"""Samples with invented figures, and a workbook built from rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[4] / "samples"


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """`sample(name)`: the bytes of tests/samples/<name>.*"""

    def read(name: str) -> bytes:
        (file,) = SAMPLES.glob(f"{name}.*")
        return file.read_bytes()

    return read


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """An .xlsx file with these cells."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is not None:
                        page.write(number, place, cell)
    return out.getvalue()


def milex(**changes: Any) -> dict[str, list[list[Any]]]:
    """The two sheets of the invented SIPRI workbook, with `changes` by sheet name (spaces as `_`; None drops one)."""
    head: list[list[Any]] = [["Invented figures"], ["second line"], [], [], []]
    years = [1949, 1950, 1951]
    sheets = {
        "Front page": [["SIPRI"]],
        "Current US$": [
            *head,
            ["Country", None, "Notes", *years],
            ["Africa"],
            ["Algeria", None, 5, "xxx", "...", 1234.5],
            ["Yemen, North", None, None, "...", 7, 8],
            ["Chad", None, None, "...", "...", "..."],
        ],
        "Share of GDP": [*head, ["Country", "Notes", *years], ["Africa"], ["Algeria", None, "xxx", "...", 0.0123]],
    }
    sheets |= {name.replace("_", " "): rows for name, rows in changes.items()}
    return {name: rows for name, rows in sheets.items() if rows is not None}


@pytest.fixture
def sipri() -> Callable[..., bytes]:
    """`sipri(**changes)`: the invented workbook."""
    return lambda **changes: workbook(milex(**changes))
