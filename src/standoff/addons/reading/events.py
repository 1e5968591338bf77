"""Dated events in a text: `the 2014 Crimean Crisis`, `On June 5, 2019, ... was named ...`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.dates import DateMention
    from standoff.addons.reading.sentences import Span

KINDS = {
    "war": "wars?|conflicts?|invasions?|offensives?|hostilities|fighting",
    "crisis": "cris[ie]s|standoff|blockade|uprising|revolution|coup|protests?|revolt",
    "annexation": "annexation",
    "agreement": "agreements?|treaty|treaties|pact|accords?|ceasefire|truce|armistice|deal",
    "meeting": "summits?|talks|conference|meetings?|visit",
    "attack": "attacks?|strikes?|bombings?|raids?|massacre|explosions?",
    "vote": "elections?|referendum|votes?",
    "enlargement": "enlargement|accession",
}
WHAT = "|".join(f"(?P<{kind}>(?i:{words}))" for kind, words in KINDS.items())
NAMED = re.compile(rf"(?:1[5-9]|20)\d\d\s+(?:[\w'\u2019-]+\s+){{0,4}}?(?:{WHAT})\b")
AFTER = re.compile(
    rf"(?P<name>\b(?:[A-Z][\w'\u2019-]*\s+(?:and\s+|of\s+)?){{0,3}}(?:{WHAT})"
    r"(?:\s+(?:of|against|on|in)\s+(?:the\s+)?[A-Z]\w+(?:\s+[A-Z]\w+)?)?)\s+(?:of|in|on)\s+$"
)
UPGRADE = (
    r"upgrad\w+|elevat\w+|rais(?:e|es|ed|ing)\b(?=.{0,60}(?:partnership|relations|ties|level))|"
    r"promot\w+(?=.{0,60}(?:relations|ties|partnership))|improvement\s+of\s+[\w ,-]{0,40}relations|"
    r"was\s+named\s+the"
)
DOES = {
    "upgrade": UPGRADE,
    "war": r"invad(?:ed|es)|declared\s+war|launched|attacked|crossed\s+the\s+border",
    "annexation": r"annex(?:ed|es)",
    "agreement": r"signed|concluded|ratified|agreed",
    "recognition": r"recogni[sz]ed",
    "enlargement": r"joined|acceded|admitted",
    "sanction": r"imposed",
    "ending": r"withdrew|surrendered|ended",
    "vote": r"voted|elected",
}
DID = re.compile("|".join(f"(?P<{kind}>\\b(?:{words}))" for kind, words in DOES.items()), re.IGNORECASE)


def find(text: str, clause: Span, dates: Sequence[DateMention], mentions: Sequence[Mention]) -> list[dict[str, Any]]:
    """Events of a clause as `kind, name, date, actors, start, end`."""
    out: list[dict[str, Any]] = []
    used: set[int] = set()
    inside = [date for date in dates if clause.start <= date.start and date.end <= clause.end]
    for date in inside:
        if len(date.value) == 4 and (match := NAMED.match(text, date.start, clause.end)):
            kind = _kind(match)
            if "," not in match.group():
                out.append(_event(kind, match.group(), date.value, date.start, match.end(), mentions))
                used.add(date.start)
                continue
        begin = max(clause.start, date.start - 90)
        if date.value and (result := AFTER.search(text[begin : date.start])):
            kind = _kind(result)
            begin += result.start("name")
            out.append(_event(kind, text[begin : date.end], date.value, begin, date.end, mentions))
            used.add(date.start)
    free = [date for date in inside if date.start not in used and date.value and date.role != "since"]
    if free and not out and (did := DID.search(text, clause.start, clause.end)):
        event = _event(str(did.lastgroup), did.group(), free[0].value, did.start(), did.end(), ())
        out.append(
            event | {"actors": list(dict.fromkeys(m.code for m in mentions if clause.start <= m.start < clause.end))}
        )
    return out


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in KINDS if match.group(kind))


def is_name(events: Sequence[dict[str, Any]], date: DateMention) -> bool:
    """Whether a date is part of an event's name, and does not date the statement."""
    return any(event["start"] <= date.start and date.end <= event["end"] for event in events)


def _event(kind: str, name: str, date: str, start: int, end: int, mentions: Sequence[Mention]) -> dict[str, Any]:
    actors = list(dict.fromkeys(m.code for m in mentions if start <= m.start and m.end <= end))
    return {"kind": kind, "name": name, "date": date, "actors": actors, "start": start, "end": end}
