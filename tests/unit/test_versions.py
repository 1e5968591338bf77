"""Versions of what a result depends on."""

import platform

import jax
import numpy as np

import standoff
from standoff.versions import versions


def test_versions_are_those_of_the_software_that_runs():
    assert versions() == {
        "standoff": standoff.__version__,
        "jax": jax.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
