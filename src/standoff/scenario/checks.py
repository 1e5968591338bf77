"""Errors between entries of a scenario: names, dates, forms of questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from standoff import registry, units
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.ledger.vocabulary import mistakes
from standoff.scenario import calendar, option_checks
from standoff.scenario.document import Document
from standoff.scenario.language import Scenario
from standoff.scenario.question import Question

RESERVED = ("date", "year")  #: words of expressions that no stock can have as a name


def check(scenario: Scenario, doc: Document) -> list[Problem]:
    """All errors between entries, in the order of the sections."""
    result: dict[Problem, None] = {}

    def report(path: tuple[Any, ...], what: str, allowed: str = "", fix: str = "") -> None:
        result[Problem(what, doc.where(path), doc.path(path), allowed, fix)] = None

    def named(path: tuple[Any, ...], word: str, known: Iterable[str], kind: str) -> bool:
        known = list(known)
        if word not in known:
            report(path, f"unknown {kind} `{word}`", join_limited(known), did_you_mean(word, known))
        return word in known

    start, end, as_of = (calendar.last_day(text) for text in (scenario.start, scenario.end, scenario.as_of))
    if end <= start:
        report(("end",), f"end {scenario.end} is not after start {scenario.start}")
    elif not start <= as_of <= end:
        report(
            ("as_of",),
            f"as_of {scenario.as_of} lies outside {scenario.start} .. {scenario.end}",
            fix="a later `end`" if as_of > end else "an earlier `start`",
        )
    for name, text in scenario.units.items():
        try:
            units.parse(name, scenario.units)
        except (StandoffError, ValueError):
            report(("units", name), f"`{text}` is not a number and a unit", "EUR: 1.08 USD")
    for position, what, allowed in mistakes(scenario.sides, scenario.quantities):
        report(position, what, allowed)
    cells = scenario.cells()
    for name, stock in scenario.stocks.items():
        if name in RESERVED:
            report(("stocks", name), f"`{name}` is the calendar in expressions", "another name")
        if isinstance(stock.initial, dict) and not stock.initial:
            report(("stocks", name, "initial"), "no holder", "holder: belief, or one belief for the world")
        if stock.floor is not None and stock.cap is not None and stock.cap <= stock.floor:
            report(("stocks", name, "cap"), f"the cap {stock.cap} is not above the floor {stock.floor}")
    for code, actor in scenario.actors.items():
        if actor.of:
            named(("actors", code, "of"), actor.of, scenario.actors, "actor")
    for index, relation in enumerate(scenario.relations):
        for side in relation.between:
            named(("relations", index, "between"), side, scenario.actors, "actor")
    kinds = {relation.kind for relation in scenario.relations}
    for kind in scenario.relation_signs if kinds else ():  # relations with mistakes are read without them
        named(("relation_signs", kind), kind, kinds, "kind of relation")
    for name, choice in scenario.choices.items():
        here = ("choices", name)
        named((*here, "actor"), choice.actor, scenario.actors, "actor")
        named((*here, "status_quo"), choice.status_quo, choice.options, "option")
        if choice.explain is not None:
            named((*here, "explain"), choice.explain, choice.options, "option")
        length = calendar.months(choice.every) / scenario.calendar.dt
        if abs(length - round(length)) > 1e-9 or length < 1:
            report((*here, "every"), f"`{choice.every}` is not a multiple of the step, one {scenario.step}")
        for index, observed in enumerate(choice.history):
            named((*here, "history", index, "option"), observed.option, choice.options, "option")
        if choice.intervention is not None:
            named((*here, "intervention", "option"), choice.intervention.option, choice.options, "option")
            if (
                choice.intervention.since is not None
                and calendar.last_day(choice.intervention.since) <= scenario.as_of_day
            ):
                report(
                    (*here, "intervention", "since"),
                    f"{choice.intervention.since} is not after as_of {scenario.as_of}",
                    "a month after as_of",
                    "`history` has earlier options",
                )
        days = [calendar.last_day(observed.since) for observed in choice.history]
        if days != sorted(days):
            report((*here, "history"), "history is not in the order of its dates")
        for other in choice.after:
            if named((*here, "after"), other, scenario.choices, "choice") and other == name:
                report((*here, "after"), "a choice cannot be `after` itself")
        option_checks.check(scenario, name, report, named)
        for key, reason in choice.reasons.items():
            ahead = calendar.months(reason.horizon) / scenario.calendar.dt if reason.horizon else 1.0
            if abs(ahead - round(ahead)) > 1e-9 or ahead < 1:
                report(
                    (*here, "reasons", key, "horizon"),
                    f"`{reason.horizon}` is not a multiple of the step, one {scenario.step}",
                )
    for name in _circle(scenario):
        report(
            ("choices", name, "after"), "the choices are `after` one another in a circle", "an order without circles"
        )
    for code, views in scenario.beliefs.items():
        here = ("beliefs", code)
        named(here, code, scenario.actors, "actor")
        for word, view in views.items():
            if not isinstance(view, dict):
                _believed(word, (*here, word), cells, named)
            elif named((*here, word), word, scenario.actors, "actor"):
                if word == code:
                    report((*here, word), "beliefs about an actor's own beliefs are its beliefs")
                for inner in view:
                    _believed(inner, (*here, word, inner), cells, named)
    for cell in scenario.observations:
        named(("observations", cell), cell, cells, "stock")
    if scenario.fit is not None and start < end and not start <= calendar.last_day(scenario.fit.since) < end:
        report(("fit", "since"), f"since {scenario.fit.since} lies outside {scenario.start} .. {scenario.end}")
    for path, item in scenario.interventions.items():
        if item.since not in {"as_of", "start"} and not start <= calendar.last_day(item.since) <= end:
            report(
                ("interventions", path, "since"),
                f"{item.since} lies outside {scenario.start} .. {scenario.end}",
                "as_of, start, or a month of the run",
            )
    first, *others = [name for name, question in scenario.questions.items() if question.main] or [""]
    for name in others:
        report(
            ("questions", name, "main"),
            f"`{first}` is the main question already",
            "one main question",
            "take `main` out of one of them",
        )
    for name, question in scenario.questions.items():
        _question(scenario, name, question, report, named)
    for name, variant in scenario.variants.items():
        for section in variant.change:
            if named(("variants", name, "change", section), section, Scenario.model_fields, "section") and section in {
                "variants",
                "title",
            }:
                report(("variants", name, "change", section), f"a variant cannot change `{section}`")
    return list(result)


def _circle(scenario: Scenario) -> list[str]:
    """Choices that wait for one another in a circle."""
    waiting = {name: set(choice.after) & set(scenario.choices) - {name} for name, choice in scenario.choices.items()}
    while ready := [name for name, observed in waiting.items() if not observed & set(waiting)]:
        for name in ready:
            del waiting[name]
    return list(waiting)


def _believed(word: str, here: Any, cells: Any, named: Any) -> None:
    """Errors of a belief about a stock; beliefs about parameters are checked by the plan."""
    if not word.startswith("choices."):
        named(here, word, cells, "stock")


def _question(scenario: Scenario, name: str, question: Question, report: Any, named: Any) -> None:
    here = ("questions", name)
    if len(question.kinds) != 1:
        forms = registry.names("standoff.questions")
        report(here, f"{len(question.kinds)} forms of question", join_limited(forms))
        return
    form = registry.module("standoff.questions", question.kind).FORM
    for key in form.NEEDS:
        if getattr(question, key) is None:
            report(here, f"a question of form `{question.kind}` needs `{key}`")
    for key in ("by", "at", "since"):
        text = getattr(question, key)
        start, end = calendar.last_day(scenario.start), calendar.last_day(scenario.end)
        if text and start < end and not start <= calendar.last_day(text) <= end:
            edge = "a later `end`" if calendar.last_day(text) > end else "an earlier `start`"
            report(
                (*here, key), f"{text} lies outside {scenario.start} .. {scenario.end}", fix=f"another date, or {edge}"
            )
    if question.outcome is not None:
        form.check_outcome(question, question.outcome, (*here, "outcome"), report)
    form.check(question, scenario, here, report, named)
