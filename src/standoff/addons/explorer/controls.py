"""Controls: levers, which act from as_of on, and beliefs, which act in history too.

Where an option is imposed on an actor, by a variant or a person, what acts is not the number
of a lever but what the option makes of it: a multiple of it, and an amount.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from standoff import labels
from standoff.addons.explorer.responses import View
from standoff.analysis.parameter_range import number_range, unit_of
from standoff.engine.model import Model
from standoff.plan import Parameter, Plan, PlannedChoice
from standoff.report import formatting
from standoff.scenario import overrides

SHOWN = 40  # beliefs of a list; assumption: a reader scrolls through no more, a search gives the others
NAMED = re.compile(
    r"^stocks\.|\.(numbers|effects)\.|\.(weight|rationality|half_life)$"
)  #: the label says all about these
FIXED = ("questions.", "interventions.")  #: numbers that no future reads, or that replace others
ORDER = ("set", "times", "plus")  #: in which the engine applies effects


def lever_controls(model: Model) -> list[View]:
    """The levers of a case, in the order of the file."""
    return [_lever(model.plan, name) for name in model.scenario.levers]


def _lever(plan: Plan, name: str) -> View:
    lever = plan.scenario.levers[name]
    low, high, unit = overrides.ends(lever.model_dump(), plan.scenario.units)
    target = plan.number(lever.target)
    parameter = plan.parameters[plan.in_force(target)]
    low5, now, high95 = (parameter.quantile(p) / unit.factor for p in (0.05, 0.5, 0.95))
    ends, text = (low, low5, now, high95, high), lever.text or formatting.humanise(name)
    in_force = option_effect(plan, target, unit.factor)
    return _control(plan, parameter, text, unit.text if unit.dims else "", ends) | {
        "name": name,
        "in_force": in_force,
    }


def belief_controls(model: Model, search: str = "", order: Sequence[int] = ()) -> list[View]:
    """At most 40 numbers of a case, those of `order` first.

    Without a search only uncertain ones; a search looks for all its words in path, description and text, also in fixed ones.
    """
    plan, words = model.plan, search.casefold().split()
    chosen = range(len(plan.parameters)) if words else sorted(model.layout.varying)
    indices = [i for i in chosen if not plan.parameters[i].path.startswith(FIXED)]
    rank = {index: n for n, index in enumerate(order)}
    ordered = sorted(indices, key=lambda i: rank.get(i, len(rank)))
    return list(islice(filter(None, (_belief(plan, index, words) for index in ordered)), SHOWN))


def _belief(plan: Plan, index: int, words: Sequence[str]) -> View | None:
    """The control of a number; None where a word is missing, and for a fixed zero."""
    parameter = plan.parameters[index]
    text = formatting.capital(labels.parameter(plan, parameter.path))
    content = f"{parameter.path} {text} {parameter.doc}".casefold()
    span = number_range(plan, index) if all(word in content for word in words) else None
    if span is None or not span.low < span.high:
        return None
    numbers = (span.low, parameter.quantile(0.05), span.middle, parameter.quantile(0.95), span.high)
    unit = unit_of(plan, index)
    if parameter.doc and not NAMED.search(parameter.path):
        text = f"{text}: {parameter.doc}"
    return _control(plan, parameter, text, "" if unit == "1" else unit, [*map(span.in_written_unit, numbers)])


def _control(plan: Plan, parameter: Parameter, text: str, unit: str, numbers: Sequence[float]) -> View:
    """A number that a reader may move, in the unit in which it is written.

    numbers: low end, 5 % and median of the belief, 95 %, high end
    """
    low, low5, now, high95, high = numbers
    sources = parameter.belief.sources  # claims, keys of works, `history`, `assumption`
    return {
        "name": parameter.path,  # or that of the lever
        "text": text,
        "unit": unit,
        "low": low,
        "high": high,
        "now": now,
        "believed": (low5, high95),
        "target": parameter.path,
        "sources": sources,
        "claims": [source for source in sources if source in plan.ledger],
        "in_force": None,  # it acts as it is
    }


def option_effect(plan: Plan, target: int, unit: float) -> View | None:
    """What imposed options make of a parameter; None where they leave it alone.

    `factor` times it `plus` an amount, medians. All of it acts since the first date given. target: index of the
    parameter; unit: factor of the unit in which the number is shown
    """
    factor, plus, since, names = 1.0, 0.0, 0, dict[str, None]()
    effects = [
        (
            ORDER.index(effect.how),
            begin,
            plan.parameters[effect.value].quantile(0.5),
            f"{labels.actor(plan, choice.actor)}: “{labels.option(plan, choice.name, choice.options[option])}”",
        )
        for choice in plan.choices
        for option, begin in [_imposed(choice, plan.first_future_step)]
        if option >= 0
        for effect in choice.effects[option]
        if effect.target == target
    ]
    for how, begin, value, name in sorted(effects, key=lambda item: item[0]):
        factor, plus = [(0.0, value / unit), (factor * value, plus * value), (factor, plus + value / unit)][how]
        since, names[name] = max(since, begin), None
    if not names:
        return None
    return {
        "factor": factor,
        "plus": plus,
        "since": plan.scenario.calendar.label(since + 1),
        "options": list(names),
        "is_fixed": factor == 0 and since <= plan.first_future_step,  # the number itself changes nothing after as_of
    }


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
