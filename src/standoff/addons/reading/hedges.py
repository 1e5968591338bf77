"""Hedges: words that weaken or strengthen a statement, with position and strength."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standoff.addons.reading.sentences import Span

WEAK = {
    "hearsay": "reportedly|allegedly|is said to|are said to|it is claimed|supposedly|rumou?red|unconfirmed|purportedly|"
    "so-called|unverified|apparently|seemingly|independently verified|without (?:giving|providing|offering) (?:any )?evidence|"
    "suspected|assumed to",
    "restriction": r"(?:not|never|n't)(?:\s+\w+)?\s+(?:directly|officially|openly|publicly|fully|formally|yet|necessarily)",
    "openness": "unclear|not clear|uncertain|tentative(?:ly)?|preliminary|in theory|speculat(?:ed|es|ion)|arguably",
    "possibility": "may|might|could|possibly|perhaps|maybe|potentially|conceivably|can not be ruled out|cannot be ruled out",
    "likelihood": "likely|probably|presumably|appears? to|appeared to|seems? to|seemed to|is expected to|are expected to|"
    "expected to|unlikely",
    "estimate": "estimated|estimates?|by some counts|by some accounts|is thought to|are thought to|is believed to|are "
    "believed to|was believed to"
    "|were believed to|believed to|suggests?|suggested|indicates?",
    "unnamed": "some analysts|some experts|some observers|many analysts|sources said|unnamed|anonymous|on condition of "
    "anonymity|observers|(?:asked|declined) (?:not )?to be (?:named|identified)",
}
STRONG = {
    "certainty": "clearly|certainly|undoubtedly|definitely|without doubt|no doubt|undeniably|confirmed|proven|indisputably"
}
GROUPS = {f"weak_{kind}": words for kind, words in WEAK.items()} | {f"strong_{k}": words for k, words in STRONG.items()}
HEDGE = re.compile("|".join(f"(?P<{name}>\\b(?:{words})\\b)" for name, words in GROUPS.items()), re.IGNORECASE)


@lru_cache(maxsize=1)  # the numbers of a clause share it
def find(text: str, span: Span) -> tuple[dict[str, Any], ...]:
    """Each hedge as `text, start, end, kind, strength` (weak or strong)."""
    out = []
    for match in HEDGE.finditer(text, span.start, span.end):
        strength, _, kind = str(match.lastgroup).partition("_")
        word = match.group()
        if word == "May" or (word.lower() == "may" and re.match(r"\s+\d", text[match.end() : match.end() + 3])):
            continue
        if kind == "certainty" and re.search(
            r"(?i)\b(?:not|never|nor|yet to be)\s+$", text[max(0, match.start() - 12) : match.start()]
        ):
            continue
        out.append({"text": word, "start": match.start(), "end": match.end(), "kind": kind, "strength": strength})
    return tuple(out)
