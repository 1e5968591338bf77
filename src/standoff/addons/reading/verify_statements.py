"""Verify statements of a language model against the text, by rules alone.

A statement passes where its quote occurs in the text letter by letter, and number, unit, comparator, date, speaker and
sign agree with those that the rules find in the quote. The direction of a relation must be confirmed by the rules.
Offsets come from the text.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import (
    actors,
    causal,
    dates,
    events,
    hedges,
    numbers,
    pipeline,
    quantities,
    relations,
    sentences,
    speakers,
)
from standoff.addons.reading.sentences import Span
from standoff.addons.reading.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.speakers import Saying

CODE = re.compile(r"[A-Z][A-Z0-9]*(?:\.[a-z]+)?(?:\+[A-Z][A-Z0-9]*)*")
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def verified(statement: dict[str, Any], text: str, within: tuple[int, int], published: str = "") -> Statement | str:
    """The verified statement, or the reason why a person must check it."""
    quote = statement["quote"]
    start = text.find(quote, *within) if len(quote.strip()) > 5 else -1
    if start < 0:
        return "its quote does not stand in the text"
    span = Span(start, start + len(quote))
    sentence = next((s for s in _near(text, within) if s.start <= start < s.end), None)
    if sentence is None or span.end > sentence.end:
        return "its quote goes beyond one sentence"
    if not (statement["comparator"] or statement["relations"]):
        return "neither a number nor a relation"
    mentions = actors.find(text, actors.words(text, sentence.start, sentence.end))
    when = dates.find(text, sentence, published)
    clauses = sentences.clauses(text, sentence)
    sayings = speakers.find(text, sentence, clauses, mentions)
    number: NumberMention | None = None
    unit = ""
    if statement["comparator"]:
        result = [
            one
            for one in numbers.find(text, sentence, [Span(d.start, d.end) for d in when])
            if span.start <= one.start < span.end
        ]
        number = next((one for one in result if _same(one, statement)), None)
        if number is None:
            return "its number does not stand in the quote"
        if number.comparator != statement["comparator"]:
            return f"the quote says {number.comparator}, the model {statement['comparator'] or 'nothing'}"
        clause = next((c for c in clauses if c.start <= number.start < c.end), sentence)
        unit = quantities.counted(text, number.start, number.end, clause.start, clause.end, number.unit).unit
        if unit != statement["unit"]:
            return f"the quote counts {unit or 'nothing that is known'}, the model {statement['unit'] or 'nothing'}"
    saying = speakers.at(sayings, number.start if number else start)
    problem = (
        _date(statement, when, span)
        or _speaker(statement, saying)
        or _sign(statement, text, span, saying)
        or _subject(statement, mentions)
    )
    if problem:
        return problem
    witnessed = [one for clause in clauses for one in relations.find(text, clause, mentions)]
    message = [one for one in witnessed if any(_agrees(one, other) for other in statement["relations"])]
    if len(message) < len(statement["relations"]):
        return "the direction or sign of a relation has no second witness"
    return _row(statement, text, span, sentence, number, unit, saying, message, when, clauses)


def _near(text: str, within: tuple[int, int]) -> list[Span]:
    piece = text[within[0] : within[1]]
    return [Span(s.start + within[0], s.end + within[0]) for s in sentences.sentences(piece)]


def _same(one: NumberMention, statement: dict[str, Any]) -> bool:
    return (one.value, one.low, one.high) == (statement["value"], statement["low"], statement["high"])


def _date(statement: dict[str, Any], when: Sequence[dates.DateMention], span: Span) -> str:
    usable = {date.value for date in when if date.value and date.role != "since"}
    if statement["as_of"]:
        return "" if statement["as_of"] in usable else f"the sentence gives no date {statement['as_of']}"
    inside = [
        date.value for date in when if date.value and date.role == "as_of" and span.start <= date.start < span.end
    ]
    return f"the quote is dated {inside[0]}, the model gives no date" if inside else ""


def _speaker(statement: dict[str, Any], saying: Saying | None) -> str:
    theirs = saying.speaker if saying is not None and saying.polarity != "unconfirmed" else speakers.AUTHOR
    selected = statement["speaker"].strip() or speakers.AUTHOR
    same = selected.casefold().removeprefix("the ") == theirs.casefold().removeprefix("the ")
    return "" if same else f"the sentence is said by {theirs}, the model says by {selected}"


def _sign(statement: dict[str, Any], text: str, span: Span, saying: Saying | None) -> str:
    if saying is not None and saying.polarity != "positive":
        theirs = saying.polarity
    else:
        piece = pipeline.NOT_ONLY.sub("", pipeline.BESIDE.sub("", text[span.start : span.end]))
        theirs = "negative" if pipeline.NOT.search(piece) else "positive"
    selected = statement["polarity"] or "positive"
    return "" if selected == theirs else f"the quote is {theirs}, the model says {selected}"


def _subject(statement: dict[str, Any], mentions: Sequence[actors.Mention]) -> str:
    if not statement["subject"]:
        return ""
    named = {mention.code for mention in mentions}
    if not CODE.fullmatch(statement["subject"]) or not set(statement["subject"].split("+")) <= named:
        return f"the sentence does not name {statement['subject']}"
    return ""


def _agrees(one: dict[str, Any], other: dict[str, str]) -> bool:
    return all(one[key] == other[key] for key in ("kind", "source", "target", "polarity"))


def _row(
    statement: dict[str, Any],
    text: str,
    span: Span,
    sentence: Span,
    number: NumberMention | None,
    unit: str,
    saying: Saying | None,
    message: Sequence[dict[str, Any]],
    when: Sequence[dates.DateMention],
    clauses: Sequence[Span],
) -> Statement:
    asserted = saying is not None and saying.polarity != "unconfirmed"
    base = "\x1f".join(("model", str(span.start), statement["quote"], repr((statement["value"], statement["low"]))))
    mentions = actors.find(text, actors.words(text, span.start, span.end))
    links = [
        link
        for link in causal.find(text, sentence, clauses)
        for side in ("cause", "effect")
        if span.start < link[side]["end"] and link[side]["start"] < span.end
    ]
    return Statement(
        id=hashlib.blake2b(base.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest(),
        quote=statement["quote"],
        start=span.start,
        end=span.end,
        sentence=text[sentence.start : sentence.end],
        speaker=saying.speaker if saying and asserted else speakers.AUTHOR,
        speaker_codes=saying.codes if saying and asserted else (),
        subject=statement["subject"],
        quantity=statement["quantity"] if number and NAME.fullmatch(statement["quantity"]) else "",
        value=statement["value"] if number else None,
        low=statement["low"] if number else None,
        high=statement["high"] if number else None,
        unit=unit,
        comparator=statement["comparator"] if number else "",
        as_of=statement["as_of"] or None,
        events=tuple(events.find(text, span, when, mentions)),
        relations=tuple(message),
        causal=tuple({link["marker"]: link for link in links}.values()),
        hedges=hedges.find(text, span),
        polarity=statement["polarity"] or "positive",
    )
