"""Enumerated reasons for a choice: `X has not ... for four reasons: Firstly ...`.

Text after an ordinal belongs to its reason until the next ordinal or a closing word. The reasons are attributed to the
first actor of the announcing clause.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.numbers import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable

ANNOUNCED = re.compile(
    r"(?i)\b(?:for|there\s+are|has|have|had|with|gave|gives|list(?:s|ed)|name[sd]?|"
    r"cite[sd]?)\s+(?:the\s+)?(?:following\s+)?(?:at\s+least\s+)?(?P<count>two|three|four|five|six|seven|"
    r"several|a\s+number\s+of|\d)?"
    r"\s*(?:following\s+)?(?:main|major|key|principal|good|basic|important|chief)?\s*(?:reasons|considerations|grounds|motives)\b"
)
MARK = re.compile(
    r"(?i)\s*(?:\(?[1-9][.):]\s|(?:the\s+)?(?:first|second|third|fourth|fifth|sixth|seventh)(?:ly)?"
    r"(?:\s+(?:reason|consideration)\s+is)?(?:\s+of\s+all)?\s*(?:,|:|\s(?=reason|is|comes))"
    r"|(?:finally|lastly|last\s+but\s+not\s+least)\s*,|(?:next|then|moreover|in\s+addition|furthermore|another\s+reason)\b)"
)
CLOSED = re.compile(
    r"(?i)\s*(?:in\s+(?:summary|conclusion|short|sum)|to\s+(?:sum\s+up|conclude)|overall|all\s+in\s+all|"
    r"on\s+the\s+whole|in\s+the\s+end|meanwhile|nevertheless)\b"
)
LONGEST = 1800  # assumption: characters without an ordinal, some 12 sentences, after which a list of reasons has ended


def find(parts: Iterable[Any]) -> None:
    """Give each sentence of a list of reasons its reason: `actor, choice, number, of`.

    parts: the sentences of a text in order, each a `SentenceReader`.
    """
    reason: dict[str, Any] | None = None
    marked = 0
    for part in parts:
        if announced := ANNOUNCED.search(part.text, *part.span):
            clause, count = part.clause(announced.start()), (announced["count"] or "").lower()
            actor = next((m.code for m in part.mentions if m.start >= clause.start), "")
            choice = part.text[clause.start : announced.start()].strip(" ,")
            of = int(count) if count.isdigit() else SMALL.get(count)
            reason, marked = {"actor": actor, "choice": choice, "number": 0, "of": of}, part.span.end
        elif reason and MARK.match(part.words):
            part.reason = reason = reason | {"number": reason["number"] + 1}
            marked = part.span.end
        elif CLOSED.match(part.words) or part.span.start > marked + LONGEST:
            reason = None
        elif reason and reason["number"]:
            part.reason = reason
