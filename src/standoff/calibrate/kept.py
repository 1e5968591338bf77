"""Reconciled intervals, kept on disk: fitting takes half a minute, reading what was fitted no time and no JAX.

An interval is kept under a digest of the claims that it rests on, of what was asked and of the version, so that nothing
stale is found.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from standoff import __version__
from standoff.calibrate.definitions import family_of
from standoff.errors import ModelError

if TYPE_CHECKING:
    import datetime as dt

    from standoff.ledger import Claim, Ledger

LEAST_CLAIMS = 3  #: assumption: fewer claims are no rivals
LATER = 366  #: days after its own after which a number is told anew so seldom that waiting adds nothing; assumption


@dataclass(frozen=True)
class Kept:
    """A quantity on a day, given every claim: central 90 %."""

    low: float
    median: float
    high: float
    unit: str
    claims: tuple[str, ...]


def folder() -> Path:
    """Where intervals are kept, as the desktop convention has it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standoff" / "reconciled"


def interval(
    ledger: Ledger, quantity: str, subject: str, day: dt.date, *, as_of: str = "", compute: bool = False
) -> Kept | None:
    """What was kept; with `compute`, fitted and kept where it is not. None where the claims say too little.

    as_of: only claims published by that day; a year after `day` where left out.
    """
    family = family_of(quantity)
    claims = [
        claim
        for claim in ledger.active()
        if claim.quantity in family.quantities and claim.numbers and claim.basis != "computed"
    ]
    if sum(claim.subject == subject and claim.quantity == quantity for claim in claims) < LEAST_CLAIMS:
        return None
    limit = as_of or _later(day)
    path = folder() / f"{_digest(claims, quantity, subject, str(day), limit)}.json"
    if path.is_file():
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return Kept(**{**data, "claims": tuple(data["claims"])})
        except (OSError, ValueError, TypeError, KeyError):
            path.unlink(missing_ok=True)
    if not compute:
        return None
    found = _fitted(ledger, quantity, subject, str(day), limit)
    if found is not None:
        _keep(found, path)
    return found


def _fitted(ledger: Ledger, quantity: str, subject: str, day: str, limit: str) -> Kept | None:
    from standoff.calibrate import extras
    from standoff.calibrate.reconcile import reconcile

    extras.require()
    try:
        found = reconcile(ledger, quantity, subject, as_of=limit, at=day, refits=0)
    except ModelError:
        return None
    return Kept(found.at.low, found.at.median, found.at.high, found.unit, tuple(claim.id for claim in found.claims))


def _keep(found: Kept, path: Path) -> None:
    """Whole or not at all; a disk that cannot be written costs only the time of fitting again."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(found)), encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def _later(day: dt.date) -> str:
    import datetime

    return str(day + datetime.timedelta(days=LATER))


def _digest(claims: list[Claim], *asked: str) -> str:
    lines = sorted(claim.line() for claim in claims)
    return hashlib.sha256("\n".join([__version__, *asked, *lines]).encode()).hexdigest()[:32]
