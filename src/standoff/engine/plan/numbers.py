"""Numbers: each belief gets its unit, its bounds, somebody who stands behind it, and a place in the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from standoff import beliefs, parts, units
from standoff.beliefs import Belief
from standoff.engine.plan.draft import ASSUMPTION, Draft
from standoff.engine.plan.records import Parameter
from standoff.errors import LedgerError, StandoffError, listed, nearest
from standoff.ledger.belief import belief_of
from standoff.scenario.document import Path_


def number(
    draft: Draft, path: Path_, raw: Any, unit: str, inherited: tuple[str, ...] = (), *, low: float | None = None,
    high: float | None = None, doc: str = "", cited: str = "", bare: bool = False,
) -> int:  # fmt: skip
    """Register the belief at `path`; `bare` lets a number without a unit mean `unit`."""
    arguments = (raw, unit, inherited, low, high, doc, cited, bare)
    quoted = raw.claim if isinstance(raw, Belief) else ""
    known = not quoted or quoted in draft.known_then
    parameter, claims = draft.once(path, (*arguments, known), lambda: _parameter(draft, path, *arguments))
    draft.cited.update(claims)
    if quoted:
        draft.quoted.add(quoted)
    return draft.keep(parameter)


def _parameter(
    draft: Draft, path: Path_, raw: Any, unit: str, inherited: tuple[str, ...], low: float | None, high: float | None,
    doc: str, cited: str, bare: bool,
) -> tuple[Parameter, list[str]]:  # fmt: skip
    """The parameter, and the claims that it cites."""
    belief = Belief("point", (0.0,), sources=(ASSUMPTION,))
    try:
        belief = raw if isinstance(raw, Belief) else beliefs.parse(raw)
        belief = _looked_up(draft, belief, path)
        wanted = draft.unit(unit)
        zero = belief.shape == "point" and belief.numbers[0] == 0
        written = wanted if not belief.unit and (bare or zero) else draft.unit(belief.unit or "1")
    except StandoffError as error:
        draft.repeat(path, error)
        belief, wanted, written = Belief("point", (0.0,), sources=belief.sources), units.ONE, units.ONE
        low = high = None  # of what cannot be read nothing more is said, but who stands behind it
    if not written.same_kind(wanted):
        got = f"`{belief.unit}`" if belief.unit else "no unit"
        draft.report(
            path, f"{got} where a unit of `{unit}` is needed", fix=_with_unit(draft, belief, wanted, unit, low, high)
        )
        low = high = None  # in another unit it says nothing of a bound
    belief = belief.with_sources(inherited)
    claims = draft.claims_in(path, belief.sources)
    below, above = (None if bound is None else bound * wanted.factor for bound in (low, high))
    parameter = Parameter(
        ".".join(map(str, path)), belief, written.factor, units.show(wanted.dims), below, above, doc, cited
    )
    if _out_of_range(parameter):
        which = f"`{belief}` is" if belief.shape == "point" else f"most of `{belief}` lies"
        percent = not wanted.dims and high == 1 and belief.shape == "point" and 1 < belief.numbers[0] <= 100
        fix = f"write `{belief.numbers[0]:g} %` if per cent is meant" if percent and not belief.unit else ""
        draft.report(path, f"{which} out of range", _bounds(low, high, unit), fix)
    return parameter, claims


def _bounds(low: float | None, high: float | None, unit: str) -> str:
    word = "" if unit == "1" else f" {unit}"
    if low is None or high is None:
        return f"at most {high:g}{word}" if low is None else f"at least {low:g}{word}"
    return f"{low:g} to {high:g}{word}"


def _with_unit(
    draft: Draft, belief: Belief, wanted: units.Unit, unit: str, low: float | None, high: float | None
) -> str:
    """How to write a belief whose unit does not fit: its own unit by time where that does, else in the unit wanted."""
    for time in ("month", "year"):
        by_time = f"{belief.unit}/{time}"
        if belief.unit and draft.unit(by_time).same_kind(wanted):
            return f"write it as in `{replace(belief, unit=by_time, sources=())}`"
    outside = belief.shape == "point" and (
        (low is not None and belief.numbers[0] < low) or (high is not None and belief.numbers[0] > high)
    )
    if belief.unit or outside:
        return f"give it in `{unit}`, or in a unit of its kind"
    return f"write it as in `{replace(belief, unit=unit, sources=())}`"


def initial(draft: Draft, cell: str) -> int:
    """Register the value of a stock at the start."""
    stock = draft.stocks[cell]
    name, _, holder = cell.partition(".")
    raw = stock.initial[holder] if isinstance(stock.initial, dict) else stock.initial
    path = ("stocks", name, "initial", *([holder] if holder else []))
    return number(draft, path, raw, stock.unit, stock.sources, low=stock.floor, high=stock.cap, bare=True,
                  doc=f"{cell} at the start")  # fmt: skip


def declared(
    draft: Draft, path: Path_, value: Any, spec: parts.Spec, members: tuple[str, ...] | None, sources: tuple[str, ...],
    unit: str,
) -> int | Mapping[str, int]:  # fmt: skip
    """Register what a part's `param` declares: one number, or one for each of `members`."""

    def kept(path: Path_, raw: Any) -> int:
        return number(draft, path, raw, unit, sources, low=spec.ge, high=spec.le, doc=spec.doc, cited=spec.source)

    if members is None:
        return kept(path, value)
    if set(value) == {"*"}:
        if value["*"].shape != "point":
            return dict.fromkeys(members, kept(path, value["*"]))
        value = dict.fromkeys(members, value["*"])  # nothing to share: each member can then be moved alone
    meant = set()  # what misspelt keys stand for
    for key in value:
        if key not in members:
            fix = nearest(key, members)
            meant.add(fix)
            draft.report((*path, key), f"unknown key `{key}`", listed(members), fix)
    missing = [f"`{member}`" for member in members if member not in value and f"did you mean `{member}`?" not in meant]
    if missing:
        draft.report(path, f"no value for {listed(missing)}", listed(members))
    return {member: kept((*path, member), value[member]) for member in members if member in value}


def _looked_up(draft: Draft, belief: Belief, path: Path_) -> Belief:
    if belief.shape != "claim":
        return belief
    try:
        claim = draft.ledger[belief.claim]
        found = belief_of(claim)
    except LedgerError as error:
        draft.repeat(path, error)
        return Belief("point", (0.0,), belief.unit)
    if claim.id not in draft.known_then:
        draft.report(
            path, f"the claim `{claim.id}` was published {claim.published}, after as_of {draft.scenario.as_of}",
            fix="take a claim that was known by then; later claims serve to score",
        )  # fmt: skip
    return replace(found, sources=belief.sources)


def _out_of_range(parameter: Parameter) -> bool:
    low, high, belief = parameter.low, parameter.high, parameter.belief
    if (low is None and high is None) or belief.shape == "claim":
        return False
    if belief.shape == "point":
        value = belief.numbers[0] * parameter.factor
        slack = 1e-9 * max(abs(value), 1.0)
        return (low is not None and value < low - slack) or (high is not None and value > high + slack)
    below, above = parameter.tails()
    return above - below < 0.5  # assumption: a belief that is mostly impossible is a mistake
