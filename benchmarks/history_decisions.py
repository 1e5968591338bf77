"""Sixty decisions drawn by lot: docs/decisions.md, with dated facts and sources, forecast before they were made.

    python -m benchmarks.history_decisions --data FOLDER --fits FOLDER

Thirty beginnings of help by likely helpers between 2006 and 2017 are drawn by lot, and for each a likely helper of a side that
nobody helped in the same year and kind of war. Facts are those of the tables at the end of the year before; the forecast is of
the fit up to 2005 for 2006 to 2012, and up to 2012 for the years after. Nothing is chosen or coded by hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks import probability_scores as scores
from benchmarks.history import SPANS, fits, forecast, rates

from standoff.addons.history import fit
from standoff.addons.history import panel as panels
from standoff.addons.history.sources import sources
from standoff.history.words import COVARIATE

PAGE = Path(__file__).resolve().parents[1] / "docs" / "decisions.md"
PAIRS, SEED = 30, 1
FACTS = {
    "pact": "alliances",
    "pact_helpers": "alliances",
    "consultation": "alliances",
    "non_aggression_enemy": "alliances",
    "pact_enemy": "alliances",
    "rival_enemy": "rivalries",
    "rival_side": "rivalries",
    "rival_helps_enemy": "rivalries",
    "dispute_enemy": "disputes",
    "dispute_side": "disputes",
    "nuclear_enemy": "powers",
    "great_power_helps_enemy": "support",
    "own_war": "support",
    "new_leader": "leaders",
    "major": "powers",
    "border": "contiguity",
    "border_enemy": "contiguity",
    "before": "support",
    "elsewhere": "support",
    "against_before": "support",
    "helps_enemy": "support",
    "great_power_helps": "support",
    "first": "support",
}
#: covariates that are yes or no -> the table that says so


def drawn(whole: pl.DataFrame) -> pl.DataFrame:
    """The sixty decisions: thirty beginnings, and as many where nobody came, by lot."""
    first, last = SPANS[0][1], SPANS[-1][2]
    chosen = whole.filter(pl.col("year").is_between(first, last) & pl.col("likely") & ~pl.col("helped_last"))
    came = whole.filter("helps").select("side", "year").unique()
    began = chosen.filter("helps").sort("year", "side", "actor").sample(PAIRS, seed=SEED, shuffle=True)
    alone = chosen.join(came, on=["side", "year"], how="anti").sort("year", "side", "actor")
    rng, rest = np.random.default_rng(SEED), []
    for row in began.iter_rows(named=True):
        same = alone.filter((pl.col("year") == row["year"]) & (pl.col("arena") == row["arena"]))
        same = same if len(same) else alone.filter(pl.col("year") == row["year"])
        rest.append(same[int(rng.integers(len(same)))])
    return pl.concat([began, *rest]).sort("year", "side", "actor")


def forecasts(decisions: pl.DataFrame, fitted: Mapping[int, fit.HistoryFit]) -> np.ndarray:
    """Chance of a beginning, by the fit that ends before the year."""
    out = np.zeros(len(decisions))
    for until, first, last in SPANS:
        keep = decisions["year"].is_between(first, last).to_numpy()
        out[keep] = 1 - forecast(fitted[until], decisions.filter(pl.Series(keep)))[:, 0]
    return out


def page(
    decisions: pl.DataFrame, whole: pl.DataFrame, fitted: Mapping[int, fit.HistoryFit], names: Mapping[int, str]
) -> str:
    """docs/decisions.md, whole."""
    chance, y = forecasts(decisions, fitted), decisions["helps"].to_numpy().astype(float)
    span = whole.filter(
        pl.col("year").is_between(SPANS[0][1], SPANS[-1][2]) & pl.col("likely") & ~pl.col("helped_last")
    )
    base = np.concatenate(
        [
            rates(
                whole.filter((pl.col("year") <= until) & ~pl.col("helped_last") & pl.col("likely")),
                decisions.filter(pl.col("year").is_between(first, last)),
            )
            for until, first, last in SPANS
        ]
    )
    helps, others = int(span["helps"].sum()), int((~span["helps"]).sum())
    share = (PAIRS / others) / (PAIRS / helps)  # of the rows without help that were drawn, for one with help
    ours, theirs = (p / (p + (1 - p) * share) for p in (chance, base))
    s = scores.probability_scores(ours, y, theirs)
    groups = decisions["host"].to_numpy()
    brier = scores.mean_ratio_interval((ours - y) ** 2, (theirs - y) ** 2, groups)
    log = scores.mean_ratio_interval(scores.log_scores(ours, y), scores.log_scores(theirs, y), groups)
    auc = scores.interval(lambda rows: scores.auc(ours[rows], y[rows]), groups)
    blocks = [
        "# Sixty decisions drawn by lot",
        "This page is for readers who doubt hand-picked cases: sixty decisions of states about the wars of others between "
        f"{SPANS[0][1]} and {SPANS[-1][2]}, drawn by lot, with what was known at the end of the year before, what the model "
        "of [history](history.md) said from the years before, and what happened. In half of them nobody came to the side at "
        "all. `python -m benchmarks.history_decisions --data FOLDER --fits FOLDER` writes the whole page; do not edit it by "
        "hand. Nothing was chosen or coded by hand: facts are those of the tables, and reasons are coded from them by one rule.",
        "## Scores",
        f"{int(y.sum())} began to help, {int((1 - y).sum())} decisions are about sides to which nobody came "
        f"({100 * (1 - y).mean():.0f} %). In the whole of likely helpers of these years one in {len(span) / helps:.0f} began. "
        "So that the draw of half and half is not mistaken for the rate of the world, both forecasts are those given that a "
        "decision is one of the sixty.",
        "| score | model | base rate | skill (90 %) |\n| --- | --- | --- | --- |\n"
        f"| Brier | {s.brier:.3f} | {float(((theirs - y) ** 2).mean()):.3f} | {_skill(s.brier_skill, brier)} |\n"
        f"| log | {s.log:.3f} | {float(scores.log_scores(theirs, y).mean()):.3f} | {_skill(s.log_skill, log)} |\n"
        f"| ranked correctly | {100 * s.auc:.0f} % ({100 * auc[0]:.0f} to {100 * auc[1]:.0f}) | "
        f"{100 * scores.auc(theirs, y):.0f} % | |\n"
        f"| slope of calibration | {s.slope:.2f} | | |",
        "## The decisions",
        "Chances are of the year, for a state that did not help in the year before.",
        "\n\n".join(
            _decision(row, p, b, names) for row, p, b in zip(decisions.iter_rows(named=True), chance, base, strict=True)
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def _skill(value: float, ends: tuple[float, float]) -> str:
    return f"{100 * value:+.0f} % ({100 * ends[0]:+.0f} to {100 * ends[1]:+.0f})".replace("-", "−")


def _decision(row: Mapping[str, object], chance: float, base: float, names: Mapping[int, str]) -> str:
    host = names[int(str(row["host"]))]
    side = str(row["name"]) if host in str(row["name"]) else f"{row['name']} ({host})"
    what = "**began to help**" if row["helps"] else "did nothing; nobody came"
    if row["helps"] and row["troops"]:
        what += " with troops"
    cards = sources()
    facts = [
        f"{COVARIATE[name]} [{cards[table].key}]" for name, table in FACTS.items() if float(str(row[name])) >= 0.99
    ]
    return (
        f"- **{row['actor']}, {row['year']}: {side}.** Known at the end of {int(str(row['year'])) - 1}: "
        f"{'; '.join(facts) or 'none of the listed ties'}. Model {100 * chance:.2g} %, base rate {100 * base:.2g} %; "
        f"it {what} [{cards['support'].key}]."
    )


def main() -> None:
    """Draw, forecast, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fits", type=Path, required=True)
    args = parser.parse_args()
    panel = panels.build(args.data)
    whole = panel.rows.filter(~pl.col("coalition"))
    names = dict(zip(panel.archive.states.codes.tolist(), panel.archive.states.names, strict=True))
    decisions = drawn(whole)
    PAGE.write_text(page(decisions, whole, fits(panel.rows, args.fits), names), encoding="utf-8")


if __name__ == "__main__":
    main()
