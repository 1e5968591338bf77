"""Tables of the panel: found in a folder, checked by digest, read with columns checked.

`sources.yaml` has a card for each table. A file of another edition is read and reported, not refused: publishers
correct their tables. A missing file or column is an error that names the page to get it from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from importlib import resources
from pathlib import Path

from standoff import yaml_reader
from standoff.addons.tables import pl
from standoff.errors import DataError, Problem, join_limited
from standoff.record import record
from standoff.versions import install_command

CARDS = "sources.yaml"


@record
class TableCard:
    """What a table is, and where it comes from."""

    name: str
    title: str
    publisher: str
    page: str
    licence: str
    citation: str
    key: str  #: entry of docs/sources.bib


@record
class SourceTable(TableCard):
    """The card of one table in `sources.yaml`."""

    files: Sequence[str]  #: accepted file names
    sha256: str  #: digest of the edition on which the shipped coefficients rest
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: column -> its names in other editions
    missing: Sequence[float] = ()  #: numbers that stand for an unknown value


@record
class FoundFile:
    """A file that was found for a source."""

    source: SourceTable
    path: Path
    sha256: str

    @property
    def verified(self) -> bool:
        """Whether it is the edition on which the shipped coefficients rest."""
        return self.sha256 == self.source.sha256


@cache
def sources(cards: str = CARDS) -> Mapping[str, SourceTable]:
    """The cards of all tables of a panel, by name."""
    text = resources.files(__package__).joinpath(cards).read_text("utf-8")
    data = yaml_reader.read(text, cards).data
    return {name: SourceTable(name=name, **card) for name, card in data.items()}


def find(folder: Path, cards: str = CARDS, names: Iterable[str] = ()) -> Mapping[str, FoundFile]:
    """The file of every source, or of some, in a folder; a `DataError` lists all missing."""
    if not folder.is_dir():
        raise DataError(f"`{folder}` is no folder", fix="name the folder with the publishers' files")
    present = {path.name: path for path in sorted(folder.rglob("*"), reverse=True) if path.is_file()}
    out: dict[str, FoundFile] = {}
    problems: list[Problem] = []
    known = sources(cards)
    for name in names or known:
        source = known[name]
        path = next((present[file] for file in source.files if file in present), None)
        if path is None:
            what, fix = f"no file for `{name}`: {source.title}", f"get it from {source.page} ({source.licence})"
            problems.append(Problem(what, str(folder), allowed=join_limited(source.files), fix=fix))
        else:
            with path.open("rb") as file:
                out[name] = FoundFile(source=source, path=path, sha256=hashlib.file_digest(file, "sha256").hexdigest())
    if problems:
        raise DataError(problems)
    return out


def read(file: FoundFile, columns: Iterable[str], other: Iterable[str] = ()) -> pl.DataFrame:
    """Columns of a file, under the names of this project.

    `columns` hold numbers: text is converted, whole numbers become integers, and the card's `missing` become null.
    `other` columns, such as names, lists and dates, stay as they are. Raises `DataError` for a damaged file, and for a column
    that is missing or of the wrong type.
    """
    table, numbers = _table(file), tuple(columns)
    name_of = {column: _name(file, column, table.columns) for column in (*numbers, *other)}
    table = table.select(pl.col(name).alias(column) for column, name in name_of.items())
    if table.is_empty():
        raise DataError("has no rows", str(file.path), fix=f"get it again from {file.source.page}")
    return table.with_columns(_numbers(file, table[column]) for column in numbers)


def count_rows(file: FoundFile) -> int:
    """Rows of a file, without reading them where its format tells."""
    if file.path.suffix.lower() == ".parquet":
        return int(pl.scan_parquet(file.path).select(pl.len()).collect().item())
    return _table(file).height


def _table(file: FoundFile) -> pl.DataFrame:
    suffix = file.path.suffix.lower()
    try:
        if suffix == ".parquet":
            return pl.read_parquet(file.path)
        if suffix == ".xlsx":
            return pl.read_excel(file.path, infer_schema_length=None)
        return pl.read_csv(file.path, infer_schema_length=None, null_values=["", "NA"], encoding="utf8-lossy")
    except ModuleNotFoundError:
        what = "reading Excel workbooks needs the package `fastexcel`"
        raise DataError(what, str(file.path), fix=install_command("data")) from None
    except Exception as error:  # polars, calamine and the file system have no common error
        what = f"cannot be read: {(str(error).splitlines() or ['no reason given'])[0]}"
        raise DataError(what, str(file.path), fix=f"get it again from {file.source.page}") from error


def _name(file: FoundFile, column: str, present: Sequence[str]) -> str:
    names = (column, *file.source.columns.get(column, ()))
    for name in names:
        if name in present:
            return name
    raise DataError(
        f"no column `{column}`",
        str(file.path),
        allowed=f"one of {join_limited(names)}",
        fix=f"the file has {join_limited(present)}; get it from {file.source.page}",
    )


def _numbers(file: FoundFile, values: pl.Series) -> pl.Series:
    if not values.dtype.is_numeric():
        try:
            values = values.cast(pl.Float64)
        except pl.exceptions.PolarsError as error:
            what = f"column `{values.name}` has values that are no numbers: {str(error).splitlines()[0]}"
            raise DataError(what, str(file.path), fix=f"get the file from {file.source.page}") from error
    for number in file.source.missing:
        values = values.set(values == number, None)
    if values.dtype.is_float() and (values.drop_nulls() % 1 == 0).all():
        values = values.cast(pl.Int64)
    return values
