"""Tables with places of cells: CSV, tab-separated text, JSON list, Parquet, workbook sheet.

Column names are normalised (`field artillery`, `Field-Artillery` and `field_artillery` are one), so that a copy of a
table in another format reads the same. A cell is text, a number, or empty; a malformed cell raises an error with its
line, its column and the expected form.
"""

from __future__ import annotations

import csv
import io
import math
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from standoff import scalars
from standoff.dates import PartialDate
from standoff.errors import DataError, Problem, did_you_mean, join_limited
from standoff.versions import install_command

EMPTY = {
    "",
    "na",
    "nan",
    "null",
    "none",
    "n/a",
    "-",
    ".",
    "…",
    "...",
    ". .",
    "xxx",
}  # `...`, `xxx`: SIPRI's, `.`: FRED's
NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d+)?")
ISO, BRITISH = "%Y-%m-%d", "%d/%m/%Y"  #: forms of a day
UNPACKED = 2**29  # bytes of a workbook; assumption: SIPRI's has a fiftieth
CELLS = 2_000_000  # of a sheet, assumption: SIPRI's largest has a hundredth
ROWS = 2_000_000  # assumption: no data set here has a hundredth of that


def norm(name: object) -> str:
    """A normalised column name: lower case, words joined by `_`; a star is kept."""
    return re.sub(r"[^a-z0-9*%]+", "_", str(name).strip().lower()).strip("_")


@dataclass(frozen=True)
class TableRow:
    """One row with its place."""

    where: str
    cells: Mapping[str, Any]

    def empty(self, column: str) -> bool:
        """Whether the cell is empty."""
        cell = self.cells.get(column)
        return cell is None or (isinstance(cell, float) and math.isnan(cell)) or str(cell).strip().lower() in EMPTY

    def text(self, column: str) -> str:
        """The cell as text; may be empty."""
        return "" if self.empty(column) else str(self.cells[column]).strip()

    def number(self, column: str, low: float = -math.inf) -> float | None:
        """The cell as a number of at least `low`, None if empty; raises `DataError` otherwise."""
        if self.empty(column):
            return None
        cell = self.cells[column]
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            value = float(cell) if abs(cell) <= sys.float_info.max else math.inf
        elif isinstance(cell, str) and NUMBER.fullmatch(cell.strip()):
            value = float(cell.strip().replace(",", ""))
        else:
            raise self.fault(column, "a number such as 315000, or an empty cell")
        if not math.isfinite(value) or value < low:
            raise self.fault(column, "a finite number" + (f" from {low:g} on" if low > -math.inf else ""))
        return value

    def count(self, column: str) -> int | None:
        """The cell as a non-negative count, None if empty."""
        value = self.number(column, 0)
        if value is not None and not value.is_integer():
            raise self.fault(column, "a whole number")
        return None if value is None else int(value)

    def needed(self, column: str) -> int:
        """The cell as a required count."""
        value = self.count(column)
        if value is None:
            raise self.fault(column, "a whole number, not an empty cell")
        return value

    def day(self, column: str, form: str = ISO) -> date:
        """The cell as a required date, in a form or as 2024-02-29."""
        for pattern in (form, ISO):
            with suppress(ValueError):
                return datetime.strptime(self.text(column), pattern).date()
        raise self.fault(column, f"a day such as {date(2024, 2, 29):{form}}")

    def meaning(self, column: str, known: Mapping[str, Any], allowed: str = "") -> Any:
        """What the word of the cell, or the same in lower case, stands for.

        Raises `DataError` with `allowed` for a word that is not known.
        """
        word = self.text(column)
        if (key := word if word in known else word.lower()) not in known:
            raise self.fault(column, allowed or " or ".join(known))
        return known[key]

    def month(self, column: str) -> PartialDate:
        """The cell as a required month."""
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month := self.text(column)):
            raise self.fault(column, "a month such as 2024-02")
        return PartialDate.parse(month)

    def state(self, column: str) -> str:
        """The cell as a required ISO 3166 alpha-3 code."""
        if not re.fullmatch(r"[A-Z]{3}", code := self.text(column)):
            raise self.fault(column, "three capital letters")
        return code

    def fault(self, column: str, allowed: str) -> DataError:
        """Error for a cell."""
        return DataError(f"got `{str(self.cells.get(column))[:60]}`", self.where, f"column {column}", allowed)


@dataclass(frozen=True)
class DataTable:
    """Rows with normalised column names."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

    def need(self, columns: Iterable[str]) -> DataTable:
        """This table; raises `DataError` with every missing column, after a change of format."""
        missing = [name for name in columns if name not in self.columns]
        if missing:
            raise DataError(
                [
                    Problem(
                        f"the column `{name}` is missing: the format has changed",
                        f"{self.name}:1",
                        allowed=f"a header with it; got {join_limited(self.columns, 20)}",
                        fix=did_you_mean(name, self.columns),
                    )
                    for name in missing
                ]
            )
        return self


def read(raw: bytes, name: str) -> DataTable:
    """Read CSV, tab-separated text, a JSON list of objects, or Parquet, by content."""
    if raw.startswith(b"PAR1"):
        return _parquet(raw, name)
    written = text(raw, name)
    if written.lstrip()[:1] in {"[", "{"}:
        return records(document(raw, name), name)
    if written.lstrip()[:1] == "<":
        raise DataError("a web page instead of the data", name, allowed="a table", fix="download the file manually")
    return _separated(written, name)


def text(raw: bytes, name: str) -> str:
    """The bytes as UTF-8 text; raises `DataError`."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError("not UTF-8 text", f"{name}:{line}", allowed="UTF-8") from None


def document(raw: bytes, name: str) -> Any:
    """A JSON document; `NaN`, which some publishers write, is a missing value."""
    try:
        return scalars.from_json(text(raw, name), constant=lambda word: None)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise DataError(
            f"malformed JSON: {getattr(error, 'msg', error)}",
            f"{name}:{line}",
            fix="the file may be truncated: fetch it again with --refresh",
        ) from None


def record(raw: bytes, name: str, allowed: str) -> TableRow:
    """A JSON document that is one object, with its names normalised."""
    data = document(raw, name)
    if not isinstance(data, dict):
        raise DataError("not one record: the format has changed", name, allowed=allowed)
    return TableRow(name, {norm(key): value for key, value in data.items()})


def records(objects: Any, name: str, path: str = "") -> DataTable:
    """A table from a list of JSON objects."""
    if not isinstance(objects, list) or not objects or not all(isinstance(entry, dict) for entry in objects):
        raise DataError("not a list of records: the format has changed", name, path, allowed="[{...}, {...}]")
    columns = tuple(dict.fromkeys(norm(key) for entry in objects for key in entry))
    rows = (
        TableRow(f"{name}: {path or 'record'}[{number}]", {norm(key): cell for key, cell in entry.items()})
        for number, entry in enumerate(objects)
    )
    return DataTable(name, columns, tuple(rows))


def _separated(written: str, name: str) -> DataTable:
    head = written.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(written), delimiter="\t" if "\t" in head else ",", strict=True)
    problems: list[Problem] = []
    rows: list[TableRow] = []
    columns: tuple[str, ...] = ()
    try:
        columns = tuple(norm(column) for column in next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                problems.append(
                    Problem(f"{len(cells)} cells under {len(columns)} columns", f"{name}:{reader.line_num}")
                )
            rows.append(TableRow(f"{name}:{reader.line_num}", dict(zip(columns, cells, strict=False))))
            if len(rows) > ROWS:
                raise DataError("too many rows", name, allowed=f"at most {ROWS}")
    except csv.Error as error:
        problems.append(Problem(f"malformed table: {error}", f"{name}:{reader.line_num}"))
    if problems:
        raise DataError(problems[:20])
    if len(set(columns)) < len(columns) or not rows:
        what = "no rows under the header" if not rows else "two columns of one name"
        raise DataError(what, f"{name}:1", allowed="a header and rows under it")
    return DataTable(name, columns, tuple(rows))


def _parquet(raw: bytes, name: str) -> DataTable:
    from standoff.addons.tables import pl

    try:
        frame = pl.read_parquet(io.BytesIO(raw), n_rows=ROWS + 1)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"the Parquet file cannot be read: {error}", name) from None
    if frame.height > ROWS:
        raise DataError("too many rows", name, allowed=f"at most {ROWS}")
    columns = tuple(norm(column) for column in frame.columns)
    cells = (dict(zip(columns, row, strict=True)) for row in frame.iter_rows())
    return DataTable(name, columns, tuple(TableRow(f"{name}: row {n}", row) for n, row in enumerate(cells, start=1)))


def _check_workbook(raw: bytes, name: str) -> None:
    """Refuse a workbook that is too large unpacked, or has a very distant cell.

    Sizes are counted, since an archive may state others; readers of workbooks make room for every cell up to the last.
    """
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.infolist():
                member.file_size = 2 * UNPACKED  # read on beyond the limit, whatever is stated
                with archive.open(member) as stream:
                    content = stream.read(UNPACKED + 1 - size)
                size += len(content)
                if size > UNPACKED:
                    what = f"a workbook of more than {UNPACKED:,} bytes when unpacked"
                    raise DataError(what, name, allowed=f"at most {UNPACKED:,}")
                _check_extent(content, f"{name}: {member.filename}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise DataError("not an Excel workbook", name, allowed="a whole .xlsx file, without a password") from None


def _check_extent(part: bytes, name: str) -> None:
    """Refuse a part with a reference beyond `CELLS` cells from the first."""
    rows = columns = 1
    for letters, digits in re.findall(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)0*(\d{1,20})", part):
        rows = max(rows, int(digits))
        columns = max(columns, reduce(lambda column, letter: 26 * column + letter - 64, letters[:9].upper(), 0))
        if rows * columns > CELLS:
            raise DataError(
                f"a cell too far from the first: `{(letters + digits).decode()}`",
                name,
                allowed=f"at most {CELLS:,} cells from the first to the last",
            )


def sheet(raw: bytes, name: str, wanted: str) -> Sequence[Sequence[Any]]:
    """Cells of the one sheet whose name matches the pattern `wanted`; raises `DataError`."""
    _check_workbook(raw, name)
    try:
        import fastexcel
    except ImportError:
        raise DataError(
            "reading Excel workbooks needs the package `fastexcel`", name, fix=install_command("data")
        ) from None
    try:
        book = fastexcel.read_excel(raw)
        names = [title for title in book.sheet_names if re.fullmatch(wanted, title.strip(), re.IGNORECASE)]
        if len(names) != 1:
            raise DataError(
                f"no sheet `{wanted}`: the format has changed",
                name,
                allowed=f"one of that name; got {join_limited(book.sheet_names, 20)}",
            )
        frame = book.load_sheet(names[0], header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise DataError(f"the workbook cannot be read: {error}", name) from None
    return frame.rows()
