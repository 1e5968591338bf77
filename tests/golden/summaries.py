"""Golden summaries of the catalogue: what a run of each case answers, with its Monte Carlo errors.

`python tests/golden/summaries.py [CASE ...]` writes `expected.json` of every case, or of those named, anew; look at the
diff before you accept it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from standoff import build, simulate
from standoff.analysis.verdict import verdict
from standoff.catalog import HOME, load, slugs

DRAWS, SEED = 4096, 1
RARE = 0.01  # of futures, assumption; a decision that arises in fewer is the first one under some seeds and not under others


def summary(slug: str, draws: int, seed: int) -> dict[str, Any]:
    """Answers and option probabilities of the first decisions, each with its Monte Carlo error."""
    model = build(*load(slug))
    found, step = verdict(simulate(model, draws=draws, seed=seed)), model.scenario.calendar.dt
    values: dict[str, Any] = {}
    for answer in found.answers:
        if isinstance(answer.answer, float) and answer.mc_error is not None:
            error = (
                max(answer.mc_error, step) if answer.kind == "until" else answer.mc_error
            )  # a median is on the calendar
            values[f"answer {answer.id}"] = [answer.answer, error]
    for choice in (each for each in found.choices if each.decision_frequency >= RARE):
        for option in choice.options:
            values[f"{choice.choice} {option.option} {choice.at}"] = [option.probability, option.mc_error]
    return {"draws": draws, "seed": seed, "values": values}


def path(slug: str) -> Path:
    """Where the golden summary of a case stands."""
    return HOME / slug / "expected.json"


if __name__ == "__main__":
    for slug in sys.argv[1:] or slugs():
        path(slug).write_text(json.dumps(summary(slug, DRAWS, SEED), indent=1) + "\n", encoding="utf-8")
        print(path(slug).relative_to(HOME.parent.parent.parent))
