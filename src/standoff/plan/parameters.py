"""Resolve numbers: unit, bounds, sources and index of each belief."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from standoff import beliefs, components, units
from standoff.beliefs import Belief
from standoff.errors import BeliefError, LedgerError, Problem, StandoffError, did_you_mean, join_limited
from standoff.ledger.claim_belief import belief_of
from standoff.plan.builder import ASSUMPTION, PlanBuilder
from standoff.plan.from_history import PLACES, SHAPE
from standoff.plan.rates import RATE, own_unit
from standoff.plan.records import Parameter
from standoff.plan.same_number import is_same, placeholder, share_parameter, target_of
from standoff.yaml_reader import Path_

NUMBERS_THERE = "a number or a belief; `same_as` is for parameters of mechanisms, choices and beliefs, and for stocks"
ENDS = (0.05, 0.95)  #: probabilities of the ends of a range
SLACK = 1e-9  #: relative rounding tolerance at an end; assumption
LOST = 0.01  #: probability of a belief outside its range that needs no warning; assumption


def add_belief(
    draft: PlanBuilder,
    path: Path_,
    raw: Any,
    unit: str,
    inherited: tuple[str, ...] = (),
    *,
    low: float | None = None,
    high: float | None = None,
    doc: str = "",
    cited: str = "",
    implicit_unit: bool = False,
) -> int:
    """Register the belief at `path`; with `implicit_unit` its unit may be left out."""
    if is_same(raw):
        return _same(draft, path, raw, unit, low, high)
    return draft.add_parameter(
        checked_parameter(
            draft, path, raw, unit, inherited, low=low, high=high, doc=doc, cited=cited, implicit_unit=implicit_unit
        )
    )


def _same(draft: PlanBuilder, path: Path_, belief: Belief, unit: str, low: float | None, high: float | None) -> int:
    """The index of the parameter that a belief names."""
    index = target_of(draft, path, belief)
    index = None if index is None else share_parameter(draft, path, index, unit, low, high)
    if index is None:
        return draft.add_parameter(placeholder(path))
    shared = draft.parameters[index]
    if _out_of_range(shared):
        low, high = (None if end is None else end / shared.factor for end in (shared.low, shared.high))
        allowed = _bounds(low, high, shared.belief.unit or "1")
        draft.report(path, f"`{shared.path}` is `{shared.belief}`, out of the range of this number", allowed)
    return index


def checked_parameter(
    draft: PlanBuilder,
    path: Path_,
    raw: Any,
    unit: str,
    inherited: tuple[str, ...] = (),
    *,
    low: float | None = None,
    high: float | None = None,
    doc: str = "",
    cited: str = "",
    implicit_unit: bool = False,
) -> Parameter:
    """The belief at `path` with its unit, bounds and sources checked; not registered."""
    arguments = (raw, unit, inherited, low, high, doc, cited, implicit_unit)
    quoted = raw.claim if isinstance(raw, Belief) else ""
    stands = not quoted or quoted in draft.standing_claims
    parameter, claims = draft.cached(path, (*arguments, stands), lambda: _parameter(draft, path, *arguments))
    draft.cited.update(claims)
    if quoted:
        draft.quoted.add(quoted)
    return parameter


def _parameter(
    draft: PlanBuilder,
    path: Path_,
    raw: Any,
    unit: str,
    inherited: tuple[str, ...],
    low: float | None,
    high: float | None,
    doc: str,
    cited: str,
    implicit_unit: bool,
) -> tuple[Parameter, list[str]]:
    """The parameter, and the claims that it cites."""
    belief = Belief("point", (0.0,), sources=(ASSUMPTION,))
    try:
        belief = raw if isinstance(raw, Belief) else beliefs.parse(raw)
        if is_same(belief):
            raise BeliefError(Problem(f"`{belief}` is no number by itself", allowed=NUMBERS_THERE))
        belief = _from_claim(draft, belief, path)
        wanted = draft.unit(unit)
        zero = belief.shape == "point" and belief.numbers[0] == 0
        written = wanted if not belief.unit and (implicit_unit or zero) else draft.unit(belief.unit or "1")
    except StandoffError as error:
        draft.report_error(path, error)
        belief, wanted, written = Belief("point", (0.0,), sources=belief.sources), units.ONE, units.ONE
        low = high = None  # a malformed number is checked no further; its sources are
    if not written.same_kind(wanted):
        got = f"`{belief.unit}`" if belief.unit else "no unit"
        draft.report(
            path, f"{got} where a unit of `{unit}` is needed", fix=_with_unit(draft, belief, wanted, unit, low, high)
        )
        low = high = None  # a number in another unit cannot be compared with a bound
    belief = belief.with_sources(inherited)
    claims = draft.claims_in(path, belief.sources)
    below, above = (None if bound is None else bound * wanted.factor for bound in (low, high))
    parameter = Parameter(
        ".".join(map(str, path)), belief, written.factor, units.show(wanted.dims), below, above, doc, cited
    )
    if _out_of_range(parameter):
        percent = not wanted.dims and high == 1 and belief.shape == "point" and 1 < belief.numbers[0] <= 100
        fix = f"write `{belief.numbers[0]:g} %` for per cent" if percent and not belief.unit else ""
        what = f"`{belief}` is out of range"
        if belief.shape != "point":
            what += f": its central 90 % is {' to '.join(f'{belief.quantile(p):.3g}' for p in ENDS)}"
            fix = "write a range within the bounds; its tails are truncated"
        draft.report(path, what, _bounds(low, high, unit), fix)
    return parameter, claims


def cut_away(parameters: Iterable[Parameter]) -> Iterator[str]:
    """Warnings for named distributions that lose more than `LOST` at their bounds."""
    for parameter in parameters:
        belief = parameter.belief
        if belief.shape in {"range", "percentiles"}:
            continue  # these state no more than their ends
        below, above = parameter.tails()
        lost = 1 - (above - below)
        if lost > LOST:
            low, high = (None if end is None else end / parameter.factor for end in (parameter.low, parameter.high))
            yield (
                f"{parameter.path}: {lost:.1%} of `{replace(belief, sources=())}` is truncated, since it must be "
                f"{_bounds(low, high, belief.unit or '1')}; the rest is scaled up"
            )


def _bounds(low: float | None, high: float | None, unit: str) -> str:
    word = "" if unit == "1" else f" {unit}"
    if low is None or high is None:
        return f"at most {high:g}{word}" if low is None else f"at least {low:g}{word}"
    return f"{low:g} to {high:g}{word}"


def _with_unit(
    draft: PlanBuilder, belief: Belief, wanted: units.Unit, unit: str, low: float | None, high: float | None
) -> str:
    """A correction for a belief with a wrong unit: its unit per time if that fits, else `unit`."""
    if beliefs.PRIOR.match(belief.origin):
        return f"`{belief.origin}` has its own unit; `standoff list priors` shows those in `{unit}`, or of its kind"
    for time in ("month", "year"):
        by_time = f"{belief.unit}/{time}"
        if belief.unit and draft.unit(by_time).same_kind(wanted):
            return f"write it as in `{replace(belief, unit=by_time, sources=())}`"
    outside = belief.shape == "point" and (
        (low is not None and belief.numbers[0] < low) or (high is not None and belief.numbers[0] > high)
    )
    if belief.unit or outside:
        return f"use `{unit}`, or a unit of its kind"
    return f"write it as in `{replace(belief, unit=unit, sources=())}`"


def initial(draft: PlanBuilder, cell: str) -> int:
    """Register the initial value of a stock."""
    stock = draft.stocks[cell]
    name, _, holder = cell.partition(".")
    raw = stock.initial[holder] if isinstance(stock.initial, dict) else stock.initial
    path = ("stocks", name, "initial", *([holder] if holder else []))
    return add_belief(
        draft,
        path,
        raw,
        stock.unit,
        stock.sources,
        low=stock.floor,
        high=stock.cap,
        implicit_unit=True,
        doc=f"{cell} at the start",
    )


def add_declared(
    draft: PlanBuilder,
    path: Path_,
    value: Any,
    spec: components.ParameterSpec,
    members: tuple[str, ...] | None,
    sources: tuple[str, ...],
    unit: str,
    floor: float | None = None,
) -> int | Mapping[str, int]:
    """Register a declared `param` of a component: one number, or one for each of `members`.

    Without a `unit` each number has its own. floor: lower bound of the number in the place of a rate
    """

    def add_once(path: Path_, raw: Any) -> int:
        low = floor if path[-2:] == (components.NUMBERS, RATE) else spec.ge
        return add_belief(
            draft,
            path,
            raw,
            unit or own_unit(draft, raw),
            sources,
            low=low,
            high=spec.le,
            doc=spec.doc,
            cited=spec.source,
        )

    if members is None:
        return add_once(path, value)
    if set(value) == {"*"}:
        if value["*"].shape != "point":
            return dict.fromkeys(members, add_once(path, value["*"]))
        value = dict.fromkeys(members, value["*"])  # nothing to share: each member can then be moved alone
    meant = set()  # names meant by misspelt keys
    for key in value:
        if key not in members:
            fix = did_you_mean(key, members)
            meant.add(fix)
            draft.report((*path, key), f"unknown key `{key}`", join_limited(members), fix)
    missing = [f"`{member}`" for member in members if member not in value and f"did you mean `{member}`?" not in meant]
    if missing:
        draft.report(path, f"no value for {join_limited(missing)}", join_limited(members))
    return {member: add_once((*path, member), value[member]) for member in members if member in value}


def _from_claim(draft: PlanBuilder, belief: Belief, path: Path_) -> Belief:
    if belief.shape == SHAPE:  # what history can give has been resolved before
        draft.report(
            path,
            f"`{belief}` is not known about this number",
            PLACES,
            "write the number, and `@history` after it if it was counted in decisions of the past",
        )
        return Belief("point", (0.0,), sources=belief.sources)
    if belief.shape != "claim":
        return belief
    try:
        claim = draft.ledger[belief.claim]
        result = belief_of(claim)
    except LedgerError as error:
        draft.report_error(path, error)
        return Belief("point", (0.0,), belief.unit)
    why = draft.objection(claim.id)
    if why:
        others = draft.standing_claims.filter(subject=claim.subject, quantity=claim.quantity)
        ids = [other.id for other in others if other.numbers and other.id in draft.standing_claims]
        draft.report(
            path,
            f"the claim `{claim.id}` {why}",
            f"a claim, accepted or disputed, valid as of {draft.scenario.as_of}{': ' * bool(ids)}{join_limited(ids, 3)}",
            did_you_mean(claim.id, ids) or "use an earlier claim; later claims are for scoring only",
        )
    return replace(result, sources=belief.sources)


def _out_of_range(parameter: Parameter) -> bool:
    low, high, belief = parameter.low, parameter.high, parameter.belief
    if (low is None and high is None) or belief.shape == "claim":
        return False
    if belief.shape == "point":
        value = belief.numbers[0] * parameter.factor
        slack = SLACK * max(abs(value), 1.0)
        return (low is not None and value < low - slack) or (high is not None and value > high + slack)
    first, last = (belief.quantile(p) * parameter.factor for p in ENDS)
    slack = SLACK * max(abs(first), abs(last))
    return (low is not None and first < low - slack) or (high is not None and last > high + slack)
