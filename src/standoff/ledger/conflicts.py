"""Find conflicts: claims that answer the same question and contradict one another.

Two claims answer the same question when they share a `conflict` group, or when they give the same quantity of the same
subject in units of one kind for dates at most 31 days apart. A date that is a month or a year counts at its last day.
Numbers of one speaker, or of one origin, for different dates are a series, not a contradiction, unless a `conflict`
group says otherwise; a claim is compared with the number of a series that is nearest in date, and contradicts it once.

Each number implies an interval, by its comparator (`implied_interval`); two claims disagree where the intervals do not
meet. Claims of one origin group repeat one number, so there a difference is a `carrier` conflict: a relay has changed
it, unless it bounds the number in other words ("nearly 6000" for 5962).

Propositions disagree only where a `conflict` group says so. The propositions of a speaker at one date form a set, such
as several reasons for one decision. Two sets, of different speakers or dates, disagree where neither contains the
other. A number in the group of a proposition disagrees like one. Retracted claims do not count.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, groupby
from operator import itemgetter
from typing import Literal, TypeAlias

from standoff.ledger.claim import Claim

ABOUT = 0.1  # assumption: "about 50" means 45 to 55
NEARLY = 0.9  # assumption: "nearly 50" means 45 to 50
SAME_TIME_DAYS = 31  # assumption: sources that report monthly refer to the same month
ROUNDING = (
    8 * sys.float_info.epsilon
)  # relative; a conversion multiplies a few factors, each rounded to half an epsilon

INSIDE = 1e-9  #: relative tolerance, far above rounding errors of conversions

BOUNDS = {"over", "at_least", "nearly", "at_most", "range"}  # comparators that name an end, not the number itself

Contradicted: TypeAlias = "dict[str, set[str]]"  #: claim -> sources that it contradicts
Pair: TypeAlias = tuple[Claim, Claim]
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
    quantity: str  #: the common quantity, or the `conflict` group of claims with several quantities
    claims: tuple[str, ...]  #: ids, by date and then by id
    kind: Kind  #: numbers, carrier (relays of one origin that differ), or propositions
    spread: float | None  #: largest stated number over smallest; None for propositions, zeros and mixed signs
    text: str  #: one sentence for a reader


def implied_interval(claim: Claim) -> tuple[float, float]:
    """The range that a claim's number allows, in its unit; raises `ValueError` without a number.

    exact: half a unit of the last significant digit either way (315000 allows 314500 to 315500). about: 10 % either
    way. over, at_least: the number and more. nearly: 90 % of it to all of it. at_most: the number and less. range: low
    to high. Comparators apply to the absolute value, so a negative number is mirrored: "over -5" allows -5 and less.
    """
    if claim.comparator == "range" and claim.low is not None and claim.high is not None:
        return float(claim.low), float(claim.high)
    if claim.value is None:
        raise ValueError(f"the claim `{claim.id}` has no number")
    size = abs(float(claim.value))
    low, high = -math.inf, size  # at_most
    if claim.comparator == "exact":
        low, high = size - _half_unit(claim.value), size + _half_unit(claim.value)
    elif claim.comparator == "about":
        low, high = (1 - ABOUT) * size, (1 + ABOUT) * size
    elif claim.comparator == "nearly":
        low = NEARLY * size
    elif claim.comparator in {"over", "at_least"}:
        low, high = size, math.inf
    return (low, high) if claim.value >= 0 else (-high, -low)


@lru_cache(maxsize=2**16)
def _half_unit(value: float) -> float:
    """Half a unit of the last significant digit; 0.5 for zero."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)


def find_conflicts(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """All conflicts among `claims`, independent of their order."""
    ordered = sorted(claims, key=_date_and_id)
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in ordered:
        if claim.conflict:
            groups[claim.conflict].append(claim)
    conflicts: list[Conflict] = []
    contradicted: Contradicted = defaultdict(set)
    for members in groups.values():
        conflicts += _noted(_disagreeing(members), contradicted)
    for _, run in groupby(_close_pairs(ordered, nearest=True), itemgetter(0)):
        fresh: dict[Kind, list[Pair]] = defaultdict(list)
        for _, kind, (a, b) in run:
            if not (contradicted[a.id] & source_names(b) or contradicted[b.id] & source_names(a)):
                fresh[kind].append((a, b))
        conflicts += _noted(fresh, contradicted)
    return tuple(
        sorted(conflicts, key=lambda conflict: (conflict.subject, conflict.quantity, conflict.claims, conflict.kind))
    )


def disagreeing_pairs(claims: Iterable[Claim]) -> list[Pair]:
    """Pairs of different sources with disjoint ranges for one quantity at one time."""
    pairs = (pair for _, _, pair in _close_pairs(sorted(claims, key=_date_and_id), nearest=False))
    return [(a, b) for a, b in pairs if a.speaker != b.speaker and not _relayed(a, b)]


def _date_and_id(claim: Claim) -> tuple[object, ...]:
    return claim.as_of.last, claim.id


def _close_pairs(ordered: Iterable[Claim], nearest: bool) -> Iterator[tuple[tuple[int, int], Kind, Pair]]:
    """Pairs of numbers of a series (subject, quantity, kind of unit) at one time that disagree.

    Each with its kind, and its run of days: the series, and the first claim at the time of the later of the two.
    """
    series: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in ordered:
        if claim.unit:
            series[claim.subject, claim.quantity, claim.unit_of().dims].append(claim)
    for number, members in enumerate(series.values()):
        yield from (((number, first), kind, pair) for first, kind, pair in _pairs_of(members, nearest))


def _pairs_of(members: Sequence[Claim], nearest: bool) -> Iterator[tuple[int, Kind, Pair]]:
    """The pairs of one series, each with its kind and the first claim at its time.

    nearest: only where neither source has a number that is nearer in date to the other claim. Numbers of one source
    for different dates are a series and left out.
    """
    days = [claim.as_of.last.toordinal() for claim in members]
    names = list(map(source_names, members))
    ranges = [tuple(claim.unit_of().factor * end for end in implied_interval(claim)) for claim in members]
    spoken: dict[str, list[int]] = defaultdict(list)
    for day, sources in zip(days, names, strict=True):
        for name in sources:
            spoken[name].append(day)

    def are_nearest(i: int, j: int) -> bool:
        apart = days[j] - days[i]
        others = ((name, days[at]) for at, sources in ((j, names[i]), (i, names[j])) for name in sources)
        return not apart or not (names[i] & names[j] or any(_speaks(spoken[name], day, apart) for name, day in others))

    for j, b in enumerate(members):
        first = bisect_left(days, days[j] - SAME_TIME_DAYS)
        for i, a in enumerate(members[first:j], first):
            low, high = max(ranges[i][0], ranges[j][0]), min(ranges[i][1], ranges[j][1])
            clear = abs(low - high) > INSIDE * min(abs(low), abs(high)) and not _relayed(a, b)
            if (clear and low < high) or (nearest and not are_nearest(i, j)):
                continue
            kind: Kind | None = "numbers" if clear else _disagreement(a, b)
            if kind:
                yield first, kind, (a, b)


def _speaks(days: Sequence[int], day: int, apart: int) -> bool:
    """Whether one of some days, in rising order, is less than `apart` days from a day."""
    at = bisect_right(days, day - apart)
    return at < len(days) and days[at] < day + apart


def source_names(claim: Claim) -> set[str]:
    """Sources of a claim: its speaker, and the origin that it relays."""
    return {claim.speaker, f"origin {claim.origin}"} if claim.origin else {claim.speaker}


def _noted(pairs: Mapping[Kind, Sequence[Pair]], contradicted: Contradicted) -> list[Conflict]:
    """One conflict for each kind of pairs, whose sources are noted as contradicted."""
    for a, b in (pair for of_kind in pairs.values() for pair in of_kind):
        contradicted[a.id].update(source_names(b))
        contradicted[b.id].update(source_names(a))
    return [_conflict(kind, of_kind) for kind, of_kind in pairs.items()]


def _disagreeing(group: Sequence[Claim]) -> dict[Kind, list[Pair]]:
    """Conflicting pairs of a `conflict` group."""
    statements: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim in group:
        statements[_occasion(claim)].add(claim.statement)
    pairs: dict[Kind, list[Pair]] = defaultdict(list)
    for a, b in combinations(group, 2):
        if a.unit and b.unit:
            kind = _disagreement(a, b)
            if kind:
                pairs[kind].append((a, b))
            continue
        ours, theirs = statements[_occasion(a)], statements[_occasion(b)]
        if not (ours <= theirs or theirs <= ours or _relayed(a, b)):
            pairs["propositions"].append((a, b))
    return pairs


def _occasion(claim: Claim) -> tuple[str, str]:
    return claim.speaker, str(claim.published)


def _relayed(a: Claim, b: Claim) -> bool:
    return bool(a.origin) and a.origin == b.origin


def _disagreement(a: Claim, b: Claim) -> Kind | None:
    """Kind of conflict between the numbers of two claims, if any."""
    unit_a, unit_b = a.unit_of(), b.unit_of()
    if not unit_a.same_kind(unit_b):
        return None
    ratio = unit_b.factor / unit_a.factor
    numbers_a, numbers_b = a.numbers, tuple(ratio * number for number in b.numbers)
    same = len(numbers_a) == len(numbers_b) and all(
        math.isclose(x, y, rel_tol=ROUNDING) for x, y in zip(numbers_a, numbers_b, strict=True)
    )
    (low_a, high_a), (low_b, high_b) = implied_interval(a), tuple(ratio * end for end in implied_interval(b))
    if same or _relayed(a, b):
        bounded = a.comparator != b.comparator and (
            (a.comparator in BOUNDS and low_a <= min(numbers_b) <= max(numbers_b) <= high_a)
            or (b.comparator in BOUNDS and low_b <= min(numbers_a) <= max(numbers_a) <= high_b)
        )
        return None if same or bounded else "carrier"
    low, high = max(low_a, low_b), min(high_a, high_b)
    slack = ROUNDING * max(abs(low), abs(high))
    rounded = a.comparator == b.comparator == "exact"  # the two ends of a rounding interval do not belong to both
    return "numbers" if low > high + (-slack if rounded else slack) else None


def _conflict(kind: Kind, pairs: Iterable[Pair]) -> Conflict:
    claims = sorted({claim.id: claim for pair in pairs for claim in pair}.values(), key=_date_and_id)
    first, spread = claims[0], None
    several = len({claim.quantity for claim in claims}) > 1
    quantity = first.conflict.replace("-", "_") if several else first.quantity
    if kind != "propositions":
        factors = [claim.unit_of().factor if claim.unit else 1.0 for claim in claims]
        canonical = [number * factor for claim, factor in zip(claims, factors, strict=True) for number in claim.numbers]
        numbers = [number / factors[0] for number in canonical]
        smallest, largest = min(numbers), max(numbers)
        if smallest > 0 or largest < 0:
            spread = max(largest / smallest, smallest / largest)
    statements: dict[tuple[str, str], list[str]] = defaultdict(list)  # of propositions, those about one date in one
    for claim in claims:
        label = f"{claim.speaker} ({claim.as_of})"
        statements[label, "" if kind == "propositions" else claim.id].append(claim.statement.rstrip("."))
    quotes = "; ".join(f"{label}: {', and '.join(texts)}" for (label, _), texts in statements.items())
    factor = f", factor {spread:.3g}" if spread is not None else ""
    text = f"{f'{first.subject} {quantity}'.strip()}: {HEADS[kind]}{factor}: {quotes}"
    return Conflict(first.subject, quantity, tuple(claim.id for claim in claims), kind, spread, text)
