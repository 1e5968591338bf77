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
        self.actor, self.choice, self.count = "", "", 0
        self.number, self.since = 0, 0
        self.marker = ""

    def take(self, text: str, sentence: Span, mentions: Sequence[Mention]) -> dict[str, Any] | None:
        """The reason of a sentence: `actor, choice, number, of, marker`; None outside a list."""
        statement = text[sentence.start : sentence.end]
        announced = ANNOUNCED.search(statement)
        if announced and (
            announced.group("count") or statement.rstrip().endswith(":") or "following" in statement.lower()
        ):
            self._open(statement[: announced.start()], sentence, mentions, announced.group("count") or "")
            return None
        if not self.actor:
            return None
        if CLOSED.match(statement):
            self.actor = ""
            return None
        mark = MARK.match(statement)
        if mark:
            self._step(mark)
        elif not self.number:
            return None
        else:
            self.since += 1
            if self.since > LONGEST:
                self.actor = ""
                return None
        return {
            "actor": self.actor,
            "choice": self.choice,
            "number": self.number,
            "of": self.count or None,
            "marker": self.marker,
        }

    def _open(self, statement: str, sentence: Span, mentions: Sequence[Mention], count: str) -> None:
        inside = [m for m in mentions if sentence.start <= m.start and m.end <= sentence.start + len(statement)]
        clause = re.split(r",\s+(?=[A-Z])", statement)[-1]
        main = [m for m in inside if m.start >= sentence.start + len(statement) - len(clause)] or inside
        self.actor = main[0].code if main else ""
        self.choice = clause.strip(" ,")
        self.count = int(count) if count.isdigit() else SMALL.get(count.lower(), 0)
        self.number, self.since, self.marker = 0, 0, ""

    def _step(self, mark: re.Match[str]) -> None:
        if mark.group("digit"):
            self.number = int(mark.group("digit"))
        elif mark.group("word"):
            self.number = ORDER[mark.group("word").lower()]
        elif mark.group("last"):
            self.number = max(self.count, self.number + 1) if self.number + 1 >= self.count else self.number + 1
        else:
            self.number += 1
        self.since, self.marker = 0, mark.group().strip(" ,:.")
