"""The command line in this process: words of every kind after every quick command, in a folder with one changed file."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from standoff.cli import app
from tests.fuzz import changes
from tests.fuzz.areas import ledger, reading, records
from tests.fuzz.door import Door
from tests.property.test_scenario import BASE
from tests.unit.conftest import CALM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

GAME = 'NFG 1 R "pennies" { "Row" "Column" } { 2 2 }\n1 -1 -1 1 -1 1 1 -1'
TREE = 'EFG 2 R "e" { "E" "I" }\np "" 1 1 "" { "out" "in" } 0\nt "" 1 { 1 5 }\n' + (
    'c "" 1 "" { "a" 1/2 "b" .5 } 0\nt "" 2 { 2 2 }\nt "" 3 { 0 0 }'
)
FILES = {
    "base.yaml": BASE, "calm.yaml": CALM, "claims.jsonl": "\n".join(map(json.dumps, ledger.EDGE)),
    "claims.yaml": json.dumps(ledger.EDGE),
    "text.txt": reading.PROSE[0].decode(), "page.html": reading.PAGE.decode(), "game.nfg": GAME, "tree.efg": TREE,
    "forecasts.jsonl": records.ROUTINE[0].decode(), "claims.review.jsonl": records.JOURNAL[0].decode(),
}  # fmt: skip
QUICK = (
    "list", "list units", "list mechanisms", "show korea-1950", "show attrition", "show base.yaml --variant calm",
    "validate base.yaml",
    "validate base.yaml --variant calm --set drift.mean=0.5", "validate calm.yaml --json",
    "claims base.yaml --subject RUS --conflicts",
    "claims base.yaml --json --since 2024 --until 2025-01 --text so", "claims korea-1950 --missing-groups",
    "claims base.yaml -o claims.csv",
    "balance base.yaml --subject RUS --as-of 2024", "read text.txt --published 2024-04-02",
    "read text.txt --json --published 0001-01-01",
    "read page.html -o out.jsonl", "read text.txt -o out.jsonl --published 2024",
    "audit text.txt --against base.yaml --published 2024-04-02",
    "audit text.txt --against korea-1950 --json", "review claims.jsonl --json", "data list", "data status --json", "new north",
    "data get kiel --offline", "data get uk_mod --file text.txt", "schema",
    "score forecasts.jsonl --claims claims.jsonl", "--version",
    "solve", "solve game.nfg --method level-k --level 2", "solve tree.efg --method backward --json", "--help",
    "hindcast base.yaml",
)  # fmt: skip
SLOW = (
    "answer calm.yaml --draws 16 --set drift.mean=0.5", "answer base.yaml q n --draws 16 --json",
    "solve game.nfg --rationality 1.5",
    "explain calm.yaml --stock fear --draws 16 --since 2024-02 --until 2024-06", "solve tree.efg", "solve game.nfg --method nash",
    "explain base.yaml --choice AAA --at 2024-06 --draws 16", "run calm.yaml --draws 16 --seed 1 --paths all",
    "changed runs/a runs/b",
)  # fmt: skip


@cache
def home() -> Path:
    return Path(tempfile.mkdtemp())


def enter(raw: bytes) -> None:
    """`{"words": [...], "file": NAME, "text": ...}`: the command line, with one file of the folder replaced."""
    data = json.loads(raw)
    os.chdir(home())
    for name, text in {**FILES, data["file"]: data["text"]}.items():
        Path(name).write_bytes(text.encode("utf-8", "surrogatepass"))
    found = CliRunner().invoke(app, data["words"])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code in (0, 1, 2), f"exit code {found.exit_code}"


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
    words = [word.replace("\0", "") for word in words if word not in REFUSED]
    text = changes.yaml(rng, [FILES[name].encode()]).decode("utf-8", "replace") if rng.random() < 0.7 else FILES[name]
    return line(words[:30], name, text)


REFUSED = {"--model", "--endpoint", "--refresh", "--workers", "fit", "--reconcile"}  #: network, processes, minutes


@cache
def corpus_words() -> list[list[str]]:
    return [text.split() for text in QUICK]


def seeds(lines: Sequence[str]) -> list[bytes]:
    return [line(text.split()) for text in lines]


DOORS = (
    Door(
        name="commands quick", enter=enter, seeds=lambda: seeds(QUICK), change=change, share=2.0, seconds=20.0, slice=15
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
