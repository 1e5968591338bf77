"""`report/` formats and draws; numbers are computed below it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.contract.syntax import tree

import standoff

REPORT = Path(standoff.__file__).parent / "report"
ARRAYS = {"numpy", "scipy", "jax", "statistics"}


def libraries(source: str) -> set[str]:
    """Top-level names of the modules that a source text imports."""
    out = set[str]()
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            out |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            out.add((node.module or "").partition(".")[0])
    return out


def test_only_charts_import_a_library_for_arrays() -> None:
    files = [file for file in REPORT.rglob("*.py") if REPORT / "charts" not in file.parents]
    assert len(files) > 20
    assert [str(file.relative_to(REPORT)) for file in files if libraries(file.read_text()) & ARRAYS] == []


def test_an_import_of_numpy_is_seen() -> None:
    assert libraries("def f():\n    from numpy import linalg\n    import numpy.random as r") == {"numpy"}
