"""Linear algebra has the same bits whatever the number of threads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info

from standoff import blas


def threads() -> list[int]:
    """Number of threads of each loaded library of linear algebra: that of NumPy, and that of SciPy."""
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


CODE = """
import hashlib, sys
import numpy as np
from standoff import blas
matrix = np.random.default_rng(1).normal(size=(400, 400))
matrix = matrix @ matrix.T  # symmetric to the last bit
with blas.one_thread():
    out = [*np.linalg.eigh(matrix), np.linalg.solve(matrix, matrix[:, :3]), matrix @ matrix]
print(hashlib.sha256(b"".join(part.tobytes() for part in out)).hexdigest())
"""


@pytest.mark.skipif(not threads(), reason="the library of linear algebra cannot be told how many threads to use")
def test_factorisations_do_not_depend_on_the_threads() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", CODE],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"OPENBLAS_NUM_THREADS": count, "MKL_NUM_THREADS": count},
        ).stdout
        for count in ("1", "2")
    ]
    assert told[0] == told[1]


def test_every_library_is_set_to_one_thread_and_set_back() -> None:
    before = threads()
    with blas.one_thread():
        assert set(threads()) <= {1} and len(threads()) == len(before)
    assert threads() == before
