"""Resolve `history`: weight, rationality and half-life of a choice, learned from decisions.

    weight: history             of the kind of the reason; of a kind that the data lack, an assumption: of any kind
    weight: history(rivalry)    of a kind
    weight: 2 * history         twice that: an assumption too
    rationality: history        1: history tells only the product of rationality and weight
    half_life: history          log 2 over the rate of reconsidering

Each is the belief about an actor and a case that history does not know, see `standoff.history.coefficients`, which is
loaded only where a scenario asks for it. A scenario takes the part of a learned weight above 0, since the direction of a
reason is what its author says with claims; where history does not have that sign, or not for sure, the number says so. The
weight of a reason of a kind that the data lack is an assumption, also where it is that of a named kind. Everywhere else `history`
is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from standoff import beliefs
from standoff.beliefs import Belief
from standoff.errors import DataError, did_you_mean, join_limited
from standoff.plan.builder import ASSUMPTION, PlanBuilder
from standoff.plan.records import Parameter
from standoff.yaml_reader import Path_

SHAPE = "history"
LATER = ", later than the case"
SIGNS = {0: "sign not sure", -1: "against the reason", 1: ""}  #: of a weight whose kind the data have
DIGITS = 3  # significant; as in `standoff.history.coefficients`
PLACES = "the weight of a reason; the rationality and the half_life of a choice"


def learned(draft: PlanBuilder, path: Path_, belief: Belief, reason_kind: str = "") -> Belief:
    """A weight, rationality or half-life, by the end of its path, learned from decisions.

    Any other than `history` as it is; reports what is unknown. reason_kind: kind of the reason with the weight
    """
    if belief.shape != SHAPE:
        return belief
    from standoff.history.coefficients import load

    match, field = beliefs.HISTORY.match(belief.origin), path[-1]
    assert match is not None  # `beliefs.parse` made it
    factor, kind, note = float(match.group(1) or 1), match.group(2) or "", ""
    try:
        rung, late = load().rung(draft.scenario.as_of_day.year)
        if field == "weight":
            if kind and kind not in rung.kinds:
                fix = did_you_mean(kind, rung.kinds) or "write `history` for a kind that it does not know"
                raise DataError(
                    f"history has no weight of a kind `{kind}`", allowed=join_limited(rung.kinds, 40), fix=fix
                )
            kind = kind or (reason_kind if reason_kind in rung.kinds else "")
            note = SIGNS[rung.sign(kind) if kind else 1]
            percentiles = rung.weight_of_reason(kind)
        elif factor != 1:
            raise DataError("only a weight is a multiple of history", allowed="`history`")
        elif kind:
            raise DataError(f"only a weight is of a kind, such as `{kind}`", allowed="`history`")
        else:
            percentiles = rung.half_life if field == "half_life" else (1.0, 1.0, 1.0)
    except DataError as error:
        draft.report_error(path, error)
        return Belief("point", (0.0,), sources=belief.sources)
    numbers = tuple(float(f"{factor * number:.{DIGITS}g}") for number in percentiles)
    name = f"history({kind})" if kind else "as any kind" if field == "weight" else SHAPE
    origin = f"{f'{factor:g} * ' * (factor != 1)}{name}{note and f', {note}'}{LATER * late}"
    learns = field != "weight" or (factor == 1 and reason_kind in rung.kinds)
    sources = belief.sources if learns else (ASSUMPTION, *belief.sources[1:])  # `history` is the first, see `beliefs`
    unit = "month" if field == "half_life" else ""
    if numbers[0] == numbers[2]:
        return Belief("point", numbers[:1], unit, sources, origin=origin)
    return Belief("percentiles", numbers, unit, sources, origin=origin)


def warnings(draft: PlanBuilder, parameters: Iterable[Parameter]) -> Iterator[str]:
    """One warning for all numbers from a rung that knows decisions later than the case."""
    late = sum(LATER in parameter.belief.origin for parameter in parameters)
    if late:
        from standoff.history.coefficients import load

        until = load().rung(draft.scenario.as_of_day.year)[0].until
        count = "1 number comes" if late == 1 else f"{late} numbers come"
        yield (
            f"{count} from decisions of states up to {until}, later than as_of {draft.scenario.as_of}; only the wars of the "
            "cases of the catalogue are left out of them"
        )
