"""Missing groups: contradictions without `conflict`, likely relays without `origin`.

A pair of claims lacks a conflict group where both give the same quantity of the same subject for dates at most 31 days
apart, come from different sources, and do not agree within their comparators. The pair is covered where each claim is
in a group, or where a group of one of them contains the other source with its number for another day of its series.

A pair looks like a relay where two speakers give one number for such dates, one of them later than the other, and share
no origin. Only their sources can show whether it is one: two may count alike. Numbers computed by this ledger are left
out, and so are 0 and 1, which stand for no and yes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from standoff.ledger import conflicts
from standoff.ledger.claim import Claim

Kind = Literal["conflict", "origin"]


@dataclass(frozen=True)
class MissingGroup:
    """Two claims that probably lack a group."""

    kind: Kind  #: kind of the missing group
    claims: tuple[str, str]  #: ids, by date of publication and then by id
    text: str  #: one sentence for a reader


def find_missing_groups(claims: Iterable[Claim]) -> tuple[MissingGroup, ...]:
    """All missing groups among `claims`, independent of their order."""
    ordered = sorted(claims, key=lambda claim: claim.id)
    answering: dict[str, set[str]] = defaultdict(set)
    for claim in ordered:
        if claim.conflict:
            answering[claim.conflict] |= conflicts.source_names(claim)
    gaps = [
        _gap("conflict", a, b)
        for a, b in conflicts.disagreeing_pairs(ordered)
        if not (a.conflict and b.conflict)
        and not any(
            one.conflict and answering[one.conflict] & conflicts.source_names(other) for one, other in ((a, b), (b, a))
        )
    ]
    gaps += [_gap("origin", a, b) for a, b in _alike(ordered)]
    return tuple(sorted(gaps, key=lambda gap: (gap.kind, gap.claims)))


def _alike(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Pairs that look like a relay."""
    by_number: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.unit and claim.basis != "computed" and set(claim.numbers) - {0, 1}:
            unit = claim.unit_of()
            numbers = tuple(float(f"{number * unit.factor:.9g}") for number in claim.numbers)
            by_number[claim.subject, claim.quantity, unit.dims, numbers].append(claim)
    for members in by_number.values():
        for a, b in combinations(members, 2):
            near = abs((a.as_of.last - b.as_of.last).days) <= conflicts.SAME_TIME_DAYS
            if (
                near
                and a.published.last != b.published.last
                and not conflicts.source_names(a) & conflicts.source_names(b)
            ):
                yield a, b


def _gap(kind: Kind, a: Claim, b: Claim) -> MissingGroup:
    a, b = sorted((a, b), key=lambda claim: (claim.published.last, claim.id))
    quotes = "; ".join(f"{claim.speaker} ({claim.as_of}): {claim.statement.rstrip('.')}" for claim in (a, b))
    head = "differ and are in no conflict group" if kind == "conflict" else "are alike and share no origin"
    return MissingGroup(kind, (a.id, b.id), f"{a.subject} {a.quantity}: two claims {head}: {quotes}")
