"""Check relations without numbers that others deny.

The ledger's propositions are read by the same rules as the text. A statement is disputed where a claim says the
opposite about the same actors: as a relation between them, or as a denial in a group on the same question (`China will
not give weapons to either party`). Claims of a group that do not say the opposite dispute nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import pipeline
from standoff.addons.reading.audit.numbers import cited
from standoff.addons.reading.audit.propositions import UNSURE
from standoff.addons.reading.audit.records import AuditVerdict
from standoff.addons.reading.sides import speaks_for
from standoff.addons.reading.speakers import AUTHOR
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

GROUPS = {"aid": "help", "support": "help"}  #: kinds of relation that answer one question
WISH = re.compile(r"(?i)\b(?:want|wish|intend|hope|plan|willing|unwilling)\w*\s+to\b")  # a wish is not a fact
SHOWN = 6
SAME_YEARS = 731  # assumption: days for which somebody's help is one question


class Relations:
    """Relations that the propositions of a ledger state."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.by: dict[tuple[str, str, str], list[tuple[Claim, str]]] = defaultdict(list)
        self.groups: dict[str, list[Claim]] = defaultdict(list)
        self.read: dict[Claim, list[Statement]] = {}
        self.claims = claims
        for claim in claims:
            if not claim.proposition:
                continue
            if claim.conflict:
                self.groups[claim.conflict].append(claim)
            self.read[claim] = rows = pipeline.read(claim.proposition)
            for kind, source, target, polarity in sorted({_key(one) for row in rows for one in row.relations}):
                self.by[kind, source, target].append((claim, polarity))

    def relation(self, row: Statement) -> AuditVerdict | None:
        """Verdict on the relations of a statement; None without a claim about them."""
        for one in row.relations:
            kind, source, target, polarity = _key(one)
            result = [
                (claim, sign) for claim, sign in self.by.get((kind, source, target), []) if _of_its_time(claim, row)
            ]
            place = max(one["start"] - row.start, 0)
            if kind != "help" or not result or WISH.search(row.quote, 0, place) or UNSURE.search(row.quote, 0, place):
                continue
            against = [claim for claim, sign in result if sign != polarity]
            agree = [claim for claim, sign in result if sign == polarity]
            names = {claim.conflict for claim, _ in result if claim.conflict}
            group = [c for name in sorted(names) for c in self.groups[name] if c.status == "disputed"]
            rest = [c for c in group if c not in against and c not in agree]
            signs = [(c, self._sign(c, source)) for c in rest if _of_its_time(c, row)]
            against += [c for c, sign in signs if sign not in {polarity, ""}]
            agree += [c for c, sign in signs if sign == polarity]
            return self._verdict(row, against, agree, bool(group))
        return None

    def _sign(self, claim: Claim, source: str) -> str:
        """Polarity of a claim of a group about any receiver; empty where it is not certain."""
        if claim.subject.split(".")[0] != source or (rows := self.read.get(claim)) is None:
            return ""
        signs = {one["polarity"] for row in rows for one in row.relations if _key(one)[:2] == ("help", source)}
        signs = signs or {row.polarity for row in rows}
        return "negative" if signs == {"negative"} else ""

    def _verdict(self, row: Statement, against: list[Claim], agree: list[Claim], doubtful: bool) -> AuditVerdict:
        own = [c for c in agree if any(speaks_for(c.side, code) for code in row.speaker_codes)]
        if own:
            text = f"It is given to {row.speaker}, and the ledger has that side say so."
            return _verdict(row, "consistent", text, [c for claim in own[:3] for c in cited(claim, "agrees")])
        cites = [c for claim in agree[:2] for c in cited(claim, "agrees")]
        if against:
            sources = list(dict.fromkeys(f"{c.speaker} ({c.published})" for c in against))
            start = "Stated as a fact" if row.speaker == AUTHOR else f"Said by {row.speaker}"
            text = f"{start}; in the ledger it is disputed by {', '.join(sources[:4])}."
            if agree:
                text += f" So say {', '.join(dict.fromkeys(c.speaker for c in agree[:3]))}."
            return _verdict(
                row, "disputed", text, [*(c for claim in against[:4] for c in cited(claim, "differs")), *cites]
            )
        if doubtful:
            text = "The ledger marks this question as disputed; none of its claims says the opposite of the sentence."
            return _verdict(row, "not matched", text, cites)
        return _verdict(
            row, "consistent", "The ledger has it so.", [c for claim in agree[:3] for c in cited(claim, "agrees")]
        )


def _of_its_time(claim: Claim, row: Statement) -> bool:
    """Whether a claim is about the time of a statement; any is where it has no date."""
    if not row.as_of:
        return True
    day = PartialDate.parse(row.as_of)
    return (claim.as_of.first - day.last).days <= SAME_YEARS and (day.first - claim.as_of.last).days <= SAME_YEARS


def _key(one: dict[str, Any]) -> tuple[str, str, str, str]:
    return GROUPS.get(one["kind"], one["kind"]), one["source"], one["target"].split(".")[0], one["polarity"]


def _verdict(row: Statement, kind: Any, text: str, claims: Iterable[Any]) -> AuditVerdict:
    unique = tuple({one.id: one for one in claims}.values())
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, unique[:SHOWN])
