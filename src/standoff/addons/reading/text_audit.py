"""Audit a text against a ledger, with accounting rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standoff.addons.reading.audit import TextAudit
from standoff.addons.reading.audit import audit as audit_text
from standoff.analysis.consistency import RULES, check_consistency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Ledger


def audit(
    text: str,
    ledger: Ledger,
    *,
    name: str = "text",
    case: str = "",
    published: str = "",
    as_of: str = "",
    rates: Mapping[str, str] | None = None,
    corrections: Mapping[str, Mapping[str, Any]] | None = None,
    rows: Sequence[Statement] | None = None,
) -> TextAudit:
    """Compare each statement of a text with one claim of a ledger.

    published: day of the text; as_of: claims published later are not used (both YYYY-MM-DD, YYYY-MM or YYYY). rates:
    units and currencies by their value, such as `{"EUR": "1.08 USD"}`. corrections: of the quantity cards. rows: the
    statements, where they were read before. Raises `LedgerError` for a wrong date.
    """
    return audit_text(
        text,
        ledger,
        name=name,
        case=case,
        published=published,
        as_of=as_of,
        rates=rates,
        corrections=corrections,
        rows=rows,
        rules=RULES,
        breaks=lambda claims, day, subject: check_consistency(claims, as_of=day, subject=subject).breaks,
    )
