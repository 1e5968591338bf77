"""Blind sheets: written without codes and later claims, read with the place of every fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars
import pytest
import xlsxwriter

from standoff import catalog
from standoff.addons.coding import sheet
from standoff.addons.coding.cells import CodeCell, cells
from standoff.errors import DataError
from standoff.plan import plan

CASE = "korea-1950"
PLAN = plan(*catalog.load(CASE))
CELLS = cells(PLAN)


def filled(path: Path, codes: dict[tuple[str, str, str], Any], head: tuple[str, ...] = sheet.HEAD) -> Path:
    """A sheet as a coder sends it back."""
    with xlsxwriter.Workbook(path) as book:
        for choice in dict.fromkeys(cell.choice for cell in CELLS):
            page, of = book.add_worksheet(choice), [cell for cell in CELLS if cell.choice == choice]
            options, rows = (
                list(dict.fromkeys(cell.option for cell in of)),
                list(dict.fromkeys(cell.row for cell in of)),
            )
            page.write_row(1, 0, (*head, *options))
            for k, row in enumerate(rows, start=2):
                page.write(k, 0, row)
                for column, option in enumerate(options, start=len(sheet.HEAD)):
                    if (choice, row, option) in codes:
                        page.write(k, column, codes[choice, row, option])
    return path


def test_cells_are_the_codes_of_the_case() -> None:
    cell = next(cell for cell in CELLS if cell.key == ("CHN", "wider_war", "troops"))
    assert (cell.path, cell.low, cell.high) == ("choices.CHN.reasons.wider_war.risk.troops", 0, 1)
    assert {cell.key for cell in CELLS if cell.row == "taiwan.commitment"} == {
        ("CHN", "taiwan.commitment", option) for option in ("none", "arms", "troops")
    }


def test_a_sheet_is_blind(tmp_path: Path) -> None:
    path = sheet.write(CASE, tmp_path / "sheet.xlsx")
    pages = polars.read_excel(path, sheet_id=0, has_header=False, infer_schema_length=None)
    assert set(pages) == {"rule", "CHN", "USA", "evidence"}
    for choice in ("CHN", "USA"):
        rows = pages[choice].rows()
        head = next(row for row in rows if row[0] == sheet.HEAD[0])
        options = len([word for word in head if word]) - len(sheet.HEAD)
        assert options >= 2
        assert {text for row in rows[2:] for text in row[len(sheet.HEAD) :]} <= {None, ""}, "no code of the author"
    known = {claim.id for claim in PLAN.ledger.as_of(PLAN.scenario.as_of_day)}
    later = {claim.id for claim in PLAN.ledger} - known
    ids = {row[-1] for row in pages["evidence"].rows()[1:]}
    assert ids == known and later and not ids & later
    answers = " ".join(str(text) for page in pages.values() for row in page.rows() for text in row)
    assert not any(question.question.text in answers for question in PLAN.questions)
    assert sheet.write(CASE, tmp_path / "again.xlsx").stat().st_size > 0


def test_codes_are_read_as_they_were_written(tmp_path: Path) -> None:
    codes = {CELLS[0].key: 0.3, CELLS[1].key: 1, CELLS[2].key: "0,5", CELLS[9].key: "−0.4"}
    codes = {key: code for key, code in codes.items() if code != "−0.4" or CELLS[9].low < 0}
    read = sheet.read(filled(tmp_path / "ann.xlsx", codes), CELLS)
    assert read.coder == "ann"
    assert read.codes == {key: float(str(code).replace(",", ".").replace("−", "-")) for key, code in codes.items()}


def place(cell: CodeCell) -> str:
    return f"{cell.choice}, {cell.row}, {cell.option}"


def test_every_fault_has_its_place(tmp_path: Path) -> None:
    wrong = {CELLS[0].key: "much", CELLS[1].key: 1.2, CELLS[2].key: 0.2}
    with pytest.raises(DataError) as error:
        sheet.read(filled(tmp_path / "bob.xlsx", wrong), CELLS)
    assert [place(cell) in problem.where for cell, problem in zip(CELLS, error.value.problems, strict=False)] == [
        True,
        True,
    ]
    assert all(problem.allowed for problem in error.value.problems)


def test_sheets_of_another_kind_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, raw in (("a.xlsx", b"PK no workbook"), ("b.csv", b"1,2")):
        (tmp_path / path).write_bytes(raw)
        with pytest.raises(DataError):
            sheet.read(tmp_path / path, CELLS)
    with pytest.raises(DataError):
        sheet.read(filled(tmp_path / "empty.xlsx", {}), CELLS)
    with pytest.raises(DataError):
        sheet.read(filled(tmp_path / "head.xlsx", {}, ("row", "b", "c", "d")), CELLS)
    monkeypatch.setattr(sheet, "cells", lambda plan: ())
    with pytest.raises(DataError):
        sheet.write(CASE, tmp_path / "none.xlsx")
