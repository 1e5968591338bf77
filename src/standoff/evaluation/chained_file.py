"""Append-only files of JSON lines, each with the digest of the line before and its own.

A line that was changed, removed, moved or put in later is found and named by its number: its own digest is that of other
bytes, or the next line follows another one. Who changes the last line and its digest too is found by whoever noted the
digest of the end, the head of the chain.

Writers take turns by a lock on the file, and read it under the lock, so that two of them cannot append to the same head. A
line ends with its line feed, and is on the disk before `append` returns. What a killed writer left without a line feed is
no line: readers leave it out, and the next writer cuts it off.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from standoff import input_files, scalars
from standoff.errors import Problem, RunError
from standoff.files import check_writable, write_errors
from standoff.record import record

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LARGEST = 256_000_000  # bytes; assumption: some 60,000 forecasts of ten forecasters each
START = "0" * 64  #: what the first line follows
OWN = re.compile(r', "hash": "([0-9a-f]{64})"\}')  #: the end of every line
OWN_LENGTH = 77  #: of that


@record
class ChainedFile:
    """The lines of a file, which follow one another."""

    lines: tuple[dict[str, Any], ...]  #: without their digests
    head: str  #: digest of the last line
    size: int  #: bytes of whole lines; more of the file is torn


def read(path: Path) -> ChainedFile:
    """The lines of a file; raises `RunError` with every line that was changed or moved."""
    return _parse(input_files.contents(path, LARGEST, RunError), str(path))


def append(path: Path, make: Callable[[ChainedFile], Sequence[Mapping[str, Any]]]) -> ChainedFile:
    """Append what `make` gives for the lines of a file; returns the file after it.

    `make` is called under the lock. A file that does not exist is created. Raises `RunError` where a line was changed, or
    nothing can be written.
    """
    if fcntl is None:
        raise RunError("this system has no locks on files", str(path), allowed="Linux, macOS, or WSL on Windows")
    with write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    check_writable(path)
    is_new = not path.exists()
    with write_errors(path), path.open("a+b") as stream, _locked(stream):
        stream.seek(0)
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise RunError(f"more than {LARGEST:,} bytes", str(path), fix="begin a new record")
        before = _parse(raw, str(path))
        new = _chained(before.head, make(before))
        if new:
            stream.truncate(before.size)  # a torn line
            stream.write(new)
            stream.flush()
            os.fsync(stream.fileno())
            if is_new:
                _keep_name(path.parent)
    return read(path)


@contextmanager
def _locked(stream: BinaryIO) -> Iterator[None]:
    """The lock ends with the process, however it ends."""
    fcntl.flock(stream, fcntl.LOCK_EX)
    try:
        yield
    finally:
        stream.flush()
        fcntl.flock(stream, fcntl.LOCK_UN)


def _keep_name(folder: Path) -> None:
    """Put the name of a new file on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _chained(head: str, lines: Sequence[Mapping[str, Any]]) -> bytes:
    out = []
    for line in lines:
        body = json.dumps({**line, "previous": head}, ensure_ascii=False, allow_nan=False)
        head = hashlib.sha256(body.encode()).hexdigest()
        out.append(f'{body[:-1]}, "hash": "{head}"}}\n')
    return "".join(out).encode()


def _parse(raw: bytes, where: str) -> ChainedFile:
    size = raw.rfind(b"\n") + 1
    head, lines, problems = START, list[dict[str, Any]](), list[Problem]()
    for number, text in enumerate(input_files.text(raw[:size], where, RunError).split("\n")[:-1], 1):
        place = f"{where}:{number}"
        end = OWN.fullmatch(text, max(len(text) - OWN_LENGTH, 0))
        body = f"{text[: end.start()]}}}" if end else text
        own = hashlib.sha256(body.encode()).hexdigest()
        try:
            line = scalars.from_json(body)
        except ValueError as error:
            problems.append(Problem(f"line {number} is not a line of JSON: {error}", place))
            continue
        if not isinstance(line, dict) or end is None or end.group(1) != own:
            what = f"line {number} was changed: its digest is that of other words"
            problems.append(Problem(what, place, fix="restore the file; a record is never edited"))
        elif line.pop("previous", "") != head:
            what = f"line {number} does not follow line {number - 1}: one of them was changed, moved or put in"
            problems.append(Problem(what, place, fix="restore the file; a record is never edited"))
        lines.append(line if isinstance(line, dict) else {})
        head = end.group(1) if end else own
    if problems:
        raise RunError(problems)
    return ChainedFile(lines=tuple(lines), head=head, size=size)
