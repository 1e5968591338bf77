"""Which fit and which level forecast best by the kinds of reasons that cases have, chosen on decisions before 2006 alone.

    python -m benchmarks.history_choice --data FOLDER [--fits FOLDER]

The rule, committed before any of its scores was seen. Fits up to 1990 and up to 1998 (normal approximations, the priors that
ship) forecast who begins to help in 1991 to 1997 and in 1999 to 2005, the spans on which the priors were chosen. Compared are

1. two fits: of all kinds, with those that cases lack (`affinity`) at their mean in the forecast; and of the kinds of cases alone;
2. four levels of each type of war: that of the last era of the fit; the same filtered by the counts of the years before; that of
   a reference class as cases count it, all years before the year of the decision; and that of the ten years before it.

The best log score of both spans together is chosen. `benchmarks.history` then scores it once more on 2006 to 2012 and 2013 to
2017, with all others beside it. The log score and not Brier's decides: at one beginning in 700 decisions, Brier's hangs on the
few dozen forecasts above a tenth.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import polars as pl
from benchmarks import history
from benchmarks import probability_scores as scores

from standoff.addons.history import fit, panel

SPANS = ((1990, 1991, 1997), (1998, 1999, 2005))


def main() -> None:
    """Fit, forecast, print the log skill of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fits", type=Path)
    args = parser.parse_args()
    rows = panel.build(args.data).rows
    base, lost = [], []
    for until, first, last in SPANS:
        fitted = history.kept(args.fits, f"fit{until}", partial(history.normal, rows, until))
        alone = history.kept(args.fits, f"cases{until}", partial(history.normal, history.only_cases(rows), until))
        whole = fit.bilateral(rows, last).filter(~pl.col("helped_last"))
        train, test = whole.filter(pl.col("year") <= until), whole.filter(pl.col("year") >= first)
        helped = test["helps"].to_numpy().astype(float)
        base.append(scores.log_scores(history.rates(train, test), helped).sum())
        found = history.by_fit_and_level(fitted, alone, train, test)
        lost.append({name: scores.log_scores(p, helped).sum() for name, p in found.items()})
    for name in lost[0]:
        each = [1 - span[name] / rate for span, rate in zip(lost, base, strict=True)]
        whole_skill = 1 - sum(span[name] for span in lost) / sum(base)
        print(f"{name}: log skill {whole_skill:.2%} ({', '.join(f'{value:.1%}' for value in each)})")
    print("chosen:", min(lost[0], key=lambda name: sum(span[name] for span in lost)))


if __name__ == "__main__":
    main()
