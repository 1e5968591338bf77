"""Passages as content: senses of words, actors in order, numbers and negation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from standoff.addons.reading import actors, dates, numbers
from standoff.addons.reading.audit.senses import NEGATIVE, STOP, negations, senses
from standoff.addons.reading.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
SUBORDINATE = re.compile(
    r"(?i)(?<![,\s])[,\s]+(?:before|after|when|while|whilst|because|although|though|since|unless|until|whatever|whenever|as\s+long\s+as|"
    r"if|after\s+which|in\s+case)\s.*$"
)
CUT = re.compile(r"(?i)[;:,.]\s|\s(?:and|but|when|while|before|after|until|if)\s")
SAME = {
    "SUN": "USSR",
    "EU": "EUR",
    "UNC": "UN",
    "US": "USA",
    "UK": "GBR",
}  #: codes that name one actor in texts and ledgers


def actor(code: str) -> str:
    """The state, bloc or body of a code, without its part: `RUS.public` is `RUS`."""
    base = code.split(".")[0].upper()
    return SAME.get(base, base)


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of content with its senses; an actor's sense is its code."""

    text: str
    senses: frozenset[str]
    kind: str  #: word, actor or number
    negative: bool = False  #: whether its part of the sentence is negated


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The content of a passage."""

    terms: tuple[Term, ...]
    actors: tuple[str, ...]  #: in the order of the text, each once

    def coverage(self, pool: frozenset[str]) -> float:
        """Share of the terms with a sense in `pool`."""
        return sum(bool(term.senses & pool) for term in self.terms) / len(self.terms) if self.terms else 0.0

    def essence(self, pool: frozenset[str]) -> float:
        """Share of words and of known actors with a sense in `pool`, without numbers."""
        rest = [t for t in self.terms if t.kind == "word" or (t.kind == "actor" and t.senses & pool)]
        return sum(bool(term.senses & pool) for term in rest) / len(rest) if rest else 0.0

    def uncovered(self, pool: frozenset[str]) -> list[Term]:
        """Tokens without a sense in `pool`."""
        return [term for term in self.terms if not term.senses & pool]


def main(text: str) -> str:
    """A sentence without its subordinate clause at the end."""
    return SUBORDINATE.sub("", text)


@lru_cache(maxsize=1024)  # the statements of a sentence share it
def passage(text: str, published: str = "") -> Passage:
    """The content of a text: words without dates, and names of actors as codes."""
    whole = Span(0, len(text))
    taken = [Span(date.start, date.end) for date in dates.find(text, whole, published)]
    terms: list[tuple[int, Term]] = []
    mentions = actors.mentions(text)
    for mention in mentions:
        code = actor(mention.code)
        words = (w for part in WORD.findall(text[mention.start : mention.end]) for w in senses(part))
        own = frozenset(words) if mention.kind in {"person", "office", "place", "media"} else frozenset[str]()
        terms.append(
            (
                mention.start,
                Term(text=text[mention.start : mention.end], senses=own or frozenset({code}), kind="actor"),
            )
        )
        taken.append(Span(mention.start, mention.end))
    for number in numbers.find(text, whole, taken):
        ends = [one for one in (number.value, number.low, number.high) if one is not None]
        terms.append(
            (number.start, Term(text=text[number.start : number.end], senses=frozenset(figures(ends)), kind="number"))
        )
        taken.append(Span(number.start, number.end))
    for match in WORD.finditer(text):
        if match.group().lower() in STOP or any(a < match.end() and match.start() < b for a, b in taken):
            continue
        word = re.sub(r"['\u2019]s$", "", match.group())
        terms.append((match.start(), Term(text=word, senses=senses(word), kind="word")))
    terms.sort(key=lambda one: one[0])
    codes = list(dict.fromkeys(actor(mention.code) for mention in mentions))
    return Passage(terms=tuple(_signed(text, terms)), actors=tuple(codes))


def _signed(text: str, terms: Sequence[tuple[int, Term]]) -> Iterator[Term]:
    """The terms with the sign of their part of the sentence.

    A part of negation alone (`and is refused`) negates the one before.
    """
    cuts = [0, *(match.end() for match in CUT.finditer(text)), len(text)]
    parts = [(a, b) for a, b in pairwise(cuts) if a < b]
    signs = [negations(text[a:b]) % 2 == 1 for a, b in parts]
    filled = [any(a <= start < b and not NEGATIVE.fullmatch(one.text) for start, one in terms) for a, b in parts]
    for i in range(1, len(parts)):
        if signs[i] and not filled[i]:
            signs[i - 1] = not signs[i - 1]
    for start, one in terms:
        sign = next((sign for (a, b), sign in zip(parts, signs, strict=True) if a <= start < b), False)
        yield replace(one, negative=sign)


def figures(numbers_: Iterable[float]) -> list[str]:
    """Senses of numbers."""
    return [f"#{number:.6g}" for number in numbers_]
