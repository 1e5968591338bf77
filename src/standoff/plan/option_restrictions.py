"""Resolve restrictions on options: conditions, ladders, times in force, and held options."""

from __future__ import annotations

import math
from collections.abc import Mapping

from standoff.plan.builder import PlanBuilder
from standoff.plan.records import OptionRestrictions
from standoff.scenario import calendar as times
from standoff.scenario import option_checks
from standoff.scenario.calendar import Calendar
from standoff.scenario.language import Choice

LONG_AGO = -(10**6)  #: step of an option that nobody is known to have chosen: its time in force is over


def planned_restrictions(draft: PlanBuilder, name: str, numbers: Mapping[str, int]) -> OptionRestrictions | None:
    """The restrictions of a choice, or None; warns of those without an effect."""
    choice, here = draft.scenario.choices[name], ("choices", name, "options")
    if not option_checks.is_restricted(choice):
        return None
    options = tuple(choice.options)
    lower = option_checks.lower_options(choice)
    when = tuple(
        draft.condition((*here, key, "when"), option.when, choice.sources, numbers)
        for key, option in choice.options.items()
    )
    lasts = tuple(_steps(draft.calendar, option.lasts) for option in choice.options.values())
    for key, option in choice.options.items():
        if option.lasts and times.months(option.lasts) <= times.months(choice.every):
            draft.warnings.append(
                f"choices.{name}.options.{key}.lasts has no effect: decisions are {choice.every} apart"
            )
    return OptionRestrictions(
        when=when,
        reachable=tuple(
            tuple(option_checks.is_reachable(lower, origin, option, choice.ladder) for option in options)
            for origin in options
        ),
        irreversible=tuple(option.irreversible for option in choice.options.values()),
        lasts=lasts,
        since=_since(draft, choice),
    )


def _steps(calendar: Calendar, lasts: str | None) -> int:
    """Fewest steps that cover a time."""
    return math.ceil(times.months(lasts) / calendar.dt - 1e-9) if lasts else 0


def _since(draft: PlanBuilder, choice: Choice) -> int:
    """Step at which the option in force at the start was chosen."""
    calendar, since, option = draft.calendar, LONG_AGO, choice.status_quo
    for item in choice.history:
        step = calendar.index(times.last_day(item.since)) - 1
        if step <= 0 < draft.first_free and item.option != option:
            since, option = step, item.option
    return since


def held_options(calendar: Calendar, choice: Choice) -> tuple[int, ...]:
    """The option set by a person in each step, -1 for none; empty where no option is held."""
    if not choice.held:
        return ()
    options, out = list(choice.options), [-1] * calendar.steps
    for month, option in sorted(choice.held.items(), key=lambda item: times.last_day(item[0])):
        begin = max(calendar.index(times.last_day(month)) - 1, 0)
        out[begin:] = [-1 if option == option_checks.FREE else options.index(option)] * (calendar.steps - begin)
    return tuple(out)
