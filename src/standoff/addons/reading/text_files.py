"""Load texts from files, and list the readable files of a folder.

Control characters and characters that reorder a line are refused, since with them the displayed text differs from the
content of the file.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from standoff import input_files
from standoff.addons.reading import extract_text
from standoff.addons.reading.source_text import LARGEST, SourceText, decode
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import ReadingError, did_you_mean, join_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def load(path: str | Path, published: str = "") -> SourceText:
    """Read one file, or standard input (`-`); raises `ReadingError`.

    published: the day of publication, instead of that which the file gives itself
    """
    path, where = Path(path), str(path)
    if where == input_files.STDIN:
        where = "standard input"
        result = _plain(input_files.standard_input(LARGEST, ReadingError), where)
    else:
        result = _reader(path)(input_files.contents(path, LARGEST, ReadingError), where)
    if not result.text.strip():
        raise ReadingError("the file is empty", where, allowed="text", fix="check that this is the right file")
    _refuse_hidden(result.text, where)
    return replace(result, published=publication_day(published) or result.published)


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
    for index, _, names in os.walk(folder):
        for file in (Path(index, name) for name in names):
            if file.suffix and file.suffix.lower() in READERS:
                (readable if file.is_file() and file.resolve().is_relative_to(inside) else left_out).append(file)
    return sorted(readable), sorted(left_out)


def _plain(raw: bytes, where: str) -> SourceText:
    text, encoding = decode(raw, where)
    return SourceText(where, text, encoding)


READERS: Mapping[str, Callable[[bytes, str], SourceText]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ""), _plain),
    **dict.fromkeys((".html", ".htm", ".xhtml"), extract_text.html),
    ".pdf": extract_text.pdf,
}


def _reader(path: Path) -> Callable[[bytes, str], SourceText]:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        forms = [form for form in READERS if form]
        raise ReadingError(
            f"`{suffix}` is not a supported text format",
            str(path),
            allowed=join_limited(forms),
            fix=did_you_mean(suffix, forms),
        )
    return READERS[suffix]


def _refuse_hidden(text: str, where: str) -> None:
    match = HIDDEN.search(text)
    if match:
        line = text.count("\n", 0, match.start()) + 1
        kind = "a control character" if match.group() < "\x80" else "a character that reorders what is shown"
        raise ReadingError(
            f"{kind} (U+{ord(match.group()):04X}) at character {match.start()}",
            f"{where}:{line}",
            allowed="visible text",
            fix="remove it",
        )
