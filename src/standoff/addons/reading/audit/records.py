"""Records of an audit."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal[
    "consistent",
    "stale",
    "low",
    "high",
    "misdated",
    "contradicted",
    "misattributed",
    "merged",
    "arithmetic",
    "disputed",
    "not matched",
]
KINDS: dict[Kind, str] = {
    "consistent": "agrees with the ledger",
    "stale": "was right at an earlier date",
    "low": "lower than the ledger has it for its date",
    "high": "higher than the ledger has it for its date",
    "misdated": "the ledger has it at another date",
    "contradicted": "the ledger has the opposite, or another number",
    "misattributed": "said by another than the text says",
    "merged": "claims of several about one another, given as what each says of itself",
    "arithmetic": "does not add up with what else is claimed",
    "disputed": "others in the ledger say otherwise",
    "not matched": "no claim was found to compare it with, which says nothing about it",
}
Reason = Literal[
    "question",
    "not understood",
    "unconfirmed",
    "denied number",
    "possibility",
    "other actors",
    "too short",
    "no claim",
]
REASONS: dict[Reason, str] = {
    "question": "a question, which states nothing",
    "not understood": "no statement was understood: no number with a unit, date or speaker, and no actor with a known verb",
    "unconfirmed": "nobody asserts it",
    "denied number": "its number is denied",
    "possibility": "a condition, wish, plan or possibility",
    "other actors": "no number, and no actor that this ledger is about",
    "too short": "no number, and too few words to compare",
    "no claim": "no number, and no claim in words about its actors and words at its time",
}
WRONG: frozenset[str] = frozenset(KINDS) - {"consistent", "not matched"}


@dataclass(frozen=True)
class Cited:
    """A claim of the ledger behind a verdict."""

    id: str
    role: str  #: agrees, differs, then (right at that date), own (of the actor itself), part (of a sum)
    statement: str
    speaker: str
    side: str
    as_of: str
    quote: str  #: its quote, else its statement


@dataclass(frozen=True)
class AuditVerdict:
    """Verdict on one aspect of a statement."""

    kind: Kind
    row: str  #: id of the statement
    quote: str
    start: int
    end: int
    text: str  #: one or two sentences for a reader
    claims: tuple[Cited, ...]
    low: float | None = None  #: interval of the ledger for the date, in `unit`
    high: float | None = None
    unit: str = ""
    at: str = ""  #: reference date
    factor: float | None = None  #: number / nearest end of the interval
    right_on: str = ""  #: date at which it is right, for `stale`


@dataclass(frozen=True)
class UncomparedSentence:
    """A sentence without a verdict."""

    reason: Reason
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
