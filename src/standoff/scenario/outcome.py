"""Outcomes of questions, for scoring only: `yes @claim-id`. A run never reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standoff import beliefs
from standoff.beliefs import Belief
from standoff.errors import BeliefError

NEVER = "never"  #: of a time or `first_of`: not by the date of the question
FORMS = "`yes @claim-id`, `no @claim-id`, `12 thousand person @claim-id`, `7 month @claim-id`, `never @claim-id`"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a question, with its claims."""

    value: str  #: yes, no, never, a label, or a number with its unit, as written
    sources: tuple[str, ...]  #: claim ids

    def number(self) -> Belief:
        """The number or range of the outcome; raises `BeliefError` if it has none."""
        belief = beliefs.parse(self.value)
        if belief.shape not in {"point", "range"}:
            raise BeliefError(
                f"`{self.value}` is neither a number nor a range", allowed="`12 person`, `9 to 14 person`"
            )
        return belief

    def __str__(self) -> str:
        return f"{self.value}{''.join(f' @{source}' for source in self.sources)}"


def parse(raw: Any) -> Outcome:
    """Parse an outcome; raises `BeliefError` with the allowed forms."""
    if isinstance(raw, Outcome):
        return raw
    if isinstance(raw, bool):  # YAML reads a lone yes so
        raw = "yes" if raw else "no"
    if not isinstance(raw, str | int | float):
        raise BeliefError(f"`{str(raw)[:60]}` is not an outcome", allowed=FORMS)
    text = str(raw)
    match = beliefs.SOURCES.match(text) if len(text) <= beliefs.LIMIT else None
    if match is None or not match.group(1).strip():
        raise BeliefError(
            f"`{text[:60]}` has no result or no claim",
            allowed=FORMS,
            fix="name the claim after an `@`; it may be of any date",
        )
    return Outcome(" ".join(match.group(1).split()), tuple(word.removeprefix("@") for word in match.group(2).split()))
