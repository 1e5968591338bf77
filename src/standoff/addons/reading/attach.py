"""What a number belongs to: its noun and subject, what is counted, period, level or change.

`ByParse` follows the dependency tree of a sentence, and `by_distance` the order of its words where there is no parser.
A subject is never the nearest actor: it owns the noun, is the subject of its verb, or is the antecedent of a pronoun
that is one of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.sentences import Place, Span

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
OF_NUMBER = frozenset({"nummod", "quantmod", "compound", "advmod", "npadvmod"})
CLAUSES = frozenset({"ccomp", "advcl", "parataxis", "csubj", "relcl"})
OWNS = frozenset({"of", "from", "between"})  #: prepositions before an owner
PLACES = frozenset(
    {"in", "on", "against", "to", "for", "under", "by"}
)  #: before the place or person that something is of
CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV"})
IF = frozenset({"if", "unless"})
JOINED = each("conj xcomp advcl aux auxpass pcomp prep")  #: verbs whose subject is that of the one before
NOUNS = frozenset({"NOUN", "PROPN"})
VERBS = frozenset({"VERB", "AUX"})
TO_OTHERS = each(
    "kill destroy hit strike sink intercept capture wound injure shoot down eliminate"
)  #: verbs whose object is not of their subject
MOVES = each(
    "grow rise fall increase decrease drop decline climb jump shrink gain expand contract slip surge plunge widen narrow up down"
)  #: verbs of change
TOTALS = each("figure number total count tally sum toll share level")  #: nouns for a quantity
AMOUNTS = each("be stand reach total amount")  #: verbs whose subject has a size
POINTS = each("the this that these those its")  #: before what was named before
THAT = each("it this that they these")  #: pronouns for it
ITS = each("its their his her our")
OF_STATE = each("country state nation republic kingdom government army military navy force troop")  #: `the country`
IT = each("it they he she we this which that who")
NOUN = re.compile(r"\s*(?:of\s+(?:the|its|their)\s+)?(?:[a-z-]+\s+){0,3}?(?P<noun>[a-z-]{3,})\b")
PER = re.compile(
    r"(?i)\b(?:(?:a|per|each|every)\s+(?P<name>day|week|month|year)(?!\s+(?:ago|later|earlier|before|after|long))\b"
    r"|(?P<adverb>daily|weekly|monthly|annually|yearly|annual)\b)"
)
ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "annually": "year", "yearly": "year", "annual": "year"}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """What a number belongs to, as spans of the text."""

    noun: Place | None = None  #: the counted noun
    unit: str = ""
    owners: tuple[Mention, ...] = ()  #: actors that own the noun or are the subject of its verb
    anaphor: Place | None = None  #: the pronoun that stands for the subject
    words: tuple[Place, ...] = ()  #: words that say what is counted, without the number
    others: tuple[Mention, ...] = ()  #: other actors of the clause
    by: str = "rules"  #: parser, or rules
    refers: bool = False  #: whether it is of a quantity that was named before: `that figure`, `it`
    taken: bool = False  #: whether what is counted is not the subject's: `killed 900`
    change: bool = False  #: whether it is the size of a change
    earlier: bool = False  #: whether it is the level before a change: `from 21 percent`
    negated: bool = False
    planned: bool = False  #: to come, possible or wished


class ByParse:
    """Attachment by the dependency tree of one sentence."""

    def __init__(self, doc: Any, sentence: Span, mentions: Sequence[Mention]) -> None:
        self.doc, self.start, self.mentions = doc, sentence.start, mentions

    def root(self, start: int, end: int) -> Any:
        """The span of the tree at a place of the text."""
        return self.doc.char_span(max(0, start - self.start), end - self.start, alignment_mode="expand")

    def token(self, mention: Mention) -> Any:
        """The head word of an actor's name."""
        span = self.root(mention.start, mention.end)
        return None if span is None else span.root

    def named(self, tokens: Container[Any]) -> list[Mention]:
        """The actors whose names are headed by one of these words."""
        return [m for m in self.mentions if self.token(m) in tokens]

    def place(self, token: Any) -> Place:
        """The place of a word in the text."""
        return self.start + token.idx, self.start + token.idx + len(token)

    def phrase(self, top: Any, prepositions: frozenset[str] | None = None) -> Iterator[Any]:
        """The words of a noun phrase, without clauses; joined nouns only of actors."""
        yield top
        actor = self.named([top])
        for child in top.children:
            open_ = child.dep_ in CLAUSES | {"punct", "appos"} or (child.pos_ in VERBS and child.dep_ != "nmod")
            other = prepositions is not None and child.dep_ == "prep" and child.lower_ not in prepositions
            if not open_ and not other and (child.dep_ != "conj" or actor):
                yield from self.phrase(child, prepositions)

    def is_planned(self, span: Span) -> bool:
        """Whether the main verb of a clause is to come, possible, wished or a condition."""
        verbs = [t for t in self.doc if span.start <= self.start + t.idx < span.end and t.pos_ in VERBS]
        main = next((t for t in verbs if t.dep_ == "ROOT"), next((t for t in verbs if t.pos_ == "VERB"), None))
        return main is not None and _is_planned(main)


class NumberInTree:
    """A number of a sentence: its noun or itself (`head`), the verb, and the subject of that."""

    def __init__(self, tree: ByParse, number: NumberMention, dates: Sequence[Place]) -> None:
        self.tree, self.dates, self.is_share = tree, dates, number.unit == "%"
        span = tree.root(number.start, number.end)
        self.head = self._head(span.root)
        inside = self.head.i in range(span.start, span.end)
        self.nouns: list[Any] = []
        for token in (self.head, *self.head.ancestors):
            self.nouns.append(token)
            if token.pos_ in VERBS:
                break
        last = self.nouns[-1]
        self.verb: Any = self.nouns.pop() if last.pos_ in VERBS or last.dep_ == "ROOT" else None
        self.subject: Any
        self.subject, passive = subject_of(self.verb) if self.verb is not None else (None, False)
        subjective = self.head.dep_ in SUBJECTS
        self.taken = self.verb is not None and self.verb.lemma_ in TO_OTHERS and not subjective and not passive
        self.is_put = self.head.dep_ == "pobj" and self.head.head.lower_ in {"at", "to"}  # `put losses at 3,000 men`
        counted = self._counted() if inside or self.is_put else None
        self.nouns += [] if counted is None else [counted]
        self.noun = self.head if not inside else None if number.unit else counted

    def attachment(self) -> Attachment:
        """What the number belongs to."""
        words, tree = self._words(), self.tree
        owners, anaphor = self._owners()
        return Attachment(
            noun=None if self.noun is None else tree.place(self.noun),
            owners=tuple(owners),
            anaphor=None if anaphor is None else tree.place(anaphor),
            words=tuple(tree.place(t) for t in words if t.pos_ in CONTENT and not t.like_num),
            others=tuple(m for m in tree.named(words) if m not in owners),
            by="parser",
            taken=self.taken,
            **({} if self.verb is None else self._of_verb()),
        )

    def _words(self) -> list[Any]:
        """The words that say what a number counts, in their order."""
        verb, tops = self.verb, [(noun, self.verb) for noun in self.nouns]
        if verb is not None:
            tops.append((verb, verb))
        if verb is not None and self.head.dep_ in SUBJECTS and self.head.head == verb:  # `79 percent say that ...`
            tops += [(child, None) for child in verb.children if child.dep_ == "ccomp"]
        return sorted({token for top, over in tops for token in self._content(top, over)}, key=lambda token: token.i)

    def _content(self, top: Any, verb: Any) -> Iterator[Any]:
        """The words that say what is counted: a phrase, or a verb with its phrases."""
        yield top
        subject = self.subject if top == verb else None
        for child in [*top.children, *([subject] if subject is not None else [])]:
            joined = child.dep_ == "conj" and _subjects(child.children)
            beside = child.dep_ in {"ccomp", "parataxis", "csubj"} or (child.dep_ == "advcl" and child.pos_ != "ADJ")
            if not joined and not beside and child != verb and child.dep_ != "punct":
                yield from self._content(child, None) if child != subject else self.tree.phrase(child)

    def _of_verb(self) -> dict[str, Any]:
        """Whether it is the size of a change, the level before one, denied or planned."""
        head, verb, noun = self.head, self.verb, self.noun
        preposition, moves = head.head.lower_ if head.dep_ == "pobj" else "", verb.lemma_ in MOVES
        refers = self.subject is not None and self.subject.lower_ in THAT and head.dep_ not in SUBJECTS
        if noun is not None:
            refers = noun.lemma_ in TOTALS and any(t.lower_ in POINTS for t in noun.lefts) and not _of(noun)
        return {
            "refers": refers and (moves or verb.lemma_ in AMOUNTS),
            "change": moves and (preposition == "by" or (head.head == verb and head.dep_ not in SUBJECTS)),
            "earlier": moves and preposition == "from",
            "negated": any(child.dep_ == "neg" for child in verb.children),
            "planned": _is_planned(verb) and not (self.is_share and head.dep_ in SUBJECTS),  # `72 percent would accept`
        }

    def _head(self, root: Any) -> Any:
        """The noun that a number counts, else the number itself."""
        while root.dep_ in OF_NUMBER and root.head != root and root.head.pos_ not in VERBS:
            if self._is_date(root.head):
                break
            root = root.head
        return root

    def _is_date(self, token: Any) -> bool:
        return any(start <= self.tree.place(token)[0] < end for start, end in self.dates)

    def _counted(self) -> Any:
        """The noun of a bare number: `3,200 of the men`, `put losses at 3,200`."""
        number, verb = self.head, self.verb
        whole = [number.head.head] * (number.dep_ == "pobj" and number.head.lower_ == "of")  # `a force of 70,000`
        part = next(iter((*_of(number), *whole)), None)
        if part is not None or verb is None:
            return part
        objects = [t for t in verb.children if t.dep_ == "dobj" and t != number and t.pos_ in NOUNS]
        noun = objects[0] if objects and self.is_put else self.subject
        if noun is None or noun.pos_ not in NOUNS or self._is_date(noun):
            return None
        return next(iter(_of(noun)), noun) if noun.lower_ in {"number", "total", "count"} else noun

    def _owners(self) -> tuple[list[Mention], Any]:
        """The actors that own a number, act, or are its place; or the pronoun for one."""
        acting = [self.subject] if self.subject is not None and not self.taken else []
        for tops in (self.nouns, acting):
            owners, anaphor = self._owners_of(tops, OWNS)
            if owners or anaphor is not None:
                return owners, anaphor
        anaphor = next(filter(_stands_for_actor, acting), None)
        if anaphor is None and self.verb is not None and not self.taken:
            owners = self._owners_of([*self.nouns, *acting], PLACES)[0] or self._placed()
        return owners, anaphor

    def _owners_of(self, tops: Sequence[Any], prepositions: frozenset[str]) -> tuple[list[Mention], Any]:
        """Actors within noun phrases and behind these prepositions, or a possessive pronoun there."""
        for top in tops:
            tokens = [] if top.pos_ in VERBS else list(self.tree.phrase(top, prepositions))
            out = self.tree.named(tokens)
            out = [m for m in out if (t := self.tree.token(m)).dep_ == "poss" and t.head == top] or out
            its = next((token for token in tokens if token.lower_ in ITS and token.dep_ == "poss"), None)
            if out or its is not None:
                return out, None if out else its
        return [], None

    def _placed(self) -> list[Mention]:
        """The single actor that the verb is tied to, or a clause about the noun."""
        verb, is_subject = self.verb, self.head.dep_ in SUBJECTS
        own = [child for child in self.head.children if child.dep_ in {"acl", "relcl"}]
        tokens = [
            token
            for top in (verb, *own)
            for child in top.children
            if child.dep_ == "dative"
            or (child.dep_ == "prep" and child.lower_ in (PLACES | {"from"} if is_subject else PLACES))
            or (is_subject and child.dep_ in {"dobj", "agent"} and verb.lemma_ not in TO_OTHERS)
            for token in self.tree.phrase(child)
        ]
        out = self.tree.named(tokens)
        return out if len({m.code for m in out}) == 1 else []


def _is_planned(verb: Any) -> bool:
    """Whether a verb is to come, possible, wished or a condition."""
    condition = any(child.tag_ == "MD" or (child.dep_ == "mark" and child.lower_ in IF) for child in verb.children)
    wished = verb.dep_ == "xcomp" and any(child.tag_ == "TO" for child in verb.children)
    return condition or (wished and verb.head.pos_ == "VERB")


def _of(noun: Any) -> list[Any]:
    """What a noun is of: the men in `3,200 of the men`."""
    return [t for child in noun.children if child.lower_ == "of" for t in child.children]


def subject_of(verb: Any, speaks: bool = False) -> tuple[Any, bool]:
    """The subject of a verb, or of the verb that it is joined to; whether the verb is passive.

    Of a verb of saying (`speaks`) it is the nearest, and never what a relative clause is about.
    """
    for _ in range(4):
        relative, children = verb.dep_ in {"relcl", "acl"} and not speaks, list(verb.children)
        if any(child.dep_ == "expl" for child in children):
            return None, False
        inner = (below for child in children if child.dep_ == "aux" for below in child.children)
        if chosen := _subjects(children) or _subjects(inner):
            subject = min(chosen, key=lambda child: speaks and abs(child.i - verb.i))
            return (verb.head if relative and subject.lower_ in IT else subject), subject.dep_ == "nsubjpass"
        if verb.dep_ == "xcomp" and (told := _object(verb)) is not None:
            return told, any(child.dep_ == "auxpass" for child in children)
        if relative:
            return verb.head, verb.tag_ == "VBN"
        if verb.head == verb or (verb.dep_ not in JOINED and verb.head.pos_ != "AUX"):
            break
        verb = verb.head
    return None, False


def _subjects(tokens: Iterable[Any]) -> list[Any]:
    return [token for token in tokens if token.dep_ in SUBJECTS]


def _object(verb: Any) -> Any:
    """The object of the verb before, which is its subject: `led to Iran being sanctioned`."""
    objects = [child for child in verb.head.children if child.dep_ in {"dobj", "prep"} and child.i < verb.i]
    inner = [t for child in objects for t in ([child] if child.dep_ == "dobj" else child.children)]
    return next((t for t in reversed(inner) if t.pos_ in NOUNS), None)


def _stands_for_actor(token: Any) -> bool:
    """Whether a subject stands for an actor named before: a pronoun, `the country`, `the army`."""
    alone = all(child.dep_ in {"det", "punct"} for child in token.lefts)
    pointed = any(child.lower_ in POINTS for child in token.lefts)
    return token.lower_ in IT or (token.lemma_ in OF_STATE and alone and pointed)


def by_distance(text: str, clause: Span, number: NumberMention, mentions: Sequence[Mention]) -> Attachment:
    """Attachment without a parser: the noun behind a number, and the only actor before it."""
    inside = [m for m in mentions if clause.start <= m.start < clause.end]
    owners = [m for m in inside if m.end <= number.start]
    owners = owners[-1:] if len({m.code for m in owners}) == 1 else []
    noun = None if number.unit else NOUN.match(text, number.end, clause.end)
    words = re.compile(r"[^\W\d_]+").finditer(text, *clause)
    return Attachment(
        noun=noun.span("noun") if noun else None,
        owners=tuple(owners),
        words=tuple(match.span() for match in words),
        others=tuple(m for m in inside if m not in owners),
    )


def period(text: str, clause: Span, number: NumberMention) -> tuple[str, Place] | None:
    """The period that a number counts by, with its place: `year` in `3 million shells a year`."""
    match = PER.search(text, number.end, min(clause.end, number.end + 60))
    if match is None:
        return None
    return (match.group("name") or ADVERBS[match.group("adverb").lower()]).lower(), match.span()
