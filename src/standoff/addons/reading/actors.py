"""Actors that a text names: position, code, and kind of word.

Names are looked up word by word, the longest first, with letter case kept: `US` is a state and `us` is not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from standoff.addons.reading import gazetteer
from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]+|[A-Z]-?\d\b")
GAP = re.compile(r"[ \u00a0\n\r\t]{1,3}|-|, |'|\u2019|\. ")
PUBLIC = each("""netizens public people citizens voters respondents population society bloggers residents""")
GIVEN = each("""Michael Chad Jim Paris Jordan Cuba Ivan David John Robert Sarah Mary Pete Peter Anna Mark Paul""")
NAMES_TOO = frozenset({"Jordan", "Chad", "Georgia", "Paris", "Sofia", "Lima", "Cuba", "Mali", "Turkey", "West"})
ADJECTIVE = "demonym"
SAME = {
    "SUN": "USSR",
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


class Word(NamedTuple):
    """A word with its position."""

    text: str
    start: int
    end: int


def words(text: str, start: int, end: int) -> list[Word]:
    """The words of a piece of text."""
    return [Word(match.group(), match.start(), match.end()) for match in WORD.finditer(text, start, end)]


def find(text: str, tokens: Sequence[Word]) -> list[Mention]:
    """Mentions in the order of the text, without overlaps."""
    index = _index()
    out: list[Mention] = []
    at, count = 0, len(tokens)
    while at < count:
        result = index.get(tokens[at].text)
        step = 1
        if result:
            for form, code, kind in result:
                if at + len(form) <= count and _matches(text, tokens, at, form):
                    step = len(form)
                    if kind != "other" and not _means_else(text, tokens, at, step, kind):
                        out.append(_mention(text, tokens, at, step, code, kind))
                    break
        at += step
    return out


@lru_cache(maxsize=1024)
def mentions(text: str) -> tuple[Mention, ...]:
    """Mentions in a whole text."""
    return tuple(find(text, words(text, 0, len(text))))


def codes(mentions: Iterable[Mention]) -> list[str]:
    """Codes, each once, in the order of the text."""
    return list(dict.fromkeys(mention.code for mention in mentions))


def _mention(text: str, tokens: Sequence[Word], at: int, step: int, code: str, kind: str) -> Mention:
    first, last = tokens[at], tokens[at + step - 1]
    if (
        kind == ADJECTIVE
        and last.text.endswith("s")
        and not last.text.endswith(("ss", "us"))
        and last.text[:-1] in _index()
    ):
        return Mention(first.start, last.end, f"{code}.public", "public")
    if kind in {ADJECTIVE, "name"} and at + step < len(tokens):
        following = tokens[at + step]
        if following.text in PUBLIC and text[last.end : following.start] == " ":
            return Mention(first.start, following.end, f"{code}.public", "public")
    return Mention(first.start, last.end, code, kind)


def _matches(text: str, tokens: Sequence[Word], at: int, form: tuple[str, ...]) -> bool:
    for i in range(1, len(form)):
        if tokens[at + i].text != form[i]:
            return False
        if not GAP.fullmatch(text, tokens[at + i - 1].end, tokens[at + i].start):
            return False
    return True


def _means_else(text: str, tokens: Sequence[Word], at: int, step: int, kind: str) -> bool:
    """Whether an ambiguous word (person name or direction) means no actor: `Michael Jordan`."""
    word = tokens[at].text if step == 1 else ""
    before = tokens[at - 1].text if at else ""
    if word == "West":
        return before.lower() not in {"the", "collective", "whole"}
    if word == "America":
        return before in {"Latin", "South", "North", "Central"}
    if word not in NAMES_TOO:
        return False
    given = before in GIVEN and text[tokens[at - 1].end : tokens[at].start] == " "
    if given or word not in {"Jordan", "Chad"} or at + step >= len(tokens):
        return given
    after = tokens[at + step]
    return text[tokens[at].end : after.start] == " " and after.text[0].isupper() and after.text not in _index()


def base(code: str) -> str:
    """The state, bloc or body of a code, without its part: `RUS.public` is `RUS`."""
    state = code.split(".")[0].upper()
    return SAME.get(state, state)


def name(code: str) -> str:
    """The usual name of an actor; empty for what is no code of one."""
    return _names().get(code, "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    out: dict[str, str] = {}
    for words_, code, kind in _entries():
        if kind in {"name", "bloc"}:
            out.setdefault(code, words_)
    return out


@lru_cache(maxsize=1)
def _index() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """First word -> names that begin with it, the longest first."""
    out: dict[str, dict[tuple[str, ...], tuple[str, str]]] = {}
    for name, code, kind in _entries():
        form = tuple(match.group() for match in WORD.finditer(name))
        if form:
            out.setdefault(form[0], {}).setdefault(form, (code, kind))
    return {
        first: [(form, *forms[form]) for form in sorted(forms, key=len, reverse=True)] for first, forms in out.items()
    }


def _demonyms(code: str, names: str) -> Iterator[tuple[str, str, str]]:
    for name in _split(names):
        yield from ((form, code, ADJECTIVE) for form in (name, f"{name}s")[: 1 + name.endswith(("n", "i", "k", "b"))])


def _entries() -> Iterator[tuple[str, str, str]]:
    for line in gazetteer.OTHERS.strip().splitlines():
        yield from ((name, "", "other") for name in line.split("|"))
    for line in gazetteer.STATES.strip().splitlines():
        code, names, demonyms, capital = line.split("|")
        yield from ((name, code, "name") for name in _split(names))
        yield from _demonyms(code, demonyms)
        yield from ((name, code, "capital") for name in _split(capital))
    yield "Sino", "CHN", ADJECTIVE
    for line in gazetteer.BLOCS.strip().splitlines():
        code, names, adjectives = line.split("|")
        yield from ((name, code, "bloc") for name in _split(names))
        yield from _demonyms(code, adjectives)
    for table, kind in (
        (gazetteer.OFFICES, "office"),
        (gazetteer.PERSONS, "person"),
        (gazetteer.PLACES, "place"),
        (gazetteer.MEDIA, "media"),
    ):
        for line in table.strip().splitlines():
            code, names = line.split("|")
            yield from ((name, code, kind) for name in _split(names))


def _split(names: str) -> list[str]:
    return [name for name in names.split(",") if name]
