"""Reasons that move faster than decisions are taken: against the closed form of a relaxing stock."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.rare_decisions import FEWEST, of_run
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import read_text

TEXT = """
title: a fast crisis
as_of: 2030-01-31
start: 2030-01-31
end: 2031-01-31
step: month
actors: {AAA: {name: A}}
stocks: {alarm: {unit: "1", initial: 0, sources: assumption}}
mechanisms: {rise: {use: mean_reversion, stock: alarm, mean: 3, speed: 0.2 1/month, volatility: 0, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options: {wait: , march: }
    status_quo: wait
    every: EVERY
    rationality: 1
    half_life: 20 month
    reasons: {alarm: {use: expression, weight: 1, value: {march: alarm - 3}}}
    sources: assumption
questions: {marches: {text: "?", event: "AAA in [march]", by: 2031-01, resolution: x}}
"""


@pytest.mark.parametrize(("every", "months"), [("1 month", 1), ("6 months", 6)])
def test_movement_between_two_dates(every: str, months: int) -> None:
    model = build(load.load_document(read_text(TEXT.replace("EVERY", every), "case.yaml"), None), Ledger(()))
    run = simulate(model, draws=64, seed=1)
    found = [number for _, number, *_ in of_run(CheckedRun(run=run, answers=()))]
    dates = [step for step, free in enumerate(model.plan.choices[0].is_free) if free]
    log_p = [-math.log1p(math.exp(3 * math.exp(-0.2 * step))) for step in dates]  # alarm - 3 at the start of the step
    expected = max(b - a for a, b in pairwise(log_p))
    assert (found == [pytest.approx(expected, rel=0.02)]) if months > 1 else not found


def test_an_observed_option_that_lasts_is_no_rare_decision() -> None:
    """It may not leave `wait` for half a year: no reason moves when it is free again."""
    held = TEXT.replace("EVERY", "1 month").replace("wait: ,", "wait: {lasts: 6 months},")
    held = held.replace("start: 2030-01-31", "start: 2029-12-31").replace("speed: 0.2", "speed: 0.001")
    held = held.replace("status_quo: wait", "status_quo: march")
    held = held.replace(
        "    reasons:", "    history: [{since: 2030-01, option: wait, sources: assumption}]\n    reasons:"
    )
    run = simulate(build(load.load_document(read_text(held, "case.yaml"), None), Ledger(())), draws=64, seed=1)
    checked = CheckedRun(run=run, answers=())
    bound = [step for step in range(1, 12) if checked.is_bound(0, step).all()]
    assert bound == [1, 2, 3, 4, 5] and not checked.is_bound(0, 7).all()
    assert not list(of_run(checked))


def test_a_date_on_which_few_futures_decide_says_nothing() -> None:
    text = TEXT.replace("EVERY", "6 months")
    model = build(load.load_document(read_text(text, "case.yaml"), None), Ledger(()))
    assert not list(of_run(CheckedRun(run=simulate(model, draws=FEWEST - 1, seed=1), answers=())))
