"""A claim in short words: yes or no, with what it is about, for a fact without a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.addons.reading import actors
from standoff.addons.reading.audit.senses import STOP
from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.ledger import Claim

COUNTED = each("rank level share ratio number count index")  #: last words of quantities that are no facts


def facts(claims: Iterable[Claim]) -> frozenset[Claim]:
    """Claims of yes or no: quantities whose numbers are 0 and 1 only."""
    by: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.numbers and claim.unit == "1" and claim.quantity.rpartition("_")[2] not in COUNTED:
            by.setdefault((claim.subject, claim.quantity), []).append(claim)
    return frozenset(c for group in by.values() if all(set(one.numbers) <= {0, 1} for one in group) for c in group)


def content(claim: Claim, yes_or_no: bool = False) -> str:
    """A claim in short; without a unit, its quantity says what is counted."""
    if not claim.numbers or claim.unit != "1":
        return claim.statement
    words = claim.quantity.split("_")
    label = " ".join((word not in STOP and actors.name(word.upper())) or word for word in words)
    if yes_or_no:
        code, _, part = claim.subject.partition(".")
        owner = " ".join(filter(None, (actors.name(code) or code, part)))
        return f"{owner}, {label}: {'no' if claim.numbers == (0,) else 'yes'}"
    return f"{claim.statement.removesuffix(' 1')} ({label})"
