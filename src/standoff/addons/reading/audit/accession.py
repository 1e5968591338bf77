"""Compare who joined a bloc, and when, with the count of its members in a ledger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff.addons.reading import actors
from standoff.addons.reading.audit.numbers import cited
from standoff.addons.reading.audit.records import AuditVerdict
from standoff.addons.reading.number_words import spell
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.audit.records import Kind
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

JOINS = re.compile(
    r"(?i)\b(?:join(?:ed|s)|acced(?:ed|es)\s+to|(?:was|were)\s+admitted\s+to|(?:became|becomes)\s+(?:a|an|the|its)\b.{0,40}?"
    r"\bmember\s+of|entered)\b"
)
ORDINAL = re.compile(
    r"(?i)\b(?:(?P<digits>\d{1,3})(?:st|nd|rd|th)|(?P<words>(?:twenty|thirty|forty)-\w+|\w+th))\s+member\b"
)
SPELLED = {
    "first": "one",
    "second": "two",
    "third": "three",
    "fifth": "five",
    "eighth": "eight",
    "ninth": "nine",
    "twelfth": "twelve",
    "twentieth": "twenty",
    "thirtieth": "thirty",
    "fortieth": "forty",
}
CODE = re.compile(r"\b[A-Z]{3}\b")


def judge(row: Statement, claims: Sequence[Claim]) -> AuditVerdict | None:
    """Verdict on `X joined the bloc B in D as its nth member`; None without members of B."""
    verb = JOINS.search(row.sentence)
    if verb is None or row.polarity != "positive" or not row.as_of:
        return None
    mentions = actors.mentions(row.sentence)
    bloc = next((m.code for m in mentions if m.kind == "bloc" and m.start >= verb.start()), "")
    joining = {m.code for m in mentions if m.end <= verb.start() and m.kind in {"name", "capital"}}
    steps = sorted(
        (
            c
            for c in claims
            if (c.subject, c.quantity) == (bloc, "members") and c.value is not None and c.basis != "computed"
        ),
        key=lambda c: c.as_of.first,
    )
    if not joining or not steps:
        return None
    return _compared(row, joining, bloc, steps)


def _compared(row: Statement, joining: set[str], bloc: str, steps: Sequence[Claim]) -> AuditVerdict | None:
    day = PartialDate.parse(row.as_of)
    own = [step for step in steps if joining <= set(CODE.findall(step.note))]
    at = [step for step in steps if step.as_of.first <= day.last and day.first <= step.as_of.last]
    if any(step in at for step in own):
        step = next(step for step in own if step in at)
        number = _ordinal(row.sentence)
        before = max((float(s.value or 0) for s in steps if s.as_of.first < step.as_of.first), default=0.0)
        if number is not None and not before < number <= float(step.value or 0):
            return _verdict(
                row, "contradicted", f"{bloc} then had {float(step.value or 0):g} members, after {before:g}.", [step]
            )
        return _verdict(row, "consistent", f"The ledger has it in the count of members: {step.note}", [step])
    if own:
        text = f"The ledger has it on {own[0].as_of}."
        return _verdict(row, "misdated", text, own[:1], right_on=str(own[0].as_of))
    named = [step for step in at if CODE.search(step.note)]
    earlier = [step for step in steps if step.as_of.last < day.first]
    later = [step for step in steps if step.as_of.first > day.last]
    if named:
        return _verdict(row, "contradicted", f"The ledger has others that joined then: {named[0].note}", named)
    if not at and earlier and later:
        count = f"{float(earlier[-1].value or 0):g} members"
        text = f"Nobody joined {bloc} then: it had {count} from {earlier[-1].as_of} to {later[0].as_of}."
        return _verdict(row, "contradicted", text, [earlier[-1], later[0]])
    return None


def _ordinal(text: str) -> float | None:
    match = ORDINAL.search(text)
    if match is None:
        return None
    if match.group("digits"):
        return float(match.group("digits"))
    head, _, last = match.group("words").lower().rpartition("-")
    return spell(f"{head} {SPELLED.get(last, last.removesuffix('th'))}".strip())


def _verdict(row: Statement, kind: Kind, text: str, claims: Sequence[Claim], right_on: str = "") -> AuditVerdict:
    cites = tuple(one for claim in claims for one in cited(claim, "agrees" if kind == "consistent" else "differs"))
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, cites, at=str(row.as_of), right_on=right_on)
