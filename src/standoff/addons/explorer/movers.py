"""What moves the answers, as the page has it; stored beside a case in `moves.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from standoff import labels
from standoff.addons.explorer.responses import View
from standoff.analysis.lever_effects import CLEAR
from standoff.analysis.movements import Movement, Mover, movements, movers
from standoff.analysis.paired import Difference
from standoff.analysis.parameter_range import unit_of
from standoff.analysis.stored_bands import store_beside, stored_beside
from standoff.engine.model import Model
from standoff.engine.session import Session
from standoff.plan import Plan
from standoff.report.overview import puller
from standoff.scenario import overrides

NAME = "moves.json"
BELIEFS = 30  # those that go most with the main answer; assumption: a reader scrolls through no more
DIGITS = 4  # decimals of a share


def tried(model: Model, correlations: Mapping[str, float]) -> tuple[Mover, ...]:
    """Every lever and option, and the beliefs that go most with the main answer."""
    paths = sorted(correlations, key=lambda path: -abs(correlations[path]))
    levers = {model.plan.number(lever.target) for lever in model.scenario.levers.values()}
    open_ = (index for index in map(model.plan.index.__getitem__, paths) if index not in levers)
    return movers(model, islice(open_, BELIEFS))


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
        **_named(plan, mover),
        "ends": mover.ends,
        "changes": changes,  # by question and end: change, its error, and whether it is clear
        "flips": movement.flips,
        "shares": {name: [[round(x, DIGITS) for x in end] for end in ends] for name, ends in movement.shares.items()},
        "futures": movement.futures,
    }


def is_clear(change: Difference) -> bool:
    """Whether a change is beyond chance."""
    return abs(change.change) > CLEAR * change.mc_error


def _numbers(change: Difference, is_share: bool) -> list[Any]:
    shown = [change.change, change.mc_error]
    return [*(round(x, DIGITS) if is_share else float(f"{x:.3g}") for x in shown), is_clear(change)]


def _named(plan: Plan, mover: Mover) -> View:
    """Names of a mover, and of the actor whose it is to set; empty where it is nobody's."""
    scenario, actor, unit = plan.scenario, "", ""
    if mover.kind == "hold":
        choice = next(item for item in plan.choices if item.name == mover.name)
        actor, text = choice.actor, labels.choice(plan, choice.name)
    elif mover.kind == "lever":
        lever = scenario.levers[mover.name]
        text, actor = lever.text or labels.humanise(mover.name), puller(plan, mover.name)
        unit = overrides.ends(lever.model_dump(), scenario.units)[2].text
    else:
        text, unit = labels.parameter(plan, mover.name), unit_of(plan, plan.index[mover.name])
    return {
        "kind": mover.kind,
        "name": mover.name,
        "text": text,
        "unit": "" if unit == "1" else unit,
        "actor": actor,
        "actor_name": labels.actor(plan, actor) if actor else "",
    }


def stored(model: Model) -> list[View] | None:
    """The rows beside the scenario file of a model, if they belong to it and to this program."""
    known: list[View] | None = stored_beside(model, NAME, lambda data: list(data["movers"]))[0]
    return known


def keep(session: Session, correlations: Mapping[str, float]) -> Path:
    """Write the rows beside the scenario file; raises `RunError` without one."""
    return store_beside(session.model, NAME, {"movers": [*rows(session, tried(session.model, correlations))]})
