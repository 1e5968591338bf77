"""Tables of the panel: found in a folder, checked by digest, read with columns checked.

`sources.yaml` has a card for each table. A file of another edition is read and reported, not refused: publishers
correct their tables. A missing file or column is an error that names the page to get it from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl

from standoff import yaml_reader
from standoff.errors import DataError, Problem, join_limited

CARDS = "sources.yaml"
BLOCK = 2**20  # bytes read at a time for a digest


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """The card of one table."""

    name: str
    title: str
    publisher: str
    page: str
    licence: str
    citation: str
    key: str  #: entry of docs/sources.bib
    files: tuple[str, ...]  #: accepted file names
    sha256: str  #: digest of the edition on which the shipped coefficients rest
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: column -> its names in other editions


@dataclass(frozen=True, kw_only=True)
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
def sources() -> Mapping[str, SourceTable]:
    """The cards of all tables, by name."""
    text = resources.files(__package__).joinpath(CARDS).read_text("utf-8")
    data = yaml_reader.read(text, CARDS).data
    return {
        name: SourceTable(
            name=name,
            files=tuple(card["files"]),
            columns={column: tuple(names) for column, names in card.get("columns", {}).items()},
            **{key: card[key] for key in ("title", "publisher", "page", "licence", "citation", "key", "sha256")},
        )
        for name, card in data.items()
    }


def find(folder: Path) -> Mapping[str, FoundFile]:
    """The file of every source in a folder; raises `DataError` that lists all missing."""
    if not folder.is_dir():
        raise DataError(Problem(f"`{folder}` is no folder", fix="name the folder with the publishers' files"))
    present: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        present.setdefault(path.name, path)
    out: dict[str, FoundFile] = {}
    problems: list[Problem] = []
    for name, source in sources().items():
        names = [file for file in source.files if file in present]
        if not names:
            problems.append(
                Problem(f"no file for `{name}`: {source.title}", str(folder), allowed=join_limited(source.files),
                        fix=f"get it from {source.page} ({source.licence})")
            )  # fmt: skip
        else:
            path = present[names[0]]
            out[name] = FoundFile(source=source, path=path, sha256=digest(path))
    if problems:
        raise DataError(problems)
    return out


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    out = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            out.update(block)
    return out.hexdigest()


def read(file: FoundFile, columns: Iterable[str]) -> pl.DataFrame:
    """Columns of a file, under the names of this project; raises `DataError` if one is missing."""
    suffix = file.path.suffix.lower()
    try:
        if suffix == ".parquet":
            table = pl.read_parquet(file.path)
        elif suffix in {".xlsx", ".xls"}:
            table = pl.read_excel(file.path)
        else:
            table = pl.read_csv(file.path, infer_schema_length=None, separator="\t" if suffix == ".txt" else ",")
    except (pl.exceptions.PolarsError, OSError, ModuleNotFoundError) as error:
        what = f"cannot be read: {str(error).splitlines()[0]}"
        raise DataError(Problem(what, str(file.path), fix=f"get it again from {file.source.page}")) from error
    chosen = {}
    for column in columns:
        names = (column, *file.source.columns.get(column, ()))
        name = next((name for name in names if name in table.columns), None)
        if name is None:
            raise DataError(
                Problem(f"no column `{column}`", str(file.path), allowed=join_limited(table.columns),
                        fix=f"get the file from {file.source.page}")
            )  # fmt: skip
        chosen[column] = name
    return table.select(pl.col(name).alias(column) for column, name in chosen.items())
