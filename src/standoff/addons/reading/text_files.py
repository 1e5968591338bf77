"""Load texts from files, list the readable files of a folder, and read them all.

Control characters and characters that reorder a line are refused, since with them the displayed text differs from the
content of the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff import input_files
from standoff.addons.reading import extract_text
from standoff.addons.reading.source_text import LARGEST, SourceText, decode
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import ReadingError, StandoffError, require
from standoff.files import write_text
from standoff.progress import SILENT, Progress, track

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from standoff.addons.reading.statement import Statement

    Reader = Callable[[str, str], list[Statement]]

HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def load(path: str | Path, published: str = "") -> SourceText:
    """Read one file, or standard input (`-`); raises `ReadingError`.

    published: the day of publication, instead of that which the file gives itself
    """
    path, where = Path(path), str(path)
    if where == input_files.STDIN:
        where = "standard input"
        result = SourceText(decode(input_files.standard_input(LARGEST, ReadingError), where))
    else:
        suffix = path.suffix.lower() or ".txt"
        require(suffix, READERS, "text format", where, ReadingError)
        result = READERS[suffix](input_files.contents(path, LARGEST, ReadingError), where)
    if not result.text.strip():
        fix = "check that this is the right file; read a scan by character recognition, and save a page as .txt"
        raise ReadingError("the file is empty, or no text was found in it", where, fix=fix)
    if match := HIDDEN.search(result.text):
        what = f"a character that is not shown (U+{ord(match.group()):04X}) at character {match.start()}"
        line = result.text.count("\n", 0, match.start()) + 1
        raise ReadingError(what, f"{where}:{line}", allowed="visible text", fix="remove it")
    title, day = result.title or Path(where).name, publication_day(published) or result.published
    return replace(result, title=title, published=day)


def publication_day(published: str) -> str:
    """Check the day of `--published`; raises `ReadingError`."""
    try:
        return published and str(PartialDate.parse(published))
    except ValueError as error:
        raise ReadingError(str(error), "--published", allowed=ALLOWED) from None


def files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Texts below a folder by name, and skipped files: links out of it, devices, pipes.

    Links to folders are not followed: their targets inside the folder are read at their own place.
    """
    inside = folder.resolve()
    readable, left_out = list[Path](), list[Path]()
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in READERS and not file.is_dir():
            (readable if file.is_file() and file.resolve().is_relative_to(inside) else left_out).append(file)
    return readable, left_out


READERS: Mapping[str, Callable[[bytes, str], SourceText]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), lambda raw, where: SourceText(decode(raw, where))),
    **dict.fromkeys((".html", ".htm", ".xhtml"), extract_text.html),
    ".pdf": extract_text.pdf,
}


def read_all(paths: Sequence[Path], out: Path, reader: Reader, published: str = "", progress: Progress = SILENT) -> int:
    """Write a line of JSON for each document, its statements or its error; how many failed."""
    lines = []
    for path in track(progress, "reading", paths):
        line: dict[str, Any] = {"document": str(path)}
        try:
            text = load(path, published)
            rows = [row.to_data() for row in reader(text.text, text.published)]
            line |= {"published": text.published, "rows": rows}
        except StandoffError as error:
            line["error"] = str(error)
        lines.append(line)
    write_text(out, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), ReadingError)
    return sum("error" in line for line in lines)
