"""Source texts, and decoding of bytes.

Offsets are code points of the text as decoded, without newline translation; a byte order mark is not counted.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from standoff.errors import ReadingError
from standoff.versions import require_packages

LARGEST = 64_000_000  # bytes; assumption: the longest books have some 5 million characters
ENCODINGS = "UTF-8, or UTF-16 with a byte order mark"


@dataclass(frozen=True)
class SourceText:
    """A text with its origin."""

    text: str
    title: str = ""  #: from the metadata of the file, else its name
    published: str = ""  #: from the metadata of the file, or empty


def decode(raw: bytes, where: str) -> str:
    """The text of bytes: UTF-8, UTF-16 with a mark, else by a guess; or `ReadingError`."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        with suppress(UnicodeDecodeError):
            return raw.decode("utf-16")
    if 0 in raw:
        what = f"byte {raw.index(0)} is zero: not text in a supported encoding"
        raise ReadingError(what, where, allowed=ENCODINGS, fix="save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start
    normalizer: Any = need("charset_normalizer", "reading", f"byte {at} is not UTF-8, and reading other encodings")
    best = normalizer.from_bytes(raw).best()
    if best is None:
        what = f"byte {at} is not UTF-8, and no other encoding fits"
        raise ReadingError(what, where, allowed=ENCODINGS, fix="save it as UTF-8")
    return str(best)


def need(module: str, extra: str, what: str) -> Any:
    """Import an optional package; raises `ReadingError` with installation instructions."""
    require_packages(what, extra, module, kind=ReadingError)
    return import_module(module)
