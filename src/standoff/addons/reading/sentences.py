"""Split a text into sentences and clauses, as spans of code points.

A sentence ends at `.`, `!`, `?` before a gap, at a blank line, and at the end of a line that ends one, is a heading or
precedes an item of a list. A clause ends where another is joined to it. Sentences of more than `LONGEST` characters are
cut at a gap, so that time is linear in the length of any text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1200  # assumption: a sentence of a newspaper has some 150 characters, a long one 600
HEADING = 60  # assumption: a line shorter than this that ends without a stop, before a capital letter, is a heading
ABBREVIATIONS = each(
    """mr mrs ms dr prof gen lt col maj capt sgt adm gov sen rep st no nos fig vs etc approx est al inc ltd co corp jan
    feb mar apr jun jul aug sep sept oct nov dec vol pp art cf ca dept"""
)
STARTERS = each(
    """The A An In On At It He She They We This That These Those But And However Meanwhile According As If When While
    Since After Before For By"""
)
END = re.compile(r"""[.!?\u2026\u3002]+["'\u201d\u2019)\]]*(?=\s|\[\d|$)|\n[ \t\r]*\n\s*|\n""")
BULLET = re.compile(r"[ \t]*(?:[-*\u2022\u2013]|\(?\d{1,2}[.)])[ \t]+\S")
HEADED = re.compile(
    r"[ \t]{0,3}(?:#{1,6}[ \t]|(?:={3,}|-{3,})[ \t\r]*$)"
)  #: a line of a Markdown heading, or under one
LAST_WORD = re.compile(r"(?:[^\W\d_]\.)+$|[^\W\d_]+\.$|\b\d{1,2}\.$")
NEXT_WORD = re.compile(r"""[\s"'\u201c\u2018(\[]*([^\W\d_]+|\d)?""")
MARKS = "\"'\u201d\u2019"
NAMED = r"he|she|they|the\s\w+|(?:(?:Mr|Mrs|Ms|Dr)\.\s+)?(?:[A-Z][\w'\u2019-]+\s+){0,2}[A-Z][\w'\u2019-]+"
ATTRIBUTION = re.compile(
    r"\s+(?:(?:said|says|asked|wrote|replied|tweeted|added)\s|"
    rf"(?:{NAMED})\s+(?:has\s|had\s|later\s|then\s)?(?:said|says|asked|wrote|replied|tweeted|added|told|continued|joked|responded)\b)"
)  #: words that belong to the quotation before: `"Never!" Ann Lee said.`
JOINT = re.compile(
    r",\s*(?=which\b[^,]*\Z)|"
    r";\s*|,\s*(?=(?:so|but|yet|while|whereas|therefore|although|though|thus|hence)\b)"
    r"|,\s*(?=(?:and|or|nor)\s+(?:the\s+|that\s+)?(?:[A-Z]\w|it\b|they\b|he\b|she\b|there\b|some\b|many\b|over\b|nearly\b"
    r"|about\b|more than\b|\d))"
    r"|,\s*(?=(?:making|leaving|bringing|giving|according to|with)\b)"
    r"|\s+(?=(?:and|while|but|whereas)\s+(?:the\s+)?[A-Z]\w+\s+(?:(?:has|had|have)\s+)?(?:\w{2,}ed|lost|said|"
    r"gave|sent|took|won|made|fell|rose|spent)\s)"
)

LEADING = re.compile(
    r"(?:Because|After|When|While|Although|Though|Since|If|As|Before|Once|Until|Unless|By\s+the\s+time)\b[^,]{8,160}(,\s+)"
    r"(?!(?:and|or|but|so|which|who|yet|while)\b)"
)
FINITE = re.compile(
    r"\b(?:[a-z]{2,}ed|lost|said|gave|sent|took|won|made|fell|rose|spent|has|have|had|is|are|was|were|will|"
    r"\w+s\s+(?:that|the|a|an)\b)\b"
)


Place: TypeAlias = tuple[int, int]  #: start and end of words


class Span(NamedTuple):
    """A piece of the text: `text[start:end]`."""

    start: int
    end: int


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text in order, not empty, without surrounding white space."""
    start = 0
    for match in END.finditer(text):
        if match.end() <= start or not _ends(text, start, match):
            continue
        yield from _pieces(text, start, match.end())
        start = match.end()
    yield from _pieces(text, start, len(text))


def clauses(text: str, sentence: Span) -> list[Span]:
    """The clauses of a sentence, without the separators."""
    cuts = [sentence.start]
    ends = []
    if (lead := LEADING.match(text, sentence.start, sentence.end)) and FINITE.search(text, lead.start(), lead.end()):
        ends.append(lead.end() - len(lead.group(1)))
        cuts.append(lead.end())
    for match in JOINT.finditer(text, sentence.start, sentence.end):
        if match.end() > cuts[-1] + 3 and (match.group().strip() or FINITE.search(text, cuts[-1], match.start())):
            ends.append(match.start())
            cuts.append(match.end())
    ends.append(sentence.end)
    return [Span(a, b) for a, b in zip(cuts, ends, strict=True) if text[a:b].strip()] or [sentence]


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a sign ends a sentence that begins at `start`."""
    sign = match.group()
    if sign.startswith("\n"):
        return "\n" in sign[1:] or _line_ends(text, start, match)
    if sign[0] != "." or len(sign.rstrip("\"'\u201d\u2019)]")) > 1:
        return sign[-1] not in MARKS or sign[0] not in "!?" or ATTRIBUTION.match(text, match.end()) is None
    return _stop_ends(text, start, match)


def _stop_ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence, and no abbreviation, initial or item of a list."""
    at = match.start()
    word = LAST_WORD.search(text, max(start, at - 24), at + 1)
    last = word.group() if word else ""
    following = NEXT_WORD.match(text, match.end())
    after = (following.group(1) or "") if following else ""
    goes_on, place = after[:1].islower(), text[start:at].strip()
    if "." in last[:-1] or len(last) == 2:  # U.S., e.g., an initial
        return after in STARTERS or not after
    if last[:-1].isdigit():  # an item of a list, or a day or number that ends a sentence
        return (at - start > 8 or place != last[:-1]) and bool(after) and not goes_on
    return not after or (last[:-1].lower() not in ABBREVIATIONS and not goes_on)


def _line_ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the end of a line ends a sentence: behind a stop, a heading, before an item."""
    line = text.rfind("\n", start, match.start()) + 1 or start
    tail, after = text[line : match.start()].rstrip(), text[match.end() : match.end() + 40]
    if not tail or BULLET.match(after) or HEADED.match(text, line, match.start()):
        return True
    heading = len(tail) < HEADING and tail[-1] not in ",-" and after[:1].isupper() and line <= start
    return tail[-1] in ".!?:\u2026\u3002" or heading


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        yield Span(start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield Span(start, end)
