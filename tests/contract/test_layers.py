"""Imports point one way (DESIGN, the house): what each part of the package may use."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import standoff

HOME = Path(standoff.__file__).parent
BASE = {"errors", "units", "beliefs", "registry", "expression", "notebook", "compiler", "writing", "scalars", "opening"}
INSIDE = {"ledger", "scenario", "mechanisms", "considerations", "games"}
MAY_USE: dict[str, set[str]] = {
    "errors": set(),
    "registry": set(),
    "notebook": set(),
    "scalars": set(),
    "compiler": set(),
    "units": {"errors"},
    "writing": {"errors"},
    "opening": {"errors"},
    "beliefs": {"errors"},
    "expression": {"errors", "units"},
    "parts": BASE,
    "ledger": BASE,
    "scenario": {*BASE, "ledger"},
    "games": BASE,
    "mechanisms": {*BASE, "parts"},
    "considerations": {*BASE, "parts"},
    "catalog": {*BASE, "ledger", "scenario"},
    "connectors": {*BASE, "ledger"},
    "reading": {*BASE, "ledger"},
    "engine": {*BASE, "parts", *INSIDE},
    "analysis": {*BASE, "parts", *INSIDE, "engine"},
    "calibrate": {*BASE, "parts", *INSIDE, "engine"},
    "report": {*BASE, "parts", *INSIDE, "engine", "analysis", "calibrate", "reading"},
    "cli": {*BASE, "parts", *INSIDE, "engine", "analysis", "calibrate", "report", "catalog", "connectors", "reading"},
    "__main__": {"cli"},
    "__init__": set(),
}
NETWORK = {"http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib.request", "urllib3", "wbgapi"}
FILES = sorted(HOME.rglob("*.py"))


def part_of(file: Path) -> str:
    """The package or module of ours that a file belongs to."""
    return file.relative_to(HOME).parts[0].removesuffix(".py")


def uses(source: str) -> set[str]:
    """Parts of ours that a source text imports, in any of the forms of import; relative imports show as `.`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("standoff.")}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                found.add(".")
            elif module == "standoff":
                found |= {name.name for name in node.names} - {"__version__"}
            elif module.startswith("standoff."):
                found.add(module.split(".")[1])
    return found


def test_every_file_uses_only_what_stands_below_it() -> None:
    unknown = sorted({part_of(file) for file in FILES} - MAY_USE.keys())
    assert not unknown, f"new: say in this test what they may use: {unknown}"
    wrong = {
        str(file.relative_to(HOME)): sorted(upward)
        for file in FILES
        if (upward := uses(file.read_text()) - {part_of(file)} - MAY_USE[part_of(file)])
    }
    assert not wrong


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import standoff.engine.run", {"engine"}),
        ("from standoff import engine, units", {"engine", "units"}),
        ("from standoff.engine.run import Run", {"engine"}),
        ("def f():\n    from standoff.report import report", {"report"}),
        ("from . import run", {"."}),
        ("import numpy\nfrom standoff import __version__", set()),
    ],
)
def test_every_form_of_import_is_seen(source: str, expected: set[str]) -> None:
    assert uses(source) == expected


def opens_the_network(source: str) -> set[str]:
    """Modules of the network that a source text imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
        found |= {name for name in names if name in NETWORK or name.split(".")[0] in NETWORK}
    return found


def test_only_connectors_use_the_network() -> None:
    others = [file for file in FILES if part_of(file) != "connectors"]
    wrong = {
        str(file.relative_to(HOME)): modules for file in others if (modules := opens_the_network(file.read_text()))
    }
    assert not wrong


def test_a_use_of_the_network_is_seen() -> None:
    assert opens_the_network("from urllib import request, parse") == {"urllib.request"}
    assert opens_the_network("import http.client\nfrom requests import get") == {
        "http.client",
        "requests",
        "requests.get",
    }
    assert opens_the_network("from urllib.parse import urlsplit") == set()
