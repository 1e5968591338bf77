"""The thirteen crises with the level that weights from history need, and with assumed weights, scored once.

    python -m benchmarks.crises_level [--keep FOLDER] [--run RUN]

What is run, and why, stands in `benchmarks/data/crises_level.yaml`, committed before it was scored. Prints a table; each
run is stored in the folder and not made again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.case_scores import COIN, Scored, ratio_skill, settled
from benchmarks.crises import DRAWS, SEED
from benchmarks.crisis_runs import ASSUMED, crises
from pydantic import TypeAdapter

from standoff.catalog import load
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.files import write_text
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.plan.anchors import KIND
from standoff.scenario import LoadedScenario

RUNS = {"learned-level": ("", True), "assumed": (ASSUMED, False), "assumed-level": (ASSUMED, True)}
#: run -> variant, and whether it has the level


def with_level(loaded: LoadedScenario, ledger: Ledger) -> LoadedScenario:
    """A case whose choices start from the base rates of its questions, by the rule."""
    planned = plan(loaded, ledger)
    questions, choices = dict[str, Any](), dict[str, Any]()
    for query in planned.questions:
        base, named = query.question.base_rate, query.options
        if base is None or query.question.kind != "event" or len(named) != 1 or base.value.shape != "beta":
            continue
        ((name, options),) = named.items()
        choice = next(item for item in planned.choices if item.name == name)
        first = choice.is_free.index(True)
        start = choice.options[choice.imposed_options[first - 1] if first else choice.status_quo]
        if start in options or set(options) == set(choice.options):
            continue
        above, below = base.value.numbers[0] - 0.5, base.value.numbers[1] - 0.5
        year = planned.scenario.as_of_day.year
        rate = {"count": round(above), "of": round(above + below), "per": "case", "since": year - 1, "until": year - 1}
        words = {"members": "a state in the base rate of the question", "data": "base rate", "text": base.text}
        questions[query.id] = {"classes": [{**rate, **words, "sources": ["assumption"]}]}
        constants = dict.fromkeys(choice.options, "0 @assumption")
        level = {"use": KIND, "weight": "1 @assumption", "inclination": constants}
        choices[name] = {"reasons": {"unstated": level}}
    return loaded.over({"questions": questions, "choices": choices})


def scored(case: str, run: str, keep: Path | None) -> list[Scored]:
    """The settled questions of a case in a run, made or read."""
    file = None if keep is None else keep / f"{case}.{run}.json"
    if file is not None and file.is_file():
        return TypeAdapter(list[Scored]).validate_python(json.loads(file.read_text(encoding="utf-8")))
    variant, has_level = RUNS[run]
    loaded, ledger = load(case, variant) if variant else load(case)
    model = build(with_level(loaded, ledger) if has_level else loaded, ledger)
    out = list(settled(simulate(model, draws=DRAWS, seed=SEED), case))
    anchored = [anchor.question for anchor in model.plan.anchors]
    print(f"{case} {run}: {len(out)} questions, level of {', '.join(anchored) or 'none'}", flush=True)
    if file is not None:
        write_text(file, json.dumps([asdict(item) for item in out]))
    return out


def table(rows: dict[str, list[Scored]]) -> str:
    """Mean scores of each run, and its skill over equal chances and over base rates."""
    lines = [
        "| run | all: Brier, log | over equal chances | with a base rate: Brier | over it |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, items in rows.items():
        rated = [item for item in items if item.base_rate is not None]
        ours, log = (np.array([item.scores["model"][score] for item in items]) for score in ("brier", "log"))
        against = np.array([item.scores["base_rate"]["brier"] for item in rated])
        few = np.array([item.scores["model"]["brier"] for item in rated])
        even = _skill(ours, np.full(len(ours), COIN), items)
        lines.append(
            f"| `{name}` | {ours.mean():.3f}, {log.mean():.3f} | {even} | {few.mean():.3f} | {_skill(few, against, rated)} |"
        )
    return "\n".join(lines)


def _skill(ours: np.ndarray, theirs: np.ndarray, items: Sequence[Scored]) -> str:
    skill, ends = ratio_skill("brier", ours, theirs, [item.case for item in items], SEED)
    return f"{skill:+.0%}" + ("" if ends is None else f" ({ends[0]:+.0%} to {ends[1]:+.0%})")


def main() -> None:
    """Make the runs, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder of what was said, made if missing")
    parser.add_argument("--run", choices=RUNS, action="append", help="one of them; by default all, one after another")
    asked = parser.parse_args()
    keep = asked.keep
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    print(table({run: [item for case in crises() for item in scored(case, run, keep)] for run in asked.run or RUNS}))


if __name__ == "__main__":
    main()
