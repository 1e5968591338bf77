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
from standoff.errors import ModelError
from standoff.mechanisms import war_termination as war
from standoff.plan import Component
from standoff.questions import ends
from standoff.record import record
from standoff.xla import float_precision

STEPS = 32  # assumption: twice as many move no part by a tenth of a point
YEAR = 12.0


@record
class RoomForDeal(Finding):
    """Parts of the chance of a deal within a year of as_of, which add up to it."""

    sides: tuple[str, ...]
    even: float  #: chance if fighting on brought each side just what it holds
    chance: float  #: chance as things are
    parts: Mapping[str, tuple[float, ...]]  #: part -> its points, of the first and of the second side


def at_war(run: Run) -> np.ndarray:
    """Which path draws are at war at as_of."""
    return np.asarray(run.path("fighting")[:, run.model.plan.first_future_step] > 0)


def room_for_deal(run: Run) -> RoomForDeal:
    """Account for the chance of a deal within a year of as_of, in futures still at war.

    Raises `ModelError` where none is.
    """
    if not at_war(run).any():
        fix = "ask it as of a day in the war: --as-of DATE"
        raise ModelError(f"no future is at war at {run.model.scenario.as_of}", "as_of", fix=fix)
    step, plan = run.model.plan.first_future_step, run.model.plan
    part = next(item for item in plan.mechanisms if "room" in item.writes)
    with float_precision("double"), components.arithmetic(np):  # two thousand small operations
        p, s = _restored(run, part, step)
        fights, chance = s["fighting"] > 0, _chance(run, part, step, p, s)
        holds, parts = zip(*(_least(p, s, side) for side in p.sides), strict=True)
        base, utility = np.stack(holds), np.stack([[*own.values()] for own in parts])
        points = _shared(chance, base, utility)[..., fights].mean(axis=2)
        even, as_is = (float(chance(*least)[fights].mean()) for least in (base, base + utility.sum(axis=1)))
    rows = dict(zip(parts[0], map(tuple, points.T.tolist()), strict=True))
    return RoomForDeal(Provenance.of(run), sides=ends.sides(plan, part.name), even=even, chance=as_is, parts=rows)


def _restored(run: Run, part: Component, step: int) -> tuple[war.Params, State]:
    """Parameters and stocks of a mechanism as a step begins, in each path draw (K',)."""
    program, plan = run.model.program, run.model.plan
    state: Any = decision_record.state_at(run, step)
    stocks, numbers = dict(zip(plan.cells, state[0].astype(float), strict=True)), state[1].astype(float)
    drawn = parameters.ParameterValues(program.layout, numbers[np.array(program.layout.varying, int)], numbers[:, 0])
    chosen = np.moveaxis(run.path_chosen[run.valid_paths, step], 0, -1)
    values: Any = program.effective_parameters(drawn.at(state[4], stocks), chosen)
    beliefs = {pair: values(i) for pair, i in plan.beliefs_of(part).items()}
    return program.bind_parameters(part, lambda i: jnp.asarray(values(i))), State(stocks, beliefs=beliefs)


def _least(p: war.Params, s: State, side: str) -> tuple[Any, dict[str, Any]]:
    """What a side holds (K',), and what the least that it would take is beyond that, by part."""
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
    return like + holds, {name: like + value for name, value in parts.items()}


def _chance(run: Run, part: Component, step: int, p: war.Params, s: State) -> Callable[..., Any]:
    """Chance of a deal within a year (K',) as a function of the least of both sides."""
    plan = run.model.plan
    row = sum(len(other.references) for other in plan.mechanisms[: plan.mechanisms.index(part)])
    months = YEAR * war.hazard(p, s["war_age"], Time(YEAR, jnp.zeros(()))) * war.shares(p)["deal"]

    def chance(*least: Any) -> Any:
        lowest, best, _ = war.bargain(p, *least)
        lift = war.lifted(p, war.openness_of(p, best - lowest), run.model.table.reference[row, step])
        return -np.expm1(-months * lift)

    return chance


def _shared(chance: Callable[..., Any], base: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """Points (side, part, K') of parts (side, part, K') of the least, from `base` (side, K') on."""
    move, slope = utility.sum(axis=1) / STEPS, np.zeros_like(base)
    for n in range(STEPS):
        here = base + n * move
        whole = chance(*(here + move)) - chance(*here)
        apart = chance(here[0] + move[0], here[1]) - chance(here[0], here[1] + move[1])
        slope += np.divide((whole + np.stack([apart, -apart])) / 2, move, out=np.zeros_like(move), where=move != 0)
    return slope[:, None] * utility / STEPS
