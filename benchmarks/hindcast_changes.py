"""What each change of the flagship's forecasts does to its hindcasts, beside the same rivals at the same origins.

    python -m benchmarks.hindcast_changes FOLDER [MODEL...] [--write] [--only-score]

Models, origins and all else stand in `data/hindcast_plan.yaml`, which was committed before any origin was scored. Origins are
simulated one by one and kept in FOLDER, so that what was cut off goes on; a table holds the origins that a model shares with the
case as it is.
`--write` puts it between the marks of docs/hindcast.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from standoff import catalog
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.evaluation.forecast_scores import (
    BEST,
    ENSEMBLE,
    MODEL,
    ForecastScores,
    RelativeSkill,
    ScoredForecast,
    score_forecasts,
    skill,
)
from standoff.evaluation.hindcast import config, forecasts, origins, stacking
from standoff.evaluation.hindcast.origins import HindcastSettings
from standoff.evaluation.hindcast.run import configured
from standoff.ledger import Ledger
from standoff.scenario import LoadedScenario

HERE = Path(__file__).resolve().parent
PLAN, PAGE = HERE / "data" / "hindcast_plan.yaml", HERE.parent / "docs" / "hindcast.md"
FIRST, LAST = "<!-- changes -->\n", "<!-- end of changes -->"
GROUPS = ("all", "losses", "aid", "money", "opinion", "sanctions")


@dataclass(frozen=True)
class Comparison:
    """The committed plan, with the case that it changes."""

    plan: Mapping[str, Any]
    loaded: LoadedScenario
    ledger: Ledger

    @classmethod
    def read(cls) -> Comparison:
        """The plan of the repository."""
        plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
        return cls(plan, *catalog.load(plan["case"], "known-2024"))  # rests on nothing published later

    @property
    def settings(self) -> HindcastSettings:
        """Of the simulation of origins."""
        return HindcastSettings(max(self.plan["horizons"]), self.plan["draws"], self.plan["seed"])

    @property
    def days(self) -> list[dt.date]:
        """Origins, those first that the plan has first."""
        every = origins.origins(self.plan["from"], self.plan["to"], self.plan["every"])
        first = [day if isinstance(day, dt.date) else dt.date.fromisoformat(day) for day in self.plan["first"]]
        return [*first, *(day for day in every if day not in first)]

    def parts(self, name: str) -> list[Mapping[str, Any]]:
        """The changes that make a model."""
        models = self.plan["models"]
        return [models[part] for part in models[name].get("of", [name])]

    def scenario(self, name: str) -> LoadedScenario:
        """The case under the changes of a model."""
        loaded = self.loaded
        for part in self.parts(name):
            loaded = loaded.over(part["change"]) if "change" in part else loaded
        return loaded

    def questions(self, name: str, loaded: LoadedScenario) -> config.HindcastConfig:
        """What is asked of a model: that of the case, read from other stocks or with errors of reports."""
        asked = configured(self.plan["case"], self.loaded, self.ledger, self.plan["horizons"])
        data = asked.model_dump(by_alias=True, exclude_defaults=True)
        for quantity in data["quantities"].values():  # the case had no errors of reports when the plan was written
            quantity.pop("error", None)
        for part in self.parts(name):
            for question, change in part.get("questions", {}).items():
                data["quantities"][question] |= change
        return config.HindcastConfig.model_validate(data, context={"units": loaded.scenario.units})


def stored(plan: Comparison, name: str, folder: Path, day: dt.date) -> origins.OriginForecasts | None:
    """The futures of an origin that the folder has; None if they are of another model, of other settings or not there.

    The means of the case as written are not made again to compare their digest.
    """
    file = folder / name / f"{day}.npz"
    if not file.is_file():
        return None
    with np.load(file) as arrays:
        mark = json.loads(str(arrays["mark"]))
        planned, lates = origins.plan_at(plan.scenario(name), plan.ledger, day, plan.settings)
        model = Model(planned, *build_table(planned))
        if (mark[0], mark[2:5]) != (model.hash, [plan.settings.draws, plan.settings.seed, plan.settings.months]):
            return None
        return origins.futures_of(
            dict(arrays), model, plan.ledger.as_of(day), lates, plan.settings.late_parameter_widening
        )


def simulate(plan: Comparison, name: str, folder: Path, day: dt.date) -> None:
    """Have the futures of an origin in the folder."""
    if stored(plan, name, folder, day) is None:
        (futures,) = origins.simulate_origins(plan.scenario(name), plan.ledger, [day], plan.settings, folder / name)
        print(name, day, f"{futures.failed} draws failed", flush=True)


def scored(plan: Comparison, name: str, folder: Path, days: Sequence[dt.date]) -> ForecastScores:
    """Scores of a model at some origins that the folder has."""
    loaded = plan.scenario(name)
    case = forecasts.HindcastCase(plan.questions(name, loaded), loaded, plan.ledger)
    stack, lines = stacking.Stack(), list[Any]()
    for day in sorted(days):
        futures = stored(plan, name, folder, day)
        assert futures is not None
        new = [*forecasts.make_forecasts(futures, case, plan.plan["case"], plan.settings.draws, stack)]
        truths = {item.id: case.outcome(item) for item in new}
        forecasts.learn(stack, new, {key: each for key, each in truths.items() if not isinstance(each, str)})
        lines += new
    return score_forecasts(lines, case.outcome, plan.plan["seed"])


# ---- table -----------------------------------------------------------------------------------------------------------


def percent(value: float) -> str:
    return f"{100 * value:+.0f} %".replace("-", "−")


def shown(of: RelativeSkill | None) -> str:
    """A skill with its interval."""
    if of is None:
        return ""
    ends = "" if of.interval is None else f" ({percent(of.interval[0])[:-2]} to {percent(of.interval[1])[:-2]})"
    return percent(of.skill) + ends


def over_base(base: ForecastScores, changed: ForecastScores) -> list[ScoredForecast]:
    """Settled numbers of a changed model that the base forecast too, with what the base says among the rivals."""
    own = {line.forecast.id: line.given[MODEL] for line in base.settled}
    return [
        replace(line, given={**line.given, "base": own[line.forecast.id]})
        for line in changed.settled
        if line.score == "crps" and line.forecast.id in own
    ]


def by_group(lines: Sequence[ScoredForecast], who: str, rival: str, seed: int) -> list[str]:
    """Skill of a forecaster over another in each group."""
    parts = [[line for line in lines if group in ("all", line.forecast.group)] for group in GROUPS]
    return [shown(skill(part, "crps", who, rival, seed)) if part else "" for part in parts]


def table(plan: Comparison, name: str, folder: Path) -> str:
    """A model beside the case as it is, at the origins that the folder has of both: by group, by question, events."""
    days = [day for day in plan.days if all(stored(plan, each, folder, day) is not None for each in ("base", name))]
    if not days:
        return ""
    scores, seed = {each: scored(plan, each, folder, days) for each in ("base", name)}, plan.plan["seed"]
    both = over_base(scores["base"], scores[name])
    kept = {line.forecast.id for line in both}
    numbers = {"base": [line for line in scores["base"].settled if line.forecast.id in kept], name: both}
    lines = [f"### `{name}`: {plan.plan['models'][name]['text']}", ""]
    lines += [f"{len(days)} origins, {len(both)} numbers: {', '.join(map(str, sorted(days)))}.", ""]
    lines += [
        "| skill of numbers | " + " | ".join(GROUPS) + " | inside 50 % | inside 90 % |",
        "| --- |" + " ---: |" * 8,
    ]
    for each, own in numbers.items():
        inside = [
            f"{100 * np.mean([line.given[MODEL].inside[level] for line in own]):.0f} %" for level in ("0.5", "0.9")
        ]
        lines.append(
            f"| {each} over the best rival | " + " | ".join([*by_group(own, MODEL, BEST, seed), *inside]) + " |"
        )
        lines.append(
            "| its ensemble over the best rival | " + " | ".join(by_group(own, ENSEMBLE, BEST, seed)) + " |  |  |"
        )
    lines.append(f"| {name} over base | " + " | ".join(by_group(both, MODEL, "base", seed)) + " |  |  |")
    lines += [
        "",
        f"| question | forecasts | base over the best rival | {name} over the best rival |",
        "| --- |" + " ---: |" * 3,
    ]
    for question in sorted({line.forecast.question for line in both}):
        parts = [[line for line in own if line.forecast.question == question] for own in numbers.values()]
        cells = [shown(skill(part, "crps", MODEL, BEST, seed, with_interval=False)) for part in parts]
        lines.append(f"| {question} | {len(parts[0])} | " + " | ".join(cells) + " |")
    lines += ["", "| yes/no questions, mean Brier score | came: model | best rival | never came: model | best rival |"]
    lines += ["| --- |" + " ---: |" * 4]
    for each, found in scores.items():
        events = [line for line in found.settled if line.score == "brier"]
        came = {line.forecast.question for line in events if line.outcome and line.outcome.value}
        parts = [[line for line in events if (line.forecast.question in came) == those] for those in (True, False)]
        means = [
            f"{np.mean([line.given[who].brier for line in part]):.3g}" if part else ""
            for part in parts
            for who in (MODEL, BEST)
        ]
        lines.append(f"| {each} | " + " | ".join(means) + " |")
    return "\n".join(lines)


def main() -> None:
    """Simulate, score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only-score", action="store_true", help="score the origins that the folder has")
    args = parser.parse_args()
    plan = Comparison.read()
    names = ["base", *(name for name in args.models or [*plan.plan["models"]] if name != "base")]
    if not args.only_score:
        for day in plan.days:
            for name in names:
                simulate(plan, name, args.folder, day)
    text = "\n\n".join(filter(None, [table(plan, name, args.folder) for name in names[1:]]))
    print(text)
    if args.write:
        before, _, after = PAGE.read_text(encoding="utf-8").partition(FIRST)
        PAGE.write_text(f"{before}{FIRST}\n{text}\n\n{LAST}{after.partition(LAST)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
