"""Ranges of payoffs by kind of consideration in the coded cases, by which weights from history are scaled.

    python -m benchmarks.payoff_ranges [CASE ...]

For the first decision of every choice of a case: the payoff of each option less that of the status quo, mean over futures.
The range of a kind is the 95th less the 5th per cent over all options of all cases. `PAYOFF_RANGE` in
`benchmarks.history_weights` has the numbers of all cases.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from standoff import build, load
from standoff.catalog import slugs
from standoff.engine import decision_record
from standoff.engine.simulate import simulate

DRAWS = 128  #: futures; a range then moves by about a hundredth
ENDS = (0.05, 0.95)
GRID = np.linspace(0.01, 0.99, 99)  #: quantiles that give the mean of a belief


def differences(case: str) -> Iterator[tuple[str, float]]:
    """Kind, and payoff of an option less that of the status quo."""
    model = build(*load(case))
    plan = model.plan
    run = simulate(model, draws=DRAWS, seed=1, paths="all")

    def mean(index: int) -> float:
        return float(np.mean([plan.parameters[index].belief.quantile(p) for p in GRID]))

    for i, choice in enumerate(plan.choices):
        steps = [k for k in range(plan.scenario.calendar.steps) if choice.is_free[k]]
        steps = [k for k in steps if decision_record.has_occasion(run, i, k).any()]
        if not steps:
            continue
        parts = decision_record.reasons(run, i, steps[0]).mean(axis=0)
        for r, reason in enumerate(choice.reasons):
            scale = mean(choice.rationality) * mean(reason.weight)
            for o in range(len(choice.options)):
                if o != choice.status_quo:
                    yield reason.part.kind, float((parts[r, o] - parts[r, choice.status_quo]) / scale)


def main() -> None:
    """Print the ranges."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[name for name in slugs() if name != "closed-form"])
    values: dict[str, list[float]] = defaultdict(list)
    for case in parser.parse_args().cases:
        for kind, value in differences(case):
            values[kind].append(value)
    for kind, found in sorted(values.items()):
        low, high = np.quantile(found, ENDS)
        print(f"{kind:24s} {high - low:.2f}  ({len(found)} options)")


if __name__ == "__main__":
    main()
