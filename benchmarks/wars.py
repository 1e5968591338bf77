"""Fit and score the hazard of ending of wars: the coefficients that ship, and docs/wars.md's table of scores.

    python -m benchmarks.wars --data ../shared/data [--ship]

Every war is forecast from exposure seen before its first day (others are censored there), at 0, 6, 12, ... months of its life,
within 6, 12 and 24 months. Beside the model stand the base rate (share of earlier forecasts that came true) and Kaplan and
Meier's curve of the same past. Intervals resample wars. `BARS` were committed before these scores were first computed; they
are of ../shared/ENDINGS.md 6. With `--ship` the coefficients with their scores are written into the package.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from benchmarks import probability_scores as scores

from standoff.addons.history.wars import fit, panel
from standoff.addons.history.wars.panel import WarSpell
from standoff.files import write_json
from standoff.history import wars
from standoff.history.wars import MONTH
from standoff.types import Floats

WITHIN = (6, 12, 24)
EVERY, LONGEST = 6, 600  #: months between forecasts of one war, and the oldest age at which one is made
FEWEST = 25  #: wars that have ended before the first forecast
SPLIT = date(1996, 1, 1)
MODERN = 1950
COW_ALL, COW_MODERN, UCDP = "wars, all", "wars begun 1950 on", "episodes begun 1996 on"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What a row of scores must reach; shares, None where there is no bar."""

    skill: float | None = None  #: Brier skill over the base rate
    bound: float | None = None  #: its 5 % bound lies above
    over_km: float | None = None  #: Brier skill over Kaplan and Meier, on point
    slope: tuple[float, float] | None = None  #: of calibration
    over_alone: float | None = None  #: Brier skill over the fit to wars between states alone, on point


BARS: Mapping[tuple[str, int], Bar] = {
    (COW_ALL, 6): Bar(skill=0.09, over_km=0.0, slope=(0.7, 1.5)),
    (COW_ALL, 12): Bar(skill=0.09, bound=0.0, over_km=0.0, slope=(0.7, 1.5)),
    (COW_ALL, 24): Bar(skill=0.06, over_km=0.0, slope=(0.7, 1.5)),
    (COW_MODERN, 12): Bar(skill=0.15, over_alone=0.0),
    (UCDP, 6): Bar(skill=0.11, bound=0.04, over_km=-0.01),
    (UCDP, 12): Bar(skill=0.10, bound=0.04, over_km=-0.01),
    (UCDP, 24): Bar(skill=0.09, bound=0.04, over_km=-0.01),
}
"""Fixed before the scores were computed."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A forecast of one spell at an age, by each model, and whether it came true."""

    spell: int
    within: int
    ended: bool
    by_model: Mapping[str, float]


Past = Sequence[tuple[float, bool]]
"""Months and end of the spells seen before a day."""


def past(spells: Sequence[WarSpell], until: date) -> Past:
    """Spells as seen before a day."""
    out = []
    for spell in spells:
        if spell.first < until:
            done = spell.ended and spell.last < until
            out.append((length(spell) if spell.last < until else (until - spell.first).days / MONTH, done))
    return out


def length(spell: WarSpell) -> float:
    """Months to its end, the middle of a year of which only that is known."""
    return max(((spell.earliest - spell.first).days + (spell.last - spell.first).days) / 2 / MONTH, 0.0)


def outcomes(spells: Past, within: int) -> Iterator[tuple[int, int, bool]]:
    """Place, age and outcome of each forecast whose outcome is known."""
    for place, (months, ended) in enumerate(spells):
        for age in range(0, min(int(np.ceil(months)), LONGEST), EVERY):
            if ended or months >= age + within:
                yield place, age, months < age + within


def base_rate(spells: Past, within: int) -> float:
    """Share of the forecasts of the past that came true."""
    return float(np.mean([true for _, _, true in outcomes(spells, within)]))


def kaplan_meier(spells: Past) -> Callable[[int, int], float]:
    """Chance of an end within some months at an age; at ages that no spell reached, that of the oldest."""
    months, ended = np.array([m for m, _ in spells]), np.array([e for _, e in spells])
    times, failed = np.unique(months[ended], return_counts=True)
    kept = np.cumprod(1 - failed / (months >= times[:, None]).sum(1))
    curve = np.r_[1.0, kept]

    def at(month: float) -> float:
        return float(curve[np.searchsorted(times, month, side="left")])

    def chance(age: int, within: int) -> float:
        while age > 0 and at(age) <= 0:
            age -= EVERY
        return 1 - at(age + within) / at(age)

    return chance


def model(fitted: fit.HazardFit, kind: str) -> Callable[[int, int], float]:
    """Chance of an end within some months at an age, by the mode of a fit."""
    level, slope, log_pace = fitted.of_kind(kind)["mean"]
    pace = np.exp(log_pace)
    total = np.cumsum(np.exp(level + slope * np.log(np.arange(LONGEST + max(WITHIN)) + 0.5)))
    alive: Floats = np.exp(-np.log1p(pace * np.r_[0.0, total]) / pace)
    return lambda age, within: float(1 - alive[age + within] / alive[age])


def forecasts_of_wars(table: panel.WarPanel) -> list[Forecast]:
    """Forecasts of wars between states, each from what was seen before its first day."""
    out = []
    for place, war in enumerate(table.wars):
        seen = past(table.wars, war.first)
        if sum(done for _, done in seen) < FEWEST:
            continue
        ours = model(fit.fit(fit.months(table.pooled, war.first)), wars.KINDS[0])
        alone = model(fit.fit(fit.months(table.wars, war.first), theta=0.0), wars.KINDS[0])
        curve = kaplan_meier(seen)
        for within in WITHIN:
            for _, age, ended in outcomes([(length(war), war.ended)], within):
                by = {"model": ours(age, within), "alone": alone(age, within), "curve": curve(age, within)}
                by["rate"] = base_rate(seen, within)
                out.append(Forecast(spell=place, within=within, ended=ended, by_model=by))
    return out


def forecasts_of_episodes(table: panel.WarPanel) -> list[Forecast]:
    """Forecasts of episodes begun after the split, from what was seen before it."""
    dated = [each for each in table.episodes if each.dated]
    seen = past(dated, SPLIT)
    fitted, curve = fit.fit(fit.months(table.pooled, SPLIT)), kaplan_meier(seen)
    rates = {within: base_rate(seen, within) for within in WITHIN}
    out = []
    for place, each in enumerate(dated):
        if each.first < SPLIT:
            continue
        ours = model(fitted, each.kinds[min(each.kinds)])
        for within in WITHIN:
            for _, age, ended in outcomes([(length(each), each.ended)], within):
                by = {"model": ours(age, within), "curve": curve(age, within), "rate": rates[within]}
                out.append(Forecast(spell=place, within=within, ended=ended, by_model=by))
    return out


def row(test: str, within: int, of: Sequence[Forecast]) -> dict[str, object]:
    """Scores of one test and horizon."""
    chosen = [each for each in of if each.within == within]
    y = np.array([each.ended for each in chosen], float)
    spells = np.array([each.spell for each in chosen])

    def by(name: str) -> Floats:
        return np.array([each.by_model[name] for each in chosen])

    def skill(over: str) -> tuple[float, tuple[float, float]]:
        ours, theirs = (by("model") - y) ** 2, (by(over) - y) ** 2
        return 1 - ours.sum() / theirs.sum(), scores.mean_ratio_interval(ours, theirs, spells)

    made = {"rate": skill("rate"), "curve": skill("curve")}
    if "alone" in chosen[0].by_model:
        made["alone"] = skill("alone")
    log = 1 - scores.log_scores(by("model"), y).sum() / scores.log_scores(by("rate"), y).sum()
    return {
        "test": test,
        "within": within,
        "spells": len(set(spells.tolist())),
        "forecasts": len(y),
        "ended": round(float(y.mean()), 3),
        "base_brier": round(float(((by("rate") - y) ** 2).mean()), 4),
        **{f"over_{name}": [round(float(x), 3) for x in (value, *ends)] for name, (value, ends) in made.items()},
        "log_skill": round(float(log), 3),
        "slope": round(float(scores.recalibration(by("model"), y)[1]), 2),
    }


def missed(found: Mapping[str, object]) -> list[str]:
    """Bars of a row that it does not reach."""
    bar = BARS.get((str(found["test"]), int(str(found["within"]))), Bar())
    rate, curve, alone = (list(found.get(f"over_{name}", [])) for name in ("rate", "curve", "alone"))  # type: ignore[call-overload]
    slope = float(str(found["slope"]))
    checks = {
        "skill": bar.skill is None or rate[0] >= bar.skill,
        "bound": bar.bound is None or rate[1] > bar.bound,
        "over_km": bar.over_km is None or curve[0] >= bar.over_km,
        "over_alone": bar.over_alone is None or alone[0] >= bar.over_alone,
        "slope": bar.slope is None or bar.slope[0] <= slope <= bar.slope[1],
    }
    return [name for name, passed in checks.items() if not passed]


def table_of_scores(table: panel.WarPanel) -> list[dict[str, object]]:
    """All rows, with the bars that each misses."""
    of_wars = forecasts_of_wars(table)
    modern = [each for each in of_wars if table.wars[each.spell].first.year >= MODERN]
    sets = {COW_ALL: of_wars, COW_MODERN: modern, UCDP: forecasts_of_episodes(table)}
    rows = [row(test, within, of) for test, of in sets.items() for within in WITHIN]
    return [each | {"missed": missed(each)} for each in rows]


def main() -> None:
    """Print the scores beside their bars; write the coefficients with `--ship`."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--data", type=Path, required=True, help="folder with the publishers' files")
    ask.add_argument("--ship", action="store_true", help="write the coefficients of the package")
    told = ask.parse_args()
    rows = table_of_scores(panel.read(told.data))
    print(text(rows))
    if told.ship:
        made = replace(fit.build(told.data), scores=rows)
        write_json(wars.HOME, made.to_data())


def text(rows: Sequence[Mapping[str, object]]) -> str:
    """The scores as a table."""
    lines = [
        "| forecasts | within | spells, forecasts | ended | over the base rate (90 %) | bar | over Kaplan and Meier | over wars alone | slope | missed |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in rows:
        bar = BARS.get((str(each["test"]), int(str(each["within"]))), Bar())
        asked = (
            "-"
            if bar.skill is None
            else f"{100 * bar.skill:+.0f} %" + ("" if bar.bound is None else f", bound {100 * bar.bound:+.0f}")
        )
        lines.append(
            f"| {each['test']} | {each['within']} | {each['spells']}, {each['forecasts']} | {100 * float(str(each['ended'])):.0f} % | "
            f"{_skill(each['over_rate'])} | {asked} | {_skill(each['over_curve'])} | {_skill(each.get('over_alone'))} | "
            f"{each['slope']} | {', '.join(map(str, each['missed'])) or '-'} |"  # type: ignore[call-overload]
        )
    return "\n".join(lines).replace("-0.", "−0.")


def _skill(value: object) -> str:
    if not isinstance(value, list):
        return "-"
    middle, low, high = (f"{100 * x:+.1f}" for x in value)
    return f"{middle} ({low} to {high})"


if __name__ == "__main__":
    main()
