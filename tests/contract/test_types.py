"""What type checkers and editors see of the public names: their types, and wrong arguments."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import standoff
from standoff import analysis, evaluation, inference
from standoff.addons import games, history, reading

PACKAGES = (standoff, analysis, evaluation, inference, games, history, reading)
REVEALED = re.compile(r'use\.py:(\d+): note: Revealed type is "(.*)"')
MISTAKES = {
    "standoff.simulate(model, drawz=3)": 'Unexpected keyword argument "drawz" for "simulate"',
    "standoff.simulat": "Module has no attribute",
    "standoff.analysis.Flip": "Module has no attribute",
    "standoff.flip(model).to + 'x'": "Unsupported (left )?operand type",
}


def public_names() -> dict[str, Any]:
    """Every public name, with what it stands for."""
    names = {f"{package.__name__}.{name}": getattr(package, name) for package in PACKAGES for name in package.__all__}
    return {name: thing.report if inspect.ismodule(thing) else thing for name, thing in names.items()}


def test_mypy_knows_the_type_of_every_public_name_and_sees_a_wrong_argument(tmp_path: Path) -> None:
    names = public_names()
    setup = (
        f"import {', '.join(package.__name__ for package in PACKAGES)}\nmodel = standoff.build(standoff.load('x'))\n"
    )
    lines = [
        *setup.splitlines(),
        *(f"reveal_type({name})" for name in names),
        "reveal_type(standoff.simulate(model))",
        *MISTAKES,
    ]
    (tmp_path / "use.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", "cache", "use.py"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        env={"MYPYPATH": str(Path(standoff.__file__).parents[1]), "PATH": ""},
    )
    told = {lines[int(number) - 1]: text for number, text in REVEALED.findall(done.stdout)}
    assert told.pop("reveal_type(standoff.simulate(model))") == "standoff.engine.run.Run", done.stdout + done.stderr
    assert told.keys() == {f"reveal_type({name})" for name in names}
    for name, thing in names.items():
        text = told[f"reveal_type({name})"]
        if inspect.isclass(thing):
            assert re.search(rf"(-> |fallback=){thing.__module__}.{thing.__name__}\]?$", text), (name, text)
        else:
            keywords = [word for word in inspect.signature(thing).parameters if f"{word}: " not in text]
            assert re.match(r"def \(|Overload\(", text) and not keywords, (name, text)
    errors = re.findall(r"use\.py:(\d+): error: (.*)", done.stdout)
    assert list(dict.fromkeys(lines[int(number) - 1] for number, _ in errors)) == list(MISTAKES), done.stdout
    assert all(re.search(MISTAKES[lines[int(number) - 1]], text) for number, text in errors), done.stdout
