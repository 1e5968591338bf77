"""First answers in crises by the engine: each crisis a case of the template `crisis`, beside the rivals of the rule.

    python -m benchmarks.crises_by_rule --data FOLDER

First actors of crises without a war under way, as `crisis_scores` has them, by both tests of the rule. What set the crisis off chooses
the template's trigger, whose rate is that of the training years. Three numbers of the case follow from what was known on the day, at 5
or 95 % of their priors; where it is not known they keep their priors:

    hostility of both sides        95 % between strategic rivals, else 5 %
    aversion of the actor to war   95 % where its adversary has more of the world's capabilities, else 5 %
    treaty of the great power      95 % where the actor has a pact of defence with the United States or Russia, else 5 %

This rule was committed before its first run; outcomes of these crises, and scores of the other rivals, had been seen by then. Cases
of one shape are one program: one is compiled for each trigger and fit, and the numbers above are run-time data.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import standoff
from standoff.addons.history import crises, crisis_scores
from standoff.addons.tables import pl
from standoff.analysis.paired import outcome_values
from standoff.case_templates import fill_template
from standoff.engine.session import session

DRAWS = 1024  #: futures of a case: a chance of a fifth then errs by a point
OUTCOME, LINE = "answer", "no_war"
TRIGGERS = {
    "other": "dispute",
    "show of force": "dispute, show",
    "indirect violence": "dispute, indirect",
    "violence": "dispute, violence",
}
SIGNS = {
    "rivals": ("choices.NOR.reasons.stake.hostility", "choices.SOU.reasons.stake.hostility"),
    "weaker": ("choices.SOU.reasons.wider_war.escalation_aversion",),
    "ally": ("choices.GRT.reasons.treaty.treaty_coverage",),
}
#: what is known -> numbers of the case


def scenario(trigger: str, hits: int, many: int) -> str:
    """The scenario of a trigger, with the rate of training years in place of the shipped one."""
    rates: Any = standoff.crises()["rates"]
    shipped = next(row for row in rates if row["by"] == "trigger" and row["class"] == trigger)
    force = round(shipped["answers"] * (shipped["limited_force"][0] + shipped["full_force"][0]))
    text = fill_template("crisis", {"trigger": TRIGGERS[trigger], "as_of": "2020-01"})["scenario.yaml"]
    old = f"count: {force}, of: {shipped['answers']}, per: case, since: 1945, until: 2017"
    if text.count(old) != 1:
        raise ValueError(f"the template does not start from {old}")
    return text.replace(old, f"count: {hits}, of: {many}, per: case, since: 1918, until: 1985")


def signs(row: Mapping[str, Any]) -> dict[str, bool]:
    """What is known of an actor on the day, where it is."""
    out = {"rivals": row["rivalry"] > 0, "ally": row["defence_2"] + row["defence_365"] > 0}
    return out if row["capability_ratio"] is None else out | {"weaker": row["capability_ratio"] > 0}


def forecasts(actors: pl.DataFrame, test: str, draws: int = DRAWS) -> np.ndarray:
    """(actor,) chances of a violent answer for the test rows of a test, in their order."""
    rows = actors.with_columns(trigger=crisis_scores.TRIGGER, event=pl.col("majres") >= crises.VIOLENT)
    return np.concatenate([of_split(train, new, draws) for train, new in crisis_scores._splits(rows, test)])


def of_split(train: pl.DataFrame, new: pl.DataFrame, draws: int) -> np.ndarray:
    """(actor,) chances of the actors of `new`, by the rates of `train`."""
    out = np.full(new.height, np.nan)
    for trigger in sorted({*new["trigger"]}):
        of = train.filter(pl.col("trigger") == trigger)["event"]
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "scenario.yaml").write_text(scenario(trigger, int(of.sum()), len(of)), encoding="utf-8")
            model = standoff.build(standoff.load(str(home)))
        query, known = model.plan.question("force"), dict[tuple[tuple[str, bool], ...], float]()
        with session(model, seed=1) as warm:
            for place, row in enumerate(new.iter_rows(named=True)):
                if row["trigger"] != trigger:
                    continue
                key = tuple(sorted(signs(row).items()))
                if key not in known:
                    ends = {path: 0.95 if true else 0.05 for name, true in key for path in SIGNS[name]}
                    values = {
                        path: model.plan.parameters[model.plan.index[path]].quantile(p) for path, p in ends.items()
                    }
                    known[key] = float(outcome_values(warm.move(beliefs=values, draws=draws), query).mean())
                out[place] = known[key]
    return out


def main() -> None:
    """Print the score of the engine beside the rivals of the rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the publishers' files")
    parser.add_argument("--draws", type=int, default=DRAWS)
    given = parser.parse_args()
    table = crises.build(given.data)
    calm = table.actors.filter(~pl.col("under_way"))
    for test in crises.rule()["tests"]:
        rows = crisis_scores._forecasts(table, OUTCOME, LINE, test)
        rows["engine"] = forecasts(calm, test, given.draws).tolist()
        for each in crisis_scores._line(OUTCOME, LINE, test, rows).scores:
            band = " to ".join(f"{100 * end:+.0f}" for end in each.skill_band)
            slope = "-" if each.slope is None else f"{each.slope:.2f}"
            skill = f"skill {100 * each.skill:+.1f} ({band})"
            print(
                f"{test:8} {each.rival:9} area {each.area:.2f}, {skill}, slope {slope}, mean {each.mean:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
