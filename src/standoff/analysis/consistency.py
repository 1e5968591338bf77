"""Consistency of claims: accounting rules among quantities, and cumulative counts.

Nothing is fitted. Every claim implies an interval (`standoff.ledger.conflicts`); a cumulative count at one time is a
lower bound later, and an upper bound earlier. A set of claims breaks a rule when no numbers inside their intervals
satisfy it, and the size of the violation is the least amount by which they miss.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from standoff.dates import PartialDate
from standoff.errors import ModelError, unknown_word
from standoff.ledger import Claim, Ledger
from standoff.ledger.conflicts import SAME_TIME_DAYS, implied_interval
from standoff.ledger.sources import base_speaker
from standoff.record import record
from standoff.serialise import to_plain

NEAR_DAYS = 92  #: assumption: largest distance of compared claims, a quarter
DOUBTED = 3  #: claims listed for each rule


@dataclass(frozen=True)
class AccountingRule:
    """The whole is the sum of the parts; or, with `at_least`, no less than the sum."""

    name: str
    whole: str
    parts: tuple[str, ...]
    at_least: bool = False


RULES = (
    AccountingRule(
        "arrived = killed + left + remaining",
        "fighters_arrived",
        ("fighters_killed", "fighters_left", "fighters_remaining"),
    ),
    AccountingRule("losses = killed + wounded", "personnel_losses", ("personnel_killed", "personnel_wounded")),
    AccountingRule("losses >= killed", "personnel_losses", ("personnel_killed",), at_least=True),
    AccountingRule("pledged >= set aside", "aid_commitments", ("aid_allocations",), at_least=True),
    AccountingRule("set aside >= military part", "aid_allocations", ("aid_allocations_military",), at_least=True),
)
FALLS = "a running count never falls"


@record
class Inconsistency:
    """Claims that violate a rule."""

    subject: str
    rule: str
    claims: tuple[str, ...]  #: the whole first, then the parts; or the earlier, then the later
    statements: tuple[str, ...]
    by: float  #: the least violation, in `unit`
    share: float  #: relative to the whole
    unit: str
    days: int  #: days between the claims
    one_speaker: bool  #: speaker of both claims, if it is one
    text: str


@dataclass(frozen=True)
class SuspectClaim:
    """A claim in several violations: their number without it, and the largest of them."""

    claim: str
    subject: str
    rule: str
    breaks: int
    of: int
    largest: float
    unit: str


@dataclass(frozen=True)
class ConsistencyReport:
    """Violations in a ledger, the largest first, and the claims behind most of them."""

    title: str
    as_of: str
    ledger: str
    looked_at: int  #: number of sets of claims tested
    breaks: tuple[Inconsistency, ...]
    doubts: tuple[SuspectClaim, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(dataclasses.asdict(self))


def check_consistency(ledger: Ledger, *, as_of: str | dt.date, subject: str = "", title: str = "") -> ConsistencyReport:
    """Find claims published by `as_of` that violate accounting rules or cumulative counts.

    subject: an actor, or all if empty. Computed claims are not checked.
    """
    limit = PartialDate.parse(as_of).first
    usable = [claim for claim in ledger.as_of(limit).not_retracted() if claim.numbers and claim.basis != "computed"]
    subjects = sorted({claim.subject for claim in usable})
    if subject and subject not in subjects:
        raise ModelError(unknown_word(f"no claim gives a number of `{subject}`", subject, subjects))
    counts = frozenset(filter(ledger.vocabulary.cumulative, {claim.quantity for claim in usable}))
    breaks: list[Inconsistency] = []
    count = 0
    for name in [subject] if subject else subjects:
        of_subject = [claim for claim in usable if claim.subject == name]
        tested = [_broken(rule, *chosen, counts) for rule in RULES for chosen in _sets(rule, of_subject, counts)]
        tested += [_decreased(*pair) for pair in _pairs(of_subject, counts)]
        count += len(tested)
        breaks += filter(None, tested)
    breaks.sort(key=lambda broken: (-broken.share, broken.claims))
    return ConsistencyReport(title, str(limit), ledger.hash, count, tuple(breaks), tuple(_doubts(breaks)))


def _sets(
    rule: AccountingRule, claims: Sequence[Claim], counts: frozenset[str]
) -> Iterator[tuple[dt.date, tuple[Claim, ...]]]:
    """Reference day of a rule (of the level among the parts, else of the whole), and claims.

    counts: quantities since the beginning. Every claim of the whole with every level near it, and for each other part
    the claim of each speaker that is nearest.
    """
    for whole in (claim for claim in claims if claim.quantity == rule.whole):
        near = [claim for claim in claims if _alike(claim, whole) and _days_from(claim, whole.as_of.last) <= NEAR_DAYS]
        levels = [claim for claim in near if claim.quantity in rule.parts and claim.quantity not in counts]
        for day in sorted({claim.as_of.last for claim in levels or [whole]}):
            terms = [_nearest(near, name, day, counts) for name in rule.parts]
            yield from ((day, chosen) for chosen in product([whole], *terms))


def _nearest(claims: Sequence[Claim], quantity: str, day: dt.date, counts: frozenset[str]) -> list[Claim]:
    """Levels of the day; for a cumulative count, the nearest claim of each speaker."""
    nearest: dict[str, Claim] = {}
    matching = [claim for claim in claims if claim.quantity == quantity]
    for claim in sorted(matching, key=lambda claim: (_days_from(claim, day), claim.id)):
        if quantity in counts:
            nearest.setdefault(base_speaker(claim.speaker), claim)
        elif claim.as_of.last == day:
            nearest[claim.id] = claim
    return list(nearest.values())


def _alike(claim: Claim, other: Claim) -> bool:
    return claim.unit_of().same_kind(other.unit_of())


def _days_from(claim: Claim, day: dt.date) -> int:
    return abs((claim.as_of.last - day).days)


def _allowed(claim: Claim, unit: str) -> tuple[float, float]:
    low, high = implied_interval(claim)
    factor = claim.unit_of().factor / claim.unit_of(unit).factor
    return factor * max(low, 0.0), factor * high


def _on(claim: Claim, day: dt.date, unit: str, counts: frozenset[str]) -> tuple[float, float]:
    """Range that a claim implies for a day; a count is a bound a month before and after."""
    low, high = _allowed(claim, unit)
    ahead = (claim.as_of.last - day).days if claim.quantity in counts else 0
    return (low if ahead <= SAME_TIME_DAYS else 0.0), (high if ahead >= -SAME_TIME_DAYS else math.inf)


def _broken(
    rule: AccountingRule, day: dt.date, chosen: Sequence[Claim], counts: frozenset[str]
) -> Inconsistency | None:
    whole, *parts = chosen
    low, high = _on(whole, day, whole.unit, counts)
    least, most = (sum(ends) for ends in zip(*(_on(claim, day, whole.unit, counts) for claim in parts), strict=True))
    over, under = least - high, (-math.inf if rule.at_least else low - most)
    by = max(over, under)
    if by <= 0:
        return None
    size = high if over >= under else low
    parts_text = " + ".join(f"{c.statement.removesuffix(' ' + c.unit)} ({_word(c)})" for c in parts)
    verb = "exceeds" if over >= under else "falls short of"
    text = f"{parts_text} {verb} {whole.statement} ({_word(whole)}) by at least {_plain(by)}"
    return _break(rule.name, chosen, by, size, whole.unit, text)


def _break(rule: str, chosen: Sequence[Claim], by: float, size: float, unit: str, text: str) -> Inconsistency:
    days = [claim.as_of.last for claim in chosen]
    single = len({base_speaker(claim.speaker) for claim in chosen}) == 1
    return Inconsistency(
        subject=chosen[0].subject,
        rule=rule,
        claims=tuple(claim.id for claim in chosen),
        statements=tuple(claim.statement for claim in chosen),
        by=by,
        share=by / size if size > 0 else math.inf,
        unit=unit,
        days=(max(days) - min(days)).days,
        one_speaker=single,
        text=text,
    )


def _word(claim: Claim) -> str:
    return f"{claim.quantity.rpartition('_')[2]}, {base_speaker(claim.speaker)}, {claim.as_of}"


def _pairs(claims: Sequence[Claim], counts: frozenset[str]) -> Iterator[tuple[Claim, Claim]]:
    """Consecutive claims of one speaker and quantity."""
    series: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.quantity in counts:
            series[base_speaker(claim.speaker), claim.quantity].append(claim)
    for members in series.values():
        ordered = sorted(members, key=lambda claim: (claim.as_of.last, claim.id))
        ends = [claim.as_of.last for claim in ordered]
        for later in ordered:
            for earlier in ordered[: bisect_left(ends, later.as_of.first)]:
                if earlier.unit_of().same_kind(later.unit_of()):
                    yield earlier, later


def _decreased(earlier: Claim, later: Claim) -> Inconsistency | None:
    by = _allowed(earlier, later.unit)[0] - _allowed(later, later.unit)[1]
    if by <= 0:
        return None
    counts = f"{earlier.statement} by {earlier.as_of}, {later.statement} by {later.as_of}"
    text = f"{base_speaker(later.speaker)}: {counts}: a fall of {_plain(by)}"
    return _break(FALLS, (earlier, later), by, _allowed(earlier, later.unit)[0], later.unit, text)


def _plain(by: float) -> str:
    """A number without exponent: whole from a thousand on, else four digits."""
    return f"{by:,.0f}" if by >= 1000 else f"{by:.4g}"


def _doubts(breaks: Iterable[Inconsistency]) -> Iterator[SuspectClaim]:
    """For each subject and rule, the claims whose removal resolves most violations by size."""
    groups: dict[tuple[str, str], list[Inconsistency]] = defaultdict(list)
    for broken in breaks:
        groups[broken.subject, broken.rule].append(broken)
    for (subject, rule), members in groups.items():
        of: dict[str, list[Inconsistency]] = defaultdict(list)
        for broken in members:
            for name in broken.claims:
                of[name].append(broken)
        for name in sorted(of, key=lambda name: (-sum(broken.share for broken in of[name]), name))[:DOUBTED]:
            largest = max(broken.by for broken in of[name])
            yield SuspectClaim(name, subject, rule, len(of[name]), len(members), largest, members[0].unit)
