"""Actors that a text names: position, code, and kind of word.

Names are looked up with letter case kept, the longest first: `US` is a state and `us` is not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from standoff.addons.reading import gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GAP = r"(?:[ \u00a0\n\r\t]{1,3}|-)"  #: between the words of a name
PUBLIC = re.compile(r" (?:netizens|public|people|citizens|voters|respondents|population|society|bloggers|residents)\b")
ADJECTIVE = "demonym"
SAME = {
    "SUN": "RUS",
    "USSR": "RUS",
    "EU": "EUR",
    "UNC": "UN",
    "US": "USA",
    "UK": "GBR",
}  #: codes that name one actor in texts and ledgers


class Mention(NamedTuple):
    """A mention of an actor."""

    start: int
    end: int
    code: str
    kind: str  #: name, demonym, capital, office, person, bloc, public, place, media


def find(text: str, start: int, end: int) -> list[Mention]:
    """Mentions between two places in the order of the text, without overlaps."""
    out = []
    for match in _pattern().finditer(text, start, end):
        code, kind = _index()[_plain(match.group())]
        public = PUBLIC.match(text, match.end()) if kind in {ADJECTIVE, "name"} else None
        if public:
            code, kind = f"{code}.public", "public"
        if code:  # else the name means something else
            out.append(Mention(match.start(), (public or match).end(), code, kind))
    return out


@lru_cache(maxsize=1024)
def mentions(text: str) -> tuple[Mention, ...]:
    """Mentions in a whole text."""
    return tuple(find(text, 0, len(text)))


def codes(mentions: Iterable[Mention]) -> list[str]:
    """Codes, each once, in the order of the text."""
    return list(dict.fromkeys(mention.code for mention in mentions))


def base(code: str) -> str:
    """The state, bloc or body of a code, without its part: `RUS.public` is `RUS`."""
    state = code.split(".")[0].upper()
    return SAME.get(state, state)


def name(code: str) -> str:
    """The usual name of an actor; empty for what is no code of one."""
    return _names().get(code, "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {code: words for words, code, kind in reversed([*_entries()]) if kind in {"name", "bloc"}}


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, str]]:
    """Name -> code and kind; the first of several."""
    return {_plain(name): (code, kind) for name, code, kind in reversed([*_entries()])}


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name.replace("\u2019", "'"))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """All names, the longest first."""
    forms = sorted(_index(), key=len, reverse=True)
    parts = (re.escape(one).replace(r"\ ", GAP).replace("'", "['\u2019]") for one in forms)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def _entries() -> Iterator[tuple[str, str, str]]:
    """Each name with its code and kind, those that mean something else first."""
    yield from ((name, "", "other") for name in re.split(r"[|\n]", gazetteer.OTHERS.strip()))
    for table, *kinds in gazetteer.TABLES:
        for line in table.strip().splitlines():
            code, *cells = line.split("|")
            for kind, cell in zip(kinds, cells, strict=True):
                for name in filter(None, cell.split(",")):
                    yield name, code, kind
                    if kind == ADJECTIVE and name.endswith(("n", "i", "k", "b")):
                        yield f"{name}s", f"{code}.public", "public"
