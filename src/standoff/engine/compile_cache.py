"""Programs compiled for this machine and kept on disk, so that the next process need not compile.

JAX keeps compiled code too, but finds it only after it has traced the whole program again, which takes longer than all
the rest of a start. What is kept here is found by a digest of everything that the program depends on: the model, the
shapes, this package's own source, JAX and its flags, and the processor. A model of which only numbers have changed is
traced again and finds its code by the text of the program.

A block of draws is compiled once, for one core, and the same code is loaded for every other.

Code is unpickled and run: what is read was written by this user and is as it was written (`standoff.files`).
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
from jax.experimental import serialize_executable

import standoff
from standoff.engine.xla import devices, release_memory, single_thread_devices
from standoff.files import cache_dir, read_cached, write_cached

MAX_ENTRIES = 80  # assumption: programs on disk, about 6 MB each, and the names that lead to them; the oldest go
SEE = b"see "  #: what an entry begins with that leads to another
MIN_SECONDS = 2.0  # seconds, assumption: what is made faster than that is made anew
JAX_MIN_SECONDS = "jax_persistent_cache_min_compile_time_secs"  #: what JAX compiles faster than that it does not keep


def load_on_every_core(
    model: str, what: str, lowered: Callable[[], Any] | None
) -> tuple[Callable[[], Any], ...] | None:
    """For every core, a function without arguments that gives a compiled function of a model there.

    `model` and `what` are as in `load_or_compile`. None where the function is not on disk, and no `lowered` is given.
    """
    name = _name(model, what)
    if name not in _LAST:
        made = _load_or_compile(model, what, lowered, single_thread_devices()[:1])
        if made is None:
            return None
        first, code = made
        others = [cache(partial(_load, code, [device])) for device in single_thread_devices()[1:]]
        _LAST.clear()
        _LAST[name] = (lambda: first, *others)
    return _LAST[name]


_LAST: dict[str, tuple[Callable[[], Any], ...]] = {}  # the last one, so that runs of one model share it


def load_or_compile(model: str, what: str, lowered: Callable[[], Any], on: Sequence[jax.Device] = ()) -> Any:
    """A compiled function of a model: the one on disk, or what `lowered` gives, compiled and kept if that took long.

    `model` is the digest of the model; `what` names the function, with every shape and type that it was made for; it runs `on`
    these devices, or on the first.
    """
    made = _load_or_compile(model, what, lowered, on or devices()[:1])
    assert made is not None
    return made[0]


def _load_or_compile(
    model: str, what: str, lowered: Callable[[], Any] | None, on: Sequence[jax.Device]
) -> tuple[Any, bytes] | None:
    """A compiled function, and its code to be kept or loaded elsewhere."""
    name = _name(model, what)
    found = _read(name, on)
    if found is None and lowered is not None:
        began = time.perf_counter()
        with _no_collection():
            program = lowered()
        same = _name("text", program.as_text())
        found = _read(same, on)
        if found is None:
            function = _compile(program)
            found = function, pickle.dumps(serialize_executable.serialize(function))
        if time.perf_counter() - began > MIN_SECONDS:
            _write(found[1], same, name)
        release_memory()
    return found


def _compile(lowered: Any) -> Any:
    """With vectors as wide as the processor has them: the compiler takes half of 512 bits unless told, a tenth slower."""
    with _not_kept_by_jax():
        if "avx512f" in _processor():
            with suppress(jax.errors.JaxRuntimeError):  # a compiler that does not know the option
                return lowered.compile(compiler_options={"xla_cpu_prefer_vector_width": 512})
        return lowered.compile()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Looking for cycles, of which tracing makes few, takes a seventh of it (measured on the flagship)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _not_kept_by_jax() -> Iterator[None]:
    """What JAX reads from its own cache does not run once it is written and read again: it is to keep none of these."""
    before = getattr(jax.config, JAX_MIN_SECONDS)
    jax.config.update(JAX_MIN_SECONDS, float("inf"))
    try:
        yield
    finally:
        jax.config.update(JAX_MIN_SECONDS, before)


def _name(model: str, what: str) -> str:
    parts = (
        model, what, str(len(devices())), jax.__version__, version("jaxlib"),
        platform.python_version(), os.environ.get("XLA_FLAGS", ""), _processor(), _source(),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _source() -> str:
    """Digest of this package's code."""
    digest = hashlib.sha256()
    for file in sorted(Path(standoff.__path__[0]).rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def _processor() -> str:
    """The kind of processor with all that it can do: code made for another one may not run."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return "".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    return f"{platform.machine()} {platform.processor()}"


def _read(name: str, on: Sequence[jax.Device]) -> tuple[Any, bytes] | None:
    folder = cache_dir("programs")
    code = None if folder is None else read_cached(folder / name)
    if folder is None or code is None:
        return None
    if code.startswith(SEE):
        return _read(code.removeprefix(SEE).decode(), on)
    try:
        return _load(code, on), code
    except Exception:  # as it was written, and not for this machine after all: it is made anew
        (folder / name).unlink(missing_ok=True)
        return None


def _load(code: bytes, on: Sequence[jax.Device]) -> Any:
    program, inward, outward = pickle.loads(code)
    client: Any = on[0].client
    found = serialize_executable.deserialize_and_load(program, inward, outward, client, on)
    release_memory()
    return found


def _write(code: bytes, name: str, also: str) -> None:
    """Keep code under a name, and another name that leads to it. Where nothing can be written, every process compiles."""
    folder = cache_dir("programs")
    if folder is not None and write_cached(folder / name, code, MAX_ENTRIES) and also != name:
        write_cached(folder / also, SEE + name.encode(), MAX_ENTRIES)
