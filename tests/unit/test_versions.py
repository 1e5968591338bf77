"""Versions of what a result depends on."""

import platform
import tomllib
from importlib import metadata
from pathlib import Path

import jax
import numpy as np
import pytest

import standoff
from standoff.errors import ModelError
from standoff.versions import install_command, require_packages, versions


def test_versions_are_those_of_the_software_that_runs():
    assert versions() == {
        "standoff": standoff.__version__,
        "jax": jax.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def test_what_a_message_says_to_install_is_the_libraries_of_the_extra(monkeypatch):
    project = Path(__file__).parents[2] / "pyproject.toml"
    extras = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lines = [f"{library}; extra == '{extra}'" for extra, libraries in extras.items() for library in libraries]
    monkeypatch.setattr(metadata, "requires", lambda _: ["jax>=0.10", *lines])
    for extra, libraries in extras.items():
        assert install_command(extra) == "`pip install " + " ".join(f'"{library}"' for library in libraries) + "`"

    def none(_):
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "requires", none)
    assert install_command("fit").startswith('`pip install ".[fit]"')


def test_a_missing_package_is_named_with_the_extra_that_has_it() -> None:
    require_packages("a test", "fit", "json")
    with pytest.raises(ModelError, match="a test needs no_such_package, which is not installed"):
        require_packages("a test", "fit", "json", "no_such_package", kind=ModelError)
