"""Resolve anchors: prior probabilities, and the constants that are solved to meet them.

A question with a base rate anchors the choice that its event names: its options start from that rate over the time of the
question, whatever it was counted from. Without one they start from the first of its reference classes. Anchors that are
written come first, then the main question, then the others: an option has one prior. A base rate of an event that names no
options of one choice is an error, for nothing could start from it; classes then only stand beside the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain
from typing import cast

from standoff import units
from standoff.beliefs import OUTERMOST, Belief
from standoff.components import ParameterSpec
from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.records import Parameter, PlannedAnchor, PlannedChoice, PlannedQuestion
from standoff.record import record
from standoff.scenario import Scenario, calendar
from standoff.scenario.question import Baseline, DataRate, Question
from standoff.scenario.starting_constants import FIELD
from standoff.scenario.starting_constants import KIND as KIND
from standoff.statistics import Z90, class_rate, jeffreys_interval, log_odds_spread, over

RATE = "base_rate"  #: the entry of a question from which its answer starts
PRIOR = "prior probability, before the named reasons count"  #: text of its parameter
#: share of each named reason that a typical member of a class has too; `benchmarks/typical_reasons.py` has 0.21, and 0.17 to
#: 0.24 without one case
TYPICAL = 0.2
DAYS = {"year": 365.2425, "month": 365.2425 / 12}


@record
class StatedRate:
    """A rate that a question states, over the time of the question."""

    rate: float
    interval: tuple[float, float]  #: central 90 %
    spread: float  #: standard deviation of its log odds


def stated_rate(scenario: Scenario, question: Question, stated: Baseline, number: Parameter) -> StatedRate:
    """The middle of a stated rate and how well it is known.

    A range is known as well as it says. A number is known as well as the share of the `of` cases in which it was counted; a
    number of no stated count as if it were one event in as many cases as it takes (assumption: 2 % as 1 of 50), for nobody
    knows a rate exactly. Sources: brown2001 (Jeffreys' posterior).
    """
    unit = units.parse(f"1/{stated.per}").factor if stated.per else 1.0
    times = span(scenario, question) / DAYS["month"] * unit if stated.per else 1.0
    low, middle, high = (over(number.quantile(p) / unit, times) for p in (0.05, 0.5, 0.95))
    if not 0 < middle < 1:
        return StatedRate(rate=middle, interval=(low, high), spread=0.0)
    if number.belief.shape != "point":
        inside = (min(max(end, OUTERMOST), 1 - OUTERMOST) for end in (low, high))
        ends = [math.log(end / (1 - end)) for end in inside]
        return StatedRate(rate=middle, interval=(low, high), spread=(ends[1] - ends[0]) / (2 * Z90))
    once = number.quantile(0.5) / unit
    of = stated.of or 1 / min(once, 1 - once)
    ends = [over(end, times) for end in jeffreys_interval(once * of, of)]
    return StatedRate(rate=middle, interval=(ends[0], ends[1]), spread=log_odds_spread(once * of, of))


@record
class _Prior:
    """A prior probability of options of a choice, before it is checked."""

    path: tuple[str, ...]
    choice: int
    options: tuple[str, ...]
    belief: Belief
    sources: tuple[str, ...] = ()
    states: tuple[int, int]  #: the first and the last
    question: str = ""
    spread: float | None = None  #: of a rate: standard deviation of its log odds


def planned_anchors(
    draft: PlanBuilder, choices: Sequence[PlannedChoice], questions: Sequence[PlannedQuestion]
) -> tuple[PlannedAnchor, ...]:
    """All anchors of choices and questions, without those that have errors."""
    out: dict[int, PlannedAnchor] = {}  # by constant
    main_first = sorted(questions, key=lambda each: not each.question.main)
    rates = (prior for each in main_first for prior in _of_rate(draft, choices, each))
    classes = (prior for each in main_first for prior in _of_class(draft, choices, each, out.keys()))
    for prior in chain(_of_choices(draft, choices), _of_questions(draft, choices, questions), rates, classes):
        anchor = _anchor(draft, choices, prior)
        if anchor is None:
            continue
        if prior.path[-1] == RATE and (free := tuple(i for i in anchor.constants if i not in out)):
            anchor = replace(
                anchor, constants=free
            )  # the other options start from a rate of their own, inside this one
        twice = next((out[i].path for i in anchor.constants if i in out), "")
        if not twice:
            out |= dict.fromkeys(anchor.constants, anchor)
            numbers = draft.parameters
            unit = numbers[choices[anchor.choice].rationality].quantile(0.5) * numbers[anchor.weight].quantile(0.5)
            for i in anchor.constants:
                numbers[i] = replace(numbers[i], spread=(prior.spread or 0.0) / (unit or 1.0))
        else:
            fix = (
                "write `compare_with:` for the other, which stands beside its answer" if prior.path[-1] == RATE else ""
            )
            draft.report(anchor.place, f"`{twice}` anchors one of these options too", "one anchor for each option", fix)
    return tuple(dict.fromkeys(out.values()))


def _of_choices(draft: PlanBuilder, choices: Sequence[PlannedChoice]) -> Iterator[_Prior]:
    scenario = draft.scenario
    for index, planned in enumerate(choices):
        choice = scenario.choices[planned.name]
        for option, anchor in choice.anchor.items():
            path, day = ("choices", planned.name, "anchor", option), calendar.last_day(anchor.by)
            if not draft.is_known(path, option, planned.options, "option"):
                continue
            if not draft.calendar.start <= day <= draft.calendar.end:
                draft.report(path, f"{anchor.by} lies outside {scenario.start} .. {scenario.end}")
            elif day <= scenario.as_of_day:
                draft.report(path, f"{anchor.by} is not after as_of {scenario.as_of}", "a month after as_of")
            elif option == in_force(draft, planned):
                draft.report(
                    path,
                    f"`{option}` is in force at as_of {scenario.as_of}: it has no prior to be taken",
                    "an option that is not in force",
                    "anchor the options that may replace it",
                )
            else:
                states = draft.first_free + 1, min(draft.calendar.index(day), draft.calendar.steps)
                yield _Prior(
                    path=path,
                    choice=index,
                    options=(option,),
                    belief=anchor.prior,
                    sources=choice.sources,
                    states=states,
                )


def _of_questions(
    draft: PlanBuilder, choices: Sequence[PlannedChoice], questions: Sequence[PlannedQuestion]
) -> Iterator[_Prior]:
    for planned in questions:
        prior, path = planned.question.anchor, ("questions", planned.id, "anchor")
        if prior is not None and (found := _named(draft, choices, planned, path, "put `anchor` into the choice")):
            states = planned.since, planned.state
            yield _Prior(path=path, choice=found[0], options=found[1], belief=prior, states=states, question=planned.id)


def _named(
    draft: PlanBuilder,
    choices: Sequence[PlannedChoice],
    planned: PlannedQuestion,
    path: tuple[str, ...],
    instead: str,
) -> tuple[int, tuple[str, ...]] | None:
    """The choice that an event names and its options; None, with an error, without a prior."""
    if planned.form.COMPARED_BY != "probability":
        draft.report(
            path, f"a question of form `{planned.question.kind}` has no prior probability", "an `event`", instead
        )
        return None
    if len(named := planned.options) != 1:
        what = f"names options of {join_limited(list(named))}" if named else "names no option"
        allowed = "an event that names options of exactly one choice, as in `X in [y]`"
        draft.report(path, f"the event {what}", allowed, instead)
        return None
    ((name, options),) = named.items()
    index = [choice.name for choice in choices].index(name)
    if set(options) == set(choices[index].options):
        draft.report(path, "the event names all options: no constant changes it", "some options of the choice")
        return None
    return index, options


def _of_rate(draft: PlanBuilder, choices: Sequence[PlannedChoice], planned: PlannedQuestion) -> Iterator[_Prior]:
    """The prior of a base rate, which must be one of options that may still be taken."""
    question, path = planned.question, ("questions", planned.id, RATE)
    if question.base_rate is None or planned.state <= draft.first_free:
        return
    found = _named(
        draft, choices, planned, path, "write `compare_with:`, which stands beside the answer and changes nothing"
    )
    number = draft.find(".".join((*path, "value")))
    if found is None or number is None:
        return
    (index, options), held = found, in_force(draft, choices[found[0]])
    if held in options:
        draft.report(
            path,
            f"`{held}` is in force at as_of {draft.scenario.as_of}: it has no prior to be taken",
            "an option not in force",
        )
        return
    rate = stated_rate(draft.scenario, question, question.base_rate, draft.parameters[number])
    yield _Prior(
        path=path,
        choice=index,
        options=options,
        belief=Belief("point", (rate.rate,), sources=draft.parameters[number].belief.sources),
        states=(planned.since, planned.state),
        question=planned.id,
        spread=rate.spread,
    )


def _of_class(
    draft: PlanBuilder, choices: Sequence[PlannedChoice], planned: PlannedQuestion, taken: Set[int]
) -> Iterator[_Prior]:
    """The prior of the first class, if the event names one choice with free constants."""
    question, named = planned.question, planned.options
    first = next(iter(question.classes), None)
    if question.base_rate is not None or first is None or first.count is None or len(named) != 1:
        return
    if first.goes_past(draft.scenario.as_of_day):
        return
    ((name, options),) = named.items()
    index = [choice.name for choice in choices].index(name)
    numbers = _constants(choices[index])
    free = {option for option, number in numbers.items() if number not in taken}
    if set(options) <= free - {in_force(draft, choices[index])}:
        rate, spread = class_rate(first.count, first.of or 1, times_of(draft.scenario, question, first))
        yield _Prior(
            path=("questions", planned.id, "classes"),
            choice=index,
            options=options,
            belief=Belief("point", (rate,), sources=first.sources),
            states=(planned.since, planned.state),
            question=planned.id,
            spread=spread,
        )


def _constants(choice: PlannedChoice) -> Mapping[str, int]:
    """Option -> the parameter of its constant."""
    found = (each.part.parameter_index[FIELD] for each in choice.reasons if each.part.kind == KIND)
    return cast("Mapping[str, int]", next(found, {}))


def in_force(draft: PlanBuilder, choice: PlannedChoice) -> str:
    """The option in force at as_of."""
    first = draft.first_free
    return choice.options[choice.imposed_options[first - 1] if first else choice.status_quo]


def times_of(scenario: Scenario, question: Question, rate: DataRate) -> float:
    """Spans of time of a rate in the time of a question."""
    return 1.0 if rate.per == "case" else span(scenario, question) / DAYS[rate.per]


def span(scenario: Scenario, question: Question) -> float:
    """Days in which an event counts: from as_of or a later `since` to the date of its question."""
    last = calendar.last_day(question.by or scenario.end)
    first = scenario.as_of_day
    if question.since:
        first = max(first, calendar.last_day(question.since))
    return float(max((last - first).days, 0))


def _anchor(draft: PlanBuilder, choices: Sequence[PlannedChoice], prior: _Prior) -> PlannedAnchor | None:
    """The anchor; None if it has errors."""
    choice, path, options, (since, state) = choices[prior.choice], prior.path, prior.options, prior.states
    before = draft.faults
    number = add_belief(draft, path, prior.belief, ParameterSpec(PRIOR, "1", ge=0.0, le=1.0), prior.sources)
    if draft.faults == before and not 0 < draft.parameters[number].quantile(0.5) < 1:
        draft.report(path, f"the prior `{prior.belief}` is certain", "a probability above 0 and below 1")
    if draft.faults == before and not any(choice.is_date[draft.first_free : state]):
        draft.report(
            path,
            f"`{choice.name}` has no decision from as_of up to this date",
            "a later date",
            f"or a shorter `every` in choices.{choice.name}",
        )
    reason = next((entry for entry in choice.reasons if entry.part.kind == KIND), None)
    if reason is None:
        reasons = draft.scenario.choices[choice.name].reasons.items()
        if not any((entry.use or key) == KIND for key, entry in reasons):  # one that is written has errors itself
            draft.report(
                path,
                f"`{choice.name}` has no constants that could meet a prior",
                f"a reason of kind `{KIND}`",
                f"add `unstated: {{use: {KIND}, weight: 1, {FIELD}: ...}}` to its reasons",
            )
        return None
    numbers = _constants(choice)
    constants = tuple(numbers[option] for option in options if option in numbers)
    if any(numbers.get(other) in constants for other in choice.options if other not in options):
        draft.report(path, f"`{FIELD}` is one number for this option and others", "a number for each option")
    if draft.faults > before or len(constants) < len(options):
        return None
    return PlannedAnchor(
        place=path,
        choice=prior.choice,
        options=options,
        question=prior.question,
        prior=number,
        constants=constants,
        weight=reason.weight,
        since=since,
        state=state,
        typical=0.0 if prior.spread is None else TYPICAL,
    )
