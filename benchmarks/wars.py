"""Fit and score the hazard of ending of wars: the coefficients that ship, and docs/wars.md's table of scores.

    python -m benchmarks.wars --data ../shared/data [--ship]

Every war is forecast from exposure seen before its first day (others are censored there), at 0, 6, 12, ... months of its life,
within 6, 12 and 24 months. Beside the model stand the base rate (share of earlier forecasts that came true) and Kaplan and
Meier's curve of the same past, as it is (the bars are over this one) and held where fewer than five wars are left, since the end
of the curve rests on one or two. Intervals resample wars. `BARS` were committed before these scores were first computed; they
are of ../shared/ENDINGS.md 6. Conflicts begun 2015 on are forecast by the same model, fitted to conflicts (UCDP/PRIO) alone. With
`--ship` the coefficients with their scores are written into the package.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks import probability_scores as scores
from benchmarks import wars_fit as fit

from standoff.addons.history.wars import WarPanel, WarSpell, build, episodes
from standoff.files import write_json
from standoff.history import wars
from standoff.history.wars import MONTH
from standoff.types import Floats

WITHIN = (6, 12, 24)
EVERY, LONGEST = 6, 600  #: months between forecasts of one war, and the oldest age at which one is made
HELD = 5  #: spells that carry the end of the second curve; assumption: with fewer its chances jump to 1
FEWEST = 25  #: wars that have ended before the first forecast
SPLIT = date(1996, 1, 1)
MODERN = 1950
LATER = date(2015, 1, 1)
COW_ALL, COW_MODERN, UCDP, ACD = "wars, all", "wars begun 1950 on", "episodes begun 1996 on", "conflicts begun 2015 on"
CONFLICTS = "ucdp_acd_v25_1_peacesciencer.parquet"
TYPES = {"extrasystemic": 1, "interstate": 2, "intrastate": 3, "II": 4}


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
    (ACD, 12): Bar(skill=0.04),
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
            out.append((spell.length if spell.last < until else (until - spell.first).days / MONTH, done))
    return out


def outcomes(spells: Past, within: int) -> Iterator[tuple[int, int, bool]]:
    """Place, age and outcome of each forecast whose outcome is known."""
    for place, (months, ended) in enumerate(spells):
        for age in range(0, min(max(int(np.ceil(months)), 1), LONGEST), EVERY):
            if ended or months >= age + within:
                yield place, age, months < age + within


def base_rate(spells: Past, within: int) -> float:
    """Share of the forecasts of the past that came true."""
    return float(np.mean([true for _, _, true in outcomes(spells, within)]))


def kaplan_meier(spells: Past, at_risk: int = 1) -> Callable[[int, int], float]:
    """Chance of an end within some months at an age, as far as `at_risk` spells were seen; later, the last."""
    months, ended = np.array([m for m, _ in spells]), np.array([e for _, e in spells])
    times, failed = np.unique(months[ended], return_counts=True)
    curve = np.r_[1.0, np.cumprod(1 - failed / (months >= times[:, None]).sum(1))]
    oldest = float(np.sort(months)[-at_risk])

    def at(month: float) -> float:
        return float(curve[np.searchsorted(times, month, side="left")])

    def chance(age: int, within: int) -> float:
        age = min(age, int(max(oldest - within, 0)))
        return 1 - at(age + within) / at(age)

    return chance


def model(fitted: fit.HazardFit, kind: str) -> Callable[[int, int], float]:
    """Chance of an end within some months at an age, by the mode of a fit."""
    level, slope, log_pace = fitted.of_kind(kind)["mean"]
    pace = np.exp(log_pace)
    total = np.cumsum(np.exp(level + slope * np.log(np.arange(LONGEST + max(WITHIN)) + 0.5)))
    alive: Floats = np.exp(-np.log1p(pace * np.r_[0.0, total]) / pace)
    return lambda age, within: float(1 - alive[age + within] / alive[age])


def forecasts_of_wars(table: WarPanel) -> list[Forecast]:
    """Forecasts of wars between states, each from what was seen before its first day."""
    out = []
    for place, war in enumerate(table.wars):
        seen = past(table.wars, war.first)
        if sum(done for _, done in seen) < FEWEST:
            continue
        ours = model(fit.fit(fit.months(table.pooled, war.first)), wars.KINDS[0])
        alone = model(fit.fit(fit.months(table.wars, war.first), theta=0.0), wars.KINDS[0])
        curve, held = kaplan_meier(seen), kaplan_meier(seen, HELD)
        for within in WITHIN:
            for _, age, ended in outcomes([(war.length, war.ended)], within):
                by = {"model": ours(age, within), "alone": alone(age, within), "rate": base_rate(seen, within)}
                by |= {"curve": curve(age, within), "held": held(age, within)}
                out.append(Forecast(spell=place, within=within, ended=ended, by_model=by))
    return out


def forecasts_of_episodes(units: Sequence[WarSpell], spells: Sequence[WarSpell], split: date) -> list[Forecast]:
    """Forecasts of spells begun after a day, from units and spells as seen before it."""
    seen = past(spells, split)
    fitted, curve, held = fit.fit(fit.months(units, split)), kaplan_meier(seen), kaplan_meier(seen, HELD)
    rates = {within: base_rate(seen, within) for within in WITHIN}
    ours, out = [model(fitted, kind) for kind in wars.KINDS], []
    for place, each in enumerate(spells):
        if each.first < split:
            continue
        kinds = fit.kinds(each, LONGEST)
        for within in WITHIN:
            for _, age, ended in outcomes([(each.length, each.ended)], within):
                by = {"model": ours[kinds[age]](age, within), "rate": rates[within]}
                by |= {"curve": curve(age, within), "held": held(age, within)}
                out.append(Forecast(spell=place, within=within, ended=ended, by_model=by))
    return out


def conflicts(home: Path) -> list[WarSpell]:
    """Episodes of conflicts, not of dyads, to 2024; an end on 31 December is one of which the year alone is known."""
    table = pl.read_parquet(next(home.rglob(CONFLICTS))).unique(["conflict_id", "year"])
    year_only = pl.col("ep_end_date").str.ends_with("12-31")
    found = episodes(
        table.select(
            DyadId="conflict_id",
            Year="year",
            TypeOfConflict=pl.col("type_of_conflict").replace_strict(TYPES),
            StartPrec2="start_prec2",
            Dyadterm="ep_end",
            IntensityLevel="intensity_level",
            StartDate2="start_date2",
            EpEndDate="ep_end_date",
            EpEndPrec=pl.when(year_only).then(pl.lit("5")).otherwise(pl.lit("1")),
            Outcome=pl.lit(""),
            SideA="gwno_a",
            SideB="gwno_b",
            GWNoA="gwno_a",
            GWNoB="gwno_b",
        )
    )
    return [each for each in found if each.dated]


def row(test: str, within: int, of: Sequence[Forecast]) -> dict[str, Any]:
    """Scores of one test and horizon."""
    chosen = [each for each in of if each.within == within]
    y = np.array([each.ended for each in chosen], float)
    spells = np.array([each.spell for each in chosen])

    def by(name: str) -> Floats:
        return np.array([each.by_model[name] for each in chosen])

    def skill(over: str) -> tuple[float, tuple[float, float]]:
        ours, theirs = (by("model") - y) ** 2, (by(over) - y) ** 2
        return 1 - ours.sum() / theirs.sum(), scores.mean_ratio_interval(ours, theirs, spells)

    made = {name: skill(name) for name in chosen[0].by_model if name != "model"}
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


def missed(found: Mapping[str, Any]) -> list[str]:
    """Bars of a row that it does not reach."""
    bar = BARS.get((found["test"], found["within"]), Bar())
    rate, curve, alone = found["over_rate"], found["over_curve"], found.get("over_alone")
    checks = {
        "skill": rate[0] >= (bar.skill or -1),
        "bound": rate[1] > (-1 if bar.bound is None else bar.bound),
        "over_km": curve[0] >= (-1 if bar.over_km is None else bar.over_km),
        "over_alone": alone is None or alone[0] >= (-1 if bar.over_alone is None else bar.over_alone),
        "slope": bar.slope is None or bar.slope[0] <= found["slope"] <= bar.slope[1],
    }
    return [name for name, passed in checks.items() if not passed]


def table_of_scores(home: Path) -> list[dict[str, Any]]:
    """All rows, with the bars that each misses."""
    table, later = build(home), conflicts(home)
    dated = [each for each in table.episodes if each.dated]
    of_wars = forecasts_of_wars(table)
    modern = [each for each in of_wars if table.wars[each.spell].first.year >= MODERN]
    sets = {
        COW_ALL: of_wars,
        COW_MODERN: modern,
        UCDP: forecasts_of_episodes(table.pooled, dated, SPLIT),
        ACD: forecasts_of_episodes(later, later, LATER),
    }
    rows = [row(test, within, of) for test, of in sets.items() for within in WITHIN]
    return [each | {"missed": missed(each)} for each in rows]


def main() -> None:
    """Print the scores beside their bars; write the coefficients with `--ship`."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--data", type=Path, required=True, help="folder with the publishers' files")
    ask.add_argument("--ship", action="store_true", help="write the coefficients of the package")
    told = ask.parse_args()
    rows = table_of_scores(told.data)
    print(text(rows))
    if told.ship:
        write_json(wars.HOME, fit.coefficients(build(told.data)) | {"scores": rows})


def text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The scores as a table."""
    lines = [
        "| forecasts | within | spells, forecasts | ended | over the base rate (90 %) | bar | over Kaplan and Meier | the same, held "
        "| over wars alone | log skill | slope | missed |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in rows:
        bar = BARS.get((each["test"], each["within"]), Bar())
        asked = "-" if bar.skill is None else f"{100 * bar.skill:+.0f} %"
        asked += "" if bar.bound is None else f", bound {100 * bar.bound:+.0f}"
        lines.append(
            f"| {each['test']} | {each['within']} | {each['spells']}, {each['forecasts']} | {_percent(each['ended'])} | "
            f"{_skill(each['over_rate'])} | {asked} | {_skill(each['over_curve'])} | {_skill(each['over_held'])} | "
            f"{_skill(each.get('over_alone'))} | {_percent(each['log_skill'])} | {each['slope']} | "
            f"{', '.join(map(str, each['missed'])) or '-'} |"
        )
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _skill(value: Sequence[float] | None) -> str:
    if value is None:
        return "-"
    middle, low, high = (f"{100 * x:+.1f}".replace("-", "−") for x in value)
    return f"{middle} ({low} to {high})"


if __name__ == "__main__":
    main()
