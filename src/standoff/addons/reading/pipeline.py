"""Extract statements from a text by rules, in one pass, offline and without a model.

Questions, headings, and lines without an actor, a number with a unit or a dated event give no row. Reading never
raises, takes time in proportion to the text, and gives the same rows and ids each time.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import (
    actors,
    causal,
    dates,
    events,
    headings,
    hedges,
    number_dates,
    numbers,
    quantities,
    quotations,
    quoted_speech,
    relations,
    sentences,
    speakers,
    speech_verbs,
    subjects,
)
from standoff.addons.reading.lexicon import each
from standoff.addons.reading.reasons import Reader
from standoff.addons.reading.sentences import Span
from standoff.addons.reading.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.dates import DateMention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.spacy_parser import Parser
    from standoff.addons.reading.speakers import Saying

VERB = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must|should|"
    r"cannot|\w+ed|said|says|led|"
    r"lost|loses?|gave|gives?|sent|sends?|made|makes?|took|takes?|rose|rises?|fell|falls?|went|goes|came|"
    r"comes?|became|becomes?|began|fought|"
    r"fights?|struck|puts?|remains?|provides?|supports?|wants?|believes?|thinks?|sees?|keeps?|holds?|stands?|"
    r"lies|leads?|adheres?|seeks?|faces?|spent|"
    r"spends?|bought|buys?|sold|sells?|built|builds?|met|meets?|won|wins?|shot|hit|sank|grew|grows?|shrank|"
    r"cut|cuts|hopes?|plans?|denies|rejects?|joins?|left|saw|knew|told|kept|brought|thought|drove|flew|ran|"
    r"broke|spoke|wrote|chose|hid|drew|threw|"
    r"withdrew|sought|caught|paid|stood|bombs|attacks|backs|warns|claims|asks|calls|uses|needs|owns|controls|"
    r"occupies|threatens|opposes|arms)\b"
)
NOT = re.compile(
    r"(?i)\b(?:not|never|no\s+longer|neither|nobody|none\s+of|n't|nothing|refus(?:e|es|ed)\s+to|declin(?:e|es|"
    r"ed)\s+to|fail(?:s|ed)\s+to|unwilling\s+to)\b|\bno\s+(?!more|fewer|less|doubt|later|longer\s+than)\w+"
)
NOT_ONLY = re.compile(
    r"(?i),\s*(?:and\s+)?not\s+(?:the|a|an|by|in|from|with)\b|\bnot\s+(?:only|just|merely|less|fewer|more|"
    r"quite|least)\b|\bno\s+(?:fewer|less|more)\s+than\b"
)
BESIDE = re.compile(
    r"(?i)^\W*(?:although|though|while|since|because|as|if|when|even\s+though)\b[^,]*,|\b(?:because|since|"
    r"although|though|due\s+to|which|who)\b.*$"
)
CONDITION = re.compile(
    r"(?i)^\W*(?:if|unless|were|should|in\s+case|suppose|assuming|imagine)\b|\bwould\s+have\b|\bif\s+(?:it|they|he|she|the|[A-Z])"
)
TOGETHER = re.compile(
    r"(?i)\b(?:each|respectively|apiece|combined|together|jointly|in\s+total|between\s+them|altogether)\b"
)
ALONE = re.compile(
    r"\s*(?:[.,;:]|$)|\s+(?:were|was|are|is|had|have|has|could|would|will|in|on|at|from|and|who|to|died|stood|crossed|fell)\b"
)  #: what follows a nation that stands for its people
MORE = re.compile(
    r"(?i)\s+(?:more|others?)\b(?!\s+than)(?=\s+(?:ha[sd]|have|were|was|are|is|remain|will|w?ould)\b|[,.;]|\s*$)"
)
WORD = re.compile(r"\w")
SMALLEST_SPELLED = 12  # assumption: up to this, a number in words counts only with a noun of the table
MASS = each("""people persons person women children""")


def read(text: str, published: str = "", parser: Parser | None = None) -> list[Statement]:
    """Read the statements of a text: speakers, numbers, dates, reasons.

    published: day of publication (YYYY-MM-DD), which relative dates need.
    `parser` adds speakers and causes that the rules miss (`standoff.addons.reading.spacy_parser`).
    """
    return list(rows(text, published, parser))


def rows(text: str, published: str = "", parser: Parser | None = None) -> Iterator[Statement]:
    """The statements of a text, one by one."""
    reader, observed = Reader(), Counter[str]()
    spans, quotes = list(sentences.sentences(text)), quotations.find(text)
    parts = [_SentencePart(text, span, quotes, parser) for span in spans]
    quoted_speech.carry(text, spans, [part.sayings for part in parts], quotes)
    titles, year = headings.find(text, spans), ""
    for part in parts:
        if part.span in titles:
            continue
        when = dates.find(text, part.span, published, year)
        year = next((date.value[:4] for date in reversed(when) if date.value), year)
        for fields in _sentence(text, part, when, reader):
            yield Statement(id=_id(fields, observed), **fields)


def _id(fields: dict[str, Any], observed: Counter[str]) -> str:
    number = fields["value"] if fields["value"] is not None else fields["low"]
    base = "\x1f".join((fields["sentence"], fields["quote"], repr(number), fields["quantity"]))
    digest = hashlib.blake2b(base.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    observed[digest] += 1
    return digest if observed[digest] == 1 else f"{digest}-{observed[digest]}"


class _SentencePart:
    """A sentence with its actors, clauses, sayings and causal links."""

    def __init__(self, text: str, span: Span, quotes: Sequence[Span], parser: Parser | None) -> None:
        tokens = actors.words(text, span.start, span.end)
        self.span, self.mentions, self.words = span, actors.find(text, tokens), len(tokens)
        self.clauses = sentences.clauses(text, span)
        quotes = quotations.around(quotes, span)
        self.sayings = speakers.find(text, span, self.clauses, self.mentions, quotes)
        self.parsed: list[dict[str, Any]] = []
        if parser is not None:
            sayings, self.parsed = parser.sentence(text, span, self.mentions, quotes)
            self.sayings = _united(self.sayings, sayings)


def _sentence(text: str, part: _SentencePart, when: list[DateMention], reader: Reader) -> Iterator[dict[str, Any]]:
    sentence, mentions, sayings = part.span, part.mentions, part.sayings
    reason = reader.take(text, sentence, mentions)
    if text[sentence.end - 1] == "?" or part.words < 3:
        return
    result = numbers.find(text, sentence, [Span(date.start, date.end) for date in when])
    if not (mentions or result or when or reason or sayings):
        return
    links = causal.find(text, sentence, part.clauses, _attributions(sayings))
    links += [link for link in part.parsed if not any(_overlap(link, other) for other in links)]
    yield from _Statement(text, sentence, part.clauses, mentions, when, result, sayings, links, reason).rows()


def _attributions(sayings: Sequence[Saying]) -> list[tuple[int, int]]:
    """Places of the words of attribution, each from the first of speaker and cue to the last."""
    return [(min(one.who[0], one.cue[0]), max(one.who[1], one.cue[1])) for one in sayings if one.who != one.cue]


def _united(sayings: list[Saying], parsed: list[Saying]) -> list[Saying]:
    """The sayings of rules and parser; those of the rules take precedence."""
    free = [one for one in parsed if not any(other.start < one.end and one.start < other.end for other in sayings)]
    return [*free, *sayings]


def _overlap(link: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(
        link[side]["start"] < other[side]["end"] and other[side]["start"] < link[side]["end"]
        for side in ("cause", "effect")
    )


class _Statement:
    """One sentence with its annotations."""

    def __init__(
        self,
        text: str,
        sentence: Span,
        clauses: Sequence[Span],
        mentions: Sequence[Mention],
        when: Sequence[DateMention],
        result: Sequence[NumberMention],
        sayings: Sequence[Saying],
        links: Sequence[dict[str, Any]],
        reason: dict[str, Any] | None,
    ) -> None:
        self.text, self.sentence, self.clauses, self.mentions, self.when = text, sentence, clauses, mentions, when
        self.found, self.sayings, self.links, self.reason = result, sayings, links, reason
        self.related: dict[Span, list[dict[str, Any]]] = {}
        self.happened: dict[Span, list[dict[str, Any]]] = {}
        before: list[Mention] = []
        for clause in clauses:
            self.related[clause] = relations.find(text, clause, mentions, before)
            self.happened[clause] = events.find(text, clause, when, mentions)
            before = subjects.acting(text, clause, mentions) or before

    def rows(self) -> Iterator[dict[str, Any]]:
        """One statement per counted number, and per passage without one that states something."""
        spans: set[Span] = set()
        before: quantities.CountedUnit | None = None
        for number in self.found:
            clause = next((c for c in self.clauses if c.start <= number.start < c.end), self.sentence)
            counted = quantities.counted(self.text, number.start, number.end, clause.start, clause.end, number.unit)
            if not number.unit and (people := self._people(number, clause)):
                counted = quantities.counted(self.text, number.start, people.end, clause.start, clause.end, "person")
            if before is not None and MORE.match(self.text, number.end, clause.end):
                counted = before._replace(end=number.end)
            before = counted if counted.unit else before
            if self._counts(number, counted):
                spans.add(clause)
                yield self._row(clause, number, counted)
        verb = VERB.search(self.text, self.sentence.start, self.sentence.end)
        if not (verb or self.sayings or any(self.related.values())):
            return
        for stretch in self._stretches(spans):
            if self._states(stretch):
                yield self._row(stretch)

    def _people(self, number: NumberMention, clause: Span) -> Mention | None:
        """The people that a number counts by their nation: `75,000 Chinese were`."""
        near = (m for m in self.mentions if number.end < m.start < min(clause.end, number.end + 16))
        first = next((m for m in near if re.fullmatch(r"\s+(?:\w+\s+)?", self.text[number.end : m.start])), None)
        if first is None or first.kind not in {"public", "demonym"}:
            return None
        return first if first.kind == "public" or ALONE.match(self.text, first.end) else None

    def _counts(self, number: NumberMention, counted: quantities.CountedUnit) -> bool:
        if number.unit or (number.value == 0.0 and numbers.NO_ONE.match(self.text, number.start)):
            return bool(counted.unit)
        if number.spelled and (number.value if number.value is not None else number.high or 0) <= SMALLEST_SPELLED:
            noun = counted.noun.lower()
            known = noun in quantities.UNIT_OF and noun not in quantities.COUNTED and noun not in MASS
            return known and number.value not in {None, 0.0, 1.0}
        if counted.noun.lower() in quantities.NOT_COUNTED:
            return False
        if counted.noun.lower() not in quantities.UNIT_OF and not self.mentions:
            return False
        return bool(counted.unit) or number.comparator != "exact"

    def _stretches(self, spans: set[Span]) -> list[Span]:
        """Consecutive clauses of one speaker without a number, each run as one span."""
        out: list[Span] = []
        last: Saying | None = None
        whole = not spans
        for clause in self.clauses:
            if clause in spans:
                last = None
                continue
            saying = speakers.at(self.sayings, clause.start)
            if out and whole and saying is last:
                out[-1] = Span(out[-1].start, clause.end)
            else:
                out.append(clause)
            last = saying
        return out

    def _states(self, stretch: Span) -> bool:
        if any(_is_bare(self.text, stretch, saying) for saying in self.sayings):
            return False
        if any(s.start < stretch.end and stretch.start < s.end and s.polarity != "unconfirmed" for s in self.sayings):
            return True
        if any(
            d.value and d.role != "since" and stretch.start <= d.start < stretch.end for d in self.when
        ) and VERB.search(self.text, stretch.start, stretch.end):
            return True
        if self.reason is not None and len(self.clauses) >= 1 and stretch.end - stretch.start > 20:
            return True
        if subjects.acting(self.text, stretch, self.mentions) and VERB.search(self.text, stretch.start, stretch.end):
            return True
        inside = any(stretch.start <= m.start < stretch.end for m in self.mentions)
        parts = [c for c in self.clauses if stretch.start <= c.start and c.end <= stretch.end]
        if any(self.related[c] or self.happened[c] for c in parts):
            return True
        whole = stretch == self.sentence or stretch.end - stretch.start > 0.6 * (
            self.sentence.end - self.sentence.start
        )
        return (
            inside
            and (whole or any(s.start <= stretch.start < s.end for s in self.sayings))
            and bool(VERB.search(self.text, stretch.start, stretch.end))
        )

    def _row(
        self, span: Span, number: NumberMention | None = None, counted: quantities.CountedUnit | None = None
    ) -> dict[str, Any]:
        text = self.text
        start, end = _trimmed(text, span)
        parts = [c for c in self.clauses if span.start <= c.start and c.end <= span.end] or [span]
        related = [one for c in parts for one in self.related.get(c, ())]
        happened = [one for c in parts for one in self.happened.get(c, ())]
        index = number.start if number else start
        saying = speakers.at(self.sayings, index)
        if saying is None and number is None:
            saying = next((one for one in self.sayings if start <= one.start < end), None)
        result = list(hedges.find(text, Span(start, end)))
        subject = subjects.subject(text, span, self.sentence, self.mentions, related, saying, number, counted)
        if number is not None and "+" in subject and not TOGETHER.search(text, span.start, span.end):
            result.append(self._marked(subject, span, "each or together"))
        if CONDITION.search(text[self.sentence.start : end]):
            result.append(
                {
                    "text": text[start:end].split()[0],
                    "start": start,
                    "end": start + len(text[start:end].split()[0]),
                    "kind": "condition",
                    "strength": "weak",
                }
            )
        as_of, doubtful = self._as_of(span, index, happened, number)
        result += [
            {"text": text[d.start : d.end], "start": d.start, "end": d.end, "kind": dates.AMBIGUOUS, "strength": "weak"}
            for d in doubtful
        ]
        links = [
            one
            for one in self.links
            if any(start < one[side]["end"] and one[side]["start"] < end for side in ("cause", "effect"))
        ]
        return {
            "quote": text[start:end],
            "start": start,
            "end": end,
            "sentence": text[self.sentence.start : self.sentence.end],
            "speaker": saying.speaker if saying and saying.polarity != "unconfirmed" else speakers.AUTHOR,
            "speaker_codes": saying.codes if saying and saying.polarity != "unconfirmed" else (),
            "subject": subject,
            "quantity": counted.quantity if counted else "",
            "value": number.value if number else None,
            "low": number.low if number else None,
            "high": number.high if number else None,
            "unit": counted.unit if counted else "",
            "comparator": number.comparator if number else "",
            "as_of": as_of or None,
            "events": tuple(happened),
            "relations": tuple(related),
            "causal": tuple(links),
            "reason": self.reason,
            "hedges": tuple(result),
            "polarity": self._polarity(span, related, saying, number),
            "kind": _kind(number, related, happened, links, self.reason),
            "dates": self._dates(span),
            "attribution": self._attribution(saying),
        }

    def _dates(self, span: Span) -> tuple[dict[str, Any], ...]:
        """The dates of a span with their places."""
        return tuple(
            {"value": d.value, "text": self.text[d.start : d.end], "start": d.start, "end": d.end, "role": d.role}
            for d in self.when
            if span.start <= d.start < span.end
        )

    def _attribution(self, saying: Saying | None) -> dict[str, Any] | None:
        """The words that name the speaker, and those that attribute, with their places."""
        if saying is None or saying.who == saying.cue:
            return None
        ends = {"speaker": saying.who, "cue": saying.cue}
        return {name: {"text": self.text[a:b], "start": a, "end": b} for name, (a, b) in ends.items()}

    def _marked(self, subject: str, span: Span, kind: str) -> dict[str, Any]:
        both = re.search(r"(?i)\bboth\b", self.text[span.start : span.end])
        first = next(
            (m for m in self.mentions if span.start <= m.start < span.end and m.code in subject.split("+")), None
        )
        start = span.start + both.start() if both else first.start if first else span.start
        end = start + 4 if both else first.end if first else span.start + 1
        return {"text": self.text[start:end], "start": start, "end": end, "kind": kind, "strength": "weak"}

    def _as_of(
        self, span: Span, index: int, happened: Sequence[dict[str, Any]], number: NumberMention | None = None
    ) -> tuple[str, list[DateMention]]:
        """The date in the clause, else one before the first verb of the sentence."""
        named = [
            e for es in self.happened.values() for e in es if e["name"][:4].isdigit() or e["name"].endswith(e["date"])
        ]
        usable = [d for d in self.when if d.role != "since" and not events.is_name(named, d)]
        doubtful = [d for d in usable if not d.value and d.form == "slash" and span.start <= d.start < span.end]
        selected = [d for d in usable if d.value and span.start <= d.start < span.end]
        if (own := number_dates.choose(self.text, span, index, selected, number)) is not None:
            return own, doubtful
        begin = self.sentence.start
        lead = [d for d in usable if d.value and d.end <= span.start and not VERB.search(self.text, begin, d.start)]
        if lead and not doubtful:
            return lead[-1].value, doubtful
        return "", doubtful

    def _polarity(
        self, span: Span, related: Sequence[dict[str, Any]], saying: Saying | None, number: NumberMention | None
    ) -> str:
        if saying is not None and saying.polarity != "positive":
            return saying.polarity
        begin = max(span.start, saying.start) if saying else span.start
        piece = self.text[begin : number.start if number else span.end]
        if number is None:
            piece = BESIDE.sub("", piece)
        piece = NOT_ONLY.sub("", piece)
        return "negative" if NOT.search(piece) and (number is None or len(piece) < 90) else "positive"


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


def _kind(
    number: NumberMention | None, related: Sequence[Any], happened: Sequence[Any], links: Sequence[Any], reason: Any
) -> str:
    """What a statement states first of all."""
    if number is not None:
        return "number"
    kinds = (("relation", related), ("event", happened), ("cause", links), ("reason", reason))
    return next((kind for kind, one in kinds if one), "statement")


def _trimmed(text: str, span: Span) -> tuple[int, int]:
    start, end = span
    while start < end and (text[start].isspace() or text[start] in ",;"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;"):
        end -= 1
    return start, end
