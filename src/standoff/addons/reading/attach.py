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
    from collections.abc import Iterable, Iterator, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.sentences import Span

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
OF_NUMBER = frozenset({"nummod", "quantmod", "compound", "advmod", "npadvmod"})
CLAUSES = frozenset({"ccomp", "advcl", "parataxis", "csubj", "relcl"})
OWNS = frozenset({"of", "from", "between"})  #: prepositions before an owner
PLACES = frozenset(
    {"in", "on", "against", "to", "for", "under", "by"}
)  #: before the place or person that something is of
CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV"})
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

    noun: tuple[int, int] | None = None  #: the counted noun
    unit: str = ""
    owners: tuple[Mention, ...] = ()  #: actors that own the noun or are the subject of its verb
    anaphor: tuple[int, int] | None = None  #: the pronoun that stands for the subject
    words: tuple[tuple[int, int], ...] = ()  #: words that say what is counted, without the number
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

    def number(self, number: NumberMention, dates: Sequence[tuple[int, int]] = ()) -> Attachment:
        """What a number of the sentence belongs to; `dates` are the places of dates."""
        span = self.doc.char_span(number.start - self.start, number.end - self.start, alignment_mode="expand")
        head = self._head(span.root, dates)
        inside = head.i in range(span.start, span.end)
        chain = list(self._chain(head))
        verb = chain[-1] if chain[-1].pos_ in VERBS or chain[-1].dep_ == "ROOT" else None
        counted = self._counted(head, verb, dates) if inside or self._is_put(head) else None
        if counted is not None:
            chain.insert(len(chain) - 1, counted)
        noun = head if not inside else None if number.unit else counted
        words = self._told(chain, head, verb)
        owners, anaphor = self._subjects([one for one in chain if one != verb], head, verb)
        used = {mention.start for mention in owners}
        return Attachment(
            noun=noun and self._place(noun),
            owners=tuple(owners),
            anaphor=anaphor and (anaphor[0] + self.start, anaphor[1] + self.start),
            words=tuple(self._place(t) for t in words if t.pos_ in CONTENT and not t.like_num),
            others=tuple(m for m in self.mentions if m.start not in used and self.token(m) in words),
            by="parser",
            refers=self._refers(noun, head, verb),
            **({} if verb is None else self._of_verb(head, verb)),
        )

    def _told(self, chain: Sequence[Any], head: Any, verb: Any) -> list[Any]:
        """The words that say what a number counts, in their order."""
        words = {token for top in chain for token in self._content(top, verb)}
        if verb is not None and head.dep_ in SUBJECTS and head.head == verb:  # `79 percent say that ...`
            words |= {token for child in verb.children if child.dep_ == "ccomp" for token in self._content(child, None)}
        return sorted(words, key=lambda token: token.i)

    def _refers(self, noun: Any, head: Any, verb: Any) -> bool:
        """Whether a number is of a quantity that was named before."""
        if verb is None or verb.lemma_ not in MOVES | AMOUNTS:
            return False
        if noun is not None:
            return noun.lemma_ in TOTALS and any(t.lower_ in POINTS for t in noun.lefts) and not self._of(noun)
        subject = subject_of(verb)[0]
        return subject is not None and subject.lower_ in THAT and head.dep_ not in SUBJECTS

    def _of_verb(self, head: Any, verb: Any) -> dict[str, Any]:
        """Whether a number is the size of a change or the level before one, denied or planned."""
        preposition = head.head.lower_ if head.dep_ == "pobj" else ""
        sized = preposition == "by" or (head.head == verb and head.dep_ not in SUBJECTS)
        return {
            "change": verb.lemma_ in MOVES and sized,
            "earlier": verb.lemma_ in MOVES and preposition == "from",
            "negated": any(child.dep_ == "neg" for child in verb.children),
            "planned": self._is_planned(verb),
            "taken": self._is_taken(head, verb),
        }

    def _head(self, root: Any, dates: Sequence[tuple[int, int]]) -> Any:
        """The noun that a number counts, else the number itself."""
        while root.dep_ in OF_NUMBER and root.head != root and root.head.pos_ not in VERBS:
            if self._in(root.head, dates):
                break
            root = root.head
        return root

    def _subjects(self, nouns: Sequence[Any], head: Any, verb: Any) -> tuple[list[Mention], tuple[int, int] | None]:
        """The actors that own a number, act, or are its place; or the pronoun for one."""
        subject = subject_of(verb)[0] if verb is not None else None
        taken = verb is not None and self._is_taken(head, verb)
        acting = [subject] if subject is not None and not taken else []
        owners, anaphor = self._owners(nouns, OWNS)
        if not owners and anaphor is None:
            owners, anaphor = self._owners(acting, OWNS)
            anaphor = anaphor or next(((t.idx, t.idx + len(t)) for t in acting if _stands_for_actor(t)), None)
        if not owners and anaphor is None and verb is not None and not taken:
            owners = self._owners([*nouns, *acting], PLACES)[0] or self._placed(verb, head)
        return owners, anaphor

    def _is_taken(self, head: Any, verb: Any) -> bool:
        """Whether a number is of what the subject does to others."""
        return verb.lemma_ in TO_OTHERS and head.dep_ not in SUBJECTS and not subject_of(verb)[1]

    def _in(self, token: Any, places: Sequence[tuple[int, int]]) -> bool:
        return any(start <= self.start + token.idx < end for start, end in places)

    def _is_put(self, head: Any) -> bool:
        """Whether a number is what a verb puts its object at: `put losses at 3,000 men`."""
        return head.dep_ == "pobj" and head.head.lower_ in {"at", "to"}

    def _counted(self, number: Any, verb: Any, dates: Sequence[tuple[int, int]]) -> Any:
        """The noun of a bare number: `3,200 of the men`, `put losses at 3,200`."""
        whole = [number.head.head] * (number.dep_ == "pobj" and number.head.lower_ == "of")  # `a force of 70,000`
        part = next(iter((*self._of(number), *whole)), None)
        if part is not None or verb is None:
            return part
        objects = [t for t in verb.children if t.dep_ == "dobj" and t != number and t.pos_ in NOUNS]
        noun = objects[0] if objects and self._is_put(number) else subject_of(verb)[0]
        if noun is None or noun.pos_ not in NOUNS or self._in(noun, dates):
            return None
        return next(iter(self._of(noun)), noun) if noun.lower_ in {"number", "total", "count"} else noun

    def _of(self, noun: Any) -> list[Any]:
        """What a noun is of: the men in `3,200 of the men`."""
        return [t for child in noun.children if child.lower_ == "of" for t in child.children]

    def _chain(self, token: Any) -> Iterator[Any]:
        """A noun with those that it depends on, up to the verb."""
        yield token
        while token.head != token and token.pos_ not in VERBS:
            token = token.head
            yield token

    def _owners(
        self, tops: Sequence[Any], prepositions: frozenset[str]
    ) -> tuple[list[Mention], tuple[int, int] | None]:
        """Actors within noun phrases and behind these prepositions, or a possessive pronoun there."""
        for top in tops:
            tokens = [] if top.pos_ in VERBS else list(self._phrase(top, prepositions))
            out = [m for m in self.mentions if self.token(m) in tokens]
            out = [m for m in out if (t := self.token(m)).dep_ == "poss" and t.head == top] or out
            its = next((token for token in tokens if token.lower_ in ITS and token.dep_ == "poss"), None)
            if out or its is not None:
                return out, None if out or its is None else (its.idx, its.idx + len(its))
        return [], None

    def _phrase(self, top: Any, prepositions: frozenset[str] | None = None) -> Iterator[Any]:
        """The words of a noun phrase, without clauses; joined nouns only of actors."""
        yield top
        actor = any(self.token(m) == top for m in self.mentions)
        for child in top.children:
            open_ = child.dep_ in CLAUSES or child.dep_ in {"punct", "appos"} or child.pos_ in VERBS
            other = prepositions is not None and child.dep_ == "prep" and child.lower_ not in prepositions
            if not open_ and not other and (child.dep_ != "conj" or actor):
                yield from self._phrase(child, prepositions)

    def _placed(self, verb: Any, noun: Any) -> list[Mention]:
        """The single actor that a verb is tied to, or a clause about the noun."""
        is_subject = noun.dep_ in SUBJECTS
        own = [child for child in noun.children if child.dep_ in {"acl", "relcl"}]
        tokens = [
            token
            for top in (verb, *own)
            for child in top.children
            if child.dep_ == "dative"
            or (child.dep_ == "prep" and child.lower_ in (PLACES | {"from"} if is_subject else PLACES))
            or (is_subject and child.dep_ in {"dobj", "agent"} and verb.lemma_ not in TO_OTHERS)
            for token in self._phrase(child)
        ]
        out = [m for m in self.mentions if self.token(m) in tokens]
        return out if len({m.code for m in out}) == 1 else []

    def _content(self, top: Any, verb: Any) -> Iterator[Any]:
        """The words that say what is counted: a phrase, or a verb with its phrases."""
        yield top
        subject = subject_of(verb)[0] if top == verb and top is not None else None
        for child in [*top.children, *([subject] if subject is not None else [])]:
            joined = child.dep_ == "conj" and any(one.dep_ in SUBJECTS for one in child.children)
            beside = child.dep_ in {"ccomp", "parataxis", "csubj"} or (child.dep_ == "advcl" and child.pos_ != "ADJ")
            if not joined and not beside and child != verb and child.dep_ != "punct":
                yield from self._content(child, None) if child != subject else self._phrase(child)

    def is_planned(self, span: Span) -> bool:
        """Whether the main verb of a clause is to come, possible, wished or a condition."""
        verbs = [t for t in self.doc if span.start <= self.start + t.idx < span.end and t.pos_ in VERBS]
        main = next((t for t in verbs if t.dep_ == "ROOT"), next((t for t in verbs if t.pos_ == "VERB"), None))
        return main is not None and self._is_planned(main)

    def _is_planned(self, verb: Any) -> bool:
        """Whether a verb is to come, possible, wished or a condition."""
        modal = any(child.tag_ == "MD" for child in verb.children)
        condition = any(child.dep_ == "mark" and child.lower_ in {"if", "unless"} for child in verb.children)
        wished = verb.dep_ == "xcomp" and any(child.tag_ == "TO" for child in verb.children)
        return modal or condition or (wished and verb.head.pos_ == "VERB")

    def token(self, mention: Mention) -> Any:
        """The head word of an actor's name."""
        span = self.doc.char_span(max(0, mention.start - self.start), mention.end - self.start, alignment_mode="expand")
        return None if span is None else span.root

    def _place(self, token: Any) -> tuple[int, int]:
        return self.start + token.idx, self.start + token.idx + len(token)


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


def period(text: str, clause: Span, number: NumberMention) -> tuple[str, tuple[int, int]] | None:
    """The period that a number counts by, with its place: `year` in `3 million shells a year`."""
    match = PER.search(text, number.end, min(clause.end, number.end + 60))
    if match is None:
        return None
    return (match.group("name") or ADVERBS[match.group("adverb").lower()]).lower(), match.span()
