"""The software and the arithmetic that a result depends on, for two machines to compare."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff import xla
from standoff.files import cache_dir, read_cached, write_cached
from standoff.versions import versions

ARITHMETIC = "arithmetic"  #: key of the class of arithmetic in `software`
MAX_ENTRIES = 20  # assumption: digests of the flags and versions that one user tries
SIZE = 1024  #: numbers of the test program: vectors of every width, and a remainder of none


@cache
def software() -> dict[str, str]:
    """Versions, the digest of our own code, and the class of arithmetic, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    numbers = {name: text for name, text in versions().items() if name != "python"}
    return {
        **numbers,
        "compiler": xla.compiler_version(),
        "python": python,
        "source": source(),
        ARITHMETIC: arithmetic(),
    }


@cache
def source(home: Path = Path(__file__).parent) -> str:
    """SHA-256 of every Python file of this package."""
    total = hashlib.sha256()
    for file in sorted(home.rglob("*.py")):
        total.update(str(file.relative_to(home).as_posix()).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


@cache
def arithmetic() -> str:
    """Class of arithmetic: a digest of what a small fixed program gives on this processor.

    Processors that round alike have the same class. What tells them apart on x86 is the fused multiply-add: all that have
    it agree, whatever the width of their vectors; those without differ in the last digits. Flags of the compiler change
    the class too, where they change the numbers, and so does a process that used JAX before standoff (`xla.devices`).
    """
    name = hashlib.sha256("\0".join((*xla.environment(), _program())).encode()).hexdigest()
    folder = cache_dir("arithmetic")
    cached = None if folder is None else read_cached(folder / name)
    if cached is not None:
        return cached.decode()
    digest = _arithmetic()
    if folder is not None:
        write_cached(folder / name, digest.encode(), MAX_ENTRIES)
    return digest


def differences(wanted: dict[str, str] | Any, here: dict[str, str] | None = None) -> list[str]:
    """What differs between the software of a job and that of this process, in words."""
    present = software() if here is None else here
    return [
        f"{name} {present.get(name, 'none')}, wanted {wanted.get(name, 'none')}"
        for name in sorted({*wanted, *present})
        if wanted.get(name) != present.get(name)
    ]


def about_machine() -> dict[str, str]:
    """The machine, for people: its name and its processor."""
    lines = [line.partition(":")[2].strip() for line in xla.processor().splitlines() if line.startswith("model name")]
    return {"host": platform.node(), "processor": lines[0] if lines else platform.machine()}


def _program() -> str:
    """Text of the functions and settings behind the class: another program has another name."""
    return hashlib.sha256(Path(__file__).read_bytes() + Path(xla.__file__).read_bytes()).hexdigest()


def _arithmetic() -> str:
    def steps(x: Any) -> Any:
        """Products and sums that may be fused, elementary functions, a product of matrices."""

        def step(_: Any, y: Any) -> Any:
            y = y * 0.75 + jnp.sin(y) * 0.25 + jnp.exp(-y * y) * 0.125
            y = y + jnp.log1p(jnp.abs(y)) * 0.0625 - jnp.tanh(y) / 3.0 + jax.lax.erf_inv(0.9 * jnp.cos(y)) * 0.01
            return y - jnp.mean(y) * 0.001

        y = jax.lax.fori_loop(0, 16, step, x)
        square = y[:256].reshape(16, 16)
        return y, jnp.sum(y), jnp.cumsum(y)[-1], square @ square.T, jnp.power(jnp.abs(y) + 0.1, 0.7), jax.nn.softmax(y)

    total = hashlib.sha256(b"several outputs" if xla.has_multi_output_fusion() else b"one output")
    for precision in ("single", "double"):
        with xla.float_precision(precision):
            start = np.linspace(-3.0, 3.0, SIZE, dtype=np.float64 if precision == "double" else np.float32)
            device = xla.single_thread_devices()[0]
            lowered = jax.jit(steps).lower(jax.device_put(start, device))
            for part in jax.tree.leaves(xla.compile_lowered(lowered)(jax.device_put(start, device))):
                total.update(np.ascontiguousarray(part).tobytes())
    return total.hexdigest()[:16]
