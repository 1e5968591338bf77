"""Atomic writes of files and folders, with one kind of error, and caches.

A cache holds results of earlier computations, including programs that are run once they are read. So its folder must
belong to the user, and nobody else may write there (mode 0700); any other folder is neither read nor written, with one
warning. This does not detect a flipped bit on the disk, a file that was put there before the folder was closed to
others, or an entry that came with a copied folder. So every entry begins with its HMAC-SHA256, over its name and its
bytes, under a random key that the folder keeps with mode 0600: an entry that was not written by a process of this user,
or has changed since, is deleted and made anew. A plain digest would detect accidents only.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import logging
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from standoff.errors import RunError, StandoffError

NAME_BYTES = 255  #: largest length of a name: NAME_MAX of Linux and macOS; NTFS has 255 characters
SCRATCH = ".part"  #: suffix of scratch files, whose names begin with a dot
TAG = hashlib.sha256().digest_size  #: bytes before the content of a cache entry
REMEDIES = {
    errno.ENOSPC: "free space on the disk, or choose another place",
    errno.EDQUOT: "the quota of the user is used up: remove files, or choose another place",
    errno.EROFS: "choose a writable place",
    errno.EACCES: "choose a place where you have permission to write",
    errno.EPERM: "choose a place where you have permission to write",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "too many files are open: close some, or raise the limit (`ulimit -n`)",
    errno.EIO: "the disk reports an error: check it, or choose another place",
}


@contextmanager
def write_errors(path: Path, kind: type[StandoffError] = RunError) -> Iterator[None]:
    """Convert system errors while `path` is written to an error that names it."""
    try:
        yield
    except OSError as error:
        allowed = f"names of at most {NAME_BYTES} bytes" if error.errno == errno.ENAMETOOLONG else ""
        raise kind(
            f"cannot be written: {error.strerror or error}",
            str(path),
            allowed=allowed,
            fix=REMEDIES.get(error.errno or 0, "check the path"),
        ) from None


def write_atomic(
    path: Path, content: bytes | str, kind: type[StandoffError] = RunError, *, durable: bool = True, mode: int = 0o666
) -> None:
    """Write a file and its folders atomically: readers see the old or the new content.

    Text is written as UTF-8. A link is followed, and what is no file, such as /dev/stdout, is written to as it is.

    durable: also after a loss of power; without, it may then be empty or in part, which is enough where that is noticed
    mode: of a new file, less what the system masks
    Raises `kind` where the file cannot be written.
    """
    raw = content.encode() if isinstance(content, str) else content
    with write_errors(path, kind):
        goal = Path(os.path.realpath(path))
        if os.path.lexists(goal) and not goal.is_file():
            with goal.open("wb") as stream:
                stream.write(raw)
            return
        goal.parent.mkdir(parents=True, exist_ok=True)
        check_names(goal)
        scratch = scratch_path(goal)
        try:
            with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode), "wb") as stream:
                stream.write(raw)
                stream.flush()
                if durable:
                    os.fsync(stream.fileno())
            with suppress(OSError):  # a new file, or a disk without permissions
                scratch.chmod(stat.S_IMODE(goal.stat().st_mode))
            os.replace(scratch, goal)
        finally:
            scratch.unlink(missing_ok=True)


_BINARY = getattr(os, "O_BINARY", 0)  # Windows would else write another byte at the end of every line


def append_line(path: Path, data: Any) -> None:
    """Append plain data to JSON lines that the user alone can read.

    It is on the disk before this returns: one write, on a line of its own. Several processes may append to a file, and one that
    is killed leaves at most a part of a line, which stands alone. Raises `RunError` where it cannot be written.
    """
    raw = b"\n" + json.dumps(data, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    with write_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY, 0o600)
        try:
            written = os.write(file, raw)
            os.fsync(file)
        finally:
            os.close(file)
    if written < len(raw):
        raise RunError("only a part of a line could be written", str(path), fix=REMEDIES[errno.ENOSPC])


def scratch_path(path: Path) -> Path:
    """A unique scratch name in the folder of `path`, over processes, threads and machines."""
    return path.with_name(f".{os.getpid()}-{secrets.token_hex(8)}{SCRATCH}")


def is_scratch(path: Path) -> bool:
    """Whether a file is the scratch file of a killed writer."""
    return path.name.startswith(".") and path.name.endswith(SCRATCH)


def write_text(path: Path, text: str, kind: type[StandoffError] = RunError) -> None:
    """Write a text file and its folders; raises `kind` on failure."""
    write_atomic(path, text, kind)


def write_json(path: Path, data: Any) -> None:
    """Write plain data as a JSON file."""
    write_text(path, json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def json_digest(data: Any) -> str:
    """SHA-256 of plain data, in hexadecimal, independent of key order and white space."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def check_writable(path: Path) -> None:
    """Raise `RunError` if a file cannot be written; changes nothing."""
    with write_errors(path):
        check_names(path)
        if path.is_dir():
            raise IsADirectoryError(None, "is a folder")
        if path.is_file():
            with path.open("ab"):
                pass
        if path.is_file() or not path.exists():
            _try_inside(path.parent)


def check_writable_folder(path: Path) -> None:
    """Raise `RunError` if a folder cannot be created or written; leaves nothing behind."""
    with write_errors(path):
        _try_inside(path)


def check_names(path: Path) -> None:
    """Raise the system's error for a name in a path that is too long."""
    if any(len(os.fsencode(part)) > NAME_BYTES for part in path.parts):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))


def _try_inside(folder: Path) -> None:
    """Create a file in a folder or its nearest parent, since permissions alone are unreliable."""
    from tempfile import TemporaryFile  # costs the start of a short program

    check_names(folder)
    nearest = next(parent for parent in (folder, *folder.absolute().parents) if os.path.lexists(parent))
    if not nearest.is_dir():
        raise NotADirectoryError(None, f"{nearest} is not a folder")
    with TemporaryFile(dir=nearest):
        pass


def cache_dir(name: str) -> Path | None:
    """The folder of a cache, created if missing; None without one private to the user.

    It lies in `standoff` in `XDG_CACHE_HOME`, or in `.cache` in the home folder. Without a home, or on a disk that cannot be
    written, every process does without; of a folder that others own or can write, the log of the process says so once.
    """
    root = _cache_root()
    if root is None:
        return None
    for folder in (root, root / name):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fault = _insecure(folder)
            if fault:
                _warn(f"the cache {folder} is not used: {fault}; remove it, or set XDG_CACHE_HOME to a private folder")
                return None
            if stat.S_IMODE(folder.stat().st_mode) & 0o077:
                folder.chmod(0o700)
        except OSError:
            return None
    return root / name


def read_cached(path: Path) -> bytes | None:
    """Read a cache entry; None if there is none. A damaged entry is deleted.

    `path` is a file in a folder that `cache_dir` gave.
    """
    try:
        raw = path.read_bytes()
        key = _key(path)
    except (OSError, StandoffError):
        return None
    if key is not None and hmac.compare_digest(raw[:TAG], _tag(key, path, raw[TAG:])):
        with suppress(OSError):
            os.utime(path)
        return raw[TAG:]
    with suppress(OSError):
        path.unlink()
    return None


def write_cached(path: Path, content: bytes, most: int) -> bool:
    """Write a cache entry and keep the `most` recent ones; returns success."""
    try:
        key = _key(path)
        if key is None:
            return False
        write_atomic(path, _tag(key, path, content) + content, durable=False, mode=0o600)
        with os.scandir(path.parent) as folder:
            entries = [Path(entry) for entry in folder if entry.is_file(follow_symlinks=False)]
        if len(entries) > most:
            for old in sorted(entries, key=_last_used)[:-most]:
                old.unlink(missing_ok=True)
    except (OSError, StandoffError):
        return False
    return True


def _cache_root() -> Path | None:
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "standoff"
    except (RuntimeError, OSError):  # a user without a home, a working folder that is gone
        return None


def _insecure(folder: Path) -> str:
    """Reason why others may write in a folder; empty if they cannot."""
    if not hasattr(os, "getuid"):
        return ""
    status = folder.stat()
    if {status.st_uid, folder.lstat().st_uid} != {os.getuid()}:
        return "another user owns it"
    return "other users can write there" if status.st_mode & 0o022 else ""


@cache
def _warn(text: str) -> None:
    """Warn once for each text."""
    logging.getLogger(__name__).warning(text)


def _key(path: Path) -> bytes | None:
    """The secret key of a cache, created if missing; None if it cannot be private."""
    file = path.parents[1] / "key"  # one for all caches, beside them
    for _ in range(2):
        with suppress(OSError):
            status = file.lstat()
            safe = (
                stat.S_ISREG(status.st_mode)
                and not _insecure(file)
                and not (os.name == "posix" and status.st_mode & 0o077)
            )
            key = file.read_bytes() if safe else b""
            if len(key) == TAG:
                return key
            file.unlink()
        write_atomic(file, secrets.token_bytes(TAG), durable=False, mode=0o600)
    return None


def _tag(key: bytes, path: Path, content: bytes) -> bytes:
    """Authentication tag of an entry, which depends on its name."""
    return hmac.digest(key, os.fsencode(path.name) + b"\0" + content, "sha256")


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has just deleted it
        return 0.0
