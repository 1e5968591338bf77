"""Stepping: parts of a future that follow one another give the same bits as the whole."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import build, simulate
from standoff.engine.session import Session, session
from standoff.engine.stepping import Stepper
from standoff.ledger import Ledger
from standoff.scenario import load_text
from tests.unit.engine.test_session import TEXT


@pytest.fixture(scope="module")
def opened() -> Session:
    return session(build(load_text(TEXT), Ledger()), seed=5)


@pytest.mark.parametrize("cuts", [(), (7,), (6, 7, 8, 9), (11, 23)])
def test_parts_are_the_whole(opened: Session, cuts: tuple[int, ...]) -> None:
    number = opened.simulator.size + 3  # of the second block
    stepper = Stepper(opened, number)
    now = stepper.begin
    for until in (*cuts, stepper.program.steps):
        now = stepper.advance(now, until)
    run = simulate(opened.model, draws=number + 1, seed=5, paths="all")
    assert np.array_equal(now.of("cells"), run.stock_paths[number, -1])
    assert np.array_equal(now.outcomes["answers"][:, now.lane], run.answers[:, number])
    assert stepper.parameters == pytest.approx(run.parameter_values[number])


def test_a_person_sets_an_option_in_the_first_step_alone(opened: Session) -> None:
    stepper = Stepper(opened, 3)
    first = next(k for k in stepper.program.decision_steps if k >= opened.begin)
    before = stepper.advance(stepper.begin, first) if first > opened.begin else stepper.begin
    option = 1 - int(before.of("chosen")[0])
    after = stepper.advance(before, first + 1, {0: option})
    assert after.of("chosen")[0] == option and before.of("chosen")[0] != option


def test_futures_ahead_begin_like_this_one_and_have_other_luck(opened: Session) -> None:
    stepper = Stepper(opened, 3)
    last = stepper.advance(stepper.begin, stepper.program.steps - 1)
    values = stepper.ahead(last).answer("tense")
    assert len(np.unique(values)) > 0.9 * len(values)
    here, dt = float(last.of("cells")[stepper.program.plan.cells.index("tension")]), 1
    assert abs(values.mean() - here) < 0.1 and values.std() < 3 * 0.05 * np.sqrt(dt)
