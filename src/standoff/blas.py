"""Linear algebra of NumPy and SciPy with the same digits on any number of cores.

OpenBLAS and MKL split products and factorisations of large matrices among threads, and round otherwise for each number of
them: the eigenvectors of a matrix of 300 rows differ between one core and two, those of 200 rows do not (measured, OpenBLAS). A
sampler that begins there then draws other numbers. Where a library cannot be told (Accelerate of macOS), nothing is changed.
"""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

#: modules that are linked with the library of NumPy, and of SciPy, which JAX uses too
LINKED = ("numpy._core._multiarray_umath", "numpy.linalg._umath_linalg", "scipy.linalg._fblas")
#: functions that set and get the number of threads: OpenBLAS in wheels (64 and 32 bits) and by itself, and MKL
FUNCTIONS = (
    ("scipy_openblas_set_num_threads64_", "scipy_openblas_get_num_threads64_"),
    ("scipy_openblas_set_num_threads", "scipy_openblas_get_num_threads"),
    ("openblas_set_num_threads64_", "openblas_get_num_threads64_"),
    ("openblas_set_num_threads", "openblas_get_num_threads"),
    ("MKL_Set_Num_Threads", "MKL_Get_Max_Threads"),
)


@contextmanager
def one_thread() -> Iterator[None]:
    """Products and factorisations inside the context use one thread; for the whole process."""
    with ExitStack() as stack:
        for write, read in _controls():
            stack.callback(write, read())
            write(1)
        yield


@cache
def _controls() -> tuple[tuple[Callable[[int], object], Callable[[], int]], ...]:
    """Functions that set and get the number of threads of each library."""
    out = []
    for name in LINKED:
        with suppress(ImportError, OSError, TypeError):
            library = ctypes.CDLL(importlib.import_module(name).__file__)
            for write, read in FUNCTIONS:
                with suppress(AttributeError):
                    out.append((getattr(library, write), getattr(library, read)))
    return tuple(out)
