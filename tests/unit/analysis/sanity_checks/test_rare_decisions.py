"""Reasons that move faster than decisions are taken: against the closed form of a relaxing stock."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.rare_decisions import CHECK
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
    found = list(CHECK.of_run(CheckedRun(run=run, answers=())))
    dates = [step for step, free in enumerate(model.plan.choices[0].is_free) if free]
    log_p = [-math.log1p(math.exp(3 * math.exp(-0.2 * step))) for step in dates]  # alarm - 3 at the start of the step
    expected = max(b - a for a, b in pairwise(log_p))
    assert ([item.number for item in found] == [pytest.approx(expected, rel=0.02)]) if months > 1 else not found
