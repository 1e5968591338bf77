"""Dates in a run: a step and its decisions have the date on which the step ends, a question that of its state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import yaml

from standoff.analysis.answer import answer
from standoff.analysis.sanity import of_run
from standoff.engine.build import build
from standoff.engine.flows import mean_flows
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load_text

CASE = """\
title: dates
as_of: 2024-02
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
events: {vote: {date: 2024-09-15}}
stocks:
  one: {unit: "1", initial: 1 @assumption, constant: true}
  late: {unit: "1", initial: 0 @assumption}
  voted: {unit: "1", initial: 0 @assumption}
mechanisms:
  june: {use: proportional, stock: late, driver: one, rate: 1 1/month @assumption, when: date >= 2024-06}
  poll: {use: proportional, stock: voted, driver: one, rate: 1 1/month @assumption, when: after(vote)}
choices:
  AAA:
    actor: AAA
    options: {wait: {}, act: {}}
    status_quo: wait
    when: date < 2024-12
    every: 1 month
    rationality: 40 @assumption
    half_life: 0 @assumption
    history: [{since: 2024-01, option: wait}]
    reasons:
      time: {use: expression, weight: 100 @assumption, value: {act: since(vote) / 1 month - 1 @assumption}}
      ahead: {use: expression, horizon: 3 months, weight: 100 @assumption, value: {act: 3 * (year - 2024) @assumption}}
questions:
  both: {text: "?", event: date == 2024-10 and late > 4.5, by: 2024-12, resolution: x}
  wait: {text: "?", until: after(vote), by: 2024-12, resolution: x}
  months: {text: "?", quantity: since(vote), at: 2024-12, resolution: x, unit: month}
"""


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    yield simulate(build(load_text(CASE), Ledger()), draws=64, seed=3, paths="all")


def path(run: Run, cell: str) -> np.ndarray:
    return run.stock_paths[0, :, run.model.plan.cells.index(cell)]


def test_a_mechanism_acts_from_the_step_of_that_month_on(run: Run) -> None:
    months = dict(zip(run.times, path(run, "late"), strict=True))
    assert (months["2024-05"], months["2024-06"], months["2024-12"]) == (0, 1, 7)
    months = dict(zip(run.times, path(run, "voted"), strict=True))
    assert (months["2024-08"], months["2024-09"], months["2024-12"]) == (0, 1, 4)


def test_decisions_read_the_date_of_their_step_and_a_horizon_looks_ahead(run: Run) -> None:
    """Months since the vote less 1, and 3 once the year in three months is 2025: above 0 in October and in November."""
    chosen = dict(zip(run.times[1:], run.path_chosen[0, :, 0], strict=True))
    assert [month for month, option in chosen.items() if option == 1] == [
        "2024-10",
        "2024-11",
    ]  # in December: no decision


def test_questions_read_the_date_of_their_state(run: Run) -> None:
    answers = answer(run)
    assert answers["both"].answer == 1
    assert answers["wait"].answer == 7
    assert answers["months"].answer == pytest.approx(3.5)
    assert answers["months"].baselines["persistence"] == 0  # as it was at as_of


def test_sanity_checks_and_flows_read_dates_too(run: Run) -> None:
    of_run(run)  # reads conditions of questions and choices at every state
    flows = mean_flows(run)[:, run.model.program.flow_names.index(("late", "june"))]
    assert flows.tolist() == [0] * 4 + [1] * 7


def test_a_scenario_without_dates_has_no_clock() -> None:
    case = yaml.safe_load(CASE)
    case["mechanisms"]["june"].pop("when")
    del case["mechanisms"]["poll"], case["choices"], case["questions"]
    assert build(load_text(yaml.safe_dump(case)), Ledger()).program.clock_tables == {}
