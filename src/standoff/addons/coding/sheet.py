"""A blind sheet of codes as a workbook: the rule, empty tables, the claims of the day."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from standoff import catalog, input_files, labels
from standoff.addons.coding.cells import CodeCell, cells
from standoff.errors import DataError, Problem, join_limited
from standoff.files import write_atomic
from standoff.plan import Plan, plan
from standoff.record import record
from standoff.versions import require_packages

EXTRA = "data"
LARGEST = 20_000_000  # bytes; assumption: a hundred times the sheet of the flagship
RULE, EVIDENCE = "rule", "evidence"  #: names of sheets beside those of choices
HEAD = ("reason", "what the number says", "from", "to")
LINES = (
    "Code each option under each reason, down the column: all options for one reason, then the next.",
    "0 is exact: the option does nothing of the sort. 1 is exact: the most that the words can mean. Steps of 0.1.",
    "Below 0 only where `from` says so: the option does the opposite.",
    "Name for yourself, before you code, the cases that would be 0.2, 0.5 and 0.8.",
    "Use the claims on the sheet of evidence, which end with the date below, and nothing that came later.",
    "Leave a cell empty where you have no judgement. Do not look at the codes of others, or at any answer.",
)


@record
class CodedSheet:
    """The codes of one coder."""

    coder: str  #: name of the file without its ending
    codes: dict[tuple[str, str, str], float]  #: choice, row, option -> code


def write(case: str | Path, file: str | Path) -> Path:
    """Write the blind sheet of a case as .xlsx.

    It has no code of the author, no answer and no claim after `as_of`. Raises `DataError` for another ending, and for a
    case without codes.
    """
    require_packages("writing a workbook", EXTRA, "xlsxwriter", kind=DataError)
    path, planned = _workbook(file), plan(*catalog.load(case))
    found = cells(planned)
    if not found:
        raise DataError("the case has no codes: its reasons have no number for each option", str(case))
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        rule = book.add_worksheet(RULE)
        for k, line in enumerate((planned.scenario.title, *LINES, f"As of {planned.scenario.as_of}.")):
            rule.write_string(k, 0, line)
        for choice in planned.choices:
            _table(book, planned, choice.name, [cell for cell in found if cell.choice == choice.name])
        _evidence(book.add_worksheet(EVIDENCE), planned)
    write_atomic(path, stream.getvalue(), DataError)
    return path


def _table(book: Any, planned: Plan, name: str, of: list[CodeCell]) -> None:
    """An empty table, a row of codes a row, an option a column; only codes can be typed."""
    if not of:
        return
    options, rows = list(dict.fromkeys(cell.option for cell in of)), list(dict.fromkeys(cell.row for cell in of))
    sheet, wrapped = book.add_worksheet(name[:31]), book.add_format({"text_wrap": True, "valign": "top"})
    for k, word in enumerate(
        (labels.choice(planned, name), *HEAD[1:], *(labels.option(planned, name, option) for option in options))
    ):
        sheet.write_string(0, k, word, wrapped)
    for k, word in enumerate((*HEAD, *options)):
        sheet.write_string(1, k, word)
    for k, row in enumerate(rows, start=2):
        of_row = {cell.option: cell for cell in of if cell.row == row}
        first = next(iter(of_row.values()))
        sheet.write_string(k, 0, row)
        sheet.write_string(k, 1, f"{first.text}: {first.meaning}", wrapped)
        sheet.write_number(k, 2, first.low)
        sheet.write_number(k, 3, first.high)
        for column, option in enumerate(options, start=len(HEAD)):
            if option in of_row:
                asked = {"validate": "decimal", "criteria": "between", "minimum": first.low, "maximum": first.high}
                sheet.data_validation(k, column, k, column, asked)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    sheet.freeze_panes(2, 1)


def _evidence(sheet: Any, planned: Plan) -> None:
    """The claims that were published by `as_of`, the newest last, each with its speaker."""
    head = ("published", "speaker", "about", "quantity", "says", "source", "id")
    for k, word in enumerate(head):
        sheet.write_string(0, k, word)
    known = planned.ledger.as_of(planned.scenario.as_of_day)
    for k, claim in enumerate(sorted(known, key=lambda claim: str(claim.published)), start=1):
        data = claim.to_data()
        number = " to ".join(str(data[key]) for key in ("value", "low", "high") if data.get(key) is not None)
        says = claim.proposition or f"{number} {data.get('unit', '')}".strip()
        quote = data.get("quote") or {}
        cells_ = (
            claim.published,
            claim.speaker,
            claim.subject,
            claim.quantity,
            f"{says} {quote.get('text', '')}".strip(),
            claim.source.title,
            claim.id,
        )
        for column, text in enumerate(cells_):
            sheet.write_string(k, column, str(text))
    sheet.set_column(0, 3, 18)
    sheet.set_column(4, 5, 60)


def read(file: str | Path, of: Iterable[CodeCell]) -> CodedSheet:
    """The codes of a sheet that was filled in; raises `DataError` with the place of every fault."""
    require_packages("reading a workbook", EXTRA, "fastexcel", "polars", kind=DataError)
    import fastexcel

    path, known = _workbook(file), {cell.key: cell for cell in of}
    raw = input_files.contents(path, LARGEST, DataError)
    try:
        book = fastexcel.read_excel(raw)
        pages = {
            name: book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()
            for name in book.sheet_names
        }
    except fastexcel.FastExcelError as error:
        raise DataError(f"it is no workbook: {error}", str(path)) from None
    codes, faults = dict[tuple[str, str, str], float](), list[Problem]()
    full = {name[:31]: name for name in (key[0] for key in known)}
    for name, rows in pages.items():
        if name not in full:
            continue
        head = next((row for row in rows if row[: len(HEAD)] == HEAD), None)
        if head is None:
            faults.append(Problem(f"the sheet `{name}` has no row that begins with {', '.join(HEAD)}", str(path)))
            continue
        for row in rows[rows.index(head) + 1 :]:
            for option, text in zip(head[len(HEAD) :], row[len(HEAD) :], strict=False):
                if text is None or not text.strip():
                    continue
                key, place = (full[name], row[0] or "", option or ""), f"{path}: {name}, {row[0]}, {option}"
                cell, number = known.get(key), _number(text)
                if cell is None:
                    faults.append(
                        Problem("the case has no such code", place, fix="write a fresh sheet by `standoff code`")
                    )
                elif number is None or not cell.low <= number <= cell.high:
                    faults.append(
                        Problem(f"`{text}` is no code", place, allowed=f"{cell.low:g} to {cell.high:g}, or nothing")
                    )
                else:
                    codes[key] = number
    if not codes and not faults:
        faults.append(Problem("nothing is coded in it", str(path), allowed=f"sheets {join_limited(sorted(full))}"))
    if faults:
        raise DataError(faults)
    return CodedSheet(coder=path.stem, codes=codes)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None


def _workbook(file: str | Path) -> Path:
    path = Path(file)
    if path.suffix.lower() != ".xlsx":
        raise DataError(
            f"`{path.name}` does not end in .xlsx", allowed="a workbook", fix="name it so, such as codes.xlsx"
        )
    return path
