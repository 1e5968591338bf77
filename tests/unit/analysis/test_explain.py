"""What an actor expects of another beside what that other does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from standoff.analysis.explain import default_option, explain, first_decision, option_limit
from standoff.analysis.verdict import verdict
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.report import answer_text, render
from standoff.report.sections import explanation
from standoff.scenario import load, load_text
from standoff.scenario.document import Document, overlay, read_text
from tests.unit.addons.games.test_game import TEXT
from tests.unit.scenario.test_option_checks import bounded, text

MARCH = 1
MAIN = {"text": "raid?", "main": True, "by": "2024-12", "resolution": "x"}


def explained(change: dict[str, Any]):
    document = overlay(read_text(TEXT, "three.yaml"), Document(change, {}, "change"))
    model = build(load.load_document(document, None), Ledger())
    return explain(model, choice="ALA", at="2024-03", draws=40, seed=1), simulate(model, draws=40, seed=1, paths="all")


@pytest.fixture(scope="module")
def sure():
    """ALA's choice where nobody errs, and two of its options are asked about."""
    return explained({"questions": {"asked": {**MAIN, "event": "ALA in [raid, enter]"}}})[0]


def test_whoever_sees_the_truth_expects_what_others_do(sure):
    assert {item.choice for item in sure.forecasts} == {"BOR", "CIS"}  # Durland's cheering matters to nobody
    for item in sure.forecasts:
        assert item.expected == pytest.approx(item.does, abs=1e-9)
    assert answer_text.expectation_errors(sure) == []


@pytest.mark.parametrize(
    ("event", "stated", "reference", "option"),
    [
        ("ALA in [raid, enter]", None, "stay", "raid"),
        ("ALA in [stay, enter]", None, "stay", "enter"),  # the status quo is no option to explain against itself
        ("ALA in [raid, enter]", None, "raid", "enter"),
        ("ALA in [raid]", "enter", "stay", "enter"),
        ("ALA in [raid]", "enter", "enter", "raid"),
        ("BOR in [fight]", None, "stay", ""),  # then the likeliest
    ],
)
def test_the_default_is_the_option_in_the_main_question(event: str, stated: str | None, reference: str, option: str):
    change: dict[str, Any] = {"questions": {"asked": {**MAIN, "event": event}}}
    if stated:
        change["choices"] = {"ALA": {"explain": stated}}
    case = plan(
        load.load_document(overlay(read_text(TEXT, "three.yaml"), Document(change, {}, "change")), None), Ledger()
    )
    assert default_option(case, case.choices[0], reference) == option


def test_a_finding_is_about_the_default(sure):
    assert sure.option == "raid"


@pytest.mark.slow
def test_whoever_errs_is_told_about_what():
    """Aland takes the prize for twice what it is, and so the cost of fighting: it expects Borland to yield."""
    found, run = explained({"beliefs": {"ALA": {"prize": "2 @assumption"}}})
    fights = next(item for item in found.forecasts if (item.choice, item.option) == ("BOR", "fight"))
    assert fights.expected == pytest.approx(decision_record.expected(run, 0, 1, MARCH)[:, 1].mean(), abs=1e-12)
    assert fights.does == pytest.approx(decision_record.probabilities(run, 1, MARCH)[:, 1].mean(), abs=1e-12)
    points = round(100 * (fights.does - fights.expected))
    assert points > 5
    (sentence,) = [text for text in answer_text.expectation_errors(found) if "choose “fight”" in text]
    assert re.findall(r"[AB][a-z]+land|Aland", sentence) == ["Aland", "Borland"] and sentence.endswith("higher")
    assert [int(number) for number in re.findall(r"\d+", sentence)] == [
        round(100 * fights.expected),
        round(100 * fights.does),
        points,
    ]
    from rich.console import Console

    with (screen := Console(width=120)).capture() as shown:
        screen.print(render.terminal(explanation.blocks(found)))
    assert "prize to be 2 times" in shown.get() and sentence in " ".join(shown.get().split())


HELD = """
title: an option that stays
as_of: 2030-06
start: 2030-01
end: 2031-06
step: month
actors: {AAA: {name: A}}
stocks: {alarm: {unit: "1", initial: 0, sources: assumption}}
mechanisms: {rise: {use: mean_reversion, stock: alarm, mean: 3, speed: 0.2 1/month, volatility: 0, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options: {wait: , arm: {lasts: 6 months}, march: }
    status_quo: wait
    every: 1 month
    rationality: 1
    half_life: 20 month
    history: [{since: 2030-03, option: arm, sources: assumption}]
    reasons: {alarm: {use: expression, weight: 1, value: {march: alarm - 3}}}
    sources: assumption
questions: {marches: {text: "?", event: "AAA in [march]", by: 2031-06, resolution: x}}
"""


def held():
    return build(load.load_document(read_text(HELD, "held.yaml"), None), Ledger())


@pytest.mark.parametrize(("at", "until"), [("2030-02", "2030-02"), ("2030-05", "2030-06"), ("2030-07", "2030-08")])
def test_an_option_that_binds_says_until_when(at: str, until: str):
    """It waits until February, is observed to arm until as_of, and by `lasts` arms for half a year from March on."""
    with pytest.raises(ModelError, match=f"stays in force until {until}") as error:
        explain(held(), choice="AAA", at=at, draws=16)
    assert error.value.problems[0].allowed == "2030-07 to 2031-06" if at < "2030-07" else "2030-09 to 2031-06"


def test_the_status_quo_is_the_option_in_force_at_as_of():
    found = explain(held(), choice="AAA", at="2030-10", draws=16)
    assert (found.status_quo, found.reference) == ("arm", "wait")
    roles = [answer_text.role(found, item.option) for item in found.options]
    assert roles == [" (reference)", f" (in force {found.origin.as_of})", ""]


AID = """{actor: AAA, options: {none: , arms: , troops: {when: date >= 2024-06}}, status_quo: none, explain: %s,
        every: 1 month, rationality: 1, half_life: 0, sources: assumption, %s
        reasons: {norm: {use: stated_norm, weight: 1, breach: {none: 1, arms: 0.3, troops: 0}, commitment: 1}}}"""
LADDERS = f"""
title: ladders
as_of: 2024-02
start: 2024-01
end: 2024-12
step: month
actors: {{AAA: {{name: A}}}}
stocks: {{fear: {{unit: share, initial: 0.5, cap: 1, sources: assumption}}}}
choices:
  arms: {AID % ("arms", "")}
  troops: {AID % ("troops", "")}
  later: {AID % ("arms", "when: date >= 2024-05,")}
  never: {AID % ("arms", "when: fear > 0.6,")}
"""


@pytest.fixture(scope="module")
def ladders() -> Run:
    return simulate(build(load_text(LADDERS), Ledger()), draws=64, seed=1)


def test_it_is_the_first_that_arises_in_which_the_option_can_be_chosen(ladders: Run) -> None:
    """A decision that never arises is explained by none."""
    found = {choice.choice: (choice.option, choice.decided) for choice in verdict(ladders).choices}
    assert found == {"arms": ("arms", "2024-03"), "troops": ("troops", "2024-06"), "later": ("arms", "2024-05")}
    assert first_decision(ladders, 3) is None


def test_options_have_their_texts() -> None:
    scenario = text(bounded("down: 1"), arms="{when: fear > 0.2}", trade="{text: sell to all}")
    scenario = scenario.replace("unit: share,", "unit: share, text: how afraid it is,")
    limit = option_limit(build(load_text(scenario)).plan, "AAA", "arms")
    assert "“how afraid it is” > 0.2" in limit and "“sell to all”" in limit and "trade" not in limit
