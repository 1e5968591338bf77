"""What moves the answers, as the page has it; stored beside a case in `moves.json`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from standoff import labels
from standoff.addons.explorer.responses import View
from standoff.analysis.movements import Movement, Mover, is_clear, movements, movers
from standoff.analysis.paired import Difference
from standoff.analysis.stored_bands import store_beside, stored_beside
from standoff.engine.model import Model
from standoff.engine.session import Session
from standoff.plan import Plan

NAME = "moves.json"
BELIEFS = 30  # those that go most with the main answer; assumption: a reader scrolls through no more
DIGITS = 4  # decimals of a share


def tried(model: Model, order: Sequence[int]) -> tuple[Mover, ...]:
    """Every lever and option, and the first beliefs of an order."""
    levers = {model.plan.number(lever.target) for lever in model.scenario.levers.values()}
    return movers(model, islice((index for index in order if index not in levers), BELIEFS))


def rows(session: Session, of: tuple[Mover, ...], **asked: Any) -> Iterator[View]:
    """A row for each mover, as the page reads it."""
    return (row(session.model.plan, movement) for movement in movements(session, of, **asked))


def row(plan: Plan, movement: Movement) -> View:
    """What a mover does to the answers that it changes clearly, and to the main one in any case."""
    mover, of_share = movement.mover, {item.id: item.form.is_share for item in plan.questions}
    changes = {
        name: [_numbers(end, of_share[name]) for end in ends]
        for name, ends in movement.changes.items()
        if name == plan.main_question or any(is_clear(end) for end in ends)
    }
    return {
        **vars(mover),
        "actor_name": mover.actor and labels.actor(plan, mover.actor),
        "changes": changes,  # by question and end: change, its error, and whether it is clear
        "flips": movement.flips,
        "shares": {name: [[round(x, DIGITS) for x in end] for end in ends] for name, ends in movement.shares.items()},
        "futures": movement.futures,
    }


def _numbers(change: Difference, is_share: bool) -> list[Any]:
    shown = [change.change, change.mc_error]
    return [*(round(x, DIGITS) if is_share else float(f"{x:.3g}") for x in shown), is_clear(change)]


def stored(model: Model) -> list[View] | None:
    """The rows beside the scenario file of a model, if they belong to it and to this program."""
    known: list[View] | None = stored_beside(model, NAME, lambda data: list(data["movers"]))[0]
    return known


def keep(session: Session, order: Sequence[int]) -> Path:
    """Write the rows beside the scenario file; raises `RunError` without one."""
    return store_beside(session.model, NAME, {"movers": [*rows(session, tried(session.model, order))]})
