"""How much of an actor's reason a typical actor has too, by which reasons are told from a reference class.

    python -m benchmarks.typical_reasons [CASE ...]

For the first decision of every choice of a case: what each reason adds to the log odds of the explained option against the
status quo, c, mean over futures. A reason of the same kind of an actor in another case says how much of it is common. The
best linear guess of another actor's c from one's own, through the origin, has the slope

    mean of c_i c_j over pairs of cases / mean of c_i squared     over all kinds, each kind with the weight of its actors

which is the intraclass correlation of kinds about zero. `engine/anchors.TYPICAL` has it. No outcome and no score enters:
only what reasons were coded as, before anything was run.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from standoff import build, load
from standoff.catalog import slugs
from standoff.engine import decision_record
from standoff.engine.simulate import simulate

DRAWS = 256  #: futures; a mean contribution then has an error of a few hundredths


def contributions(case: str) -> Iterator[tuple[str, float]]:
    """Kind of a named reason, and its mean contribution to the log odds of the explained option."""
    model = build(*load(case))
    plan = model.plan
    run = simulate(model, draws=DRAWS, seed=1, paths="all")
    for i, choice in enumerate(plan.choices):
        steps = [k for k in range(plan.scenario.calendar.steps) if choice.is_free[k]]
        steps = [k for k in steps if decision_record.has_occasion(run, i, k).any()]
        if not steps:
            continue
        explained = plan.scenario.choices[choice.name].explain
        parts = decision_record.reasons(run, i, steps[0]).mean(axis=0)
        for r, reason in enumerate(choice.reasons):
            if getattr(reason.part.module, "UNOBSERVED", False):
                continue
            apart = parts[r] - parts[r, choice.status_quo]
            options = [choice.options.index(explained)] if explained else range(len(choice.options))
            others = [o for o in options if o != choice.status_quo]
            if others:
                yield reason.part.kind, float(apart[max(others, key=lambda o: abs(apart[o]))])


def slope(values: Mapping[str, Sequence[tuple[str, float]]]) -> float:
    """The slope of another case's contribution on one's own; `values` are (case, c) by kind."""
    products, squares = [], []
    for rows in values.values():
        for i, (case, own) in enumerate(rows):
            others = [c for j, (other, c) in enumerate(rows) if j != i and other != case]
            if others:
                products.append(own * float(np.mean(others)))
                squares.append(own * own)
    return float(np.sum(products) / np.sum(squares))


def main() -> None:
    """Print the slope, over all kinds, of each, and without each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[name for name in slugs() if name != "closed-form"])
    values: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for case in parser.parse_args().cases:
        for kind, value in contributions(case):
            values[kind].append((case, value))
            print(case, kind, f"{value:.3f}", flush=True)
    print(f"all kinds: {slope(values):.2f}")
    for kind, rows in sorted(values.items()):
        if len({case for case, _ in rows}) > 1:
            print(f"{kind:24s} {slope({kind: rows}):5.2f}  mean {np.mean([c for _, c in rows]):+.2f}  ({len(rows)})")
    for case in sorted({case for rows in values.values() for case, _ in rows}):
        rest = {kind: [row for row in rows if row[0] != case] for kind, rows in values.items()}
        print(f"without {case}: {slope(rest):.2f}")


if __name__ == "__main__":
    main()
