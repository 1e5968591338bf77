"""One colour for each actor of a case: a place among `--side-0` to `--side-7` on every page."""

from __future__ import annotations

from standoff.ledger.vocabulary import package
from standoff.plan import Plan

GREY = 4  #: of who is no party
FREE = (2, 5, 6, 7, 3, 1, 0)  #: places for actors without one of their own, in this order


def actor_colours(plan: Plan, first: tuple[str, ...] = ()) -> dict[str, int]:
    """Place of each actor: that of its side, else the next free, else grey.

    first: actors that come first where places run short, by default those that choose
    """
    own = {code: side.mark for side in package().sides.values() if side.mark is not None for code in side.speaks_for}
    known = plan.scenario.actors
    order = dict.fromkeys((*first, *(choice.actor for choice in plan.choices), *known))
    out = {code: own[code] for code in order if code in own}
    free = [place for place in FREE if place not in out.values()]
    out |= dict(zip((code for code in order if code not in own and known[code].of is None), free, strict=False))
    return {code: out.get(code, out.get(known[code].of or "", GREY)) for code in known}


def side_colours(plan: Plan) -> dict[str, int]:
    """Place of each side of the ledger: that of its actor, else its own mark, else grey."""
    actors, sides, out = actor_colours(plan), plan.scenario.vocabulary.sides, dict[str, int]()
    for name in sorted({claim.side for claim in plan.ledger}):
        side = sides.get(name)
        mark = side.mark if side and side.mark is not None else GREY
        out[name] = next((actors[code] for code in (side.speaks_for if side else ()) if code in actors), mark)
    return out
