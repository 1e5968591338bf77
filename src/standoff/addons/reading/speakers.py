"""Speakers of a sentence: their words, actors, and the scope of the statement.

Without words of attribution the speaker is the author. `X believes A, so B` attributes A to X and B to the author. A
sentence such as `X has not confirmed A` asserts nothing: its statement is `unconfirmed`, and has no speaker. Words of
attribution within a quotation are part of what is quoted, and give no speaker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.addons.reading import actors, noun_phrases, quotations, sentences, speech_verbs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.sentences import Span

    Place = tuple[int, int]

AUTHOR = "author"
WHAT = re.compile(
    r"(?i)\W*(?:what|whatever|whoever)\b[^,\"\u201d]*$"
)  #: `what the general said was unclear` reports no saying


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


def find(
    text: str,
    sentence: Span,
    clauses: Sequence[Span],
    mentions: Sequence[Mention],
    quotes: Sequence[Span] | None = None,
) -> list[Saying]:
    """Statements of speakers, in order of precedence: the last that covers a place applies."""
    quotes = quotations.find(text, sentence.start, sentence.end) if quotes is None else quotes
    out = _sources(text, sentence, clauses, mentions, quotes)
    for clause in clauses:
        result = _in_clause(text, clause, clauses, sentence, mentions, quotes)
        if result is not None:
            out.insert(len(out) if result.start >= clause.start else 0, result)
    return out


def at(sayings: Sequence[Saying], index: int) -> Saying | None:
    """The statement that covers a place."""
    return next((saying for saying in reversed(sayings) if saying.start <= index < saying.end), None)


def _sources(
    text: str, sentence: Span, clauses: Sequence[Span], mentions: Sequence[Mention], quotes: Sequence[Span]
) -> list[Saying]:
    """Statements that a source is given for: `according to X`, `by X's estimates`."""
    matches = [*speech_verbs.ACCORDING.finditer(text, sentence.start, sentence.end)]
    if named := speech_verbs.BY_ESTIMATE.search(text, sentence.start, sentence.end):
        matches.append(named)
    out = []
    for passive in speech_verbs.BY_SPEAKER.finditer(text, sentence.start, sentence.end):
        if not quotations.inside(quotes, passive.start()) and _is_speaker(
            passive.group("who"), passive.span("who"), mentions, strong=False
        ):
            begin = next((c.start for c in clauses if c.start <= passive.start() < c.end), sentence.start)
            reach = _reach(text, passive.end(), clauses, sentence, quotes, lead=False)
            cue = (passive.start(), passive.start("who"))
            out.append(_saying(text, passive.span("who"), mentions, (begin, reach), "positive", "", cue))
    for match in matches:
        if quotations.inside(quotes, match.start()):
            continue
        name = "of" if "of" in match.re.groupindex and match.group("of") else "who"
        cue = (match.start(), match.start(name)) if match.start(name) > match.start() else match.span()
        lead = match.start() < sentence.start + 12
        reach = _reach(text, match.end(), clauses, sentence, quotes, lead=lead)
        out.append(_saying(text, match.span(name), mentions, (sentence.start, reach), "positive", "", cue))
    return out


def _in_clause(
    text: str,
    clause: Span,
    clauses: Sequence[Span],
    sentence: Span,
    mentions: Sequence[Mention],
    quotes: Sequence[Span],
) -> Saying | None:
    """The first statement of a clause with a verb of saying and a subject."""
    for match in speech_verbs.SAYING.finditer(text, clause.start, clause.end):
        if quotations.inside(quotes, match.start()) or speech_verbs.NOT_SAID.match(text, match.start()):
            continue
        verb, negated = match.group("verb").lower().split()[0], match.group("neg") is not None
        before = text[clause.start : match.start()]
        if (verb in speech_verbs.WITH_THAT) if negated else (verb in speech_verbs.ONLY_REFUSED):
            continue
        if verb in speech_verbs.AFTERWARDS and not negated and (who := _behind(text, match, sentence, mentions)):
            return _saying(
                text, who, mentions, _around(sentence, match.start(), who[1], quotes), "positive", verb, match.span()
            )
        if not before.strip() or WHAT.match(before) or (speech_verbs.PASSIVE.search(before) and not negated):
            continue
        place = _who(text, clause, sentence, match, mentions)
        if place is None or speech_verbs.ASKED.search(text, clause.start, place[0]):
            continue
        if verb in speech_verbs.AFTERWARDS and not negated and _ends(text, place, match, sentence):
            polarity = "negative" if verb in speech_verbs.DENIED else "positive"
            scope = _around(sentence, place[0], match.end(), quotes)
            if speech_verbs.INTERRUPTED.match(text, match.end(), sentence.end) or _leads(text, sentence, place, match):
                scope = (scope[0], _reach(text, match.end(), clauses, sentence, quotes, lead=False))
            return _saying(text, place, mentions, scope, polarity, verb, match.span())
        if verb in speech_verbs.WITH_THAT and not speech_verbs.CONTENT.match(text, match.end()):
            continue
        if verb in speech_verbs.NOUN_TOO and not _finite(text, place, sentence, mentions):
            continue
        if verb in speech_verbs.SHOWS and not speech_verbs.DOCUMENT.search(text, *place):
            continue
        denies = speech_verbs.DENIES_REPORT.match(text, match.start("verb"), sentence.end) is not None
        if (
            verb in speech_verbs.QUOTING
            and not denies
            and not any(match.end() <= quote.start < clause.end for quote in quotes)
        ):
            continue
        polarity = "unconfirmed" if negated else "negative" if denies or verb in speech_verbs.DENIED else "positive"
        reach = _reach(text, match.end(), clauses, sentence, quotes, lead=False)
        apart = not negated and speech_verbs.ASIDE.search(text, clause.start, match.start()) is not None
        begin = match.end() if apart else clause.start  # a parenthesis is not part of the statement
        return _saying(text, place, mentions, (begin, reach), polarity, verb, match.span())
    return None


def _around(sentence: Span, begin: int, end: int, quotes: Sequence[Span]) -> Place:
    """The scope of a statement before its words of attribution, and of a quotation behind."""
    more = any(quote.start >= end for quote in quotes)
    return sentence.start, sentence.end if more or begin == sentence.start else begin


def _behind(text: str, match: re.Match[str], sentence: Span, mentions: Sequence[Mention]) -> Place | None:
    """The speaker who follows the verb: `A, said Ann Lee`."""
    before = text[sentence.start : match.start()].rstrip()
    closed = speech_verbs.CLOSED.search(before) is not None
    if not closed and not before.endswith(","):
        return None
    if not closed and (
        match.group("verb") not in speech_verbs.INVERTED or noun_phrases.before(text, sentence.start, match.start())
    ):
        return None
    place = noun_phrases.after(text, match.end(), sentence.end)
    return place if place and _is_speaker(text[slice(*place)], place, mentions, strong=True) else None


def _ends(text: str, who: Place, match: re.Match[str], sentence: Span) -> bool:
    """Whether the statement stands before its speaker: `A, Ann Lee said.`"""
    before = text[sentence.start : who[0]].rstrip()
    if speech_verbs.CLOSED.search(before):
        return True
    return (
        before.endswith((",", "\u2014", "\u2013"))
        and speech_verbs.TAIL.match(text, match.end(), sentence.end) is not None
    )


def _leads(text: str, sentence: Span, who: Place, match: re.Match[str]) -> bool:
    """Whether only a time or place precedes the attribution: `By March, Kyiv said, Russia lost`."""
    before = text[sentence.start : who[0]]
    return (
        text[match.end() : match.end() + 1] == ","
        and '"' not in before
        and "\u201d" not in before
        and not sentences.FINITE.search(before)
        and speech_verbs.INTRODUCES.match(before) is not None
    )


def _finite(text: str, who: Place, sentence: Span, mentions: Sequence[Mention]) -> bool:
    """Whether `states`, `reports` ... is a verb here: an actor or a speaker precedes it."""
    word = text[who[0] : who[1]]
    if speech_verbs.MANY.search(word):
        return False
    named = noun_phrases.named(word) and (len(word.split()) > 1 or who[0] > sentence.start)
    return (
        named
        or bool(speech_verbs.SPEAKER_NOUN.search(word))
        or any(who[0] <= m.start and m.end == who[1] and m.kind != actors.ADJECTIVE for m in mentions)
    )


def _who(text: str, clause: Span, sentence: Span, match: re.Match[str], mentions: Sequence[Mention]) -> Place | None:
    """The words before a verb of saying that name the speaker."""
    verb, start, end = match.group("verb").split()[0], clause.start, match.start()
    if dated := speech_verbs.DATED.match(text, start, end):
        start = dated.end()
    if on := speech_verbs.GOES_ON.search(text, start, end):
        end = on.start()
    piece, participle = text[start:end].rstrip(), verb.endswith("ing")
    if participle and piece.endswith(" as"):  # `quoted him as saying`
        return None
    if speech_verbs.CARRIES_ON.search(piece) or (participle and not speech_verbs.BEING.search(piece)):
        place = noun_phrases.subject(text, sentence.start, end)
    else:
        place = noun_phrases.before(text, start, end)
    if place is None:
        return None
    strong = verb in speech_verbs.STRONG
    return place if _is_speaker(text[slice(*place)], place, mentions, strong=strong) else None


def _is_speaker(words: str, span: Place, mentions: Sequence[Mention], *, strong: bool) -> bool:
    """Whether words can name a speaker; after a strong verb, all with an article do."""
    if any(span[0] <= m.start and m.end <= span[1] for m in mentions) or speech_verbs.SPEAKER_NOUN.search(words):
        return True
    first = words.split()[0]
    if strong and (first.lower() in noun_phrases.DETERMINER or words.endswith("s")):
        return True
    return bool(re.search(r"(?:^|\s)(?:[A-Z@][\w.'\u2019-]+)$", words)) or noun_phrases.named(words)


def _reach(
    text: str, start: int, clauses: Sequence[Span], sentence: Span, quotes: Sequence[Span], *, lead: bool
) -> int:
    """End of a statement: at `so`, `therefore`, at another subject after `and`, or at the end."""
    for clause in clauses:
        if clause.start <= start or lead or quotations.inside(quotes, clause.start):
            continue
        head = text[clause.start : clause.start + 24].lower()
        if head.startswith(speech_verbs.HEADS) and not head.startswith(speech_verbs.STILL):
            return clause.start
    return sentence.end


def _saying(
    text: str, who: Place, mentions: Sequence[Mention], scope: Place, polarity: str, verb: str, cue: Place
) -> Saying:
    if apart := speech_verbs.AFTER_NAME.search(text, who[0] + 1, who[1]):
        who = (who[0], apart.start())
    inside = [m for m in mentions if who[0] <= m.start and m.end <= who[1]]
    words = re.sub(r"\s+", " ", text[who[0] : who[1]].strip(' \t\n"\u201c\u201d,'))
    return Saying(words, tuple(actors.codes(inside)), *scope, polarity, verb, who, cue)
