"""The command line in this process: words of every kind after every quick command, in a folder with one changed file."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from standoff.addons.reading.cli import audit
from standoff.cli import app, fit
from standoff.errors import Problem, StandoffError
from tests.fuzz import changes
from tests.fuzz.areas import reading, records
from tests.fuzz.areas.scenario import CLAIMS, SOURCED
from tests.fuzz.door import Door
from tests.oracles.strategic_choice import table
from tests.unit.conftest import CALM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

GAME = 'NFG 1 R "pennies" { "Row" "Column" } { 2 2 }\n1 -1 -1 1 -1 1 1 -1'
TREE = 'EFG 2 R "e" { "E" "I" }\np "" 1 1 "" { "out" "in" } 0\nt "" 1 "" { 1 5 }\n' + (
    'c "" 1 "" { "a" 1/2 "b" .5 } 0\nt "" 2 "" { 2 2 }\nt "" 3 "" { 0 0 }'
)
ASKED = """questions:
  q: {text: "?", event: "fear > 0.5", by: 2024-06, resolution: x}
  n: {text: "?", quantity: hope, at: 2024-06, resolution: x}
"""
COLUMNS = {name: list(column) for name, column in table("egame123", 80).items()}
#: written without Polars, whose threads do not survive the fork of `isolation`
TABLE = "\n".join(",".join(map(str, row)) for row in (COLUMNS, *zip(*COLUMNS.values(), strict=True)))
FILES = {
    "base.yaml": SOURCED,
    "calm.yaml": CALM + ASKED,
    "claims.jsonl": "\n".join(map(json.dumps, CLAIMS)),
    "text.txt": reading.PROSE[0].decode(),
    "page.html": reading.PAGE.decode(),
    "game.nfg": GAME,
    "tree.efg": TREE,
    "record.jsonl": records.routine().decode(),
    "table.csv": TABLE,
    "answers.yaml": "sender: XAA Aland\nhorizon: 24\n",
}
QUICK = (
    "list",
    "list units",
    "list mechanisms",
    "show korea-1950",
    "show attrition",
    "show base.yaml --variant calm",
    "validate base.yaml",
    "validate calm.yaml --json",
    "show base.yaml --set 'drift.mean=0.5 @assumption' --since 2024-06 --json",
    "claims base.yaml --subject RUS --conflicts",
    "claims base.yaml --json --since 2024 --until 2025-01 --text so",
    "claims korea-1950 --missing-groups",
    "claims base.yaml -o claims.csv",
    "check-consistency base.yaml --subject AAA --as-of 2026",
    "read text.txt --published 2024-04-02",
    "read text.txt --json --published 0001-01-01",
    "read page.html -o out.jsonl",
    "read text.txt -o out.jsonl --published 2024",
    "audit text.txt --against base.yaml --published 2024-04-02",
    "audit text.txt --against korea-1950 --json",
    "draft text.txt -o drafted --published 2024-04-02",
    "review claims.jsonl --json",
    "data list",
    "data status --json",
    "new north",
    "new west --template sanctions --yes",
    "new east --template sanctions --answers answers.yaml --answer review=12 --yes",
    "schema",
    "cite calm.yaml",
    "score record.jsonl --claims claims.jsonl",
    "--version",
    "history show --json",
    "crises",
    "crises --json",
    "history wars show",
    "history wars ask --months 25 --kind internal --json",
    "solve",
    "solve game.nfg --method level-k --level 2",
    "solve tree.efg --method backward --json",
    "--help",
    "estimate table.csv --model egame123 --formula y~x1|0|x2|1|0|0|x4|x3 --json",
)
#: lines that are refused as they stand, but by what they ask for
REFUSED = (
    "hindcast base.yaml",
    "data get kiel --offline",
    "data get uk_mod --file text.txt",
    "jobs none",
    "work none --part 0/2",
    "diff a b",
    "new sticky --template sanctions",
)
SLOW = (
    "answer calm.yaml --draws 16 --set 'lift.mean=0.5 @assumption'",
    "answer calm.yaml q n --draws 16 --json --no-band",
    "solve game.nfg --rationality 1.5",
    "solve tree.efg",
    "explain stock calm.yaml fear --draws 16 --from 2024-02 --until 2024-06",
    "solve game.nfg --method nash",
    "run calm.yaml --draws 16 --seed 1 --paths all --no-html --no-band",
)
#: commands that are not tried, and why
UNTRIED = {
    "mcp": "serves until standard input ends; its tools have tests with a client",
    "code": "writes a workbook; its cells have tests",
    "pool": "compiles a program; sheets have a door",
    "open": "serves until it is stopped; its bodies have a door",
    "fit": "takes minutes",
    "reconcile": "takes minutes",
    "brief": "compiles several programs; its documents have a door",
    "share": "compiles several programs; the page of a run has a door",
    "play": "compiles several programs; its moves are tried in tests/unit/wargame",
    "check-equilibria": "compiles several programs",
    "compare": "compiles several programs",
    "exhaustion": "compiles several programs",
    "flip": "compiles several programs",
    "game": "compiles several programs",
    "sensitivity": "compiles several programs",
    "uncertainty": "compiles several programs",
    "voi": "compiles several programs",
    "roll": "compiles several programs; its files of claims have a door",
    "record": "needs a case with a record; records have a door",
    "history build": "needs data sets",
    "history fit": "takes minutes",
    "history ask": "needs data sets",
}
CODES = {
    0,
    audit.CONTRADICTED,
    audit.UNCHECKED,
    fit.NOT_CONVERGED,
}  #: exit codes of a command that did what it was asked


@cache
def home() -> Path:
    return Path(tempfile.mkdtemp())


def enter(raw: bytes) -> None:
    """`{"words": [...], "file": NAME, "text": ...}`: the command line, with one file of the folder replaced."""
    data = json.loads(raw)
    for file in home().iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    os.chdir(home())
    for name, text in {**FILES, data["file"]: data["text"]}.items():
        Path(name).write_bytes(text.encode("utf-8", "surrogatepass"))
    found = CliRunner().invoke(app, data["words"])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code in CODES | {1, 2}, f"exit code {found.exit_code}"
    if found.exit_code not in CODES:
        raise StandoffError(Problem(found.output.strip()))  # help, where no command is given


def line(words: Sequence[str], name: str = "text.txt", text: str | None = None) -> bytes:
    return json.dumps({"words": [*words], "file": name, "text": FILES[name] if text is None else text}).encode()


def change(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """Words replaced, dropped, doubled or borrowed from another command; or the file that a word names changed."""
    data = json.loads(rng.choice(corpus))
    words, name = data["words"], rng.choice([word for word in data["words"] if word in FILES] or ["text.txt"])
    for _ in range(rng.randrange(3)):
        at = rng.randrange(len(words) + 1)
        action = rng.randrange(5)
        if action == 0 and at < len(words):
            words[at] = changes.piece(rng)
        elif action == 1:
            words[at : at + 1] = []
        elif action == 2:
            words.insert(at, changes.piece(rng))
        elif action == 3:
            words[at:] = rng.choice(corpus_words())[at:]
        elif at < len(words):
            left, sign, _ = words[at].partition("=")
            words[at] = (
                f"{left}{sign}{changes.piece(rng)}" if sign else rng.choice((changes.piece(rng), words[at] * 60))
            )
    words = [word.replace("\0", "") for word in words if word not in LEFT_OUT]
    text = changes.yaml(rng, [FILES[name].encode()]).decode("utf-8", "replace") if rng.random() < 0.7 else FILES[name]
    return line(words[:30], name, text)


#: words that are left out: of networks, processes, and work of minutes
LEFT_OUT = {
    "--model",
    "--model-url",
    "--refresh",
    "--workers",
    "--on",
    "--reconcile",
    *(word for word in UNTRIED if " " not in word),
}


@cache
def corpus_words() -> list[list[str]]:
    return [shlex.split(text) for text in (*QUICK, *REFUSED)]


def seeds(lines: Sequence[str]) -> list[bytes]:
    return [line(shlex.split(text)) for text in lines]


DOORS = (
    Door(
        name="commands quick",
        enter=enter,
        seeds=lambda: seeds((*QUICK, *REFUSED)),
        change=change,
        share=2.0,
        seconds=20.0,
        slice=15,
    ),
    Door(
        name="commands slow",
        slow=True,
        enter=enter,
        seeds=lambda: seeds(SLOW),
        change=change,
        share=1.0,
        seconds=60.0,
        slice=2,
    ),
)
