"""Dependencies of components: stocks that they read, parameters that options change."""

from __future__ import annotations

from collections.abc import Iterator

from standoff import expression
from standoff.analysis.provenance import condition_stocks
from standoff.plan import Component, Plan, PlannedChoice, PlannedQuestion


def reason_stocks(choice: PlannedChoice) -> tuple[str, ...]:
    """Stocks that the reasons of a choice read."""
    return tuple(dict.fromkeys(cell for reason in choice.reasons for cell in reason.part.reads))


def inputs(item: Component | PlannedChoice) -> tuple[str, ...]:
    """Stocks that a process or a choice reads, those of its condition last."""
    reads = reason_stocks(item) if isinstance(item, PlannedChoice) else item.reads
    return (*reads, *condition_stocks(item))


def parameter(plan: Plan, target: int) -> str:
    """A parameter without its member: `aid.money` of `mechanisms.aid.money.USA`."""
    return ".".join(plan.parameters[target].path.split(".")[1:3])


def owners(plan: Plan, target: int) -> set[str]:
    """The processes of a parameter; several share it by `same_as`."""
    sharing = {part.name for part in plan.mechanisms if target in part.parameters}
    return {parameter(plan, target).partition(".")[0], *sharing}


def acted_upon(plan: Plan, choice: PlannedChoice) -> set[str]:
    """The processes whose parameters the options of a choice change."""
    return {name for effects in choice.effects for effect in effects for name in owners(plan, effect.target)}


def changed_parameters(plan: Plan) -> Iterator[tuple[str, int]]:
    """Parameters that options change, by name and index."""
    for choice in plan.choices:
        for effects in choice.effects:
            for effect in effects:
                yield parameter(plan, effect.target), effect.target


def choices_behind(plan: Plan, question: PlannedQuestion) -> tuple[int, ...]:
    """Choices on which an answer can depend, directly or through stocks and other choices."""
    _, deciders = _behind(plan, question)
    return tuple(c for c, choice in enumerate(plan.choices) if choice in deciders)


def parameters_behind(plan: Plan, question: PlannedQuestion) -> set[int]:
    """Parameters on which an answer can depend; they may be too many, never too few."""
    processes, deciders = _behind(plan, question)
    out = {number for part in processes for number in (*part.parameters, *plan.beliefs_of(part).values())}
    for choice in deciders:
        out.update((choice.rationality, choice.half_life), choice.numbers.values())
        out.update(number for item in choice.reasons for number in (item.weight, *item.part.parameters))
        out.update(effect.value for options in choice.effects for effect in options)
        out.update(number for path, number in plan.index.items() if path.startswith(f"beliefs.{choice.actor}."))
    return out | {effect.value for effect in plan.stock_effects if effect.target in out}


def _behind(plan: Plan, question: PlannedQuestion) -> tuple[list[Component], list[PlannedChoice]]:
    """Processes and choices on which an answer can depend."""
    stocks = {cell for node in question.expressions.values() for cell in expression.stock_names(node)}
    names, before = {choice.name for choice in plan.choices_of(question)}, (-1, -1)
    processes_of = {choice.name: acted_upon(plan, choice) for choice in plan.choices}
    while before != (len(stocks), len(names)):
        before = (len(stocks), len(names))
        processes = [part for part in plan.mechanisms if stocks & set(part.writes)]
        moved = {part.name for part in processes}
        names |= {name for name, changed in processes_of.items() if changed & moved}
        deciders = [choice for choice in plan.choices if choice.name in names]
        parts: list[Component | PlannedChoice] = [*processes, *deciders]
        stocks = stocks.union(*map(inputs, parts))
        stocks |= {effect.outcome for effect in plan.stock_effects if owners(plan, effect.target) & (moved | names)}
        for choice in deciders:
            names.update(choice.after, choice.condition_choices, *(reason.others for reason in choice.reasons))
    return processes, deciders
