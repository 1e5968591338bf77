"""Every case under one seed: any change of a number, wanted or not, shows.

Draws are addressed, so that a change of code that changes no calculation leaves every number as it was. Another kind of
processor rounds otherwise, and a future at the edge of an event may then fall on its other side.
`python -m tests.golden.same_seed [CASE ...]` writes `same_seed.json` anew, for all cases or for those named, which must be
made on one kind of processor; look at the diff before you accept it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from standoff import answer, build, simulate
from standoff.catalog import load, slugs

DRAWS, SEED = 256, 1
FILE = Path(__file__).with_suffix(".json")


def processor() -> str:
    """The model of this machine's processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def numbers(slug: str) -> dict[str, Any]:
    """Sampled parameters by path (mean, the first future's, and a digest of all) and answers by question, under the one seed."""
    run = simulate(build(*load(slug)), draws=DRAWS, seed=SEED, paths="all")
    values = run.parameter_values.astype(np.float64)
    return {
        "parameters": {
            parameter.path: [float(np.mean(column)), float(column[0])]
            for parameter, column in zip(run.model.plan.parameters, values.T, strict=True)
        },
        "digest": hashlib.sha256(np.ascontiguousarray(run.parameter_values).tobytes()).hexdigest(),
        "answers": {item.id: item.answer for item in answer(run).answers},
    }


if __name__ == "__main__":
    stored = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if sys.argv[1:] else {}
    made = stored | {slug: numbers(slug) for slug in sys.argv[1:] or slugs()}
    record = {"processor": processor(), "cases": {slug: made[slug] for slug in slugs() if slug in made}}
    FILE.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(FILE.name)
