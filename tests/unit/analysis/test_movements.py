"""What moves the answers: the same as separate runs, in the same futures."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import build, load, simulate
from standoff.analysis.movements import HALVINGS, Mover, _flip, is_clear, movements, movers
from standoff.analysis.paired import Difference, held_from_now, outcome_values
from standoff.engine.session import session

CASE, DRAWS = "closed-form", 256
MODEL = build(load(CASE))
FIRST = MODEL.scenario.calendar.label(MODEL.plan.first_future_step + 1)


def test_levers_free_choices_and_beliefs_are_tried_at_their_ends() -> None:
    number = MODEL.layout.varying[0]
    found = {item.kind: item for item in movers(MODEL, [number])}
    lever, hold = found["lever"], found["hold"]
    assert (lever.name, lever.actor, lever.unit, lever.now, lever.ends) == ("restraint", "BLU", "", 1, (0.0, 3.0))
    assert (hold.name, hold.actor, hold.now, hold.ends) == ("BLU", "BLU", None, ("wait", "act"))
    belief, parameter = found["belief"], MODEL.plan.parameters[number]
    assert belief.name == parameter.path
    assert belief.ends == pytest.approx([parameter.quantile(p) / parameter.factor for p in (0.05, 0.95)])


def test_a_change_within_three_errors_is_not_clear() -> None:
    def clear(size: float, error: float) -> bool:
        return is_clear(Difference(before=0.3, after=0.3 + size, change=size, mc_error=error))

    assert clear(0.031, 0.01) and clear(-0.031, 0.01) and not clear(0.029, 0.01) and not clear(0.0, 0.0)


def test_changes_are_those_of_separate_runs_bit_for_bit() -> None:
    path = MODEL.plan.parameters[MODEL.layout.varying[0]].path
    tried = movers(MODEL, [MODEL.layout.varying[0]])
    with session(MODEL) as warm:
        found = {item.mover.kind: item for item in movements(warm, tried, draws=DRAWS)}
    question = MODEL.plan.question(MODEL.plan.main_question)
    unit = MODEL.plan.parameters[MODEL.layout.varying[0]].belief.unit
    low = found["belief"].mover.ends[0]
    apart = {
        "lever": simulate(MODEL, draws=DRAWS, levers={"restraint": 0.0}),
        "hold": simulate(MODEL, draws=DRAWS, held={"BLU": {FIRST: "wait"}}),
        "belief": simulate(
            MODEL, draws=DRAWS, levers={path: f"{low!r} {unit}".strip() + " @assumption"}, since="start"
        ),
    }
    before = outcome_values(simulate(MODEL, draws=DRAWS), question).mean()
    for kind, run in apart.items():
        change = found[kind].changes[question.id][0]
        after = outcome_values(run, question).mean()
        assert change.before == before and change.after == after and change.change == pytest.approx(after - before)
        assert change.mc_error > 0 and found[kind].futures == DRAWS


def test_shares_of_options_are_counted_when_the_main_question_is_asked() -> None:
    with session(MODEL) as warm:
        (found,) = (item for item in movements(warm, movers(MODEL), draws=DRAWS) if item.mover.kind == "hold")
        run = warm.move(draws=DRAWS)
    asked = MODEL.plan.question(MODEL.plan.main_question).state - 1 - MODEL.plan.first_future_step
    as_is, waits, acts = found.shares["BLU"]
    assert (waits, acts) == ((1, 0), (0, 1))
    assert as_is == pytest.approx(tuple(np.mean(run.chosen[:, asked, 0] == option) for option in (0, 1)))


def test_a_hold_begins_with_the_first_month_after_as_of() -> None:
    held, later = held_from_now(MODEL, {"BLU": "act"}), held_from_now(MODEL, {"BLU": "act"}, since=10)
    begin = MODEL.plan.first_future_step
    assert (held[0, begin:] == 1).all() and (held[0, :begin] == -1).all()
    assert (later[0, 10:] == 1).all() and (later[0, :10] == -1).all()


@pytest.mark.parametrize(("crossing", "rises"), [(0.37, True), (2.9, False)])
def test_a_flip_lies_where_the_answer_crosses_one_half(crossing: float, rises: bool) -> None:
    mover = Mover(kind="lever", name="x", text="x", actor="", unit="", now=1.0, ends=(0.0, 3.0))
    found = _flip(mover, lambda value: (value > crossing) == rises)
    assert found == pytest.approx(crossing, abs=3 / 2**HALVINGS)
