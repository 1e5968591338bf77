"""Add-ons: those of this distribution enter as anybody else's, and a foreign wheel brings a mechanism and a command."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import standoff
from standoff import registry
from standoff.errors import StandoffError

ROOT = Path(__file__).parents[2]
HOME = ROOT / "src" / "standoff" / "addons"
PAGE = (ROOT / "docs" / "add-ons.md").read_text(encoding="utf-8")
SCENARIO = """
title: A border
as_of: 2030-01
start: 2030-01
end: 2030-12
step: month
actors: {AAA: {name: Aland}}
stocks: {crossed: {unit: "1", text: goods that have crossed, initial: 0 @assumption}}
mechanisms: {leak: {use: border_leak, stock: crossed, flow: 3 1/month @assumption, watch: 0.5 @assumption}}
questions: {much: {quantity: crossed, text: How much crosses, at: 2030-12, resolution: a count at the border}}
"""
END = "\N{END OF TEXT}"
#: several command lines in one process, which is started once
COMMANDS = f"""
import json, sys
from standoff.cli import app
for words in json.loads(sys.argv[1]):
    try:
        app(words)
    except SystemExit as end:
        assert not end.code, words
    print({END!r}, flush=True)
"""


def page_files() -> dict[str, str]:
    """Files of the page: path -> text."""
    blocks = re.findall(r"(?ms)^```\w+\n# (\S+)\n(.*?)^```", PAGE)
    return dict(blocks)


def wheel(folder: Path, files: Mapping[str, str]) -> Path:
    """A wheel of the files of an add-on, as the project file of the page describes it."""
    project = tomllib.loads(files["pyproject.toml"])["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    )
    info = {
        "METADATA": f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": points,
    }
    content = {name: text for name, text in files.items() if name != "pyproject.toml"}
    content |= {f"{stem}.dist-info/{name}": text for name, text in info.items()}
    content[f"{stem}.dist-info/RECORD"] = "".join(f"{name},,\n" for name in content) + f"{stem}.dist-info/RECORD,,\n"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return path


def test_a_foreign_wheel_brings_a_mechanism_and_a_command(tmp_path: Path) -> None:
    site, case = tmp_path / "site", tmp_path / "case.yaml"
    pip = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(site))
    subprocess.run([sys.executable, *pip, str(wheel(tmp_path, page_files()))], check=True, timeout=60)
    case.write_text(SCENARIO, encoding="utf-8")

    lines = (
        ("list", "mechanisms"),
        ("show", "border_leak"),
        ("--help",),
        ("schema",),
        ("smuggled", str(case), "crossed", "--draws", "8"),
    )
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(lines)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])},
    )
    listed, shown, helped, schema, smuggled = done.stdout.split(END)[:-1]
    assert "border_leak" in listed
    assert "flow * (1 - watch)" in shown
    assert "smuggled" in helped
    assert "border_leak" in json.dumps(json.loads(schema))
    assert float(smuggled) == pytest.approx(11 * 3 * 0.5)


def test_every_folder_of_addons_enters_by_its_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = project["entry-points"][registry.GROUP]
    folders = {path.parent.name for path in HOME.glob("*/__init__.py")}
    assert named == {name: f"standoff.addons.{name}" for name in folders}
    assert folders <= registry.addons().keys()


def test_a_public_name_of_an_addon_is_one_of_ours() -> None:
    assert len(registry.functions()) > 10
    assert all(callable(getattr(standoff, name)) for name in registry.functions())


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("mine", "no_such_package")], "the add-on `mine` cannot be imported"),
        ([("mine", "json"), ("mine", "email")], "two add-ons are called `mine`"),
    ],
)
def test_an_addon_that_does_not_fit_is_named(
    entries: list[tuple[str, str]], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [EntryPoint(name, value, registry.GROUP) for name, value in entries]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points)
    registry.forget()
    with pytest.raises(StandoffError, match=said):
        registry.names("standoff.mechanisms")
    monkeypatch.undo()
    registry.forget()


def test_a_name_that_is_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "twice" / "mechanisms"
    home.mkdir(parents=True)
    for file in (home.parent / "__init__.py", home / "__init__.py", home / "attrition.py"):
        file.write_text('"""Twice."""\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [EntryPoint("twice", "twice", group)])
    registry.forget()
    with pytest.raises(StandoffError, match=r"`attrition` is defined twice") as caught:
        registry.names("standoff.mechanisms")
    assert "twice.mechanisms.attrition" in str(caught.value)
    monkeypatch.undo()
    registry.forget()
