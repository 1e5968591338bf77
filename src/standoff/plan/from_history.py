"""Resolve `history`: weight, rationality and half-life of a choice, learned from decisions.

    weight: history             of the kind of the reason; where history has no counterpart, of another kind of reason
    weight: history(rivalry)    of a kind
    weight: 2 * history         twice that
    rationality: history        1: history tells only the product of rationality and weight
    half_life: history          log 2 over the rate of reconsidering

Each is the belief about an actor and a case that history does not know, see `standoff.history.coefficients`, which is
loaded only where a scenario asks for it. Everywhere else `history` is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from standoff import beliefs
from standoff.beliefs import Belief
from standoff.errors import DataError, did_you_mean, join_limited
from standoff.history.coefficients import Percentiles, Rung
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Parameter
from standoff.scenario.language import Choice, Reason
from standoff.yaml_reader import Path_

Find = Callable[[Rung, str], tuple[str, Percentiles]]  #: kind as written -> kind in history, and its percentiles

SHAPE = "history"
LATER = ", later than the case"
DIGITS = 3  # significant; as in `standoff.history.coefficients`
PLACES = "the weight of a reason; the rationality and the half_life of a choice"


def weight_from(draft: PlanBuilder, path: Path_, reason: Reason, key: str) -> Belief:
    """Weight of a reason; any other than `history` as it is."""

    def find(rung: Rung, kind: str) -> tuple[str, Percentiles]:
        if kind and kind not in rung.kinds:
            fix = did_you_mean(kind, rung.kinds) or "write `history` for a kind that it does not know"
            raise DataError(f"history has no weight of a kind `{kind}`", "", "", join_limited(rung.kinds, 40), fix)
        own = reason.use or key
        kind = kind or (own if own in rung.kinds else "")
        return kind, rung.weight(kind)

    return _resolved(draft, (*path, "weight"), reason.weight, find)


def rationality_from(draft: PlanBuilder, path: Path_, choice: Choice) -> Belief:
    """Rationality of a choice; any other than `history` as it is."""
    return _resolved(draft, (*path, "rationality"), choice.rationality, _without_kind(lambda rung: (1.0, 1.0, 1.0)))


def half_life_from(draft: PlanBuilder, path: Path_, choice: Choice) -> Belief:
    """Half-life of a choice; any other than `history` as it is."""
    return _resolved(draft, (*path, "half_life"), choice.half_life, _without_kind(lambda rung: rung.half_life), "month")


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


def _without_kind(find: Callable[[Rung], Percentiles]) -> Find:
    """`find` for a number that is of no kind of reason."""

    def checked(rung: Rung, kind: str) -> tuple[str, Percentiles]:
        if kind:
            raise DataError(f"only a weight is of a kind, such as `{kind}`", allowed="`history`")
        return "", find(rung)

    return checked


def _resolved(draft: PlanBuilder, path: Path_, belief: Belief, find: Find, unit: str = "") -> Belief:
    """The belief with the percentiles of the rung of the case; reports what is unknown."""
    if belief.shape != SHAPE:
        return belief
    from standoff.history.coefficients import load

    written = beliefs.HISTORY.match(belief.origin)
    assert written is not None  # `beliefs.parse` made it
    try:
        rung, late = load().rung(draft.scenario.as_of_day.year)
        if (factor := float(written.group(1) or 1)) != 1 and path[-1] != "weight":
            raise DataError("only a weight is a multiple of history", allowed="`history`")
        kind, percentiles = find(rung, written.group(2) or "")
    except DataError as error:
        draft.report_error(path, error)
        return Belief("point", (0.0,), sources=belief.sources)
    numbers = tuple(float(f"{factor * number:.{DIGITS}g}") for number in percentiles)
    origin = (f"{factor:g} * " if factor != 1 else "") + (f"history({kind})" if kind else "history")
    origin += LATER if late else ""
    if numbers[0] == numbers[2]:
        return Belief("point", numbers[:1], unit, belief.sources, origin=origin)
    return Belief("percentiles", numbers, unit, belief.sources, origin=origin)
