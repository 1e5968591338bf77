"""JAX configuration: everything private, experimental or specific to the compiler.

The settings affect speed, and results by no more than rounding. They must be made before JAX creates its first array.
With `STANDOFF_PLAIN_JAX=1` in the environment, or where JAX lacks one of these interfaces, plain JAX runs instead: one
client with one device, the compiler's own settings, and nothing kept on disk.

Fusions with several outputs are part of the compiler, but off by default; with them a model has a fifth of the kernels,
compiles in a third of the time and runs five times faster (measured on the flagship). A compiler ignores options that
it does not know.
"""

from __future__ import annotations

import ctypes
import logging
import math
import os
import pickle
import platform
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, PartitionSpec

from standoff.files import cache_dir, read_cached, write_cached

try:
    from jax._src import compilation_cache  # there is no public way to say how entries are read and written
    from jax._src.compilation_cache_interface import CacheInterface
    from jax._src.xla_bridge import backends_are_initialized
    from jax.experimental import serialize_executable
    from jaxlib.xla_client import make_cpu_client

    PLAIN = os.environ.get("STANDOFF_PLAIN_JAX") == "1"  #: whether plain JAX is used
except ImportError:
    CacheInterface = object  # type: ignore[misc, assignment]
    PLAIN = True

LOG = logging.getLogger(__name__)
MAX_ENTRIES = 4000  # assumption: small programs on disk, 30 kB each; a run of the flagship needs about a hundred
LOGICAL = 8  #: host devices at least, whatever the cores: a program over so many has the same shapes on every machine
MIN_SECONDS = "jax_persistent_cache_min_compile_time_secs"  #: compile time in seconds below which JAX does not cache
SHARDED, REPLICATED = PartitionSpec("device"), PartitionSpec()  #: an axis distributed over devices; replicated on each
#: for programs of loops over small matrices: with the fusions of `devices`, the compiler of JAX 0.10 aborts
#: or takes minutes
NO_MULTI_OUTPUT_FUSION: Any = None if PLAIN else {"xla_disable_hlo_passes": "cpu_multi_output_fusion"}
#: flags for fusions with several outputs, and for none: the compiler heeds that its option is there, whatever its value, and
#: ignores the name of the second, which is ours and takes its place
MULTI_OUTPUT = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"
SINGLE_OUTPUT = "--xla_backend_extra_options=xla_standoff_single_output_fusion=true"
#: for large programs that run a few times: compiled without optimisation, and without these fusions too, with which the
#: compiler aborts on the likelihood of a fit of the flagship as of June 2022
UNOPTIMISED: Any = None if PLAIN else {"xla_backend_optimization_level": 0, **NO_MULTI_OUTPUT_FUSION}


def cores() -> int:
    """Number of cores that this process may keep busy, within its quota of processor time."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(available, cpu_quota())))


def cpu_quota(control_groups: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> float:
    """Processor time that the control groups of this process allow, in cores; or infinity.

    A container with two of 64 cores sees all 64, and has a quota: `cpu.max` in version 2 of control groups (of the group
    of the process and of every group above it), `cpu.cfs_quota_us` in version 1.
    """
    least, groups = math.inf, [""]
    with suppress(OSError):
        lines = [line.split(":", 2) for line in membership.read_text(encoding="utf-8").splitlines()]
        groups += [
            line[2].strip("/") for line in lines if len(line) == 3 and (not line[1] or "cpu" in line[1].split(","))
        ]
    for group in dict.fromkeys(groups):
        for folder in (control_groups / group, *(control_groups / group).parents):
            with suppress(OSError, ValueError, ZeroDivisionError):
                quota, period = (folder / "cpu.max").read_text(encoding="utf-8").split()
                least = min(least, float(quota) / float(period))  # `max` is no number: there is no limit
            if folder == control_groups:
                break
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = (
                (control_groups / "cpu" / group / f"cpu.cfs_{name}_us").read_text(encoding="utf-8")
                for name in ("quota", "period")
            )
            least = min(least, float(quota) / float(period) if float(quota) > 0 else math.inf)
    return least


class CheckedCache(CacheInterface):  # type: ignore[misc, unused-ignore]
    """Compile cache of JAX with authenticated entries; JAX's own would run any file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder

    def get(self, key: str) -> bytes | None:
        """The program under a key; None if absent or damaged."""
        return read_cached(self._path / key)

    def put(self, key: str, value: bytes) -> None:
        """Store a program."""
        write_cached(self._path / key, value, MAX_ENTRIES)


@cache
def devices() -> tuple[jax.Device, ...]:
    """Host devices, one per core and at least `LOGICAL`, if JAX was not in use before.

    In a process that has used JAX before, its compiler keeps the settings that it has. The environment then names these,
    so that compiled programs are kept apart from those of other processes, and processes started from here do likewise.
    """
    if PLAIN:
        return tuple(jax.devices("cpu")[:1])
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        late = backends_are_initialized()  # whose compiler has read its flags, once for the life of this process
        if late:
            LOG.warning(
                "JAX was in use before standoff and keeps other settings of its compiler: models compile and run more "
                "slowly in this process, and numbers differ in the last digits from those of other processes. To avoid it, "
                "run a model first, or set XLA_FLAGS=%s before Python starts.",
                MULTI_OUTPUT,
            )
        os.environ["XLA_FLAGS"] = f"{flags} {SINGLE_OUTPUT if late else MULTI_OUTPUT}".strip()
    with suppress(RuntimeError):  # JAX already runs with the devices that it has
        jax.config.update("jax_num_cpu_devices", max(cores(), LOGICAL))
    folder = cache_dir("compiled")
    if folder is not None:
        its_own = compilation_cache.get_file_cache
        compilation_cache.get_file_cache = lambda path: (
            (CheckedCache(folder), path) if path == str(folder) else its_own(path)
        )
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update(MIN_SECONDS, 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return tuple(jax.devices("cpu"))


@cache
def single_thread_devices() -> tuple[jax.Device, ...]:
    """One device per core, each with its own single-threaded client.

    The devices of one client share its threads, and a program that runs on one hands pieces to the threads of all: where
    every core has its own work, that gains nothing and costs up to a twentieth (measured on the flagship, two cores). And
    code that was compiled for the only device of one client is code for that of another.
    """
    shared = devices()  # and with them the settings of the compiler
    if PLAIN:
        return shared
    name = "NPROC"  # which sets the number of threads of the client
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        clients: list[Any] = [make_cpu_client(asynchronous=False, num_devices=1) for _ in range(cores())]
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    return tuple(client.devices()[0] for client in clients)


def shard(function: Callable[..., Any], in_specs: tuple[PartitionSpec, ...], count: int) -> Callable[..., Any]:
    """A function on the first `count` devices, with arguments distributed by `in_specs`."""
    mesh = Mesh(np.array(devices()[:count]), ("device",))
    return jax.shard_map(function, mesh=mesh, in_specs=in_specs, out_specs=SHARDED, check_vma=False)


def float_precision(name: str) -> AbstractContextManager[Any]:
    """Calculate in `single` or `double` precision inside the context."""
    return jax.enable_x64(name == "double")


def compile_lowered(lowered: Any) -> Any:
    """Compile a lowered function for the widest vectors of the processor.

    By default the compiler uses half of 512 bits, which is a tenth slower, and hands sums to a library, which takes
    longer than the sum where there are few numbers: a fifth of a run of the flagship. JAX's own cache is switched off
    here: executables loaded from it do not run after `serialize` and `deserialize`.
    """
    if PLAIN:
        return lowered.compile()
    before = getattr(jax.config, MIN_SECONDS)
    jax.config.update(MIN_SECONDS, float("inf"))
    try:
        options: dict[str, Any] = {"xla_cpu_experimental_ynn_fusion_type": ""}
        if "avx512f" in processor():
            options["xla_cpu_prefer_vector_width"] = 512
        with suppress(jax.errors.JaxRuntimeError):  # a compiler that does not know the options
            return lowered.compile(compiler_options=options)
        return lowered.compile()
    finally:
        jax.config.update(MIN_SECONDS, before)


def serialize(compiled: Any) -> bytes | None:
    """Serialise a compiled function; None in plain JAX."""
    return None if PLAIN else pickle.dumps(serialize_executable.serialize(compiled))


def deserialize(code: bytes, on: Sequence[jax.Device]) -> Any:
    """Load a function of `serialize` on some devices. It is unpickled: use trusted data only."""
    program, inward, outward = pickle.loads(code)
    client: Any = on[0].client
    compiled = serialize_executable.deserialize_and_load(program, inward, outward, client, on)
    release_memory()
    return compiled


def compiler_version() -> str:
    """Version of the compiler."""
    return version("jaxlib")


@cache
def environment() -> tuple[str, ...]:
    """Everything that compiled code depends on besides its program."""
    numbers = (version("jax"), compiler_version(), platform.python_version())
    devices()  # which sets the flags
    return (*numbers, os.environ.get("XLA_FLAGS", ""), processor())


def has_multi_output_fusion() -> bool:
    """Whether the compiler makes fusions with several outputs, which round differently."""
    devices()
    return not PLAIN and "xla_cpu_use_multi_output_fusion" in os.environ["XLA_FLAGS"]


@cache
def processor() -> str:
    """Type and features of the processor, for which code is compiled."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return "".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    return f"{platform.machine()} {platform.processor()}"


def release_memory() -> None:
    """Return memory freed by the compiler to the system: about 0.3 GB, which glibc keeps."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
