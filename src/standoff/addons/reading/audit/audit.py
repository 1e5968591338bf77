"""Audit a whole text against a ledger."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import dates, draft_claims, headings, pipeline, sentences
from standoff.addons.reading.audit import accession, consistency, numbers, periods, uncompared
from standoff.addons.reading.audit.match import Matcher
from standoff.addons.reading.audit.propositions import Propositions
from standoff.addons.reading.audit.records import AuditVerdict, TextAudit
from standoff.addons.reading.audit.relations import Relations
from standoff.addons.reading.sentences import Span
from standoff.addons.reading.speakers import AUTHOR
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Ledger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from standoff.addons.reading.audit.numbers import Estimate
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim


NO_CLAIM = "No claim of the ledger is about this event at this date."
OPEN = "Its year is open: it may be one that the text named before."
PRESENT = re.compile(r"(?i)\b(?:has|have|is|are|now)\b")
OTHER_WORDS = "The ledger has the speaker say so of this relation, in other words."


def _unknown(ledger: Ledger, quantity: str, subject: str, day: dt.date) -> Estimate | None:
    return None


def audit(
    text: str,
    ledger: Ledger,
    *,
    name: str = "text",
    case: str = "",
    published: str = "",
    as_of: str = "",
    rates: Mapping[str, str] | None = None,
    estimate: Callable[[Ledger, str, str, dt.date], Estimate | None] = _unknown,
    breaks: consistency.Breaks | None = None,
    rules: Iterable[Any] = (),
) -> TextAudit:
    """Compare each quantitative, dated or disputed statement of a text with a ledger.

    published: the day of the text; by default undated statements are compared at the last date that it names.
    as_of: claims published later are not used; by default the day of the text, where it is given.
    estimate: gives reconciled intervals, where available.
    breaks: finds claims that violate accounting rules, and `rules`: the rules that it checks.
    Claims of the ledger that were read from this text are not used, nor those by authors of other texts, who relay.
    """
    for day in (published, as_of):
        _checked(day)
    rows = pipeline.read(text, published)
    named = [draft_claims.last_day(row) for row in rows if row.as_of]
    limit = as_of or published or max(named, default="")
    known = (ledger.as_of(limit) if limit else ledger).not_retracted()
    plain = _plain(text)
    selected = [claim for claim in known if claim.quote is not None and _plain(claim.quote.text) in plain]
    origins = {(claim.source.title, claim.speaker) for claim in selected}
    gone = {claim.id for claim in known if claim in selected or (claim.source.title, claim.speaker) in origins}
    used = [claim for claim in known if claim.id not in gone and claim.side != AUTHOR]
    day, why = _text_date(named, published, used)
    times = [published, *(row.as_of for row in rows if row.as_of)] if published else []
    checks = _Checks(
        text, name, published, day, times, used, Matcher(used, rates), partial(estimate, Ledger(tuple(used)))
    )
    verdicts = checks.verdicts(rows)
    if breaks is not None:
        about = [
            one
            for row in rows
            if row.comparator and row.polarity == "positive" and not _is_partial(row)
            for one in numbers.stated(row, name, day)
        ]
        verdicts += consistency.judge(
            about,
            [c for c in used if c.basis != "computed"],
            breaks,
            rules,
            max([day, *(str(one.day) for one in about)]),
        )
    order = sorted(verdicts, key=lambda verdict: (verdict.start, verdict.kind))
    compared = [verdict for verdict in order if verdict.kind != "not matched"]
    return TextAudit(
        name=name,
        case=case,
        ledger=ledger.hash,
        as_of=limit,
        text_date=f"{day} ({why})",
        rows=len(rows),
        sentences=len(checks.sentences),
        unread=sum(not any(_inside(row.start, one) for row in rows) for one in checks.sentences),
        checked=sum(any(_inside(verdict.start, one) for verdict in compared) for one in checks.sentences),
        left_out=tuple(sorted(gone)),
        verdicts=tuple(order),
        uncompared=tuple(uncompared.find(text, checks.sentences, rows, order, checks.propositions.names)),
    )


class _Checks:
    """The checks of a text, sentence by sentence."""

    def __init__(
        self,
        text: str,
        name: str,
        published: str,
        day: str,
        times: Sequence[str],
        used: Sequence[Claim],
        matcher: Matcher,
        estimate: Callable[[str, str, dt.date], Estimate | None],
    ) -> None:
        self.text, self.name, self.published, self.day, self.used = text, name, published, day, used
        self.matcher, self.estimate = matcher, estimate
        spans = list(sentences.sentences(text))
        titles = headings.find(text, spans)
        self.sentences = [one for one in spans if one not in titles]
        self.named = dates.find(text, Span(0, len(text)))  # without a day of publication: those that name their year
        self.relations, self.propositions = Relations(used), Propositions(used, times)

    def verdicts(self, rows: Sequence[Statement]) -> list[AuditVerdict]:
        """Verdicts on every sentence: by its numbers, else by its words."""
        return [
            v for one in self.sentences for v in self._sentence(one, [row for row in rows if _inside(row.start, one)])
        ]

    def _sentence(self, sentence: Span, rows: Sequence[Statement]) -> list[AuditVerdict]:
        out: list[AuditVerdict] = []
        when = dates.find(self.text, sentence, self.published)
        if doubtful := [row for row in rows if self._is_open(row, when)]:
            return [AuditVerdict("not matched", row.id, row.quote, row.start, row.end, OPEN, ()) for row in doubtful]
        for row in rows:
            if row.comparator and row.polarity == "positive":
                out += numbers.judge(row, self.name, self.day, self.matcher, self.estimate)
            elif (verdict := accession.judge(row, self.used) or self._relation(row)) is not None:
                out.append(verdict)
        if any(verdict.kind != "not matched" or verdict.text == OTHER_WORDS for verdict in out):
            return out
        words = self._words(sentence, rows, when)
        if words is not None:
            return [words]
        if not out:
            dated = [row for row in rows if row.events][:1]
            return [AuditVerdict("not matched", row.id, row.quote, row.start, row.end, NO_CLAIM, ()) for row in dated]
        return out

    def _relation(self, row: Statement) -> AuditVerdict | None:
        """Verdict on the relations of a statement; it agrees only where a claim has all its words."""
        verdict = self.relations.relation(row)
        if verdict is None or verdict.kind != "consistent":
            return verdict
        ids = [one.id for one in verdict.claims]
        if self.propositions.has_words(row.quote, ids, self.published, row.polarity == "negative"):
            return verdict
        return None if row.speaker == AUTHOR else replace(verdict, kind="not matched", text=OTHER_WORDS, claims=())

    def _is_open(self, row: Statement, when: Sequence[dates.DateMention]) -> bool:
        """Whether a statement may be of a year that the text named before its own."""
        own = [d for d in when if d.role != "since"]
        if not row.as_of and any(not d.value for d in own if row.start <= d.start < row.end):
            return row.comparator != ""
        year = next((d.value[:4] for d in reversed(self.named) if d.end <= row.start), "")
        if row.as_of:
            guessed = any(d.value == row.as_of and dates.is_open(d.form, self.text[d.start : d.end]) for d in own)
            return guessed and year not in {"", row.as_of[:4]}
        return row.comparator != "" and year not in {"", self.day[:4]} and not PRESENT.search(row.quote)

    def _words(
        self, sentence: Span, rows: Sequence[Statement], dated: Sequence[dates.DateMention]
    ) -> AuditVerdict | None:
        """Verdict on a sentence by the claims in words."""
        if any(row.polarity == "unconfirmed" for row in rows):
            return None
        when = [d.value for d in dated if d.value and d.role != "since"]
        speaker = next((row.speaker for row in rows if row.speaker != AUTHOR), "")
        quote = self.text[sentence.start : sentence.end]
        verdict = self.propositions.judge(quote, sentence.start, self.published, when, speaker)
        return replace(verdict, row=rows[0].id) if verdict is not None and rows else verdict


def _is_partial(row: Statement) -> bool:
    """Whether a number is of a period and thus enters no rule about totals."""
    return periods.is_by_period(row) or periods.is_of_short_period(row)


def _inside(index: int, span: Span) -> bool:
    return span.start <= index < span.end


def _text_date(named: Sequence[str], published: str, used: Sequence[Claim]) -> tuple[str, str]:
    if published:
        return str(PartialDate.parse(published).last), "published"
    if named:
        return max(named), "the last date that the text names; no claim published later is used"
    return str(
        max((claim.published.last for claim in used), default=PartialDate(2000).last)
    ), "the last date of the ledger"


def _checked(day: str) -> None:
    if day:
        try:
            PartialDate.parse(day)
        except ValueError as error:
            raise LedgerError(str(error), allowed=ALLOWED) from None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").casefold()
