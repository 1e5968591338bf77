"""Errors between entries of a scenario: names, dates, forms of questions.

Each section has a generator of faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from standoff import registry, units
from standoff.errors import Fault, Problem, StandoffError, join_limited, unknown
from standoff.ledger.vocabulary import mistakes
from standoff.scenario import calendar
from standoff.scenario.document import Document
from standoff.scenario.language import ACTUAL, Choice, Scenario
from standoff.scenario.option_checks import held_faults, restriction_faults
from standoff.scenario.question import Question
from standoff.yaml_reader import Path_

RESERVED = ("date", "year")  #: words of expressions that no stock can have as a name


def check(scenario: Scenario, doc: Document) -> list[Problem]:
    """All errors between entries, in the order of the sections."""
    faults = chain.from_iterable(section(scenario) for section in SECTIONS)
    return list(dict.fromkeys(doc.problem(fault) for fault in faults))


def _dates(scenario: Scenario) -> Iterator[Fault]:
    start, end, as_of = (calendar.last_day(text) for text in (scenario.start, scenario.end, scenario.as_of))
    if end <= start:
        yield Fault(("end",), f"end {scenario.end} is not after start {scenario.start}")
    elif not start <= as_of <= end:
        yield Fault(
            ("as_of",),
            f"as_of {scenario.as_of} lies outside {scenario.start} .. {scenario.end}",
            fix="a later `end`" if as_of > end else "an earlier `start`",
        )


def _words(scenario: Scenario) -> Iterator[Fault]:
    for name, text in scenario.units.items():
        try:
            units.parse(name, scenario.units)
        except (StandoffError, ValueError):
            yield Fault(("units", name), f"`{text}` is not a number and a unit", "EUR: 1.08 USD")
    yield from mistakes(scenario.sides, scenario.quantities)


def _stocks(scenario: Scenario) -> Iterator[Fault]:
    for name, stock in scenario.stocks.items():
        if name in RESERVED:
            yield Fault(("stocks", name), f"`{name}` is the calendar in expressions", "another name")
        if isinstance(stock.initial, dict) and not stock.initial:
            yield Fault(("stocks", name, "initial"), "no holder", "holder: belief, or one belief for the world")
        if stock.floor is not None and stock.cap is not None and stock.cap <= stock.floor:
            yield Fault(("stocks", name, "cap"), f"the cap {stock.cap} is not above the floor {stock.floor}")
    for cell in scenario.consequences:
        yield from unknown(("consequences", cell), cell, scenario.cells(), "stock")


def _actors(scenario: Scenario) -> Iterator[Fault]:
    for code, actor in scenario.actors.items():
        if actor.of:
            yield from unknown(("actors", code, "of"), actor.of, scenario.actors, "actor")
    for index, relation in enumerate(scenario.relations):
        for side in relation.between:
            yield from unknown(("relations", index, "between"), side, scenario.actors, "actor")


def _choices(scenario: Scenario) -> Iterator[Fault]:
    for name, choice in scenario.choices.items():
        here = ("choices", name)
        yield from unknown((*here, "actor"), choice.actor, scenario.actors, "actor")
        yield from unknown((*here, "status_quo"), choice.status_quo, choice.options, "option")
        if choice.explain is not None:
            yield from unknown((*here, "explain"), choice.explain, choice.options, "option")
        if not _is_whole(calendar.months(choice.every) / scenario.calendar.dt):
            yield Fault((*here, "every"), f"`{choice.every}` is not a multiple of the step, one {scenario.step}")
        yield from _imposed(scenario, choice, here)
        for other in choice.after:
            yield from unknown((*here, "after"), other, scenario.choices, "choice")
            if other == name:
                yield Fault((*here, "after"), "a choice cannot be `after` itself")
        yield from held_faults(scenario, name)
        yield from restriction_faults(scenario, name)
        for key, reason in choice.reasons.items():
            if reason.horizon and not _is_whole(calendar.months(reason.horizon) / scenario.calendar.dt):
                yield Fault(
                    (*here, "reasons", key, "horizon"),
                    f"`{reason.horizon}` is not a multiple of the step, one {scenario.step}",
                )
    for name in _circle(scenario):
        what = "the choices are `after` one another in a circle"
        yield Fault(("choices", name, "after"), what, "an order without circles")


def _occasions(scenario: Scenario) -> Iterator[Fault]:
    for name, item in scenario.occasions.items():
        here = ("occasions", name)
        if name in {*scenario.stocks, *scenario.choices, *scenario.mechanisms}:
            yield Fault(here, f"`{name}` is a stock, a choice or a mechanism", "another name")
        for key in item.chance:
            yield from unknown((*here, "chance", key), key, item.outcomes, "outcome")
        if item.outcome:
            yield from unknown((*here, "outcome"), item.outcome, item.outcomes, "outcome")
        elif item.has_come(scenario.as_of_day) and item.rate is None and item.when is None:
            what = f"{item.date} is not after as_of {scenario.as_of}, and no `outcome` says what it brought"
            yield Fault((*here, "date"), what, "a date after as_of, or its `outcome`")


def _types(scenario: Scenario) -> Iterator[Fault]:
    taken = {*scenario.stocks, *scenario.choices, *scenario.mechanisms, *scenario.occasions}
    for name, item in scenario.types.items():
        here = ("types", name)
        yield from unknown((*here, "actor"), item.actor, scenario.actors, "actor")
        for key in item.effects:
            yield from unknown((*here, "effects", key), key, item.prior, "type")
        if name in taken or len({*item.names, ACTUAL}) <= len(item.names):
            what = f"`{name}` or a name of a type is taken, or is `{ACTUAL}`"
            yield Fault(here, what, f"names other than {item.as_written}, stocks, choices, mechanisms and occasions")
        for key, signal in item.signals.items():
            if {*signal.likelihood} != {*item.names}:
                what = "a likelihood for each type, and for no other"
                yield Fault((*here, "signals", key, "likelihood"), what, join_limited(item.names))
            if calendar.last_day(signal.date) > scenario.as_of_day:
                what = f"{signal.date} is after as_of {scenario.as_of}: nobody knows the signal yet"
                yield Fault((*here, "signals", key, "date"), what, "a date up to as_of")


def _imposed(scenario: Scenario, choice: Choice, here: Path_) -> Iterator[Fault]:
    """Faults of the options of a choice that were observed, or are imposed on it."""
    for index, observed in enumerate(choice.history):
        yield from unknown((*here, "history", index, "option"), observed.option, choice.options, "option")
    if choice.intervention is not None:
        yield from unknown((*here, "intervention", "option"), choice.intervention.option, choice.options, "option")
        since = choice.intervention.since
        if since is not None and calendar.last_day(since) <= scenario.as_of_day:
            yield Fault(
                (*here, "intervention", "since"),
                f"{since} is not after as_of {scenario.as_of}",
                "a month after as_of",
                "`history` has earlier options",
            )
    days = [calendar.last_day(observed.since) for observed in choice.history]
    if days != sorted(days):
        yield Fault((*here, "history"), "history is not in the order of its dates")


def _is_whole(steps: float) -> bool:
    return abs(steps - round(steps)) <= 1e-9 and steps >= 1


def _circle(scenario: Scenario) -> list[str]:
    """Choices that wait for one another in a circle."""
    waiting = {name: set(choice.after) & set(scenario.choices) - {name} for name, choice in scenario.choices.items()}
    while ready := [name for name, others in waiting.items() if not others & set(waiting)]:
        for name in ready:
            del waiting[name]
    return list(waiting)


def _beliefs(scenario: Scenario) -> Iterator[Fault]:
    cells = scenario.cells()

    def believed(path: Path_, word: str) -> Iterator[Fault]:
        if not word.startswith("choices."):  # beliefs about parameters are checked by the plan
            yield from unknown(path, word, cells, "stock")

    for code, views in scenario.beliefs.items():
        here = ("beliefs", code)
        yield from unknown(here, code, scenario.actors, "actor")
        for word, view in views.items():
            if not isinstance(view, dict):
                yield from believed((*here, word), word)
                continue
            yield from unknown((*here, word), word, scenario.actors, "actor")
            if word in scenario.actors:
                if word == code:
                    yield Fault((*here, word), "beliefs about an actor's own beliefs are its beliefs")
                for inner in view:
                    yield from believed((*here, word, inner), inner)


def _evidence(scenario: Scenario) -> Iterator[Fault]:
    start, end = calendar.last_day(scenario.start), calendar.last_day(scenario.end)
    cells = scenario.cells()
    for cell in scenario.observations:
        yield from unknown(("observations", cell), cell, cells, "stock")
    if scenario.fit is not None and start < end and not start <= calendar.last_day(scenario.fit.since) < end:
        yield Fault(("fit", "since"), f"since {scenario.fit.since} lies outside {scenario.start} .. {scenario.end}")
    for path, intervention in scenario.interventions.items():
        if intervention.since not in {"as_of", "start"} and not start <= calendar.last_day(intervention.since) <= end:
            yield Fault(
                ("interventions", path, "since"),
                f"{intervention.since} lies outside {scenario.start} .. {scenario.end}",
                "as_of, start, or a month of the run",
            )


def _questions(scenario: Scenario) -> Iterator[Fault]:
    first, *others = [name for name, question in scenario.questions.items() if question.main] or [""]
    for name in others:
        yield Fault(
            ("questions", name, "main"),
            f"`{first}` is the main question already",
            "one main question",
            "take `main` out of one of them",
        )
    for name, question in scenario.questions.items():
        yield from _question(scenario, question, ("questions", name))


def _question(scenario: Scenario, question: Question, here: Path_) -> Iterator[Fault]:
    if len(question.kinds) != 1:
        forms = registry.names("standoff.questions")
        yield Fault(here, f"{len(question.kinds)} forms of question", join_limited(forms))
        return
    form = registry.module("standoff.questions", question.kind).FORM
    for key in form.NEEDS:
        if getattr(question, key) is None:
            yield Fault(here, f"a question of form `{question.kind}` needs `{key}`")
    if question.within and question.model_copy(update={question.date_key: None}).dated(scenario.as_of) != question:
        what = f"the date is given twice, as `{question.date_key}` and as `within`"
        yield Fault((*here, "within"), what, "one of them")
    start, end = calendar.last_day(scenario.start), calendar.last_day(scenario.end)
    for key in ("by", "at", "since"):
        text = getattr(question, key)
        if text and start < end and not start <= calendar.last_day(text) <= end:
            edge = "a later `end`" if calendar.last_day(text) > end else "an earlier `start`"
            what = f"{text} lies outside {scenario.start} .. {scenario.end}"
            place = "within" if question.within and key != "since" else key
            yield Fault((*here, place), what, fix=f"another date, or {edge}")
    if question.outcome is not None:
        yield from form.check_outcome(question, question.outcome, (*here, "outcome"))
    yield from form.check(question, scenario, here)


def _variants(scenario: Scenario) -> Iterator[Fault]:
    for name, variant in scenario.variants.items():
        for section in variant.change:
            path = ("variants", name, "change", section)
            yield from unknown(path, section, Scenario.model_fields, "section")
            if section in {"variants", "title"}:
                yield Fault(path, f"a variant cannot change `{section}`")


SECTIONS = (_dates, _words, _stocks, _actors, _choices, _occasions, _types, _beliefs, _evidence, _questions, _variants)
