"""The keys of every command's `--json`, so that a renamed record field shows.

`python -m tests.golden.json_keys` writes `json_keys.json` anew; look at the diff before you accept it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from standoff import catalog
from standoff.analysis import stored_bands
from standoff.cli import app
from tests.unit.addons.history import six_wars
from tests.unit.evaluation.hindcast.conftest import ASKED, SCENARIO, ledger_lines
from tests.unit.evaluation.test_roll import ASKED as QUESTIONS
from tests.unit.evaluation.test_roll import CHOICE, MOOD

FILE = Path(__file__).with_suffix(".json")
CASE = "case"  # a copy of closed-form without its stored bands, which are shown only until the program changes
ROLLED = "rolled"  # a toy with outcomes, which is rolled on from March 2023
FEW = ["--draws", "100"]  # enough for an epistemic band
TEXT = "General Mark Milley said on 10 November 2022 that Russia had lost over 100,000 soldiers.\n"
GAME = (
    'NFG 1 R "A" { "p" "q" } { { "a" "b" } { "c" "d" } } "" { { "" 1 1 } { "" 0 0 } { "" 0 0 } { "" 2 2 } } 1 2 3 4\n'
)
TABLE = "y,x,z\n" + "".join(f"{1 + k % 3},{k % 7},{k % 5}\n" for k in range(50))
#: command -> its arguments, on a case that compiles in seconds; files are written by `shapes`
COMMANDS: dict[str, list[str]] = {
    "list": [],
    "validate": [CASE],
    "show": [CASE],
    "claims": [CASE],
    "check-consistency": [CASE],
    "solve": ["game.nfg"],
    "history build": ["--data", "tables"],
    "history show": [],
    "history wars ask": ["--months", "25"],
    "history ask": ["--data", "tables", "--actor", "USA", "--side", "IRQ", "--against", "AFG", "--year", "1996"],
    "estimate": ["table.csv", "--formula", "y ~ x | 0 | 0 | z", "--against", "y ~ 1 | 0 | 0 | 1"],
    "read": ["text.txt"],
    "audit": ["text.txt", "--against", "china-russia"],
    "run": [CASE, *FEW, "--no-html", "--folder", "run-a"],
    "answer": [CASE, *FEW],
    "play": [CASE, "--as", "BLU", "--number", "1", "--moves", "act,wait"],
    "explain choice": [CASE, "BLU", "--at", "2030-12", *FEW],
    "flip": [CASE, *FEW],
    "sensitivity": [CASE, *FEW],
    "sensitivity sources": [CASE, *FEW],
    "voi": [CASE, *FEW],
    "exhaustion": [CASE, *FEW],
    "game": [CASE, "--actor", "BLU", "--at", "2030-12", *FEW],
    "check-equilibria": [CASE, *FEW],
    "compare": [CASE, "red-spends-more", *FEW],
    "score": ["korea-1950", *FEW],
    "roll": [ROLLED, "--until", "2023-06-30", *FEW],
    "record": [ROLLED],
    "diff": ["run-a", "run-b"],
}


def shape(value: Any) -> Any:
    """Keys of a value of JSON, without what stands under them: lists are merged into one entry."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        merged: dict[str, Any] = {}
        for item in value:
            entry = shape(item)
            merged |= {key: entry[key] or merged.get(key) for key in entry} if isinstance(entry, dict) else {}
        return [merged] if merged else []
    return None


def shapes() -> dict[str, Any]:
    """The shape of the data of each of `COMMANDS`."""
    home, runner, out = Path.cwd(), CliRunner(), dict[str, Any]()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            case = catalog.find("closed-form").parent
            shutil.copytree(case, CASE, ignore=shutil.ignore_patterns(stored_bands.NAME))
            Path("text.txt").write_text(TEXT, encoding="utf-8")
            Path("game.nfg").write_text(GAME, encoding="utf-8")
            Path("table.csv").write_text(TABLE, encoding="utf-8")
            six_wars.write(six_wars.tables(), Path("tables"))
            toy = Path(ROLLED)
            toy.mkdir()
            text = SCENARIO.replace("as_of: 2023-06-30", "as_of: 2023-03-31").replace(
                "@aaa-rate-2023-05", "@assumption"
            )
            (toy / "scenario.yaml").write_text(text + MOOD + QUESTIONS + CHOICE, encoding="utf-8")
            (toy / "hindcast.yaml").write_text(ASKED.partition("events:")[0], encoding="utf-8")
            lines = "".join(f"{json.dumps(line)}\n" for line in ledger_lines())
            (toy / "claims.jsonl").write_text(lines, encoding="utf-8")
            runner.invoke(app, ["run", CASE, "--draws", "65", "--no-html", "--folder", "run-b", "--json"])
            for name, arguments in COMMANDS.items():
                result = runner.invoke(app, [*name.split(), *arguments, "--json"])
                if result.exit_code not in (0, 3):  # 3: something does not hold
                    raise RuntimeError(f"{name} ends with {result.exit_code}: {result.output}{result.exception!r}")
                out[name] = shape(json.loads(result.stdout))
        finally:
            os.chdir(home)
    return out


if __name__ == "__main__":
    FILE.write_text(json.dumps(shapes(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(FILE.name)
