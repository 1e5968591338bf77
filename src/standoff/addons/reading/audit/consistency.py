"""Check numbers of a text against accounting rules.

The statements of the text are added to the claims, and a violation that occurs with one of them and not without it is
reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import draft_claims
from standoff.addons.reading.audit.judge import verdict_on
from standoff.addons.reading.audit.ranges import agrees, of_claim
from standoff.analysis.consistency import check_consistency
from standoff.dates import PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim, Ledger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from standoff.addons.reading.audit.records import AuditVerdict
    from standoff.addons.reading.statement import Statement

NEAR_DAYS = 92  # assumption: claims of one quarter are about one time


@dataclass(frozen=True, eq=False)
class Stated:
    """A number of the text as a claim about one actor."""

    row: Statement
    claim: Claim
    day: dt.date


def stated(row: Statement, quantity: str, title: str, text_date: str) -> Stated | None:
    """The claim of a statement that is linked to a quantity; undated at the date of the text."""
    published = max(text_date, draft_claims.last_day(row))
    data = next(iter(draft_claims.drafts(replace(row, quantity=quantity), title, published)), None)
    if data is None:
        return None
    try:
        claim = Claim.parse({**data, "id": f"text-{row.id}", "status": "accepted"})
    except LedgerError:
        return None
    return Stated(row, claim, PartialDate.parse(row.as_of or text_date).last) if claim.numbers else None


def judge(about: Sequence[Stated], claims: Sequence[Claim], day: str) -> list[AuditVerdict]:
    """One verdict per statement that violates a rule."""
    selected, taken = {one.claim.id: one for one in about}, {claim.id for claim in claims}
    ledger = Ledger((*claims, *(one.claim for one in about if one.claim.id not in taken)))
    out: dict[str, AuditVerdict] = {}
    for subject in sorted({one.claim.subject for one in about}):
        for broken in check_consistency(ledger, as_of=day, subject=subject).breaks:
            for one in (selected[name] for name in broken.claims[::-1] if name in selected):
                if one.row.id not in out and not any(
                    agrees(of_claim(one.claim), of_claim(claim)) for claim in _others(one, ledger, selected)
                ):
                    out[one.row.id] = _verdict(one, broken, ledger, selected)
    return list(out.values())


def _others(one: Stated, ledger: Ledger, selected: Mapping[str, Stated]) -> Iterator[Claim]:
    """Claims about the same quantity and time; where one agrees, another is to blame."""
    for claim in ledger:
        same = (claim.subject, claim.quantity) == (one.claim.subject, one.claim.quantity) and claim.id not in selected
        near = abs((claim.as_of.last - one.day).days) <= NEAR_DAYS
        if same and near and claim.basis != "computed" and claim.status != "disputed":
            yield claim


def _verdict(one: Stated, broken: Any, ledger: Ledger, selected: Mapping[str, Stated]) -> AuditVerdict:
    claims = [ledger[name] for name in broken.claims]
    parts = [(claim, "part") for claim in claims if claim.id not in selected]
    return verdict_on(
        one.row, "arithmetic", f"{broken.rule}: {broken.text}.", parts, slot="number", unit=broken.unit, at=str(one.day)
    )
