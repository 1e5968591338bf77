"""The slow tests in shards of at most ten minutes on two cores.

`python -m tests.shards 3` runs the third, `--turn` the one whose turn it is at this commit, `--all` each of them. pytest-split
makes the shards from `durations.json`, which holds how long each test took. What a shard came to stands in its row of
`shards.md`, with the commit it says so of.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

SHARDS = 6
LONGEST = 600  #: seconds of a shard on two cores
HERE = Path(__file__).parent
DURATIONS, TABLE = HERE / "durations.json", HERE / "shards.md"
HEAD = """# The slow tests, shard by shard

What `make test-shard N=` last came to. `make test-all` runs every shard and writes every row.

| shard | from | to | tests | seconds | verdict | commit |
|---:|---|---|---:|---:|---|---|
"""


class Row(NamedTuple):
    """A run of a shard; its fields are the columns of the table."""

    shard: int
    first: str
    last: str
    tests: int
    seconds: int
    verdict: str
    commit: str


def git(*words: str) -> str:
    """What git prints."""
    return subprocess.run(["git", *words], cwd=HERE, check=True, capture_output=True, text=True).stdout.strip()


def turn() -> int:
    """The shard of this commit: one after another, so that as many landings as there are shards have seen all."""
    return int(git("rev-list", "--count", "HEAD")) % SHARDS + 1


def commit() -> str:
    """The commit that is tested, and whether files differ from it."""
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{TABLE.name}", f":!{DURATIONS.name}")
    return git("rev-parse", "--short=8", "HEAD") + (" and changes" if changed else "")


def rows(text: str) -> dict[int, Row]:
    """The rows of a table, by shard."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if re.match(r"\| \d", line)
    ]
    found = (Row(int(a), b, c, int(d), int(e), *rest) for a, b, c, d, e, *rest in cells)
    return {row.shard: row for row in found}


def run(number: int, workers: int, store: bool) -> Row:
    """Run one shard."""
    of, start = commit(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = (
            f"-m slow -n {workers} --dist worksteal --splits {SHARDS} --group {number} --durations-path {DURATIONS}"
        )
        store_them = ["--store-durations"] if store else []
        subprocess.run(
            [sys.executable, "-m", "pytest", *command.split(), *store_them, f"--junitxml={report}"], cwd=HERE.parent
        )
        cases = list(ET.parse(report).getroot().iter("testcase")) if report.exists() else []
    files = sorted({str(case.get("classname")).removeprefix("tests.") for case in cases}) or ["", ""]
    red = sorted(
        {str(case.get("name")) for case in cases if case.find("failure") is not None or case.find("error") is not None}
    )
    verdict = f"red: {', '.join(red)}" if red or not cases else "green"
    return Row(number, files[0], files[-1], len(cases), round(time.monotonic() - start), verdict.replace("|", "/"), of)


def main() -> int:
    """Run what is asked for; 0 where all of it is green."""
    parser = argparse.ArgumentParser(description="The slow tests in shards.")
    parser.add_argument("number", nargs="?", type=int, choices=range(1, SHARDS + 1))
    parser.add_argument("--turn", action="store_true", help="the shard of this commit")
    parser.add_argument("--all", action="store_true", help="every shard")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--store-durations", action="store_true", help="keep how long each test took")
    asked = parser.parse_args()
    numbers = range(1, SHARDS + 1) if asked.all else [turn() if asked.turn else asked.number]
    if numbers == [None]:
        parser.error(f"say which shard, 1 to {SHARDS}, or --turn, or --all")
    green = True
    for number in numbers:
        row = run(number, asked.workers, asked.store_durations)
        table = rows(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
        table[number] = row
        lines = (f"| {' | '.join(map(str, each))} |\n" for _, each in sorted(table.items()))
        TABLE.write_text(HEAD + "".join(lines), encoding="utf-8")
        print(f"shard {number} of {SHARDS}: {row.tests} tests, {row.seconds} s, {row.verdict}", flush=True)
        green = green and row.verdict == "green"
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main())
