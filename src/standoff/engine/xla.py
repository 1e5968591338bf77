"""JAX set up for this machine: one host device a core, compiled programs kept on disk.

Nothing here changes a result; it decides how fast one comes. It must run before JAX makes its first array.

Fusions with several outputs are the compiler's own, but off unless asked for; with them a model has a fifth of the
kernels, compiles in a third of the time and runs five times faster (measured on the flagship). A compiler that does not
know the option leaves it aside.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import AbstractContextManager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax._src import compilation_cache  # there is no public way to say how entries are read and written
from jax._src.compilation_cache_interface import CacheInterface
from jax.sharding import Mesh, PartitionSpec
from jaxlib import xla_client

from standoff.files import cache_dir, read_cached, write_cached

MOST = 4000  # assumption: small programs on disk, 30 kB each; a run of the flagship needs about a hundred
SHARDED, REPLICATED = PartitionSpec("device"), PartitionSpec()  #: an axis shared out among devices; the whole on each


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Entries(CacheInterface):
    """Programs that JAX keeps: its own cache would run what it reads, whoever wrote it, and never replaces what is damaged."""

    def __init__(self, folder: Path) -> None:
        self._path = folder

    def get(self, key: str) -> bytes | None:
        """The program under a key, None where there is none or not as it was written."""
        return read_cached(self._path / key)

    def put(self, key: str, value: bytes) -> None:
        """Keep a program."""
        write_cached(self._path / key, value, MOST)


@cache
def devices() -> tuple[jax.Device, ...]:
    """Host devices, one a core where JAX was not in use before."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true".strip()
    with suppress(RuntimeError):  # JAX already runs with the devices that it has
        jax.config.update("jax_num_cpu_devices", cores())
    folder = cache_dir("compiled")
    if folder is not None:
        its_own = compilation_cache.get_file_cache
        compilation_cache.get_file_cache = lambda path: (
            (Entries(folder), path) if path == str(folder) else its_own(path)
        )
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return tuple(jax.devices("cpu"))


@cache
def single_thread_devices() -> tuple[jax.Device, ...]:
    """A device for each core that no other has a part in: each belongs to a client of its own, with a single thread.

    The devices of one client share its threads, and a program that runs on one hands pieces to the threads of all: where
    every core has its own work, that gains nothing and costs up to a twentieth (measured on the flagship, two cores). And
    code that was compiled for the only device of one client is code for that of another.
    """
    devices()  # and with them the settings of the compiler
    name = "NPROC"  # which is how the client is told the number of its threads
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        clients: list[Any] = [xla_client.make_cpu_client(asynchronous=False, num_devices=1) for _ in range(cores())]
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    return tuple(client.devices()[0] for client in clients)


def mesh() -> Mesh:
    """All devices in a row."""
    return Mesh(np.array(devices()), ("device",))


def float_precision(name: str) -> AbstractContextManager[Any]:
    """Calculate in `single` or `double` precision inside."""
    width: AbstractContextManager[Any] = jax.enable_x64(name == "double")
    return width


def release_memory() -> None:
    """Hand memory that the compiler has freed back to the system: about 0.3 GB, which glibc would keep."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
