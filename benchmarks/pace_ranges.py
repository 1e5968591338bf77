"""How much the forecasts of a count hang on the ranges of its pace, and what they are when each origin may see the past alone.

    python -m benchmarks.pace_ranges

Without the model: monthly growth of two counts of the flagship as a log-AR(1) around its mean so far, filtered up to each
quarterly origin by a Kalman filter written out here, and carried on for 3, 6 and 12 months. 48 settings of persistence,
innovation and passing noise are tried. `chosen` takes at each origin the setting with the lowest sum of CRPS ratios over
forecasts of earlier origins whose outcomes were known by then (the middle of the ranges, where there are none): no outcome
of an origin chooses what is used there.
"""

from __future__ import annotations

import argparse
import datetime as dt
from itertools import product

import numpy as np

from standoff import catalog
from standoff.dates import add_months, month_count
from standoff.evaluation import scoring_rules
from standoff.evaluation.hindcast import baselines, config, origins, reports

CASE, QUANTITIES, HORIZONS, PATHS = "china-russia", ("losses_russia", "vehicles_russia"), (3, 6, 12), 2000
SETTINGS = tuple(product((0.90, 0.93, 0.95, 0.97), (0.1, 0.125, 0.15, 0.2), (0.1, 0.175, 0.25)))
MIDDLE = SETTINGS.index((0.95, 0.125, 0.175))


def forecast(
    growth: np.ndarray, months: int, setting: tuple[float, float, float], rng: np.random.Generator
) -> np.ndarray:
    """(PATHS,) growth over the next months, from (T,) monthly growth so far."""
    phi, q, noise = setting
    y = np.log(growth)
    mean, x, p = y.mean(), 0.0, q**2 / (1 - phi**2)
    for each in y - mean:
        gain = p / (p + noise**2)
        x, p = phi * (x + gain * (each - x)), phi**2 * (1 - gain) * p + q**2
    pace, total = x + np.sqrt(p) * rng.normal(size=PATHS), np.zeros(PATHS)
    for _ in range(months):
        total += np.exp(mean + pace + noise * rng.normal(size=PATHS))
        pace = phi * pace + q * rng.normal(size=PATHS)
    return total


def monthly(found: tuple[reports.Report, ...], until: dt.date) -> tuple[np.ndarray, float]:
    """Monthly growth of a count up to a day, and its last value; month ends without a report are interpolated."""
    points = [(month_count(report.day), report.value) for report in found if report.day <= until]
    at, values = np.array([k for k, _ in points]), np.array([value for _, value in points])
    path = np.interp(np.arange(at[0], at[-1] + 1), at, values)
    return np.maximum(np.diff(path), 1e-6), float(path[-1])


def main() -> None:
    """Print CRPS by quantity and horizon."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    loaded, ledger = catalog.load(CASE, "known-2024")
    asked = config.read(catalog.find(CASE).with_name(config.FILE), loaded, ledger)
    print("| quantity | months | persistence | best setting | median setting | worst setting | chosen from the past |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in QUANTITIES:
        question = asked.quantities[name]
        whole = reports.series(ledger, question.claims, question.unit, loaded.scenario.units, question.speakers)
        scores: dict[tuple[dt.date, int], np.ndarray] = {}
        outcome: dict[tuple[dt.date, int], dt.date] = {}
        rival: dict[tuple[dt.date, int], float] = {}
        for origin in origins.origins(asked.first, asked.last, asked.every):
            known = tuple(report for report in whole if report.published <= origin and report.day <= origin)
            growth, last = monthly(known, origin)
            for months in HORIZONS:
                truth = reports.nearest(whole, add_months(origin, months), question.window, origin)
                if truth is None:
                    continue
                key = origin, months
                outcome[key] = truth.published
                start = dt.date.fromisoformat(str(question.count_start))
                other = baselines.distributions(known, truth.day, True, question.spread.quantile(0.5), start)[
                    "persistence"
                ]
                rival[key] = scoring_rules.crps(other, truth.value, truth.value)
                scores[key] = np.array(
                    [
                        scoring_rules.crps(
                            last + forecast(growth, months, each, np.random.default_rng(1)), truth.value, truth.value
                        )
                        for each in SETTINGS
                    ]
                )
        for months in HORIZONS:
            keys = [key for key in scores if key[1] == months]
            table = np.array([scores[key] for key in keys])
            chosen = []
            for key in keys:
                past = [
                    scores[old] / scores[old].mean() for old in scores if old[0] < key[0] and outcome[old] <= key[0]
                ]
                chosen.append(scores[key][int(np.sum(past, axis=0).argmin()) if past else MIDDLE])
            means = np.sort(table.mean(axis=0))
            cells = (np.mean([rival[key] for key in keys]), means[0], np.median(means), means[-1], np.mean(chosen))
            print(f"| {name} | {months} | " + " | ".join(f"{cell:.3g}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
