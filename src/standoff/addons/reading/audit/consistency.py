"""Check numbers of a text against accounting rules, with a supplied checking function.

The statements of the text are added to the claims, and a violation that occurs with one of them and not without it is
reported. Where a number equals the whole less some of the parts, and not less all of them, the text has omitted the
other parts, which is reported too.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.audit.match import NEAR_DAYS
from standoff.addons.reading.audit.numbers import cited
from standoff.addons.reading.audit.ranges import implied_range
from standoff.addons.reading.audit.records import AuditVerdict
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from standoff.addons.reading.audit.numbers import Stated
    from standoff.ledger import Claim

    Breaks = Callable[
        [Ledger, str, str], Iterable[Any]
    ]  # ledger, day, subject -> breaks with .claims, .rule, .text, .share


def judge(
    about: Sequence[Stated], claims: Sequence[Claim], breaks: Breaks, rules: Iterable[Any], day: str
) -> list[AuditVerdict]:
    """One verdict per statement that violates a rule: the violation with the best support."""
    selected = {one.claim.id: one for one in about}
    if not selected:
        return []
    taken = {claim.id for claim in claims}
    ledger = Ledger((*claims, *(one.claim for one in about if one.claim.id not in taken)))
    out: list[AuditVerdict] = []
    texts: set[str] = set()
    for subject in sorted({one.claim.subject for one in about}):
        for broken in breaks(ledger, day, subject):
            for name in broken.claims[::-1]:
                if (
                    name in selected
                    and selected[name].row.id not in texts
                    and _to_blame(selected[name], broken, ledger, selected)
                ):
                    texts.add(selected[name].row.id)
                    out.append(_verdict(selected[name], broken, ledger, rules, selected))
    return out


def _to_blame(one: Stated, broken: Any, ledger: Ledger, selected: dict[str, Stated]) -> bool:
    """Whether the rule holds without the statement, or it is the text's largest part."""
    others = [
        claim
        for claim in ledger
        if claim.quantity == one.claim.quantity
        and claim.subject == one.claim.subject
        and claim.id not in selected
        and abs((claim.as_of.last - one.day).days) <= NEAR_DAYS
        and claim.basis != "computed"
        and claim.status != "disputed"
    ]
    agrees = any(implied_range(c)[0] <= one.ends[1] and one.ends[0] <= implied_range(c)[1] for c in others)
    return not agrees


def _verdict(
    one: Stated, broken: Any, ledger: Ledger, rules: Iterable[Any], selected: dict[str, Stated]
) -> AuditVerdict:
    claims = [ledger[name] for name in broken.claims]
    rule = next((rule for rule in rules if rule.name == broken.rule), None)
    cites = [c for claim in claims if claim.id not in selected for c in cited(claim, "part")]
    text = f"{broken.rule}: {broken.text}."
    if rule is not None and not rule.at_least:
        text += _forgotten(one, claims, rule)
    row = one.row
    return AuditVerdict(
        "arithmetic",
        row.id,
        row.quote,
        row.start,
        row.end,
        text,
        tuple({c.id: c for c in cites}.values()),
        unit=broken.unit,
        at=str(one.day),
        factor=None,
    )


def _forgotten(one: Stated, claims: Sequence[Claim], rule: Any) -> str:
    """` It looks like arrived less killed, without left.` if that explains the number."""
    by = {claim.quantity: claim for claim in claims}
    whole = by.get(rule.whole)
    if whole is None or one.claim.quantity not in rule.parts:
        return ""
    others = [name for name in rule.parts if name != one.claim.quantity and name in by]
    low, high = one.ends
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
