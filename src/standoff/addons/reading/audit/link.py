"""Which quantity of a ledger a statement is about: retrieval with a margin.

Cards are filtered by subject, unit, period and counterpart, and ranked by BM25. A statement is linked to the first card
only where the next is behind by a margin, and where words of the statement are in its name or description.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from standoff import catalog, units
from standoff.addons.reading import spacy_parser
from standoff.addons.reading.actors import base, name
from standoff.addons.reading.lexicon import each
from standoff.addons.reading.numbers import MONEY
from standoff.addons.reading.source_text import need
from standoff.errors import UnitError
from standoff.ledger.cards import WINDOW, cards, description, read_corrections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim
    from standoff.ledger.cards import Card

MARGIN = 0.1  # share of the best score that the next card must be behind; from 0 to 0.15 no error of the developed texts is endorsed
STEM = 6  # letters of a stem; assumption: inflections of English differ behind them
NAMED, DESCRIBED = 3, 2  # assumption: repetitions of words of the name and of the description, to one of remarks
B = 0.4  # assumption: long remarks count against a card less than in the usual BM25 (0.75)
PRECISION = {"year": 4, "month": 7}  #: characters of a date of this precision
LEAST_SHARE = 0.3  # assumption: weight of a card none of whose words of the name is in the statement
UNSAID = each("public personnel year month day forecast")  #: words of names that texts leave out
SPECIAL = frozenset({"sanction", "shell"})  #: units of one kind of thing
COUNTS = frozenset({"person", "item", "sanction", "shell", "1", "unit", "ratio", "level", "share", "point"})
WORD = re.compile(r"[^\W\d_]{2,}")
STOP = each(
    """the of and in on at by to of for from with or but that which have has had were was is are will would since after before as
    during through its their his her this these those it they he she said say says an be been not only more than over about"""
)


def stems(words: Iterable[str]) -> list[str]:
    """The first letters of words without their plural, of verbs that are irregular of the base."""
    lower = (word.casefold() for word in words)
    base_forms = spacy_parser.irregular_verbs()
    return [re.sub(r"(?<=..[^s])s$", "", base_forms.get(word, [word])[0])[:STEM] for word in lower if word not in STOP]


def stemmed(text: str, without: Sequence[tuple[int, int]] = ()) -> list[str]:
    """The stems of a text without these places."""
    words = [match for match in WORD.finditer(text) if not any(a <= match.start() < b for a, b in without)]
    return stems(match.group() for match in words)


@dataclass(frozen=True, kw_only=True)
class QuantityLink:
    """The cards that a statement may be about, best first."""

    card: Card | None  #: the card, where the margin holds
    ranked: tuple[tuple[Card, float], ...]
    reason: str  #: why none was linked


class CardIndex:
    """The documents of an index with BM25."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        library: Any = need("rank_bm25", "reading", "matching statements with a ledger")
        self.model: Any = library.BM25Okapi([list(one) or [""] for one in documents] or [[""]], b=B)
        self.count, holding = len(documents), Counter[str](word for one in documents for word in {*one})
        self.model.idf = {w: math.log(1 + (self.count - n + 0.5) / (n + 0.5)) for w, n in holding.items()}

    def scores(self, query: Iterable[str], chosen: Sequence[int]) -> list[float]:
        """Scores of the chosen documents."""
        return [float(score) for score in self.model.get_batch_scores(list(query), list(chosen))] if chosen else []

    def weight(self, word: str) -> float:
        """How rare a word is; that of an unknown word is the greatest."""
        return float(self.model.idf.get(word, math.log(1 + self.count / 0.5)))


@cache
def title_forms(card: Card) -> tuple[frozenset[str], ...]:
    """The words of the name of a card without actors, each as the stems of what is said for it."""
    words = (word for word in card.title.split() if not name(word.upper()) and word not in UNSAID)
    return tuple(forms for word in words if (forms := frozenset(stems([word, *description(word).split()]))))


def is_told(card: Card, query: frozenset[str]) -> bool:
    """Whether a query has every word of the name of a card, in these or in everyday words."""
    return bool(title_forms(card)) and not any(forms.isdisjoint(query) for forms in title_forms(card))


def has_word(card: Card, row: Statement) -> bool:
    """Whether a card has a word of a statement besides its unit."""
    words = query_of(row) - {*stemmed(row.slots.get("unit", {}).get("words", ""))}
    return not words.isdisjoint(stems([*card.title.split(), *card.words, *card.remarks]))


class Linker:
    """The index over the cards of a ledger that have numbers."""

    def __init__(self, cards: Iterable[Card], rates: Mapping[str, str] | None = None) -> None:
        self.cards, self.rates = [card for card in cards if card.kind != "words"], dict(rates or {})
        self.index = CardIndex(
            [stems([*card.title.split() * NAMED, *card.words * DESCRIBED, *card.remarks]) for card in self.cards]
        )

    @classmethod
    def of_case(cls, case: str) -> Linker:
        """The linker of a case by slug or path; raises `StandoffError`."""
        loaded, ledger = catalog.load(case)
        corrections = read_corrections(catalog.find(case).parent)
        return cls(cards(ledger.not_retracted(), ledger.vocabulary, corrections), loaded.scenario.units)

    def named(self, row: Statement) -> Statement:
        """The statement with the quantity of the ledger, where one is linked."""
        linked = [self.link(row, code).card for code in row.subject.split("+") if code and row.comparator]
        names = {card.quantity if card is not None else "" for card in linked}
        return replace(row, quantity=names.pop()) if len(names) == 1 and "" not in names else row

    def link(self, row: Statement, subject: str) -> QuantityLink:
        """The cards of one subject that a number may be about; of any where none is given."""
        ranked = self._ranked(row, subject)
        reason = self._why_none(row, ranked) if subject else "It is open whom the number is about."
        return QuantityLink(card=None if reason else ranked[0][0], ranked=ranked, reason=reason)

    def _ranked(self, row: Statement, subject: str) -> tuple[tuple[Card, float], ...]:
        """The cards that fit a number, best first, with their scores."""
        query, scores = query_of(row), self._scores(row, subject)
        for card in scores:  # in the order of the ledger
            parts = [part for part in scores if part.quantity in card.contains and is_told(part, query)]
            if len(parts) > 1:  # `killed or wounded` are losses
                scores[card] = max(scores[card], sum(scores[part] for part in parts))
        order = sorted(scores.items(), key=lambda one: (-one[1], one[0].key))
        return tuple(one for one in order if one[1] > 0)

    def _scores(self, row: Statement, subject: str) -> dict[Card, float]:
        """The score of each card that fits, weighted by how much of its name is said."""
        query = query_of(row)
        fitting = [i for i, card in enumerate(self.cards) if self._fits(card, row, subject)]
        if subject.endswith(".public"):
            fitting = [i for i in fitting if self.cards[i].subject == subject] or fitting
        if row.unit in SPECIAL:
            fitting = [i for i in fitting if self.cards[i].unit == row.unit] or fitting
        out = {}
        for i, score in zip(fitting, self.index.scores(query, fitting), strict=True):
            said = [not forms.isdisjoint(query) for forms in title_forms(self.cards[i])] or [True]
            out[self.cards[i]] = score * (LEAST_SHARE + (1 - LEAST_SHARE) * sum(said) / len(said))
        return out

    def _why_none(self, row: Statement, ranked: Sequence[tuple[Card, float]]) -> str:
        """Why a number is not linked to the first card; empty where it is."""
        if not ranked:
            return "The ledger has no number of this kind about this actor."
        (best, first), query = ranked[0], query_of(row)
        names = {*stems([*best.title.split(), *best.words])}
        if names.isdisjoint(query):
            return "No word of it names a quantity of the ledger."
        if (noun := noun_of(row)) and names.isdisjoint(noun) and not is_told(best, query):
            return "No quantity of the ledger counts these things."
        title = {*best.title.split()}
        rivals = (score for card, score in ranked[1:] if not title <= {*card.title.split()})  # `in prices of 2015`
        near = first - next(rivals, 0.0) < MARGIN * first
        return "Several quantities of the ledger are as near." if near else ""

    def nearest(self, text: str, count: int) -> list[Card]:
        """The cards that are nearest to a text, best first."""
        scores = self.index.scores(stemmed(text), range(len(self.cards)))
        order = sorted(zip(scores, self.cards, strict=True), key=lambda one: (-one[0], one[1].key))
        return [card for score, card in order[:count] if score > 0]

    def _fits(self, card: Card, row: Statement, subject: str) -> bool:
        """Whether a card is about this actor and counts in units of this kind and period."""
        if subject and base(card.subject) != base(subject):
            return False
        others = {base(code) for code in (*row.counterparts, *row.subject.split("+"))}
        if card.counterpart and base(card.counterpart) not in others:
            return False
        if (card.kind == "forecast") != (row.modality == "planned" or "forecast" in row.sentence):
            return False
        return self.factor(unit_of(row), card.unit) is not None and period_fits(card, row)

    def factor(self, unit: str, other: str) -> float | None:
        """Factor from one unit to another, without their periods; None for other kinds."""
        one, two = unit.partition("/")[0].strip() or "1", other.partition("/")[0].strip()
        if (one == "%") != (two == "%"):
            return None
        try:
            a, b = units.parse(one, self.rates), units.parse(two, self.rates)
        except UnitError:
            return None
        if a.same_kind(b):
            return a.factor / b.factor
        counted = all(set(word.split()) & COUNTS for word in (one, two))
        return 1.0 / b.factor if counted and (one, two) != ("person", "item") else None


def period_fits(card: Card, row: Statement) -> bool:
    """Whether a card counts by a period that the text names, or that its date has."""
    if not card.period or card.kind in {"change", "share"} or row.per:
        return True
    if row.as_of is not None and len(row.as_of) == PRECISION.get(card.period, 0):
        return True
    told = re.search(rf"(?i)\b{card.period}s?\b", row.sentence) is not None
    return told if WINDOW.search(card.quantity) else card.period == "year"


def unit_of(row: Statement) -> str:
    """The unit of a statement, open where its noun is before the number: `strength at 9,000`."""
    before = "unit" in row.slots and row.slots["unit"]["start"] < row.slots["value"]["start"]
    return "" if row.unit == "item" and before else row.unit


def noun_of(row: Statement) -> list[str]:
    """The stem of the noun of things that a statement counts."""
    return stemmed(row.slots.get("unit", {}).get("words", "")) if unit_of(row) == "item" else []


def query_of(row: Statement) -> frozenset[str]:
    """The stems that say what a number counts, without currencies, which its unit tells."""
    words = [row.slots.get(part, {}).get("words", "") for part in ("unit", "quantity")]
    return frozenset(stemmed(" ".join(words))).difference(stems([*MONEY, "percent"]))


def claims_of(card: Card, claims: Mapping[str, Claim]) -> list[Claim]:
    """The claims of a card that may be used."""
    return [claims[name] for name in card.claims if name in claims and claims[name].numbers]
