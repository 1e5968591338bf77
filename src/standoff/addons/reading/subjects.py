"""Subject of a number: the actor that a statement is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors, owners
from standoff.addons.reading.relations import PREPOSITION
from standoff.addons.reading.sentences import Span
from standoff.addons.reading.speech_verbs import SAYING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.quantities import CountedUnit
    from standoff.addons.reading.speakers import Saying

JOINED = re.compile(r"(?i)\s*(?:,|and|or|as well as|,\s*and|&)\s*(?:the\s+)?")
SIDE = re.compile(r"(?i)\b(?:in|for|with|alongside|join(?:ed)?|within|on|into)\s+(?:the\s+|side\s+of\s+)*$")
VICTIMS = ("civilian", "refugees", "displaced")
NEUTRAL = frozenset({"UN"})  #: speakers who count the dead and the refugees of others
ITS = re.compile(r"(?i)\b(?:its|their|our|we|his)\b")
LOSS = re.compile(r"(?i)\b(?:losses|casualties|dead|deaths|toll|fatalities)\b")
COMPOUND = re.compile(
    rf"^-|-\w|['\u2019]s?\s+(?!(?:{'|'.join(sorted(actors.FORCES))})\b)[^\W\d]"
)  #: `Iran's allies`, `pro-Iranian`
OWN_LOST = re.compile(
    r"(?i)\b(?:its|their|our|his)\s+(?:own\s+)?(?:\w+\s+)?(?:ha[ds]\s+|have\s+)?(?:lost|losses|loss|casualties)\b"
    r"|\b(?:it|they|we|he)\s+(?:ha[ds]\s+|have\s+)?lost\b"
)
ADMITTED = re.compile(r"(?i)\s+(?:the\s+)?(?:loss(?:es)?|deaths?)\s+of\s+")  #: between a verb of saying and a number
WERE_LOST = re.compile(r"(?i)\s+\w+\s+(?:were|was|(?:ha[ds]|have)\s+been)\s+lost\b")
OF = re.compile(r"(?i)\b(?:of|for|to|on|against|among|in)\s+(?:the\s+|both\s+)?$")
COUNTS = frozenset(
    {"person", "item", "shell"}
)  #: units of what somebody has: not whoever is named behind a preposition
TARGET = re.compile(r"(?i)\b(?:on|against|upon|targeting|to)\s+(?:the\s+)?$")


def acting(text: str, clause: Span, mentions: Sequence[Mention]) -> list[Mention]:
    """Actors at the start of a clause: the first without a preposition, and coordinated ones."""
    inside = [m for m in mentions if clause.start <= m.start and m.end <= clause.end]
    current = False
    for i, mention in enumerate(inside):
        pair = i > 0 and text[inside[i - 1].end : mention.start] in {" ", "-", "\u2013"}
        current = (current and pair) or PREPOSITION.search(
            text[max(clause.start, mention.start - 24) : mention.start]
        ) is not None
        if current or (mention.kind == "demonym" and not _heads(text, mention)):
            continue
        group = [mention]
        for other in inside[i + 1 :]:
            if JOINED.fullmatch(text, group[-1].end, other.start):
                group.append(other)
            else:
                break
        return group
    return []


def _heads(text: str, mention: Mention) -> bool:
    """Whether an adjective stands for its actor, as in `Russian forces`."""
    word = re.match(r"[\s-]+(\w+)", text[mention.end : mention.end + 24])
    return word is not None and word.group(1).lower() in actors.FORCES


def subject(
    text: str,
    span: Span,
    sentence: Span,
    mentions: Sequence[Mention],
    related: Sequence[dict[str, Any]],
    saying: Saying | None,
    number: NumberMention | None,
    counted: CountedUnit | None,
) -> str:
    """Codes joined by `+`, or an empty text."""
    inside = [m for m in mentions if span.start <= m.start and m.end <= span.end]
    if number is None or counted is None:
        first = acting(text, span, [m for m in inside if not _in_speaker(text, m, saying)]) or acting(
            text, span, inside
        )
        if first:
            return "+".join(actors.codes(first))
        if related and related[0]["source"]:
            return str(related[0]["source"])
        return next((m.code for m in inside if m.kind not in {"demonym", "place"}), "")
    quantity = counted.quantity
    if quantity.startswith("fighters_"):
        result = _side(text, sentence, mentions)
        if result:
            return result
    if quantity.startswith("sanctions_"):
        result = _target(text, span, sentence, mentions, related)
        if result:
            return result
    if quantity.startswith("aid_") and related:
        giving = [one["source"] for one in related if one["kind"] in {"aid", "support"} and one["source"]]
        if giving:
            return "+".join(dict.fromkeys(giving))
    near = [m for m in inside if number.end <= m.start and m.start < max(counted.end, number.end + 2)]
    if near and near[0].kind in {"demonym", "public"}:
        return near[0].code
    if (held := owners.owner(text, span, number.start, counted, mentions)) is not None:
        return held
    of = [
        m
        for m in inside
        if counted.unit == "person"
        and counted.end <= m.start <= counted.end + 60
        and re.fullmatch(r"(?i)\s*(?:\w+\s+){0,2}(?:of|from|among)\s+(?:the\s+)?", text[counted.end : m.start])
    ]
    if of:
        return _joined(text, of[0], inside)
    lost = LOSS.search(text, span.start, number.start)
    if lost:
        at = lost.start()
        before = [
            m for m in inside if m.end <= at and at - m.end < 28 and not (saying and _in_speaker(text, m, saying))
        ]
        if before and before[-1].kind in {"demonym", "name"} and not SAYING.search(text, before[-1].end, at):
            return before[-1].code
        after = [m for m in inside if at <= m.start < number.start and OF.search(text[at : m.start])]
        if after:
            return _joined(text, after[0], inside)
    if (lost or quantity.endswith(owners.LOST)) and not owners.OTHERS_KILLED.search(text, span.start, span.end):
        return _loser(text, span, sentence, mentions, saying, number, counted)
    group = acting(text, span, [m for m in inside if not _in_speaker(text, m, saying)])
    if saying and saying.codes and ITS.search(text, span.start, min(counted.end + 1, span.end)):
        return "+".join(saying.codes)
    group = [m for m in group if m.start < number.start]
    if group:
        return "+".join(actors.codes(group))
    before_span = [m for m in mentions if sentence.start <= m.start < span.start]
    earlier = acting(text, sentence, before_span)
    if earlier:
        return "+".join(actors.codes(earlier))
    free = [m for m in inside if not _in_speaker(text, m, saying)]
    before_number = [m for m in free if m.start < number.start]
    if before_number:
        return "" if counted.unit in COUNTS else _joined(text, before_number[0], free)
    if free and counted.quantity.startswith(VICTIMS) and saying and set(saying.codes) <= NEUTRAL:
        return free[0].code
    if saying and saying.codes:
        return "+".join(saying.codes)
    return free[0].code if free else ""


def _loser(
    text: str,
    span: Span,
    sentence: Span,
    mentions: Sequence[Mention],
    saying: Saying | None,
    number: NumberMention,
    counted: CountedUnit,
) -> str:
    """Side that lost what is counted: the clause's actor, or the speaker where the words say so."""
    who = range(*saying.who) if saying else ()
    free = [m for m in mentions if m.end <= number.begins and m.start not in who]
    for place in (span, Span(sentence.start, number.begins)):
        group = acting(text, place, free)
        if group and not any(COMPOUND.search(text, max(m.start - 1, 0), m.end + 24) for m in group):
            return "" if SAYING.search(text, group[-1].end, number.begins) else "+".join(actors.codes(group))
    hit = [m for m in free if _heads(text, m) and owners.HARMS.search(text, m.end, number.begins)]
    if hit or saying is None:
        return hit[-1].code if hit else ""
    begin = saying.cue[1] if saying.cue[1] <= number.begins else span.start
    verb = owners.OWN_LOSS.search(text, begin, number.begins)
    own = (OWN_LOST if verb else ITS).search(text, begin, counted.end + 1)
    own = own or ADMITTED.fullmatch(text, begin, number.begins) or WERE_LOST.match(text, number.end)
    return "+".join(saying.codes) if own else ""


def _in_speaker(text: str, mention: Mention, saying: Saying | None) -> bool:
    return saying is not None and mention.code in saying.codes and text[mention.start : mention.end] in saying.speaker


def _joined(text: str, first: Mention, inside: Sequence[Mention]) -> str:
    group = [first]
    for other in inside[list(inside).index(first) + 1 :]:
        if JOINED.fullmatch(text, group[-1].end, other.start):
            group.append(other)
        else:
            break
    return "+".join(actors.codes(group))


def _side(text: str, sentence: Span, mentions: Sequence[Mention]) -> str:
    """Side of foreign fighters: `in the Ukrainian military`, `on the side of Ukraine`."""
    for mention in mentions:
        if (
            sentence.start <= mention.start < sentence.end
            and mention.kind != "public"
            and SIDE.search(text[max(sentence.start, mention.start - 24) : mention.start])
        ):
            return mention.code
    return ""


def _target(
    text: str, span: Span, sentence: Span, mentions: Sequence[Mention], related: Sequence[dict[str, Any]]
) -> str:
    """Target of sanctions."""
    targets = [one["target"] for one in related if one["kind"] == "sanction" and one["target"]]
    if targets:
        return "+".join(dict.fromkeys(targets))
    inside = [m for m in mentions if span.start <= m.start and m.end <= span.end]
    on = [m for m in inside if TARGET.search(text[max(span.start, m.start - 20) : m.start])]
    if on:
        under = re.search(r"(?i)\b(?:subject(?:ed)?|under|faces?|faced|facing)\b", text[on[0].end : span.end])
        if under or TARGET.search(text[max(span.start, on[0].start - 20) : on[0].start]):
            return on[0].code
    return inside[0].code if len(inside) == 1 else ""
