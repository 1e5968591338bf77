"""Texts from files: which form a file has, how it is encoded, and what is refused.

Offsets are code points of the text as decoded, without newline translation; a byte order mark is no part of it. What
would show a reader something else than it holds is refused: control characters, and characters that reorder a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.errors import Problem, ReadingError, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LARGEST = 64_000_000  # bytes; assumption: the longest books have some 5 million characters
ENCODINGS = "UTF-8, or UTF-16 with a byte order mark"
FEW_ZEROS = (
    0.01  # of the bytes; assumption: a stray one is a slip of a text, a hundredth are numbers or another encoding
)
HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Text:
    """A text and where it comes from."""

    name: str
    text: str
    encoding: str
    title: str = ""
    published: str = ""  #: as the file says it, or empty


def load(path: str | Path) -> Text:
    """Read one file; raises `ReadingError` that says what was got and what is allowed."""
    path = Path(path)
    reader = _reader(path)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ReadingError(
                Problem(f"{size:,} bytes are too many", str(path), allowed=f"up to {LARGEST:,}", fix="split the file")
            )
        raw = path.read_bytes()
    except OSError as error:
        raise ReadingError(
            Problem(f"cannot read the text: {error.strerror}", str(path), fix="check the path")
        ) from None
    found = reader(raw, str(path))
    if not found.text.strip():
        raise ReadingError(
            Problem("it holds no text", str(path), allowed="words to read", fix="check that this is the right file")
        )
    _refuse_hidden(found.text, str(path))
    return found


def files(paths: list[Path]) -> Iterator[Path]:
    """The files that paths name: a folder gives every readable file below it, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in READERS and file.suffix
            )
        else:
            yield path


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


def _plain(raw: bytes, where: str) -> Text:
    text, encoding = decode(raw, where)
    return Text(where, text, encoding)


def _html(raw: bytes, where: str) -> Text:
    from standoff.reading.pages import html

    return html(raw, where)


def _pdf(raw: bytes, where: str) -> Text:
    from standoff.reading.pages import pdf

    return pdf(raw, where)


READERS: Mapping[str, Callable[[bytes, str], Text]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ""), _plain),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _html),
    ".pdf": _pdf,
}


def _reader(path: Path) -> Callable[[bytes, str], Text]:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        forms = [form for form in READERS if form]
        raise ReadingError(
            Problem(
                f"`{suffix}` is not a form of text that can be read",
                str(path),
                allowed=listed(forms),
                fix=nearest(suffix, forms),
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
