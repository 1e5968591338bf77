"""Speakers of a sentence: their words, actors, and the scope of the statement.

Without words of attribution the speaker is the author. `X believes A, so B` attributes A to X and B to the author. A
sentence such as `X has not confirmed A` asserts nothing: its statement is `unconfirmed`, and has no speaker. Words of
attribution within a quotation are part of what is quoted, and give no speaker. Who is the subject of a verb of saying
follows the dependency tree, or without a parser the words beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors, attach, quotations, speech_verbs
from standoff.addons.reading.dates import MONTH
from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.sentences import Place, Span

AUTHOR = "author"
REACH = 160  # assumption: longer than the longest name with a description
PRONOUNS = each("he she they it")
NAME = (
    r"(?:(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)\b|(?!(?:On|In|At|By|For|But|And|So|As|If|When|While|After|Since|That|This|What|I|We|You)\b)"
    r"(?:\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Ss]ome|[Mm]any)\s+(?!\d)|(?=[A-Z]))"
    r"(?:(?!that\b|which\b|who\b|on\b|is\b|was\b|were\b|had\b|has\b)[\w'\u2019&.-]+)"
    r"(?:\s+(?!that\b|which\b|who\b|on\b|is\b|was\b|were\b|had\b|has\b)[\w'\u2019&-]+){0,6}?)"
)
BEFORE = re.compile(
    rf"(?P<who>{NAME})(?:,[^,]{{2,80}},)?(?:\s+(?:has|have|had|also|later|then|still|now|[a-z]+ly|on\s+[A-Z]\w+day))*\s+$"
)
BEHIND = re.compile(rf"\s+(?P<who>{NAME})(?=\s*[,.;:!?\"\u201d)]|\s+(?:on|in|who|at|to|after|as)\b|\s*$)")
ASIDE = re.compile(r",[^a-z]*[a-z]")  #: words between a speaker and the verb
DATED = re.compile(rf"(?:\d{{1,2}}\s+)?(?:{MONTH})\s+(?:\d{{1,2}},?\s+)?(?:\d{{4}},?\s+)?(?=\S)", re.IGNORECASE)
NAMED = re.compile(r"(?:^|\s)[A-Z@][\w.'\u2019-]+$|^(?!The\b|An?\b)[A-Z]")
FIGURE = re.compile(r"\d|\w+\s+\d\S*\s*(?:percent|per\s+cent)?$")  #: `80 percent`, `only 36 percent`


@dataclass(frozen=True)
class Saying:
    """A speaker and the span of the statement."""

    speaker: str
    codes: tuple[str, ...]
    start: int  #: end of the statement
    end: int
    polarity: str  #: positive, negative or unconfirmed
    who: Place = (0, 0)  #: place of the speaker's name
    cue: Place = (0, 0)  #: place of the words of attribution


NOBODY = Saying(AUTHOR, (), 0, 0, "unconfirmed")  #: what the author of the text says, or nobody asserts


def at(sayings: Sequence[Saying], index: int) -> Saying | None:
    """The statement that covers a place."""
    return next((saying for saying in reversed(sayings) if saying.start <= index < saying.end), None)


@dataclass(frozen=True, eq=False)
class SpeakerReader:
    """A sentence with its clauses, actors and quotations, perhaps with its dependency tree."""

    text: str
    sentence: Span
    clauses: Sequence[Span]
    mentions: Sequence[Mention]
    quotes: Sequence[Span]
    tree: Any = None  #: `ByParse`, where there is a parser

    def sayings(self) -> list[Saying]:
        """Statements of speakers, in order of precedence: the last that covers a place applies."""
        out = list(self._sources())
        for clause in self.clauses:
            matches = speech_verbs.SAYING.finditer(self.text, *clause)
            out += [one for match in matches if (one := self._by_verb(clause, match)) is not None][:1]
        return out

    def _sources(self) -> Iterator[Saying]:
        """Statements with a source: `put at 900 by X`, `according to X`, `by X's estimates`."""
        start, end = self.sentence
        for pattern in (speech_verbs.BY_SPEAKER, speech_verbs.ACCORDING, speech_verbs.BY_ESTIMATE):
            for match in pattern.finditer(self.text, start, end):
                place = match.span(match.lastgroup or 0)
                if not quotations.inside(self.quotes, match.start()) and self._is_speaker(place, "say"):
                    reach = end if match.start() < start + 12 else self._reach(match.end())
                    cue = (match.start(), place[0]) if place[0] > match.start() else match.span()
                    yield self._saying(place, (start, reach), "positive", cue)

    def _by_verb(self, clause: Span, match: re.Match[str]) -> Saying | None:
        """The statement of a verb of saying with a subject."""
        verb, negated = speech_verbs.LEMMAS[match.group("verb")], match.group("neg") is not None
        place = None if quotations.inside(self.quotes, match.start()) else self._who(match, verb)
        if place is None:
            return None
        report = speech_verbs.DENIES_REPORT.match(self.text, match.start("verb"), self.sentence.end)
        denied = report is not None or verb in speech_verbs.DENIED
        polarity = "unconfirmed" if negated else "negative" if denied else "positive"
        start = clause.start
        if not negated and self._ends(place, match):
            start = self.sentence.start
        elif not report and not self._has_content(clause, place, match, verb):
            return None
        elif not negated and ASIDE.match(
            self.text, place[1], match.start()
        ):  # a parenthesis is no part of the statement
            start = match.end()
        return self._saying(place, (start, self._reach(match.end())), polarity, match.span())

    def _has_content(self, clause: Span, place: Place, match: re.Match[str], verb: str) -> bool:
        """Whether a verb of saying has what it needs: `that`, a quotation, or a document."""
        content = [] if self.tree is None else [child for child in self._token(match).rights if child.dep_ == "ccomp"]
        if any(child.pos_ in attach.VERBS for child in content) or speech_verbs.CONTENT.match(self.text, match.end()):
            return True
        if verb in speech_verbs.SHOWS:
            return speech_verbs.DOCUMENT.search(self.text, *place) is not None
        if verb in speech_verbs.QUOTING:
            return any(match.end() <= quote.start < clause.end for quote in self.quotes)
        return verb not in speech_verbs.WITH_THAT

    def _who(self, match: re.Match[str], verb: str) -> Place | None:
        """The words that name the speaker: the subject by the tree, else beside the verb."""
        names: list[Place] = []
        if self.tree is not None:
            token = self._token(match)
            named = token.dep_ == "relcl" and token.head.pos_ == "PROPN"  # `it was Ann Lee who said`
            subject = token.head if named else attach.subject_of(token, speaks=True)[0]
            if _says_nothing(token, subject):
                return None
            names += [] if subject is None else [self._phrase(subject)]
        if not names:
            closed = speech_verbs.CLOSED.search(self.text, self.sentence.start, match.start())
            behind = BEHIND.match(self.text, match.end(), self.sentence.end) if closed else None
            before = BEFORE.search(self.text, max(self.sentence.start, match.start() - REACH), match.start())
            names += [one.span("who") for one in (behind, before) if one]
        return next((place for place in names if self._is_speaker(place, verb)), None)

    def _token(self, match: re.Match[str]) -> Any:
        """The verb in the tree."""
        return self.tree.root(*match.span("verb"))[0]

    def _phrase(self, head: Any) -> Place:
        """The place of a noun with what belongs to it and the name of it, without clauses."""
        names = [child for child in head.rights if child.dep_ == "appos" and child.pos_ == "PROPN" != head.pos_]
        places = [self.tree.place(token) for top in (head, *names) for token in self.tree.phrase(top)]
        return min(places)[0], max(places)[1]

    def _is_speaker(self, place: Place, verb: str) -> bool:
        """Whether words can name a speaker; before a strong verb, all but a share do."""
        words = self.text[slice(*place)]
        strong = verb in speech_verbs.STRONG and not FIGURE.match(words)
        return bool(strong or speech_verbs.SPEAKER_NOUN.search(words) or NAMED.search(words))

    def _ends(self, who: Place, match: re.Match[str]) -> bool:
        """Whether the statement stands before its speaker: `A, Ann Lee said.`, `A, said Ann Lee`."""
        before = self.text[self.sentence.start : min(who[0], match.start())].rstrip()
        if speech_verbs.CLOSED.search(before):
            return True
        tail = speech_verbs.TAIL.match(self.text, max(who[1], match.end()), self.sentence.end)
        return before.endswith((",", "\u2014", "\u2013")) and tail is not None

    def _reach(self, start: int) -> int:
        """End of a statement: at `so`, `therefore`, at another subject after `and`, or at the end."""
        for clause in self.clauses:
            ends = clause.start > start and speech_verbs.HEADS.match(self.text, clause.start)
            if ends and not quotations.inside(self.quotes, clause.start):
                return clause.start
        return self.sentence.end

    def _saying(self, who: Place, scope: Place, polarity: str, cue: Place) -> Saying:
        dated = DATED.match(self.text, *who)  # `On 3 October 1950 Mao declared`
        start, end = (dated.end() if dated else who[0]), who[1]
        inside = [m for m in self.mentions if start <= m.start and m.end <= end]
        words = " ".join(self.text[start:end].split()).strip('"\u201c\u201d, ')
        return Saying(words, tuple(actors.codes(inside)), *scope, polarity, (start, end), cue)


def _says_nothing(verb: Any, subject: Any) -> bool:
    """Whether a word is no verb of a speaker: `would say`, `what he says`, `was told`."""
    is_open = any(
        child.tag_ == "MD" or child.lower_ in {"if", "nothing", "what"} or child.dep_ in {"auxpass", "nsubjpass"}
        for child in verb.children
    )
    other = subject is not None and subject.pos_ == "PRON" and subject.lower_ not in PRONOUNS
    return is_open or other or verb.pos_ not in attach.VERBS
