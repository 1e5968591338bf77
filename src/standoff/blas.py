"""Linear algebra of NumPy and SciPy with the same digits on any number of cores.

OpenBLAS and MKL split products and factorisations of large matrices among threads, and round otherwise for each number of
them: the eigenvectors of a matrix of 300 rows differ between one core and two, those of 200 rows do not (measured, OpenBLAS). A
sampler that begins there then draws other numbers. Small fits, as of time series, are forty times as quick on one thread where
other work is done beside. Where a library cannot be told (Accelerate of macOS), nothing is changed.
"""

from __future__ import annotations

import scipy.linalg  # noqa: F401  # loads the library of SciPy, which is found only where it is loaded
from threadpoolctl import threadpool_limits


def one_thread() -> threadpool_limits:
    """Products and factorisations inside the context use one thread; for the whole process."""
    return threadpool_limits(1, "blas")
