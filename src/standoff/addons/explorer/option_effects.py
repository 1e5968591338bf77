"""Effects of options that are imposed on an actor, by a variant or a person, on numbers.

What acts is then not the number of a lever but what the option makes of it: a multiple of it, and an amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.plan import labels

if TYPE_CHECKING:
    from standoff.plan import Plan, PlannedChoice

ORDER = ("set", "times", "plus")  #: in which the engine applies effects


@dataclass(frozen=True, kw_only=True)
class OptionEffect:
    """What acts in place of a number: `factor` times the number, plus an amount."""

    factor: float  #: median
    plus: float  #: median, in the unit of the number
    since: str  #: label of the first date on which all of it acts
    options: tuple[str, ...]  #: the options in words, with their actors
    is_fixed: bool  #: the number itself changes nothing after as_of


def option_effect(plan: Plan, target: int, unit: float) -> OptionEffect | None:
    """What imposed options make of a parameter; None where they leave it alone.

    target: index of the parameter; unit: factor of the unit in which the number is shown
    """
    factor, plus, since, names = 1.0, 0.0, 0, dict[str, None]()
    imposed = [(choice, *_imposed(choice, plan.first_future_step)) for choice in plan.choices]
    effects = [
        (
            effect,
            begin,
            f"{labels.actor(plan, choice.actor)}: “{labels.option(plan, choice.name, choice.options[option])}”",
        )
        for choice, option, begin in imposed
        if option >= 0
        for effect in choice.effects[option]
        if effect.target == target
    ]
    for effect, begin, name in sorted(effects, key=lambda item: ORDER.index(item[0].how)):
        parameter = plan.parameters[effect.value]
        value = parameter.quantile(0.5)
        if effect.how == "plus":
            plus += value / unit
        elif effect.how == "times":
            factor, plus = factor * value, plus * value
        else:
            factor, plus = 0.0, value / unit
        since, names[name] = max(since, begin), None
    if not names:
        return None
    return OptionEffect(
        factor=factor,
        plus=plus,
        since=plan.scenario.calendar.label(since + 1),
        options=tuple(names),
        is_fixed=factor == 0 and since <= plan.first_future_step,
    )


def _imposed(choice: PlannedChoice, first: int) -> tuple[int, int]:
    """The option imposed at the last step, or -1, and the step from which it is in force."""
    steps = list(choice.imposed_options)
    if choice.held:
        steps = [person if person >= 0 else other for other, person in zip(steps, choice.held, strict=True)]
    last = steps[-1] if len(steps) > first else -1
    begin = len(steps)
    while begin > first and steps[begin - 1] == last:
        begin -= 1
    return last, begin
