"""Check numbers of a text against accounting rules.

The statements of the text are added to the claims, and a violation that occurs with one of them and not without it is
reported. Where a number equals the whole less some of the parts, and not less all of them, the text has omitted the
other parts, which is reported too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import draft_claims
from standoff.addons.reading.audit.judge import verdict_on
from standoff.addons.reading.audit.ranges import agrees, of_claim
from standoff.analysis.consistency import RULES, check_consistency
from standoff.dates import PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim, Ledger
from standoff.ledger.claim_belief import SHAPES
from standoff.ledger.conflicts import implied_interval

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from standoff.addons.reading.audit.records import AuditVerdict
    from standoff.addons.reading.statement import Statement

NEAR_DAYS = 92  # assumption: claims of one quarter are about one time


@dataclass(frozen=True, eq=False)
class Stated:
    """A number of the text as a claim about one actor."""

    row: Statement
    claim: Claim
    day: dt.date


def stated(row: Statement, quantity: str, title: str, text_date: str) -> Stated | None:
    """The claim of a statement that is linked to a quantity; undated at the date of the text."""
    published = max(text_date, draft_claims.last_day(row))
    data = next(iter(draft_claims.drafts(replace(row, quantity=quantity), title, published)), None)
    if data is None:
        return None
    try:
        claim = Claim.parse({**data, "id": f"text-{row.id}", "status": "accepted"})
    except LedgerError:
        return None
    return Stated(row, claim, PartialDate.parse(row.as_of or text_date).last) if claim.numbers else None


def implied_range(claim: Claim) -> tuple[float, float]:
    """The range that the comparator of a number allows, as in beliefs of the ledger."""
    shape, factors = SHAPES.get(str(claim.comparator), ("point", (1.0,)))
    if claim.value is None or shape == "point":
        return implied_interval(claim)
    low, high = sorted(factor * float(claim.value) for factor in (factors[0], factors[-1]))
    return low, high


def judge(about: Sequence[Stated], claims: Sequence[Claim], day: str) -> list[AuditVerdict]:
    """One verdict per statement that violates a rule."""
    selected, taken = {one.claim.id: one for one in about}, {claim.id for claim in claims}
    ledger = Ledger((*claims, *(one.claim for one in about if one.claim.id not in taken)))
    out: dict[str, AuditVerdict] = {}
    for subject in sorted({one.claim.subject for one in about}):
        for broken in check_consistency(ledger, as_of=day, subject=subject).breaks:
            for one in (selected[name] for name in broken.claims[::-1] if name in selected):
                if one.row.id not in out and not any(
                    agrees(of_claim(one.claim), of_claim(claim)) for claim in _others(one, ledger, selected)
                ):
                    out[one.row.id] = _verdict(one, broken, ledger, selected)
    return list(out.values())


def _others(one: Stated, ledger: Ledger, selected: Mapping[str, Stated]) -> Iterator[Claim]:
    """Claims about the same quantity and time; where one agrees, another is to blame."""
    for claim in ledger:
        same = (claim.subject, claim.quantity) == (one.claim.subject, one.claim.quantity) and claim.id not in selected
        near = abs((claim.as_of.last - one.day).days) <= NEAR_DAYS
        if same and near and claim.basis != "computed" and claim.status != "disputed":
            yield claim


def _verdict(one: Stated, broken: Any, ledger: Ledger, selected: Mapping[str, Stated]) -> AuditVerdict:
    claims = [ledger[name] for name in broken.claims]
    rule = next((rule for rule in RULES if rule.name == broken.rule), None)
    text = f"{broken.rule}: {broken.text}."
    if rule is not None and not rule.at_least:
        text += _forgotten(one, claims, rule)
    parts = [(claim, "part") for claim in claims if claim.id not in selected]
    return verdict_on(one.row, "arithmetic", text, parts, slot="number", unit=broken.unit, at=str(one.day))


def _forgotten(one: Stated, claims: Sequence[Claim], rule: Any) -> str:
    """` It looks like arrived less killed, without left.` if that explains the number."""
    by = {claim.quantity: claim for claim in claims}
    whole = by.get(rule.whole)
    if whole is None or one.claim.quantity not in rule.parts:
        return ""
    others = [name for name in rule.parts if name != one.claim.quantity and name in by]
    low, high = implied_range(one.claim)
    for count in range(len(others)):
        for chosen in combinations(others, count):
            least = implied_range(whole)[0] - sum(implied_range(by[name])[1] for name in chosen)
            most = implied_range(whole)[1] - sum(implied_range(by[name])[0] for name in chosen)
            if count and least <= high and low <= most:
                gone = [name for name in others if name not in chosen]
                return (
                    f" The number looks like {_word(rule.whole)} less {' and '.join(map(_word, chosen))}; it forgets "
                    f"{' and '.join(map(_word, gone))} ({', '.join(by[name].statement for name in gone)})."
                )
    return ""


def _word(quantity: str) -> str:
    return quantity.rpartition("_")[2]
