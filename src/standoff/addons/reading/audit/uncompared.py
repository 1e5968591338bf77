"""Sentences of a text without any verdict, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.addons.reading import actors
from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.link import stemmed
from standoff.addons.reading.audit.records import UncomparedSentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.addons.reading.audit.records import AuditVerdict, Reason
    from standoff.addons.reading.sentences import Span
    from standoff.addons.reading.statement import Statement

FEWEST = 3  # words of content that can be compared


def find(
    text: str,
    sentences: Sequence[Span],
    rows: Sequence[Statement],
    verdicts: Sequence[AuditVerdict],
    names: frozenset[str],
) -> Iterator[UncomparedSentence]:
    """The sentences in which no verdict begins; `names` are the actors that the ledger is about."""
    for one in sentences:
        if not any(one.start <= verdict.start < one.end for verdict in verdicts):
            quote = text[one.start : one.end]
            own = [row for row in rows if one.start <= row.start < one.end]
            yield UncomparedSentence(_reason(quote, own, names), quote, one.start, one.end)


def _reason(quote: str, rows: Sequence[Statement], names: frozenset[str]) -> Reason:
    """Why a sentence was not compared: the first reason that applies."""
    if quote.endswith("?"):
        return "question"
    if not rows:
        return "not understood"
    if any(row.polarity == "unconfirmed" for row in rows):
        return "unconfirmed"
    if any(row.modality == "planned" for row in rows):
        return "possibility"
    if any(row.comparator for row in rows):
        return "denied number"
    if names.isdisjoint({base(m.code) for m in actors.mentions(quote)}):
        return "other actors"
    return "too short" if len(stemmed(quote)) < FEWEST else "no claim"
