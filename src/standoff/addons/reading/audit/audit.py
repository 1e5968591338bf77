"""Audit a whole text against a ledger."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import draft_claims, headings, pipeline, sentences
from standoff.addons.reading.audit import consistency, uncompared
from standoff.addons.reading.audit.judge import Judge
from standoff.addons.reading.audit.records import AuditVerdict, TextAudit
from standoff.addons.reading.audit.veto import doubted
from standoff.addons.reading.audit.words import Words
from standoff.addons.reading.speakers import AUTHOR
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import LedgerError
from standoff.ledger.cards import cards as make_cards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from standoff.addons.reading.language_model import Ask
    from standoff.addons.reading.sentences import Span
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim, Ledger


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
    ask: Ask | None = None,
) -> TextAudit:
    """Compare each statement of a text with one claim of a ledger.

    published: the day of the text; by default undated statements are compared at the last date that it names.
    as_of: claims published later are not used; by default the day of the text, where it is given.
    rates: units and currencies by their value, such as `{"EUR": "1.08 USD"}`. corrections: of the quantity cards.
    rows: the statements, where they were read before. ask: a language model, which may take back what was confirmed.
    Claims of the ledger that were read from this text are not used, nor those by authors of other texts, who relay.
    Dates are YYYY-MM-DD, YYYY-MM or YYYY; raises `LedgerError` for another.
    """
    for day in (published, as_of):
        _checked(day)
    rows = pipeline.read(text, published) if rows is None else rows
    named = [draft_claims.last_day(row) for row in rows if row.as_of]
    limit = as_of or published or max(named, default="")
    used, gone = _used(text, ledger, limit)
    day, why = _text_date(named, published, used)
    judge = Judge(make_cards(used, ledger.vocabulary, corrections), used, rates)
    words = Words(used)
    verdicts = [*_verdicts(rows, judge, words, day), *_arithmetic(rows, judge, used, name, day)]
    if ask is not None:
        verdicts = doubted(verdicts, ask)
    order = sorted(verdicts, key=lambda verdict: (verdict.start, verdict.kind))
    spans = list(sentences.sentences(text))
    titles = headings.find(text, spans)
    spans = [one for one in spans if one not in titles]
    compared = [verdict for verdict in order if verdict.kind != "not matched"]
    return TextAudit(
        name=name,
        case=case,
        ledger=ledger.hash,
        as_of=limit,
        text_date=f"{day} ({why})",
        rows=len(rows),
        sentences=len(spans),
        unread=sum(not any(_inside(row.start, one) for row in rows) for one in spans),
        checked=sum(any(_inside(verdict.start, one) for verdict in compared) for one in spans),
        left_out=tuple(sorted(gone)),
        verdicts=tuple(order),
        uncompared=tuple(uncompared.find(text, spans, rows, order, words.names)),
    )


def _used(text: str, ledger: Ledger, limit: str) -> tuple[list[Claim], set[str]]:
    """The claims that may speak about a text, and the ids of those that were read from it."""
    known = (ledger.as_of(limit) if limit else ledger).not_retracted()
    plain = _plain(text)
    selected = [claim for claim in known if claim.quote is not None and _plain(claim.quote.text) in plain]
    origins = {(claim.source.title, claim.speaker) for claim in selected}
    gone = {claim.id for claim in known if claim in selected or (claim.source.title, claim.speaker) in origins}
    used = [
        claim
        for claim in known
        if claim.id not in gone
        and claim.side != AUTHOR
        and not (claim.numbers and (claim.basis == "computed" or claim.status == "disputed"))
    ]
    return used, gone


def _verdicts(rows: Sequence[Statement], judge: Judge, words: Words, day: str) -> Iterator[AuditVerdict]:
    """Verdicts on what is asserted: numbers by their quantity, everything else by its words."""
    for row in rows:
        said, unconfirmed = row.modality == "said", row.polarity == "unconfirmed"
        verdict = judge.judge(row, day) if row.comparator and row.polarity == "positive" else None
        if verdict is None or verdict.kind == "not matched":  # that somebody has not admitted it is said by the author
            own = replace(row, polarity="negative") if unconfirmed else row
            verdict = (words.judge(own) or verdict) if said and not (unconfirmed and row.comparator) else None
        if verdict is not None:
            yield verdict


def _arithmetic(
    rows: Sequence[Statement], judge: Judge, used: Sequence[Claim], name: str, day: str
) -> list[AuditVerdict]:
    """Verdicts on numbers that violate accounting rules."""
    about = []
    for row in rows:
        if row.comparator and row.polarity == "positive" and row.subject and not row.per and not row.doubts:
            card = judge.linker.link(row, row.subject).card
            about += [] if card is None else consistency.stated(row, card.quantity, name, day)
    return consistency.judge(about, used, max([day, *(str(one.day) for one in about)]))


def _inside(index: int, span: Span) -> bool:
    return span.start <= index < span.end


def _text_date(named: Sequence[str], published: str, used: Sequence[Claim]) -> tuple[str, str]:
    if published:
        return str(PartialDate.parse(published).last), "published"
    if named:
        return max(named), "the last date that the text names; no claim published later is used"
    last = max((claim.published.last for claim in used), default=PartialDate(2000).last)
    return str(last), "the last date of the ledger"


def _checked(day: str) -> None:
    if day:
        try:
            PartialDate.parse(day)
        except ValueError as error:
            raise LedgerError(str(error), allowed=ALLOWED) from None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").casefold()
