"""Audit a whole text against a ledger."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors, draft_claims, headings, pipeline, sentences
from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.judge import Judge, verdict_on
from standoff.addons.reading.audit.link import stemmed
from standoff.addons.reading.audit.records import AuditVerdict, TextAudit, UncomparedSentence
from standoff.addons.reading.audit.veto import doubted
from standoff.addons.reading.audit.words import Words
from standoff.addons.reading.speakers import AUTHOR
from standoff.analysis.consistency import check_consistency
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim, Ledger
from standoff.ledger.cards import cards as make_cards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from standoff.addons.reading.language_model import Ask
    from standoff.addons.reading.statement import Statement

FEWEST = 3  # words of content that can be compared


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
    _check(published, as_of)
    rows = pipeline.read(text, published) if rows is None else rows
    named = [draft_claims.last_day(row) for row in rows if row.as_of]
    limit = as_of or published or max(named, default="")
    used, gone = _used(text, ledger, limit)
    day, why = _text_date(named, published, used)
    judge = Judge(make_cards(used, ledger.vocabulary, corrections), used, day, rates)
    words = Words(used)
    verdicts = [*_verdicts(rows, judge, words)]
    verdicts += _arithmetic(rows, verdicts, judge, used, name)
    if ask is not None:
        verdicts = doubted(verdicts, ask)
    spans = list(sentences.sentences(text))
    titles = headings.find(text, spans)
    spans = [one for one in spans if one not in titles]
    read_ = [[row for row in rows if row.start in range(*one)] for one in spans]
    told = [{verdict.kind for verdict in verdicts if verdict.start in range(*one)} for one in spans]
    return TextAudit(
        name=name,
        case=case,
        ledger=ledger.hash,
        as_of=limit,
        text_date=f"{day} ({why})",
        rows=len(rows),
        sentences=len(spans),
        unread=read_.count([]),
        checked=sum(bool(kinds - {"not matched"}) for kinds in told),
        left_out=tuple(sorted(gone)),
        verdicts=tuple(sorted(verdicts, key=lambda verdict: (verdict.start, verdict.kind))),
        uncompared=tuple(
            UncomparedSentence(_why_not(text[slice(*one)], own, words.names), text[slice(*one)], *one)
            for one, own, kinds in zip(spans, read_, told, strict=True)
            if not kinds
        ),
    )


def _check(*days: str) -> None:
    for day in filter(None, days):
        try:
            PartialDate.parse(day)
        except ValueError as error:
            raise LedgerError(str(error), allowed=ALLOWED) from None


def _why_not(quote: str, rows: Sequence[Statement], names: frozenset[str]) -> str:
    """Why a sentence was not compared; `names` are those that the ledger is about."""
    reasons = {
        "question": quote.endswith("?"),
        "not understood": not rows,
        "unconfirmed": any(row.polarity == "unconfirmed" for row in rows),
        "possibility": any(row.modality == "planned" for row in rows),
        "denied number": any(row.comparator for row in rows),
        "other actors": names.isdisjoint({base(m.code) for m in actors.mentions(quote)}),
        "too short": len(stemmed(quote)) < FEWEST,
    }
    return next((reason for reason, applies in reasons.items() if applies), "no claim")


def _used(text: str, ledger: Ledger, limit: str) -> tuple[list[Claim], set[str]]:
    """The claims that may speak about a text, and the ids of those that were read from it."""
    known = (ledger.as_of(limit) if limit else ledger).not_retracted()
    plain = _plain(text)
    selected = {claim.id: claim for claim in known if claim.quote is not None and _plain(claim.quote.text) in plain}
    origins = {(claim.source.title, claim.speaker) for claim in selected.values()}
    gone = {claim.id for claim in known if claim.id in selected or (claim.source.title, claim.speaker) in origins}
    used = [claim for claim in known if claim.id not in gone and claim.side != AUTHOR]
    return [one for one in used if not one.numbers or (one.basis != "computed" and one.status != "disputed")], gone


def _verdicts(rows: Sequence[Statement], judge: Judge, words: Words) -> Iterator[AuditVerdict]:
    """Verdicts on what is asserted: numbers by their quantity, everything else by its words."""
    for row in rows:
        unconfirmed = row.polarity == "unconfirmed"
        verdict = judge.judge(row) if row.comparator and row.polarity == "positive" else None
        if verdict is None or verdict.kind == "not matched":  # that somebody has not admitted it is said by the author
            own = replace(row, polarity="negative") if unconfirmed else row
            told = verdict if row.modality == "said" else None
            verdict = None if unconfirmed and row.comparator else words.judge(own) or told
        if verdict is not None:
            yield verdict


def _arithmetic(
    rows: Sequence[Statement], verdicts: Sequence[AuditVerdict], judge: Judge, used: Sequence[Claim], name: str
) -> list[AuditVerdict]:
    """Verdicts on numbers that break an accounting rule, of those with which no claim agrees."""
    fine = {verdict.row for verdict in verdicts if verdict.kind == "consistent"}
    about = {claim.id: (row, claim) for row in rows if row.id not in fine for claim in _as_claim(row, judge, name)}
    ledger = Ledger((*used, *(claim for _, claim in about.values())))
    latest = str(max((judge.day, *(claim.as_of.last for _, claim in about.values()))))
    out: dict[str, AuditVerdict] = {}
    for subject in sorted({claim.subject for _, claim in about.values()}):
        for broken in check_consistency(ledger, as_of=latest, subject=subject).breaks:
            parts, text = [ledger[one] for one in broken.claims if one not in about], f"{broken.rule}: {broken.text}."
            for row, _ in (about[one] for one in broken.claims[::-1] if one in about):
                out.setdefault(row.id, verdict_on(row, "arithmetic", parts, "number", text))
    return list(out.values())


def _as_claim(row: Statement, judge: Judge, title: str) -> Iterator[Claim]:
    """A number that is linked to a quantity, as a claim; undated at the date of the text."""
    if not row.comparator or row.polarity != "positive" or not row.subject or row.per or row.doubts:
        return
    if card := judge.linker.link(row, row.subject).card:
        published = max(str(judge.day), draft_claims.last_day(row))
        for data in draft_claims.drafts(replace(row, quantity=card.quantity), title, published)[:1]:
            with suppress(LedgerError):
                yield Claim.parse({**data, "id": f"text-{row.id}", "status": "accepted"})


def _text_date(named: Sequence[str], published: str, used: Sequence[Claim]) -> tuple[str, str]:
    if published:
        return str(PartialDate.parse(published).last), "published"
    if named:
        return max(named), "the last date that the text names; no claim published later is used"
    last = max((claim.published.last for claim in used), default=PartialDate(2000).last)
    return str(last), "the last date of the ledger"


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()
