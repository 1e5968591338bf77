"""What an audit gives: frozen records."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal[
    "consistent", "stale", "low", "high", "misattributed", "merged", "arithmetic", "disputed", "not in the ledger"
]
KINDS: dict[Kind, str] = {
    "consistent": "agrees with the ledger",
    "stale": "was right at an earlier date",
    "low": "lower than the ledger has it for its date",
    "high": "higher than the ledger has it for its date",
    "misattributed": "said by another than the text says",
    "merged": "claims of several about one another, given as what each says of itself",
    "arithmetic": "does not add up with what else is claimed",
    "disputed": "others in the ledger say otherwise",
    "not in the ledger": "nothing in the ledger answers it",
}
WRONG: frozenset[str] = frozenset({"stale", "low", "high", "misattributed", "merged", "arithmetic", "disputed"})


@dataclass(frozen=True)
class Cited:
    """A claim of the ledger behind a verdict."""

    id: str
    role: str  #: agrees, differs, then (right at that date), own (of the actor itself), part (of a sum)
    statement: str
    speaker: str
    side: str
    as_of: str
    quote: str  #: its words where it has them, else what it says


@dataclass(frozen=True)
class AuditVerdict:
    """What one statement of the text is worth in one respect."""

    kind: Kind
    row: str  #: id of the row
    quote: str
    start: int
    end: int
    text: str  #: one or two sentences for a reader
    claims: tuple[Cited, ...]
    low: float | None = None  #: what the ledger has for the date, in `unit`
    high: float | None = None
    unit: str = ""
    at: str = ""  #: the date that was looked at
    factor: float | None = None  #: the text's number over the nearest end of that
    right_on: str = ""  #: for `stale`


@dataclass(frozen=True)
class TextAudit:
    """A text and its verdicts, in the order of the text."""

    name: str
    case: str
    ledger: str  #: digest
    as_of: str  #: nothing published later was used; empty for everything
    text_date: str  #: what undated statements were set against, and where it comes from
    rows: int
    left_out: tuple[str, ...]  #: claims of the ledger that were read from this text and so say nothing about it
    verdicts: tuple[AuditVerdict, ...]

    @property
    def wrong(self) -> tuple[AuditVerdict, ...]:
        """Verdicts that a reader must look at."""
        return tuple(verdict for verdict in self.verdicts if verdict.kind in WRONG)

    @property
    def counts(self) -> dict[str, int]:
        """How many verdicts of each kind."""
        result = Counter(verdict.kind for verdict in self.verdicts)
        return {kind: result[kind] for kind in KINDS if result[kind]}

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "counts": self.counts}
