"""Static checks: conditions always true or false, choices never made, too long steps.

Interval arithmetic over the expression: a stock lies between its floor and its cap; a stock that no process changes
lies within its belief at the start. A condition that this does not decide gives no warning, so that every warning is
right (the interval of an expression contains all its values: Moore's fundamental theorem).

`MAX_STEP_FRACTION` of a mechanism names fields of rates (1/month), and for each the share of a stock per step up to which
the text of the mechanism states the error. The medians of the rates are compared with it.

Sources: moore1966.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TypeAlias

from standoff import expression
from standoff.beliefs import Belief
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Component, PlannedChoice, PlannedQuestion
from standoff.scenario import calendar
from standoff.scenario.clock import clock_values

Span: TypeAlias = tuple[float, float]
ANY: Span = (-math.inf, math.inf)


def constant_truth(node: expression.Node, spans: Mapping[str, Span]) -> bool | None:
    """True or False if a condition is so for all stocks within `spans`; else None."""
    if isinstance(node, expression.Compare):
        return _compared(node.op, value_range(node.left, spans), value_range(node.right, spans))
    if isinstance(node, expression.Logic):
        result = [constant_truth(child, spans) for child in node.arguments]
        if node.op == "not":
            return None if result[0] is None else not result[0]
        strong = node.op == "or"  # one true settles an `or`, one false an `and`
        if strong in result:
            return strong
        return None if None in result else not strong
    if isinstance(node, expression.ClockTerm):
        low, high = spans.get(node.name, ANY)
        return bool(low) if low == high else None
    return None


def _compared(op: str, a: Span, b: Span) -> bool | None:
    if op in {">", ">="}:
        return _compared({">": "<", ">=": "<="}[op], b, a)
    if op == "<":
        return True if a[1] < b[0] else False if a[0] >= b[1] else None
    if op == "<=":
        return True if a[1] <= b[0] else False if a[0] > b[1] else None
    apart, same = a[1] < b[0] or b[1] < a[0], a == b and a[0] == a[1]
    equal = False if apart else True if same else None
    return equal if op == "==" or equal is None else not equal


def value_range(node: expression.Node, spans: Mapping[str, Span]) -> Span:
    """The least and the largest possible value of an expression."""
    if isinstance(node, expression.Number):
        return node.value, node.value
    if isinstance(node, expression.Name | expression.ParameterTerm | expression.ClockTerm):
        return spans.get(node.name, ANY)
    if isinstance(node, expression.ChoiceTerm):
        return 0.0, 1.0
    if not isinstance(node, expression.Call):
        return ANY
    parts = [value_range(child, spans) for child in node.arguments]
    a, b = parts[0], parts[-1]
    if node.function in {"+", "-"}:
        return (a[0] + b[0], a[1] + b[1]) if node.function == "+" else (a[0] - b[1], a[1] - b[0])
    if node.function == "neg":
        return -a[1], -a[0]
    if node.function in {"min", "max"}:
        choose = min if node.function == "min" else max
        return choose(a[0], b[0]), choose(a[1], b[1])
    if node.function == "abs":
        return (0.0 if a[0] <= 0 <= a[1] else min(map(abs, a))), max(map(abs, a))
    if node.function == "*":
        return _corners(a, b)
    if node.function == "/":
        return ANY if b[0] <= 0 <= b[1] else _corners(a, (1 / b[1], 1 / b[0]))
    if node.function == "sqrt":
        return ANY if a[0] < 0 else (math.sqrt(a[0]), math.sqrt(a[1]))
    if node.function == "log":
        return ANY if a[0] < 0 else (_log(a[0]), _log(a[1]))
    if node.function == "exp":
        return _exp(a[0]), _exp(a[1])
    return ANY  # a power


def _corners(a: Span, b: Span) -> Span:
    """Range of a product; zero times infinity is zero."""
    result = [0.0 if 0.0 in (x, y) else x * y for x, y in product(a, b)]
    return min(result), max(result)


def _log(x: float) -> float:
    return -math.inf if x == 0 else math.log(x)


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _support(belief: Belief) -> Span:
    """Support of a belief, in its written unit."""
    n = belief.numbers
    if belief.shape in {"point", "uniform", "triangular"}:
        return n[0], n[-1]
    if belief.shape == "lognormal" or (belief.shape == "range" and n[0] > 0):
        return 0.0, math.inf
    return (0.0, 1.0) if belief.shape == "beta" else ANY


def spans_of(draft: PlanBuilder, starts: tuple[int, ...], mechanisms: tuple[Component, ...]) -> dict[str, Span]:
    """Least and largest value of every stock, in canonical units."""
    moved = {cell for part in mechanisms for cell in part.writes} | set(draft.scenario.observations)
    out = {}
    for (cell, stock), start in zip(draft.stocks.items(), starts, strict=True):
        factor = draft.units[cell].factor
        low = -math.inf if stock.floor is None else stock.floor * factor
        high = math.inf if stock.cap is None else stock.cap * factor
        if cell not in moved:
            parameter = draft.parameters[start]
            first, last = (end * parameter.factor for end in _support(parameter.belief))
            low, high = min(max(low, first), high), max(min(high, last), low)
        out[cell] = (low, high)
    return out


def number_spans(
    draft: PlanBuilder, mechanisms: tuple[Component, ...], choices: tuple[PlannedChoice, ...]
) -> dict[str, Span]:
    """Least and largest value of each number of a condition, by path; any where it changes."""
    nodes = [part.when for part in mechanisms if part.when is not None]
    nodes += [node for choice in choices for node in choice.conditions]
    moved = {effect.target for choice in choices for effects in choice.effects for effect in effects}
    levers = draft.scenario.levers
    targets = [levers[path].target if path in levers else path for path in draft.scenario.interventions]
    moved |= {index for path in targets if (index := draft.find(path)) is not None}
    out = {}
    for path in (path for node in nodes for path in expression.parameter_paths(node)):
        parameter = draft.parameters[draft.index[path]]
        low, high = (end * parameter.factor for end in _support(parameter.belief))
        bounds = (
            -math.inf if parameter.low is None else parameter.low,
            math.inf if parameter.high is None else parameter.high,
        )
        out[path] = ANY if draft.index[path] in moved else (max(low, bounds[0]), min(high, bounds[1]))
    return out


def warnings(
    draft: PlanBuilder,
    starts: tuple[int, ...],
    mechanisms: tuple[Component, ...],
    choices: tuple[PlannedChoice, ...],
    questions: tuple[PlannedQuestion, ...],
) -> Iterator[str]:
    """Warnings for steps that are too long, and for impossible or certain events."""
    yield from _large_steps(draft, mechanisms)
    spans = spans_of(draft, starts, mechanisms) | number_spans(draft, mechanisms, choices)
    for part in mechanisms:
        yield from _settled(draft, f"mechanisms.{part.name}.when", part.when, spans, "it moves nothing")
    for choice in choices:
        here, status_quo = f"choices.{choice.name}", choice.options[choice.status_quo]
        yield from _settled(draft, f"{here}.when", choice.when, spans, f"the status quo `{status_quo}` stands")
        for option, when in zip(choice.options, choice.restrictions.when, strict=True) if choice.restrictions else ():
            never = "the option can never be chosen"
            yield from _settled(draft, f"{here}.options.{option}.when", when, spans, never)
        yield from _without_decision(draft, choice, here, status_quo)
    for question in questions:
        yield from _fixed_answers(draft, question, spans)


def _large_steps(draft: PlanBuilder, mechanisms: tuple[Component, ...]) -> Iterator[str]:
    """Warnings for rates above the `MAX_STEP_FRACTION` of its mechanism in one step."""
    for part in mechanisms:
        for field, most in getattr(part.module, "MAX_STEP_FRACTION", {}).items():
            where = part.parameter_index[field]
            for i in [where] if isinstance(where, int) else dict.fromkeys(where.values()):
                share = draft.parameters[i].quantile(0.5) * draft.calendar.dt
                if share > most:
                    yield (
                        f"{draft.parameters[i].path} removes {share:.0%} in one step, and a step of `{part.kind}` is "
                        f"accurate up to {most:.0%} (see `standoff show {part.kind}`): use a shorter `step`"
                    )


def _settled(
    draft: PlanBuilder, where: str, when: expression.Node | None, spans: dict[str, Span], never: str
) -> Iterator[str]:
    """Warnings for a condition that the bounds of stocks settle, wholly or in part."""
    holds = None if when is None else constant_truth(when, spans | _clock_spans(draft, when))
    if holds is None:
        yield from _beyond_reach(draft, where, when, spans)
    else:
        yield f"{where} {_holds(holds)}: {'the condition has no effect' if holds else never}"


def _without_decision(draft: PlanBuilder, choice: PlannedChoice, here: str, status_quo: str) -> Iterator[str]:
    """Warnings for a history that begins late, and for a choice that is never made."""
    scenario, history = draft.scenario, draft.scenario.choices[choice.name].history
    first = draft.calendar.index(calendar.last_day(history[0].since)) - 1 if history else draft.first_free
    if min(first, draft.first_free) > 0:
        until = history[0].since if first < draft.first_free else scenario.as_of
        unused = "; entries after as_of are not used" if history and first >= draft.first_free else ""
        yield f"{here}.history has no option from {scenario.start} to {until}: the status quo `{status_quo}`{unused}"
    if draft.first_free < draft.calendar.steps and not any(choice.is_date):
        yield (
            f"{here} is never made: no date of `every: {scenario.choices[choice.name].every}` lies "
            f"between {scenario.as_of} and {scenario.end}"
        )


def _fixed_answers(draft: PlanBuilder, query: PlannedQuestion, spans: dict[str, Span]) -> Iterator[str]:
    question, where = query.question, f"questions.{query.id}"
    if question.by is not None and query.since > query.state:
        since = f"since {question.since}" if question.since else f"as_of {draft.scenario.as_of}"
        yield f"{where}: no step lies between {since} and `by` {question.by}: the answer is always never"
        return
    for key, node in query.expressions.items():
        holds = constant_truth(node, spans | _clock_spans(draft, node, query.since, query.state))
        if holds is not None:
            yield f"{where}.{question.kind}{f'.{key}' if key else ''} {_holds(holds)}: the answer is fixed"


def _beyond_reach(
    draft: PlanBuilder, where: str, node: expression.Node | None, spans: Mapping[str, Span]
) -> Iterator[str]:
    """Warnings for numbers whose central 90 % leave the floor or the cap of their stock."""
    if isinstance(node, expression.Logic):
        for child in node.arguments:
            yield from _beyond_reach(draft, where, child, spans)
    if not isinstance(node, expression.Compare):
        return
    for stock, number in ((node.left, node.right), (node.right, node.left)):
        if not (isinstance(stock, expression.Name) and isinstance(number, expression.ParameterTerm)):
            continue
        if spans[number.name] == ANY:
            continue  # something changes it
        parameter, declared = draft.parameters[draft.index[number.name]], draft.stocks[stock.name]
        factor = draft.units[stock.name].factor
        if declared.cap is not None and parameter.quantile(0.95) > declared.cap * factor:
            side = "above the cap"
        elif declared.floor is not None and parameter.quantile(0.05) < declared.floor * factor:
            side = "below the floor"
        else:
            continue
        yield f"{where}: part of the range of {number.name} ({parameter.text}) lies {side} of `{stock.name}`, never reached"


def _clock_spans(draft: PlanBuilder, node: expression.Node, first: int = 1, last: int | None = None) -> dict[str, Span]:
    """Least and largest value of the clock terms of a condition at states `first` to `last`."""
    states = range(first, (draft.calendar.steps if last is None else last) + 1)
    values = {
        term.name: clock_values(term, draft.calendar, draft.scenario.events, states)
        for term in expression.clock_terms(node)
    }
    return {name: (float(min(entries)), float(max(entries))) for name, entries in values.items() if entries}


def _holds(holds: bool) -> str:
    return (
        "is always true within the bounds of the stocks" if holds else "is never true within the bounds of the stocks"
    )
