"""Anchors: prior probabilities, such as `12 % by 2027-12 @source`, that constants meet."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from standoff import beliefs
from standoff.beliefs import Belief
from standoff.errors import BeliefError
from standoff.scenario import calendar

FORMS = "`12 % by 2027-12 @claim-id`"
DATED = re.compile(r"^(.*\S)\s+by\s+(\S+)$")


@dataclass(frozen=True)
class Anchor:
    """A prior probability that an option has been in force from `as_of` up to a date."""

    prior: Belief  #: a point, with its sources
    by: str  #: a month or a day

    def __str__(self) -> str:
        sources = "".join(f" @{source}" for source in self.prior.sources)
        return f"{replace(self.prior, sources=())} by {self.by}{sources}"


def parse(raw: Any) -> Anchor:
    """Parse an anchor; raises `StandoffError` with the allowed form."""
    if isinstance(raw, Anchor):
        return raw
    text, sources = beliefs.split_sources(str(raw)[: beliefs.LIMIT])
    match = DATED.match(text)
    if match is None:
        raise BeliefError(
            f"`{text[:60]}` has no date", allowed=FORMS, fix="write `by` and a date after the probability"
        )
    calendar.last_day(match.group(2))
    return Anchor(point(replace(beliefs.parse(match.group(1)), sources=sources)), match.group(2))


def point(prior: Belief) -> Belief:
    """A prior probability; raises `BeliefError` if it is not one number."""
    if prior.shape != "point":
        raise BeliefError(
            f"`{replace(prior, sources=())}` is not one number",
            allowed=FORMS,
            fix="write its middle; `inclination` has a range of its own",
        )
    return prior
