"""Causal links that a text states: cause, effect and marker, each with its span."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.dates import MONTHS, WEEKDAY
from standoff.addons.reading.lexicon import each
from standoff.addons.reading.noun_phrases import FINITE, IRREGULAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span

FORWARD = (
    r"(?:has|have|had)?\s*(?:also\s+)?(?:directly\s+|eventually\s+)?(?:led\s+to|leads\s+to|lead\s+to|"
    r"leading\s+to|resulted\s+in|results\s+in|resulting\s+in|caused|causes"
    r"|causing|triggered|triggers|triggering|sparked|sparking|prompted|prompts|prompting|brought\s+about|"
    r"gave\s+rise\s+to|gives\s+rise\s+to|provoked|provokes|forced|forces|promoted"
    r"|drove|contributed\s+to|contributes\s+to|set\s+off|spurred|fuelled|fueled)"
)
BACKWARD = (
    r"because\s+of|because|due\s+to|owing\s+to|thanks\s+to|as\s+a\s+result\s+of|as\s+a\s+consequence\s+of|"
    r"in\s+response\s+to|on\s+account\s+of"
    r"|(?:is|was|are|were)\s+(?:mainly\s+|largely\s+|partly\s+)?(?:driven|caused|triggered|prompted|provoked|"
    r"explained)\s+by|result(?:s|ed)\s+from|stem(?:s|med)\s+from|in\s+retaliation\s+for"
)
SO = r"(?<=,)\s*(?:and\s+)?(?:so(?!\s+(?:far|that|called|much|many|long))|therefore|thus|hence|as\s+a\s+result|consequently)\b"
MAKING = r"(?<=,)\s*(?:making|leaving|giving|forcing|allowing|bringing)\b"
TIMES = "then|early|late|mid|last|the\\s+(?:start|beginning|end|war|invasion)|" + "|".join(MONTHS)
OPENING = re.compile(rf"(?i)^\s*(?:{BACKWARD}|since(?!\s+(?:\d|{TIMES})))\s+")
LINK = re.compile(rf"(?i)(?P<f>\b{FORWARD}\b)|(?P<b>\b(?:{BACKWARD})\b)|(?P<s>{SO})|(?P<m>{MAKING})")
TRANSITIVE = re.compile(r"(?i)\b(?:caus|trigger|spark|prompt|provok|forc|promot|drove|spurr|fuel)\w*$")
NEXT = re.compile(r"\s+([\w'\u2019-]+)")
NO_OBJECT = (
    FINITE
    | IRREGULAR
    | each(
        """in on by for from to with of into since during through across toward towards along alongside against amid upon after
    before out back off away home and or but who which north south east west"""
    )
)  #: words that begin no object: `forces in the east`, `promoted in 2020`, `drove south`
PLURAL = each("forces causes triggers prompts")  #: verbs that are also nouns
MADE_TO = re.compile(
    rf"(?!\s+(?i:{WEEKDAY})\b)\s+(?:(?:the|an?|its|his|her|their|our|many|some|more|all|both)\s|(?:it|him|her|them|us)\b|[A-Z]|"
    r"[a-z]+s\s+to\b)[^,;.]{0,60}?\b(?:to|into|out|back|off|from)\b"
)  #: the object of `forces`: `forces Ukraine to withdraw`
LEAD = re.compile(r"(?i)^(?:\s|,|:|and\b|but\b|so\b|that\b|which\b)+")
TAIL = re.compile(r"(?i)[\s,]+(?:which|that|and|who|this)?\s*$")
WORD = re.compile(r"\w")
CUT = re.compile(r"(?i),\s*(?:but|while|whereas|although|though)\b|;")


def find(
    text: str, sentence: Span, clauses: Sequence[Span], attributions: Sequence[tuple[int, int]] = ()
) -> list[dict[str, Any]]:
    """Each link as `cause`, `effect` (`text, start, end`) and `marker`.

    `attributions` are the places of words such as `the minister said`, which are part of neither.
    """
    apart = [one for one in attributions if not _in_commas(text, *one)]
    sentence = _body(text, sentence, apart)
    opening = OPENING.match(text[sentence.start : sentence.end])
    if opening:
        comma = text.find(",", sentence.start + opening.end(), sentence.end)
        if comma > 0:
            marker = opening.group().strip()
            effect = _body(text, sentence._replace(start=comma + 1), attributions)
            return _link(text, (sentence.start + opening.end(), comma), effect, marker)
    out: list[dict[str, Any]] = []
    for match in LINK.finditer(text, sentence.start, sentence.end):
        if match.lastgroup == "f" and (_passive(text, match) or not _has_object(text, match, sentence.end)):
            continue
        own = next((c for c in clauses if c.start <= match.start() < c.end), sentence)
        own = own._replace(start=max(own.start, sentence.start))
        whole = match.lastgroup in {"s", "m"} or text[own.start : match.start()].strip(" ,").lower() in {
            "which",
            "that",
            "and",
            "",
        }
        left = (_floor(text, sentence.start if whole else own.start, match.start()), match.start())
        left = (max(left[0], *(end for _, end in apart if end <= left[1]), 0), left[1])
        right = (match.end(), _ceiling(text, match.end(), sentence.end))
        right = (right[0], min(right[1], *(start for start, _ in apart if start >= right[0]), right[1]))
        backward = match.lastgroup == "b"
        marker = match.group().strip(" ,")
        result = _link(text, right, left, marker) if backward else _link(text, left, right, marker)
        out += result
        if len(out) >= 4:  # assumption: no sentence states more links that a reader would keep apart
            break
    return out


def _body(text: str, sentence: Span, attributions: Sequence[tuple[int, int]]) -> Span:
    """The sentence without words of attribution that begin it."""
    for start, end in attributions:
        if sentence.start <= start and WORD.search(text, sentence.start, start) is None:
            lead = LEAD.match(text[end : sentence.end])
            return sentence._replace(start=end + (lead.end() if lead else 0))
    return sentence


def _in_commas(text: str, start: int, end: int) -> bool:
    """Whether words of attribution interrupt a clause: `Russia, the minister said, lost`."""
    return text[max(start - 2, 0) : start].rstrip().endswith(",") and text[end : end + 1] == ","


def _has_object(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a verb of causing has an object; `led to` has its own word before it."""
    verb = TRANSITIVE.search(match.group())
    if verb is None:
        return True
    following = NEXT.match(text, match.end(), end)
    word = following.group(1).lower() if following else ""
    if not word or word in NO_OBJECT:
        return False
    if verb.group().lower() not in PLURAL:
        return True
    return (
        MADE_TO.match(text, match.end(), end) is not None
        if verb.group().lower() == "forces"
        else not word.endswith("ed")
    )


def _passive(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 12) : match.start()]
    after = text[match.end() : match.end() + 5]
    return bool(
        re.search(r"(?i)\b(?:is|are|was|were|been|be|being|get|got|the|of)\s*$", before)
    ) or after.lower().startswith(" by ")


def _floor(text: str, start: int, end: int) -> int:
    last = start
    for cut in CUT.finditer(text, start, end):
        last = cut.end()
    return last


def _ceiling(text: str, start: int, end: int) -> int:
    cut = CUT.search(text, start, end)
    return cut.start() if cut else end


def _link(text: str, cause: tuple[int, int], effect: tuple[int, int], marker: str) -> list[dict[str, Any]]:
    parts = [_span(text, *cause), _span(text, *effect)]
    if not all(parts):
        return []
    return [{"cause": parts[0], "effect": parts[1], "marker": marker}]


def _span(text: str, start: int, end: int) -> dict[str, Any] | None:
    lead = LEAD.match(text[start:end])
    start += lead.end() if lead else 0
    tail = TAIL.search(text, start, end)
    end = tail.start() if tail else end
    while end > start and text[end - 1] in " \t\r\n.,;:":
        end -= 1
    if end - start < 2:
        return None
    return {"text": text[start:end], "start": start, "end": end}
