"""Errors in the restrictions of options: ladders, times in force, options held by a person.

An option is reachable from the option in force if it is that option, if it has no lower one (`after`), if its lower one
is in force, or if the option in force is above it; a ladder may bound the steps down, or allow more of them up. Observed
options must obey the restrictions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from standoff.errors import Fault, join_limited, unknown
from standoff.scenario import calendar
from standoff.scenario.language import NO_LADDER, Choice, Ladder, Scenario
from standoff.units import DAYS_PER_MONTH
from standoff.yaml_reader import Path_

FREE = "free"  #: stands for an option in `held`: the actor decides again


def is_restricted(choice: Choice) -> bool:
    """Whether some option of a choice is not always available."""
    return bool(choice.ladder.options or choice.responds_to) or any(
        option.when is not None or option.after or option.lasts or option.irreversible
        for option in choice.options.values()
    )


def lower_options(choice: Choice) -> dict[str, str]:
    """Option -> the next lower one, by `ladder` and `after`."""
    stated = {name: option.after for name, option in choice.options.items() if option.after}
    return {upper: lower for lower, upper in pairwise(choice.ladder.options)} | stated


def is_reachable(lower: Mapping[str, str], origin: str, option: str, ladder: Ladder = NO_LADDER) -> bool:
    """Whether an option can be chosen while `origin` is in force."""
    if option == origin:
        return True
    on_ladder, below = option in ladder.options, _below(lower, origin)
    if option in below:
        return not on_ladder or ladder.down is None or below.index(option) < ladder.down
    return option not in lower or origin in _below(lower, option)[: ladder.up if on_ladder else 1]


def origins(choice: Choice, option: str) -> list[str]:
    """Other options from which an option can be chosen."""
    lower = lower_options(choice)
    return [key for key in choice.options if key != option and is_reachable(lower, key, option, choice.ladder)]


def _below(lower: Mapping[str, str], option: str) -> list[str]:
    """Options below an option, the next one first; ends where they run in a circle."""
    out: list[str] = []
    while (option := lower.get(option, "")) and option not in out:
        out.append(option)
    return out


def restriction_faults(scenario: Scenario, name: str) -> Iterator[Fault]:
    """Faults of the restrictions of a choice, and of its history under them."""
    choice, here = scenario.choices[name], ("choices", name)
    if not is_restricted(choice):
        return
    answers = _answer_faults(scenario, name)
    if faults := list(answers) or list(_order_faults(choice, here)) or list(_circle_faults(choice, here)):
        yield from faults
        return
    lower = lower_options(choice)
    always = [key for key in choice.options if choice.condition(key) is None and key not in lower]
    if not always:
        yield Fault(
            (*here, "options"),
            "in some futures no option could be chosen",
            "at least one option without `when` and without a lower option",
        )
    if choice.when is not None and choice.status_quo in choice.options and choice.status_quo not in always:
        yield Fault(
            (*here, "when"),
            f"an actor without a decision returns to `{choice.status_quo}`, which is not always available",
            "a `status_quo` without `when` and without a lower option",
        )
    if always and choice.ladder.down is not None:
        yield from _bound_faults(choice, here, lower)
    yield from _history_faults(scenario, choice, here, lower)


def _answer_faults(scenario: Scenario, name: str) -> Iterator[Fault]:
    """Faults of acts that options answer: unknown, of the own choice, by the `status_quo`."""
    choice, here = scenario.choices[name], ("choices", name, "responds_to")
    for other, acts in choice.responds_to.items():
        yield from unknown((*here, other), other, scenario.choices, "choice")
        if other == name:
            yield Fault(
                (*here, other), "an option cannot be the answer to an option of its own choice", "another choice"
            )
        for act, answers in acts.items() if other in scenario.choices else ():
            path = (*here, other, act)
            yield from unknown(path, act, scenario.choices[other].options, "option")
            for answer in answers:
                yield from unknown(path, answer, choice.options, "option")
                if answer == choice.status_quo:
                    yield Fault(path, f"`{answer}` is the `status_quo`, which is open always", "other options")


def _order_faults(choice: Choice, here: Path_) -> Iterator[Fault]:
    """Faults of the order of the options: unknown ones, no ladder, two orders, a circle."""
    rungs = choice.ladder.options
    for rung in rungs:
        yield from unknown((*here, "ladder"), rung, choice.options, "option")
    if rungs and (len(rungs) < 2 or len(set(rungs)) < len(rungs)):
        yield Fault((*here, "ladder"), f"`{', '.join(rungs)}` is not a ladder", "two or more different options")
    for key, option in choice.options.items():
        if option.after:
            path = (*here, "options", key, "after")
            yield from unknown(path, option.after, choice.options, "option")
            if key in rungs:
                yield Fault(path, f"`{key}` stands on the ladder, which says what is below it", "one of the two")


def _circle_faults(choice: Choice, here: Path_) -> Iterator[Fault]:
    lower = lower_options(choice)
    circle = [key for key in choice.options if key in _below(lower, key)]
    if circle:
        stated = choice.options[circle[0]].after is not None
        yield Fault(
            (*here, "options", circle[0], "after") if stated else (*here, "ladder"),
            f"{join_limited(circle)} are above one another in a circle",
            "an order without circles",
        )


def _bound_faults(choice: Choice, here: Path_, lower: Mapping[str, str]) -> Iterator[Fault]:
    """Options that a bound on the way down cuts off, or leaves without another one."""

    def leads(origin: str) -> list[str]:
        return [key for key in choice.options if is_reachable(lower, origin, key, choice.ladder)]

    for origin, option in choice.options.items():
        ways = leads(origin)
        if not option.irreversible and all(choice.condition(key) is not None for key in ways):
            reached = join_limited(f"`{key}`" for key in ways)
            yield Fault(
                (*here, "ladder"),
                f"from `{origin}` no option could be chosen in some futures: of those in reach "
                f"({reached}) each has a `when`",
                "at least one option in reach without `when`",
                "raise `down`, or leave out a `when`",
            )
    imposed = [choice.intervention.option] if choice.intervention is not None else []
    imposed += [option for option in choice.held.values() if option != FREE]
    reachable = {choice.status_quo, *(observed.option for observed in choice.history), *imposed} & set(choice.options)
    while new := {key for origin in reachable for key in leads(origin)} - reachable:
        reachable |= new
    lost = [key for key in choice.options if key not in reachable]
    if lost:
        yield Fault(
            (*here, "ladder"),
            f"{join_limited(f'`{key}`' for key in lost)} can never be chosen: no way leads down to it",
            "options that lie on a way from the `status_quo`, or from one that was observed or is held",
            "raise `down`, or leave the option out",
        )


def held_faults(scenario: Scenario, name: str) -> Iterator[Fault]:
    """Faults of the options held by a person."""
    choice, here = scenario.choices[name], ("choices", name, "held")
    if choice.held and FREE in choice.options:
        yield Fault(
            here,
            f"an option of `{name}` is called `{FREE}`, which in `held` says that the actor decides again",
            "an option of another name",
            "rename the option",
        )
        return
    first = min(choice.held, key=calendar.last_day, default="")
    for month, option in choice.held.items():
        yield from unknown((*here, month), option, (*choice.options, FREE), "option")
        if option == FREE and month == first:
            yield Fault(
                (*here, month),
                f"`{FREE}` ends what is held, and nothing is held before {month}",
                "a month after one with an option",
                "leave it out: an actor decides unless an option is held",
            )
        if not scenario.as_of_day < calendar.last_day(month) <= calendar.last_day(scenario.end):
            yield Fault(
                (*here, month),
                f"{month} is not between as_of {scenario.as_of} and the end {scenario.end}",
                "a month after as_of, in the run",
                "`history` has earlier options",
            )
    if choice.held and choice.intervention is not None:
        yield Fault(
            here,
            f"`{name}` has an `intervention` too",
            "one of the two",
            "`held` is unknown to others in advance, an `intervention` is known",
        )


def _history_faults(scenario: Scenario, choice: Choice, here: Path_, lower: Mapping[str, str]) -> Iterator[Fault]:
    """Observed options that break a restriction."""
    valid = [observed for observed in choice.history if observed.option in choice.options]
    if len(valid) < len(choice.history) or choice.status_quo not in choice.options:
        return  # reported as unknown
    start = calendar.last_day(scenario.start)
    before, since = choice.status_quo, None
    for index, observed in enumerate(choice.history):
        day = calendar.last_day(observed.since)
        path, now = (*here, "history", index), observed.option
        if now == before:
            continue
        option, was_observed = choice.options[before], since is not None or day > start
        if was_observed and option.irreversible:
            yield Fault(
                path,
                f"`{before}` is irreversible and was left for `{now}` in {observed.since}",
                f"`{before}` until the end",
                "leave out `irreversible`, or mend the history",
            )
        elif was_observed and not is_reachable(lower, before, now, choice.ladder):
            if now in _below(lower, before):
                limit = f"{choice.ladder.down} down at once"
                what, allowed = f"and the ladder allows no more than {limit}", f"at most {limit}"
            else:
                up = choice.ladder.up if now in choice.ladder.options else 1
                nearest = " or ".join(f"`{key}`" for key in _below(lower, now)[:up])
                what, allowed = f"and can be chosen only after {nearest}", f"{nearest} between the two"
            yield Fault(
                path,
                f"`{now}` was observed directly after `{before}`, {what}",
                allowed,
                "add the missing entry, or mend the ladder",
            )
        elif since is not None and option.lasts and _months(since, day) < calendar.months(option.lasts) - 0.5:
            yield Fault(
                path,
                f"`{before}` lasts {option.lasts} and was left for `{now}` after {_months(since, day):.0f} months",
                fix="mend `lasts`, or the history",
            )
        before, since = now, day


def _months(first: Any, last: Any) -> float:
    return float((last - first).days / DAYS_PER_MONTH)
