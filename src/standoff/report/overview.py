"""Who stands where, what happened and may, why, what would change it, how it may end.

Made once, from a run with its brief, and stored with a case: the page of the explorer, the report and the brief show the
same record, so that no number is said twice differently. Numbers are as printed; the words around them are those of
`overview_text`.

Actors stand on a ring, each beside those to whom it is related most: the layers of causal diagrams would make a column of
the few relations of most cases.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from math import cos, pi, sin
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from standoff import expression, labels
from standoff.analysis.answer import Answer
from standoff.analysis.explain import Explanation, option_at_as_of
from standoff.analysis.movements import Movement
from standoff.analysis.verdict import Verdict, main_answer
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.errors import ModelError
from standoff.files import cache_dir, write_json
from standoff.plan import Plan, PlannedChoice
from standoff.questions import form
from standoff.record import record
from standoff.report import answer_text, belief_text, claim_labels, formatting, overview_text
from standoff.report.actor_colours import actor_colours
from standoff.report.sections import reason_attribution as effects
from standoff.serialise import to_plain

SHOWN = 8  # actors of the map; assumption: a reader keeps no more apart
DATES = 9  # of an outlook; assumption: what a phone is wide enough for
CITED = 40  # dated claims of the past, the nearest to as_of; assumption
REASONS = 3  # of a choice and of the answer; assumption: a reader keeps no more in mind
QUOTE, CITATION = 180, 120  # letters; assumption: two lines and one


@record
class ActorProfile:
    """An actor: who it is, and where it stands on the map."""

    code: str
    name: str
    kind: str
    colour: int  #: place among the colours of actors, the same on every page
    is_main: bool  #: whether the map shows it
    x: float  #: place on a ring of radius 1
    y: float


@record
class ChoiceOutlook:
    """A choice: its options, its largest reasons without numbers, and shares of futures by date."""

    choice: str
    actor: str
    text: str
    options: tuple[str, ...]
    now: int  #: the option in force at as_of
    about: str  #: option that the reasons speak for or against; empty without a run
    reasons: tuple[tuple[str, str, bool], ...]  #: text, term of the field, whether it speaks for that option
    dates: tuple[str, ...] = ()
    shares: tuple[tuple[float, ...], ...] = ()  #: [date][option] in force


@record
class Tie:
    """A relation between two actors."""

    kind: str
    between: tuple[str, str]
    since: str
    level: str
    note: str
    sources: tuple[str, ...]  #: claims, cited works, and words such as assumption


@record
class PastEvent:
    """What happened, was decided or was said by as_of."""

    date: str
    actor: str
    kind: str  #: event, decision or claim
    text: str
    sources: tuple[str, ...]


@record
class Quotation:
    """A claim in the words of its speaker, or what it says."""

    claim: str
    speaker: str
    date: str
    text: str
    is_quote: bool


@record
class ReasonEffect:
    """A reason behind the answer."""

    actor: str
    reason: str  #: its name, after that of its choice
    text: str
    term: str  #: of the field
    effect: str  #: on the answer
    size: float  #: the same as a share, or as log odds
    without: str  #: the answer without it; empty where the effect is on the odds of a choice
    quotation: Quotation | None


@record
class PossibleChange:
    """What would change the answer: a lever at its ends, or a variant."""

    kind: str  #: lever or variant
    text: str
    actor: str  #: who can pull it; empty for none
    now: str
    ends: tuple[tuple[str, str, str], ...]  #: setting, answer and change there
    sizes: tuple[float, ...]  #: changes at these, in units of the answer
    is_clear: bool

    @property
    def largest(self) -> int:
        """Which of the ends changes the answer most."""
        return max(range(len(self.sizes)), key=lambda n: abs(self.sizes[n]))


@record
class Ending:
    """How it may end, or who is first: another question with its answer."""

    question: str
    text: str
    date: str
    answer: str  #: with its band
    shares: tuple[tuple[str, str, float, int], ...]  #: label, share as printed, share, colour or -1


@record
class Overview:
    """All of it; what has a default needs a run."""

    title: str
    as_of: str
    until: str
    question: str  #: id of the main question; empty without any
    text: str
    date: str
    resolution: str
    actors: tuple[ActorProfile, ...]
    choices: tuple[ChoiceOutlook, ...]
    ties: tuple[Tie, ...]
    past: tuple[PastEvent, ...]
    claims: tuple[str, ...]  #: sources above that are claims of the ledger
    futures: int = 0
    seed: int = 0
    answer: str = ""
    band: str = ""
    word: str = ""
    share: float | None = None
    sentence: str = ""
    instead: str = ""  #: what the actor has in force then; empty where the question names no choice
    hundred: tuple[tuple[str, int], ...] = ()  #: a hundred futures by answer; empty for a number
    why: tuple[ReasonEffect, ...] = ()
    why_note: str = ""
    changes: tuple[PossibleChange, ...] = ()
    endings: tuple[Ending, ...] = ()
    before: tuple[str, ...] = ()  #: how it did before, and what came where that is known
    outcome: str = ""  #: claim that says what came


def standing(plan: Plan, explained: Sequence[Explanation] = ()) -> Overview:
    """What the scenario says by itself: who, their relations, and what has happened."""
    query = plan.question(plan.main_question) if plan.questions else None
    ties = tuple(
        Tie(
            kind=item.kind,
            between=item.between,
            since=str(item.since or ""),
            level=item.level,
            note=item.note,
            sources=_works(plan, item.sources),
        )
        for item in plan.scenario.relations
    )
    past = tuple(sorted(_past(plan), key=lambda item: item.date))
    sources = dict.fromkeys(
        name for names in (*(t.sources for t in ties), *(e.sources for e in past)) for name in names
    )
    known = {item.choice: item for item in explained}
    return Overview(
        title=plan.scenario.title,
        as_of=str(plan.scenario.as_of),
        until=plan.scenario.calendar.label(plan.scenario.calendar.steps),
        question=query.id if query else "",
        text=query.question.text if query else "",
        date=query.date if query else "",
        resolution=query.question.resolution if query else "",
        actors=tuple(_actors(plan)),
        choices=tuple(_choice(plan, item, known.get(item.name)) for item in plan.choices if any(item.is_free)),
        ties=ties,
        past=past,
        claims=tuple(name for name in sources if name in plan.ledger),
    )


def overview(run: Run, verdict: Verdict, levers: Sequence[Movement] = ()) -> Overview:
    """The overview of a run.

    verdict: with `changes`; levers: their effects on the main answer, as a brief has them. Raises `ModelError` for a case
    without questions.
    """
    plan, main, as_of = run.model.plan, main_answer(run, verdict.answers), verdict.origin.as_of
    if main is None:
        raise ModelError("the case has no question to answer", path="questions", fix="add one to the scenario")
    query, text, base = plan.question(main.id), answer_text.answer(main, as_of), standing(plan, verdict.choices)
    choices = tuple(replace(item, **_shares(run, item.choice, query.state)) for item in base.choices)
    why, note = _why(plan, verdict, main)
    outcome: Any = query.question.outcome
    sources: Sequence[str] = () if outcome is None else outcome.sources
    date = plan.scenario.calendar.label(query.state)
    return replace(
        base,
        choices=choices,
        futures=verdict.origin.draws,
        seed=verdict.origin.seed,
        answer=text.main,
        band=text.band,
        word=overview_text.word(main),
        share=None if main.share is None else main.point,
        sentence=overview_text.sentence(plan, main, text),
        instead=next((_instead(plan, item, date) for item in choices if item.choice in query.options), ""),
        hundred=overview_text.hundred(plan, main),
        why=why,
        why_note=note,
        changes=tuple(_changes(plan, verdict, main, levers)),
        endings=tuple(_endings(plan, verdict.answers, main, as_of)),
        before=tuple(overview_text.before(plan, query, verdict)),
        outcome=next((name for name in sources if name in plan.ledger), ""),
    )


def remember(model: Model, result: Overview) -> None:
    """Keep the overview of a run for the page of a case that ships without one."""
    if (path := _memory(model)) is not None:
        write_json(path, to_plain(asdict(result)))


def remembered(model: Model) -> Overview | None:
    """The overview of the last run of a model; None without one."""
    with suppress(OSError, ValueError, AttributeError):
        return read(json.loads(_memory(model).read_text(encoding="utf-8")))  # type: ignore[union-attr]
    return None


def read(data: Any) -> Overview:
    """An overview from plain data; raises `ValueError`."""
    return TypeAdapter(Overview).validate_python(data)


def _memory(model: Model) -> Path | None:
    folder = cache_dir("overviews")
    return None if folder is None else folder / f"{model.hash}-{model.source('standoff.engine.program')}.json"


def _works(plan: Plan, names: Sequence[str]) -> tuple[str, ...]:
    """Sources in words: claims by their ids, works by what they are."""
    return tuple(formatting.shortened(plan.scenario.sources.get(name, name), CITATION) for name in names)


def _actors(plan: Plan) -> Iterator[ActorProfile]:
    """Every actor; those that choose, are asked about, or are related to these come first."""
    scenario, colours = plan.scenario, actor_colours(plan)
    cells = [
        cell.partition(".")[2]
        for question in plan.questions
        for node in question.expressions.values()
        for cell in expression.stock_names(node)
    ]
    named = plan.choices_of(plan.question(plan.main_question)) if plan.questions else ()
    free = [choice for choice in plan.choices if any(choice.is_free)]
    choosing = dict.fromkeys(choice.actor for choice in (*named, *free))
    states = [code for code in cells if code in scenario.actors and scenario.actors[code].of is None]
    main = [*dict.fromkeys((*choosing, *states))][: max(SHOWN, len(choosing))]
    near = Counter(
        code for tie in scenario.relations for code in tie.between if code not in main and {*tie.between} & {*main}
    )
    main += [code for code, _ in near.most_common(max(SHOWN - len(main), 0))]
    pairs = Counter(frozenset(tie.between) for tie in scenario.relations)
    ring, rest = main[:1], main[1:]
    while rest:  # beside each stands who is related to it most, so that lines are short
        ring.append(rest.pop(max(range(len(rest)), key=lambda n: pairs[frozenset((ring[-1], rest[n]))])))
    for code in (*main, *(code for code in scenario.actors if code not in main)):
        angle = 2 * pi * ring.index(code) / len(ring) if code in ring else 0.0
        yield ActorProfile(
            code=code,
            name=scenario.actors[code].name,
            kind=scenario.actors[code].kind,
            colour=colours[code],
            is_main=code in main,
            x=round(sin(angle), 3),
            y=round(-cos(angle), 3),
        )


def _choice(plan: Plan, choice: PlannedChoice, known: Explanation | None) -> ChoiceOutlook:
    """A choice in words, its named reasons by the size of their part."""
    reasons = sorted(known.reasons, key=lambda item: -abs(item.log_odds)) if known else ()
    return ChoiceOutlook(
        choice=choice.name,
        actor=choice.actor,
        text=plan.scenario.choices[choice.name].text or labels.humanise(choice.name),
        options=tuple(labels.option(plan, choice.name, option) for option in choice.options),
        now=option_at_as_of(plan, choice),
        about=answer_text.option(known, known.option) if known else "",
        reasons=tuple(
            (labels.reason(item), labels.term(item.kind), item.log_odds > 0)
            for item in [each for each in reasons if not labels.is_constant(each.text)][:REASONS]
        ),
    )


def _shares(run: Run, name: str, state: int) -> dict[str, Any]:
    """Dates and shares of a choice, at decision dates and at the date of the question."""
    plan = run.model.plan
    index, choice = next((n, item) for n, item in enumerate(plan.choices) if item.name == name)
    steps = [k for k, is_free in enumerate(choice.is_free) if is_free]
    apart = max((len(steps) - 1) / (DATES - 1), 1.0)
    some = {steps[min(round(n * apart), len(steps) - 1)] for n in range(DATES)}
    shown = sorted(some | {max(state - 1, steps[0])})
    shares = run.active_share[shown, index, : len(choice.options)].round(3)
    return {
        "dates": tuple(plan.scenario.calendar.label(k + 1) for k in shown),
        "shares": tuple(map(tuple, shares.tolist())),
    }


def _instead(plan: Plan, item: ChoiceOutlook, date: str) -> str:
    """What the actor of a choice has in force at a date; empty where nothing is known of it."""
    if date not in item.dates:
        return ""
    shares = item.shares[item.dates.index(date)]
    return overview_text.instead(labels.actor(plan, item.actor), item.options, item.now, shares, date)


def _past(plan: Plan) -> Iterator[PastEvent]:
    """Dated events, observed decisions, and claims behind the reasons of choices, by as_of."""
    scenario, known = plan.scenario, plan.ledger.as_of(plan.scenario.as_of_day)
    for name, event in scenario.events.items():
        if event.date <= str(scenario.as_of_day):
            text = event.text or labels.humanise(name)
            yield PastEvent(date=event.date, actor="", kind="event", text=text, sources=_works(plan, event.sources))
    decided = [
        (name, choice, item)
        for name, choice in scenario.choices.items()
        for item in choice.history
        if item.since <= str(scenario.as_of_day)  # a case may have later ones, to be scored
    ]
    for name, choice, item in decided:
        sources, text = _works(plan, item.sources or choice.sources), labels.option(plan, name, item.option)
        yield PastEvent(date=item.since, actor=choice.actor, kind="decision", text=text, sources=sources)
    used = {source for *_, item in decided for source in item.sources}
    cited = dict.fromkeys(name for choice in plan.choices for reason in choice.reasons for name in reason.claims)
    claims = sorted(
        (plan.ledger[name] for name in cited if name in known and name not in used), key=lambda c: str(c.as_of)
    )
    sides = scenario.vocabulary.sides
    for claim in claims[-CITED:]:
        codes = sides[claim.side].speaks_for if claim.side in sides else ()
        actor = next((code for code in codes if code in scenario.actors), "")
        text = _quotation(plan, [claim.id]).text  # type: ignore[union-attr]
        yield PastEvent(date=str(claim.as_of), actor=actor, kind="claim", text=text, sources=(claim.id,))


def _quotation(plan: Plan, names: Sequence[str]) -> Quotation | None:
    """The first of some claims that was known at as_of, in the order of the author."""
    known = plan.ledger.as_of(plan.scenario.as_of_day)
    for claim in [plan.ledger[name] for name in names if name in known][:1]:
        words = claim_labels.sentence(plan, claim) if claim.numbers else claim.statement
        return Quotation(
            claim=claim.id,
            speaker=claim.speaker,
            date=str(claim.published),
            text=formatting.shortened(claim.quote.text if claim.quote else words, QUOTE),
            is_quote=claim.quote is not None,
        )
    return None


def _why(plan: Plan, verdict: Verdict, main: Answer) -> tuple[tuple[ReasonEffect, ...], str]:
    """The largest reasons behind the answer, or its choice, and how they are measured."""
    result, rows = verdict.attribution, list[tuple[Any, ...]]()
    if result is not None and result.choices:
        note = f"Each effect is that of leaving the reason out, {effects.sample(result)}."
        for item in effects.largest(result):
            size = f"{effects.points(item.effect, item.mc_error)} points"
            rows.append(
                (item.choice, item, item.consideration, item.effect, size, effects.without(result, item.effect))
            )
    else:
        named = {choice.name for choice in plan.choices_of(plan.question(main.id))}
        known = next((choice for choice in verdict.choices if choice.choice in named), None)
        note = overview_text.weighed(known) if known else effects.NO_CHOICE
        ordered = sorted(
            known.reasons if known else (), key=lambda item: (labels.is_constant(item.text), -abs(item.log_odds))
        )
        for part in ordered[:REASONS]:
            size = formatting.likelier(part.log_odds, part.mc_error)
            rows.append((known and known.choice, part, part.kind, part.log_odds, size, ""))
    return tuple(
        ReasonEffect(
            actor=plan.scenario.choices[choice].actor,
            reason=f"{choice}-{item.reason}",
            text=labels.reason_of(plan, choice, item.reason),
            term=labels.term(kind),
            effect=effect,
            size=round(float(size), 4),
            without=without,
            quotation=_quotation(plan, item.claims),
        )
        for choice, item, kind, size, effect, without in rows
    ), note


def _changes(plan: Plan, verdict: Verdict, main: Answer, levers: Sequence[Movement]) -> Iterator[PossibleChange]:
    """Levers by what they do to the answer, then variants with a clear change."""

    def end(setting: str, change: float, error: float) -> tuple[str, str, str]:
        return (
            setting,
            belief_text.level(main, main.moved(change), error),
            belief_text.clear_change(main, change, error),
        )

    for item in sorted(levers, key=lambda item: (not item.is_clear(main.id), -abs(item.largest(main.id).change))):
        mover, changes = item.mover, item.changes[main.id]
        yield PossibleChange(
            kind="lever",
            text=mover.text,
            actor=mover.actor,
            now=f"{mover.now:.3g} {mover.unit}".strip(),
            ends=tuple(end(f"{at:.3g}", x.change, x.mc_error) for at, x in zip(mover.ends, changes, strict=True)),
            sizes=tuple(round(x.change, 4) for x in changes),
            is_clear=item.is_clear(main.id),
        )
    variants = (item for item in verdict.variant_effects if item.question == main.id)
    for each in sorted(variants, key=lambda item: -abs(item.change)):
        if abs(each.change) > formatting.SURE * each.mc_error:
            yield PossibleChange(
                kind="variant",
                text=each.text.rstrip("."),
                actor="",
                now="",
                ends=(end("", each.change, each.mc_error),),
                sizes=(round(each.change, 4),),
                is_clear=True,
            )


def _endings(plan: Plan, answers: Sequence[Answer], main: Answer, as_of: str) -> Iterator[Ending]:
    """Who is first, and how and when it ends."""
    codes = actor_colours(plan)
    colours = codes | {plan.scenario.actors[code].name: place for code, place in codes.items()}
    for item in answers:
        if item is main or not (form(item.kind).HAS_LABELS or "ways" in item.detail or "probability_by" in item.detail):
            continue
        text, rows = answer_text.answer(item, as_of).with_band, []
        labelled = item.printed.items() if form(item.kind).HAS_LABELS else ()
        for label, (share, band) in sorted(labelled, key=lambda pair: -pair[1][0]):
            own = formatting.percent(share, item.point_error)
            printed = "{} ({})".format(*formatting.band_percents(share, band)) if band else own
            share = max(share, 0.0)
            colour = next((colours[word] for word in label.split(", ") if word in colours), -1)
            rows.append((overview_text.label(plan, label), printed, round(share, 3), colour))
        if rows:
            text = f"{rows[0][0]}: {rows[0][1]}"
        yield Ending(question=item.id, text=item.text, date=item.date, answer=text, shares=tuple(rows))
