"""Compiled programs cached on disk, so that the next process need not compile.

JAX has a cache of compiled code too, but looks it up only after it has traced the whole program, which takes longer
than the rest of a start. Here a program is found by a digest of everything that it depends on: the model, the shapes,
the source code behind it (`source_digest`), JAX and its flags, and the processor. A model of which only numbers have
changed is traced again, and its code is found by the text of the program.

A block of draws is compiled once, for one core, and the same code is loaded for every other core.

Code is unpickled and run. It is read only if this user wrote it and it is unchanged since (`standoff.files`).
"""

from __future__ import annotations

import gc
import hashlib
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

import jax

from standoff import xla
from standoff.files import cache_dir, read_cached, write_cached

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOG = logging.getLogger(__name__)
#: assumption: programs on disk, about 6 MB each, and the names that lead to them; the oldest go. A hindcast of 40 origins
#: and 22 rival models under 5 theories side by side need 150 programs
MAX_ENTRIES = 320
SEE = b"see "  #: prefix of an entry that refers to another
MIN_SECONDS = 2.0  # seconds, assumption: programs that compile faster are not cached
#: processor seconds to compile a letter of a program's text (measured from 0.7e-5 for the smallest case of the catalogue
#: to 1.1e-5 for `taiwan-quarantine`), and from which on the time is told, assumption
SECONDS_PER_LETTER, LONG = 1e-5, 15.0
#: seconds until a process compiles what another process is compiling, assumption: ten times as long as the flagship
#: takes; and between two looks, assumption
PATIENCE, TICK = 600.0, 0.2
HOME = Path(__file__).parents[1]
IMPORT = re.compile(r"^[ \t]*(?:from (standoff[\w.]*) import (\([^)]*\)|[^\n]*)|import (standoff[\w.]*))", re.MULTILINE)


def load_on_every_core(model: str, source: str, what: str, lowered: Callable[[], Any]) -> tuple[Callable[[], Any], ...]:
    """For each core, a function without arguments that returns a compiled function of a model.

    Arguments are as in `load_or_compile`.
    """
    name = _name(model, source, what)
    if name not in _LAST:
        first, code = _load_or_compile(model, source, what, lowered, xla.single_thread_devices()[:1])
        others = [cache(partial(xla.deserialize, code, [core])) for core in xla.single_thread_devices()[1:] if code]
        _LAST.clear()
        _LAST[name] = (lambda: first, *others)
    return _LAST[name]


_LAST: dict[str, tuple[Callable[[], Any], ...]] = {}  # the last one, so that runs of one model share it


def load_or_compile(
    model: str, source: str, what: str, lowered: Callable[[], Any], on: Sequence[jax.Device] = ()
) -> Any:
    """Load a compiled function of a model from disk, or compile `lowered` and store it if slow.

    model: digest of the model
    source: digest of the code behind the function, see `Model.source`
    what: name of the function, with every shape and type that it was made for
    on: devices to run on; the first one, if left out
    """
    return _load_or_compile(model, source, what, lowered, on or xla.devices()[:1])[0]


def _load_or_compile(
    model: str, source: str, what: str, lowered: Callable[[], Any], on: Sequence[jax.Device]
) -> tuple[Any, bytes | None]:
    """A compiled function and its serialised code; the code is None in plain JAX."""
    name = _name(model, source, what)
    result: tuple[Any, bytes | None] | None = _read(name, on)
    if result is None:
        with _turn(name) as waited:
            result = _read(name, on) if waited else None
            return result or _compile(name, source, what, lowered, on)
    return result


def _compile(
    name: str, source: str, what: str, lowered: Callable[[], Any], on: Sequence[jax.Device]
) -> tuple[Any, bytes | None]:
    """Compile a function, unless the code of its text is on disk, and store it if slow."""
    began = time.perf_counter()
    with _no_collection():
        program = lowered()
    text = program.as_text()
    same = _name("text", source, text)
    result: tuple[Any, bytes | None] | None = _read(same, on)
    if result is None:
        if (expected := len(text) * SECONDS_PER_LETTER) > LONG:
            LOG.warning("compiling, about %s, once", _rounded(expected))
        function = xla.compile_lowered(program)
        result = function, xla.serialize(function)
    seconds = time.perf_counter() - began
    LOG.info("%s: compiled in %.1f s", what.partition(" (")[0], seconds)  # without shapes
    if result[1] is not None and seconds > MIN_SECONDS:
        _write(result[1], same, name)
    xla.release_memory()
    return result


def _rounded(seconds: float) -> str:
    """A time of more than some seconds in words, to the next ten seconds or minute."""
    minutes = round(seconds / 60)
    return f"{round(seconds, -1):.0f} seconds" if seconds < 45 else "a minute" if minutes == 1 else f"{minutes} minutes"


@contextmanager
def _turn(name: str) -> Iterator[bool]:
    """One process at a time compiles a program; gives whether another one had the turn before.

    Workers that begin together with an empty cache, on one machine or on a disk with locks, so compile it once.
    """
    folder = None if fcntl is None or xla.PLAIN else cache_dir("locks")
    with ExitStack() as stack:
        waited = False
        if folder is not None:
            with suppress(OSError):  # a disk without locks: every process compiles
                file = stack.enter_context(
                    (folder / name[:3]).open("wb")
                )  # 4,096 files at most; locks end with a process
                waited = _lock(file)
        yield waited


def _lock(file: BinaryIO) -> bool:
    """Lock a file, or give up after `PATIENCE`; returns whether another process had it."""
    end, waited = time.monotonic() + PATIENCE, False
    while time.monotonic() < end:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            waited = True
            time.sleep(TICK)
    return waited


@contextmanager
def _no_collection() -> Iterator[None]:
    """Disable garbage collection of cycles, which takes a seventh of tracing time (flagship)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _name(model: str, source: str, what: str) -> str:
    return hashlib.sha256("\0".join((model, source, what, *xla.environment())).encode()).hexdigest()


def _read(name: str, on: Sequence[jax.Device]) -> tuple[Any, bytes] | None:
    folder = None if xla.PLAIN else cache_dir("programs")
    code = None if folder is None else read_cached(folder / name)
    if folder is None or code is None:
        return None
    if code.startswith(SEE):
        return _read(code.removeprefix(SEE).decode(), on)
    try:
        return xla.deserialize(code, on), code
    except Exception:  # as it was written, and not for this machine after all: it is made anew
        (folder / name).unlink(missing_ok=True)
        return None


def _write(code: bytes, name: str, also: str) -> None:
    """Store code under a name, with an alias; without a writable folder every process compiles."""
    folder = cache_dir("programs")
    if folder is not None and write_cached(folder / name, code, MAX_ENTRIES) and also != name:
        write_cached(folder / also, SEE + name.encode(), MAX_ENTRIES)


# ---- source code -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def source_digest(modules: frozenset[str], home: Path = HOME) -> str:
    """SHA-256 of the files of some modules and of all modules of the package that they import.

    Code on which no compiled function can depend, such as a label of a report or a mechanism that a scenario does not use,
    is left out, so that a change of it does not cause a new compilation.

    home: folder of the package
    """
    texts, waiting = dict[str, str](), set(modules)
    while waiting:
        name = waiting.pop()
        texts[name] = _text(name, home)
        waiting |= {other for other in imported(texts[name], home) if other not in texts}
    return hashlib.sha256("\0".join(f"{name}\0{texts[name]}" for name in sorted(texts)).encode()).hexdigest()


def imported(text: str, home: Path = HOME) -> set[str]:
    """Full names of the modules of the package that a source text imports, by absolute imports."""
    out: set[str] = set()
    for package, names, plain in IMPORT.findall(text):
        words = [word.split()[0] for word in re.sub(r"#.*|[()]", "", names).split(",") if word.split()]
        result = [f"{package}.{word}" for word in words if _file(f"{package}.{word}", home)]
        out |= {*result, *([package or plain] if len(result) < len(words) or plain else [])}
    return out - {"standoff"}


def _text(name: str, home: Path) -> str:
    file = _file(name, home) or getattr(sys.modules.get(name), "__file__", None)
    return Path(file).read_text(encoding="utf-8") if file else ""


def _file(name: str, home: Path) -> Path | None:
    """The file of a module in the folder of the package, or None."""
    path = home.joinpath(*name.split(".")[1:])
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
