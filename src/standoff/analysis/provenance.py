"""Provenance of an answer: the claims behind it, by role; kinds of source of numbers.

question     cited by the question
fitted       claims to which parameters behind the answer were fitted, largest influence first
observed     imposed on its stocks up to as_of
parameters   cited by parameters behind the answer: initial stocks, parameters of the mechanisms that change these
             stocks (with the effects of options), weights, rationality, numbers of conditions and beliefs of the choices that
             it names
reasons      cited by reasons of these choices
indirect     the same for everything that these mechanisms and reasons depend on, back to the last stock and choice

A parameter counts under one kind of source, the first of `SOURCE_KINDS` that it cites: a fit to claims, a claim, a cited
work, decisions of states in the past (`history`), else the assumption of the author.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from standoff import expression, labels
from standoff.belief_update import BeliefUpdate
from standoff.plan import Component, Parameter, Perception, Plan, PlannedChoice, PlannedQuestion
from standoff.plan.builder import ASSUMPTION, HISTORY
from standoff.record import record

SOURCE_KINDS = ("fitted", "claims", "works", HISTORY, ASSUMPTION)


@record
class FittedNumber:
    """A fitted parameter, its targets, and the claims that informed it."""

    path: str
    label: str  #: its name in words
    belief: str
    fit: BeliefUpdate  #: empty where the targets do not identify the parameter, which then depends on its prior
    sources: tuple[str, ...]  #: sources of its prior


@record
class AssumedNumber:
    """An uncertain parameter that rests on assumption alone."""

    path: str
    label: str  #: its name in words
    belief: str


@dataclass
class _Step:
    """Claims at one step of the search, and the stocks and choices to visit next."""

    observed: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)  #: parameters
    reasons: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)


def source_kind(plan: Plan, parameter: Parameter) -> str:
    """What a parameter rests on, one of `SOURCE_KINDS`."""
    sources = parameter.belief.sources
    if parameter.belief.fitted_to:
        return "fitted"
    if any(source in plan.ledger for source in sources):
        return "claims"
    if any(source in plan.scenario.sources for source in sources):
        return "works"
    return HISTORY if HISTORY in sources else ASSUMPTION


def source_counts(plan: Plan, parameters: Iterable[int] | None = None) -> dict[str, int]:
    """Number of parameters (by default all) on each of `SOURCE_KINDS`."""
    chosen = plan.parameters if parameters is None else [plan.parameters[index] for index in parameters]
    counts = Counter(source_kind(plan, parameter) for parameter in chosen)
    return {name: counts[name] for name in SOURCE_KINDS}


def claims_behind(plan: Plan, question: PlannedQuestion) -> dict[str, tuple[str, ...]]:
    """The claims behind a question, each under its first role; empty roles are omitted."""

    def by_role(step: _Step) -> dict[str, Iterable[str]]:
        return {
            "fitted": influence(plan, step.numbers),
            "observed": step.observed,
            "parameters": [source for index in step.numbers for source in plan.parameters[index].belief.sources],
            "reasons": step.reasons,
        }

    direct, *indirect = _steps(plan, question)
    rest = [claim for step in indirect for claims in by_role(step).values() for claim in claims]
    cited = {"question": question.question.claims, **by_role(direct), "indirect": rest}
    out, known = dict[str, tuple[str, ...]](), set[str]()
    for kind, sources in cited.items():
        claims = tuple(claim for claim in dict.fromkeys(sources) if claim in plan.ledger and claim not in known)
        known.update(claims)
        out |= {kind: claims} if claims else {}
    return out


def assumptions_behind(plan: Plan, question: PlannedQuestion) -> tuple[str, ...]:
    """Paths of parameters behind a question that cite no claim, the nearest first."""
    indices = dict.fromkeys(index for step in _steps(plan, question) for index in step.numbers)
    parameters = (plan.parameters[index] for index in indices)
    return tuple(item.path for item in parameters if source_kind(plan, item) not in ("fitted", "claims"))


def _steps(plan: Plan, question: PlannedQuestion) -> Iterator[_Step]:
    """Inputs of a question, then theirs, back to the last stock and choice."""
    step, seen = _direct(plan, question)
    yield step
    while fresh := {*step.cells, *step.choices} - seen:
        step = _behind(plan, fresh & {*step.cells}, fresh & {*step.choices})
        seen |= fresh
        yield step


def influences(plan: Plan, question: PlannedQuestion) -> dict[str, float]:
    """Claims to which parameters directly behind a question were fitted, with largest influence."""
    return influence(plan, _direct(plan, question)[0].numbers)


def influence(plan: Plan, numbers: Iterable[int]) -> dict[str, float]:
    """Claims to which some parameters were fitted, each with its largest influence, sorted."""
    out: dict[str, float] = {}
    for index in numbers:
        fit = plan.parameters[index].belief.fit
        for claim, size in fit.claims.items() if fit else ():
            out[claim] = max(size, out.get(claim, 0.0))
    return dict(sorted(out.items(), key=lambda pair: -pair[1]))


def fitted(plan: Plan) -> tuple[FittedNumber, ...]:
    """The fitted parameters, sorted by their change."""
    out = [
        FittedNumber(
            path=item.path,
            label=labels.parameter(plan, item.path),
            belief=str(item.belief).partition(" @")[0],
            fit=fit,
            sources=item.belief.sources,
        )
        for item in plan.parameters
        if (fit := item.belief.fit)
    ]
    return tuple(sorted(out, key=lambda item: (not item.fit.evidence, -abs(item.fit.shift))))


def assumed(plan: Plan) -> tuple[AssumedNumber, ...]:
    """The uncertain parameters that rest on assumption alone, the widest first.

    Width is that of the central 90 %, relative to its larger end and then as it is.
    """

    def width(parameter: Parameter) -> tuple[float, float]:
        low, high = parameter.belief.quantile(0.05), parameter.belief.quantile(0.95)
        return -round((high - low) / max(abs(low), abs(high), 1e-300), 9), low - high

    uncertain = [
        item for item in plan.parameters if item.belief.shape != "point" and source_kind(plan, item) == ASSUMPTION
    ]
    return tuple(
        AssumedNumber(path=item.path, label=labels.parameter(plan, item.path), belief=item.text)
        for item in sorted(uncertain, key=width)
    )


def _direct(plan: Plan, question: PlannedQuestion) -> tuple[_Step, set[str]]:
    """Inputs of a question, and the stocks and choices that it names."""
    asks = question.reason
    cells = [cell for node in question.expressions.values() for cell in expression.stock_names(node)]
    choices = [result.choice for node in question.expressions.values() for result in expression.choice_terms(node)]
    step = _behind(plan, cells, [asks[0]] if asks else choices, asks[1] if asks else None)
    return step, {*cells, *choices, *(asks[:1] if asks else ())}


def _behind(plan: Plan, cells: Iterable[str], choices: Iterable[str], only: str | None = None) -> _Step:
    """Inputs of stocks and choices; `only` names the one reason of a reason question."""
    out, cells, names = _Step(), set(cells), set(choices)
    observed = {item.cell: item for item in plan.observations}
    for cell, initial in zip(plan.cells, plan.initial, strict=True):
        if cell in cells:
            out.numbers.append(initial)
            if cell in observed:
                out.observed += observed[cell].claims
                out.numbers.append(observed[cell].scale)
    moved: set[int] = set()
    for part in (part for part in plan.mechanisms if cells & set(part.writes)):
        moved.update(part.parameters)
        out.cells += (*part.reads, *condition_stocks(part))
    out.numbers += sorted(moved)
    for choice in plan.choices:
        acting = [effect.value for effects in choice.effects for effect in effects if effect.target in moved]
        out.numbers += acting
        out.choices += [choice.name] if acting else []
    for choice in (choice for choice in plan.choices if choice.name in names):
        _decision(out, plan, choice, only)
    out.numbers += [item.value for item in plan.interventions if item.target in out.numbers]
    return out


def _decision(out: _Step, plan: Plan, choice: PlannedChoice, only: str | None) -> None:
    """Add the inputs of a choice, or of one of its reasons."""
    out.numbers += [choice.rationality, choice.half_life, *choice.numbers.values()] if only is None else []
    out.cells += condition_stocks(choice)
    view = plan.view(choice.actor, choice.actor) if choice.actor in plan.views else Perception()
    for reason in (reason for reason in choice.reasons if only in (None, reason.name)):
        out.reasons += reason.claims
        out.numbers += [reason.weight, *reason.part.parameters]
        out.numbers += [view.stocks[cell] for cell in reason.part.reads if cell in view.stocks]
        out.cells += reason.part.reads
        out.choices += reason.others


def condition_stocks(item: Component | PlannedChoice) -> tuple[str, ...]:
    """Stocks in the `when` condition of a process or a choice."""
    return () if item.when is None else expression.stock_names(item.when)


def _cited(plan: Plan, numbers: Iterable[int]) -> list[str]:
    return [source for index in numbers for source in plan.parameters[index].belief.sources]
