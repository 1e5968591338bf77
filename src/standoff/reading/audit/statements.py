"""Check statements without numbers: relations that others deny, and dated events.

The ledger's propositions are read by the same rules as the text. A statement is disputed where a claim says the
opposite about the same actors, or answers the same question in a group that the ledger marks as disputed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from standoff.dates import PartialDate
from standoff.reading import actors, pipeline
from standoff.reading.audit.numbers import cited
from standoff.reading.audit.records import AuditVerdict
from standoff.reading.sides import speaks_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standoff.ledger import Claim
    from standoff.reading.statement import Statement

GROUPS = {"aid": "help", "support": "help"}  #: kinds of relation that answer one question
WORDS = {
    "war": "war conflict invasion attack onset",
    "crisis": "crisis annex conflict onset referendum",
    "upgrade": "partnership title relations tie",
    "agreement": "treaty agreement pact accord",
    "annexation": "annex",
    "meeting": "summit talks meeting",
    "attack": "attack strike",
    "vote": "vote election referendum",
    "enlargement": "member joins enlargement",
    "recognition": "recognis",
    "ending": "withdraw end",
}  #: words of a claim about an event of a kind
WISH = re.compile(r"(?i)\b(?:want|wish|intend|hope|plan|willing|unwilling)\w*\s+to\b")  # a wish is not a fact
SHOWN = 6


class Propositions:
    """Propositions of a ledger, as relations and by date."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.by: dict[tuple[str, str, str], list[tuple[Claim, str]]] = defaultdict(list)
        self.groups: dict[str, list[Claim]] = defaultdict(list)
        self.claims = claims
        for claim in claims:
            if not claim.proposition:
                continue
            if claim.conflict:
                self.groups[claim.conflict].append(claim)
            for kind, source, target, polarity in sorted(
                {_key(one) for row in pipeline.rows(claim.proposition) for one in row.relations}
            ):
                self.by[kind, source, target].append((claim, polarity))

    def relation(self, row: Statement) -> AuditVerdict | None:
        """Verdict on the relations of a statement; None without a claim about them."""
        for one in row.relations:
            kind, source, target, polarity = _key(one)
            result = self.by.get((kind, source, target), [])
            if kind != "help" or not result or WISH.search(row.quote, 0, max(one["start"] - row.start, 0)):
                continue
            against = [claim for claim, sign in result if sign != polarity]
            agree = [claim for claim, sign in result if sign == polarity]
            group = [c for name in {claim.conflict for claim, _ in result if claim.conflict} for c in self.groups[name]
                     if c.status == "disputed" and c not in against and c not in agree]  # fmt: skip
            own = [c for c in (*agree, *group) if any(speaks_for(c.side, code) for code in row.speaker_codes)]
            return self._verdict(row, against, agree, group, own)
        return None

    def _verdict(
        self, row: Statement, against: list[Claim], agree: list[Claim], group: list[Claim], own: list[Claim]
    ) -> AuditVerdict:
        if row.speaker_codes and own:
            text = f"It is given to {row.speaker}, and the ledger has that side say so."
            return _verdict(row, "consistent", text, [c for claim in own[:3] for c in cited(claim, "agrees")])
        if against or (group and not agree):
            sources = list(dict.fromkeys(f"{c.speaker} ({c.published})" for c in (*against, *group)))
            text = f"Stated as a fact; in the ledger it is disputed by {', '.join(sources[:4])}."
            if agree:
                text += f" So say {', '.join(dict.fromkeys(c.speaker for c in agree[:3]))}."
            cites = [c for claim in (*against[:3], *group[:2]) for c in cited(claim, "differs")]
            cites += [c for claim in agree[:2] for c in cited(claim, "agrees")]
            return _verdict(row, "disputed", text, cites)
        return _verdict(
            row, "consistent", "The ledger has it so.", [c for claim in agree[:3] for c in cited(claim, "agrees")]
        )

    def event(self, row: Statement) -> list[AuditVerdict]:
        """Verdicts on dated events with a date in the ledger."""
        out = []
        for event in row.events:
            day = PartialDate.parse(event["date"])
            words = WORDS.get(event["kind"], event["kind"]).split()
            subjects = event["actors"] or row.subject.split("+")
            form = re.compile(rf"(?i)(?:\b|_)(?:{'|'.join(words)})")
            near = [claim for claim in self.claims if day.first <= claim.as_of.first and claim.as_of.last <= day.last
                    and form.search(f"{claim.quantity} {claim.proposition}")]  # fmt: skip
            result = [claim for claim in near if claim.subject in subjects] or [
                claim for claim in near if set(subjects) & set(_named(claim.proposition))]  # fmt: skip
            if result:
                text = f"{_label(event)}: the ledger has it at that date."
                out.append(
                    _verdict(row, "consistent", text, [c for claim in result[:3] for c in cited(claim, "agrees")])
                )
            else:
                out.append(
                    _verdict(
                        row,
                        "not in the ledger",
                        f"{_label(event)}: the ledger has nothing about it at that date.",
                        [],
                    )
                )
        return out


def _label(event: dict[str, Any]) -> str:
    """`2014 Crimean Crisis`, or `upgrade of 2019-06-05` for an event named by a verb."""
    return str(event["name"]) if event["date"][:4] in event["name"] else f"{event['kind']} of {event['date']}"


def _named(text: str) -> list[str]:
    return actors.codes(actors.find(text, actors.words(text, 0, len(text))))


def _key(one: dict[str, Any]) -> tuple[str, str, str, str]:
    return GROUPS.get(one["kind"], one["kind"]), one["source"], one["target"].split(".")[0], one["polarity"]


def _verdict(row: Statement, kind: Any, text: str, claims: Iterable[Any]) -> AuditVerdict:
    unique = tuple({one.id: one for one in claims}.values())
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, unique[:SHOWN])
