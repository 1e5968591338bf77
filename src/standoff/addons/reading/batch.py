"""Read many texts to JSON lines, resumable, in bounded memory.

A line holds the document, a digest of its bytes, and its rows or its error. Documents that have a line with the same
digest are not read again; an incomplete last line is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff import input_files, scalars
from standoff.addons.reading import pipeline, source_text, text_files
from standoff.errors import ReadingError, StandoffError
from standoff.files import write_errors
from standoff.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from standoff.addons.reading.statement import Statement

    Reader = Callable[[str, str], list[Statement]]


def document(path: Path, published: str = "", reader: Reader | None = None) -> dict[str, Any]:
    """One document as plain data: its statements, or its error."""
    out: dict[str, Any] = {"document": str(path), "digest": ""}
    try:
        out["digest"] = digest(path)
        text = text_files.load(path)
        text = replace(text, published=published or text.published)
        out |= {
            "published": text.published,
            "encoding": text.encoding,
            "rows": [row.to_data() for row in (reader or pipeline.read)(text.text, text.published)],
        }
    except StandoffError as error:
        out["error"] = str(error)
    return out


def digest(path: Path) -> str:
    """SHA-256 of a file; raises `ReadingError`."""
    return hashlib.sha256(input_files.contents(path, source_text.LARGEST, ReadingError)).hexdigest()


def read_all(
    paths: Sequence[Path],
    out: Path,
    published: str = "",
    progress: Progress = SILENT,
    reader: Reader | None = None,
) -> tuple[int, int, int]:
    """Append a line for each document that has none; how many were read, skipped, and failed."""
    known = done(out)
    todo = [path for path in paths if not (str(path) in known and _unchanged(path, known[str(path)]))]
    failed = 0
    with write_errors(out, ReadingError), progress.task("reading", len(todo)) as task:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("a", encoding="utf-8") as file:
            for result in (document(path, published, reader) for path in todo):
                file.write(json.dumps(result, ensure_ascii=False) + "\n")
                file.flush()
                failed += "error" in result
                task.update()
    return len(todo) - failed, len(paths) - len(todo), failed


def _unchanged(path: Path, before: str) -> bool:
    try:
        return digest(path) == before
    except ReadingError:
        return False


def done(out: Path) -> dict[str, str]:
    """Document -> digest, for complete lines without errors; removes a truncated last line."""
    if not out.exists():
        return {}
    known: dict[str, str] = {}
    good = 0
    try:
        with out.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                data = scalars.from_json(line.decode())
                if "error" not in data:
                    known[str(data["document"])] = str(data["digest"])
                good += len(line)
        if good < out.stat().st_size:
            os.truncate(out, good)
    except (ValueError, KeyError, TypeError):
        raise ReadingError(
            "not a file of statements that can be continued", str(out), fix="name another file"
        ) from None
    except OSError as error:
        raise ReadingError(f"cannot read the statements: {error.strerror}", str(out)) from None
    return known
