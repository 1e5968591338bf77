"""Resolve choices: options, reasons, effects and decision dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from standoff.plan.builder import PlanBuilder
from standoff.plan.components import CONSIDERATIONS, named_choices, plan_component, value_texts
from standoff.plan.entry_numbers import add_numbers, check_use, names_in
from standoff.plan.from_history import coefficients_of, half_life_from, rationality_from, weight_from
from standoff.plan.option_restrictions import held_options, planned_restrictions
from standoff.plan.parameters import add_belief
from standoff.plan.records import Effect, Parameter, PlannedChoice, PlannedReason
from standoff.scenario import calendar as times
from standoff.scenario.calendar import Calendar
from standoff.scenario.interventions import is_defined
from standoff.scenario.language import Choice
from standoff.yaml_reader import Path_

_Weighed: TypeAlias = tuple[int, int, Mapping[str, int], tuple[PlannedReason, ...], tuple[tuple[Effect, ...], ...]]
"""Rationality, half-life, numbers by name, reasons, and the effects of each option."""

OLD_HISTORY = 366  #: days before as_of after which an observed option is called old
HOW = {"x ": "times", "+ ": "plus"}  #: prefixes of the value of an effect; without one it is set


def planned_choice(draft: PlanBuilder, name: str) -> PlannedChoice:
    """Resolve a choice."""
    choice, here = draft.scenario.choices[name], ("choices", name)
    aims = [
        [draft.index.get(f"mechanisms.{target}") for target in option.effects] for option in choice.options.values()
    ]
    bounds = [[None if aim is None else _bounds(draft.parameters[aim]) for aim in aimed] for aimed in aims]

    def find() -> _Weighed:
        rationality = add_belief(
            draft,
            (*here, "rationality"),
            rationality_from(draft, here, choice),
            "1",
            choice.sources,
            low=0.0,
            doc="rationality of the quantal response",
        )
        half_life = add_belief(
            draft,
            (*here, "half_life"),
            half_life_from(draft, here, choice),
            "month",
            choice.sources,
            low=0.0,
            doc="half-life of the taste shocks",
        )
        numbers = add_numbers(draft, here, choice.numbers, choice.sources, f"conditions and values of {name}")
        reasons = [_reason(draft, (*here, "reasons", key), choice, key, numbers) for key in choice.reasons]
        effects = tuple(
            _effects(draft, (*here, "options", key, "effects"), option.effects, choice.sources)
            for key, option in choice.options.items()
        )
        return rationality, half_life, numbers, tuple(filter(None, reasons)), effects

    def moved(result: _Weighed, shift: int) -> _Weighed:
        rationality, half_life, numbers, reasons, effects = result
        again = tuple(
            tuple(
                Effect(aim or 0, effect.value + shift, effect.how) for aim, effect in zip(aimed, current, strict=True)
            )
            for aimed, current in zip(aims, effects, strict=True)
        )
        numbers = {name: index + shift for name, index in numbers.items()}
        reasons = tuple(reason.renumbered(shift) for reason in reasons)
        return rationality + shift, half_life + shift, numbers, reasons, again

    arguments = (choice, bounds, draft.calendar.dt, coefficients_of(draft, choice))
    rationality, half_life, numbers, reasons, effects = draft.cached_entry(here, arguments, find, moved)
    if numbers:
        _check_numbers(draft, name, numbers)
    options = tuple(choice.options)
    every, dates = _dates(draft.calendar, draft.first_free, choice.every)
    statement = (options, choice.status_quo, choice.history, choice.intervention, draft.first_free, draft.calendar)
    forced = draft.cached((*here, "history"), statement, lambda: _forced(draft, choice))
    held = held_options(draft.calendar, choice)
    decides = _free(dates, forced, held)
    if any(decides):
        _warn_of_old_history(draft, name, choice)
    return PlannedChoice(
        name=name,
        actor=choice.actor,
        options=options,
        status_quo=options.index(choice.status_quo),
        every=every,
        rationality=rationality,
        half_life=half_life,
        reasons=reasons,
        effects=effects,
        imposed_options=forced,
        is_date=dates,
        is_free=decides,
        when=draft.condition((*here, "when"), choice.when, choice.sources, numbers),
        after=choice.after,
        theory=choice.theory or draft.scenario.theory,
        restrictions=planned_restrictions(draft, name, numbers),
        held=held,
        numbers=numbers,
    )


def _check_numbers(draft: PlanBuilder, name: str, numbers: Mapping[str, int]) -> None:
    """Report `numbers` of a choice that no condition and no value of it names."""
    choice = draft.scenario.choices[name]
    values = [text for key, reason in choice.reasons.items() for text in value_texts(reason.use or key, reason.params)]
    used = names_in(draft, choice.when, *(option.when for option in choice.options.values()), *values)
    check_use(draft, ("choices", name), numbers, used, "condition or value of the choice")


def _bounds(parameter: Parameter) -> tuple[object, ...]:
    """Properties of the target of an effect."""
    return parameter.unit, parameter.low, parameter.high


def set_once(draft: PlanBuilder, choices: Iterable[PlannedChoice]) -> None:
    """Report two choices that set one parameter, since the result would depend on file order."""
    setter: dict[int, str] = {}
    for choice in choices:
        for option, effects in zip(choice.options, choice.effects, strict=True):
            for target in (effect.target for effect in effects if effect.how == "set"):
                other = setter.setdefault(target, choice.name)
                if other != choice.name:
                    word = draft.parameters[target].path.removeprefix("mechanisms.")
                    draft.report(
                        ("choices", choice.name, "options", option, "effects", word),
                        f"`{other}` sets `{word}` too",
                        "one choice that sets it, others that multiply it or add to it",
                        "use `x 1.2` or `+ 0.1`",
                    )


def _reason(
    draft: PlanBuilder, path: Path_, choice: Choice, key: str, numbers: Mapping[str, int]
) -> PlannedReason | None:
    reason = choice.reasons[key]
    inherited = reason.sources or choice.sources
    weight = add_belief(
        draft,
        (*path, "weight"),
        weight_from(draft, path, reason, key),
        "1",
        inherited,
        low=0.0,
        doc="weight of this reason",
    )
    part = plan_component(
        draft,
        path,
        key,
        CONSIDERATIONS,
        reason.use or key,
        reason.params,
        inherited,
        tuple(choice.options),
        numbers=numbers,
    )
    for claim in reason.claims:
        draft.check_claim((*path, "claims"), claim)
    if part is None:
        return None
    ahead = round(times.months(reason.horizon) / draft.calendar.dt) if reason.horizon else 0
    return PlannedReason(key, weight, part, named_choices(draft, part), reason.claims, reason.lines, ahead)


def _effects(draft: PlanBuilder, path: Path_, do: Mapping[str, Any], inherited: tuple[str, ...]) -> tuple[Effect, ...]:
    out = []
    for target, raw in do.items():
        index = draft.index.get(f"mechanisms.{target}")
        if index is None:
            of_choice = is_defined(draft.document, f"choices.{target.removeprefix('choices.')}")
            if of_choice and target.removeprefix("choices.").count("."):
                draft.report(
                    (*path, target),
                    f"`{target}` is a number of a choice, which no option changes",
                    "parameters of mechanisms, and the `numbers` of their conditions",
                )
                continue
            draft.unknown_parameter((*path, target), target, "mechanism.parameter or mechanism.parameter.member")
            continue
        base = draft.parameters[index]
        how = HOW.get(str(raw)[:2], "set")
        value = add_belief(
            draft,
            (*path, target),
            raw if how == "set" else str(raw)[2:],
            "1" if how == "times" else base.unit,
            inherited,
            low={"set": base.low, "times": 0.0}.get(how),
            high=base.high if how == "set" else None,
            doc=f"{target} while this option is in force",
        )
        out.append(Effect(index, value, how))
    return tuple(out)


def _forced(draft: PlanBuilder, choice: Choice) -> tuple[int, ...]:
    """Option of each step: observed, status quo before any observation, held, or -1 for none."""
    options = list(choice.options)
    observed = [
        (draft.calendar.index(times.last_day(item.since)), options.index(item.option)) for item in choice.history
    ]
    known = min(draft.first_free, draft.calendar.steps)
    out = [options.index(choice.status_quo)] * known + [-1] * (draft.calendar.steps - known)
    for since, option in observed:  # in the order of their dates: a later one takes over
        begin = min(max(since - 1, 0), known)
        out[begin:known] = [option] * (known - begin)
    if choice.intervention is not None:
        month = choice.intervention.since
        begin = known if month is None else max(draft.calendar.index(times.last_day(month)) - 1, known)
        out[begin:] = [options.index(choice.intervention.option)] * (len(out) - begin)
    return tuple(out)


def _warn_of_old_history(draft: PlanBuilder, name: str, choice: Choice) -> None:
    """Warn where nothing about the option in force at as_of is from the year before it."""
    as_of = draft.scenario.as_of_day
    known = [item for item in choice.history if times.last_day(item.since) <= as_of]
    if not known:
        return
    claims = [draft.ledger[source] for source in known[-1].sources if source in draft.ledger]
    days = [day for claim in claims for day in (claim.as_of.last, claim.published.last) if day <= as_of]
    newest = max([times.last_day(known[-1].since), *days])
    if (as_of - newest).days > OLD_HISTORY:
        draft.warnings.append(
            f"choices.{name}: nothing about `{known[-1].option}`, observed until as_of {draft.scenario.as_of}, is later "
            f"than {newest}; add an entry to `history:` that says what is in force now"
        )


@lru_cache(maxsize=256)
def _free(dates: tuple[bool, ...], forced: tuple[int, ...], held: tuple[int, ...]) -> tuple[bool, ...]:
    free = tuple(date and option < 0 for date, option in zip(dates, forced, strict=True))
    return tuple(now and option < 0 for now, option in zip(free, held, strict=True)) if held else free


@lru_cache(maxsize=256)  # a scenario and its variants decide at the same dates
def _dates(calendar: Calendar, first_free: int, text: str) -> tuple[int, tuple[bool, ...]]:
    """Months between decisions (0 unless steps are months), and whether each step has one."""
    length = times.months(text)
    every = int(length) if calendar.dt == 1.0 else 0
    stride = max(round(length / calendar.dt), 1)

    def due(step: int) -> bool:
        if not every:
            return (step - first_free) % stride == 0
        return calendar.ends_period(step, every)

    steps = range(first_free, calendar.steps)
    return every, (False,) * min(first_free, calendar.steps) + tuple(map(due, steps))
