"""Whether a date without a year is past or to come, by the verbs of its clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from standoff.addons.reading.lexicon import any_of

if TYPE_CHECKING:
    from standoff.addons.reading.sentences import Span

Tense = Literal["past", "future", ""]

FUTURE = (
    r"will|shall|won['\u2019]t|\w+['\u2019]ll|(?:am|is|are)\s+going\s+to|plans?\s+to|upcoming|looming|next|tomorrow"
)
INTENDS = any_of(
    """agree[sd]? planned planning plans vow(?:s|ed)? promis\\w+ pledg\\w+ intend\\w* want\\w* hop(?:es|ed|ing) expect\\w*
    needs? needed decid\\w+ schedul\\w+ slated prepar\\w+ due poised set likely ready about trying tries going offer\\w*
    propos\\w+ threaten\\w* challeng\\w+ invit\\w+ asks asked order\\w+"""
)
OPEN = (
    rf"would|could|can|may|might|must|should|(?:{INTENDS})\s+(?:\w+\s+){{0,3}}?to|(?:is|are|has|have|was|were)\s+to|to\s+be|scheduled|"
    r"slated|expected|due|planned|before|until|ahead\s+of|if|unless|come|is|are|has|have|votes|faces|holds|begins|starts|ends|opens|"
    r"set\s+for|(?:(?<=that )|(?<=which )|(?<=who ))(?:vote|hold|open|begin|start|end|follow)"
)  #: words that leave it open: `could win in November`, `before November`
PAST = any_of(
    """was were had did didn['\\u2019]t wasn['\\u2019]t weren['\\u2019]t hadn['\\u2019]t been made took saw got went came
    gave knew kept held lost won ran began told said thought felt found met heard stood sat rose fell spoke wrote led drew
    shook left sent flew drove fought struck spent brought bought caught taught built became broke chose paid shot sold
    sought swept threw withdrew grew hid swore dug laid quit sank sunk died drank ate bled fled bound flung hung slid
    stole stuck swung tore woke wound"""
)
NO_PAST = any_of(
    "need indeed speed feed seed breed red bed hundred naked sacred wicked shed bleed exceed proceed succeed heed agreed"
)
NO_VERB = (
    r"(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bbe )(?<!\bbeing )(?<!\bis )(?<!\bare )"  #: `a contested vote`, `will be held`
)
CUE = re.compile(
    rf"(?<![-\w])(?:(?P<future>{FUTURE})|(?P<open>{OPEN})|{NO_VERB}(?P<past>{PAST}|(?!(?:{NO_PAST})\b)[a-z]{{2,}}ed))\b(?!-)"
)
QUOTE = re.compile(r"[\"\u201c\u201d]|''")
LEADS = re.compile(
    r"(?:\W*(?:And|But|On|In|By|Late|Early|Then|late|early|on|in))*\W*"
)  #: words before a date that leads a sentence
BESIDE = re.compile(r"(?:\W+\w+){0,6}?\W*")  #: a few words between a verb and its date
BOUNDARY = re.compile(
    r"[,;:\u2014\u2013\"\u201c\u201d()]|\s-\s|\b(?:that|which|who|whose|but|because|when|while|where|whether|although|though)\b"
)


class Timing(NamedTuple):
    """Tense of a date, and whether its verb stands beside it or the date leads the sentence."""

    tense: Tense
    near: bool


def timing(text: str, sentence: Span, start: int, end: int) -> Timing:
    """Tense by the last verb of the clause before the date, else the first after it.

    Without one a verb of the sentence decides. Only a verb of its own clause makes a date future.
    """
    floor = max((m.end() for m in BOUNDARY.finditer(text, sentence.start, start)), default=sentence.start)
    limit = BOUNDARY.search(text, end, sentence.end)
    leads = LEADS.fullmatch(text, sentence.start, start) is not None
    before = list(CUE.finditer(text, floor, start))
    if before:
        return Timing(_named(before[-1]), BESIDE.fullmatch(text, before[-1].end(), start) is not None)
    later = CUE.search(text, end, limit.start() if limit else sentence.end)
    if later is not None:
        return Timing(_named(later, follows=True), leads)
    earlier = [
        one for one in CUE.finditer(text, sentence.start, floor) if not _is_in_other_quotation(text, one.end(), start)
    ]
    rest = earlier[-1] if earlier else CUE.search(text, end, sentence.end)
    if rest is None or (not earlier and _is_in_other_quotation(text, end, rest.start())):
        return Timing("", leads)
    found = _named(rest, follows=not earlier)
    return Timing(found if found == "past" or leads else "", leads)


def _is_in_other_quotation(text: str, start: int, end: int) -> bool:
    """Whether a quotation begins or ends between two places."""
    return len(QUOTE.findall(text, start, end)) % 2 == 1


def _named(cue: re.Match[str], follows: bool = False) -> Tense:
    """Tense of a cue; after a date, `agreed to` is past."""
    if cue.lastgroup == "past" or (follows and cue.group().split()[0].endswith("ed")):
        return "past"
    return "future" if cue.lastgroup == "future" else ""
