"""Resolve rates: expressions of a mechanism, with their numbers, units and sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from standoff import beliefs, components, expression, units
from standoff.beliefs import Belief
from standoff.errors import StandoffError, did_you_mean
from standoff.plan.builder import PlanBuilder
from standoff.plan.same_number import is_same
from standoff.yaml_reader import Path_

OTHER = "another name for the number"
RATE = "rate"  #: name of the number that a belief in the place of a rate becomes


def named_number(draft: PlanBuilder, path: Path_, field: str, plain: dict[str, Any]) -> None:
    """Turn a belief in the place of the rate `field` into the number `rate`."""
    raw, own = plain.get(field), plain.get(components.NUMBERS, {})
    try:
        belief = beliefs.parse(raw)
        if belief.shape != "claim":
            units.parse(belief.unit or "1", draft.scenario.units)
    except StandoffError:
        return  # an expression
    if isinstance(own, Mapping):
        plain[field], plain[components.NUMBERS] = RATE, {RATE: raw, **own}
        place = (*path, components.NUMBERS, RATE)  # errors of the number are in the line of the rate
        draft.document.lines.setdefault(place, draft.document.where((*path, field)))


def own_unit(draft: PlanBuilder, belief: Belief) -> str:
    """The unit of a number that may have any: as written, of its claim, or of the same number."""
    named = draft.find(belief.target) if is_same(belief) else None
    if named is not None:
        return draft.parameters[named].unit
    claims = [claim for claim in draft.ledger if claim.id == belief.claim] if belief.claim else []
    return belief.unit or (claims[0].unit if claims else "") or "1"


def check_name(draft: PlanBuilder, path: Path_, name: str) -> bool:
    """Whether a number has a name of its own; reports one that means something else."""
    scenario, what = draft.scenario, ""
    if name in draft.stocks or name in scenario.stocks:
        what = "a stock"
    elif name in scenario.choices:
        what = "a choice"
    elif name in expression.RESERVED:
        what = "a word of expressions"
    if what:
        draft.report(path, f"`{name}` is {what}", OTHER)
    return not what


def likely_names(draft: PlanBuilder, numbers: Collection[str], used: Collection[str]) -> set[str]:
    """The `numbers` that unknown names among `used`, which are reported, probably mean."""
    known = (*numbers, *draft.units)
    meant = {did_you_mean(word, known) for word in used if word not in known}
    return {name for name in numbers if did_you_mean(name, [name]) in meant}


def planned_rate(
    draft: PlanBuilder,
    path: Path_,
    text: str,
    numbers: Mapping[str, int],
    unit: str,
    own: tuple[str, ...],
    inherited: tuple[str, ...],
    elsewhere: Collection[str] = (),
) -> expression.Node | None:
    """The expression at `path`, in `unit`; None if it is invalid.

    numbers: the parameters that it may name; own, inherited: sources after it, and of its entry; elsewhere: names of numbers
    that another expression of the entry reads
    """
    for name in numbers:
        check_name(draft, (*path[:-1], components.NUMBERS, name), name)
    known = {**draft.units, **{name: units.parse(draft.parameters[i].unit) for name, i in numbers.items()}}
    before = draft.faults
    try:
        node = expression.parse(text, draft.scenario.units)
        draft.check_names(path, node)
        for term in expression.choice_terms(node):
            draft.report(
                path,
                f"`{term.choice}` is a choice",
                "stocks, numbers and dates",
                "let its options change a number, by `effects`",
            )
        words = draft.number_texts(path, numbers)
        dims = expression.dimensions(node, known, text, truth_counts=True, numbers=words)
        wanted = draft.unit(unit).dims
        if dims is None:
            draft.report(path, f"`{text}` is a condition", "a number", f"multiply it by a number in `{unit}`")
        elif dims != wanted:
            draft.report(
                path,
                f"`{text}` is in `{units.show(dims)}`",
                f"a rate in `{unit}`, or a unit of its kind",
                _correction(dims, wanted),
            )
        draft.check_constants(path, node, own, inherited)
    except StandoffError as error:
        draft.report_error(path, error)
        return None
    used = expression.stock_names(node)
    meant = likely_names(draft, numbers, elsewhere)
    for name in numbers:
        if name not in used and name not in elsewhere and name not in meant:
            draft.report(
                (*path[:-1], components.NUMBERS, name),
                f"`{name}` is not in `{text}`",
                "numbers that it names",
                did_you_mean(name, used),
            )
    return None if draft.faults > before else node


def _correction(dims: expression.Dims, wanted: expression.Dims) -> str:
    """What to do about a rate that lacks its time."""
    by_month = units.Unit("", 1.0, dims).times(units.parse("month"), -1).dims
    return "divide it by a time, such as `/ 1 month`" if by_month == wanted else ""
