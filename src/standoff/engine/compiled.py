"""A program compiled for this machine, one block of draws a device; kept on disk, so that the next process need not compile.

JAX keeps compiled code too, but finds it only after it has traced the whole program again, which takes longer than all
the rest of a start. What is kept here is found by a digest of everything that the program depends on: the model, the
shapes, this package's own source, JAX and its flags, and the processor. A model of which only numbers have changed is
traced again and finds its code with JAX.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax.experimental.serialize_executable import deserialize_and_load, serialize
from jax.sharding import NamedSharding

import standoff
from standoff.engine.device import SAME, SPLIT, cache_folder, devices, mesh, trim

if TYPE_CHECKING:
    from standoff.engine.build import Model
    from standoff.engine.program import Program

KEPT = 40  # assumption: programs on disk, about 6 MB each; the oldest go
WORTH = 2.0  # seconds, assumption: what is made faster than that is made anew


def executable(model: Model, size: int, dtype: Any) -> Any:
    """`model.program.block` for shards of `size` draws, spread over the devices; the paths that it is given are used up."""
    return kept(
        model.hash, f"block of {size} in {jnp.dtype(dtype).name}", lambda: _lowered(model, size, dtype), devices()
    )


def kept(model: str, what: str, lowered: Callable[[], Any], on: Sequence[jax.Device] = ()) -> Any:
    """A compiled function of a model: the one on disk, or what `lowered` gives, compiled and kept if that took long.

    `model` is the digest of the model; `what` names the function, with every shape and type that it was made for; it runs `on`
    these devices, or on the first.
    """
    file = _file(model, what)
    found = _read(file, on or devices()[:1])
    if found is None:
        began, hits = time.perf_counter(), len(_hits())
        found = _compile(lowered())
        known = len(_hits()) > hits  # what JAX read from its own cache does not run once it is written and read again
        if time.perf_counter() - began > WORTH and not known:
            _write(file, found)
        trim()
    return found


def _compile(lowered: Any) -> Any:
    """With vectors as wide as the processor has them: the compiler takes half of 512 bits unless told, a tenth slower."""
    if "avx512f" in _processor():
        with suppress(jax.errors.JaxRuntimeError):  # a compiler that does not know the option
            return lowered.compile(compiler_options={"xla_cpu_prefer_vector_width": 512})
    return lowered.compile()


@cache
def _hits() -> list[str]:
    """Grows whenever JAX finds compiled code on disk."""
    events: list[str] = []

    def note(event: str, **_: Any) -> None:
        if event == "/jax/compilation_cache/cache_hits":
            events.append(event)

    jax.monitoring.register_event_listener(note)
    return events


def blank_paths(program: Program, size: int, dtype: Any) -> dict[str, jax.Array]:
    """Arrays for the whole paths of a shard."""
    return {
        name: jnp.zeros(like.shape, like.dtype, device=like.sharding)
        for name, like in _paths(program, size, dtype).items()
    }


def _paths(program: Program, size: int, dtype: Any) -> dict[str, jax.ShapeDtypeStruct]:
    split = NamedSharding(mesh(), SPLIT)
    return {
        name: jax.ShapeDtypeStruct((len(devices()), *shape), kind, sharding=split)
        for name, (shape, kind) in program.paths(size // len(devices()), dtype).items()
    }


def _lowered(model: Model, size: int, dtype: Any) -> Any:
    program, arrays = model.program, model.table.arrays()

    def shard(table: Any, seed: Any, ids: Any, total: Any, keep: Any, paths: Any) -> Any:
        own = {name: path[0] for name, path in paths.items()}
        return jax.tree.map(lambda value: value[None], program.block(table, seed, ids, total, keep, own))

    mapped = jax.shard_map(
        shard, mesh=mesh(), in_specs=((SAME,) * len(arrays), SAME, SPLIT, SAME, SAME, SPLIT), out_specs=SPLIT,
        check_vma=False,
    )  # fmt: skip
    word = jax.ShapeDtypeStruct((), jnp.uint32)
    table = tuple(jax.ShapeDtypeStruct(part.shape, dtype) for part in arrays)
    ids, keep = jax.ShapeDtypeStruct((size,), jnp.uint32), jax.ShapeDtypeStruct((), jnp.bool_)
    jitted = jax.jit(mapped, donate_argnums=5, keep_unused=True)
    return jitted.lower(table, word, ids, word, keep, _paths(program, size, dtype))


def _file(model: str, what: str) -> Path:
    parts = (
        model, what, str(len(devices())), jax.__version__, version("jaxlib"),
        platform.python_version(), os.environ.get("XLA_FLAGS", ""), _processor(), _source(),
    )  # fmt: skip
    return cache_folder() / "programs" / hashlib.sha256("\0".join(parts).encode()).hexdigest()


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


def _read(file: Path, on: Sequence[jax.Device]) -> Any:
    try:
        program, inward, outward = pickle.loads(file.read_bytes())
        found = deserialize_and_load(program, inward, outward, execution_devices=on)
    except Exception:  # none there, or written by a process that was cut off: it is made anew
        return None
    with suppress(OSError):
        os.utime(file)
    return found


def _write(file: Path, made: Any) -> None:
    with suppress(OSError):  # a read-only home: every process then compiles for itself
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_name(f".{file.name}.{os.getpid()}")
        scratch.write_bytes(pickle.dumps(serialize(made)))
        os.replace(scratch, file)
        for old in sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)
