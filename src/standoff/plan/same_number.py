"""Two parameters that are one number: `{same_as: path}`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from standoff import units
from standoff.beliefs import SAME, Belief
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Parameter
from standoff.scenario.interventions import is_defined
from standoff.yaml_reader import Path_

SECTIONS = ("stocks", "mechanisms", "choices", "beliefs", "observations")  #: whose numbers are parameters of a run
ONCE = ("stocks", "observations")  #: sections whose numbers are read once, and cannot change during a run


def is_same(raw: Any) -> bool:
    """Whether a belief names another parameter."""
    return isinstance(raw, Belief) and raw.shape == SAME


def target_of(draft: PlanBuilder, path: Path_, belief: Belief) -> int | None:
    """The parameter that a belief at `path` names; None, with an error, if there is none."""
    index = draft.find(belief.target)
    if index is not None:
        return index
    own, later = ".".join(map(str, path)), is_defined(draft.document, belief.target)
    if belief.target in {own, own.removeprefix("mechanisms.")}:
        draft.report(path, f"`{belief.target}` is the same as itself", "the path of another parameter")
    elif later and belief.target.removeprefix("mechanisms.").partition(".")[0] not in draft.broken:
        draft.report(
            path,
            f"`{belief.target}` is no number that stands before this one",
            "a parameter of an entry above: "
            "stocks come first, then mechanisms, choices and beliefs, in the order of the scenario",
            "write the number here, and `same_as` there",
        )
    else:
        draft.unknown_parameter(path, belief.target)
    return None


def share_parameter(
    draft: PlanBuilder, path: Path_, index: int, unit: str, low: float | None, high: float | None
) -> int | None:
    """Give a parameter the further path `path`, and its bounds, in `unit`; None if they differ."""
    own, wanted = draft.parameters[index], draft.unit(unit)
    if path[0] not in SECTIONS:
        draft.report(path, f"`{SAME}` has no meaning here", "a number or a belief")
        return None
    if not units.parse(own.unit, draft.scenario.units).same_kind(wanted):
        draft.report(
            path,
            f"`{own.path}` is in `{own.belief.unit or own.unit}` where a unit of `{unit}` is needed",
            "a parameter with a unit of the same kind",
        )
        return None
    if (own.path.partition(".")[0] in ONCE) != (str(path[0]) in ONCE):
        draft.report(
            path,
            f"`{own.path}` is read once, and this number at every step, or the reverse",
            "two parameters, or two numbers of stocks and observations",
        )
        return None
    ends = [None if bound is None else bound * wanted.factor for bound in (low, high)]
    draft.parameters[index] = replace(own, low=_inner(own.low, ends[0], max), high=_inner(own.high, ends[1], min))
    draft.index[".".join(map(str, path))] = index
    draft.shared += 1
    return index


def _inner(one: float | None, other: float | None, inner: Any) -> float | None:
    """The narrower of two bounds."""
    bounds = [bound for bound in (one, other) if bound is not None]
    return inner(bounds) if bounds else None


def placeholder(path: Path_) -> Parameter:
    """A number in place of an unknown parameter, so that other errors are found too."""
    return Parameter(".".join(map(str, path)), Belief("point", (0.0,)), 1.0, "1")
