"""Which claims are about a part of a whole, so that no number can exceed 100 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.ledger.claim import Claim

WHOLE = {"%": 100.0, "1": 1.0}  #: unit of a share -> the share that is everything
PARTS = frozenset({"share", "public", "vote", "votes", "referendum"})  #: words of quantities that are parts of a whole
UNLIMITED = frozenset(
    {"growth", "change", "ratio", "rate", "tariff", "losses", "expenditure", "burden"}
)  #: words of quantities that may exceed 100 %, such as losses as a share of the force at the start


def is_share(claim: Claim) -> bool:
    """Whether the number of a claim is a part of a whole, which cannot exceed 100 %."""
    words = set(claim.quantity.split("_"))
    named = words & PARTS if claim.unit == "%" else words & {"share"}
    return claim.unit in WHOLE and bool(named) and not words & UNLIMITED
