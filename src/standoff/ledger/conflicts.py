"""Claims that answer the same question and cannot all be right.

Two claims answer the same question when they share a `conflict` group, or when they give the same quantity of the same
subject in units of one kind for dates at most 31 days apart. A date that is a month or a year counts at its last day.
Numbers of one speaker, or of one origin, for different dates are a series, not a contradiction, unless a `conflict`
group says otherwise.

Each number implies an interval, by its comparator (`implied_interval`); two claims disagree where the intervals do not
meet. Claims of one origin group repeat one number, so there any difference is a `carrier` conflict: a relay has
changed it. Propositions disagree only where a `conflict` group says so. Retracted claims do not count.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from standoff import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standoff.ledger.claim import Claim

ABOUT = 0.1  # assumption: "about 50" means 45 to 55
NEARLY = 0.9  # assumption: "nearly 50" means 45 to 50
SAME_TIME_DAYS = 31  # assumption: sources that report monthly speak of the same month
ROUNDING = (
    8 * sys.float_info.epsilon
)  # relative; a conversion multiplies a few factors, each rounded to half an epsilon

Kind = Literal["numbers", "carrier", "propositions"]
HEADS: dict[Kind, str] = {
    "numbers": "numbers differ",
    "carrier": "relays of one origin differ",
    "propositions": "statements differ",
}


@dataclass(frozen=True)
class Conflict:
    """Claims that contradict one another."""

    subject: str
    quantity: str
    claims: tuple[str, ...]  #: ids, by date and then by id
    kind: Kind  #: numbers, carrier (relays of one origin that differ), or propositions
    spread: float | None  #: largest stated number over smallest; None for propositions, zeros and mixed signs
    text: str  #: one sentence for a reader


def implied_interval(claim: Claim) -> tuple[float, float]:
    """What a claim's number allows, in its own unit; raises `ValueError` for a claim without a number.

    exact: half a unit of the last significant digit either way (315000 allows 314500 to 315500). about: 10 % either
    way. over, at_least: the number and more. nearly: 90 % of it to all of it. at_most: the number and less. range: low
    to high. The words speak about size, so for a negative number all of this is mirrored: "over -5" allows -5 and less.
    """
    if claim.comparator == "range" and claim.low is not None and claim.high is not None:
        return float(claim.low), float(claim.high)
    if claim.value is None:
        raise ValueError(f"the claim `{claim.id}` has no number")
    size = abs(float(claim.value))
    low, high = {
        "exact": (size - _half_unit(claim.value), size + _half_unit(claim.value)),
        "about": ((1 - ABOUT) * size, (1 + ABOUT) * size),
        "over": (size, math.inf),
        "at_least": (size, math.inf),
        "nearly": (NEARLY * size, size),
        "at_most": (-math.inf, size),
    }[str(claim.comparator)]
    return (low, high) if claim.value >= 0 else (-high, -low)


def _half_unit(value: float) -> float:
    """Half a unit of the last digit that is not a trailing zero; half of one for zero."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)


def find(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """All conflicts among `claims`, in an order that does not depend on theirs."""
    ordered = sorted(claims, key=lambda claim: (claim.as_of.last, claim.id))
    groups: dict[str, list[Claim]] = defaultdict(list)
    series: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in ordered:
        if claim.conflict:
            groups[claim.conflict].append(claim)
        if claim.unit:
            series[claim.subject, claim.quantity, units.parse(claim.unit).dims].append(claim)
    found: list[Conflict] = []
    seen: set[tuple[str, str]] = set()
    for members in groups.values():
        found += _among(members, seen, series=False)
    for members in series.values():
        for window in _windows(members):
            found += _among(window, seen, series=True)
    return tuple(
        sorted(found, key=lambda conflict: (conflict.subject, conflict.quantity, conflict.claims, conflict.kind))
    )


def disagreeing(claims: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    """Pairs of different voices whose numbers for one quantity, at one time, do not meet; each once, groups aside."""
    series: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.as_of.last, claim.id)):
        if claim.unit:
            series[claim.subject, claim.quantity, units.parse(claim.unit).dims].append(claim)
    return list(
        {
            (a.id, b.id): (a, b)
            for members in series.values()
            for window in _windows(members)
            for a, b in combinations(window, 2)
            if a.speaker != b.speaker and not _relayed(a, b) and _disagreement(a, b) == "numbers"
        }.values()
    )


def _windows(claims: Sequence[Claim]) -> Iterable[Sequence[Claim]]:
    """The largest runs of claims, sorted by date, that lie within `SAME_TIME_DAYS` of one another."""
    end = 0
    for start, first in enumerate(claims):
        before = end
        while end < len(claims) and (claims[end].as_of.last - first.as_of.last).days <= SAME_TIME_DAYS:
            end += 1
        if end > before:
            yield claims[start:end]


def _among(claims: Sequence[Claim], seen: set[tuple[str, str]], *, series: bool) -> list[Conflict]:
    """Conflicts among claims that answer one question, one for each kind that has a pair not in `seen`."""
    pairs: dict[Kind, list[tuple[Claim, Claim]]] = defaultdict(list)
    for a, b in combinations(claims, 2):
        one_voice = a.speaker == b.speaker or _relayed(a, b)
        if series and one_voice and a.as_of.last != b.as_of.last:
            continue
        kind = _disagreement(a, b)
        if kind:
            pairs[kind].append((a, b))
    out = []
    for kind, found in pairs.items():
        new = {(a.id, b.id) for a, b in found} - seen
        if new:
            seen |= new
            involved = {claim.id for pair in found for claim in pair}
            out.append(_conflict(kind, [claim for claim in claims if claim.id in involved]))
    return out


def _relayed(a: Claim, b: Claim) -> bool:
    return bool(a.origin) and a.origin == b.origin


def _disagreement(a: Claim, b: Claim) -> Kind | None:
    relayed = _relayed(a, b)
    if a.proposition and b.proposition:
        return "propositions" if a.proposition != b.proposition and not relayed else None
    if not (a.unit and b.unit):
        return None
    unit_a, unit_b = units.parse(a.unit), units.parse(b.unit)
    if not unit_a.same_kind(unit_b):
        return None
    ratio = unit_b.factor / unit_a.factor
    numbers_a, numbers_b = a.numbers, tuple(ratio * number for number in b.numbers)
    same = len(numbers_a) == len(numbers_b) and all(
        math.isclose(x, y, rel_tol=ROUNDING) for x, y in zip(numbers_a, numbers_b, strict=True)
    )
    if same or relayed:
        return None if same else "carrier"
    (low_a, high_a), (low_b, high_b) = implied_interval(a), implied_interval(b)
    low, high = max(low_a, ratio * low_b), min(high_a, ratio * high_b)
    slack = ROUNDING * max(abs(low), abs(high))
    rounded = a.comparator == b.comparator == "exact"  # the two ends of a rounding interval do not belong to both
    return "numbers" if low > high + (-slack if rounded else slack) else None


def _conflict(kind: Kind, claims: Sequence[Claim]) -> Conflict:
    first = claims[0]
    spread = None
    if kind != "propositions":
        unit = units.parse(first.unit).factor
        numbers = [number * units.parse(claim.unit).factor / unit for claim in claims for number in claim.numbers]
        sizes = [abs(number) for number in numbers]
        if min(sizes) > 0 and (min(numbers) > 0 or max(numbers) < 0):
            spread = max(sizes) / min(sizes)
    said = "; ".join(f"{claim.speaker} ({claim.as_of}): {claim.said.rstrip('.')}" for claim in claims)
    head = HEADS[kind]
    factor = f", factor {spread:.3g}" if spread is not None else ""
    name = f"{first.subject} {first.quantity}".strip()
    return Conflict(first.subject, first.quantity, tuple(claim.id for claim in claims), kind, spread,
                    f"{name}: {head}{factor}: {said}")  # fmt: skip
