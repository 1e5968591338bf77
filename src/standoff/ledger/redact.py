"""Redact claims published after a cut-off date, to prevent look-ahead."""

from __future__ import annotations

from standoff.dates import PartialDate
from standoff.ledger.claim import Claim
from standoff.ledger.ledger import Day, Ledger

UNSAID = "content not published by the cut-off date"


def redact_after(ledger: Ledger, day: Day) -> Ledger:
    """All claims in order; those published after `day` keep only id, subject, speaker, dates.

    A scenario may still cite them, but their numbers and quotes are removed. Dates are checked here independently of
    `Ledger.as_of`, so that a fault in one of the two checks shows in the other.
    """
    limit = PartialDate.parse(day).first
    return Ledger(tuple(claim if claim.published.last <= limit else _redacted(claim) for claim in ledger), ledger.words)


def _redacted(claim: Claim) -> Claim:
    return claim.model_copy(
        update={
            "value": None,
            "low": None,
            "high": None,
            "unit": "",
            "comparator": None,
            "quote": None,
            "note": "",
            "proposition": "" if claim.retracts else UNSAID,
        }
    )
