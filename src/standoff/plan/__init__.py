"""Plan a simulation: resolve a scenario against a ledger and the registered components.

A `Plan` is plain data. It numbers the parameters (every uncertain number has one path, such as
`mechanisms.attrition.kill_rate.RUS`), so that the engine can treat them as one table. No JAX here: `standoff validate`
stops after this step. Each file plans one section of the language, on the draft that they share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from standoff import registry
from standoff.components import NUMBERS
from standoff.errors import ModelError, StandoffError
from standoff.ledger import Ledger
from standoff.ledger.vocabulary import unknown_sides
from standoff.plan import citations, from_history, static_checks
from standoff.plan.anchors import planned_anchors
from standoff.plan.builder import PlanBuilder
from standoff.plan.choices import check_rollouts, planned_choice, planned_types, set_once, stock_effects
from standoff.plan.components import plan_component
from standoff.plan.correlations import planned_correlations, planned_disturbances
from standoff.plan.interventions import planned_interventions
from standoff.plan.learned_scales import learn_scales
from standoff.plan.observations import planned_comparison, planned_observation
from standoff.plan.parameters import add_numbers, check_use, cut_away, initial, names_in
from standoff.plan.perceptions import planned_views
from standoff.plan.questions import planned_question
from standoff.plan.records import (
    Component,
    Effect,
    InterventionRecord,
    OptionRestrictions,
    Parameter,
    Perception,
    Plan,
    PlannedAnchor,
    PlannedChoice,
    PlannedComparison,
    PlannedDisturbance,
    PlannedObservation,
    PlannedQuestion,
    PlannedReason,
    PlannedTypes,
    Read,
)
from standoff.scenario import LoadedScenario, overrides

__all__ = [
    "Component",
    "Effect",
    "InterventionRecord",
    "OptionRestrictions",
    "Parameter",
    "Perception",
    "Plan",
    "PlannedAnchor",
    "PlannedChoice",
    "PlannedComparison",
    "PlannedDisturbance",
    "PlannedObservation",
    "PlannedQuestion",
    "PlannedReason",
    "PlannedTypes",
    "Read",
    "plan",
]


MECHANISMS = "standoff.mechanisms"


def plan(loaded: LoadedScenario, ledger: Ledger) -> Plan:
    """Resolve a scenario against a ledger; raises `ModelError` with every error and its line."""
    draft = PlanBuilder(loaded, ledger)
    scenario = draft.scenario
    # in this order: effects, correlations and levers name parameters of earlier sections
    starts = tuple(initial(draft, cell) for cell in draft.stocks)
    mechanisms = tuple(filter(None, [_mechanism(draft, name) for name in scenario.all_mechanisms]))
    choices = tuple(planned_choice(draft, name) for name in scenario.choices)
    set_once(draft, choices)
    check_rollouts(draft, choices)
    views = {actor: planned_views(draft, actor, choices) for actor in scenario.beliefs}
    observations = tuple(planned_observation(draft, cell) for cell in scenario.observations)
    compared = tuple(
        filter(None, [planned_comparison(draft, name) for name in scenario.fit.targets] if scenario.fit else [])
    )
    effects = stock_effects(draft)
    types = tuple(planned_types(draft, name, choices) for name in scenario.types)
    questions = tuple(filter(None, [planned_question(draft, name) for name in scenario.questions]))
    anchors = planned_anchors(draft, choices, questions)
    disturbances = planned_disturbances(draft, mechanisms, observations, starts)
    learn_scales(draft, disturbances, observations)
    correlations, joint = planned_correlations(draft, disturbances)
    for name in scenario.levers:
        _check_lever(draft, name)
    interventions = planned_interventions(draft)  # last: the other parameters keep their numbers
    citations.check(draft)
    static_checks.check_constants(draft, mechanisms)
    if draft.problems:
        raise ModelError(draft.problems)
    draft.warnings += [*citations.warnings(draft), *cut_away(draft.parameters)]
    if unknown := scenario.vocabulary.unknown(ledger):
        draft.warnings.append(unknown_sides(unknown))
    draft.warnings += static_checks.warnings(draft, starts, mechanisms, choices, questions)
    draft.warnings += from_history.warnings(draft, draft.parameters)
    return Plan(
        loaded=loaded,
        ledger=ledger,
        cells=tuple(draft.stocks),
        stock_units=draft.units,
        parameters=tuple(draft.parameters),
        initial=starts,
        mechanisms=mechanisms,
        choices=choices,
        views=views,
        observations=observations,
        questions=questions,
        correlations=correlations,
        first_future_step=draft.first_free,
        warnings=tuple(draft.warnings),
        index=draft.index,
        compared=compared,
        interventions=interventions,
        anchors=anchors,
        stock_effects=effects,
        types=types,
        disturbances=disturbances,
        disturbance_correlations=joint,
    )


def _mechanism(draft: PlanBuilder, name: str) -> Component | None:
    entry = draft.scenario.all_mechanisms[name]
    here = ("occasions" if name in draft.scenario.occasions else "mechanisms", name)
    use = entry.use or name
    fields = registry.module(MECHANISMS, use).Params.model_fields if use in registry.names(MECHANISMS) else {}
    shares = NUMBERS in fields  # its rate and its condition name the same numbers
    params, condition_names = entry.params, names_in(draft, entry.when)
    numbers: Mapping[str, int] = {}
    if shares and entry.numbers:
        params = {**params, NUMBERS: entry.numbers}
    elif not shares:
        numbers = add_numbers(draft, here, entry.numbers, entry.sources, f"the condition of {name}")
        check_use(draft, here, numbers, condition_names, "condition `when`")
    part = plan_component(draft, here, name, MECHANISMS, use, params, entry.sources, elsewhere=condition_names)
    if part is None:
        draft.broken[name] = fields
        if shares:
            return None
    elif shares:
        numbers = part.numbers
    when = draft.condition((*here, "when"), entry.when, entry.sources, numbers)
    if part is None:
        return None
    parameter_index = {**part.parameter_index, NUMBERS: numbers} if numbers else part.parameter_index
    return replace(part, when=when, parameter_index=parameter_index)


def _check_lever(draft: PlanBuilder, name: str) -> None:
    """Report a lever without effect, or with a range outside the bounds of its parameter."""
    lever = draft.scenario.levers[name]
    target = draft.find(lever.target)
    if target is None:
        draft.unknown_parameter(("levers", name, "target"), lever.target)
        return
    parameter = draft.parameters[target]
    example = f"low: 0 {parameter.belief.unit}".strip()
    try:
        low, high, lever_unit = overrides.ends(lever.model_dump(), draft.scenario.units)
        fits = lever_unit.same_kind(draft.unit(parameter.unit)) and low < high
    except (StandoffError, IndexError):
        fits = False
    if not fits:
        unit = parameter.belief.unit or parameter.unit
        kind = "" if unit == "1" else f" with a unit of the kind of {unit}"
        draft.report(
            ("levers", name),
            f"{lever.low} to {lever.high} is not a valid range of `{lever.target}`",
            f"two numbers{kind}, the lower first",
            f"write such as `{example}`",
        )
