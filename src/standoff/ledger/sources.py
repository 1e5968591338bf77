"""Source resolution: relays count as one observation of their origin, at its date.

An origin's principal is the speaker whose name the origin bears, else its first speaker, else its most frequent one. A
claim by any other speaker in the group is a relay: it has the principal's bias and error, and where the principal gave
the same quantity, its date. Where the principal publishes a continuing series, such as a running count, a relay adds
nothing and is left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from standoff.errors import ModelError, did_you_mean, join_limited
from standoff.ledger import Claim
from standoff.ledger.vocabulary import Vocabulary, package

ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
SERIES = 3  #: assumption: number of dates of a source that make a running count
BY_NAME = ", by name"  #: suffix of the name of a source of lower bounds
FLOORS = frozenset({"exact", "about", "over", "at_least"})


@dataclass(frozen=True)
class SourcedClaim:
    """A claim with its resolved source."""

    claim: Claim
    source: str
    side: str  #: side of the source
    day: dt.date  #: date that the number is about
    shared_report: str  #: claims of one report share an error
    floor: bool  #: whether it is a count of recorded cases, a lower bound
    exclusion_reason: str = ""  #: reason for its exclusion, if any


def base_speaker(speaker: str) -> str:
    """A speaker without parentheses: intermediary, method, in person."""
    return ASIDE.sub("", speaker) or speaker


def is_lower_bound_count(claim: Claim, words: Vocabulary | None = None) -> bool:
    """Whether a claim counts by name or by records: a lower bound, whatever its comparator.

    words: definitions of sides and quantities; by default those of the package
    """
    return claim.comparator in FLOORS and (words or package()).counted_by_name(
        f"{claim.speaker} {claim.note}".casefold()
    )


def resolve_sources(
    claims: Iterable[Claim], among: Iterable[Claim], relays: bool = True, words: Vocabulary | None = None
) -> list[SourcedClaim]:
    """Claims with their sources, in order. Without `relays`, every speaker is a source.

    among: the ledger, whose other quantities help to identify the principal of an origin.
    words: definitions of sides and quantities; by default those of the package.
    """
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in among:
        if claim.origin and relays and claim.basis != "computed":
            groups[claim.origin].append(claim)
    principal = {origin: _principal(origin, members) for origin, members in groups.items()}
    running = {
        origin
        for origin, members in groups.items()
        if len({claim.as_of.last for claim in members if base_speaker(claim.speaker) == principal[origin]}) >= SERIES
    }
    sides = {
        (claim.origin, base_speaker(claim.speaker)): claim.side for members in groups.values() for claim in members
    }

    def sourced(claim: Claim) -> SourcedClaim:
        speaker, day, why = base_speaker(claim.speaker), claim.as_of.last, ""
        voice = principal.get(claim.origin, speaker)
        side = sides[claim.origin, voice] if claim.origin in principal else claim.side
        if voice != speaker:
            if claim.origin in running:
                why = f"relays the running count of {voice}"
            days = [
                other.as_of.last
                for other in groups[claim.origin]
                if base_speaker(other.speaker) == voice and other.quantity == claim.quantity and other.as_of.last <= day
            ]
            day = max(days, default=day)
        floor = is_lower_bound_count(claim, words)
        voice += BY_NAME * floor
        report = f"{claim.origin} {voice} {claim.quantity} {day}" if claim.origin in principal else claim.id
        return SourcedClaim(claim, voice, side, day, report, floor, why)

    return list(map(sourced, claims))


def exclude(claims: Sequence[SourcedClaim], words: Collection[str]) -> list[SourcedClaim]:
    """Claims without those of a side, source, speaker or id; unknown words are errors."""
    names = [
        {item.side, item.source, item.claim.speaker, base_speaker(item.claim.speaker), item.claim.id} for item in claims
    ]
    known = sorted(set().union(*names))
    for word in words:
        if word not in known:
            raise ModelError(
                f"no claim is by `{word}`",
                "--without",
                allowed=join_limited({i.side for i in claims}) + ", a speaker, or the id of a claim",
                fix=did_you_mean(word, known),
            )
    return [
        item if not (own_names & set(words)) else replace(item, exclusion_reason="left out on request")
        for item, own_names in zip(claims, names, strict=True)
    ]


def _principal(origin: str, members: Sequence[Claim]) -> str:
    often = Counter(base_speaker(claim.speaker) for claim in members)
    words = set(origin.split("-"))

    def rank(claim: Claim) -> tuple[int, dt.date, int, str]:
        shared = len(words & set(re.findall(r"[a-z]+", base_speaker(claim.speaker).casefold())))
        return (-shared, claim.published.last, -often[base_speaker(claim.speaker)], claim.id)

    return base_speaker(min(members, key=rank).speaker)
