"""Enumerated reasons for a choice: `X has not ... for four reasons: Firstly ...`.

Text after an ordinal belongs to its reason until the next ordinal or a closing word. The reasons are attributed to the
actor of the announcing sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.numbers import ORDER, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.sentences import Span

ANNOUNCED = re.compile(
    r"(?i)\b(?:for|there\s+are|has|have|had|with|gave|gives|list(?:s|ed)|name[sd]?|"
    r"cite[sd]?)\s+(?:the\s+)?(?:following\s+)?(?:at\s+least\s+)?(?P<count>two|three|four|five|six|seven|"
    r"several|a\s+number\s+of|\d)?"
    r"\s*(?:following\s+)?(?:main|major|key|principal|good|basic|important|chief)?\s*(?:reasons|considerations|grounds|motives)\b"
)
MARK = re.compile(
    r"(?i)^\s*(?:\(?(?P<digit>[1-9])[.):]\s+|(?:the\s+)?(?P<word>first|second|third|fourth|fifth|sixth|"
    r"seventh)(?:ly)?(?:\s+(?:reason|consideration)\s+is)?(?:\s+of\s+all)?\s*(?:,|:|\s(?=reason|is|comes))"
    r"|(?P<last>finally|lastly|last\s+but\s+not\s+least)\s*,|(?P<next>next|then|moreover|in\s+addition|"
    r"furthermore|another\s+reason)\b)"
)
CLOSED = re.compile(
    r"(?i)^\s*(?:in\s+(?:summary|conclusion|short|sum)|to\s+(?:sum\s+up|conclude)|overall|all\s+in\s+all|"
    r"on\s+the\s+whole|in\s+the\s+end|meanwhile|nevertheless)\b"
)
LONGEST = 12  # assumption: sentences without an ordinal after which a list of reasons has ended


class Reader:
    """State of an enumeration of reasons across sentences."""

    def __init__(self) -> None:
        self.reason: dict[str, Any] | None = None
        self.since = 0

    def take(self, text: str, sentence: Span, mentions: Sequence[Mention]) -> dict[str, Any] | None:
        """The reason of a sentence: `actor, choice, number, of, marker`; None outside a list."""
        statement = text[slice(*sentence)]
        announced = ANNOUNCED.search(statement)
        if announced and (announced.group("count") or statement.endswith(":") or "following" in statement.lower()):
            self.reason = _announced(statement, announced, sentence.start, mentions)
            return None
        mark, self.since = MARK.match(statement), self.since + 1
        if self.reason is None or CLOSED.match(statement) or (mark is None and self.since > LONGEST):
            self.reason = None
        elif mark is not None:
            last = max(self.reason["of"] or 0, self.reason["number"] + 1)
            word, digit = (mark.group("word") or "").lower(), mark.group("digit")
            number = int(digit or ORDER.get(word, last if mark.group("last") else self.reason["number"] + 1))
            self.reason, self.since = {**self.reason, "number": number, "marker": mark.group().strip(" ,:.")}, 0
        return self.reason if self.reason and self.reason["number"] else None


def _announced(statement: str, match: re.Match[str], start: int, mentions: Sequence[Mention]) -> dict[str, Any]:
    """The enumeration that a sentence announces: whose reasons, for what, how many."""
    clause = re.split(r",\s+(?=[A-Z])", statement[: match.start()])[-1]
    end = start + match.start()
    inside = [m for m in mentions if m.end <= end]
    actor = next((m.code for m in inside if m.start >= end - len(clause)), inside[0].code if inside else "")
    count = (match.group("count") or "").lower()
    of = (int(count) if count.isdigit() else SMALL.get(count)) or None
    return {"actor": actor, "choice": clause.strip(" ,"), "number": 0, "of": of, "marker": ""}
