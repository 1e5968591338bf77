"""Rival theories of one case: paired futures, exact reasons for what parts them, and bounds that hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich.console import Console

from standoff.analysis.theory_comparison import (
    theories,
    theory_terms,
    with_theory,
)
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.report import render
from standoff.report.sections import theories as rivals
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text
from standoff.theories import names
from standoff.theories.reference_dependent import LOSS_AVERSION

DRAWS = 400
THEORIES = names()
TEXT = """
title: a challenger and a defender
as_of: 2024-01
start: 2024-01
end: 2024-04
step: month
actors: {CHA: {name: Challenger}, DEF: {name: Defender}}
stocks: {prize: {unit: "1", initial: 0.5 to 2, cap: 5, sources: assumption}}
mechanisms:
  growth: {use: mean_reversion, stock: prize, mean: 1, speed: 0.5 1/month, volatility: 0.1, sources: assumption}
choices:
  DEF:
    actor: DEF
    options: {yield: , fight: }
    status_quo: yield
    every: 1 month
    rationality: 1.5
    half_life: 0
    sources: assumption
    reasons:
      cost: {use: expression, weight: 1, value: {fight: -1 * prize}}
      honour: {use: expression, weight: 3, value: {fight: "1 * (CHA in [enter, raid])"}}
  CHA:
    actor: CHA
    options: {stay: , raid: , enter: {effects: {growth.mean: 3}}}
    status_quo: stay
    every: 1 month
    theory: best_response
    rationality: 0.5 to 3
    half_life: 0
    sources: assumption
    reasons:
      gain: {use: expression, text: what it gains, weight: 0.5 to 3, value: {enter: prize, raid: 0.4 * prize}}
      pain: {use: expression, text: what it suffers, weight: 0.5 to 3,
             value: {enter: "-1 * (DEF in [fight])", raid: "-0.2 * (DEF in [fight])"}}
questions:
  fights: {text: Will it be fought off?, event: "DEF in [fight]", by: 2024-03, resolution: papers}
  size: {text: How large?, quantity: prize, at: 2024-04, resolution: papers}
  enters: {text: Will it enter?, event: "CHA in [enter]", by: 2024-04, resolution: papers, main: true}
"""


def model(change: dict[str, Any] | None = None) -> Model:
    document = overlay(read_text(TEXT, "duel.yaml"), Document(change or {}, {}, "change"))
    return build(load.load_document(document, None), Ledger())


@pytest.fixture(scope="module")
def found():
    return theories(model(), draws=DRAWS, seed=3)


@pytest.fixture(scope="module")
def run():
    return simulate(with_theory(model(), "quantal_response"), draws=DRAWS, seed=3, paths="all")


def test_a_theory_for_all_is_what_the_scenario_would_say():
    for name in THEORIES:
        written = model({"theory": name, "choices": {"CHA": {"theory": None}}})
        assert with_theory(model(), name).hash == written.hash
        assert with_theory(model(), name).plan.choices == written.plan.choices


@pytest.mark.slow
def test_situations_are_the_same_under_every_theory(found, run):
    """Before the first decision all theories have led to the same place, and no theory changes what a reason is worth."""
    place = [choice.name for choice in run.model.plan.choices].index("CHA")
    told = found.disagreement
    assert (told.choice, told.decided, told.against) == ("CHA", "2024-02", "stay")
    options = run.model.plan.choices[place].options
    for issue in told.issues:
        parts = decision_record.reasons(run, place, 0)[:, :, options.index(issue.option)]
        assert [item.value for item in issue.reasons] == pytest.approx(parts.mean(axis=0), abs=1e-12)
    for item in told.deciding:
        p = decision_record.probabilities(
            simulate(with_theory(model(), item.theory), draws=DRAWS, seed=3, paths="all"), place, 0
        )
        assert list(item.options.values()) == pytest.approx(p.mean(axis=0), abs=1e-12)


def why(found, theory):
    deciding = next(item for item in found.disagreement.deciding if item.theory == theory)
    issue = found.disagreement.issues[0]
    return deciding.options[issue.option], {item.name: item for item in issue.why[theory]}


@pytest.mark.slow
def test_what_the_headline_names_is_at_issue_and_what_theories_differ_about_most(found):
    told = found.disagreement
    wide = {option: np.ptp([item.options[option] for item in told.deciding]) for option in ("raid", "enter")}
    assert [issue.option for issue in told.issues] == list(dict.fromkeys(["enter", max(wide, key=wide.get)]))
    for item in told.deciding:
        for option, (low, high) in item.intervals.items():
            assert low <= item.options[option] <= high or item.theory in {"best_response", "satisficing"}


@pytest.mark.slow
def test_the_best_response_is_taken_where_the_sum_of_reasons_is_highest(found, run):
    share, parts = why(found, "best_response")
    option = run.model.plan.choices[1].options.index(found.disagreement.issues[0].option)
    total = decision_record.reasons(run, 1, 0).sum(axis=1)
    assert share == parts["best"].value == pytest.approx((total.argmax(axis=1) == option).mean())
    assert parts["above"].value == pytest.approx((total[:, option] > 0).mean())


@pytest.mark.slow
def test_the_cognitive_hierarchy_is_a_sum(found):
    share, parts = why(found, "cognitive_hierarchy")
    assert share == pytest.approx(sum(item.value for item in parts.values()), abs=1e-9)
    assert parts["quantal"].value == pytest.approx(why(found, "quantal_response")[0], abs=1e-9)


@pytest.mark.slow
def test_nobody_to_reckon_with_leaves_only_those_who_pick_at_random(run):
    alone = {"choices": {"CHA": {"reasons": {"pain": None}}}}
    told = theories(model(alone), ["cognitive_hierarchy"], draws=50).disagreement.issues[0]
    parts = {item.name: item.value for item in told.why["cognitive_hierarchy"]}
    assert parts["expected"] == pytest.approx(0.0, abs=1e-9) and parts["idle"] != 0


@pytest.mark.slow
def test_losses_count_more_by_exactly_what_speaks_against_the_option(run):
    """Log odds under loss aversion are those of the reasons plus what each loses, draw by draw and so on average."""
    place, option = 1, 2
    p = decision_record.probabilities(
        simulate(with_theory(model(), "reference_dependent"), draws=DRAWS, seed=3, paths="all"), place, 0
    )
    lost = {item.name: item.value for item in theory_terms(run, place, 0, option, "reference_dependent", p)}
    log_odds = np.log(p[:, option] / p[:, 0]).mean()
    parts = decision_record.reasons(run, place, 0)[:, :, option]
    assert log_odds == pytest.approx(parts.sum(axis=1).mean() + lost["sum"], abs=1e-9)
    assert lost["sum"] == pytest.approx((LOSS_AVERSION - 1) * np.minimum(parts, 0).sum(axis=1).mean(), abs=1e-9)
    assert set(lost) == {"pain", "sum"}


@pytest.mark.slow
def test_satisficing_says_in_every_draw_which_reason_decided(run):
    for option in range(3):
        p = decision_record.probabilities(
            simulate(with_theory(model(), "satisficing"), draws=DRAWS, seed=3, paths="all"), 1, 0
        )
        parts = {item.name: item.value for item in theory_terms(run, 1, 0, option, "satisficing", p)}
        assert sum(parts.values()) == pytest.approx(1.0, abs=1e-12)
        assert parts["taken"] == pytest.approx(p[:, option].mean(), abs=1e-12)


@pytest.mark.slow
def test_satisficing_goes_by_the_weights_that_the_actor_believes_in():
    """It takes its own pain for nothing: only the gain rules options out."""
    doubted = model(
        {
            "theory": "satisficing",
            "choices": {"CHA": {"theory": None}},
            "beliefs": {"CHA": {"choices.CHA.reasons.pain.weight": "0.001 @assumption"}},
        }
    )
    run = simulate(doubted, draws=50, seed=3, paths="all")
    parts = {
        item.name: item.value
        for item in theory_terms(run, 1, 0, 1, "satisficing", decision_record.probabilities(run, 1, 0))
    }
    assert "gain" in parts


def test_the_main_question_names_the_choice():
    assert model().plan.main_choice == 1
    asked = {"questions": {"enters": {"main": False}, "fights": {"main": True}}}
    assert model(asked).plan.main_choice == 0


def test_unknown_theories_are_refused():
    with pytest.raises(ModelError, match="did you mean `satisficing`"):
        theories(model(), ["satisfycing"], draws=10)
    with pytest.raises(ModelError, match="no theory given"):
        theories(model(), [], draws=10)


@pytest.mark.slow
def test_it_is_plain_data_and_reads_as_text(found):
    data = found.to_data()
    assert [item["theory"] for item in data["disagreement"]["deciding"]] == list(THEORIES)
    assert data["own"] == {"DEF": "quantal_response", "CHA": "best_response"}
    head, rows = rivals.options(found.disagreement)
    assert len(head) == len(rows[0]) == 1 + len(THEORIES) + 1
    assert all("±" in cell for row in rows for cell in row[1:-1])
    with (screen := Console(width=120)).capture() as shown:
        screen.print(render.terminal(rivals.blocks(found)))
    assert "CHA best response." in " ".join(shown.get().split())
    sentences = rivals.why(found.disagreement, found.disagreement.issues[0])
    assert len(sentences) == len(THEORIES)
    assert "2.25 times" in sentences[3] and "what it suffers" in sentences[3]
    assert (
        "deciders at random" in sentences[2]
        and "exactly these draws" in sentences[1]
        and "ruled out by" in sentences[4]
    )
