"""Priors from the cases of the catalogue: ranges of codes, rates and shares, and base rates.

    python -m benchmarks.priors             # print what would change
    python -m benchmarks.priors --write     # write src/standoff/priors/cases.yaml, base_rates.yaml and wars.yaml

The range of a parameter is that of a mixture in which every case has the same weight, and within a case every number
of that parameter: its 5, 50 and 95 %, in canonical units. Numbers that are learned from history, and parameters that are
one and the same certain number in all cases, are left out. Codes of options are split: `full` is the code of the option
that has the largest in its reason, `partial` are those of the other options, unless 0.

Base rates are Jeffreys' intervals of counts that stand in questions of the catalogue. Numbers of wars' ends follow from the
coefficients that `benchmarks.wars --ship` wrote. Tests hold the files equal to what this program makes.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from benchmarks.base_rates import of_its_day
from scipy.stats import beta

from standoff import catalog, registry
from standoff.history import wars
from standoff.plan import Parameter, Plan, PlannedChoice, PlannedReason, plan
from standoff.priors import HOME
from standoff.scenario import Scenario

CASES = tuple(slug for slug in catalog.slugs() if slug != "closed-form")
ENDS = (0.05, 0.5, 0.95)
GRID = (np.arange(200) + 0.5) / 200  #: probabilities that stand for a belief; a mixture errs less than its rounding
DIGITS = 2  #: significant
UNITS = {"1": "number", "1/month": "rate", "month": "time"}  #: units that mean the same in every case -> kind
FEWEST = {"code": 3, "half_life": 3, "number": 2, "rate": 2, "share": 2, "time": 2}  #: cases behind a range; assumption
RULE = (
    "5, 50 and 95 % of a mixture of the beliefs of the cases, each case with the same weight; written by "
    "benchmarks/priors.py"
)
Key = tuple[str, str, str, str]
"""Name, kind, unit and text of a prior."""
Sample = dict[str, list[Parameter]]
"""Case -> its numbers of one parameter."""

#: prior -> case and question whose `data_rate` it is: the latest of those that count the same
DATA_RATES = {
    "gives_arms.new_helper": ("china-russia", "china_direct"),
    "joins_war.great_power": ("finland-1939", "british-troops"),
    "joins_war.neighbour": ("finland-1939", "swedish-troops"),
    "sends_troops.any_state": ("kuwait-1990", "israel-enters"),
    "sends_troops.great_power": ("angola-1975", "soviet-troops"),
    "sends_troops.neighbour": ("bangladesh-1971", "india-marches"),
    "sends_troops.supporter": ("china-russia", "china_troops"),
    "war_joined.within_a_year": ("china-russia", "wider_war"),
}
CLASS = 1  #: of the reference classes of such a question: any helper, not great powers alone
#: prior -> case and question whose `base_rate` it is, and what is counted
BASE_RATES = {
    "crisis_becomes_war": ("kuwait-1990", "iraq-widens", "an international crisis becomes a full-scale war"),
    "crisis_ends_in_defeat": ("czechoslovakia-1938", "prague-cedes", "a crisis of a state ends in its defeat"),
    "great_power_dispute_becomes_war": (
        "july-1914",
        "general-war",
        "a dispute between great powers of Europe becomes a war between great powers",
    ),
    "answers_violence": (
        "falklands-1982",
        "britain-lands",
        "a state whose crisis began with an act of violence answers with violence",
    ),
    "gives_arms.well_known": (
        "kuwait-1990",
        "soviet-arms",
        "a third state gives arms or more, in decisions that are still written about",
    ),
    "sends_troops.well_known": (
        "syria-2015",
        "russia-fights",
        "a third state sends forces, in decisions that are still written about",
    ),
}
WORKS = {
    "ucdp_acd": ("davies2025",),
    "ucdp_esd": ("meier2023",),
    "cow_system": ("cow2017", "stinnett2002"),
    "cow_wars": ("sarkees2010",),
    "icb": ("icb14",),
    "mid": ("palmer2021",),
    "decisions": ("assumption",),
}
CITATIONS = {
    "davies2025": "Davies, Pettersson, Sollenberg and Öberg, Organized Violence 1989 to 2024, and the Challenges of Identifying "
    "Civilian Victims, 2025; UCDP/PRIO Armed Conflict Dataset 25.1",
    "meier2023": "Meier, Karlén, Pettersson and Croicu, External Support in Armed Conflicts: Introducing the UCDP External "
    "Support Dataset (ESD), 1975 to 2017, 2023",
    "cow2017": "Correlates of War Project, State System Membership List, v2016, 2017",
    "stinnett2002": "Stinnett, Tir, Schafer, Diehl and Gochman, The Correlates of War Project Direct Contiguity Data, "
    "Version 3, 2002",
    "sarkees2010": "Sarkees and Wayman, Resort to War: 1816 to 2007, 2010",
    "kreutz2010": "Kreutz, How and When Armed Conflicts End: Introducing the UCDP Conflict Termination Dataset, 2010",
    "icb14": "Brecher, Wilkenfeld, Beardsley, James and Quinn, International Crisis Behavior Data, version 14",
    "palmer2021": "Palmer, McManus, D'Orazio and others, The MID5 Dataset, 2011 to 2014: Procedures, Coding Rules, and "
    "Description, 2021",
}


def samples() -> dict[Key, Sample]:
    """The numbers of each prior in each case."""
    out: dict[Key, Sample] = defaultdict(lambda: defaultdict(list))
    for case in CASES:
        planned = plan(*of_its_day(case))
        for key, parameter in (*_mechanisms(planned), *_choices(planned)):
            if not parameter.belief.origin:
                out[key][case].append(parameter)
    return {key: sample for key, sample in sorted(out.items()) if len(sample) >= FEWEST[key[1]] and _varies(sample)}


def _varies(sample: Sample) -> bool:
    numbers = [parameter for parameters in sample.values() for parameter in parameters]
    return len({parameter.quantile(p) for parameter in numbers for p in ENDS}) > 1


def _mechanisms(planned: Plan) -> Iterator[tuple[Key, Parameter]]:
    """Numbers of mechanisms whose unit means the same in every case."""
    for part in planned.mechanisms:
        specs = part.module.Params.specs()
        for field, index in part.parameter_index.items():
            for number in index.values() if isinstance(index, Mapping) else [index]:
                parameter = planned.parameters[number]
                if parameter.unit in UNITS and field in specs:
                    share = parameter.unit == "1" and specs[field].le == 1
                    kind = "share" if share else UNITS[parameter.unit]
                    of_share = " of a share" if specs[field].unit == "{stock}" else ""
                    text = f"{specs[field].doc}, in `{part.kind}`{of_share}"
                    yield (f"{part.kind}.{field}", kind, parameter.unit, text), parameter


def _choices(planned: Plan) -> Iterator[tuple[Key, Parameter]]:
    """Half-lives of choices, and codes of reasons."""
    text = "time within which the unknown reasons of an actor change, in the cases of the catalogue"
    for choice in planned.choices:
        yield ("half_life.crisis", "half_life", "month", text), planned.parameters[choice.half_life]
        for reason in choice.reasons:
            yield from _codes(planned, choice, reason)


def _codes(planned: Plan, choice: PlannedChoice, reason: PlannedReason) -> Iterator[tuple[Key, Parameter]]:
    part = reason.part
    specs = registry.module("standoff.considerations", part.kind).Params.specs()
    for field, index in part.parameter_index.items():
        if field not in specs or specs[field].unit != "1":
            continue
        name, text = f"{part.kind}.{field}", f"{specs[field].doc}, in `{part.kind}`"
        numbers = index.values() if isinstance(index, Mapping) else [index]
        parameters = [planned.parameters[number] for number in numbers]
        if specs[field].per != "options":
            yield from (((name, "code", "1", text), parameter) for parameter in parameters)
            continue
        coded = [parameter for parameter in parameters if parameter.quantile(0.5)]
        for place, parameter in enumerate(sorted(coded, key=lambda parameter: -abs(parameter.quantile(0.5)))):
            suffix, which = ("partial", "a lesser option") if place else ("full", "the option that has most of it")
            yield (f"{name}.{suffix}", "code", "1", f"{text}: code of {which}"), parameter


def mixture(sample: Sample) -> Any:
    """The range of a mixture of cases, in the notation of scenarios."""
    values, weights = [], []
    for parameters in sample.values():
        for parameter in parameters:
            values.append([parameter.quantile(float(p)) for p in GRID])
            weights.append(np.full(len(GRID), 1.0 / len(parameters)))
    pooled, weight = np.concatenate(values), np.concatenate(weights)
    return percentiles(np.quantile(pooled, ENDS, weights=weight, method="inverted_cdf"))


def percentiles(ends: np.ndarray) -> Any:
    """Three percentiles, rounded, as a belief."""
    low, middle, high = (float(f"{end:.{DIGITS}g}") for end in ends)
    return low if low == high else {"p5": low, "p50": middle, "p95": high}


def case_priors() -> dict[str, Any]:
    """Priors of codes, rates and shares, in the form of the file."""
    out: dict[str, Any] = {}
    for (name, kind, unit, text), sample in samples().items():
        count, numbers = len(sample), sum(map(len, sample.values()))
        cases = ", ".join(sample) if count < 5 else f"{count} cases of the catalogue"
        out[name] = {
            "kind": kind,
            "text": text,
            "range": mixture(sample),
            "unit": unit,
            "sources": ["assumption"],
            "origin": f"{cases}: {numbers} numbers, coded by the author of the cases",
        }
    return out


def base_rates() -> dict[str, Any]:
    """Priors of base rates, in the form of the file."""
    out: dict[str, Any] = {}
    scenarios: dict[str, Scenario] = {}

    def question(case: str, name: str) -> Any:
        scenarios.setdefault(case, of_its_day(case)[0].scenario)
        return scenarios[case].questions[name]

    for name, (case, key) in DATA_RATES.items():
        asked = question(case, key)
        rate = asked.data_rate or asked.classes[CLASS]
        ends = beta.ppf(ENDS, rate.count + 0.5, rate.of - rate.count + 0.5)
        out[name] = {
            "kind": "base_rate",
            "text": f"a year: {rate.text.rstrip('.')}",
            "range": percentiles(ends),
            "unit": "1/year",
            "sources": _works(rate.sources),
            "origin": f"{rate.count} of {rate.of} pairs of years, {rate.since} to {rate.until}, {rate.data}",
        }
    for name, (case, key, text) in BASE_RATES.items():
        belief, of = question(case, key).compare_with.value, question(case, key).compare_with.of
        count = round(belief.numbers[0] - 0.5)
        out[name] = {
            "kind": "base_rate",
            "text": text,
            "range": percentiles(beta.ppf(ENDS, *belief.numbers)),
            "sources": _works(belief.sources),
            "origin": f"{count} of {of}, counted for {case}",
        }
    return dict(sorted(out.items()))


def _works(sources: tuple[str, ...]) -> list[str]:
    return [key for source in sources for key in WORKS[source]]


def written(entries: Mapping[str, Any], rule: str, works: Mapping[str, str]) -> str:
    """The text of a file of priors: an entry a line, so that a change shows."""
    lines = ["# Written by benchmarks/priors.py; do not edit.", f"rule: {json.dumps(rule, ensure_ascii=False)}"]
    if works:
        lines += [
            "works:",
            *(f"  {key}: {json.dumps(text, ensure_ascii=False)}" for key, text in sorted(works.items())),
        ]
    lines += ["priors:", *(f"  {name}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in entries.items())]
    return "\n".join(lines) + "\n"


WAR_RULE = "5, 50 and 95 % of the fit that ships (docs/wars.md); written by benchmarks/priors.py"
WAR_WORKS = ("sarkees2010", "kreutz2010")
LENGTH = 60  #: months within which relapse is counted


def war_endings() -> dict[str, dict[str, Any]]:
    """Numbers of `war_termination`: hazard by kind, shares of ways, rates of relapse."""
    found = wars.load()
    texts = {
        "level": "log of the monthly chance that a war ends, at log(months + 1/2) = 0",
        "slope": "change of the log of the monthly chance that a war ends, with log(months + 1/2)",
        "pace": "variance between wars of a factor on the chance that they end",
    }
    counted = f"{found['panel']['units']} wars and episodes, 1816 to 2014"
    out = {}
    for number, text in texts.items():
        for kind, numbers in found["numbers"].items():
            if numbers[number][1] < numbers[number][2]:
                text_of = f"{text}, kind {kind.replace('_', ' ')}"
                out[f"war_termination.{number}.{kind}"] = _entry("number", text_of, numbers[number], counted)
    seen = "wars between states past their first year, read from two sources that contradict each other"
    for way in ("deal", "dying_down"):
        share, again = found["reading"]["ways"][way], found["reading"]["relapse"][way]
        words = way.replace("_", " ")
        middle = (share[1], share[0], share[2])
        out[f"war_termination.share_{way}"] = _entry("share", f"share of endings by {words}", middle, seen)
        rates = [float(f"{-math.log(1 - again[place]) / LENGTH:.2g}") for place in (1, 0, 2)]
        text_of = f"rate at which two parties fight again after {words}; months 0 to 12 are an assumption"
        seen_again = (
            "dyads that fought again within 60 months, by Kaplan and Meier; a reading of all, of wars and of states"
        )
        out[f"war_termination.relapse_{way}"] = _entry("rate", text_of, rates, seen_again) | {"unit": "1/month"}
    return out


def _entry(kind: str, text: str, ends: Sequence[float], origin: str) -> dict[str, Any]:
    middle, low, high = (float(f"{end:.3g}") for end in ends)
    spread = {"p5": low, "p50": middle, "p95": high}
    return {"kind": kind, "text": text, "range": spread, "sources": [*WAR_WORKS], "origin": origin}


def files() -> dict[str, str]:
    """Name of each file -> its text."""
    rates = base_rates()
    cited = {key for entry in rates.values() for key in entry["sources"]} & CITATIONS.keys()
    rule = "Jeffreys' interval of the count: 5, 50 and 95 %; written by benchmarks/priors.py"
    return {
        "cases.yaml": written(case_priors(), RULE, {}),
        "base_rates.yaml": written(rates, rule, {key: CITATIONS[key] for key in cited}),
        "wars.yaml": written(war_endings(), WAR_RULE, {key: CITATIONS[key] for key in WAR_WORKS}),
    }


def main() -> None:
    """Write the files, or print which differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the files")
    write = parser.parse_args().write
    for name, text in files().items():
        file = HOME / name
        same = file.is_file() and file.read_text(encoding="utf-8") == text
        if write and not same:
            file.write_text(text, encoding="utf-8")
        print(f"{name}: {'unchanged' if same else 'written' if write else 'differs'}")


if __name__ == "__main__":
    main()
