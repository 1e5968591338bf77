"""Kosovo 1999, Georgia 2008 and Libya 2011 by the template `crisis`: each filled by rule, run and scored once.

    python -m benchmarks.crises_template --data FOLDER

The rule, and what each crisis is left out of, stand in `data/crises_scored_once.yaml`, which was committed before the first run. Cases are
written into a temporary folder. What is known, forecast and happened goes into `data/crises_by_template.json`, which
`benchmarks.crises` prints; a crisis that stands there is not run again, so that a run that was cut off goes on.
"""

from __future__ import annotations

import argparse
import calendar
import datetime as dt
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks import priors
from benchmarks.crises_by_rule import TRIGGERS
from scipy.stats import gamma

import standoff
from standoff import catalog, yaml_reader
from standoff.addons.history import crises, crisis_scores
from standoff.addons.tables import pl
from standoff.analysis.paired import outcome_values
from standoff.case_templates import fill_template
from standoff.engine.session import session
from standoff.files import write_json

HERE = Path(__file__).parent / "data"
RULE, STORED = HERE / "crises_scored_once.yaml", HERE / "crises_by_template.json"
DRAWS, SEED, SINCE = 2000, 1, 1945
POWERS = {2: "usinv", 365: "suinv"}  #: states whose acts ICB has for every crisis, and where
MONTH = 365.25 / 12  #: days
AGES = {"first_month": (0, 1), "half_year": (1, 6), "later": (6, 120)}  #: months of the priors `crisis.ends`
HIGH, LOW = 0.95, 0.05  #: ends of priors, as in `benchmarks.crises_by_rule`
PRIOR = re.compile(r"prior\(([\w.]+)\)")
SHIPPED = re.compile(r"count: \d+, of: \d+, per: case, since: 1945, until: 2017")  #: a class of the template


def rule() -> Mapping[str, Any]:
    """What was fixed before the first run."""
    return dict(yaml_reader.read(RULE.read_text("utf-8"), RULE.name).data)


@dataclass(frozen=True)
class Crisis:
    """A crisis as known on the day of its trigger, and what was known of others by then."""

    row: Mapping[str, Any]
    actor: Mapping[str, Any]  #: the defender's row
    patron: int
    is_third: bool  #: whether the patron is a superpower and no side
    day: dt.date
    end: dt.date
    as_of: str
    until: dt.date  #: of the questions
    crises: pl.DataFrame  #: that had ended
    actors: pl.DataFrame
    entries: pl.DataFrame

    @property
    def trigger(self) -> str:
        """What set it off, in the classes of the rule."""
        return str(pl.DataFrame({"break": [self.row["break"]]}).select(crisis_scores.TRIGGER).item())

    @property
    def names(self) -> dict[str, str]:
        """Code and name of the three states, by their part."""
        given = rule()["three"]["states"]
        codes = {"challenger": self.row["a"], "defender": self.actor["b"], "patron": self.patron}
        return {part: str(given[str(code)]) for part, code in codes.items()}

    def outcomes(self) -> dict[str, bool]:
        """What happened, by question."""
        out = {"force": self.actor["majres"] >= crises.VIOLENT, "war": self.row["viol"] == crises.FULL}
        out["over"] = self.end <= self.until
        if self.is_third:
            out["patron"] = self.actor[POWERS[self.patron]] in crisis_scores.SEMI_MILITARY
        return out


def read(table: crises.CrisisTable, number: int) -> Crisis:
    """A crisis by its number, its sides by the rule."""
    row = table.crises.filter(pl.col("crisno") == number).row(0, named=True)
    day, end = (dt.date(row[f"yr{at}"], row[f"mo{at}"], row[f"da{at}"]) for at in ("trig", "term"))
    before = day.replace(day=1) - dt.timedelta(days=1)
    place = before.year * 12 + before.month - 1 + 6
    year, month = divmod(place, 12)
    until = dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    ended = pl.col("last") < row["time"]
    states = table.entries.select("unit", "b", *POWERS.values())
    actors = table.actors.filter(pl.col("crisno") == number).join(states, on="unit")
    ranked = actors.drop_nulls("capability_ratio").sort("capability_ratio")  # A less B: the lowest is the strongest B
    sides = {row["a"], *actors["b"]}
    spare = next(code for code in POWERS if code not in sides) if ranked.height == 1 else 0
    patron = spare or ranked["b"][1]
    return Crisis(
        row=row,
        actor=ranked.row(0, named=True),
        patron=patron,
        is_third=patron in POWERS and patron not in sides,
        day=day,
        end=end,
        as_of=f"{before:%Y-%m}",
        until=until,
        crises=table.crises.filter(ended),
        actors=table.actors.filter(ended),
        entries=table.entries.filter(ended),
    )


def rates(crisis: Crisis) -> dict[str, tuple[int, int]]:
    """Count and total of each question among crises since 1945 that had ended by the day of the trigger."""
    late = pl.col("yrtrig") >= SINCE
    of = late & (crisis.trigger == crisis_scores.TRIGGER)
    answers = crisis.actors.filter(of)["majres"].to_numpy() >= crises.VIOLENT
    wars = crisis.crises.filter(of)["viol"].to_numpy() == crises.FULL
    span = (crisis.until - crisis.day).days / 365.25
    over = crisis.crises.filter(late).select(pl.col("last") - pl.col("time") <= span).to_series().to_numpy()
    acts = np.concatenate([_acts(crisis, code) for code in POWERS])
    every = crisis.actors.filter(late)["majres"].to_numpy() >= crises.VIOLENT
    counted = {"force": answers, "war": wars, "over": over, "patron": acts, "any": every}
    return {name: (int(hits.sum()), len(hits)) for name, hits in counted.items()}


def _acts(crisis: Crisis, power: int) -> np.ndarray:
    """Whether a power acted semi-militarily or more in each crisis since 1945 to which it was no side."""
    act = pl.col(POWERS[power]).is_in(crisis_scores.SEMI_MILITARY).any()
    late = crisis.entries.filter(pl.col("yrtrig") >= SINCE)
    rows = late.group_by("crisno").agg(side=(pl.col("b") == power).any(), act=act)
    return rows.filter(~pl.col("side"))["act"].to_numpy()


def literal(ends: Any, unit: str, source: str) -> str:
    """A belief in the notation of scenarios, in one line."""
    if not isinstance(ends, Mapping):
        return f"{ends}{f' {unit}' if unit else ''} @{source}"
    numbers = ", ".join(f"{name}: {value}" for name, value in ends.items())
    return f"{{{numbers}{f', unit: {unit}' if unit else ''}, sources: {source}}}"


def ending_rates(crisis: Crisis) -> dict[str, str]:
    """The rates a month at which crises end, by age, as beliefs: Gamma, with Jeffreys' half event."""
    rows = crisis.crises.filter(pl.col("yrtrig") >= SINCE).drop_nulls("last")
    age = ((rows["last"] - rows["time"]).clip(1 / 365) * 12).to_numpy()
    out = {}
    for name, (low, high) in AGES.items():
        events, spent = ((age > low) & (age <= high)).sum(), np.clip(age - low, 0, high - low).sum()
        ends = [float(f"{end:.2g}") for end in gamma.ppf((0.05, 0.5, 0.95), events + 0.5) / spent]
        out[f"crisis.ends.{name}"] = literal(dict(zip(("p5", "p50", "p95"), ends, strict=True)), "1/month", "icb14")
    return out


def codes_before(day: dt.date) -> dict[str, str]:
    """Priors from cases, made of the cases of the catalogue whose as_of lies before a day."""
    cases = tuple(case for case in priors.CASES if catalog.load(case)[0].scenario.as_of_day < day)
    shipped, priors.CASES = priors.CASES, cases
    try:
        made = priors.case_priors()
    finally:
        priors.CASES = shipped
    units = {name: "" if entry["unit"] == "1" else entry["unit"] for name, entry in made.items()}
    return {name: literal(entry["range"], units[name], "assumption") for name, entry in made.items()}


def scenario(crisis: Crisis) -> str:
    """The filled template, with the rates and codes that were known on the day in place of the shipped ones."""
    answers = {**crisis.names, "trigger": TRIGGERS[crisis.trigger], "as_of": crisis.as_of}
    text = fill_template("crisis", answers)["scenario.yaml"]
    count, last = rates(crisis), int(crisis.as_of[:4]) - 1  # a class that goes on to the year of as_of is not read
    classes = iter(("force", "any", "patron"))

    def counted(_: re.Match[str]) -> str:
        hits, of = count[next(classes)]
        return f"count: {hits}, of: {of}, per: case, since: {SINCE}, until: {last}"

    text = SHIPPED.sub(counted, text)
    if next(classes, ""):
        raise ValueError("the template has fewer classes than the rule")
    known = ending_rates(crisis) | codes_before(crisis.day)
    head, body = text.split("\nlanguage:", 1)
    lines = [
        line if line.lstrip().startswith("#") else PRIOR.sub(lambda m: known.get(m[1], m[0]), line)
        for line in body.split("\n")
    ]
    left = {
        name
        for name in PRIOR.findall("\n".join(line for line in lines if "#" not in line))
        if name in priors_of_cases()
    }
    if left:
        raise ValueError(f"no earlier case has {', '.join(sorted(left))}")
    return f"{head}\nlanguage:" + "\n".join(lines)


def priors_of_cases() -> set[str]:
    """Names of the priors that are made of cases."""
    return set(yaml_reader.read((standoff.priors.HOME / "cases.yaml").read_text("utf-8"), "cases.yaml").data["priors"])


def signs(crisis: Crisis) -> dict[str, float]:
    """Numbers of the case -> the quantile of their priors at which they stand."""
    who = {part: name.split()[0] for part, name in crisis.names.items()}
    ends = {True: HIGH, False: LOW}
    hostile = ends[crisis.actor["rivalry"] > 0]
    out = {f"choices.{who[part]}.reasons.stake.hostility": hostile for part in ("challenger", "defender")}
    weaker = ends[crisis.actor["capability_ratio"] > 0]
    out[f"choices.{who['defender']}.reasons.wider_war.escalation_aversion"] = weaker
    if crisis.patron in POWERS:
        pact = ends[crisis.actor[f"defence_{crisis.patron}"] > 0]
        out[f"choices.{who['patron']}.reasons.treaty.treaty_coverage"] = pact
    return out


def chances(crisis: Crisis, questions: Sequence[str]) -> dict[str, float]:
    """The chance of each question by the engine."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "scenario.yaml").write_text(scenario(crisis), encoding="utf-8")
        model = standoff.build(standoff.load(folder))
    plan = model.plan
    if {anchor.question for anchor in plan.anchors} != {"force", "patron"}:
        raise ValueError("the rates of the classes are not where the answers start")
    values = {path: plan.parameters[plan.index[path]].quantile(p) for path, p in signs(crisis).items()}
    with session(model, seed=SEED) as warm:
        run = warm.move(beliefs=values, draws=DRAWS)
        return {name: float(outcome_values(run, plan.question(name)).mean()) for name in questions}


def rivals(crisis: Crisis, number: int, table: crises.CrisisTable) -> dict[str, dict[str, float]]:
    """The rate of each question, and cells and stack where they have one."""
    out = {name: {"rate": hits / of} for name, (hits, of) in rates(crisis).items() if name != "any"}
    cell = pl.format("{} {}", "under_way", crisis_scores.TRIGGER)
    for name, frame, new, event in (
        (
            "force",
            crisis.actors,
            table.actors.filter(pl.col("unit") == crisis.actor["unit"]),
            pl.col("majres") >= crises.VIOLENT,
        ),
        ("war", crisis.crises, table.crises.filter(pl.col("crisno") == number), pl.col("viol") == crises.FULL),
    ):
        train, there = (rows.with_columns(event=event.cast(pl.Int64), cell=cell) for rows in (frame, new))
        made = crisis_scores._rivals(train, there, [*crises.rule()["variables"]])
        out[name] |= {who: float(made[who][0]) for who in ("cells", "stack")}
    return out


def made(table: crises.CrisisTable, number: int) -> dict[str, Any]:
    """What is known, forecast and happened in one crisis."""
    crisis = read(table, number)
    happened = crisis.outcomes()
    model, others = chances(crisis, [*happened]), rivals(crisis, number, table)
    questions = {
        name: {
            "model": round(model[name], 4),
            "happened": came,
            **{who: round(p, 4) for who, p in others[name].items()},
        }
        for name, came in happened.items()
    }
    return {
        "icb": number,
        "as_of": crisis.as_of,
        "trigger": str(crisis.day),
        "ended": str(crisis.end),
        "until": str(crisis.until),
        "set_off_by": crisis.trigger,
        **crisis.names,
        "numbers": signs(crisis),
        "questions": questions,
    }


def main() -> None:
    """Run what is not stored, and store it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the publishers' files")
    given = parser.parse_args()
    table = crises.build(given.data)
    stored = json.loads(STORED.read_text("utf-8")) if STORED.is_file() else {}
    for name, number in rule()["three"]["crises"].items():
        if name not in stored:
            stored[name] = made(table, number)
            write_json(STORED, stored)
            print(name, flush=True)


if __name__ == "__main__":
    main()
