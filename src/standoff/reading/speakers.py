"""Speakers of a sentence: their words, actors, and the scope of the statement.

Without words of attribution the speaker is the author. `X believes A, so B` attributes A to X and B to the author. A
sentence such as `X has not confirmed A` asserts nothing: its statement is `unconfirmed`, and has no speaker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.reading import actors, speech_verbs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.reading.actors import Mention
    from standoff.reading.sentences import Span

AUTHOR = "author"
WHAT = re.compile(r"(?i)\W*(?:what|whatever|whoever)\b")  #: `what the general said was unclear` reports no saying


@dataclass(frozen=True)
class Saying:
    """A speaker and the span of the statement."""

    speaker: str
    codes: tuple[str, ...]
    start: int  #: end of the statement
    end: int
    polarity: str  #: positive, negative or unconfirmed
    verb: str = ""
    who: tuple[int, int] = (0, 0)  #: place of the speaker's name
    cue: tuple[int, int] = (0, 0)  #: place of the words of attribution


def find(text: str, sentence: Span, clauses: Sequence[Span], mentions: Sequence[Mention]) -> list[Saying]:
    """Statements of speakers, in order of precedence: the last that covers a place applies."""
    out: list[Saying] = []
    named = [speech_verbs.BY_ESTIMATE.search(text, sentence.start, sentence.end)]
    for match in (*speech_verbs.ACCORDING.finditer(text, sentence.start, sentence.end), *(one for one in named if one)):
        who = (match.start("who"), match.end("who"))
        out.append(
            _saying(
                text,
                who,
                mentions,
                sentence.start,
                _reach(text, match.end(), clauses, sentence, lead=match.start() < sentence.start + 12),
                "positive",
                cue=(match.start(), match.start("who")) if match.start("who") > match.start() else match.span(),
            )
        )
    for match in speech_verbs.BETWEEN.finditer(text, sentence.start, sentence.end):
        who = (match.start("who"), match.end("who"))
        if _is_speaker(text[who[0] : who[1]], who, mentions):
            cue = (match.start("verb"), match.end("verb"))
            out.append(
                _saying(text, who, mentions, sentence.start, sentence.end, "positive", match.group("verb"), cue=cue)
            )
    tail = speech_verbs.TRAILING.search(text, max(sentence.start, sentence.end - 170), sentence.end)
    if tail and (tail.group("w1") or tail.group("w2")):
        group = "w1" if tail.group("w1") else "w2"
        who = (tail.start(group), tail.end(group))
        if _is_speaker(text[who[0] : who[1]], who, mentions):
            out.append(
                _saying(
                    text,
                    who,
                    mentions,
                    sentence.start,
                    tail.start(),
                    "positive",
                    tail.group("v1") or tail.group("v2"),
                    cue=tail.span("v1" if tail.group("v1") else "v2"),
                )
            )
            return out
    for clause in clauses:
        result = _in_clause(text, clause, clauses, sentence, mentions)
        if result is not None:
            out.append(result)
    return out


def at(sayings: Sequence[Saying], index: int) -> Saying | None:
    """The statement that covers a place."""
    return next((saying for saying in reversed(sayings) if saying.start <= index < saying.end), None)


def _in_clause(
    text: str, clause: Span, clauses: Sequence[Span], sentence: Span, mentions: Sequence[Mention]
) -> Saying | None:
    for match in speech_verbs.SAYING.finditer(text, clause.start, clause.end):
        verb = match.group("verb").lower()
        before = text[clause.start : match.start()]
        if not before.strip() or WHAT.match(before) or (speech_verbs.PASSIVE.search(before) and not match.group("neg")):
            continue
        if not match.group("neg") and verb in speech_verbs.ONLY_REFUSED:
            continue
        if verb in speech_verbs.WITH_THAT and not speech_verbs.CONTENT.match(text, match.end()):
            continue
        who = _who(text, clause.start, match.start(), mentions)
        if who is None:
            continue
        if verb in speech_verbs.NOUN_TOO and not _finite(text, who, match, mentions):
            continue
        polarity = "unconfirmed" if match.group("neg") else "negative" if verb in speech_verbs.DENIED else "positive"
        reach = _reach(text, match.end(), clauses, sentence, lead=False)
        apart = (
            speech_verbs.ASIDE.search(text, clause.start, match.start()) is not None
        )  # a parenthesis is not part of the statement
        return _saying(
            text,
            who,
            mentions,
            match.end() if polarity != "unconfirmed" else clause.start,
            reach,
            polarity,
            verb,
            begin=match.end() if apart else clause.start,
            cue=match.span(),
        )
    return None


def _finite(text: str, who: tuple[int, int], match: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether `states`, `reports` ... is a verb here: an actor or a speaker precedes it."""
    word = text[who[0] : who[1]]
    if speech_verbs.MANY.search(word):
        return False
    return bool(speech_verbs.SPEAKER_NOUN.search(word)) or any(
        who[0] <= m.start and m.end == who[1] and m.kind != actors.ADJECTIVE for m in mentions
    )


def _who(text: str, start: int, end: int, mentions: Sequence[Mention]) -> tuple[int, int] | None:
    """The words before a verb of saying that name the speaker."""
    lead = speech_verbs.LEAD.match(text, start, end)
    if lead:
        start = lead.end()
    if dated := speech_verbs.DATED.match(text, start, end):
        start = dated.end()
    if aside := speech_verbs.ASIDE.search(text, start, end):  # `officials, who asked not to be named, said`
        end = aside.start()
    comma = text.rfind(",", start, end)
    while comma >= 0:  # "On 5 May, the ministry": the last name
        rest = text[comma + 1 : end].strip()
        if rest and len(rest) > 1 and not speech_verbs.AGE.fullmatch(rest):
            start = comma + 1
            break
        end = comma
        comma = text.rfind(",", start, end)
    piece = text[start:end]
    stripped = speech_verbs.BEFORE_VERB.sub("", speech_verbs.BEFORE_VERB.sub("", piece.rstrip()))
    if speech_verbs.CARRIES_ON.search(stripped):  # `Belarus hosts weapons but says`: its subject speaks
        first = next((m for m in mentions if start <= m.start < end), None)
        return (first.start, first.end) if first else None
    begin = start + len(piece) - len(piece.lstrip())
    finish = start + len(stripped)
    words = text[begin:finish]
    if not words or words[:3].lower() == "by " or len(words) > 110 or len(words.split()) > 12:
        return None
    if speech_verbs.NOT_WHO.search(words) and not re.match(r"(?i)(?:those|the head of|people)\b", words):
        cut = max((m.end() for m in speech_verbs.NOT_WHO.finditer(words)), default=0)
        begin, words = begin + cut + (len(words[cut:]) - len(words[cut:].lstrip())), words[cut:].strip()
        if not words:
            return None
    return (begin, finish) if _is_speaker(words, (begin, finish), mentions) else None


def _is_speaker(words: str, span: tuple[int, int], mentions: Sequence[Mention]) -> bool:
    if re.match(r"\d", words) or re.search(r"\b[a-z]{2,}ed$", words):  # `says 300 people died`
        return False
    if speech_verbs.FINITE.search(re.split(r",|\bwho\b|\bwhich\b", words)[0]) or words.startswith(('"', "\u201c")):
        return False
    if any(span[0] <= m.start and m.end <= span[1] for m in mentions) or speech_verbs.SPEAKER_NOUN.search(words):
        return True
    name = words.partition(",")[0]
    return bool(re.fullmatch(r"(?:the\s+)?(?:[A-Z][\w.'\u2019-]+\s*(?:and\s+|of\s+|for\s+)?){1,6}", name))


def _reach(text: str, start: int, clauses: Sequence[Span], sentence: Span, *, lead: bool) -> int:
    """End of a statement: at `so`, `therefore`, at another subject after `and`, or at the end."""
    for clause in clauses:
        if clause.start <= start:
            continue
        if lead:
            continue
        head = text[clause.start : clause.start + 24].lower()
        if head.startswith(speech_verbs.HEADS) and not head.startswith(speech_verbs.STILL):
            return clause.start
    return sentence.end


def _saying(
    text: str, who: tuple[int, int], mentions: Sequence[Mention], start: int, end: int, polarity: str, verb: str = "",
    begin: int | None = None, cue: tuple[int, int] = (0, 0),
) -> Saying:  # fmt: skip
    if apart := speech_verbs.AFTER_NAME.search(text, who[0] + 1, who[1]):
        who = (who[0], apart.start())
    inside = [m for m in mentions if who[0] <= m.start and m.end <= who[1]]
    words = re.sub(r"\s+", " ", text[who[0] : who[1]].strip(' \t\n"\u201c\u201d,'))
    codes = tuple(actors.codes(inside))
    return Saying(words, codes, start if begin is None else begin, end, polarity, verb, who, cue)
