"""What opens or shuts the room for a deal, in points of the chance of a deal within a year.

The chance of a future still at war follows from the least l that each side would take (`war_termination`), if nothing
else ends the war and all stays as it is. It is compared with that of l0, at which fighting on brings a side just what
it holds, along the straight line from l0 to l. In each of `STEPS` parts of the line the change is shared between the
sides evenly over both orders, and among the parts of a side in proportion to their sizes. So all parts add up to the
change, in every future; with many steps these are the values of Aumann and Shapley.

How strongly room acts on the chance of a deal is an assumption that no data have tested.
Sources: aumann1974 (values), fearon1995 and powell2006 (parts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from standoff import components
from standoff.analysis.finding import Finding, Provenance
from standoff.components import State, Time, jnp
from standoff.engine import decision_record, parameters
from standoff.engine.run import Run
from standoff.mechanisms import war_termination as war
from standoff.plan import Component, Plan
from standoff.questions import ends
from standoff.record import record
from standoff.xla import float_precision

STEPS = 32  # assumption: twice as many move no part by a tenth of a point
YEAR = 12


@record
class RoomPart:
    """What a side gains or fears by fighting on, and how it moves the chance of a deal."""

    side: str
    part: str
    worth: float  #: of what is at stake for the side, mean over futures; it takes so much more in a deal
    points: float  #: of the chance of a deal within a year
    error: float  #: Monte Carlo standard error


@record
class RoomForDeal(Finding):
    """Parts of the chance of a deal, which add up to it."""

    date: str
    futures: int  #: still at war
    even: float  #: chance if fighting on brought each side just what it holds
    chance: float  #: chance as things are
    room: float  #: share of futures with terms that suit both better than to fight on
    parts: tuple[RoomPart, ...]


def wars(plan: Plan) -> list[str]:
    """Names of the mechanisms by which a war ends."""
    return [part.name for part in plan.mechanisms if part.kind == ends.KIND]


def room_for_deal(run: Run, mechanism: str) -> RoomForDeal:
    """Account for the chance of a deal within a year of as_of."""
    step = run.model.plan.first_future_step
    part = next(item for item in run.model.plan.mechanisms if item.name == mechanism)
    with float_precision("double"), components.arithmetic(np):  # two thousand small operations
        p, s = _restored(run, part, step)
        least, base = zip(*(_least(p, s, side) for side in p.sides), strict=True)
        chance, fights = _chance(run, part, step, p, s), s["fighting"] > 0
        shares = _shared(chance, base, least)
        even = chance(*base)[fights].mean()
        as_is = chance(*(start + sum(parts.values()) for start, parts in zip(base, least, strict=True)))[fights].mean()
    names = ends.sides(run.model.plan, mechanism)
    rows = [
        RoomPart(
            side=name,
            part=what,
            worth=float(worth[fights].mean()),
            points=float(points[fights].mean()),
            error=float(points[fights].std() / np.sqrt(fights.sum())),
        )
        for name, parts, own in zip(names, least, shares, strict=True)
        for (what, worth), points in zip(parts.items(), own, strict=True)
    ]
    return RoomForDeal(
        origin=Provenance.of(run),
        date=run.times[step],
        futures=int(fights.sum()),
        even=float(even),
        chance=float(as_is),
        room=float((run.path("room")[fights, step + 1] > 0).mean()),
        parts=tuple(sorted(rows, key=lambda item: -abs(item.points))),
    )


def _restored(run: Run, part: Component, step: int) -> tuple[war.Params, State]:
    """Parameters and stocks of a mechanism as a step begins, in each path draw (K',)."""
    program, plan = run.model.program, run.model.plan
    state: Any = decision_record.state_at(run, step)
    stocks, numbers = dict(zip(plan.cells, state[0].astype(float), strict=True)), state[1].astype(float)
    varying = numbers[np.array(program.layout.varying, int)]
    drawn = parameters.ParameterValues(program.layout, varying, numbers[:, 0]).at(state[4], stocks)
    values = program.effective_parameters(drawn, np.moveaxis(run.path_chosen[run.valid_paths, step], 0, -1))

    def number(i: int) -> Any:
        return np.asarray(values(i))

    beliefs = {pair: number(i) for pair, i in plan.beliefs_of(part).items()}
    return program.bind_parameters(part, number), State({cell: stocks[cell] for cell in part.reads}, beliefs=beliefs)


def _least(p: war.Params, s: State, side: str) -> tuple[dict[str, Any], Any]:
    """What the least of a side is beyond what it holds, by part (K',); and what it holds."""
    own = p.sides.index(side)
    stakes = war.normal(p.stake_second if own else p.stake_first, p.issues)
    holds = sum(w * (1 - x if own else x) for w, x in zip(stakes, war.now_held(p, s), strict=True))
    plain = p.model_copy(update={"guarantee": dict.fromkeys(p.sides, 0.0), "publics": ()})
    paid = State({**s.cells, f"funding.{side}": jnp.ones(())}, beliefs=s.beliefs)
    full, bare, losses = (war.least_parts(*given, side) for given in ((p, s), (plain, s), (plain, paid)))
    parts = {
        "what it expects to win": full["status_quo"] + full["prevailing"] - holds,
        "its losses": losses["cost"],
        "what it cannot pay": bare["cost"] - losses["cost"],
        "its public": full["cost"] - bare["cost"],
        "fear that the enemy grows": bare["distrust"],
        "guarantees": full["distrust"] - bare["distrust"],
    }
    like = 0 * s["fighting"]
    return {name: like + value for name, value in parts.items()}, like + holds


def _chance(run: Run, part: Component, step: int, p: war.Params, s: State) -> Callable[..., Any]:
    """Chance of a deal within a year (K',) as a function of the least of both sides."""
    before = run.model.plan.mechanisms[: run.model.plan.mechanisms.index(part)]
    reference = run.model.table.reference[sum(len(other.references) for other in before), step]
    months = YEAR * war.hazard(p, s["war_age"], Time(float(YEAR), jnp.zeros(()))) * p.share["deal"]

    def chance(*least: Any) -> Any:
        lowest, best, _ = war.bargain(p, *least)
        return 1 - np.exp(-months * war.lifted(p, war.openness_of(p, best - lowest), reference))

    return chance


def _shared(chance: Callable[..., Any], base: tuple[Any, ...], least: tuple[Mapping[str, Any], ...]) -> list[list[Any]]:
    """Points of each part (K',) of each side; they add up to the change of the chance."""
    steps = [sum(parts.values()) / STEPS for parts in least]
    slopes = [np.zeros_like(step) for step in steps]
    for n in range(STEPS):
        (a, b), (da, db) = ((start + n * step for start, step in zip(base, steps, strict=True)), steps)
        here, right, up, there = chance(a, b), chance(a + da, b), chance(a, b + db), chance(a + da, b + db)
        for slope, change, step in zip(
            slopes, ((right - here + there - up) / 2, (up - here + there - right) / 2), steps, strict=True
        ):
            slope += np.where(step == 0, 0.0, change / np.where(step == 0, 1.0, step))
    return [[slope * part / STEPS for part in parts.values()] for slope, parts in zip(slopes, least, strict=True)]
