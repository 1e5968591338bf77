"""Claims that are cited: a number is taken from one that stands and from no other, and whoever cites another is told so."""

from __future__ import annotations

import re
from typing import Any

import pytest

from standoff.analysis.explain import sources_of
from standoff.analysis.provenance import source_counts
from standoff.errors import ModelError
from standoff.ledger import Claim, Ledger
from standoff.plan import Plan, plan
from standoff.scenario import load_text

CASE = """
title: t
as_of: 2024-06
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks:
  mood: {unit: person, initial: MOOD, constant: true}
relations: [{kind: war, between: [AAA, AAA], since: 2024-02, sources: [RELATION]}]
choices:
  AAA:
    actor: AAA
    options: {go: , stay: }
    status_quo: stay
    every: 3 months
    rationality: 1 @assumption
    half_life: 6.6 month @assumption
    history: [{since: 2024-01, option: stay, sources: [HISTORY]}]
    reasons:
      norm: {use: stated_norm, weight: 1, sources: assumption, claims: [REASON], breach: {go: 1, stay: 0}, commitment: 0.5}
questions:
  q: {text: "?", quantity: mood, at: 2024-12, resolution: x, claims: [QUESTION]}
"""
WORDS = ("MOOD", "RELATION", "HISTORY", "REASON", "QUESTION")


def claim(name: str, published: str, **changes: Any) -> Claim:
    return Claim.parse(
        {
            "id": name,
            "subject": "AAA",
            "quantity": "losses",
            "value": 5,
            "unit": "person",
            "comparator": "about",
            "as_of": "2024-01",
            "published": published,
            "speaker": "an office",
            "side": "neutral",
            "source": {"title": "a report"},
            "basis": "found",
            "status": "accepted",
            **changes,
        }
    )


WITHDRAWN: dict[str, Any] = {"value": None, "unit": "", "comparator": None, "status": "retracted"}
LEDGER = Ledger(
    (
        claim("losses-1", "2024-02-01"),
        claim("losses-2", "2024-02-02", status="disputed"),
        claim("losses-3", "2024-02-03", status="proposed"),
        claim("losses-4", "2024-02-04"),
        claim("losses-5", "2024-08-01"),
        claim("no-losses-4", "2024-05-01", retracts="losses-4", **WITHDRAWN),
        claim("no-losses-1", "2024-09-01", retracts="losses-1", **WITHDRAWN),
    )
)


def planned(as_of: str = "2024-06", **changes: str) -> Plan:
    text = CASE.replace("2024-06", as_of)
    for word in WORDS:
        text = text.replace(word, changes.get(word, "5 person @assumption" if word == "MOOD" else "losses-1"))
    return plan(load_text(text, "case.yaml"), LEDGER)


@pytest.mark.parametrize("name", ["losses-1", "losses-2"])
def test_a_number_is_taken_from_a_claim_that_stands(name: str) -> None:
    found = planned(MOOD=f"{{from: {name}}}")  # that the first is retracted in September nobody knew in June
    assert found.parameter("stocks.mood.initial").belief.sources == (name,) and found.warnings == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("losses-3", "the claim `losses-3` is proposed since 2024-02-03"),
        ("losses-4", "the claim `losses-4` is retracted since 2024-05-01, by `no-losses-4`"),
        ("losses-5", "the claim `losses-5` was published 2024-08-01, after as_of 2024-06"),
    ],
)
def test_a_number_is_taken_from_no_other(name: str, why: str) -> None:
    with pytest.raises(ModelError) as caught:
        planned(MOOD=f"{{from: {name}}}")
    (problem,) = caught.value.problems
    assert (problem.what, problem.where, problem.path) == (why, "case.yaml:9", "stocks.mood.initial")
    assert problem.allowed.endswith(" 2024-06: losses-1, losses-2")
    assert problem.fix.startswith("did you mean `losses-")


@pytest.mark.parametrize("name", ["losses-3", "losses-4"])
@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("MOOD", "stocks.mood.initial"),
        ("RELATION", "relations.war.AAA.AAA"),
        ("HISTORY", "choices.AAA.history.2024-01.stay"),
        ("REASON", "choices.AAA.reasons.norm"),
        ("QUESTION", "questions.q"),
    ],
)
def test_whoever_cites_a_claim_that_does_not_stand_is_told(name: str, word: str, path: str) -> None:
    found = planned(**{word: f"5 person @{name}" if word == "MOOD" else name})
    (warning,) = found.warnings
    assert warning.startswith(f"the claim `{name}` is ") and warning.endswith(f" cited by {path}")


@pytest.mark.parametrize("word", ["RELATION", "HISTORY", "REASON", "QUESTION"])
def test_an_unknown_claim_is_refused_wherever_it_is_cited(word: str) -> None:
    with pytest.raises(ModelError, match=r"unknown (claim|source) `losses-9`") as caught:
        planned(**{word: "losses-9"})
    assert caught.value.problems[0].where.startswith("case.yaml:") and caught.value.problems[0].fix


def with_default(source: str, text: str = CASE) -> str:
    """The case whose numbers name no source of their own, apart from the initial stock."""
    for word in WORDS:
        text = text.replace(word, "5 person @losses-1" if word == "MOOD" else "losses-1")
    own = text.replace(" @assumption", "").replace(", sources: assumption", "")
    return own.replace("title: t\n", f"title: t\ndefault_source: {source}\nsources: {{smith: Smith}}\n")


def test_the_default_source_is_that_of_every_number_that_names_none():
    default, own = plan(load_text(with_default("assumption")), LEDGER), planned(MOOD="5 person @losses-1")
    assert default.parameters == own.parameters
    both = plan(load_text(with_default("[smith, losses-1]")), LEDGER)
    found = {number.path: number.belief.sources for number in both.parameters}
    assert found.pop("stocks.mood.initial") == ("losses-1",) and {*found.values()} == {("smith", "losses-1")}
    entry = with_default("smith").replace("commitment: 0.5", "commitment: 0.5, sources: assumption")
    found = {number.path: number.belief.sources for number in plan(load_text(entry), LEDGER).parameters}
    assert found["choices.AAA.reasons.norm.breach.go"] == ("assumption",)
    assert found["choices.AAA.rationality"] == ("smith",)
    assert source_counts(plan(load_text(with_default("smith")), LEDGER))["works"] == len(own.parameters) - 1


def test_the_default_source_stands_for_expressions_and_is_the_source_of_their_reason():
    reason = "norm: {use: expression, weight: 1, value: {go: 0.5}}"
    text = re.sub("norm: {.*}}?, commitment: 0.5}", reason, with_default("losses-2"))
    made = plan(load_text(text), LEDGER)
    assert "losses-2" in sources_of(made, made.choices[0], made.choices[0].reasons[0])
    with pytest.raises(ModelError, match="has no source"):
        plan(load_text(text.replace("default_source: losses-2\n", "")), LEDGER)


def test_a_default_source_that_does_not_exist_is_told_once():
    with pytest.raises(ModelError) as caught:
        plan(load_text(with_default("asumption"), "case.yaml"), LEDGER)
    (problem,) = caught.value.problems
    assert (problem.where, problem.path) == ("case.yaml:3", "default_source") and "did you mean" in problem.fix
