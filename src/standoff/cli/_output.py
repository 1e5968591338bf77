"""Standard output and error: no terminal control characters, any encoding, and a clean end.

Titles, speakers, texts and file names come from files that anybody may have written. So every text goes out through here:
characters that a terminal obeys or that reorder or hide what is read are shown as escapes such as `\\x1b` or `\\u202e`;
our own colours come after that (`standoff.cli._terminal`). What an encoding lacks is written with the nearest
ASCII signs, else as an escape too.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from standoff.hidden_characters import HIDDEN, escaped, visible

FAILED = 1  #: exit code of every error that a user can cause
CLOSED = (
    141  #: exit code where the reader of our output has gone: 128 + SIGPIPE, as a shell gives it for other programs
)
SIGNS = {
    **dict.fromkeys("−–—─━‐‑", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("█▉▊▋▌▍▎▏▐", "#"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("\xa0\u2009\u202f", " "),
    **dict.fromkeys("●◆■▲▼◀▶◇✚•", "*"),
    "·": ".",
    "…": "...",
    "±": "+-",
    "×": "x",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "≈": "~",
    "→": "->",
    "←": "<-",
    "↑": "^",
    "↓": "v",
    "‹": "<",
    "›": ">",
    "«": "<<",
    "»": ">>",
    "°": "deg",
    "€": "EUR",
    "£": "GBP",
    "₽": "RUB",
    "₴": "UAH",
    "₩": "KRW",
}
NEAREST = "standoff.nearest"  #: name of the error handler of our streams


class Lost(Exception):
    """Standard output can no longer be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.closed = isinstance(error, BrokenPipeError)


def fitted(text: str, encoding: str) -> str:
    """Escape control characters of a text, and replace characters that `encoding` lacks."""
    text = visible(text)
    return text if text.isascii() else text.encode(encoding, NEAREST).decode(encoding)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Replace characters that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(SIGNS.get(one) or escaped(one) for one in error.object[error.start : error.end]), error.end


codecs.register_error(NEAREST, _nearest)


@contextmanager
def to_output() -> Iterator[None]:
    """Turn errors of writing to standard output into `Lost`."""
    try:
        yield
    except OSError as error:
        raise Lost(error) from None


def put(text: str) -> None:
    """Print text and a newline; raises `Lost`."""
    with to_output():
        sys.stdout.write(f"{visible(text)}\n")
        sys.stdout.flush()


def put_error(text: str, *, over: bool = False) -> None:
    """Print on standard error, with `over` in place of the last line; ignore write errors."""
    try:
        sys.stderr.write(f"\r\x1b[K{visible(text)}" if over else f"{visible(text)}\n")
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def put_json(data: Any) -> None:
    """Print plain data as JSON; hidden and unencodable characters become `\\uXXXX`."""
    unicode = (sys.stdout.encoding or "ascii").lower().startswith("utf")
    text = json.dumps(data, indent=1, ensure_ascii=not unicode, allow_nan=False)
    put(HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f", text))


@contextmanager
def streams() -> Iterator[None]:
    """Make the standard streams accept any text; lost output ends the program quietly."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_prepared, before, (1, 2))
    try:
        try:
            yield
        except OSError:
            put("")  # texts about the program itself are printed by typer: was it their output that failed?
            raise
        finally:
            with to_output():
                sys.stdout.flush()
    except Lost as lost:
        _discard(sys.stdout)
        if lost.closed:
            raise SystemExit(CLOSED) from None
        put_error(f"standard output cannot be written: {lost}")
        raise SystemExit(FAILED) from None
    finally:
        sys.stdout, sys.stderr = before


def _prepared(stream: TextIO | None, descriptor: int) -> TextIO:
    """A stream that accepts any text; a null stream where the program was started without it."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
    if isinstance(stream, io.TextIOWrapper):
        if isinstance(stream.buffer, io.RawIOBase) and stream.fileno() == descriptor:
            # unbuffered, where a write that is cut short would not be noticed
            return open(descriptor, "w", 1, stream.encoding, NEAREST, closefd=False)
        stream.reconfigure(errors=NEAREST)
    return stream


def _discard(stream: TextIO) -> None:
    """Discard unwritten output, so that the interpreter does not fail at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
