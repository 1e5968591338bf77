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
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from standoff.ledger.claim import Claim

ABOUT = 0.1  # assumption: "about 50" means 45 to 55
NEARLY = 0.9  # assumption: "nearly 50" means 45 to 50
SAME_TIME_DAYS = 31  # assumption: sources that report monthly refer to the same month
ROUNDING = (
    8 * sys.float_info.epsilon
)  # relative; a conversion multiplies a few factors, each rounded to half an epsilon

INSIDE = 1e-9  #: relative tolerance, far above rounding errors of conversions

BOUNDS = {"over", "at_least", "nearly", "at_most", "range"}  # comparators that name an end, not the number itself

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
    low, high = {
        "exact": (size - _half_unit(claim.value), size + _half_unit(claim.value)),
        "about": ((1 - ABOUT) * size, (1 + ABOUT) * size),
        "over": (size, math.inf),
        "at_least": (size, math.inf),
        "nearly": (NEARLY * size, size),
        "at_most": (-math.inf, size),
    }[str(claim.comparator)]
    return (low, high) if claim.value >= 0 else (-high, -low)


@lru_cache(maxsize=2**16)
def _half_unit(value: float) -> float:
    """Half a unit of the last significant digit; 0.5 for zero."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)


def find_conflicts(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """All conflicts among `claims`, independent of their order."""
    ordered = sorted(claims, key=lambda claim: (claim.as_of.last, claim.id))
    groups: dict[str, list[Claim]] = defaultdict(list)
    series: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in ordered:
        if claim.conflict:
            groups[claim.conflict].append(claim)
        if claim.unit:
            series[claim.subject, claim.quantity, claim.unit_of().dims].append(claim)
    conflicts: list[Conflict] = []
    observed: Observed = defaultdict(set)
    for members in groups.values():
        conflicts += _among(members, _disagreeing(members), observed)
    for members in series.values():
        current = _Series(members)
        for window, fresh in _windows(members):
            if current.agree(window):
                for claim in window[fresh:]:
                    current.add(claim)
            else:
                conflicts += _among(window, _new(window[fresh:], current, observed), observed)
    return tuple(
        sorted(conflicts, key=lambda conflict: (conflict.subject, conflict.quantity, conflict.claims, conflict.kind))
    )


def disagreeing_pairs(claims: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    """Pairs of different sources with disjoint ranges for one quantity at one time."""
    series: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.as_of.last, claim.id)):
        if claim.unit:
            series[claim.subject, claim.quantity, claim.unit_of().dims].append(claim)
    return list(
        {
            (a.id, b.id): (a, b)
            for members in series.values()
            for window, fresh in _windows(members)
            for a, b in _pairs(window, fresh)
            if a.speaker != b.speaker and not _relayed(a, b) and _disagreement(a, b) == "numbers"
        }.values()
    )


def _windows(claims: Sequence[Claim]) -> Iterator[tuple[Sequence[Claim], int]]:
    """The largest runs of claims, sorted by date, within `SAME_TIME_DAYS` of one another.

    Each comes with the position of its first claim that is in no earlier run, since pairs before it are checked
    already.
    """
    end = 0
    for start, first in enumerate(claims):
        before = end
        while end < len(claims) and (claims[end].as_of.last - first.as_of.last).days <= SAME_TIME_DAYS:
            end += 1
        if end > before:
            yield claims[start:end], before - start


def _pairs(window: Sequence[Claim], fresh: int) -> Iterator[tuple[Claim, Claim]]:
    """Pairs of a run whose second claim is in no earlier run, by date."""
    for index in range(fresh, len(window)):
        for other in range(index):
            yield window[other], window[index]


class _Series:
    """Numbers of one quantity of one subject: ranges, and dates of each source."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.days: dict[str, list[int]] = defaultdict(list)  #: source -> days, sorted
        self.voices: dict[str, set[str]] = {}  #: claims by id
        self.intervals: dict[str, tuple[float, float]] = {}  #: by id: allowed range, in canonical units
        self.gaps: dict[tuple[str, int], int] = {}  #: days from a day to the nearest claim of a source
        self.day: dict[str, int] = {}  #: by id
        self.latest: dict[
            str, list[Claim]
        ] = {}  #: speaker -> claims of its last day so far; the last to speak comes last
        for claim in claims:
            factor = claim.unit_of().factor
            low, high = implied_interval(claim)
            self.intervals[claim.id] = low * factor, high * factor
            self.voices[claim.id] = source_names(claim)
            self.day[claim.id] = claim.as_of.last.toordinal()
            for source in self.voices[claim.id]:
                self.days[source].append(self.day[claim.id])
        self.around: dict[
            str, tuple[float, float]
        ] = {}  #: by id: the days before and after on which its speaker speaks
        for claim in claims:
            days, day = self.days[claim.speaker], self.day[claim.id]
            first, last = bisect_left(days, day), bisect_right(days, day)
            self.around[claim.id] = (
                days[first - 1] if first else -math.inf,
                days[last] if last < len(days) else math.inf,
            )

    def add(self, claim: Claim) -> None:
        """Count the next claim, by date, among the latest of its speaker."""
        before = self.latest.pop(claim.speaker, [])
        same = before and self.day[before[0].id] == self.day[claim.id]
        self.latest[claim.speaker] = before if same else []
        self.latest[claim.speaker].append(claim)

    def near(self, b: Claim) -> Iterator[Claim]:
        """Claims before `b` where neither source has a number nearer in date to the other.

        Numbers of one source for different dates are a series and left out.
        """
        day, before = self.day[b.id], self.around[b.id][0]
        for said in reversed(self.latest.values()):
            first = said[0].id
            apart = day - self.day[first]
            if apart > SAME_TIME_DAYS:
                return
            if apart and (
                said[0].speaker == b.speaker or self.around[first][1] - day < apart or self.day[first] - before < apart
            ):
                continue
            for a in said:
                relays = apart and (a.origin or b.origin)
                if not (relays and (a.origin == b.origin or self.nearer(a, b) or self.nearer(b, a))):
                    yield a

    def kind(self, a: Claim, b: Claim) -> Kind | None:
        """Kind of conflict between two claims, at once where their ranges clearly meet or do not."""
        (low_a, high_a), (low_b, high_b) = self.intervals[a.id], self.intervals[b.id]
        low, high = max(low_a, low_b), min(high_a, high_b)
        slack = INSIDE * min(abs(low), abs(high))
        if _relayed(a, b) or low - slack <= high <= low + slack:
            return _disagreement(a, b)
        return "numbers" if low > high else None

    def agree(self, window: Sequence[Claim]) -> bool:
        """Whether all pairs are compatible: one number lies in all ranges, and none is a relay."""
        ends = [self.intervals[claim.id] for claim in window]
        low, high = max(low for low, _ in ends), min(high for _, high in ends)
        origins = [claim.origin for claim in window if claim.origin]
        return low + INSIDE * min(abs(low), abs(high)) < high and len(set(origins)) == len(origins)

    def nearer(self, a: Claim, b: Claim) -> bool:
        """Whether the source of `b` has another number for a date nearer to that of `a`."""
        day = self.day[a.id]
        apart = abs(day - self.day[b.id])
        return any(self._gap(source, day) < apart for source in self.voices[b.id])

    def _gap(self, source: str, day: int) -> int:
        """Days between `day` and the nearest claim of the source."""
        if (source, day) not in self.gaps:
            days = self.days[source]
            at = bisect_left(days, day)
            self.gaps[source, day] = min(abs(day - each) for each in days[max(at - 1, 0) : at + 1])
        return self.gaps[source, day]


def source_names(claim: Claim) -> set[str]:
    """Sources of a claim: its speaker, and the origin that it relays."""
    return {claim.speaker, f"origin {claim.origin}"} if claim.origin else {claim.speaker}


Observed: TypeAlias = "dict[str, set[str]]"  #: claim -> sources that it contradicts
Pairs: TypeAlias = "dict[Kind, list[tuple[Claim, Claim]]]"


def _disagreeing(group: Sequence[Claim]) -> Pairs:
    """Conflicting pairs of a `conflict` group."""
    current: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim in group:
        current[_occasion(claim)].add(claim.statement)
    pairs: Pairs = defaultdict(list)
    for a, b in combinations(group, 2):
        if a.unit and b.unit:
            kind = _disagreement(a, b)
            if kind:
                pairs[kind].append((a, b))
            continue
        one, other = current[_occasion(a)], current[_occasion(b)]
        if not (one <= other or other <= one or _relayed(a, b)):
            pairs["propositions"].append((a, b))
    return pairs


def _occasion(claim: Claim) -> tuple[str, str]:
    return claim.speaker, str(claim.published)


def _new(fresh: Sequence[Claim], series: _Series, observed: Observed) -> Pairs:
    """Conflicting pairs of claims in no earlier run, each with the nearest of the other source.

    Pairs are left out where `observed` already has a claim with that source.
    """
    pairs: Pairs = defaultdict(list)
    for b in fresh:
        theirs = series.voices[b.id]
        for a in series.near(b):
            kind = series.kind(a, b)
            if kind and theirs.isdisjoint(observed[a.id]) and series.voices[a.id].isdisjoint(observed[b.id]):
                pairs[kind].append((a, b))
        series.add(b)
    return pairs


def _among(claims: Sequence[Claim], pairs: Pairs, observed: Observed) -> list[Conflict]:
    """One conflict per kind; adds to `observed`."""
    out = []
    for kind, result in pairs.items():
        involved = {claim.id for pair in result for claim in pair}
        for a, b in result:
            observed[a.id].update(source_names(b))
            observed[b.id].update(source_names(a))
        out.append(_conflict(kind, [claim for claim in claims if claim.id in involved]))
    return out


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


def _conflict(kind: Kind, claims: Sequence[Claim]) -> Conflict:
    first, group = claims[0], {claim.conflict for claim in claims}
    shared = len(group) == 1 and len({claim.quantity for claim in claims}) > 1
    quantity = first.conflict.replace("-", "_") if shared else first.quantity
    spread = None
    if kind != "propositions":
        unit = first.unit_of().factor
        numbers = [number * claim.unit_of().factor / unit for claim in claims for number in claim.numbers]
        sizes = [abs(number) for number in numbers]
        if min(sizes) > 0 and (min(numbers) > 0 or max(numbers) < 0):
            spread = max(sizes) / min(sizes)
    statement = "; ".join(_statements(kind, claims))
    head = HEADS[kind]
    factor = f", factor {spread:.3g}" if spread is not None else ""
    name = f"{first.subject} {quantity}".strip()
    return Conflict(
        first.subject,
        quantity,
        tuple(claim.id for claim in claims),
        kind,
        spread,
        f"{name}: {head}{factor}: {statement}",
    )


def _statements(kind: Kind, claims: Sequence[Claim]) -> list[str]:
    """The statement of each speaker, with statements about one date merged."""
    message: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for claim in claims:
        key = (claim.speaker, str(claim.as_of), "" if kind == "propositions" else claim.id)
        message[key].append(claim.statement.rstrip("."))
    return [f"{speaker} ({date}): {', and '.join(texts)}" for (speaker, date, _), texts in message.items()]
