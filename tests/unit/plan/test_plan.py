"""Plans of the variants of a case, one after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standoff import catalog
from standoff.analysis.answer import answer
from standoff.analysis.compare_variants import compare
from standoff.analysis.quantity_of_interest import resolve
from standoff.analysis.verdict import main_answer
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import load_text
from standoff.scenario.load import load_scenario


@pytest.mark.parametrize("slug", catalog.slugs())
def test_a_variant_that_is_read_over_the_case_is_what_it_is_alone(slug: str):
    loaded = load_scenario(catalog.find(slug))
    for name in ("", *loaded.scenario.variants):
        alone = load_scenario(catalog.find(slug), name)
        again = loaded.with_variant(name) if name else loaded
        assert again.scenario == alone.scenario and again.document == alone.document


CHOICE = """{actor: %s, options: {go: , stay: }, status_quo: stay, every: 1 month, rationality: 1, half_life: 0,
    sources: assumption, reasons: {norm: {use: stated_norm, weight: 2, breach: {go: 1, stay: 0}, commitment: 1}}}"""
DUEL = f"""
title: two who decide
as_of: 2024-02
start: 2024-01
end: 2024-08
step: month
actors: {{AAA: {{name: A}}, BBB: {{name: B}}}}
stocks: {{fear: {{unit: share, initial: 0.5, sources: assumption}}}}
mechanisms: {{drift: {{use: mean_reversion, stock: fear, mean: 0.1, speed: 0.2 1/month, volatility: 0, sources: assumption}}}}
choices:
  AAA: {CHOICE % "AAA"}
  BBB: {CHOICE % "BBB"}
questions:
  level: {{text: How much fear?, quantity: fear, at: 2024-08, resolution: polls}}
  first: {{text: Will it be high?, event: fear > 0.9, by: 2024-08, resolution: polls}}
  enters: {{text: Will B go?, event: "BBB in [go] or BBB in [stay] and fear > 2", by: 2024-08, resolution: papers}}
  why: {{text: Why?, reason: [AAA, norm], option: go, at: 2024-06, resolution: papers}}
"""


def duel(headline: str = "") -> Plan:
    text = DUEL.replace(f"  {headline}: {{", f"  {headline}: {{main: true, ") if headline else DUEL
    return plan(load_text(text), Ledger())


def test_one_rule_says_which_question_findings_are_about():
    """The headline, else the first event, else the first of all; every finding asks the plan."""
    assert duel().main_question == "first"
    assert duel("enters").main_question == "enters"
    quiet = replace(duel(), questions=duel().questions[:1])
    assert quiet.main_question == "level" and replace(quiet, questions=()).main_question == ""


def test_one_rule_says_which_choices_and_options_a_question_names():
    found = duel("enters")
    named = {asked.id: [choice.name for choice in found.choices_of(asked)] for asked in found.questions}
    assert named == {"level": [], "first": [], "enters": ["BBB"], "why": ["AAA"]}
    assert found.question("enters").options == {"BBB": ("go", "stay")}
    assert [duel(name).main_choice for name in ("enters", "why", "level", "")] == [1, 0, 0, 0]
    with pytest.raises(ModelError, match=r"no question `entrs`[\s\S]*did you mean `enters`"):
        found.question("entrs")


def test_a_parameter_of_a_choice_names_it_to_the_last_dot():
    found = duel()
    first, other = found.choices
    long = replace(found, choices=(first, replace(other, name=f"{first.name}.home")))
    assert long.choice_at(f"choices.{first.name}.reasons.norm.weight") is long.choices[0]
    assert long.choice_at(f"choices.{first.name}.home.rationality") is long.choices[1]


def test_every_finding_is_about_that_question():
    """Without a headline: the page, `flip` and comparisons speak of one question, not of four."""
    model = Model(duel(), *build_table(duel()))
    run = simulate(model, draws=16, seed=1)
    assert [item.id for item in answer(run).answers] == ["first", "level", "enters", "why"]
    main = main_answer(run, answer(run).answers)
    assert main is not None and main.id == resolve(model).name == "first"
    assert compare({"one": model, "two": model}, draws=16).questions[0].id == "first"


@pytest.mark.parametrize(
    ("ends", "fine"),
    [
        ("low: 0, high: 1", True),
        ("low: 1, high: 0", False),
        ("low: much, high: 1", False),
        ("low: 0 month, high: 1 month", False),
    ],
)
def test_the_range_of_a_lever_is_one_of_its_number(ends: str, fine: bool):
    text = f"{DUEL}levers: {{calm: {{target: drift.mean, {ends}}}}}\n"
    if fine:
        plan(load_text(text), Ledger())
        return
    with pytest.raises(ModelError, match=r"levers.calm[\s\S]*is not a valid range of `drift.mean`"):
        plan(load_text(text), Ledger())
