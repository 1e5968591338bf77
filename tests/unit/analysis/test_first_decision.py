"""The decision that a verdict explains: one in which the option can be chosen."""

from __future__ import annotations

import pytest

from standoff.analysis.first_decision import first_decision
from standoff.analysis.verdict import verdict
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load_text

TEXT = """
title: a ladder
as_of: 2024-02
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, initial: 0.5, cap: 1, sources: assumption}}
choices:
  aid: {actor: AAA, options: {none: , arms: , troops: {when: date >= 2024-06}}, status_quo: none, explain: EXPLAIN,
        every: 1 month, rationality: 1, half_life: 0, sources: assumption, WHEN
        reasons: {norm: {use: stated_norm, weight: 1, breach: {none: 1, arms: 0.3, troops: 0}, commitment: 1}}}
"""


def run(explain: str, when: str = "") -> Run:
    text = TEXT.replace("EXPLAIN", explain).replace("WHEN", when)
    return simulate(build(load_text(text), Ledger()), draws=64, seed=1)


@pytest.mark.parametrize(("option", "date"), [("arms", "2024-03"), ("troops", "2024-06")])
def test_it_is_the_first_in_which_the_option_can_be_chosen(option: str, date: str) -> None:
    (choice,) = verdict(run(option)).choices
    assert (choice.option, choice.decided) == (option, date)


def test_it_is_the_first_that_arises() -> None:
    (choice,) = verdict(run("arms", "when: date >= 2024-05,")).choices
    assert choice.decided == "2024-05"


def test_there_is_none_where_the_decision_never_arises() -> None:
    made = run("arms", "when: fear > 0.6,")
    assert first_decision(made, 0) is None and verdict(made).choices == ()
