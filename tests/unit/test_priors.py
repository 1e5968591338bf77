"""The library of priors: every entry is a valid number with a source, and a scenario reads it with unit and sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from benchmarks import priors as program

from standoff import beliefs, priors, units
from standoff.analysis.provenance import source_counts, source_kind
from standoff.engine.build import build
from standoff.errors import BeliefError, ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import load_text
from standoff.scenario.load import dump

BIBLIOGRAPHY = (Path(__file__).parents[2] / "docs" / "sources.bib").read_text(encoding="utf-8")
TEXT = """
title: one who decides
as_of: 2024-03
start: 2024-01
end: 2024-08
step: month
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, cap: 1, initial: 0.5 @assumption}}
mechanisms:
  drift:
    {use: mean_reversion, stock: fear, mean: 0.5 @assumption, speed: 0.1 1/month @assumption, volatility: 0 @assumption}
choices:
  AAA:
    actor: AAA
    options: {go: {effects: {drift.mean: x 2 @assumption}}, stay: }
    status_quo: stay
    every: 1 month
    rationality: 1 @assumption
    half_life: 6 month @assumption
    reasons:
      norm: {use: stated_norm, weight: 1 @assumption, breach: {go: 1 @assumption, stay: 0 @assumption}, commitment: 1 @assumption}
"""
PLACES = {
    "initial": ("initial: 0.5 @assumption", "stocks.fear.initial"),
    "mean": ("mean: 0.5 @assumption", "mechanisms.drift.mean"),
    "speed": ("speed: 0.1 1/month @assumption", "mechanisms.drift.speed"),
    "effect": ("drift.mean: x 2 @assumption", "choices.AAA.options.go.effects.drift.mean"),
    "weight": ("weight: 1 @assumption", "choices.AAA.reasons.norm.weight"),
    "breach": ("go: 1 @assumption, stay", "choices.AAA.reasons.norm.breach.go"),
    "half_life": ("half_life: 6 month @assumption", "choices.AAA.half_life"),
}


def planned(**numbers: str) -> Plan:
    text = TEXT
    for place, number in numbers.items():
        old = PLACES[place][0]
        key = old.partition(": ")[0]
        text = text.replace(old, f"{key}: {number}" + (", stay" if place == "breach" else ""))
    return plan(load_text(text, "case.yaml"), Ledger())


def ends(belief: beliefs.Belief) -> list[float]:
    return [belief.quantile(p) for p in (0.05, 0.5, 0.95)]


@pytest.mark.parametrize("name", priors.list_priors())
def test_every_prior_is_a_number_with_unit_source_and_origin(name: str):
    prior = priors.find(name)
    belief = beliefs.parse(f"prior({name})")
    assert prior.kind in priors.KINDS and prior.text and prior.origin and prior.rule
    assert units.parse(prior.unit)
    assert belief.sources == prior.sources and prior.sources
    assert beliefs.parse(belief.to_data()) == belief
    if belief.shape == "history":
        assert prior.sources == ("history",)
        return
    low, middle, high = ends(belief)
    assert low <= middle <= high and low < high, "a prior has a range"
    if prior.kind in {"share", "base_rate"}:
        assert low >= 0 and high <= 1
    if prior.kind == "code":
        assert max(abs(low), abs(high)) <= 5


def test_every_work_is_in_the_bibliography_by_its_title():
    words = re.compile(r"[^a-z0-9]+")

    def plain(text: str) -> str:
        return words.sub(" ", text.replace("--", " to ").replace("{", "").replace("}", "").lower()).strip()

    works = {key: text for prior in priors.list_priors().values() for key, text in prior.works.items()}
    assert works
    for key, text in works.items():
        entry = re.search(rf"@\w+\{{{key},(.*?)\n\}}", BIBLIOGRAPHY, re.DOTALL)
        assert entry, key
        title = re.search(r"\btitle\s*=\s*\{(.*)\},?\n", entry.group(1))
        assert title and any(
            plain(part) in plain(text) for part in (title.group(1), title.group(1).partition(":")[0])
        ), key


def test_priors_of_the_cases_are_what_the_cases_say():
    for name, text in program.files().items():
        assert (priors.HOME / name).read_text(encoding="utf-8") == text, f"python -m benchmarks.priors --write: {name}"


def test_a_mixture_gives_every_case_the_same_weight():
    """Two cases, uniform(0, 1) once and uniform(2, 3) three times: the quantiles of half and half."""
    text = TEXT.replace("mean: 0.5 @assumption", 'mean: "uniform(0, 1) @assumption"')
    low, high = (
        plan(load_text(t), Ledger()).parameter("mechanisms.drift.mean")
        for t in (text, text.replace("uniform(0, 1)", "uniform(2, 3)").replace("cap: 1", "cap: 9"))
    )
    found = program.mixture({"one": [low], "other": [high, high, high]})
    assert found["p5"] == pytest.approx(0.1, abs=0.01) and found["p95"] == pytest.approx(2.9, abs=0.01)
    assert found["p50"] == pytest.approx(1.0, abs=0.01)


def test_a_scenario_reads_a_prior_everywhere_and_counts_its_sources():
    made = planned(
        initial="prior(killed_share)",
        mean="2 * prior(public_casualty_weight)",
        speed="prior(rivals_war)",
        effect="x prior(escalation_risk.risk.full)",
        weight="2 * prior(weight.ally_need)",
        breach="prior(stated_norm.breach.full)",
        half_life="prior(half_life.crisis)",
    )
    parameter = {place: made.parameter(path) for place, (_, path) in PLACES.items()}
    assert ends(parameter["mean"].belief)[::2] == pytest.approx([0.2, 0.4])
    assert parameter["speed"].quantile(0.95) == pytest.approx(0.015 / 12), "% a year in months"
    kinds = {place: source_kind(made, item) for place, item in parameter.items()}
    assert kinds == {
        "initial": "works",
        "mean": "works",
        "speed": "works",
        "effect": "assumption",
        "weight": "assumption",
        "breach": "assumption",
        "half_life": "assumption",
    }
    assert source_counts(made)["works"] == 3
    assert parameter["mean"].belief.origin == "2 * prior(public_casualty_weight)"
    assert parameter["mean"].belief.sources == ("mueller1971",)
    assert parameter["weight"].belief == planned(weight="2 * history(ally_need)").parameter(PLACES["weight"][1]).belief


def test_works_of_priors_stand_among_the_sources_and_the_written_scenario_is_the_same():
    text = TEXT.replace("initial: 0.5 @assumption", "initial: prior(killed_share) @own")
    text = text.replace("step: month", "step: month\nsources: {own: mine}")
    scenario = load_text(text)
    assert scenario.sources["own"] == "mine" and "Dupuy" in scenario.sources["dupuy1987"]
    assert scenario.stocks["fear"].initial.sources == ("dupuy1987", "own")
    assert load_text(dump(scenario.scenario)).scenario == scenario.scenario
    kept = load_text(text.replace("own: mine", "own: mine, dupuy1987: another edition"))
    assert kept.sources["dupuy1987"] == "another edition"
    assert load_text(TEXT).sources == {}


def test_the_digest_of_a_model_follows_the_numbers_of_a_prior(monkeypatch: pytest.MonkeyPatch):
    before = build(*_loaded("prior(killed_share)")).hash
    entry = priors.find("killed_share")
    monkeypatch.setattr(priors, "find", lambda name: priors.LibraryPrior(**{**vars(entry), "range": "0.1 to 0.2"}))
    beliefs._text.cache_clear()
    assert build(*_loaded("prior(killed_share)")).hash != before
    beliefs._text.cache_clear()


def _loaded(number: str) -> Any:
    return load_text(TEXT.replace("initial: 0.5 @assumption", f"initial: {number}")), Ledger()


@pytest.mark.parametrize(
    ("place", "number", "message"),
    [
        (
            "mean",
            "prior(killed_shar)",
            r"case.yaml:11(?s:.*)no prior `killed_shar`(?s:.*)list priors(?s:.*)`killed_share`",
        ),
        ("mean", "prior(norm.breach)", r"near it: .*stated_norm.breach.full"),
        ("mean", "prior()", r"no prior ``"),
        ("mean", "prior(killed_share) 1/month", r"`1/month` stands after a prior"),
        ("mean", "0 * prior(killed_share)", r"`0` is no multiple"),
        ("mean", "prior(half_life)", r"history"),
        ("speed", "prior(killed_share)", r"case.yaml:11(?s:.*)drift.speed(?s:.*)has its own unit"),
        ("half_life", "prior(rivals_war)", r"choices.AAA.half_life"),
        ("initial", "4 * prior(killed_share)", r"out of range"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(place: str, number: str, message: str):
    with pytest.raises((ModelError, ScenarioError), match=message):
        planned(**{place: number})


def test_an_unknown_name_says_what_is_near():
    with pytest.raises(BeliefError, match=r"near it: .*weight\.rivalry"):
        priors.find("rivalry.size")
