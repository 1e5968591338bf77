"""What happened, as a question says it: read, checked against form, unit and ledger, and never seen by a run."""

from __future__ import annotations

from dataclasses import replace

import jsonschema
import numpy as np
import pytest
import yaml

from standoff import build, simulate
from standoff.analysis.answer import claims_of
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Claim, Ledger
from standoff.plan import plan
from standoff.scenario import dump, load_text

BASE = """\
title: t
as_of: 2024-06
start: 2024-01
end: 2025-12
step: month
actors: {AAA: {name: A}}
stocks: {mood: {unit: "1", initial: 4 to 6 @assumption}}
mechanisms: {drift: {use: mean_reversion, stock: mood, mean: 5, speed: 0.1 1/month, volatility: 0.5, sources: assumption}}
questions:
  rises: {text: "?", event: mood > 6, by: 2025-06, resolution: x}
  size: {text: "?", quantity: mood * 1000 person, unit: thousand person, at: 2025-06, resolution: x}
  when: {text: "?", until: mood > 6, by: 2025-06, resolution: x}
  first: {text: "?", first_of: {up: mood > 6, down: mood < 4}, by: 2025-06, resolution: x}
  place: {text: "?", rank: {a: mood, b: 2 * mood}, of: a, at: 2025-06, resolution: x}
"""
SAID = {
    "rises": "yes @later @earlier",
    "size": "4500 to 5500 person @later",
    "when": "1 year @later",
    "first": "up @later",
    "place": "2 @later",
}


def claim(name: str, published: str, status: str = "accepted") -> Claim:
    return Claim.parse(
        {
            "id": name,
            "subject": "AAA",
            "quantity": "mood",
            "value": 5000,
            "unit": "person",
            "comparator": "about",
            "as_of": published,
            "published": published,
            "speaker": "an office",
            "side": "neutral",
            "source": {"title": "a report"},
            "basis": "found",
            "status": status,
        }
    )


LEDGER = Ledger((claim("earlier", "2024-05"), claim("later", "2025-12"), claim("guess", "2025-12", "proposed")))


def settled(**said: str) -> str:
    """The scenario with outcomes."""
    data = yaml.safe_load(BASE)
    for name, text in said.items():
        data["questions"][name]["outcome"] = text
    return yaml.safe_dump(data, sort_keys=False)


def test_load_dump_load_keeps_what_happened():
    scenario = load_text(settled(**SAID)).scenario
    assert load_text(dump(scenario)).scenario == scenario
    assert {name: str(asked.outcome) for name, asked in scenario.questions.items()} == SAID
    assert scenario.questions["rises"].outcome.sources == ("later", "earlier")
    assert load_text(BASE).scenario.questions["rises"].outcome is None


def test_every_form_is_planned_and_fits_the_schema(scenario_validator):
    for said in (SAID, {**SAID, "when": "never @later", "first": "never @later", "size": "5 @later"}):
        assert plan(load_text(settled(**said)), LEDGER).warnings == ()
        scenario_validator.validate(yaml.safe_load(settled(**said)))
    with pytest.raises(jsonschema.ValidationError):
        scenario_validator.validate(yaml.safe_load(settled(rises="yes")))


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("4.5 to 5.5 thousand person @later", True),  # about 5000
        ("4.46 to 5.5 thousand person @later", True),  # rounded outwards
        ("4.5 to 5.5 thousand person @later @words", True),  # the number may be in the words
        ("3 to 5.5 thousand person @later", False),
        ("4500 to 9000 person @later @earlier", False),
        ("0 to 100 thousand person @later", False),
    ],
)
def test_a_range_is_no_wider_than_its_claims(said, good):
    words = claim("words", "2025-12").to_data() | {"proposition": "so many were there"}
    for key in ("value", "unit", "comparator"):
        del words[key]
    ledger = Ledger((*LEDGER, Claim.parse(words)))
    if good:
        plan(load_text(settled(size=said)), ledger)
        return
    with pytest.raises(ModelError, match="wider than what its claims say") as caught:
        plan(load_text(settled(size=said)), ledger)
    assert caught.value.problems[0].path == "questions.size.outcome"


def test_a_run_never_sees_what_happened():
    """The plan but for the question's own record, the draws, and the claims behind an answer stay as they were."""
    bare, told = (build(load_text(text), LEDGER) for text in (BASE, settled(**SAID)))
    for mine, other in zip(told.plan.questions, bare.plan.questions, strict=True):
        assert replace(mine, question=other.question) == other
        assert claims_of(told.plan, mine) == claims_of(bare.plan, other) == ()
    assert told.plan.parameters == bare.plan.parameters and told.plan.warnings == bare.plan.warnings == ()
    runs = [simulate(model, draws=64, seed=3) for model in (bare, told)]
    assert np.array_equal(runs[0].answers, runs[1].answers) and np.array_equal(runs[0].stock_paths, runs[1].stock_paths)


@pytest.mark.parametrize(
    ("name", "said", "what", "allowed"),
    [
        ("rises", "yes", "`yes` has no result or no claim", "`yes @claim-id`"),
        ("rises", True, "`yes` has no result or no claim", "`yes @claim-id`"),
        ("rises", ["yes"], "is not an outcome", "`yes @claim-id`"),
        ("rises", "@later", "has no result or no claim", "`yes @claim-id`"),
        ("rises", "maybe @later", "`maybe` is not an outcome of a question of form `event`", "yes, no"),
        ("first", "upp @later", "`upp` is not an outcome", "up, down, never"),
        ("place", "3 @later", "`3` is not an outcome", "1, 2"),
        ("size", "never @later", "`never` is not a number", "4 to 9"),
        ("size", "normal(5, 1) @later", "neither a number nor a range", "9 to 14 person"),
        ("when", "soon @later", "`soon` is not a number", "if not by its date"),
        ("why", "1 @later", "cannot be observed", ""),
    ],
)
def test_what_no_question_of_the_form_is_answered_by_is_refused(name, said, what, allowed):
    data = yaml.safe_load(BASE)
    data["choices"] = {
        "AAA": yaml.safe_load(
            "{actor: AAA, options: {go: {}, stay: {}}, status_quo: stay, every: 3 months, rationality: 1 @assumption, "
            "half_life: 1000000 year @assumption, history: [{since: 2024-01, option: stay}], "
            "reasons: {norm: {use: stated_norm, weight: 1 @assumption}}}"
        )
    }
    data["questions"]["why"] = {
        "text": "?",
        "reason": ["AAA", "norm"],
        "option": "go",
        "at": "2025-06",
        "resolution": "x",
    }
    data["questions"][name]["outcome"] = said
    text = yaml.safe_dump(data, sort_keys=False)
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "case.yaml")
    (problem,) = caught.value.problems
    assert what in problem.what and allowed in problem.allowed and problem.path == f"questions.{name}.outcome"
    assert "outcome" in text.splitlines()[int(problem.where.removeprefix("case.yaml:")) - 1]


@pytest.mark.parametrize(
    ("name", "said", "what"),
    [
        ("rises", "yes @latter", "unknown claim `latter`"),
        ("rises", "yes @assumption", "unknown claim `assumption`"),
        ("rises", "no @guess", "`guess` is proposed since 2025-12"),
        ("size", "5 km @later", "`km` where a unit of `thousand person` is needed"),
        ("size", "5 moons @later", "unknown unit `moons`"),
        ("when", "5 person @later", "`person` where a unit of `month` is needed"),
        ("when", "13 month @later", "`13 month` after as_of is not before the date of the question"),
        ("when", "0 month @later", "is not before the date of the question"),
    ],
)
def test_what_the_ledger_or_the_unit_does_not_bear_out_is_refused(name, said, what):
    with pytest.raises(ModelError, match=r"case\.yaml:\d+") as caught:
        plan(load_text(settled(**{name: said}), "case.yaml"), LEDGER)
    (problem,) = caught.value.problems
    assert what in problem.what and problem.path == f"questions.{name}.outcome"
