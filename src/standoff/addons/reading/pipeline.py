"""Read a text: quotations, dates and numbers by rules, what belongs to them by a parser.

Questions, headings, and lines without an actor, a number or a speaker give no row. Reading never raises, takes time in
proportion to the text, and gives the same rows and ids each time.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import (
    actors,
    attach,
    dates,
    headings,
    numbers,
    quotations,
    quoted_speech,
    sentences,
    spacy_parser,
    speakers,
    speech_verbs,
)
from standoff.addons.reading.counted import is_counted, noun_unit
from standoff.addons.reading.reasons import Reader
from standoff.addons.reading.sentences import Span
from standoff.addons.reading.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.attach import Attachment
    from standoff.addons.reading.dates import DateMention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.spacy_parser import Parser
    from standoff.addons.reading.speakers import Saying

NOT = re.compile(
    r"(?i)\b(?:not|never|no\s+longer|neither|nobody|nothing|n['\u2019]t|without|refus(?:e|es|ed)\s+to)\b|n['\u2019]t\b"
)
NOT_ONLY = re.compile(
    r"(?i),\s*(?:and\s+)?not\s+(?:the|a|an|by|in|from|with)\b|"
    r"\b(?:not|no)\s+(?:only|just|merely|less|fewer|more|least)\b"
)
TOGETHER = re.compile(
    r"(?i)\b(?:each|respectively|apiece|combined|together|jointly|in\s+total|between\s+them|altogether)\b"
)
WORD = re.compile(r"[^\W\d_]{2,}")
TRIMMED = re.compile(r"(?s)[\s,;]*(.*?)[\s,;]*")
SMALLEST_SPELLED = 12  # assumption: up to this, a number in words counts only with a noun of people or measure
NAME_WORDS = 4  # assumption: so many words name what is counted
FEWEST_WORDS = 3
MOST_NUMBERS = 40  # assumption: a sentence with more is a table, whose numbers have no words of their own
DECADE = 10  # years
FEW_YEARS = 3  # assumption: an article about a year so long before may go on about it without naming it again
YEAR = re.compile(r"\d{4}")
NO_NUMBER: dict[str, Any] = {
    **dict.fromkeys(("quantity", "unit", "comparator", "per", "change"), ""),
    **dict.fromkeys(("value", "low", "high")),
}
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
    before: dict[str, Any] | None = None
    for part in sentences:
        part.before = before
        for fields in part.rows():
            before = fields if fields["comparator"] else before
            out.append(Statement(id=identity(fields, observed), **fields))
    return out


def parts(text: str, published: str = "", parser: Parser | str | None = "installed") -> list[SentenceReader]:
    """The sentences of a text without headings, each with what it takes from those before."""
    loaded = spacy_parser.installed() if isinstance(parser, str) else parser
    spans, quotes = list(sentences.sentences(text)), quotations.find(text)
    every = [SentenceReader(text, span, quotes, loaded) for span in spans]
    quoted_speech.carry(text, spans, [part.sayings for part in every], quotes)
    titles, year, named, topic, reader = headings.find(text, spans), "", "", "", Reader()
    last: tuple[int, int] | None = None
    out = [part for part in every if part.span not in titles]
    for part in out:
        part.when = [
            _dated(text, one, named, published) for one in dates.find(text, part.span, published, year, part.doc)
        ]
        for date in part.when:
            year = date.value[:4] or year
            if date.value and (match := YEAR.search(text, date.start, date.end)):
                last = match.span()
        part.year, named = last, text[slice(*last)] if last else ""
        part.is_past = _years_apart(named, published) >= FEW_YEARS and named < published
        part.reason = reader.take(text, part.span, part.mentions)
        part.topic = topic
        topic = part.main_actor() if part.mentions else topic
    return out


def _years_apart(named: str, published: str) -> int:
    """Years between one that a text names and that of publication; 0 where one is not known."""
    return abs(int(named) - int(published[:4])) if named and published else 0


def _dated(text: str, date: DateMention, named: str, published: str) -> DateMention:
    """A date with a guessed year: of the year named before, if that is of another decade."""
    gap = _years_apart(named, published)
    if not date.value or gap < FEW_YEARS or not dates.is_open(date.form, text[date.start : date.end]):
        return date
    same = named == date.value[:4]
    return date if same else date._replace(value=named + date.value[4:] if gap >= DECADE else "")


def identity(fields: dict[str, Any], observed: Counter[str]) -> str:
    """The id of a statement, the same whenever the same text is read."""
    number = fields["value"] if fields["value"] is not None else fields["low"]
    base = "\x1f".join((fields["sentence"], fields["quote"], repr(number), fields["unit"]))
    digest = hashlib.blake2b(base.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    observed[digest] += 1
    return digest if observed[digest] == 1 else f"{digest}-{observed[digest]}"


class SentenceReader:
    """A sentence with its actors, clauses, sayings, dates and dependency tree."""

    def __init__(self, text: str, span: Span, quotes: Sequence[Span], parser: Parser | None) -> None:
        self.text, self.span, self.words = text, span, text[slice(*span)]
        self.mentions = actors.find(text, *span)
        self.clauses = sentences.clauses(text, span)
        self.quotes = quotations.around(quotes, span)
        self.when: list[DateMention] = []
        self.reason: dict[str, Any] | None = None
        self.year: tuple[int, int] | None = None  #: place of the year that the text named last
        self.is_past = False  #: whether the text named another year than its own before
        self.before: dict[str, Any] | None = None  #: the last statement of a number in the sentences before
        self.topic = ""  #: the actor that the sentence before is about
        self.size = len(WORD.findall(self.words))
        told = self.mentions or self.size > 5 or any(map(str.isdigit, self.words))
        self.doc: Any = parser.doc(text, span) if parser is not None and told else None
        self.sayings = speakers.SpeakerReader(text, span, self.clauses, self.mentions, self.quotes, self.doc).sayings()
        self.tree = None if self.doc is None else attach.ByParse(self.doc, span, self.mentions)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One statement per counted number, and one per speaker for what has none."""
        if self.words[-1] == "?" or self.size < FEWEST_WORDS:
            return
        taken: set[Span] = set()
        for number in self.numbers()[:MOST_NUMBERS]:
            clause, _, attached, unit = counted = self.counted(number)
            if self._counts(number, unit, attached.noun) or (attached.refers and self.before):
                taken.add(clause)
                yield self._row(*counted)
        yield from (self._row(stretch) for stretch in self._stretches(taken) if self._states(stretch))

    def numbers(self) -> list[NumberMention]:
        """The numbers of the sentence outside its dates."""
        return numbers.find(self.text, self.span, [Span(date.start, date.end) for date in self.when])

    def number_row(self, number: NumberMention) -> dict[str, Any]:
        """The statement of one number, whether or not the rules would give it a row."""
        return self._row(*self.counted(number))

    def counted(self, number: NumberMention) -> tuple[Span, NumberMention, Attachment, str]:
        """A number with its clause, what it belongs to, and its unit."""
        clause = next((c for c in self.clauses if c.start <= number.start < c.end), self.span)
        attached = self._attached(number, clause)
        noun = attached.noun
        beside = noun[0] if noun and not self.text[number.end : noun[0]].strip() else -1
        people = any(m.kind in {actors.ADJECTIVE, "public"} and m.start <= beside < m.end for m in self.mentions)
        unit = number.unit or ("person" if people else noun_unit(self.text, number, noun))
        if noun and self.text[slice(*noun)].casefold() == "times":  # what the verb says is counted
            attached = replace(attached, noun=None)
        return clause, number, attached, unit

    def _attached(self, number: NumberMention, clause: Span) -> Attachment:
        """What a number belongs to, by the parser where there is one."""
        places, tree = [(date.start, date.end) for date in self.when], self.tree
        out = tree.number(number, places) if tree else attach.by_distance(self.text, clause, number, self.mentions)
        beside = [*places, *((mention.start, mention.end) for mention in out.owners)]
        beside += [place for one in self.sayings if one.who != one.cue for place in (one.who, one.cue)]
        kept = tuple(p for p in out.words if not any(a <= p[0] < b for a, b in beside) or p == out.noun)
        return replace(out, words=kept)

    def main_actor(self) -> str:
        """The only actor of the sentence outside attributions, else that of its subject."""
        own = self._unsaid(self.mentions)
        if len({m.code for m in own}) == 1:
            return own[0].code
        return next((m.code for m in own if self._is_subject(m)), "")

    def _is_subject(self, mention: Mention) -> bool:
        """Whether an actor is, or owns, the subject of a clause by the parser."""
        token = self.tree.token(mention) if self.tree is not None else None
        while token is not None and token.dep_ in {"poss", "compound", "amod", "nmod"}:
            token = token.head
        return token is not None and token.dep_ in attach.SUBJECTS

    def _counts(self, number: NumberMention, unit: str, noun: tuple[int, int] | None) -> bool:
        """Whether a number is of things, people or measures, and no small number in words of others."""
        if number.unit:
            return True
        size = number.value if number.value is not None else number.high or 0
        if number.spelled and size <= SMALLEST_SPELLED and " " not in self.text[number.start : number.end]:
            return size > 1 and bool(unit) and (unit != "item" or (bool(self.mentions) and noun is not None))
        known = noun is not None and is_counted(self.text[slice(*noun)].casefold())
        return bool(unit) or known or (noun is None and number.comparator != "exact")

    def _stretches(self, taken: set[Span]) -> list[Span]:
        """Consecutive clauses of one speaker without a number, each run as one span."""
        out: list[Span] = []
        last: object = self
        for clause in self.clauses:
            saying = speakers.at(self.sayings, clause.start)
            if clause in taken:
                last = self
            elif out and saying is last:
                out[-1] = Span(out[-1].start, clause.end)
            else:
                out.append(clause)
                last = saying
        return out

    def _states(self, stretch: Span) -> bool:
        """Whether a stretch says something of an actor, or what somebody says."""
        start, end = stretch
        if len(WORD.findall(self.text, start, end)) < FEWEST_WORDS:
            return False
        if any(_is_bare(self.text, stretch, saying) for saying in self.sayings):
            return False
        said = any(s.start < end and start < s.end and s.polarity != "unconfirmed" for s in self.sayings)
        dated = any(d.value and start <= d.start < end for d in self.when)
        return said or dated or self.reason is not None or any(start <= m.start < end for m in self.mentions)

    def _row(
        self, span: Span, number: NumberMention | None = None, attached: Attachment | None = None, unit: str = ""
    ) -> dict[str, Any]:
        start, end = TRIMMED.fullmatch(self.text, *span).span(1)  # type: ignore[union-attr]
        slots: dict[str, dict[str, Any]] = {}
        saying = self._said(number, start, end, slots)
        subject, doubts = self._owner(attached, slots) if attached else (self._main_subject(span, slots), [])
        when = self._when(span, number)
        if number is not None:
            each = "+" in subject and not TOGETHER.search(self.text, *span)  # each, or together
            open_year = when is None and self._is_of_open_year(start, end, slots)
            doubts += ["subject"] * each + ["as_of"] * open_year
        self._fill(slots, "as_of", "rules", when and (when.start, when.end))
        own, inside = NO_NUMBER, [m for m in self.mentions if span.start <= m.start < span.end]
        if number is not None and attached is not None:
            if attached.refers and self.before is not None:
                unit, subject, doubts = _refer(self.before, unit, subject, doubts)
            own, inside = self._number(span, number, attached, unit, slots), list(attached.others)
        said = saying if saying and saying.polarity != "unconfirmed" else speakers.NOBODY
        others = [m for m in self._unsaid(inside) if m.code not in subject.split("+")]
        return {
            "quote": self.text[start:end],
            "start": start,
            "end": end,
            "sentence": self.words,
            "speaker": said.speaker,
            "speaker_codes": said.codes,
            "subject": subject,
            "counterparts": tuple(actors.codes(others)),
            **own,
            "as_of": when.value if when else None,
            "polarity": self._polarity(span, saying, number, attached),
            "modality": "planned" if self._is_planned(span, attached) else "said",
            "slots": slots,
            "doubts": tuple(doubts),
            "reason": self.reason,
            "dates": self._dates_in(span),
            "read_by": attached.by if attached else "rules",
        }

    def _dates_in(self, span: Span) -> tuple[dict[str, Any], ...]:
        """The dates that begin within a place, with their words."""
        inside = [date for date in self.when if span.start <= date.start < span.end]
        return tuple({"text": self.text[date.start : date.end], **date._asdict()} for date in inside)

    def _fill(self, slots: dict[str, dict[str, Any]], name: str, by: str, *places: tuple[int, int] | None) -> None:
        """The words of a part, in one or more places from the first to the last."""
        told = [place for place in places if place is not None and place[0] < place[1]]
        if told:
            words = " ".join(self.text[slice(*place)] for place in told)
            slots[name] = {"words": words, "start": told[0][0], "end": told[-1][1], "by": by}

    def _said(
        self, number: NumberMention | None, start: int, end: int, slots: dict[str, dict[str, Any]]
    ) -> Saying | None:
        """The saying that a statement is part of, or contains."""
        saying = speakers.at(self.sayings, number.start if number else start)
        if saying is None and number is None:
            saying = next((one for one in self.sayings if start <= one.start < end), None)
        if saying is not None and saying.who != saying.cue:
            self._fill(slots, "speaker", "rules", saying.who)
            self._fill(slots, "cue", "rules", saying.cue)
        return saying

    def _number(
        self, span: Span, number: NumberMention, attached: Attachment, unit: str, slots: dict[str, dict[str, Any]]
    ) -> dict[str, Any]:
        """The fields of a number, with the places of their words."""
        per, place = attach.period(self.text, span, number) or ("", None)
        self._fill(slots, "value", "rules", (number.start, number.end))
        self._fill(slots, "unit", attached.by, attached.noun)
        self._fill(slots, "per", "rules", place)
        self._fill(slots, "quantity", attached.by, *attached.words)
        known = self.before if attached.refers else None
        if known is not None and "quantity" in known["slots"]:
            own, told = slots.get("quantity", {"words": ""})["words"], known["slots"]["quantity"]
            slots["quantity"] = {**told, "words": f"{told['words']} {own}".strip(), "by": "antecedent"}
            slots["unit"] = known["slots"].get("unit", {**told, "words": ""})
        return {
            **{name: getattr(number, name) for name in ("value", "low", "high", "comparator")},
            "quantity": known["quantity"] if known else self._name(attached),
            "unit": unit,
            "per": per,
            "change": "earlier" if attached.earlier else "change" if attached.change else "level",
        }

    def _main_subject(self, span: Span, slots: dict[str, dict[str, Any]]) -> str:
        """The actor that a statement without a number is about."""
        inside = [m for m in self.mentions if span.start <= m.start < span.end]
        own = [m for m in inside if speakers.at(self.sayings, m.start)] or inside
        main = next((m for m in own if self._is_subject(m)), own[0] if own else None)
        self._fill(slots, "subject", "rules", (main.start, main.end) if main else None)
        return main.code if main else ""

    def _owner(self, attached: Attachment, slots: dict[str, dict[str, Any]]) -> tuple[str, list[str]]:
        """The actor of a number, and whether it is doubtful."""
        owners = list(attached.owners)
        if not owners and attached.anaphor is not None:
            self._fill(slots, "subject", "antecedent", attached.anaphor)
            before = [m for m in self.mentions if m.end <= attached.anaphor[0]]
            codes = {m.code for m in self._unsaid(before) or before} or {self.topic}
            code = codes.pop() if len(codes) == 1 else ""
            return code, ["subject"] * (not code)
        if not owners and not attached.taken and len({m.code for m in self.mentions}) == 1:
            owners = [m for m in self._unsaid(self.mentions) if self._is_subject(m)][
                :1
            ]  # the only actor, and a subject
        if not owners:
            return "", ["subject"]
        self._fill(slots, "subject", attached.by, (owners[0].start, owners[-1].end))
        return "+".join(actors.codes(owners)), []

    def _unsaid(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Actors outside attributions."""
        return [m for m in mentions if not any(one.who[0] <= m.start < one.who[1] for one in self.sayings)]

    def _is_of_open_year(self, start: int, end: int, slots: dict[str, dict[str, Any]]) -> bool:
        """Whether an undated number may be of a year that is open or was named before."""
        is_open = any(not d.value and d.role != "since" for d in self.when)
        if not (self.is_past or is_open) or PRESENT.search(self.text, start, end):
            return False
        self._fill(slots, "as_of", "antecedent", None if is_open else self.year)
        return True

    def _name(self, attached: Attachment) -> str:
        """What is counted, in up to `NAME_WORDS` words: the noun first."""
        named = {range(m.start, m.end) for m in self.mentions}
        places = [p for p in (attached.noun, *attached.words) if p and not any(p[0] in one for one in named)]
        words = [self.text[slice(*place)].lower() for place in places]
        kept = [w for w in words if w.isascii() and w.isalpha() and len(w) > 3]
        return "_".join(list(dict.fromkeys(kept))[:NAME_WORDS])

    def _when(self, span: Span, number: NumberMention | None) -> DateMention | None:
        """The date of a statement: the nearest in its clause, else one that leads the sentence."""
        usable = [d for d in self.when if d.role != "since" and d.value]
        inside = [d for d in usable if span.start <= d.start < span.end]
        if inside:
            return min(inside, key=lambda d: abs(d.start - (number.start if number else span.start)))
        lead = [d for d in usable if d.end <= span.start]
        return lead[-1] if lead and number is not None else None

    def _polarity(
        self, span: Span, saying: Saying | None, number: NumberMention | None, attached: Attachment | None
    ) -> str:
        if saying is not None and saying.polarity != "positive":
            return saying.polarity
        if attached is not None and attached.by == "parser":
            return "negative" if attached.negated else "positive"
        begin = max(span.start, saying.start) if saying else span.start
        piece = NOT_ONLY.sub("", self.text[begin : number.start if number else span.end])
        return "negative" if NOT.search(piece) else "positive"

    def _is_planned(self, span: Span, attached: Attachment | None) -> bool:
        if attached is not None:
            return attached.planned
        return self.tree is not None and self.tree.is_planned(span)


def _refer(before: dict[str, Any], unit: str, subject: str, doubts: list[str]) -> tuple[str, str, list[str]]:
    """Unit, subject and doubts of a number of the quantity that was named before."""
    if "subject" in doubts:
        doubts = [one for one in doubts if one != "subject"] + ["subject"] * ("subject" in before["doubts"])
        subject = before["subject"]
    return (before["unit"] if unit in {"", "item"} else unit), subject, doubts


def _is_bare(text: str, stretch: Span, saying: Saying) -> bool:
    """Whether words only attribute what stands elsewhere: `she said:`."""
    if saying.start < stretch.start == saying.cue[0] and saying.who[1] <= stretch.end:
        return True
    (first, _), (_, last) = sorted((saying.who, saying.cue))
    if first < stretch.start or stretch.end < last or WORD.search(text, stretch.start, first):
        return False
    tail = speech_verbs.TAIL.match(text, last, stretch.end)
    if tail is not None and tail.group("end") == ":":
        last = tail.end()
    return WORD.search(text, last, stretch.end) is None
