"""What a number belongs to: its noun and subject, what is counted, period, level or change.

`ByParse` follows the dependency tree of a sentence, and `by_distance` the order of its words where there is no parser.
A subject is never the nearest actor: it owns the noun, is the subject of its verb, or is the antecedent of a pronoun
that is one of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.actors import Mention
from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.sentences import Place, Span

SUBJECTS = each("nsubj nsubjpass csubj")
OF_NUMBER = each("nummod quantmod compound advmod npadvmod")
BESIDE = each("ccomp parataxis csubj punct")
CLAUSES = each("ccomp advcl parataxis csubj relcl")
OWNS = each("of from between")  #: prepositions before an owner
PLACES = each("in on against to for under by")  #: before the place or person that something is of
CONTENT = each("NOUN PROPN VERB ADJ ADV")
IF = each("if unless")
JOINED = each("conj xcomp advcl aux auxpass pcomp prep")  #: verbs whose subject is that of the one before
NOUNS = each("NOUN PROPN")
VERBS = each("VERB AUX")
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
EACH = r"(?:a|per|each|every)\s+"
PER = re.compile(
    rf"(?i)\b(?:(?P<day>daily|{EACH}day)|(?P<week>weekly|{EACH}week)|(?P<month>monthly|{EACH}month)"
    rf"|(?P<year>annual|annually|yearly|{EACH}year))\b(?!\s+(?:ago|later|earlier|before|after|long)\b)"
)  #: the period that a number counts by, as the name of a group: `year` in `3 million shells a year`


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """What a number belongs to, as spans of the text."""

    noun: Place | None = None  #: the counted noun
    unit: str = ""
    owners: tuple[Mention, ...] = ()  #: actors that own the noun or are the subject of its verb, or a pronoun for them
    words: tuple[Place, ...] = ()  #: words that say what is counted, without the number
    others: tuple[Mention, ...] = ()  #: other actors of the clause
    by: str = "rules"  #: parser, or rules
    refers: bool = False  #: whether it is of a quantity that was named before: `that figure`, `it`
    taken: bool = False  #: whether what is counted is not the subject's: `killed 900`
    change: str = ""  #: level, change or earlier (the level before a change, `from 21 percent`); empty without a number
    negated: bool = False
    planned: bool = False  #: to come, possible or wished


class ByParse:
    """Attachment by the dependency tree of one sentence."""

    def __init__(self, doc: Any, sentence: Span, mentions: Sequence[Mention]) -> None:
        self.doc, self.start = doc, sentence.start
        self.heads = {m: self.root(m.start, m.end).root for m in mentions}  #: actors with the head words of their names

    def root(self, start: int, end: int) -> Any:
        """The span of the tree at a place of the text."""
        return self.doc.char_span(start - self.start, end - self.start, alignment_mode="expand")

    def named(self, tokens: Container[Any]) -> list[Mention]:
        """The actors whose names are headed by one of these words."""
        return [mention for mention, head in self.heads.items() if head in tokens]

    def place(self, token: Any) -> Place:
        """The place of a word in the text."""
        return self.start + token.idx, self.start + token.idx + len(token)

    def phrase(self, top: Any, prepositions: frozenset[str] | None = None) -> Iterator[Any]:
        """The words of a noun phrase, without clauses; joined nouns only of actors."""
        yield top
        for child in top.children:
            open_ = child.dep_ in CLAUSES | {"punct", "appos"} or (child.pos_ in VERBS and child.dep_ != "nmod")
            other = prepositions is not None and child.dep_ == "prep" and child.lower_ not in prepositions
            if not open_ and not other and (child.dep_ != "conj" or self.named([top])):
                yield from self.phrase(child, prepositions)

    def is_planned(self, span: Span) -> bool:
        """Whether the main verb of a clause is to come, possible, wished or a condition."""
        verbs = [token for token in self.root(*span) if token.pos_ in VERBS]
        main = [t for t in verbs if t.dep_ == "ROOT"] or [t for t in verbs if t.pos_ == "VERB"]
        return bool(main) and _is_planned(main[0])


class NumberInTree:
    """A number of a sentence: its noun or itself (`head`), the verb, and the subject of that."""

    def __init__(self, tree: ByParse, number: NumberMention, dates: Sequence[Place]) -> None:
        self.tree, self.is_share = tree, number.unit == "%"
        span = tree.root(number.start, number.end)
        self.head = self._head(span.root, dates)
        above = [self.head, *self.head.ancestors]
        self.verb = next(token for token in above if token.pos_ in VERBS or token.dep_ == "ROOT")
        self.nouns = above[: above.index(self.verb)]
        self.subject, passive = subject_of(self.verb)
        self.is_subject = self.head.dep_ in SUBJECTS
        self.taken = self.verb.lemma_ in TO_OTHERS and not self.is_subject and not passive
        self.noun = self.head
        is_put = self.head.dep_ == "pobj" and self.head.head.lower_ in {"at", "to"}  # `put losses at 3,000 men`
        counted = self._counted(is_put) if self.head in span or is_put else None
        if counted is not None:
            self.nouns.append(counted)
        if self.head in span:
            self.noun = None if number.unit else counted

    def attachment(self) -> Attachment:
        """What the number belongs to."""
        words, owners, tree, verb = self._words(), self._owners(), self.tree, self.verb
        return Attachment(
            noun=None if self.noun is None else tree.place(self.noun),
            owners=tuple(owners),
            words=tuple(tree.place(t) for t in words if t.pos_ in CONTENT and not t.like_num),
            others=tuple(m for m in tree.named(words) if m not in owners),
            by="parser",
            taken=self.taken,
            refers=self._refers() and verb.lemma_ in MOVES | AMOUNTS,
            change=self._change() if verb.lemma_ in MOVES else "level",
            negated=any(child.dep_ == "neg" for child in verb.children),
            planned=_is_planned(verb) and not (self.is_share and self.is_subject),  # `72 percent would accept`
        )

    def _refers(self) -> bool:
        """Whether a number is of a quantity that was named before."""
        if self.noun is None:
            return self.subject is not None and self.subject.lower_ in THAT and not self.is_subject
        return self.noun.lemma_ in TOTALS and any(token.lower_ in POINTS for token in self.noun.lefts)

    def _change(self) -> str:
        """Whether a number is the size of a change, the level before it or after it."""
        preposition = self.head.head.lower_ if self.head.dep_ == "pobj" else ""
        if preposition == "by" or (self.head.head == self.verb and not self.is_subject):
            return "change"
        return "earlier" if preposition == "from" else "level"

    def _words(self) -> list[Any]:
        """The words that say what a number counts, in their order."""
        tops = [*self.nouns, self.verb]
        if self.is_subject and self.head.head == self.verb:  # `79 percent say that ...`
            tops += [child for child in self.verb.children if child.dep_ == "ccomp"]
        subject = [] if self.subject is None else self.tree.phrase(self.subject)
        return sorted({*subject, *(token for top in tops for token in self._content(top))})

    def _content(self, top: Any) -> Iterator[Any]:
        """The words that say what is counted: a phrase, or a verb with its phrases."""
        yield top
        for child in top.children:
            joined = child.dep_ == "conj" and _subjects(child.children)
            beside = child.dep_ in BESIDE or (child.dep_ == "advcl" and child.pos_ != "ADJ")
            if not joined and not beside and child not in (self.verb, self.subject):
                yield from self._content(child)

    def _head(self, root: Any, dates: Sequence[Place]) -> Any:
        """The noun that a number counts, else the number itself."""
        while root.dep_ in OF_NUMBER and root.head.pos_ not in VERBS:
            if any(self.tree.place(root.head)[0] in range(*date) for date in dates):
                break
            root = root.head
        return root

    def _counted(self, is_put: bool) -> Any:
        """The noun of a bare number: `3,200 of the men`, `put losses at 3,200`."""
        number = self.head
        whole = [number.head.head] * (number.dep_ == "pobj" and number.head.lower_ == "of")  # `a force of 70,000`
        if part := [*_of(number), *whole]:
            return part[0]
        objects = [t for t in self.verb.children if is_put and t.dep_ == "dobj"]
        noun = objects[0] if objects else self.subject
        if noun is None or noun.pos_ not in NOUNS:
            return None
        return next(iter(_of(noun)), noun) if noun.lower_ in {"number", "total", "count"} else noun

    def _owners(self) -> list[Mention]:
        """The actors that own a number, act, or are its place; or a pronoun for one."""
        acting = [] if self.subject is None or self.taken else [self.subject]
        owners = self._within(self.nouns, OWNS) or self._within(acting, OWNS)
        owners = owners or [self._pronoun(token) for token in acting if _stands_for_actor(token)]
        return owners or ([] if self.taken else self._within([*self.nouns, *acting], PLACES) or self._placed())

    def _pronoun(self, token: Any) -> Mention:
        return Mention(*self.tree.place(token), "", "pronoun")

    def _within(self, tops: Iterable[Any], prepositions: frozenset[str]) -> list[Mention]:
        """Actors in the first of these noun phrases or behind a preposition, or a pronoun."""
        for top in tops:
            tokens = [] if top.pos_ in VERBS else [*self.tree.phrase(top, prepositions)]
            out = self.tree.named(tokens)
            possessive = [m for m in out if (t := self.tree.heads[m]).dep_ == "poss" and t.head == top]
            its = (self._pronoun(token) for token in tokens if token.lower_ in ITS)
            if owners := possessive or out or [*its][:1]:
                return owners
        return []

    def _placed(self) -> list[Mention]:
        """The single actor that the verb is tied to, or a clause about the noun."""
        own = [child for child in self.head.children if child.dep_ in {"acl", "relcl"}]
        tokens = [
            token
            for top in (self.verb, *own)
            for child in top.children
            if child.dep_ == "dative"
            or child.lower_ in PLACES
            or (self.is_subject and child.dep_ == "dobj" and self.verb.lemma_ not in TO_OTHERS)
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
            break
        inner = (below for child in children if child.dep_ == "aux" for below in child.children)
        if chosen := _subjects(children) or _subjects(inner):
            subject = min(chosen, key=lambda child: speaks and abs(child.i - verb.i))
            return (verb.head if relative and subject.lower_ in IT else subject), subject.dep_ == "nsubjpass"
        if verb.dep_ == "xcomp" and (told := _objects(verb)):
            return told[-1], any(child.dep_ == "auxpass" for child in children)
        if relative:
            return verb.head, verb.tag_ == "VBN"
        if verb.dep_ not in JOINED and verb.head.pos_ != "AUX":
            break
        verb = verb.head
    return None, False


def _objects(verb: Any) -> list[Any]:
    """The objects before a verb, whose last is its subject: `led to Iran being sanctioned`."""
    return [t for t in verb.doc[verb.head.i : verb.i] if t.dep_ in {"dobj", "pobj"} and t.pos_ in NOUNS]


def _subjects(tokens: Iterable[Any]) -> list[Any]:
    return [token for token in tokens if token.dep_ in SUBJECTS]


def _stands_for_actor(token: Any) -> bool:
    """Whether a subject stands for an actor named before: a pronoun, `the country`, `the army`."""
    before = {child.lower_ for child in token.lefts}
    return token.lower_ in IT or (token.lemma_ in OF_STATE and bool(before) and before <= POINTS)


def by_distance(text: str, clause: Span, number: NumberMention, mentions: Sequence[Mention]) -> Attachment:
    """Attachment without a parser: the noun behind a number, and the only actor before it."""
    inside = clause.of(mentions)
    owners = [m for m in inside if m.end <= number.start]
    owners = owners[-1:] if len({m.code for m in owners}) == 1 else []
    noun = None if number.unit else NOUN.match(text, number.end, clause.end)
    words = re.compile(r"[^\W\d_]+").finditer(text, *clause)
    return Attachment(
        noun=noun.span("noun") if noun else None,
        owners=tuple(owners),
        change="level",
        words=tuple(match.span() for match in words),
        others=tuple(m for m in inside if m not in owners),
    )
