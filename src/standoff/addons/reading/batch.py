"""Read many texts to JSON lines: for each document its rows or its error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import text_files
from standoff.errors import ReadingError, StandoffError
from standoff.files import write_text
from standoff.progress import SILENT, Progress, track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from standoff.addons.reading.statement import Statement

    Reader = Callable[[str, str], list[Statement]]


def document(path: Path, published: str, reader: Reader) -> dict[str, Any]:
    """One document as plain data: its statements, or its error."""
    try:
        text = text_files.load(path, published)
        rows = [row.to_data() for row in reader(text.text, text.published)]
    except StandoffError as error:
        return {"document": str(path), "error": str(error)}
    return {"document": str(path), "published": text.published, "encoding": text.encoding, "rows": rows}


def read_all(
    paths: Sequence[Path], out: Path, reader: Reader, published: str = "", progress: Progress = SILENT
) -> tuple[int, int]:
    """Write a line for each document; how many were read, and failed."""
    lines = [document(path, published, reader) for path in track(progress, "reading", paths)]
    write_text(out, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), ReadingError)
    failed = sum("error" in line for line in lines)
    return len(lines) - failed, failed
