"""Audit a whole text against a ledger."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from standoff.dates import ALLOWED, PartialDate
from standoff.errors import LedgerError, Problem
from standoff.ledger import Ledger
from standoff.reading import draft_claims, pipeline
from standoff.reading.audit import consistency, numbers
from standoff.reading.audit.match import Matcher
from standoff.reading.audit.records import TextAudit
from standoff.reading.audit.statements import Propositions
from standoff.reading.speakers import AUTHOR

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from standoff.ledger import Claim
    from standoff.reading.audit.numbers import Estimate
    from standoff.reading.audit.records import AuditVerdict
    from standoff.reading.statement import Statement


def _unknown(ledger: Ledger, quantity: str, subject: str, day: dt.date) -> Estimate | None:
    return None


def audit(
    text: str, ledger: Ledger, *, name: str = "text", case: str = "", published: str = "", as_of: str = "",
    rates: Mapping[str, str] | None = None, estimate: Callable[[Ledger, str, str, dt.date], Estimate | None] = _unknown,
    breaks: consistency.Breaks | None = None, rules: Iterable[Any] = (),
) -> TextAudit:  # fmt: skip
    """Compare each quantitative, dated or disputed statement of a text with a ledger.

    published: the day of the text; by default undated statements are compared at the last date that it names.
    as_of: claims published later are not used. estimate: gives reconciled intervals, where available.
    breaks: finds claims that violate accounting rules, and `rules`: the rules that it checks.
    Claims of the ledger that were read from this text are not used, nor those by authors of other texts, who relay.
    """
    for day in (published, as_of):
        _checked(day)
    known = (ledger.as_of(as_of) if as_of else ledger).not_retracted()
    plain = _plain(text)
    selected = [claim for claim in known if claim.quote is not None and _plain(claim.quote.text) in plain]
    origins = {(claim.source.title, claim.speaker) for claim in selected}
    gone = {claim.id for claim in known if claim in selected or (claim.source.title, claim.speaker) in origins}
    used = [claim for claim in known if claim.id not in gone and claim.side != AUTHOR]
    rows = pipeline.read(text, published)
    day, why = _text_date(rows, published, used)
    claims = Ledger(tuple(used))
    verdicts = _verdicts(rows, used, name, day, Matcher(used, rates), partial(estimate, claims))
    if breaks is not None:
        about = [
            one
            for row in rows
            if row.comparator and row.polarity == "positive"
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
    return TextAudit(name, case, ledger.hash, as_of, f"{day} ({why})", len(rows), tuple(sorted(gone)), tuple(order))


def _verdicts(
    rows: Sequence[Statement], used: Sequence[Claim], name: str, day: str, matcher: Matcher,
    estimate: Callable[[str, str, dt.date], Estimate | None],
) -> list[AuditVerdict]:  # fmt: skip
    propositions = Propositions(used)
    out: list[AuditVerdict] = []
    for row in rows:
        if row.comparator and row.polarity == "positive":
            out += numbers.judge(row, numbers.stated(row, name, day), matcher, estimate)
        elif (verdict := propositions.relation(row)) is not None:
            out.append(verdict)
        out += propositions.event(row)
    return out


def _text_date(rows: Sequence[Statement], published: str, used: Sequence[Claim]) -> tuple[str, str]:
    if published:
        return str(PartialDate.parse(published).last), "published"
    named = [draft_claims.last_day(row) for row in rows if row.as_of]
    if named:
        return max(named), "the last date that the text names"
    return str(
        max((claim.published.last for claim in used), default=PartialDate(2000).last)
    ), "the last date of the ledger"


def _checked(day: str) -> None:
    if day:
        try:
            PartialDate.parse(day)
        except ValueError as error:
            raise LedgerError(Problem(str(error), allowed=ALLOWED)) from None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").casefold()
