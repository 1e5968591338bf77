"""What looking ahead costs: time of a run whose reasons look ahead, over that of the same run without.

    python -m benchmarks.horizon [--draws 20000] [--repeats 5]

A small case of two actors, four stocks and 60 months. Each kind is compiled first and then timed in turns; the least of
the repeats counts, since other work on the machine only adds. `factor` is what `standoff validate` names: steps of
rollouts for each step of the run.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.plan.choices import rollout_factor
from standoff.scenario import load_text

if TYPE_CHECKING:
    from standoff.engine.model import Model

DRAWS, REPEATS = 20_000, 5
HORIZONS = (0, 3, 6, 12, 24, 48)
TEXT = """
title: two that look ahead
as_of: 2024-01
start: 2024-01
end: 2029-01
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  land: {unit: "1", initial: 0.5 to 2, cap: 5, sources: assumption}
  money: {unit: "1", initial: 0.5 to 2, cap: 5, sources: assumption}
  arms: {unit: "1", initial: 0.5 to 2, cap: 5, sources: assumption}
  calm: {unit: "1", initial: 0.5 to 2, cap: 5, sources: assumption}
mechanisms:
  land: {use: mean_reversion, stock: land, mean: 0.5 to 2, speed: 0.1 1/month, volatility: 0.1, sources: assumption}
  money: {use: mean_reversion, stock: money, mean: 0.5 to 2, speed: 0.1 1/month, volatility: 0.1, sources: assumption}
  arms: {use: mean_reversion, stock: arms, mean: 0.5 to 2, speed: 0.1 1/month, volatility: 0.1, sources: assumption}
  calm: {use: mean_reversion, stock: calm, mean: 0.5 to 2, speed: 0.1 1/month, volatility: 0.1, sources: assumption}
choices:
  ALA:
    actor: ALA
    options: {wait: , take: {effects: {land.mean: 3}}, arm: {effects: {arms.mean: 3, money.mean: 0.2}}}
    status_quo: wait
    every: 3 months
    rationality: 1 to 2
    half_life: 3.1 month
    sources: assumption
    reasons:
      gain: {use: expression, weight: 1 to 2, value: {take: land, arm: arms - money}HORIZON}
      pain: {use: expression, weight: 1 to 2, value: {take: "-1 * (BOR in [fight])"}}
  BOR:
    actor: BOR
    options: {yield: , fight: {effects: {calm.mean: 0.1}}}
    status_quo: yield
    every: 3 months
    rationality: 1 to 2
    half_life: 3.1 month
    sources: assumption
    reasons:
      cost: {use: expression, weight: 1, value: {fight: calm - 1}HORIZON}
      honour: {use: expression, weight: 1, value: {fight: "1 * (ALA in [take])"}}
questions:
  takes: {text: Will Aland take it?, event: "ALA in [take]", by: 2029-01, resolution: papers of both, main: true}
"""


def model(months: int) -> Model:
    """The case with two reasons that look some months ahead, or none."""
    written = f", horizon: {months} months" if months else ""
    return build(load_text(TEXT.replace("HORIZON", written)), Ledger())


def seconds(built: Model, draws: int) -> float:
    """Time of one run."""
    start = time.perf_counter()
    simulate(built, draws=draws, seed=1, paths=64)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--draws", type=int, default=DRAWS)
    ask.add_argument("--repeats", type=int, default=REPEATS)
    args = ask.parse_args()
    built = {months: model(months) for months in HORIZONS}
    for each in built.values():
        seconds(each, args.draws)  # compiles
    took = dict.fromkeys(HORIZONS, float("inf"))
    for _ in range(args.repeats):
        for months, each in built.items():
            took[months] = min(took[months], seconds(each, args.draws))
    print(f"{args.draws:,} draws\n\n| horizon | factor | seconds | times a run without |\n| --- | --- | --- | --- |")
    for months, each in built.items():
        factor = rollout_factor(each.plan.choices, each.program.steps)
        print(f"| {months} months | {factor:.1f} | {took[months]:.3f} | {took[months] / took[0]:.1f} |")


if __name__ == "__main__":
    main()
