"""Compare sentences with claims in words: by who, what, when and count.

A sentence agrees with a claim only where each of its words of content, actors and numbers is in the claim, at its date and
in its direction. It is contradicted where a claim with the same actors and words denies it or gives another number, and
has another date where a single claim has all of it at another time. Anything else is not matched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.addons.reading.audit import details
from standoff.addons.reading.audit.claim_text import content, facts
from standoff.addons.reading.audit.numbers import cited
from standoff.addons.reading.audit.passages import Passage, Term, actor, figures, main, passage
from standoff.addons.reading.audit.records import AuditVerdict
from standoff.addons.reading.audit.senses import STOP, negations, senses
from standoff.dates import PartialDate
from standoff.ledger.sources import base_speaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from standoff.addons.reading.audit.records import Kind
    from standoff.ledger import Claim

OPPOSED = 0.8  #: share of the words of a main clause that a claim must have to contradict it; assumption
OPPOSED_THAT_DAY = 0.65  #: the same for a claim of the very day
OPPOSITE = 2 / 3  #: share of the words in common with the opposite sign; assumption
FEWEST = 2  #: words of content, one of them no actor, below which nothing is compared
DISTINCT = 3  #: words in common that show one event, whatever its date, and words of a sentence that can be denied
RARE = 3  #: claims that a word occurs in where it marks an event
AFTERWARDS = 92  #: days for which a denial looks back, as for numbers
SAME_YEARS = 731  #: days within which a claim is about the time of a sentence without a date; assumption
ONE_DAY = 1  #: an event has two dates where it is night in one place
DIGITS = re.compile(r"(?<![\w/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/-])")
WORDS = re.compile(r"[^\W_]+")
UNSURE = re.compile(
    r"\bmay\b|(?i:\b(?:might|could|perhaps|possibly|reportedly|allegedly|if|unless|suppose|would\s+have|want\w*\s+to|hop\w+\s+to|"
    r"plan\w*\s+to|intend\w*\s+to)\b)"
)
NEVER = re.compile(r"(?i)\b(?:not|never|no|nobody|none)\b")  #: a denial of what could have been until then
ALWAYS = re.compile(r"(?i)\b(?:never|always|ever)\b")
CONDITION = re.compile(r"(?i)\bif\b")
BODIES = senses("assembly") | senses("council") | senses("senate") | senses("parliament") | {"UN"}
MUTUAL = re.compile(
    r"(?i)\b(?:unit\w+|relations|ties|trade|treat(?:y|ies)|pact|agreement|talks|alliance|partnership|friendship)\s+(?:\w+\s+)?with\b"
    r"|\bbetween\b"
)  #: whoever is named first
COUNTED = re.compile(r"\d+ for, \d+ against")
STANCE = re.compile(r"(?i)\b(?:vot\w+\s+(?P<s>for|against|in\s+favou?r)|(?P<a>abstain(?:s|ed))\b)")
VOTE = re.compile(r"(?i)\bvote:\s*(for|against|abstain)")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A claim in words."""

    claim: Claim
    short: str  #: the claim for a reader
    pool: frozenset[str]  #: senses of all its words, actors and numbers
    readings: tuple[frozenset[str], ...]  #: the same of its proposition alone, and of its quantity alone
    signs: Mapping[str, set[bool]]  #: sense of a word -> whether it is negated, where it occurs
    orders: tuple[tuple[str, ...], ...]  #: its actors, from its subject and as its words name them
    directions: tuple[tuple[str, ...], ...]  #: orders in which a sentence may name them
    numbers: frozenset[str]
    speaker: frozenset[str]  #: senses of its speaker's name


@dataclass(frozen=True, kw_only=True)
class Match:
    """A claim about the content of a sentence."""

    entry: Entry
    whole: float = 1.0  #: share of the sentence's content in the claim
    part: float = 1.0  #: the same for its main clause
    missing: tuple[Term, ...] = ()
    agrees: bool = True  #: whether all its words have the sign that they have in the claim
    opposed: bool = False  #: whether most have the opposite sign
    known: bool = True  #: whether it has every actor of the sentence
    directed: bool = True  #: whether its actors stand in the order of the claim
    ordered: bool = True  #: whether all of them stand in the order of the claim's own words
    elsewhere: bool = False  #: whether the sentence and the claim name other actors as objects


class Propositions:
    """The claims of a ledger in words.

    `times` are the days that a sentence without a date may be about: of publication, and those that its text names; none
    for any time.
    """

    def __init__(self, claims: Sequence[Claim], times: Iterable[str] = ()) -> None:
        self.times = [PartialDate.parse(day) for day in dict.fromkeys(times)]
        flags = facts(claims)
        self.entries = [
            _entry(claim, content(claim, claim in flags))
            for claim in claims
            if claim.basis != "computed" and (claim.proposition or claim in flags)
        ]
        self.names = frozenset(actor(claim.subject) for claim in claims)
        self.names |= {name for entry in self.entries for order in entry.orders for name in order}
        self.frequency: dict[str, int] = {}
        for entry in self.entries:
            for sense in entry.pool:
                self.frequency[sense] = self.frequency.get(sense, 0) + 1

    def judge(self, text: str, start: int, published: str, when: Sequence[str], speaker: str) -> AuditVerdict | None:
        """Verdict on a sentence at `start`; None where no claim is about it."""
        if text.endswith("?") or UNSURE.search(text):
            return None
        whole, part = passage(text, published), passage(main(text), published)
        words = [term for term in part.terms if term.kind == "word"]
        if len(part.terms) < FEWEST or not words:
            return None
        days = [PartialDate.parse(day) for day in when]
        name = frozenset(s for word in WORDS.findall(speaker) if word.lower() not in STOP for s in senses(word))
        matches = [match for entry in self.entries if (match := _match(whole, part, entry)) is not None]
        matches = [one for one in matches if one.entry.speaker & name] or matches if speaker else matches
        if (vote := _vote(text, whole, days, self.entries)) is not None:
            return _verdict(*vote, text, start)
        if (count := self._tally(text, whole, days, start)) is not None:
            return count
        near = [one for one in matches if days or _within_years(text, self.times, one.entry.claim)]
        return self._outcome(text, start, published, whole, days, matches, near)

    def _tally(self, text: str, whole: Passage, days: Sequence[PartialDate], start: int) -> AuditVerdict | None:
        """Verdict on the count of a vote, where the ledger has one vote of that body and day."""
        pair = details.tally(text)
        exact = [day for day in days if day.day]
        if pair is None or not exact:
            return None
        body = {s for term in whole.terms for s in term.senses if s in BODIES}
        votes = [
            entry
            for entry in self.entries
            if _at(exact, entry.claim)
            and entry.claim.as_of.day
            and body
            and body <= entry.pool
            and details.tally(entry.claim.proposition)
        ]
        counts = {details.tally(entry.claim.proposition) for entry in votes}
        if len(counts) != 1 or pair in counts:
            return None
        same = [Match(entry=e) for e in votes]
        return _verdict("contradicted", f"The ledger has another count: {_first(same)}.", same, text, start)

    def has_words(self, text: str, names: Iterable[str], published: str, denied: bool = False) -> bool:
        """Whether one of some claims has each word, actor and detail of a text.

        Who denies a thing of anybody denies it of each: a denial may name an actor more.
        """
        whole, wanted = passage(text, published), set(names)
        return any(
            (whole.essence(entry.pool) if denied else whole.coverage(entry.pool)) == 1.0
            and _directed(whole.actors, entry.directions)
            and details.are_same(text, entry.claim, published)
            for entry in self.entries
            if entry.claim.id in wanted
        )

    def _outcome(
        self,
        text: str,
        start: int,
        published: str,
        whole: Passage,
        days: list[PartialDate],
        matches: list[Match],
        near: list[Match],
    ) -> AuditVerdict | None:
        then = [one for one in matches if not days or _at(days, one.entry.claim)]
        agree = [
            one
            for one in then
            if one.whole == 1.0
            and one.agrees
            and one.ordered
            and _settled(one.entry.claim)
            and details.are_same(text, one.entry.claim, published)
        ]
        against = [one for one in near if one.opposed and one.directed and not one.elsewhere and _denies(one, days)]
        if agree and against:
            names = ", ".join(dict.fromkeys(one.entry.claim.speaker for one in against))
            return _verdict("disputed", f"The ledger has it, and {names} otherwise.", [*against, *agree], text, start)
        if agree:
            return _verdict("consistent", "The ledger has it so.", agree, text, start)
        if against:
            doubtful = all(one.entry.claim.status == "disputed" or one.entry.claim.conflict for one in against)
            kind: Kind = "disputed" if doubtful else "contradicted"
            return _verdict(kind, f"The ledger has the opposite: {_first(against)}.", against, text, start)
        counted = [
            one
            for one in then
            if days
            and one.missing
            and one.entry.numbers
            and not one.opposed
            and one.directed
            and all(term.kind == "number" for term in one.missing)
        ]
        counted += [
            one
            for one in then
            if days
            and one.part >= OPPOSED
            and one.directed
            and not one.opposed
            and all(term.kind != "number" for term in one.missing)
            and details.are_swapped(text, one.entry.claim.proposition)
        ]
        if counted:
            return _verdict("contradicted", f"The ledger has another number: {_first(counted)}.", counted, text, start)
        return self._elsewhere(text, start, whole, days, matches)

    def _elsewhere(
        self, text: str, start: int, whole: Passage, days: list[PartialDate], matches: list[Match]
    ) -> AuditVerdict | None:
        """Verdict on an event that the ledger has at one other date."""
        event = [
            one
            for one in matches
            if one.known and one.part >= OPPOSED and not one.opposed and one.directed and _dated(one.entry.claim)
        ]
        if not days or not event or any(_at(days, one.entry.claim) for one in event):
            return None
        best = max(one.part for one in event)
        event = [one for one in event if one.part >= best - 1e-9]
        dates = {str(one.entry.claim.as_of)[:7] for one in event}
        shared = [t for t in whole.terms if t.senses & event[0].entry.pool]
        rare = any(
            min((self.frequency.get(s, 0) for s in t.senses & event[0].entry.pool), default=99) <= RARE
            for t in shared
            if t.kind == "word"
        )
        if len(dates) > 1 or len(shared) < DISTINCT or not (rare or best == 1.0):
            return None
        day = str(event[0].entry.claim.as_of)
        return _verdict("misdated", f"The ledger has it on {day}: {_first(event)}.", event, text, start, right_on=day)


def _entry(claim: Claim, short: str) -> Entry:
    own = passage(claim.proposition)
    label = claim.quantity.replace("_", " ")
    source = passage(f"{claim.speaker} {claim.id.rpartition('-')[2]}")
    labelled = _label(label)
    signs: dict[str, set[bool]] = {}
    denied = claim.numbers == (0,) or (not claim.numbers and negations(label) % 2 == 1)
    for sense, sign in [
        *((s, t.negative) for t in own.terms if t.kind == "word" for s in t.senses),
        *((s, denied) for s in labelled),
    ]:
        signs.setdefault(sense, set()).add(sign)
    name = frozenset(
        s for word in WORDS.findall(base_speaker(claim.speaker)) if word.lower() not in STOP for s in senses(word)
    )
    subject = actor(claim.subject)
    numbers = frozenset(s for term in own.terms if term.kind == "number" for s in term.senses)
    numbers |= frozenset(figures(float(digits.replace(",", "")) for digits in DIGITS.findall(claim.proposition)))
    if COUNTED.search(claim.proposition):
        numbers |= senses("vote")
    order = tuple(dict.fromkeys((subject, *own.actors, *(a for a in _codes(label) if a != subject))))
    around = _pool(source) | name | numbers | {subject, *source.actors}
    return Entry(
        claim=claim,
        short=short,
        pool=_pool(own) | labelled | around,
        readings=(
            _pool(own) | (around - {subject} if own.actors and subject not in own.actors else around),
            labelled | around,
        ),
        signs=signs,
        orders=(order, own.actors),
        directions=(order, own.actors, tuple(reversed(own.actors)))
        if MUTUAL.search(claim.proposition)
        else (own.actors,)
        if subject in own.actors
        else (order, own.actors),
        numbers=numbers,
        speaker=name | _pool(source),
    )


def _label(label: str) -> frozenset[str]:
    codes = frozenset(_codes(label))
    return codes | frozenset(s for word in label.split() if word not in STOP for s in senses(word))


def _codes(label: str) -> list[str]:
    """Actors in the name of a quantity: `annexes kuwait`, `arms for rus`."""
    titled = passage(" ".join(word.capitalize() for word in label.split())).actors
    return [*(actor(word) for word in label.split() if len(word) == 3 and word not in STOP), *titled]


def _pool(one: Passage) -> frozenset[str]:
    return frozenset(s for term in one.terms for s in term.senses) | frozenset(one.actors)


def _match(whole: Passage, part: Passage, entry: Entry) -> Match | None:
    known = set(part.actors) <= entry.pool
    share = part.coverage(entry.pool) if known else part.essence(entry.pool)  # a denial may leave out where
    if share < OPPOSED_THAT_DAY or (part.actors and part.actors[0] not in entry.pool):
        return None
    same = [
        set().union(*(entry.signs.get(sense, set()) for sense in term.senses))
        for term in part.terms
        if term.kind == "word"
    ]
    signs = [term.negative for term in part.terms if term.kind == "word"]
    shared = [(sign, others) for sign, others in zip(signs, same, strict=True) if others]
    if not shared:
        return None
    differ = sum(sign not in others for sign, others in shared)
    return Match(
        entry=entry,
        whole=max(whole.coverage(pool) for pool in entry.readings),
        part=share,
        missing=tuple(whole.uncovered(entry.pool)),
        agrees=differ == 0,
        opposed=differ >= OPPOSITE * len(shared) and len(part.terms) >= DISTINCT,
        known=known,
        directed=_directed(part.actors, entry.orders),
        ordered=_directed(whole.actors, entry.directions),
        elsewhere=_elsewhere(part.actors, entry.orders[0]),
    )


def _directed(names: tuple[str, ...], orders: Iterable[tuple[str, ...]]) -> bool:
    """Whether the actors stand in the order of a claim."""
    for order in orders:
        common = [code for code in names if code in order]
        if len(common) < 2 or [order.index(code) for code in common] == sorted(order.index(code) for code in common):
            return True
    return False


def _elsewhere(names: tuple[str, ...], order: tuple[str, ...]) -> bool:
    """Whether a sentence and a claim are about other objects: `Russia`, and `Taiwan`."""
    subject, objects = names[:1], set(names[1:])
    others = set(order) - set(subject)
    return bool(objects and others) and not objects & others


def _within_years(text: str, times: Sequence[PartialDate], claim: Claim) -> bool:
    """Whether a claim is of the years of an undated sentence; `never` looks back on all."""
    if not times:
        return True
    later = [(claim.as_of.first - day.last).days for day in times]
    earlier = [(day.first - claim.as_of.last).days for day in times]
    if ALWAYS.search(text):
        return min(later) <= SAME_YEARS
    return any(a <= SAME_YEARS and b <= SAME_YEARS for a, b in zip(later, earlier, strict=True))


def _at(days: Sequence[PartialDate], claim: Claim) -> bool:
    return any(
        (day.first - claim.as_of.last).days <= ONE_DAY and (claim.as_of.first - day.last).days <= ONE_DAY
        for day in days
    )


def _denies(one: Match, days: Sequence[PartialDate]) -> bool:
    """Whether a claim of the opposite is about the time of the sentence."""
    claim = one.entry.claim
    never = claim.numbers == (0,) or NEVER.search(f"{claim.proposition} {claim.quantity.replace('_', ' ')}") is not None
    if CONDITION.search(claim.proposition) or not (one.known or never):
        return False
    if not days:
        return one.part >= OPPOSED
    if _at(days, claim):
        return one.part >= (OPPOSED_THAT_DAY if _dated(claim) else OPPOSED)
    later = min((claim.as_of.last - day.last).days for day in days)
    return one.part >= OPPOSED and never and 0 <= later <= AFTERWARDS


def _settled(claim: Claim) -> bool:
    return claim.status == "accepted"


def _dated(claim: Claim) -> bool:
    return claim.as_of.month > 0


def _vote(
    text: str, whole: Passage, days: Sequence[PartialDate], entries: Iterable[Entry]
) -> tuple[Kind, str, list[Match]] | None:
    """Verdict on how an actor voted, where the ledger has its vote of that day."""
    stance = STANCE.search(text)
    if stance is None or not days or not whole.actors:
        return None
    vote = "abstain" if stance.group("a") else "against" if stance.group("s").lower() == "against" else "for"
    votes: list[tuple[str, Match]] = []
    for entry in entries:
        claim = entry.claim
        recorded = VOTE.search(claim.proposition)
        if recorded and actor(claim.subject) == whole.actors[0] and _at(days, claim):
            votes.append((recorded.group(1).lower(), Match(entry=entry)))
    same = [match for vote_, match in votes if vote_ == vote]
    if same or not votes:
        counts = any(term.kind == "number" for term in whole.terms)
        return ("consistent", f"The ledger has this vote: {_first(same)}", same) if same and not counts else None
    return "contradicted", f"The ledger has the vote otherwise: {_first([votes[0][1]])}", [match for _, match in votes]


def _first(matches: Sequence[Match]) -> str:
    first = matches[0].entry.claim
    return f"{first.speaker}, {first.as_of}: {matches[0].entry.short.rstrip('.')}"


def _verdict(
    kind: Kind, words: str, matches: Sequence[Match], text: str, start: int, right_on: str = ""
) -> AuditVerdict:
    role = {"consistent": "agrees", "misdated": "then"}.get(kind, "differs")
    claims = {one.id: one for match in matches[:3] for one in cited(match.entry.claim, role, match.entry.short)}
    return AuditVerdict(kind, "", text, start, start + len(text), words, tuple(claims.values()), right_on=right_on)
