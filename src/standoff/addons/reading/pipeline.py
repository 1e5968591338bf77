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
    hedges,
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
    from collections.abc import Iterator, Sequence

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
SMALLEST_SPELLED = 12  # assumption: up to this, a number in words counts only with a noun of people or measure
NAME_WORDS = 4  # assumption: so many words name what is counted
FEWEST_WORDS = 3
MOST_NUMBERS = 40  # assumption: a sentence with more is a table, whose numbers have no words of their own
EACH = "each or together"
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
    return list(rows(text, published, parser))


def rows(text: str, published: str = "", parser: Parser | str | None = "installed") -> Iterator[Statement]:
    """The statements of a text, one by one."""
    observed = Counter[str]()
    before: dict[str, Any] | None = None
    for part in parts(text, published, parser):
        part.before = before
        for fields in part.rows():
            before = fields if fields["comparator"] else before
            yield Statement(id=identity(fields, observed), **fields)


def parts(text: str, published: str = "", parser: Parser | str | None = "installed") -> list[SentenceReader]:
    """The sentences of a text without headings, each with what it takes from those before."""
    loaded = spacy_parser.installed() if isinstance(parser, str) else parser
    reader = Reader()
    spans, quotes = list(sentences.sentences(text)), quotations.find(text)
    out = [SentenceReader(text, span, quotes, loaded) for span in spans]
    quoted_speech.carry(text, spans, [part.sayings for part in out], quotes)
    titles, year, named, topic = headings.find(text, spans), "", "", ""
    last: tuple[int, int] | None = None
    for part in out:
        if part.span in titles:
            continue
        part.when = [_dated(text, one, named, published) for one in dates.find(text, part.span, published, year)]
        year = next((date.value[:4] for date in reversed(part.when) if date.value), year)
        for date in part.when:
            if date.value and (match := YEAR.search(text, date.start, date.end)):
                last = match.span()
        part.year, named = last, text[slice(*last)] if last else ""
        part.is_past = named != "" and published != "" and abs(int(named) - int(published[:4])) >= FEW_YEARS
        part.reason = reader.take(text, part.span, part.mentions)
        part.topic = topic
        topic = part.main_actor() if part.mentions else topic
    return [part for part in out if part.span not in titles]


def _dated(text: str, date: DateMention, named: str, published: str) -> DateMention:
    """A date with a guessed year: of the year named before, if that is of another decade."""
    if not (date.value and named and published and dates.is_open(date.form, text[date.start : date.end])):
        return date
    if named == date.value[:4]:
        return date
    gap = abs(int(named) - int(published[:4]))
    return date._replace(value=named + date.value[4:] if gap >= DECADE else "") if gap >= FEW_YEARS else date


def identity(fields: dict[str, Any], observed: Counter[str]) -> str:
    """The id of a statement, the same whenever the same text is read."""
    number = fields["value"] if fields["value"] is not None else fields["low"]
    base = "\x1f".join((fields["sentence"], fields["quote"], repr(number), fields["unit"]))
    digest = hashlib.blake2b(base.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    observed[digest] += 1
    return digest if observed[digest] == 1 else f"{digest}-{observed[digest]}"


class Slots:
    """The words of the parts of a statement, with their places."""

    def __init__(self, text: str) -> None:
        self.text, self.filled = text, dict[str, dict[str, Any]]()

    def fill(self, name: str, by: str, *places: tuple[int, int] | None) -> None:
        """Words in one or more places, from the first to the last."""
        told = [place for place in places if place is not None and place[0] < place[1]]
        if told:
            words = " ".join(self.text[slice(*place)] for place in told)
            self.filled[name] = {"words": words, "start": told[0][0], "end": told[-1][1], "by": by}


def _marked(text: str, place: tuple[int, int], kind: str) -> dict[str, Any]:
    """A hedge at a place."""
    return {"text": text[slice(*place)], "start": place[0], "end": place[1], "kind": kind, "strength": "weak"}


class SentenceReader:
    """A sentence with its actors, clauses, sayings, dates and dependency tree."""

    def __init__(self, text: str, span: Span, quotes: Sequence[Span], parser: Parser | None) -> None:
        tokens = actors.words(text, span.start, span.end)
        self.text, self.span, self.mentions, self.words = text, span, actors.find(text, tokens), len(tokens)
        self.clauses = sentences.clauses(text, span)
        self.quotes = quotations.around(quotes, span)
        self.doc: Any = None
        self.when: list[DateMention] = []
        self.reason: dict[str, Any] | None = None
        self.year: tuple[int, int] | None = None  #: place of the year that the text named last
        self.is_past = False  #: whether the text named another year than its own before
        self.before: dict[str, Any] | None = None  #: the last statement of a number in the sentences before
        self.topic = ""  #: the actor that the sentence before is about
        if parser is not None and (
            self.mentions or any(c.isdigit() for c in text[span.start : span.end]) or self.words > 5
        ):
            self.doc = parser.doc(text, span)
        self.sayings = speakers.SpeakerReader(text, span, self.clauses, self.mentions, self.quotes, self.doc).sayings()
        self.tree = None if self.doc is None else attach.ByParse(self.doc, span, self.mentions)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One statement per counted number, and one per speaker for what has none."""
        if self.text[self.span.end - 1] == "?" or self.words < FEWEST_WORDS:
            return
        taken: set[Span] = set()
        for number in self.numbers()[:MOST_NUMBERS]:
            clause, attached, unit = self.counted(number)
            if self._counts(number, unit, attached.noun) or (attached.refers and self.before):
                taken.add(clause)
                yield self._row(clause, number, attached, unit)
        for stretch in self._stretches(taken):
            if self._states(stretch):
                yield self._row(stretch)

    def numbers(self) -> list[NumberMention]:
        """The numbers of the sentence outside its dates."""
        return numbers.find(self.text, self.span, [Span(date.start, date.end) for date in self.when])

    def counted(self, number: NumberMention) -> tuple[Span, Attachment, str]:
        """The clause of a number, what it belongs to, and its unit."""
        clause = next((c for c in self.clauses if c.start <= number.start < c.end), self.span)
        attached = self.attached(number, clause)
        beside = attached.noun[0] if attached.noun and not self.text[number.end : attached.noun[0]].strip() else -1
        people = any(m.kind in {actors.ADJECTIVE, "public"} and m.start <= beside < m.end for m in self.mentions)
        unit = number.unit or ("person" if people else noun_unit(self.text, number, attached.noun))
        if attached.noun and self.text[slice(*attached.noun)].casefold() == "times":  # what the verb says is counted
            attached = replace(attached, noun=None)
        return clause, attached, unit

    def number_row(self, number: NumberMention) -> dict[str, Any]:
        """The statement of one number, whether or not the rules would give it a row."""
        return self._row(self.counted(number)[0], number, *self.counted(number)[1:])

    def attached(self, number: NumberMention, clause: Span) -> Attachment:
        """What a number belongs to, by the parser where there is one."""
        tree = self.tree
        places = [(date.start, date.end) for date in self.when]
        out = tree.number(number, places) if tree else attach.by_distance(self.text, clause, number, self.mentions)
        beside = [place for one in self.sayings if one.who != one.cue for place in (one.who, one.cue)]
        beside += [*places, *((mention.start, mention.end) for mention in out.owners)]
        kept = tuple(p for p in out.words if not any(a <= p[0] < b for a, b in beside) or p == out.noun)
        return replace(out, words=kept)

    def main_actor(self) -> str:
        """The only actor of the sentence outside attributions, else that of its subject."""
        own = self._unsaid(self.mentions)
        codes = list(dict.fromkeys(m.code for m in own))
        if len(codes) <= 1 or self.doc is None:
            return codes[0] if len(codes) == 1 else ""
        return next((m.code for m in own if self.is_subject(m)), "")

    def is_subject(self, mention: Mention) -> bool:
        """Whether an actor is, or owns, the subject of a clause by the parser."""
        token = self.tree.token(mention) if self.tree is not None else None
        while token is not None and token.dep_ in {"poss", "compound", "amod", "nmod"}:
            token = token.head
        return token is not None and token.dep_ in attach.SUBJECTS

    def _counts(self, number: NumberMention, unit: str, noun: tuple[int, int] | None) -> bool:
        if number.unit:
            return True
        single = number.spelled and " " not in self.text[number.start : number.end]
        if single and (number.value if number.value is not None else number.high or 0) <= SMALLEST_SPELLED:
            people = unit not in {"", "item"} or (unit == "item" and bool(self.mentions) and noun is not None)
            return people and number.value not in {None, 0.0, 1.0}
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
        words = len(WORD.findall(self.text, *stretch))
        if words < FEWEST_WORDS or any(_is_bare(self.text, stretch, saying) for saying in self.sayings):
            return False
        said = any(
            s.start < stretch.end and stretch.start < s.end and s.polarity != "unconfirmed" for s in self.sayings
        )
        dated = any(d.value and stretch.start <= d.start < stretch.end for d in self.when)
        return (
            said
            or dated
            or self.reason is not None
            or any(stretch.start <= m.start < stretch.end for m in self.mentions)
        )

    def _row(
        self, span: Span, number: NumberMention | None = None, attached: Attachment | None = None, unit: str = ""
    ) -> dict[str, Any]:
        text, (start, end), slots = self.text, _trimmed(self.text, span), Slots(self.text)
        saying = self._said(number, start, end, slots)
        subject, doubts = self._owner(attached, slots) if attached else (self._main_subject(span, slots), [])
        when = self._when(span, number.start if number else start, number)
        marked = list(self._hedges(span, start, end, number is not None and "+" in subject))
        doubts += ["subject"] * any(one["kind"] == EACH for one in marked)
        if number is not None and when is None:
            doubts += ["as_of"] * self._is_of_open_year(start, end, slots)
        slots.fill("as_of", "rules", when and (when.start, when.end))
        if attached is not None and attached.refers:
            unit, subject, doubts = self._refer(unit, subject, doubts)
        own = NO_NUMBER if number is None or attached is None else self._number(span, number, attached, unit, slots)
        ambiguous = any(one["kind"] == dates.AMBIGUOUS for one in marked)
        return {
            "quote": text[start:end],
            "start": start,
            "end": end,
            "sentence": text[self.span.start : self.span.end],
            **_named(saying),
            "subject": subject,
            "counterparts": tuple(dict.fromkeys(m.code for m in self._others(span, attached, subject))),
            **own,
            "as_of": when.value if when and not ambiguous else None,
            "polarity": self._polarity(span, saying, number, attached),
            "modality": "planned" if self._is_planned(span, attached) else "said",
            "kind": "number" if number else "reason" if self.reason else "statement",
            "slots": slots.filled,
            "doubts": tuple(doubts),
            "reason": self.reason,
            "hedges": tuple(marked),
            "dates": tuple(self._dates(span)),
            "read_by": attached.by if attached else "rules",
        }

    def _said(self, number: NumberMention | None, start: int, end: int, slots: Slots) -> Saying | None:
        """The saying that a statement is part of, or contains."""
        saying = speakers.at(self.sayings, number.start if number else start)
        if saying is None and number is None:
            saying = next((one for one in self.sayings if start <= one.start < end), None)
        if saying is not None and saying.who != saying.cue:
            slots.fill("speaker", "rules", saying.who)
            slots.fill("cue", "rules", saying.cue)
        return saying

    def _dates(self, span: Span) -> Iterator[dict[str, Any]]:
        """The dates of a clause."""
        for one in self.when:
            if span.start <= one.start < span.end:
                words = self.text[one.start : one.end]
                yield {"value": one.value, "text": words, "start": one.start, "end": one.end, "role": one.role}

    def _hedges(self, span: Span, start: int, end: int, joint: bool) -> Iterator[dict[str, Any]]:
        """Hedges of a statement: words, what is open of a joint number, dates with two readings."""
        yield from hedges.find(self.text, Span(start, end))
        if joint and not TOGETHER.search(self.text, *span):
            yield _marked(self.text, (start, end), EACH)
        for date in self.when:
            if not date.value and date.form == "slash" and start <= date.start < end:
                yield _marked(self.text, (date.start, date.end), dates.AMBIGUOUS)

    def _refer(self, unit: str, subject: str, doubts: list[str]) -> tuple[str, str, list[str]]:
        """Unit, subject and doubts of a number of the quantity that was named before."""
        before = self.before
        if before is None:
            return unit, subject, doubts
        if "subject" in doubts:
            rest = [one for one in doubts if one != "subject"]
            subject, doubts = before["subject"], rest + ["subject"] * ("subject" in before["doubts"])
        return (before["unit"] if unit in {"", "item"} else unit), subject, doubts

    def _number(
        self, span: Span, number: NumberMention, attached: Attachment, unit: str, slots: Slots
    ) -> dict[str, Any]:
        """The fields of a number, with the places of their words."""
        per, place = attach.period(self.text, span, number) or ("", None)
        slots.fill("value", "rules", (number.start, number.end))
        slots.fill("unit", attached.by, attached.noun)
        slots.fill("per", "rules", place)
        slots.fill("quantity", attached.by, *attached.words)
        known = self.before if attached.refers else None
        if known is not None and "quantity" in known["slots"]:
            own = slots.filled.get("quantity", {"words": ""})["words"]
            told = known["slots"]["quantity"]
            slots.filled["quantity"] = {**told, "words": f"{told['words']} {own}".strip(), "by": "antecedent"}
            slots.filled["unit"] = known["slots"].get("unit", {**told, "words": ""})
        return {
            "quantity": known["quantity"] if known else self._name(attached),
            "value": number.value,
            "low": number.low,
            "high": number.high,
            "unit": unit,
            "comparator": number.comparator,
            "per": per,
            "change": "earlier" if attached.earlier else "change" if attached.change else "level",
        }

    def _main_subject(self, span: Span, slots: Slots) -> str:
        """The actor that a statement without a number is about."""
        inside = [m for m in self.mentions if span.start <= m.start < span.end]
        own = [m for m in inside if speakers.at(self.sayings, m.start)] or inside
        main = next((m for m in own if self.is_subject(m)), own[0] if own else None)
        slots.fill("subject", "rules", (main.start, main.end) if main else None)
        return main.code if main else ""

    def _owner(self, attached: Attachment, slots: Slots) -> tuple[str, list[str]]:
        """The actor of a number, and whether it is doubtful."""
        if attached.owners:
            slots.fill("subject", attached.by, (attached.owners[0].start, attached.owners[-1].end))
            return "+".join(dict.fromkeys(m.code for m in attached.owners)), []
        if attached.anaphor is None:
            acting = next((m for m in self._unsaid(self.mentions) if self.is_subject(m)), None)
            if acting is None or attached.taken or len({m.code for m in self.mentions}) != 1:
                return "", ["subject"]
            slots.fill("subject", attached.by, (acting.start, acting.end))  # the only actor, and a subject
            return acting.code, []
        slots.fill("subject", "antecedent", attached.anaphor)
        before = [m for m in self.mentions if m.end <= attached.anaphor[0]]
        codes = {m.code for m in self._unsaid(before) or before}
        code = codes.pop() if len(codes) == 1 else self.topic if not codes else ""
        return code, ([] if code else ["subject"])

    def _unsaid(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Actors outside attributions."""
        return [m for m in mentions if not any(one.who[0] <= m.start < one.who[1] for one in self.sayings)]

    def _is_of_open_year(self, start: int, end: int, slots: Slots) -> bool:
        """Whether an undated number may be of a year that is open or was named before."""
        if not (self.is_past or self._has_open()) or PRESENT.search(self.text, start, end):
            return False
        slots.fill("as_of", "antecedent", None if self._has_open() else self.year)
        return True

    def _has_open(self) -> bool:
        """Whether a date of the sentence has an open year."""
        return any(not d.value and d.role != "since" for d in self.when)

    def _others(self, span: Span, attached: Attachment | None, subject: str) -> list[Mention]:
        inside = attached.others if attached else [m for m in self.mentions if span.start <= m.start < span.end]
        return [m for m in self._unsaid(inside) if m.code not in subject.split("+")]

    def _name(self, attached: Attachment) -> str:
        """What is counted, in up to `NAME_WORDS` words: the noun first."""
        named = {range(m.start, m.end) for m in self.mentions}
        places = [p for p in (attached.noun, *attached.words) if p and not any(p[0] in one for one in named)]
        words = [self.text[slice(*place)].lower() for place in places]
        kept = [w for w in words if w.isascii() and w.isalpha() and len(w) > 3]
        return "_".join(list(dict.fromkeys(kept))[:NAME_WORDS])

    def _when(self, span: Span, index: int, number: NumberMention | None) -> DateMention | None:
        """The date of a statement: the nearest in its clause, else one that leads the sentence."""
        usable = [d for d in self.when if d.role != "since" and d.value]
        inside = [d for d in usable if span.start <= d.start < span.end]
        if inside:
            return min(inside, key=lambda d: (abs(d.start - index), d.start))
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


def _named(saying: Saying | None) -> dict[str, Any]:
    """The speaker of a statement; nobody asserts what is unconfirmed."""
    if saying is None or saying.polarity == "unconfirmed":
        return {"speaker": speakers.AUTHOR, "speaker_codes": ()}
    return {"speaker": saying.speaker, "speaker_codes": saying.codes}


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


def _trimmed(text: str, span: Span) -> tuple[int, int]:
    start, end = span
    while start < end and (text[start].isspace() or text[start] in ",;"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;"):
        end -= 1
    return start, end
