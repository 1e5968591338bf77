"""Texts from files: which form a file has, how it is encoded, and what is refused.

Offsets are code points of the text as decoded, without newline translation; a byte order mark is no part of it. What
would show a reader something else than it holds is refused: control characters, and characters that reorder a line.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff import input_files
from standoff.errors import Problem, ReadingError, did_you_mean, join_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST = 64_000_000  # bytes; assumption: the longest books have some 5 million characters
ENCODINGS = "UTF-8, or UTF-16 with a byte order mark"
FEW_ZEROS = (
    0.01  # of the bytes; assumption: a stray one is a slip of a text, a hundredth are numbers or another encoding
)
HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class SourceText:
    """A text and where it comes from."""

    name: str
    text: str
    encoding: str
    title: str = ""
    published: str = ""  #: as the file says it, or empty


def load(path: str | Path) -> SourceText:
    """Read one file, or standard input by the name `-`; raises `ReadingError` that says what was got and what is allowed."""
    path, where = Path(path), str(path)
    if where == input_files.STDIN:
        where = "standard input"
        found = _plain(input_files.standard_input(LARGEST, ReadingError), where)
    else:
        found = _reader(path)(input_files.contents(path, LARGEST, ReadingError), where)
    if not found.text.strip():
        raise ReadingError(
            Problem("it holds no text", where, allowed="words to read", fix="check that this is the right file")
        )
    _refuse_hidden(found.text, where)
    return found


def files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Texts below a folder in the order of their names, and those left out: links out of it, devices, pipes, broken links.

    Links to folders are not followed: what they lead to inside the folder is read at its place.
    """
    inside = folder.resolve()
    readable, left_out = list[Path](), list[Path]()
    for place, _, names in os.walk(folder):
        for file in (Path(place, name) for name in names):
            if file.suffix and file.suffix.lower() in READERS:
                (readable if file.is_file() and file.resolve().is_relative_to(inside) else left_out).append(file)
    return sorted(readable), sorted(left_out)


def decode(raw: bytes, where: str) -> tuple[str, str]:
    """Bytes as text, and the encoding: UTF-8 or UTF-16 with its mark, else what fits best; raises `ReadingError`."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(name), name
            except UnicodeDecodeError:
                break
    zeros = raw.count(0)
    if zeros > FEW_ZEROS * len(raw):
        raise ReadingError(
            Problem(f"{zeros:,} of {len(raw):,} bytes are zero: this is no text in an encoding that can be read", where,
                    allowed=ENCODINGS, fix="save it as UTF-8")
        )  # fmt: skip
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        at = error.start
    normalizer: Any = need(
        "charset_normalizer", "reading", f"byte {at} is not UTF-8, and reading other encodings", where
    )
    best = normalizer.from_bytes(raw).best()
    if best is None:
        raise ReadingError(
            Problem(
                f"byte {at} is not UTF-8, and no other encoding fits", where, allowed=ENCODINGS, fix="save it as UTF-8"
            )
        )
    return str(best), str(best.encoding)


def need(module: str, extra: str, what: str, where: str = "") -> Any:
    """A package that is installed on request; raises `ReadingError` that says how."""
    if find_spec(module) is None:
        raise ReadingError(
            Problem(
                f"{what} needs {module.replace('_', '-')}, which is not installed",
                where,
                fix=f'pip install "standoff[{extra}]"',
            )
        )
    return import_module(module)


def _plain(raw: bytes, where: str) -> SourceText:
    text, encoding = decode(raw, where)
    return SourceText(where, text, encoding)


def _html(raw: bytes, where: str) -> SourceText:
    from standoff.reading.extract_text import html

    return html(raw, where)


def _pdf(raw: bytes, where: str) -> SourceText:
    from standoff.reading.extract_text import pdf

    return pdf(raw, where)


READERS: Mapping[str, Callable[[bytes, str], SourceText]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ""), _plain),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _html),
    ".pdf": _pdf,
}


def _reader(path: Path) -> Callable[[bytes, str], SourceText]:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        forms = [form for form in READERS if form]
        raise ReadingError(
            Problem(
                f"`{suffix}` is not a form of text that can be read",
                str(path),
                allowed=join_limited(forms),
                fix=did_you_mean(suffix, forms),
            )
        )
    return READERS[suffix]


def _refuse_hidden(text: str, where: str) -> None:
    match = HIDDEN.search(text)
    if match:
        line = text.count("\n", 0, match.start()) + 1
        kind = "a control character" if match.group() < "\x80" else "a character that reorders what is shown"
        raise ReadingError(Problem(f"{kind} (U+{ord(match.group()):04X}) at character {match.start()}", f"{where}:{line}",
                                   allowed="text that shows what it holds", fix="remove it"))  # fmt: skip
