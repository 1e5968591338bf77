"""Read input files safely: regular files of limited size only."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from standoff.errors import DataError, Problem, StandoffError

THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}  #: names of its own addresses
SECURE = "https, or http to this machine"
STDIN = "-"  #: the name of standard input
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def contents(path: Path, largest: int, kind: type[StandoffError]) -> bytes:
    """The bytes of a regular file of at most `largest` bytes; raises `kind`.

    The size is counted while it is read, since some files (of /proc, or one that grows) have another than they state.
    """
    where = str(path)
    try:
        _refuse(path.stat().st_mode, where, kind)  # before it is opened: opening a device may do something
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123
            status = os.fstat(descriptor)
            _refuse(status.st_mode, where, kind)  # it may have been exchanged
            raw = b"" if status.st_size > largest else _read(file, largest + 1, status.st_size + 1)
    except OSError as error:
        raise kind(f"cannot be read: {error.strerror or error}", where, fix="check the path") from None
    except ValueError as error:  # a name that no file can have
        raise kind(f"cannot be read: {error}", where, fix="check the path") from None
    if max(status.st_size, len(raw)) > largest:
        raise kind(_large(where, largest))
    return raw


def standard_input(largest: int, kind: type[StandoffError]) -> bytes:
    """All bytes of standard input, at most `largest`; raises `kind`."""
    try:
        raw = b"" if sys.stdin is None else _read(sys.stdin.buffer, largest + 1)
    except OSError as error:
        raise kind(f"cannot be read: {error.strerror or error}", "standard input") from None
    if len(raw) > largest:
        raise kind(_large("standard input", largest))
    return raw


def _read(file: BinaryIO, most: int, expected: int = 2**16) -> bytes:
    """Up to so many bytes, in steps, since Python reserves as much memory as it is asked for."""
    raw = file.read(min(expected, most))
    while len(raw) < most and (more := file.read(min(max(len(raw), 2**16), most - len(raw)))):
        raw += more
    return raw


def _refuse(mode: int, where: str, kind: type[StandoffError]) -> None:
    if not stat.S_ISREG(mode):
        what = KINDS.get(stat.S_IFMT(mode), "no file")
        raise kind(f"cannot be read: it is {what}", where, allowed="a regular file", fix="check the path")


def _large(where: str, largest: int) -> Problem:
    return Problem(f"more than {largest:,} bytes", where, allowed=f"up to {largest:,} bytes", fix="split the file")


def text(raw: bytes, where: str, kind: type[StandoffError]) -> str:
    """Decode UTF-8 without a byte order mark; raises `kind` with the line."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise kind("not UTF-8 text", f"{where}:{line}", allowed="UTF-8", fix="save the file as UTF-8") from None


def require_secure(url: str) -> None:
    """Raise `DataError` for an address that may not be fetched."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in THIS_MACHINE:
        return
    raise DataError(f"`{url[:200]}` may not be fetched", allowed=SECURE)
