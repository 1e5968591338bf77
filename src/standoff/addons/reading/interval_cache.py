"""Cache of reconciled intervals: a fit takes half a minute, reading the cache needs no JAX.

An interval is stored under a digest of its claims, the settings of the reconciliation and the version, so that no
outdated interval is used.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass

from standoff.errors import ModelError
from standoff.files import cache_dir, read_cached, write_cached
from standoff.inference import _optional
from standoff.ledger import Claim, Ledger
from standoff.versions import VERSION

LEAST_CLAIMS = 3  #: assumption: fewer claims need no reconciliation
MOST = 5_000  #: number of intervals on disk, 200 bytes each; assumption
LATER = 366  #: days after a claim's date beyond which repeats are rare; assumption


@dataclass(frozen=True)
class CachedInterval:
    """A quantity on a day, given every claim: central 90 %."""

    low: float
    median: float
    high: float
    unit: str
    claims: tuple[str, ...]


def cached_interval(
    ledger: Ledger, quantity: str, subject: str, day: dt.date, *, as_of: str = "", compute: bool = False
) -> CachedInterval | None:
    """The cached interval; with `compute`, fitted if absent. None with too few claims.

    as_of: only claims published by that day; a year after `day` where left out.
    """
    family = ledger.vocabulary.family_of(quantity)
    claims = [
        claim
        for claim in ledger.not_retracted()
        if claim.quantity in family.quantities and claim.numbers and claim.basis != "computed"
    ]
    if sum(claim.subject == subject and claim.quantity == quantity for claim in claims) < LEAST_CLAIMS:
        return None
    limit = as_of or str(day + dt.timedelta(days=LATER))
    folder = cache_dir("reconciled")
    key = _digest(claims, quantity, subject, str(day), limit, repr(ledger.vocabulary))
    path = None if folder is None else folder / key
    raw = None if path is None else read_cached(path)
    if raw is not None:
        data = json.loads(raw)
        return CachedInterval(**{**data, "claims": tuple(data["claims"])})
    if not compute:
        return None
    result = _fitted(ledger, quantity, subject, str(day), limit)
    if result is not None and path is not None:
        write_cached(path, json.dumps(asdict(result)).encode(), MOST)
    return result


def _fitted(ledger: Ledger, quantity: str, subject: str, day: str, limit: str) -> CachedInterval | None:
    from standoff.inference.reconcile.reconcile import reconcile  # JAX, which a cached interval needs not

    _optional.require()
    try:
        result = reconcile(ledger, quantity, subject, as_of=limit, at=day, refits=0)
    except ModelError:
        return None
    return CachedInterval(
        result.at.low, result.at.median, result.at.high, result.unit, tuple(claim.id for claim in result.claims)
    )


def _digest(claims: list[Claim], *text: str) -> str:
    lines = sorted(claim.line() for claim in claims)
    return hashlib.sha256("\n".join([VERSION, *text, *lines]).encode()).hexdigest()[:32]
