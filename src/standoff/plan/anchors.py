"""Resolve anchors: prior probabilities, and the constants that are solved to meet them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from standoff import expression
from standoff.beliefs import Belief
from standoff.components import ParameterSpec
from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.records import PlannedAnchor, PlannedChoice, PlannedQuestion
from standoff.scenario import calendar

KIND, FIELD = "alternative_constant", "inclination"  #: the reason and its numbers that are solved
PRIOR = "prior probability, before the named reasons count"  #: text of its parameter


Prior: TypeAlias = tuple[tuple[str, ...], int, tuple[str, ...], Belief, tuple[str, ...], tuple[int, int], str]
"""Path of an anchor, choice, its options, their prior, its sources, the first and the last state, and the question."""


def planned_anchors(
    draft: PlanBuilder, choices: Sequence[PlannedChoice], questions: Sequence[PlannedQuestion]
) -> tuple[PlannedAnchor, ...]:
    """All anchors of choices and questions, without those that have errors."""
    out: dict[int, PlannedAnchor] = {}  # by constant
    for prior in (*_of_choices(draft, choices), *_of_questions(draft, choices, questions)):
        anchor = _anchor(draft, choices, *prior)
        if anchor is None:
            continue
        twice = next((out[i].path for i in anchor.constants if i in out), "")
        if twice:
            draft.report(anchor.place, f"`{twice}` anchors one of these options too", "one anchor for each option")
        out |= dict.fromkeys(anchor.constants, anchor)
    return tuple(dict.fromkeys(out.values()))


def _of_choices(draft: PlanBuilder, choices: Sequence[PlannedChoice]) -> Iterator[Prior]:
    scenario, first = draft.scenario, draft.first_free
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
            elif option == planned.options[planned.imposed_options[first - 1] if first else planned.status_quo]:
                draft.report(
                    path,
                    f"`{option}` is in force at as_of {scenario.as_of}: it has no prior to be taken",
                    "an option that is not in force",
                    "anchor the options that may replace it",
                )
            else:
                states = first + 1, min(draft.calendar.index(day), draft.calendar.steps)
                yield path, index, (option,), anchor.prior, choice.sources, states, ""


def _of_questions(
    draft: PlanBuilder, choices: Sequence[PlannedChoice], questions: Sequence[PlannedQuestion]
) -> Iterator[Prior]:
    for planned in questions:
        prior, path = planned.question.anchor, ("questions", planned.id, "anchor")
        if prior is None:
            continue
        if planned.form.COMPARED_BY != "probability":
            draft.report(path, f"a question of form `{planned.question.kind}` has no prior probability", "an `event`")
            continue
        choice_terms = [term for node in planned.expressions.values() for term in expression.choice_terms(node)]
        choice_names = list(dict.fromkeys(term.choice for term in choice_terms))
        if len(choice_names) != 1:
            what = f"names options of {join_limited(choice_names)}" if choice_names else "names no option"
            draft.report(
                path,
                f"the event {what}",
                "an event that names options of exactly one choice, as in `X in [y]`",
                "put `anchor` into the choice",
            )
            continue
        index = [choice.name for choice in choices].index(choice_names[0])
        options = tuple(dict.fromkeys(option for term in choice_terms for option in term.options))
        if set(options) == set(choices[index].options):
            draft.report(path, "the event names all options: no constant changes it", "some options of the choice")
        else:
            yield path, index, options, prior, (), (planned.since, planned.state), planned.id


def _anchor(
    draft: PlanBuilder,
    choices: Sequence[PlannedChoice],
    path: tuple[str, ...],
    index: int,
    options: tuple[str, ...],
    prior: Belief,
    sources: tuple[str, ...],
    states: tuple[int, int],
    question: str,
) -> PlannedAnchor | None:
    """The anchor; None if it has errors."""
    choice, (since, state), before = choices[index], states, draft.faults
    number = add_belief(draft, path, prior, ParameterSpec(PRIOR, "1", ge=0.0, le=1.0), sources)
    if draft.faults == before and not 0 < draft.parameters[number].quantile(0.5) < 1:
        draft.report(path, f"the prior `{prior}` is certain", "a probability above 0 and below 1")
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
    numbers = reason.part.parameter_index[FIELD]
    assert not isinstance(numbers, int)
    constants = tuple(numbers[option] for option in options if option in numbers)
    if any(numbers.get(other) in constants for other in choice.options if other not in options):
        draft.report(path, f"`{FIELD}` is one number for this option and others", "a number for each option")
    if draft.faults > before or len(constants) < len(options):
        return None
    return PlannedAnchor(
        place=path,
        choice=index,
        options=options,
        question=question,
        prior=number,
        constants=constants,
        weight=reason.weight,
        since=since,
        state=state,
    )
