"""Read a text: quotations, dates and numbers by rules, what belongs to them by a parser.

Questions, headings, and lines without an actor, a number or a speaker give no row. Reading never raises, takes time in
proportion to the text, and gives the same rows and ids each time.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import (
    actors,
    attach,
    dates,
    headings,
    numbers,
    quotations,
    quoted_speech,
    reasons,
    sentences,
    spacy_parser,
    speakers,
    speech_verbs,
)
from standoff.addons.reading.attach import Attachment
from standoff.addons.reading.counted import ANY_UNIT, noun_unit
from standoff.addons.reading.numbers import NumberMention
from standoff.addons.reading.sentences import Place, Span
from standoff.addons.reading.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.dates import DateMention
    from standoff.addons.reading.spacy_parser import Parser
    from standoff.addons.reading.speakers import Saying

NOT = re.compile(
    r"(?i)\b(?:not|cannot|never|no\s+longer|neither|nobody|nothing|n['\u2019]t|refus(?:e|es|ed)\s+to)\b|n['\u2019]t\b"
)
NOT_ONLY = re.compile(
    r"(?i),\s*(?:and\s+)?not\s+(?:the|a|an|by|in|from|with)\b|"
    r"\b(?:not|no)\s+(?:only|just|merely|less|fewer|more|least)\b"
)
TOGETHER = re.compile(
    r"(?i)\b(?:each|respectively|apiece|combined|together|jointly|in\s+total|between\s+them|altogether)\b"
)
WORD = re.compile(r"[^\W\d_]{2,}")
LONG = re.compile(r"[a-z]{4,}")
TRIMMED = re.compile(r"(?s)[\s,;]*(.*?)[\s,;]*")
SMALLEST_SPELLED = 12  # assumption: up to this, a number in words counts only with a noun of people or measure
NAME_WORDS = 4  # assumption: so many words name what is counted
FEWEST_WORDS = 3
MOST_NUMBERS = 40  # assumption: a sentence with more is a table, whose numbers have no words of their own
YEAR = re.compile(r"\d{4}")
PRESENT = re.compile(r"(?i)\b(?:has|have|is|are|now)\b")


def read(text: str, published: str = "", parser: Parser | str | None = "installed") -> list[Statement]:
    """Read the statements of a text: speakers, subjects, numbers, dates, reasons.

    published: day of publication (YYYY-MM-DD), which relative dates need.
    `parser` attaches numbers and speakers; by default the installed one, None for rules alone.
    """
    return statements(parts(text, published, parser))


def statements(sentences: Iterable[SentenceReader]) -> list[Statement]:
    """The statements of the sentences of a text, each with what it takes from those before."""
    observed, out = Counter[str](), list[Statement]()
    before: Statement | None = None
    for part in sentences:
        part.before = before
        for row in part.rows():
            before = row if row.comparator else before
            out.append(named(row, observed))
    return out


def named(row: Statement, observed: Counter[str]) -> Statement:
    """A statement with its id, the same whenever the same text is read."""
    number = row.value if row.value is not None else row.low
    base = "\x1f".join((row.sentence, row.quote, repr(number), row.unit))
    digest = hashlib.blake2b(base.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    observed[digest] += 1
    return replace(row, id=digest if observed[digest] == 1 else f"{digest}-{observed[digest]}")


def parts(text: str, published: str = "", parser: Parser | str | None = "installed") -> list[SentenceReader]:
    """The sentences of a text without headings, each with what it takes from those before."""
    loaded = spacy_parser.installed() if isinstance(parser, str) else parser
    spans, quotes = list(sentences.sentences(text)), quotations.find(text)
    every = [SentenceReader(text, span, quotes, loaded) for span in spans]
    quoted_speech.carry(text, spans, [part.sayings for part in every], quotes)
    titles, day, topic = headings.find(text, spans), "", ""
    last: Place | None = None
    out = [part for part in every if part.span not in titles]
    for part in out:
        part.when = dates.find(text, part.span, published, day, part.doc)
        for date in part.when:
            day = dates.going_on(day, date.value)
            if date.value and (match := YEAR.search(text, date.start, date.end)):
                last = match.span()
        year = text[slice(*last)] if last else ""
        is_open = any(not date.value and date.role != "since" for date in part.when)
        is_past = year < published and dates.years_apart(year, published) >= dates.FEW_YEARS
        part.has_open_year, part.year = is_open or is_past, None if is_open else last
        part.topic, topic = topic, part.main_actor() if part.mentions else topic
    reasons.find(out)
    return out


class SentenceReader:
    """A sentence with its actors, clauses, sayings, dates and dependency tree."""

    def __init__(self, text: str, span: Span, quotes: Sequence[Span], parser: Parser | None) -> None:
        self.text, self.span, self.words = text, span, text[slice(*span)]
        self.mentions = actors.find(text, *span)
        self.clauses = sentences.clauses(text, span)
        self.when: list[DateMention] = []
        self.reason: dict[str, Any] | None = None
        self.year: Place | None = None  #: place of the year that the text named last, where no date is open
        self.has_open_year = False  #: whether a number without a date may be of another year than the text
        self.before: Statement | None = None  #: the last statement of a number in the sentences before
        self.topic = ""  #: the actor that the sentence before is about
        self.doc: Any = parser.doc(text, span) if parser is not None else None
        inside = quotations.around(quotes, span)
        self.tree = None if self.doc is None else attach.ByParse(self.doc, span, self.mentions)
        self.sayings = speakers.SpeakerReader(text, span, self.clauses, self.mentions, inside, self.tree).sayings()

    def rows(self) -> Iterator[Statement]:
        """One statement per counted number, and one per speaker for what has none."""
        if self.words[-1] == "?":
            return
        taken: set[Span] = set()
        for number in self.numbers()[:MOST_NUMBERS]:
            clause, attached = self.clause(number.start), self._attached(number)
            if self._counts(number, attached) or (attached.refers and self.before):
                taken.add(clause)
                yield self._row(clause, attached, number)
        for (is_taken, _), group in groupby(
            self.clauses, lambda one: (one in taken, speakers.at(self.sayings, one.start))
        ):
            inside = list(group)
            stretch = Span(inside[0].start, inside[-1].end)
            if not is_taken and self._states(stretch):
                at = NumberMention(start=stretch.start, end=stretch.start, comparator="")  # no number
                yield self._row(stretch, self._in_words(stretch), at)

    def numbers(self) -> list[NumberMention]:
        """The numbers of the sentence outside its dates."""
        return numbers.find(self.text, self.span, [Span(date.start, date.end) for date in self.when])

    def number_row(self, number: NumberMention) -> Statement:
        """The statement of one number, whether or not the rules would give it a row."""
        return self._row(self.clause(number.start), self._attached(number), number)

    def clause(self, index: int) -> Span:
        """The clause around a place."""
        return next((c for c in self.clauses if c.start <= index < c.end), self.span)

    def _attached(self, number: NumberMention) -> Attachment:
        """What a number belongs to, by the parser where there is one, with its unit."""
        places = [(date.start, date.end) for date in self.when]
        if self.tree is not None:
            out = attach.NumberInTree(self.tree, number, places).attachment()
        else:
            out = attach.by_distance(self.text, self.clause(number.start), number, self.mentions)
        noun = out.noun
        places += [(mention.start, mention.end) for mention in out.owners if mention.code]
        places += [place for one in self.sayings for place in (one.who, one.cue)]
        words = tuple(p for p in out.words if p == noun or not any(p[0] in range(*place) for place in places))
        people = any(
            noun and m.kind in {actors.ADJECTIVE, "public"} and m.start <= noun[0] < m.end for m in self.mentions
        )
        unit = number.unit or ("person" if people else noun_unit(self.text, number, noun))
        if noun and self.text[slice(*noun)].casefold() == "times":  # what the verb says is counted
            noun = None
        return replace(out, words=words, noun=noun, unit=unit)

    def _in_words(self, span: Span) -> Attachment:
        """The actors of a stretch without a number: whom it is about, and others."""
        inside = span.of(self.mentions)
        own = [m for m in inside if speakers.at(self.sayings, m.start)] or inside
        main = [*filter(self._is_subject, own), *own][:1]
        planned = self.tree is not None and self.tree.is_planned(span)
        return Attachment(owners=tuple(main), others=tuple(inside), taken=True, planned=planned)

    def main_actor(self) -> str:
        """The only actor of the sentence outside attributions, else that of its subject."""
        own = self._unsaid(self.mentions)
        chosen = own if len({m.code for m in own}) == 1 else filter(self._is_subject, own)
        return next((m.code for m in chosen), "")

    def _is_subject(self, mention: Mention) -> bool:
        """Whether an actor is, or owns, the subject of a clause by the parser."""
        if self.tree is None:
            return False
        token = self.tree.heads[mention]
        while token.dep_ in {"poss", "compound", "amod", "nmod"}:
            token = token.head
        return token.dep_ in attach.SUBJECTS

    def _counts(self, number: NumberMention, attached: Attachment) -> bool:
        """Whether a number is of things, people or measures, and no small number in words of others."""
        noun, unit = attached.noun, attached.unit
        size = number.value or number.high or 0
        if number.unit:
            return True
        if number.spelled and size <= SMALLEST_SPELLED:
            return size > 1 and bool(unit) and (unit != "item" or bool(self.mentions))
        known = noun is not None and self.text[slice(*noun)].casefold() in ANY_UNIT
        return bool(unit) or known or (noun is None and number.comparator != "exact")

    def _states(self, stretch: Span) -> bool:
        """Whether a stretch says something of an actor, or what somebody says."""
        start, end = stretch
        bare = any(_is_bare(self.text, stretch, saying) for saying in self.sayings)
        if bare or len(WORD.findall(self.text, start, end)) < FEWEST_WORDS:
            return False
        said = any(s.start < end and start < s.end and s.polarity != "unconfirmed" for s in self.sayings)
        dated = any(date.value for date in stretch.of(self.when))
        return said or dated or self.reason is not None or bool(stretch.of(self.mentions))

    def _row(self, span: Span, attached: Attachment, number: NumberMention) -> Statement:
        """The statement of a number or of a stretch in words; it has no id."""
        start, end = TRIMMED.fullmatch(self.text, *span).span(1)  # type: ignore[union-attr]
        saying, when = speakers.at(self.sayings, number.start), self._when(span, number)
        per, doubts = None, tuple[str, ...]()
        subject, owner, owned = self._owner(attached)
        if number.comparator:
            per = attach.PER.search(self.text, number.end, min(span.end, number.end + 60))
            doubts = self._doubts(span, subject, when)
        else:
            saying = saying or next(iter(span.of(self.sayings)), None)
        said = saying if saying and saying.polarity != "unconfirmed" else speakers.NOBODY
        others = [code for code in actors.codes(self._unsaid(attached.others)) if code not in subject.split("+")]
        places = {
            "subject": (owner, owned),
            "as_of": ("rules", (when.start, when.end))
            if when
            else ("antecedent", self.year if "as_of" in doubts else None),
            "speaker": ("rules", saying and saying.who),
            "cue": ("rules", saying and saying.cue),
            "value": ("rules", (number.start, number.end)),
            "unit": (attached.by, attached.noun),
            "per": ("rules", per and per.span()),
            "quantity": (attached.by, *attached.words),
        }
        row = Statement(
            id="",
            quote=self.text[start:end],
            start=start,
            end=end,
            sentence=self.words,
            speaker=said.speaker,
            speaker_codes=said.codes,
            subject=subject,
            counterparts=tuple(others),
            quantity=self._name(attached),
            value=number.value,
            low=number.low,
            high=number.high,
            unit=attached.unit,
            comparator=number.comparator,
            per=str(per.lastgroup) if per else "",
            change=attached.change,
            as_of=when.value if when else None,
            polarity=self._polarity(span, saying, number, attached),
            modality="planned" if attached.planned else "said",
            slots=self._slots(places),
            doubts=doubts,
            reason=self.reason,
            dates=tuple({"text": self.text[date.start : date.end], **date._asdict()} for date in span.of(self.when)),
            read_by=attached.by,
        )
        return row if self.before is None or not attached.refers else _of_before(row, self.before)

    def _doubts(self, span: Span, subject: str, when: DateMention | None) -> tuple[str, ...]:
        """The parts of a number that are open: whose it is, each or together, and of which year."""
        each = "+" in subject and not TOGETHER.search(self.text, *span)
        open_year = when is None and self.has_open_year and not PRESENT.search(self.text, *span)
        return ("subject",) * (each or not subject) + ("as_of",) * open_year

    def _slots(self, places: Mapping[str, tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
        """The words of parts, each with its reader and one or more places."""
        out = {}
        for name, (by, *given) in places.items():
            if told := [place for place in given if place and place[0] < place[1]]:
                words = " ".join(self.text[slice(*place)] for place in told)
                out[name] = {"words": words, "start": told[0][0], "end": told[-1][1], "by": by}
        return out

    def _owner(self, attached: Attachment) -> tuple[str, str, Place | None]:
        """The actor of a number, empty where it is open, and who read it where."""
        owners, by = list(attached.owners), attached.by
        code = self.before.subject if attached.refers and self.before else ""
        if not owners and not attached.taken and len({m.code for m in self.mentions}) == 1:
            owners = [m for m in self._unsaid(self.mentions) if self._is_subject(m)][:1]  # the only actor
        if not owners:
            return code, by, None
        place = owners[0].start, owners[-1].end
        if owners[0].code:
            return "+".join(actors.codes(owners)), by, place
        before = [m for m in self.mentions if m.end <= place[0]]
        codes = {m.code for m in self._unsaid(before) or before} or {self.topic or code}
        return codes.pop() if len(codes) == 1 else "", "antecedent", place

    def _unsaid(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Actors outside attributions."""
        return [m for m in mentions if not any(m.start in range(*one.who) for one in self.sayings)]

    def _name(self, attached: Attachment) -> str:
        """What is counted, in up to `NAME_WORDS` words: the noun first."""
        words = dict.fromkeys(
            self.text[slice(*place)].lower()
            for place in (attached.noun, *attached.words)
            if place and not any(m.start <= place[0] < m.end for m in self.mentions)
        )
        return "_".join([word for word in words if LONG.fullmatch(word)][:NAME_WORDS])

    def _when(self, span: Span, number: NumberMention) -> DateMention | None:
        """The date of a statement: the nearest in its clause, else one that leads the sentence."""
        usable = [d for d in self.when if d.role != "since" and d.value]
        nearest = sorted(span.of(usable), key=lambda d: abs(d.start - number.start))
        lead = [d for d in reversed(usable) if d.end <= span.start]
        return next(iter((*nearest, *lead)), None)

    def _polarity(self, span: Span, saying: Saying | None, number: NumberMention, attached: Attachment) -> str:
        if saying is not None and saying.polarity != "positive":
            return saying.polarity
        begin = max(span.start, saying.start) if saying else span.start
        piece = NOT_ONLY.sub("", self.text[begin : number.start if number.comparator else span.end])
        negated = attached.negated if attached.by == "parser" else NOT.search(piece)
        return "negative" if negated else "positive"


def _of_before(row: Statement, known: Statement) -> Statement:
    """A statement about the quantity of one before."""
    slots = {name: known.slots[name] | {"by": "antecedent"} for name in known.slots.keys() & {"unit", "quantity"}}
    unit = known.unit if row.unit in {"", "item"} else row.unit
    return replace(row, quantity=known.quantity, unit=unit, slots=row.slots | slots)


def _is_bare(text: str, stretch: Span, saying: Saying) -> bool:
    """Whether words only attribute what stands elsewhere: `she said:`."""
    if saying.start < stretch.start == saying.cue[0]:
        return True
    (first, _), (_, last) = sorted((saying.who, saying.cue))
    tail = speech_verbs.TAIL.match(text, last, stretch.end)
    behind = tail.end() if tail and tail.group("end") == ":" else last
    outside = WORD.search(text, stretch.start, first) or WORD.search(text, behind, stretch.end)
    return stretch.start <= first and last <= stretch.end and not outside
