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
LONGEST = 110  # assumption: characters of the longest name of a speaker
PRONOUNS = each("he she they it")
WITH_SUBJECT_ABOVE = each("conj xcomp advcl aux auxpass pcomp prep")  #: verbs whose subject is that of the one before
VERBS = each("VERB AUX")  #: parts of speech
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
ARTICLE = each("the a an his her their its our some many most several all these those")


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
            matches = speech_verbs.SAYING.finditer(self.text, clause.start, clause.end)
            result = next((one for match in matches if (one := self._by_verb(clause, match)) is not None), None)
            if result is not None:
                out.insert(len(out) if result.start >= clause.start else 0, result)
        return out

    def _sources(self) -> Iterator[Saying]:
        """Statements with a source: `put at 900 by X`, `according to X`, `by X's estimates`."""
        text, sentence = self.text, self.sentence
        for pattern in (speech_verbs.BY_SPEAKER, speech_verbs.ACCORDING, speech_verbs.BY_ESTIMATE):
            for match in pattern.finditer(text, sentence.start, sentence.end):
                place = match.span("of" if match.groupdict().get("of") else "who")
                passive, begin = pattern is speech_verbs.BY_SPEAKER, sentence.start
                if quotations.inside(self.quotes, match.start()) or (passive and not self._is_speaker(place, "")):
                    continue
                if passive:
                    begin = next((c.start for c in self.clauses if c.start <= match.start() < c.end), begin)
                leads = not passive and match.start() < sentence.start + 12
                cue = (match.start(), place[0]) if place[0] > match.start() else match.span()
                yield self._saying(place, (begin, sentence.end if leads else self._reach(match.end())), "positive", cue)

    def _by_verb(self, clause: Span, match: re.Match[str]) -> Saying | None:
        """The statement of a verb of saying with a subject."""
        text, negated = self.text, self._is_negated(match)
        form = (match.group("verb") or match.group("two")).split()[0]
        verb = speech_verbs.LEMMAS[form]
        if quotations.inside(self.quotes, match.start()) or speech_verbs.NOT_SAID.match(text, match.start()):
            return None
        unfit = speech_verbs.WITH_THAT if negated else speech_verbs.ONLY_REFUSED
        place = None if verb in unfit else self._who(clause, match, verb)
        if place is None or speech_verbs.ASKED.search(text, clause.start, place[0]):
            return None
        report = speech_verbs.DENIES_REPORT.match(text, match.end() - len(form), self.sentence.end) is not None
        denied = report or verb in speech_verbs.DENIED
        polarity = "unconfirmed" if negated else "negative" if denied else "positive"
        if place[0] > match.start() or (verb in speech_verbs.AFTERWARDS and not negated and self._ends(place, match)):
            return self._saying(place, (self.sentence.start, self._reach(match.end())), polarity, match.span())
        if not report and not self._has_content(clause, place, match, verb):
            return None
        apart = not negated and ASIDE.match(text, place[1], match.start())  # a parenthesis is no part of the statement
        scope = (match.end() if apart else clause.start, self._reach(match.end()))
        return self._saying(place, scope, polarity, match.span())

    def _is_negated(self, match: re.Match[str]) -> bool:
        token = self._token(match.end() - 1)
        return bool(match.group("neg")) or (token is not None and any(child.dep_ == "neg" for child in token.children))

    def _has_content(self, clause: Span, place: Place, match: re.Match[str], verb: str) -> bool:
        """Whether a verb of saying has what it needs: `that`, a quotation, or a document."""
        token = self._token(match.end() - 1)
        content = [] if token is None else [child for child in token.rights if child.dep_ == "ccomp"]
        if verb in speech_verbs.SHOWS:
            return bool(content) or speech_verbs.DOCUMENT.search(self.text, *place) is not None
        clauses = any(child.pos_ in VERBS for child in content)
        if verb in speech_verbs.QUOTING:
            return clauses or any(match.end() <= quote.start < clause.end for quote in self.quotes)
        told = clauses or speech_verbs.CONTENT.match(self.text, match.end())
        return verb not in speech_verbs.WITH_THAT or bool(told)

    def _who(self, clause: Span, match: re.Match[str], verb: str) -> Place | None:
        """The words that name the speaker, before the verb, or behind it after a statement."""
        text, start = self.text, match.start("verb" if match.group("verb") else "two")
        quoted = text[clause.start : start].rstrip().endswith(" as")
        if quoted and not speech_verbs.GOES_ON.search(text, clause.start, start):
            return None  # `quoted him as saying`
        before = text[self.sentence.start : match.start()].rstrip()
        closed = speech_verbs.CLOSED.search(before) is not None
        told = verb in speech_verbs.AFTERWARDS and (closed or (before.endswith(",") and verb in speech_verbs.INVERTED))
        for place in self._names(start, match, inverted=told and match.group("neg") is None):
            if (told or place[0] < start) and self._is_speaker(place, verb):
                return place
        return None

    def _names(self, start: int, match: re.Match[str], inverted: bool) -> Iterator[Place]:
        """What may be the subject of a verb: by the tree, else by the words beside it."""
        if (token := self._token(start)) is not None:
            subject, unsaid = _subject(token) if token.pos_ in VERBS else (None, True)
            if subject is not None and not unsaid:
                yield self._phrase(subject)
            if subject is not None or unsaid:
                return
        if inverted and (one := BEHIND.match(self.text, match.end(), self.sentence.end)):
            yield one.span("who")
        if one := BEFORE.search(self.text, max(self.sentence.start, match.start() - REACH), match.start()):
            yield one.span("who")

    def _token(self, index: int) -> Any:
        """The word of the tree at a place of the text."""
        span = self.tree.root(index, index + 1) if self.tree is not None else None
        return None if span is None else span[0]

    def _phrase(self, head: Any) -> Place:
        """The place of a noun with what belongs to it and the name of it, without clauses."""
        names = [child for child in head.rights if child.dep_ == "appos" and child.pos_ == "PROPN" != head.pos_]
        words = sorted((t for top in (head, *names) for t in self.tree.phrase(top)), key=lambda token: token.i)
        return self.tree.place(words[0])[0], self.tree.place(words[-1])[1]

    def _is_speaker(self, place: Place, verb: str) -> bool:
        """Whether words can name a speaker; after a strong verb, all with an article do."""
        words = self.text[slice(*place)]
        if not words.strip() or len(words) > LONGEST:
            return False
        if any(place[0] <= m.start and m.end <= place[1] for m in self.mentions):
            return True
        if speech_verbs.SPEAKER_NOUN.search(words) or NAMED.search(words):
            return True
        return verb in speech_verbs.STRONG and (words.split()[0].lower() in ARTICLE or words.endswith("s"))

    def _ends(self, who: Place, match: re.Match[str]) -> bool:
        """Whether the statement stands before its speaker: `A, Ann Lee said.`"""
        before = self.text[self.sentence.start : who[0]].rstrip()
        if speech_verbs.CLOSED.search(before):
            return True
        tail = speech_verbs.TAIL.match(self.text, match.end(), self.sentence.end)
        return before.endswith((",", "\u2014", "\u2013")) and tail is not None

    def _reach(self, start: int) -> int:
        """End of a statement: at `so`, `therefore`, at another subject after `and`, or at the end."""
        for clause in self.clauses:
            head = self.text[clause.start : clause.start + 24].lower()
            ends = head.startswith(speech_verbs.HEADS) and not head.startswith(speech_verbs.STILL)
            if clause.start > start and ends and not quotations.inside(self.quotes, clause.start):
                return clause.start
        return self.sentence.end

    def _saying(self, who: Place, scope: Place, polarity: str, cue: Place) -> Saying:
        if dated := DATED.match(self.text, *who):  # `On 3 October 1950 Mao declared`
            who = (dated.end(), who[1])
        if apart := speech_verbs.AFTER_NAME.search(self.text, who[0] + 1, who[1]):
            who = (who[0], apart.start())
        inside = [m for m in self.mentions if who[0] <= m.start and m.end <= who[1]]
        words = re.sub(r"\s+", " ", self.text[slice(*who)].strip(' \t\n"\u201c\u201d,'))
        return Saying(words, tuple(actors.codes(inside)), *scope, polarity, who, cue)


def _is_open(child: Any) -> bool:
    """Whether a dependent of a verb shows that nothing is said: `would`, `if`, `nothing`, `was`."""
    return child.tag_ == "MD" or child.lower_ in {"if", "nothing"} or child.dep_ in {"auxpass", "nsubjpass"}


def _subject(verb: Any) -> tuple[Any, bool]:
    """The subject of a verb; whether nothing is said."""
    unsaid = verb.dep_ == "amod" or any(_is_open(child) for child in verb.children)
    subject = attach.subject_of(verb, speaks=True)[0]
    if verb.dep_ == "relcl" and verb.head.pos_ == "PROPN":  # `it was Ann Lee who said`
        subject = verb.head
    pronoun = subject is not None and subject.pos_ == "PRON" and subject.lower_ not in PRONOUNS
    return subject, unsaid or pronoun
