"""A claim in short words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.addons.reading import actors

if TYPE_CHECKING:
    from standoff.ledger import Claim


def content(claim: Claim) -> str:
    """A claim in short; without a unit, its quantity says what is counted."""
    if not claim.numbers or claim.unit != "1":
        return claim.statement
    label = " ".join((len(word) == 3 and actors.name(word.upper())) or word for word in claim.quantity.split("_"))
    return f"{claim.statement.removesuffix(' 1')} ({label})"
