"""Records of an audit."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "consistent": "one claim of the ledger says the same, part by part",
    "contradicted": "one part differs from what the ledger has: the part is named",
    "arithmetic": "does not add up with what else is claimed",
    "near": "not confirmed: a claim is near, and differs in the part that is named",
    "not matched": "no claim was found to compare it with, which says nothing about it",
}
REASONS = {
    "question": "a question, which states nothing",
    "not understood": "no statement was understood: no number with a unit, date or speaker, and no actor with a known verb",
    "unconfirmed": "nobody asserts it",
    "denied number": "its number is denied",
    "possibility": "a condition, wish, plan or possibility",
    "other actors": "no number, and no actor that this ledger is about",
    "too short": "no number, and too few words to compare",
    "no claim": "no number, and no claim in words about its actors and words at its time",
}
WRONG: frozenset[str] = frozenset({"contradicted", "arithmetic"})


@dataclass(frozen=True)
class Cited:
    """A claim of the ledger behind a verdict."""

    id: str
    role: str  #: agrees, differs, part (of a sum)
    statement: str
    speaker: str
    side: str
    as_of: str
    quote: str  #: its quote, else its statement


@dataclass(frozen=True)
class AuditVerdict:
    """Verdict on one aspect of a statement."""

    kind: str  #: of `KINDS`
    row: str  #: id of the statement
    quote: str
    start: int
    end: int
    text: str  #: one or two sentences for a reader
    claims: tuple[Cited, ...]
    slot: str = ""  #: part that differs: number, unit, period, change, date, speaker, subject, polarity or actor
    nearest: tuple[str, ...] = ()  #: the three nearest quantities of the ledger, where none was linked


@dataclass(frozen=True)
class UncomparedSentence:
    """A sentence without a verdict."""

    reason: str  #: of `REASONS`
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class TextAudit:
    """A text and its verdicts, in the order of the text."""

    name: str
    case: str
    ledger: str  #: digest
    as_of: str  #: cut-off date of publication; empty for none
    text_date: str  #: date of statements without a date, and its origin
    rows: int
    sentences: int
    unread: int  #: sentences in which no statement was understood
    checked: int  #: sentences that were compared with a claim
    left_out: tuple[str, ...]  #: number of claims that were read from this text and are therefore excluded
    verdicts: tuple[AuditVerdict, ...]
    uncompared: tuple[UncomparedSentence, ...] = ()  #: sentences without a verdict

    @property
    def wrong(self) -> tuple[AuditVerdict, ...]:
        """Verdicts that need attention."""
        return tuple(verdict for verdict in self.verdicts if verdict.kind in WRONG)

    @property
    def counts(self) -> dict[str, int]:
        """Number of verdicts of each kind."""
        result = Counter(verdict.kind for verdict in self.verdicts)
        return {kind: result[kind] for kind in KINDS if result[kind]}

    @property
    def reasons(self) -> dict[str, int]:
        """Number of sentences without a verdict by reason."""
        result = Counter(one.reason for one in self.uncompared)
        return {reason: result[reason] for reason in REASONS if result[reason]}

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "counts": self.counts, "reasons": self.reasons}
