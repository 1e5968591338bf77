"""What each change of the flagship's forecasts does to its hindcasts, beside the same rivals at the same origins.

    python -m benchmarks.hindcast_changes FOLDER [MODEL...] [--write] [--only-score]

Models, origins and all else stand in `data/hindcast_plan.yaml`, which was committed before any origin was scored. Origins are
simulated one by one and kept in FOLDER, so that what was cut off goes on; the table holds the origins that the models share.
`--write` puts it between the marks of docs/hindcast.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
        return cls(plan, *catalog.load(plan["case"]))

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


def table(plan: Comparison, by_model: Mapping[str, ForecastScores], days: Sequence[dt.date]) -> str:
    """Skill of numbers over the best rival by model and group, the ensemble, coverage, and events."""
    lines = [f"{len(days)} origins: {', '.join(map(str, sorted(days)))}.", ""]
    lines += [
        "| model | " + " | ".join(GROUPS) + " | ensemble, all | inside 50 % | inside 90 % |",
        "| --- |" + " ---: |" * 9,
    ]
    for name, scores in by_model.items():
        own = [line for line in scores.settled if line.score == "crps"]
        cells = []
        for group in GROUPS:
            part = [line for line in own if group in ("all", line.forecast.group)]
            cells.append(shown(skill(part, "crps", MODEL, BEST, plan.plan["seed"])) if part else "")
        inside = [np.mean([line.given[MODEL].inside[level] for line in own]) for level in ("0.5", "0.9")]
        cells += [shown(skill(own, "crps", ENSEMBLE, BEST, plan.plan["seed"])), *(f"{100 * x:.0f} %" for x in inside)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "By question, skill over the best rival:", ""]
    asked = sorted({line.forecast.question for line in by_model["base"].settled if line.score == "crps"})
    lines += ["| question | forecasts | " + " | ".join(by_model) + " |", "| --- | ---: |" + " ---: |" * len(by_model)]
    for question in asked:
        parts = [
            [line for line in scores.settled if line.forecast.question == question] for scores in by_model.values()
        ]
        cells = [shown(skill(part, "crps", MODEL, BEST, 1, with_interval=False)) for part in parts]
        lines.append(f"| {question} | {len(parts[0])} | " + " | ".join(cells) + " |")
    lines += ["", "| yes/no questions, mean Brier score | came: model | best rival | never came: model | best rival |"]
    lines += ["| --- |" + " ---: |" * 4]
    for name, scores in by_model.items():
        events = [line for line in scores.settled if line.score == "brier"]
        came = {line.forecast.question for line in events if line.outcome and line.outcome.value}
        cells = []
        for those in (True, False):
            part = [line for line in events if (line.forecast.question in came) == those]
            cells += [
                f"{np.mean([line.given[who].brier for line in part]):.3g}" if part else "" for who in (MODEL, BEST)
            ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
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
    days = [day for day in plan.days if all(stored(plan, name, args.folder, day) is not None for name in names)]
    text = table(plan, {name: scored(plan, name, args.folder, days) for name in names}, days)
    print(text)
    if args.write:
        before, _, after = PAGE.read_text(encoding="utf-8").partition(FIRST)
        PAGE.write_text(f"{before}{FIRST}\n{text}\n\n{LAST}{after.partition(LAST)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
