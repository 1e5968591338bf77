"""Imports point one way (DESIGN, the house): what each part of the package may use."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from tests.contract.syntax import tree

import standoff

HOME = Path(standoff.__file__).parent
GROUND: dict[str, set[str]] = {
    "errors": set(),
    "registry": {"errors"},
    "progress": set(),
    "scalars": set(),
    "pydantic_messages": {"errors"},
    "dates": {"errors", "pydantic_messages"},
    "record": set(),
    "serialise": set(),
    "statistics": set(),
    "types": set(),
    "units": {"errors"},
    "versions": {"errors"},
    "files": {"errors"},
    "hidden_characters": set(),
    "yaml_reader": {"errors", "record", "scalars"},
    "xla": {"files"},
    "input_files": {"errors"},
    "array_files": set(),
    "blas": set(),
    "child_process": set(),
    "software": {"files", "versions", "xla"},
    "job": {"array_files", "errors", "files", "pydantic_messages"},
    "job_folder": {"array_files", "errors", "files", "input_files", "job", "progress", "software"},
    "belief_update": {"record"},
    "priors": {"errors", "record", "yaml_reader"},
    "beliefs": {"belief_update", "errors", "priors", "statistics"},
    "expression": {"dates", "errors", "units"},
    "components": {"errors", "beliefs", "pydantic_messages", "record"},
    "balance": {"components"},
}
BASE = set(GROUND)
RULES = {*BASE, "ledger", "scenario", "mechanisms", "considerations", "games"}
MODEL = {*RULES, "history", "labels", "plan", "questions", "theories", "engine"}
FINDINGS = {*MODEL, "analysis", "inference", "evaluation"}
ADDON = {
    *FINDINGS,
    "case_templates",
    "catalog",
    "report",
    "cli",
    "addons/tables",
}  #: add-ons use the core, never one another
MAY_USE: dict[str, set[str]] = {
    **GROUND,
    "ledger": BASE,
    "scenario": {*BASE, "ledger"},
    "games": BASE,
    "mechanisms": BASE,
    "considerations": BASE,
    "case_templates": BASE,
    "catalog": {*BASE, "ledger", "scenario"},
    "history": BASE,
    "plan": {*RULES, "history", "catalog"},
    "labels": {*BASE, "plan"},
    "json_schema": {*BASE, "scenario"},
    "new_case": {*BASE, "case_templates", "catalog", "json_schema"},
    "questions": {*BASE, "scenario", "plan", "history"},
    "theories": {*BASE, "games", "plan"},
    "engine": {*RULES, "plan", "questions", "theories"},
    "analysis": {*MODEL, "catalog"},
    "inference": MODEL,
    "evaluation": {*MODEL, "analysis", "inference", "catalog"},
    "distributed": FINDINGS,
    "report": {*FINDINGS, "case_templates", "catalog", "distributed"},
    "notebook": {*FINDINGS, "report"},
    "cli": {*FINDINGS, "case_templates", "distributed", "report", "catalog"},
    **{f"addons/{name}": ADDON for name in ("coding", "data", "explorer", "games", "history", "reading")},
    "__main__": {"cli"},
    "__init__": {"notebook", "registry", "versions"},
    "addons": {"errors", "versions"},
}
NETWORK = {"http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib.request", "urllib3", "wbgapi"}
FILES = sorted(HOME.rglob("*.py"))


def part_of(file: Path) -> str:
    """The package or module of ours, or the add-on, that a file belongs to."""
    return _part([*file.relative_to(HOME).with_suffix("").parts])


def _part(names: Sequence[str]) -> str:
    """The part of a module by the names of its path below the package."""
    return "/".join(names[: 1 + (names[0] == "addons" and len(names) > 2)])


MODULES = {
    ".".join(("standoff", *file.relative_to(HOME).with_suffix("").parts)).removesuffix(".__init__"): file
    for file in FILES
}


def _last_name(function: ast.expr) -> str:
    """`c` of `a.b.c` and of `c`; to write out every call of the package would take seconds."""
    return str(getattr(function, "attr", getattr(function, "id", "")))


def imports(source: str, modules: Container[str] = MODULES) -> set[str]:
    """Modules of ours that a source text imports, in any form, lazily or for types alone; `.` for a relative import."""
    out: set[str] = set()
    for node in ast.walk(tree(source)):
        names = list[str]()
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name.name}" for name in node.names]
            out |= {"."} if node.level else set()
        elif isinstance(node, ast.Call) and node.args and _last_name(node.func).endswith("import_module"):
            names = [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
        for name in names:
            while name not in modules and "." in name:
                name = name.rpartition(".")[0]
            out |= {name} if name in modules else set()
    return out


def uses(source: str) -> set[str]:
    """Parts of ours that a source text imports."""
    return {
        _part([*module.split(".")[1:], ""]).strip("/") if "." in module.strip(".") else module
        for module in imports(source)
    } - {"standoff"}


def test_every_file_uses_only_what_stands_below_it() -> None:
    unknown = sorted({part_of(file) for file in FILES} - MAY_USE.keys())
    assert not unknown, f"new: say in this test what they may use: {unknown}"
    wrong = {
        str(file.relative_to(HOME)): sorted(upward)
        for file in FILES
        if (upward := uses(file.read_text()) - {part_of(file)} - MAY_USE[part_of(file)])
    }
    assert not wrong


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Modules that import one another in a ring, the first of them again at the end; none where there is no such ring."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1]
        return ring
    return []


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {name: imports(file.read_text()) - {name} for name, file in MODULES.items()}
    assert not circle(graph)


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}
    assert circle({"a": {"b"}, "b": set()}) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import standoff.engine.run", {"engine"}),
        ("from standoff import engine, units", {"engine", "units"}),
        ("from standoff.engine.run import Run", {"engine"}),
        ("def f():\n    from standoff.report import report", {"report"}),
        ("import importlib\nimportlib.import_module('standoff.report.sections').f", {"report"}),
        ("from . import run", {"."}),
        ("import numpy\nfrom standoff import __version__", set()),
    ],
)
def test_every_form_of_import_is_seen(source: str, expected: set[str]) -> None:
    assert uses(source) == expected


def opens_the_network(source: str) -> set[str]:
    """Modules of the network that a source text imports."""
    found: set[str] = set()
    for node in ast.walk(tree(source)):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
        found |= {name for name in names if name in NETWORK or name.split(".")[0] in NETWORK}
    return found


def test_only_connectors_use_the_network() -> None:
    addons = HOME / "addons"
    allowed = {
        addons / "explorer" / "serve.py",
        addons / "reading" / "llm_client.py",
    }  # this machine; a model that a user names
    others = [file for file in FILES if not file.is_relative_to(addons / "data" / "connectors") and file not in allowed]
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
