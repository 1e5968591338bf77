"""Claims behind an answer: each comes in one way, nothing behind it is left out, and nothing else is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standoff import catalog
from standoff.analysis.answer import claims_of
from standoff.analysis.provenance import (
    assumptions_behind,
    claims_behind,
    fitted,
    influences,
    source_counts,
    source_kind,
)
from standoff.belief_update import BeliefUpdate, Contribution
from standoff.ledger import Claim, Ledger
from standoff.plan import Plan, plan
from standoff.scenario import load_text

NAMES = ("asked", "start", "mean", "push", "path", "weight", "vow", "view", "elsewhere", "distant", "breach")
TEXT = """
title: t
as_of: 2024-03
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks:
  fear: {unit: share, initial: 0.5 @start, cap: 1}
  troops: {unit: person, initial: 100 person @assumption}
  hope: {unit: share, initial: 0.5 @elsewhere}
  need: {unit: share, initial: 0.5 @distant}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5 @mean, speed: 0.1 1/month, volatility: 0, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {go: {effects: {drift.push: 0.1 1/month @push}}, stay: }
    status_quo: stay
    every: 3 months
    rationality: 1 @assumption
    half_life: 1000000 year @assumption
    reasons:
      norm: {use: stated_norm, weight: 1 @weight, claims: [vow], breach: {go: 1 @breach, stay: 0}, commitment: 1,
             sources: assumption}
      why: {use: expression, weight: 1 @assumption, value: {go: need}}
beliefs: {AAA: {need: 1 @view}}
observations: {troops: {claims: {quantity: men}, scale: 1 @assumption}}
questions:
  fear: {text: "?", quantity: fear, at: 2024-06, resolution: x, claims: [asked]}
  goes: {text: "?", event: "AAA in [go]", by: 2024-06, resolution: x}
  word: {text: "?", reason: [AAA, norm], option: go, at: 2024-06, resolution: x}
  troops: {text: "?", quantity: troops, at: 2024-06, resolution: x, claims: [path, asked]}
"""


def claim(name: str) -> Claim:
    number = {"value": 90, "unit": "person", "comparator": "about"} if name == "path" else {"proposition": "so it is"}
    return Claim.parse(
        {
            "id": name,
            "subject": "AAA",
            "quantity": "men" if name == "path" else "",
            "as_of": "2024-02",
            "published": "2024-02",
            "speaker": "an office",
            "side": "neutral",
            "source": {"title": "a report"},
            "basis": "found",
            "status": "accepted",
            **number,
        }
    )


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(load_text(TEXT), Ledger(tuple(map(claim, NAMES))))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "fear",
            {
                "question": {"asked"},
                "parameters": {"start", "mean", "push"},
                "indirect": {"weight", "vow", "view", "breach", "distant"},
            },
        ),
        ("goes", {"parameters": {"weight", "view", "breach"}, "reasons": {"vow"}, "indirect": {"distant"}}),
        ("word", {"parameters": {"weight", "breach"}, "reasons": {"vow"}}),
        ("troops", {"question": {"path", "asked"}}),
    ],
)
def test_each_claim_comes_in_one_way(planned: Plan, name: str, expected: dict[str, set[str]]) -> None:
    asked = next(question for question in planned.questions if question.id == name)
    found = claims_behind(planned, asked)
    assert {kind: set(claims) for kind, claims in found.items()} == expected
    assert set(claims_of(planned, asked)) == set().union(*(v for k, v in expected.items() if k != "indirect"))
    assert "elsewhere" not in {claim for claims in found.values() for claim in claims}


def test_a_path_is_what_the_stock_follows(planned: Plan) -> None:
    bare = planned.scenario.model_copy(
        update={"questions": {"troops": planned.scenario.questions["troops"].model_copy(update={"claims": ()})}}
    )
    asked = next(question for question in planned.questions if question.id == "troops")
    found = claims_behind(planned, type(asked)(asked.id, bare.questions["troops"], asked.expressions, "person", 5, 1))
    assert found == {"observed": ("path",)}


def test_what_a_number_was_fitted_to_is_a_ground_by_its_influence(planned: Plan) -> None:
    """Of two numbers that a posterior gives, one is identified; a claim that came in so does not come in again."""
    start, wish = planned.index["mechanisms.drift.speed"], planned.index["choices.AAA.reasons.why.weight"]
    part = Contribution(entry="e", influence=0.5, shift=0.4, narrowing=0.3, claims=(("distant", 0.4), ("start", 0.2)))
    more = Contribution(entry="f", influence=0.1, shift=0.1, narrowing=0.0, claims=(("breach", 0.3),))
    parameters = list(planned.parameters)
    for index, evidence in ((start, (part, more)), (wish, ())):
        fit = BeliefUpdate(shift=0.4, contraction=0.3, evidence=evidence)
        parameters[index] = replace(parameters[index], belief=parameters[index].belief.with_draws([0.1, 0.2], fit))
    told = replace(planned, parameters=tuple(parameters))
    fear, goes = (next(question for question in told.questions if question.id == name) for name in ("fear", "goes"))
    assert claims_behind(told, fear)["fitted"] == ("distant", "breach", "start")
    assert claims_behind(told, fear)["parameters"] == ("mean", "push")
    assert influences(told, fear) == {"distant": 0.4, "breach": 0.3, "start": 0.2}
    assert "fitted" not in claims_behind(told, goes) and influences(told, goes) == {}
    assert "mechanisms.drift.speed" in assumptions_behind(
        planned, fear
    ) and "mechanisms.drift.speed" not in assumptions_behind(told, fear)
    assert "choices.AAA.reasons.why.weight" in assumptions_behind(told, goes)
    assert [(item.path, bool(item.fit.evidence), item.sources) for item in fitted(told)] == [
        ("mechanisms.drift.speed", True, ("assumption",)),
        ("choices.AAA.reasons.why.weight", False, ("assumption",)),
    ]
    beliefs = [str(told.parameters[index].belief) for index in (start, wish)]
    assert "3 claims" in beliefs[0] and "@assumption" in beliefs[0] and "not identified" in beliefs[1]


def test_on_the_flagship_the_claims_of_the_question_come_first_and_none_twice() -> None:
    found = plan(*catalog.load("china-russia"))
    for asked in found.questions:
        behind = claims_behind(found, asked)
        all_of_them = [claim for claims in behind.values() for claim in claims]
        assert len(all_of_them) == len(set(all_of_them))
        assert behind.get("question", ()) == tuple(dict.fromkeys(asked.question.claims))
    deep = sum(bool(claims_behind(found, asked).get("indirect")) for asked in found.questions)
    assert deep > len(found.questions) / 2, "in this case little stands alone"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("@assumption", "assumption"),
        ("@history", "history"),
        ("@history @assumption", "history"),
        ("@a-work @history", "works"),
        ("@start @a-work @history", "claims"),
    ],
)
def test_a_number_counts_under_the_first_kind_of_source_that_it_cites(written: str, kind: str) -> None:
    text = TEXT.replace("0.5 @start", f"0.5 {written}").replace("stocks:\n", "sources: {a-work: A work}\nstocks:\n", 1)
    made = plan(load_text(text), Ledger(tuple(map(claim, NAMES))))
    start = made.parameter("stocks.fear.initial")
    assert source_kind(made, start) == kind
    assert source_counts(made, [made.number(start.path)]) == {
        "fitted": 0,
        "claims": 0,
        "works": 0,
        "history": 0,
        "assumption": 0,
        kind: 1,
    }
    assert sum(source_counts(made).values()) == len(made.parameters)
