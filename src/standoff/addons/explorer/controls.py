"""Controls: levers, which act from as_of on, and beliefs, which act in history too.

The effect of a control is the correlation of its number with the main answer over the futures of the case as it stands: a
sign and an order, and no more. Where an option is imposed on an actor, by a variant or a person, what acts is not the number
of a lever but what the option makes of it: a multiple of it, and an amount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from standoff.analysis.answer import question_sample
from standoff.analysis.paired import outcome_values
from standoff.analysis.parameter_range import number_range, unit_of
from standoff.analysis.sensitivity.screening import correlations
from standoff.engine.model import Model
from standoff.engine.run import Outcomes
from standoff.plan import Parameter, Plan, PlannedChoice, labels
from standoff.report import formatting
from standoff.scenario import overrides

SHOWN = 40  # beliefs of a list; assumption: a reader scrolls through no more, a search gives the others
NAMED = re.compile(
    r"^stocks\.|\.(numbers|effects)\.|\.(weight|rationality|half_life)$"
)  #: the label says all about these
FIXED = ("questions.", "interventions.")  #: numbers that no future reads, or that replace others
ORDER = ("set", "times", "plus")  #: in which the engine applies effects


@dataclass(frozen=True, kw_only=True)
class OptionEffect:
    """What acts in place of a number: `factor` times the number, plus an amount."""

    factor: float  #: median
    plus: float  #: median, in the unit of the number
    since: str  #: label of the first date on which all of it acts
    options: tuple[str, ...]  #: the options in words, with their actors
    is_fixed: bool  #: the number itself changes nothing after as_of


@dataclass(frozen=True, kw_only=True)
class Control:
    """A number that a reader may move, in the unit in which it is written."""

    name: str  #: of the lever, or the path of the number
    text: str
    unit: str
    low: float
    high: float
    now: float  #: median of the belief
    believed: tuple[float, float]  #: its 5 and 95 %
    target: str  #: path of the number
    sources: tuple[str, ...]  #: claims, keys of works, `history`, `assumption`
    claims: tuple[str, ...]  #: those of its sources that are claims
    effect: float | None  #: signed correlation with the main answer; None where it is fixed or not known yet
    in_force: OptionEffect | None = None  #: what imposed options make of it; None where it acts as it is


def control_effects(run: Outcomes) -> Mapping[str, float]:
    """Correlation of every uncertain number with the main answer, by path."""
    plan = run.model.plan
    if not plan.questions or not run.model.layout.varying:
        return {}
    query = plan.question(plan.main_question)
    label = str(query.form.answer(question_sample(run, query)).value) if query.form.HAS_LABELS else ""
    values = outcome_values(run, query, label)[run.valid]
    sizes = correlations(run, run.valid, values).tolist()
    return {plan.parameters[i].path: size for i, size in zip(run.model.layout.varying, sizes, strict=True)}


def lever_controls(model: Model, effects: Mapping[str, float] | None = None) -> tuple[Control, ...]:
    """The levers of a case, in the order of the file."""
    return tuple(_lever(model.plan, name, effects or {}) for name in model.scenario.levers)


def _lever(plan: Plan, name: str, effects: Mapping[str, float]) -> Control:
    lever = plan.scenario.levers[name]
    low, high, unit = overrides.ends(lever.model_dump(), plan.scenario.units)
    target = plan.number(lever.target)
    parameter = plan.parameters[plan.in_force(target)]
    low5, now, high95 = (parameter.quantile(p) / unit.factor for p in (0.05, 0.5, 0.95))
    return Control(
        name=name,
        text=lever.text or formatting.humanise(name),
        unit=unit.text if unit.dims else "",
        low=low,
        high=high,
        now=now,
        believed=(low5, high95),
        target=parameter.path,
        sources=tuple(parameter.belief.sources),
        claims=_claims(plan, parameter),
        effect=effects.get(parameter.path),
        in_force=option_effect(plan, target, unit.factor),
    )


def belief_controls(model: Model, effects: Mapping[str, float] | None = None, search: str = "") -> tuple[Control, ...]:
    """At most 40 numbers of a case, those that go with the main answer most first.

    Without a search only uncertain ones; a search looks for all its words in path, description and text, also in fixed ones.
    """
    plan, sizes, words = model.plan, effects or {}, search.casefold().split()
    chosen = range(len(plan.parameters)) if words else sorted(model.layout.varying)
    paths = [(plan.parameters[i].path, i) for i in chosen if not plan.parameters[i].path.startswith(FIXED)]
    out: list[Control] = []
    for path, index in sorted(paths, key=lambda pair: -abs(sizes.get(pair[0], 0.0))):
        text = formatting.capital(labels.parameter(plan, path))
        content = f"{path} {text} {plan.parameters[index].doc}".casefold()
        control = _belief(plan, index, text, sizes) if all(word in content for word in words) else None
        out += [control] if control is not None else []
        if len(out) == SHOWN:
            break
    return tuple(out)


def _belief(plan: Plan, index: int, text: str, effects: Mapping[str, float]) -> Control | None:
    """The control of a number; None for a fixed zero, which has no scale."""
    span, parameter = number_range(plan, index), plan.parameters[index]
    if span is None or not span.low < span.high:
        return None
    low5, high95 = (span.in_written_unit(parameter.quantile(p)) for p in (0.05, 0.95))
    unit = unit_of(plan, index)
    has_more = bool(parameter.doc) and not NAMED.search(parameter.path)
    return Control(
        name=parameter.path,
        text=f"{text}: {parameter.doc}" if has_more else text,
        unit="" if unit == "1" else unit,
        low=span.in_written_unit(span.low),
        high=span.in_written_unit(span.high),
        now=span.in_written_unit(span.middle),
        believed=(low5, high95),
        target=parameter.path,
        sources=tuple(parameter.belief.sources),
        claims=_claims(plan, parameter),
        effect=effects.get(parameter.path),
    )


def _claims(plan: Plan, parameter: Parameter) -> tuple[str, ...]:
    return tuple(source for source in parameter.belief.sources if source in plan.ledger)


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
