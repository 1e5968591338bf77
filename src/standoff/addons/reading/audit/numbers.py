"""Check a number of a text: size, date, speaker, and consistency."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import draft_claims
from standoff.addons.reading.audit import definitions, periods, wording
from standoff.addons.reading.audit.claim_text import content
from standoff.addons.reading.audit.factors import factor_text, number_text, ratio
from standoff.addons.reading.audit.match import NEAR_DAYS, MatchedClaim, Matcher
from standoff.addons.reading.audit.namesakes import is_by_name, is_by_speaker
from standoff.addons.reading.audit.ranges import (
    agrees,
    implied_range,
    is_small_count,
    overlap,
    rounded_range,
    stated_number,
)
from standoff.addons.reading.audit.records import AuditVerdict, Cited
from standoff.addons.reading.sides import speaks_for
from standoff.dates import PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim
from standoff.ledger.conflicts import SAME_TIME_DAYS, implied_interval
from standoff.ledger.sources import base_speaker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from standoff.addons.reading.audit.records import Kind
    from standoff.addons.reading.statement import Statement

SHOWN = 6  # assumption: so many claims on one verdict are enough for a reader
TOGETHER = re.compile(r"(?i)\b(?:together|combined|jointly|in\s+total|between\s+them|altogether)\b")
ONE_STEP = 400  # assumption: days up to which the claim before shows whether a level rose or fell
OWN_COUNTS = ("_losses", "_killed", "_wounded", "_lost")


@dataclass(frozen=True)
class Estimate:
    """Reconciled estimate of a quantity on a day: central 90 %, in `unit`."""

    low: float
    median: float
    high: float
    unit: str
    claims: tuple[str, ...]  #: ids of its claims


@dataclass(frozen=True, eq=False)
class Stated:
    """A number of the text as a claim about one actor."""

    row: Statement
    claim: Claim
    day: dt.date
    dated: bool

    @property
    def ends(self) -> tuple[float, float]:
        """Range of the number, in the unit of its claim."""
        return implied_range(self.claim)

    @property
    def number(self) -> tuple[float, float]:
        """The number without tolerance."""
        return (stated_number(self.claim),) * 2

    @property
    def comparator(self) -> str:
        """Comparator of the number."""
        return str(self.claim.comparator)


def stated(row: Statement, title: str, text_date: str) -> list[Stated]:
    """Claims of a statement, one per actor; without a date at the date of the text."""
    codes = row.subject.split("+")
    return [one for code in codes if (one := _stated(row, title, text_date, code)) is not None]


def _stated(row: Statement, title: str, text_date: str, subject: str, falls: bool = False) -> Stated | None:
    """The claim of a statement about one actor; `falls` for a growth below zero."""
    published = max(text_date, draft_claims.last_day(row))
    data = next(iter(draft_claims.drafts(replace(row, subject=subject), title, published)), None)
    if data is None:
        return None
    data |= {"id": f"text-{row.id}-{subject.lower()}", "status": "accepted"}
    if falls:
        data["value"] = -data["value"]
    try:
        claim = Claim.parse(data)
    except LedgerError:
        return None
    day = PartialDate.parse(row.as_of or text_date).last
    return Stated(row, claim, day, bool(row.as_of)) if claim.numbers else None


def cited(one: MatchedClaim | Claim, role: str, short: str = "") -> list[Cited]:
    """The claims behind a piece of evidence; `short` replaces the statement of a single one."""
    claims = (one,) if isinstance(one, Claim) else one.parts or (one.claim,)
    role = role if len(claims) == 1 else "part"
    return [
        Cited(c.id, role, short or content(c), c.speaker, c.side, str(c.as_of), c.quote.text if c.quote else "")
        for c in claims
    ]


def judge(
    row: Statement,
    title: str,
    text_date: str,
    matcher: Matcher,
    estimate: Callable[[str, str, dt.date], Estimate | None],
) -> list[AuditVerdict]:
    """Verdicts on a number, one per aspect; for several actors, for each."""
    if periods.is_of_short_period(row):
        return [_verdict(row, "not matched", "The number is of one day or a short period, and no total.", [])]
    result = _evidence(row, title, text_date, matcher)
    if not any(result.values()):
        text = "No number of the ledger was found under this name and unit."
        return [_verdict(row, "not matched", text, [])]
    out = _who(row, result)
    verdicts: list[AuditVerdict] = []
    for one, evidence in result.items():
        verdicts.append(_of_any(one, evidence, matcher, estimate(row.quantity, one.claim.subject, one.day)))
    if out:
        verdicts = [verdict for verdict in verdicts if verdict.kind not in {"consistent", "disputed"}]
    return [*out, *verdicts]


def _evidence(row: Statement, title: str, text_date: str, matcher: Matcher) -> dict[Stated, list[MatchedClaim]]:
    """Claims for each actor that a number is about; for several together, their sums."""
    when = PartialDate.parse(row.as_of or text_date)
    about = matcher.about(row)
    out: dict[Stated, list[MatchedClaim]] = {}
    codes = matcher.subjects(row)
    if len(codes) > 1 and TOGETHER.search(row.sentence):
        one = _stated(row, title, text_date, codes[0])
        names = dict.fromkeys(name for _, name, _ in about)
        if one is None:
            return {}
        sums = [each for name in names for each in matcher.sums(codes, name, one.claim.unit, when)]
        return {one: sorted(sums, key=lambda each: abs(each.apart))}
    for code in dict.fromkeys(code for code, _, _ in about):
        names_ = [(name, same) for other, name, same in about if other == code]
        one = _stated(row, title, text_date, code, falls=all(definitions.falls(row, name) for name, _ in names_))
        if one is not None:
            claims = [e for name, same in names_ for e in matcher.find(row, code, name, same, one.claim.unit, when)]
            out[one] = sorted(claims, key=lambda e: (abs(e.apart), e.claim.id))
    return out


def _verdict(row: Statement, kind: Kind, text: str, claims: Sequence[Cited], **more: object) -> AuditVerdict:
    unique = tuple({one.id: one for one in claims}.values())
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, unique[:SHOWN], **more)  # type: ignore[arg-type]


def _who(row: Statement, result: dict[Stated, list[MatchedClaim]]) -> list[AuditVerdict]:
    """Verdict on the speaker: `merged` if claims about the enemy pass for own statements."""
    if not row.speaker_codes:
        return []
    wrong: dict[Stated, list[MatchedClaim]] = {}
    for one, evidence in result.items():
        near = [e for e in evidence if abs(e.apart) <= NEAR_DAYS and e.same]
        said = [e for e in near if agrees(one, e) and (len(result) > 1 or _is_repeated(one, e))]
        agree = [e for e in said if e.claim.side not in {"author", "neutral"}]
        speakers = [code for code in row.speaker_codes if code == one.claim.subject] or list(row.speaker_codes)
        by_name = any(agrees(one, e) and is_by_name(e.claim, row) for e in near)
        if agree and not by_name and not any(speaks_for(e.claim.side, code) for e in agree for code in speakers):
            wrong[one] = agree
    if not wrong:
        return []
    cites = [c for one, agree in wrong.items() for e in agree[:3] for c in cited(e, "differs")]
    names = "; ".join(f"of {one.claim.subject}: {_voices(agree)}" for one, agree in wrong.items())
    subjects = {one.claim.subject for one in wrong}
    if len(wrong) > 1 and subjects <= set(row.speaker_codes):
        text = (
            f"The text has {row.speaker} report the number of themselves; in the ledger it is what they say of one another "
            f"({names}). Two hostile claims are merged into two admissions."
        )
        return [_verdict(row, "merged", text, cites)]
    return [
        _verdict(row, "misattributed", f"The text gives it to {row.speaker}; in the ledger it is said {names}.", cites)
    ]


def _is_repeated(one: Stated, e: MatchedClaim) -> bool:
    """Whether the text has the number of a claim of that time, perhaps in fewer digits."""
    return abs(e.apart) <= SAME_TIME_DAYS and overlap(e.number, rounded_range(one.claim))


def _voices(agree: Sequence[MatchedClaim]) -> str:
    return "by " + ", ".join(dict.fromkeys(f"{e.claim.speaker} ({content(e.claim)})" for e in agree[:3]))


def _of_any(one: Stated, evidence: Sequence[MatchedClaim], matcher: Matcher, estimate: Estimate | None) -> AuditVerdict:
    """Verdict by each quantity that a number may be of: of one that has it, else of all near it."""
    near = [e for e in evidence if abs(e.apart) <= NEAR_DAYS] or evidence
    names = dict.fromkeys(e.claim.quantity for e in near) or [one.row.quantity]
    verdicts = [
        _size(
            one,
            [e for e in evidence if e.claim.quantity == name],
            matcher,
            estimate if name == one.row.quantity else None,
        )
        for name in names
    ]
    for kind in ("consistent", "disputed"):
        if found := [verdict for verdict in verdicts if verdict.kind == kind]:
            return found[0]
    if len({verdict.kind for verdict in verdicts}) == 1:
        return min(verdicts, key=lambda verdict: abs(math.log(verdict.factor)) if verdict.factor else math.inf)
    text = f"It may be of several quantities, none of which has this number: {', '.join(names)}."
    return _verdict(one.row, "not matched", text, [c for verdict in verdicts for c in verdict.claims])


def _size(one: Stated, evidence: Sequence[MatchedClaim], matcher: Matcher, estimate: Estimate | None) -> AuditVerdict:
    near = [e for e in evidence if abs(e.apart) <= SAME_TIME_DAYS] or [e for e in evidence if abs(e.apart) <= NEAR_DAYS]
    named = [e for e in near if is_by_name(e.claim, one.row)]  # a speaker is compared with own claims
    if not named and not one.dated:
        near = named = _last([e for e in evidence if is_by_name(e.claim, one.row)]) or near
    near = (_nearest(named) if one.dated else named) or near
    if estimate is not None and not named and (rate := matcher.rate(estimate.unit, one.claim.unit)):
        low, high, source = estimate.low * rate[0], estimate.high * rate[1], "reconciled, 90 %"
        inside = overlap(one.ends, (estimate.median * rate[0], estimate.median * rate[1]))
    elif near:
        low, high, source = min(e.low for e in near), max(e.high for e in near), "claims near that date"
        inside = False
    else:
        return _far(one, evidence)
    unit, at = one.claim.unit, str(one.day)
    source += "" if one.dated else "; undated in the text"
    per = f"/{periods.rate(one.row)}" if any("/" in e.claim.unit for e in near) and periods.rate(one.row) else ""
    counted = f" {unit}" if unit != "1" else ""
    has = f"{number_text(low)} to {number_text(high)}{counted}{per} of {one.claim.subject} on {at} ({source})"
    facts = {"low": low, "high": high, "unit": unit, "at": at}
    agree = [e for e in near if agrees(one, e)]
    reconciled = source.startswith("reconciled")
    inside = inside or overlap(one.number, (low, high))
    between = _between(one.number[0], near)
    differ = [e for e in near if not agrees(one, e)]
    if agree and (turned := _turned(one, agree, evidence)):
        return turned
    if inside if reconciled else agree or between:
        others = [e for e in differ if base_speaker(e.claim.speaker) not in between]
        return _fits(one, agree, others, has, facts)
    if (
        inside
        or (not reconciled and _is_rounded(one, near))
        or (one.comparator == "range" and overlap(one.ends, (low, high)))
    ):
        text = f"The ledger has {has}; no claim has this number."
        return _verdict(one.row, "not matched", text, [c for e in differ for c in cited(e, "differs")], **facts)
    return _outside(one, evidence, differ, has, facts)


def _nearest(claims: Sequence[MatchedClaim]) -> list[MatchedClaim]:
    """Claims of the day, else the last before it and the first after it."""
    ends = {
        max((e.apart for e in claims if e.apart <= 0), default=None),
        min((e.apart for e in claims if e.apart >= 0), default=None),
    }
    return [e for e in claims if e.apart in ends]


def _last(claims: Sequence[MatchedClaim]) -> list[MatchedClaim]:
    """The last claims up to the date of a statement."""
    last = max((e.apart for e in claims if e.apart <= 0), default=None)
    return [e for e in claims if e.apart == last]


def _turned(one: Stated, agree: Sequence[MatchedClaim], evidence: Sequence[MatchedClaim]) -> AuditVerdict | None:
    """Verdict on a level that was reached from the other side: `cut to 21 percent`, from 16."""
    trend, before = wording.trend(one.row), [_before(e, evidence) for e in agree]
    wrong = [
        e
        for e, last in zip(agree, before, strict=True)
        if last is not None and last.number != e.number and (last.number[0] < e.number[0]) != (trend == "up")
    ]
    last = before[-1]
    if not trend or last is None or len(wrong) < len(agree):
        return None
    text = f"The ledger has {content(last.claim)} on {last.claim.as_of}: it went the other way."
    return _verdict(
        one.row, "contradicted", text, [c for e in agree[:2] for c in cited(e, "agrees")] + cited(last, "differs")
    )


def _before(e: MatchedClaim, evidence: Sequence[MatchedClaim]) -> MatchedClaim | None:
    """The claim of the same speaker before a claim."""
    day, speaker = e.claim.as_of, base_speaker(e.claim.speaker)
    before = [
        other
        for other in evidence
        if base_speaker(other.claim.speaker) == speaker
        and other.same
        and 0 < (day.first - other.claim.as_of.last).days <= ONE_STEP
    ]
    return max(before, key=lambda other: other.claim.as_of.last, default=None)


def _is_rounded(one: Stated, near: Sequence[MatchedClaim]) -> bool:
    """Whether the text may round a claim by more than its tolerance: 2 for 1.7 million."""
    return (
        one.comparator == "exact"
        and not is_small_count(one.claim)
        and any(overlap(e.number, implied_interval(one.claim)) for e in near)
    )


def _between(number: float, near: Sequence[MatchedClaim]) -> set[str]:
    """Speakers with an earlier and a later claim between which a number lies."""
    out: set[str] = set()
    for e in near:
        for other in near:
            speaker = base_speaker(e.claim.speaker)
            same = speaker == base_speaker(other.claim.speaker) and e.claim.id != other.claim.id
            if same and e.apart <= 0 <= other.apart and e.low <= number <= other.high:
                out.add(speaker)
    return out


def _outside(
    one: Stated, evidence: Sequence[MatchedClaim], differ: list[MatchedClaim], has: str, facts: dict[str, Any]
) -> AuditVerdict:
    """Verdict on a number outside the interval of the ledger."""
    low, high = facts["low"], facts["high"]
    below = one.number[0] < low
    number = one.number[0] if one.comparator != "range" else one.ends[1] if below else one.ends[0]
    factor = ratio(number, low if below else high)
    size = (
        f"The text's number is {'below' if below else 'above'} it by a factor of {factor_text(factor)} at least."
        if factor
        else f"The text has {number_text(number)}."
    )
    then = [e for e in evidence if e.same and e.apart < -NEAR_DAYS and agrees(one, e) and not e.parts] if below else []
    cites = [c for e in differ[: SHOWN - 2] for c in cited(e, "differs")]
    if then:
        nearness = [round(abs(e.number[0] - one.number[0]) / (e.number[0] or 1), 2) for e in then]  # in whole percent
        first = min(
            zip(nearness, then, strict=True), key=lambda p: (p[0], not p[1].claim.as_of.day, p[1].claim.as_of.last)
        )[1]
        right = str(first.claim.as_of)
        text = f"Right on {right} ({first.claim.speaker}: {content(first.claim)}); by its own date the ledger has {has}. {size}"
        return _verdict(one.row, "stale", text, [*cited(first, "then"), *cites], factor=factor, right_on=right, **facts)
    return _verdict(one.row, "low" if below else "high", f"The ledger has {has}. {size}", cites, factor=factor, **facts)


def _fits(
    one: Stated, agree: list[MatchedClaim], differ: list[MatchedClaim], has: str, facts: dict[str, object]
) -> AuditVerdict:
    """Verdict on a matching number: `disputed` if unattributed and contradicted."""
    own = [e for e in agree if is_by_speaker(e.claim, one.row)]
    cites = [c for e in (own or agree)[:3] for c in cited(e, "agrees")]
    agreeing = {base_speaker(e.claim.speaker) for e in agree}
    differ = [e for e in differ if base_speaker(e.claim.speaker) not in agreeing and abs(e.apart) <= SAME_TIME_DAYS]
    if differ and not own:
        sources = ", ".join(dict.fromkeys(f"{e.claim.speaker} ({content(e.claim)})" for e in differ[:3]))
        cites += [c for e in differ[:3] for c in cited(e, "differs")]
        return _verdict(one.row, "disputed", f"The ledger has {has}; otherwise say {sources}.", cites, **facts)
    statement = f"; {own[0].claim.speaker} has {content(own[0].claim)}" if own else ""
    return _verdict(one.row, "consistent", f"The ledger has {has}{statement}.", cites, **facts)


def _far(one: Stated, evidence: Sequence[MatchedClaim]) -> AuditVerdict:
    """Verdict without claims near the date, from bounds of a cumulative count."""
    before = [e for e in evidence if e.apart < 0]
    after = [e for e in evidence if e.apart > 0]
    text = "The ledger has no claim within three months of its date"
    cites = [c for e in (*before[:1], *after[:1]) for c in cited(e, "differs")]
    rising = one.row.quantity.endswith(OWN_COUNTS) or one.row.quantity.startswith(("aid_", "sanctions_"))
    facts: dict[str, Any] = {"unit": one.claim.unit, "at": str(one.day)}
    if rising and before and (low := before[0].low) > one.ends[1]:
        text += f"; it had {content(before[0].claim)} by {before[0].claim.as_of} already."
        return _verdict(one.row, "low", text, cites, low=low, factor=ratio(one.number[0], low), **facts)
    if rising and after and (high := after[0].high) < one.ends[0]:
        text += f"; it has {content(after[0].claim)} only by {after[0].claim.as_of}."
        return _verdict(one.row, "high", text, cites, high=high, factor=ratio(one.ends[0], high), **facts)
    return _verdict(one.row, "not matched", f"{text}.", cites)
