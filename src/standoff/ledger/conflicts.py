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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, groupby, product
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from standoff.ledger.claim import Claim

ABOUT = 0.1  # assumption: "about 50" means 45 to 55
NEARLY = 0.9  # assumption: "nearly 50" means 45 to 50
SAME_TIME_DAYS = 31  # assumption: sources that report monthly refer to the same month
ROUNDING = (
    8 * sys.float_info.epsilon
)  # relative; a conversion multiplies a few factors, each rounded to half an epsilon

INSIDE = 1e-9  #: relative tolerance, far above rounding errors of conversions
SPAN = 10**7  # days; more than the calendar has, 3.7 million, so that the days of two series lie far apart
BLOCK = (
    256  # claims that are compared at once with those before them; assumption, a mask then fits the processor's cache
)

BOUNDS = {"over", "at_least", "nearly", "at_most", "range"}  # comparators that name an end, not the number itself

Contradicted: TypeAlias = "dict[str, set[str]]"  #: claim -> sources that it contradicts
Positions: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Pairs: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"  #: two rows of positions, of the earlier and the later claims
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
        for kind, pairs in _disagreeing(members).items():
            involved = {claim.id for pair in pairs for claim in pair}
            _note(pairs, contradicted)
            conflicts.append(
                _conflict(
                    kind,
                    [
                        _Part.of(claim, claim.unit_of().factor if claim.unit else 1.0)
                        for claim in members
                        if claim.id in involved
                    ],
                )
            )
    conflicts += _Numbers(ordered).conflicts(contradicted)
    return tuple(
        sorted(conflicts, key=lambda conflict: (conflict.subject, conflict.quantity, conflict.claims, conflict.kind))
    )


def disagreeing_pairs(claims: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    """Pairs of different sources with disjoint ranges for one quantity at one time."""
    numbers = _Numbers(sorted(claims, key=_date_and_id))
    pairs = ((numbers.claims[i], numbers.claims[j]) for i, j in zip(*numbers.disjoint(nearest=False), strict=True))
    return [(a, b) for a, b in pairs if a.speaker != b.speaker and not _relayed(a, b)]


def _date_and_id(claim: Claim) -> tuple[object, ...]:
    return claim.as_of.last, claim.id


class _Numbers:
    """Numbers of claims as arrays, by series (subject, quantity, kind of unit), date and id.

    Pairs of claims are an array of two rows of positions, of the earlier claim and of the later.
    """

    def __init__(self, ordered: Iterable[Claim]) -> None:
        series: dict[tuple[object, ...], list[tuple[Claim, float]]] = defaultdict(list)
        for claim in ordered:
            if claim.unit:
                unit = claim.unit_of()
                series[claim.subject, claim.quantity, unit.dims].append((claim, unit.factor))
        self.claims = [claim for members in series.values() for claim, _ in members]
        self.factors = [factor for members in series.values() for _, factor in members]
        serial = [n for n, members in enumerate(series.values()) for _ in members]
        day = np.array([claim.as_of.last.toordinal() for claim in self.claims], dtype=np.int64)
        self.day = np.array(serial, dtype=np.int64) * SPAN + day  #: days of two series are far apart
        self.run = np.searchsorted(self.day, self.day - SAME_TIME_DAYS)  #: first claim of the run of days of each
        self.low, self.high = np.array([implied_interval(claim) for claim in self.claims]).reshape(-1, 2).T * np.array(
            self.factors
        )
        self.origin = _codes([(n, c.origin) if c.origin else None for n, c in zip(serial, self.claims, strict=True)])
        self.origin_days = _days_of(self.origin, day)
        speaker = _codes([(n, c.speaker) for n, c in zip(serial, self.claims, strict=True)])
        days = _days_of(speaker, day)
        at = np.searchsorted(days, speaker * SPAN + day)
        self.before = self.day - (days[at] - days[at - 1])  #: the day before on which the speaker of each speaks
        self.after = self.day + (days[at + 1] - days[at])

    def conflicts(self, contradicted: Contradicted) -> Iterator[Conflict]:
        """One conflict for each kind and run of days, of claims in no earlier run.

        contradicted: claim -> sources that its groups contradict; pairs with one of these are left out
        """
        disjoint, relays = self.disjoint(nearest=True), self.differing_relays()
        pairs = np.concatenate([disjoint, relays], axis=1)
        is_relay = np.repeat([0, 1], [disjoint.shape[1], relays.shape[1]])
        run = self.run[pairs[1]]
        day_a, day_b = self.day[pairs]
        tie = (2 * day_a == self.before[pairs[1]] + day_b) | (2 * day_b == self.after[pairs[0]] + day_a)
        may_repeat = (self.origin >= 0) | np.array([claim.id in contradicted for claim in self.claims], dtype=bool)
        again = np.flatnonzero(may_repeat[pairs].any(axis=0) | tie)  # in no other pair a claim meets a source again
        again = again[np.argsort(run[again], kind="stable")]
        new = np.ones(len(run), dtype=bool)
        for _, same_run in groupby(
            zip(run[again].tolist(), again.tolist(), *pairs[:, again].tolist(), strict=True), itemgetter(0)
        ):
            fresh = []
            for _, pair, first, second in same_run:
                a, b = self.claims[first], self.claims[second]
                new[pair] = not (contradicted[a.id] & source_names(b) or contradicted[b.id] & source_names(a))
                if new[pair]:
                    fresh.append((a, b))
            _note(fresh, contradicted)
        members = np.unique(((2 * run + is_relay) * len(self.claims) + pairs)[:, new])
        conflict, position = np.divmod(members, len(self.claims))
        parts = {at: _Part.of(self.claims[at], self.factors[at]) for at in np.unique(position).tolist()}
        for key, group in groupby(zip(conflict.tolist(), position.tolist(), strict=True), itemgetter(0)):
            yield _conflict("carrier" if key % 2 else "numbers", [parts[at] for _, at in group])

    def disjoint(self, nearest: bool) -> Pairs:
        """Pairs within a run of days whose ranges do not meet, without relays of one origin.

        nearest: only where neither source has a number that is nearer in date to the other claim. Numbers of one source
        for different dates are a series and left out.
        """
        # Ranges with a margin: two of them that overlap do meet. Those that vanish may be compared with any.
        low, high = self.low * (1 + 2 * INSIDE * np.sign(self.low)), self.high * (1 - 2 * INSIDE * np.sign(self.high))
        low, high = np.where(high <= low, math.inf, low), np.where(high <= low, -math.inf, high)
        blocks = [np.empty((2, 0), dtype=np.int64)]
        for begin in range(0, len(low), BLOCK):
            b = np.arange(begin, min(begin + BLOCK, len(low)))
            a = np.arange(self.run[begin], b[-1])
            a = a[(high[a] <= low[b].max()) | (low[a] >= high[b].min())]
            day_a, day_b = self.day[a, None], self.day[b]
            mask = ((high[a, None] <= low[b]) | (low[a, None] >= high[b])) & (day_b - day_a <= SAME_TIME_DAYS)
            if nearest:
                near = (self.after[a, None] + day_a >= 2 * day_b) & (2 * day_a >= self.before[b] + day_b)
                mask &= (near & (day_a < day_b)) | ((day_a == day_b) & (a[:, None] < b))
            else:
                mask &= a[:, None] < b
            rows, columns = np.nonzero(mask)
            blocks.append(self._disagreeing(np.stack([a[rows], b[columns]]), nearest))
        return np.concatenate(blocks, axis=1)

    def _disagreeing(self, pairs: Pairs, nearest: bool) -> Pairs:
        """Pairs of different origins, nearest to one another, whose ranges do not meet."""
        origin_a, origin_b = self.origin[pairs]
        stays = (origin_a < 0) | (origin_a != origin_b)
        if nearest:
            day_a, day_b = self.day[pairs]
            days = day_b - day_a
            stays &= (days == 0) | ((self._gap(origin_a, day_b) >= days) & (self._gap(origin_b, day_a) >= days))
        pairs = pairs[:, stays]
        low, high = self.low[pairs].max(axis=0), self.high[pairs].min(axis=0)
        slack = INSIDE * np.minimum(abs(low), abs(high))
        apart = high < low - slack
        for at in np.flatnonzero(~apart & (high <= low + slack)):
            a, b = pairs[:, at]
            apart[at] = _disagreement(self.claims[a], self.claims[b]) is not None
        return pairs[:, apart]

    def _gap(self, origin: Positions, day: Positions) -> Positions:
        """Days from each day to the nearest on which each origin is relayed in its series."""
        key = origin * SPAN + day % SPAN
        at = np.searchsorted(self.origin_days, key)
        return np.minimum(key - self.origin_days[at - 1], self.origin_days[at] - key)

    def differing_relays(self) -> Pairs:
        """Pairs of relays of one origin and day where a carrier has changed the number."""
        wordings: dict[tuple[int, int], dict[tuple[object, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
        for at in np.flatnonzero(self.origin >= 0).tolist():
            claim = self.claims[at]
            wording = claim.comparator, claim.numbers, self.factors[at]
            wordings[self.origin[at], self.day[at]][wording].append(at)
        pairs = [
            (min(pair), max(pair))
            for relays in wordings.values()
            for ones, others in combinations(relays.values(), 2)
            if _disagreement(self.claims[ones[0]], self.claims[others[0]])
            for pair in product(ones, others)
        ]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2).T


def _codes(keys: Iterable[object]) -> Positions:
    """A number for each key, the same for equal keys; -1 for None."""
    codes: dict[object, int] = {None: -1}
    return np.array([codes.setdefault(key, len(codes) - 1) for key in keys], dtype=np.int64)


def _days_of(codes: Positions, day: Positions) -> Positions:
    """Days of each code, `SPAN` apart, with one far before and one far after all."""
    days = np.unique((codes * SPAN + day)[codes >= 0])
    return np.concatenate([[-3 * SPAN], days, [(len(codes) + 3) * SPAN]])


def source_names(claim: Claim) -> set[str]:
    """Sources of a claim: its speaker, and the origin that it relays."""
    return {claim.speaker, f"origin {claim.origin}"} if claim.origin else {claim.speaker}


def _note(pairs: Iterable[tuple[Claim, Claim]], contradicted: Contradicted) -> None:
    for a, b in pairs:
        contradicted[a.id].update(source_names(b))
        contradicted[b.id].update(source_names(a))


def _disagreeing(group: Sequence[Claim]) -> dict[Kind, list[tuple[Claim, Claim]]]:
    """Conflicting pairs of a `conflict` group."""
    statements: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim in group:
        statements[_occasion(claim)].add(claim.statement)
    pairs: dict[Kind, list[tuple[Claim, Claim]]] = defaultdict(list)
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


class _Part(NamedTuple):
    """A claim as conflicts tell it."""

    claim: Claim
    numbers: tuple[float, ...]  #: in canonical units
    factor: float  #: of its unit
    label: str  #: speaker and date
    statement: str

    @classmethod
    def of(cls, claim: Claim, factor: float) -> _Part:
        numbers = tuple([number * factor for number in claim.numbers])
        return cls(claim, numbers, factor, f"{claim.speaker} ({claim.as_of})", claim.statement.rstrip("."))


def _conflict(kind: Kind, parts: Sequence[_Part]) -> Conflict:
    first, spread = parts[0].claim, None
    several = len({part.claim.quantity for part in parts}) > 1
    quantity = first.conflict.replace("-", "_") if several else first.quantity
    if kind != "propositions":
        numbers = [number / parts[0].factor for part in parts for number in part.numbers]
        smallest, largest = min(numbers), max(numbers)
        if smallest > 0 or largest < 0:
            spread = max(largest / smallest, smallest / largest)
    statements: dict[tuple[str, str], list[str]] = defaultdict(list)  # of propositions, those about one date in one
    for part in parts:
        statements[part.label, "" if kind == "propositions" else part.claim.id].append(part.statement)
    quotes = "; ".join(f"{label}: {', and '.join(texts)}" for (label, _), texts in statements.items())
    factor = f", factor {spread:.3g}" if spread is not None else ""
    name = f"{first.subject} {quantity}".strip()
    text = f"{name}: {HEADS[kind]}{factor}: {quotes}"
    return Conflict(first.subject, quantity, tuple(part.claim.id for part in parts), kind, spread, text)
