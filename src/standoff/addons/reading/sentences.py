"""Split a text into sentences and clauses, as spans of code points.

A sentence ends at `.`, `!`, `?` before a gap, at a blank line, and at the end of a line that ends one, is a heading or
precedes an item of a list. A clause ends where another is joined to it. Sentences of more than `LONGEST` characters are
cut at a gap, so that time is linear in the length of any text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
LAST_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$|[^\W\d_]+$|\b\d{1,2}$|$")
NEXT_WORD = re.compile(r"""[\s"'\u201c\u2018(\[]*([^\W\d_]+|\d|)""")
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


PIECE = re.compile(rf"(?s)\S(?:.{{,{LONGEST - 2}}}\S)?(?=\s|\Z)|\S{{{LONGEST}}}")  #: as much as fits, up to a gap


Place: TypeAlias = tuple[int, int]  #: start and end of words


class Span(NamedTuple):
    """A piece of the text: `text[start:end]`."""

    start: int
    end: int

    def of(self, things: Iterable[Any]) -> list[Any]:
        """The things that begin in it."""
        return [one for one in things if self.start <= one.start < self.end]


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text in order, not empty, without surrounding white space."""
    start = 0
    for match in END.finditer(text):
        if _ends(text, start, match):
            yield from _pieces(text, start, match.end())
            start = match.end()
    yield from _pieces(text, start, len(text))


def clauses(text: str, sentence: Span) -> list[Span]:
    """The clauses of a sentence, without the separators."""
    edges = [sentence.start]
    lead = LEADING.match(text, *sentence)
    if lead and FINITE.search(text, *lead.span()):
        edges += lead.span(1)
    for match in JOINT.finditer(text, edges[-1], sentence.end):
        if match.group().strip() or FINITE.search(text, edges[-1], match.start()):
            edges += match.span()
    edges.append(sentence.end)
    return [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if text[a:b].strip()] or [sentence]


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a sign ends a sentence that begins at `start`."""
    sign = match.group()
    if sign.startswith("\n"):
        return "\n" in sign[1:] or _line_ends(text, start, match)
    if sign[0] != "." or len(sign.rstrip(f"{MARKS})]")) > 1:
        return sign[-1] not in MARKS or ATTRIBUTION.match(text, match.end()) is None
    return _stop_ends(text, start, match)


def _stop_ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence, and no abbreviation, initial or item of a list."""
    at = match.start()
    after = NEXT_WORD.match(text, match.end()).group(1)  # type: ignore[union-attr]
    last = LAST_WORD.search(text, max(start, at - 24), at).group()  # type: ignore[union-attr]
    if not after or text[start:at].strip().isdigit():
        return not after
    if "." in last or len(last) == 1:  # U.S., e.g., an initial
        return after in STARTERS
    return not after[0].islower() and last.lower() not in ABBREVIATIONS


def _line_ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the end of a line ends a sentence: behind a stop, a heading, before an item."""
    at, next_ = match.span()
    line = text.rfind("\n", start, at) + 1 or start
    tail = text[line:at].rstrip()
    if tail[-1:] in ".!?:\u2026\u3002" or BULLET.match(text, next_) or HEADED.match(text, line, at):
        return True
    return line <= start and len(tail) < HEADING and tail[-1] not in ",-" and text[next_ : next_ + 1].isupper()


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence without the white space around it, in pieces where it is too long."""
    return (Span(*match.span()) for match in PIECE.finditer(text, start, end))
