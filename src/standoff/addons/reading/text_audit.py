"""Audit a text against a ledger, with reconciled intervals and accounting rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standoff.addons.reading import interval_cache
from standoff.addons.reading.audit import Estimate, TextAudit
from standoff.addons.reading.audit import audit as audit_text
from standoff.analysis.consistency import RULES, check_consistency

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    reconcile: bool = False,
) -> TextAudit:
    """Compare each quantitative, dated or disputed statement of a text with a ledger's claims.

    published: day of the text; as_of: claims published later are not used (both YYYY-MM-DD, YYYY-MM or YYYY). rates:
    units and currencies by their value, such as `{"EUR": "1.08 USD"}`. reconcile: reconcile the claims behind each number
    (half a minute each, then cached); otherwise only cached intervals are used. Raises `LedgerError` for a wrong date.
    """

    def estimate(used: Ledger, quantity: str, subject: str, day: Any) -> Estimate | None:
        result = interval_cache.cached_interval(used, quantity, subject, day, as_of=as_of, compute=reconcile)
        return None if result is None else Estimate(result.low, result.median, result.high, result.unit, result.claims)

    return audit_text(
        text,
        ledger,
        name=name,
        case=case,
        published=published,
        as_of=as_of,
        rates=rates,
        estimate=estimate,
        rules=RULES,
        breaks=lambda claims, day, subject: check_consistency(claims, as_of=day, subject=subject).breaks,
    )
