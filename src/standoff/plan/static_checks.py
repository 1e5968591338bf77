"""Static checks: conditions that are settled, choices never made, long steps, constants.

Interval arithmetic over the expression: a stock lies between its floor and its cap; a stock that no process changes
lies within its belief at the start. A condition that this does not decide gives no warning, so that every warning is
right (the interval of an expression contains all its values: Moore's fundamental theorem).

`MAX_STEP_FRACTION` of a mechanism names fields of rates (1/month), and for each the share of a stock per step up to which
the text of the mechanism states the error. The medians of the rates are compared with it.

Sources: moore1966.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from standoff import expression
from standoff.beliefs import Belief
from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Component, Parameter, PlannedChoice, PlannedQuestion
from standoff.scenario import calendar
from standoff.scenario.clock import clock_values

Span: TypeAlias = tuple[float, float]
ANY: Span = (-math.inf, math.inf)


def constant_truth(node: expression.Node, spans: Mapping[str, Span]) -> bool | None:
    """True or False if a condition is so for all stocks within `spans`; else None."""
    if isinstance(node, expression.Compare):
        return _compared(node.op, value_range(node.left, spans), value_range(node.right, spans))
    if isinstance(node, expression.Logic):
        truths = [constant_truth(child, spans) for child in node.arguments]
        if node.op == "not":
            return None if truths[0] is None else not truths[0]
        strong = node.op == "or"  # one true settles an `or`, one false an `and`
        if strong in truths:
            return strong
        return None if None in truths else not strong
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
    if a[1] < b[0] or b[1] < a[0]:
        return op == "!="
    return op == "==" if a == b and a[0] == a[1] else None


def value_range(node: expression.Node, spans: Mapping[str, Span]) -> Span:
    """The least and the largest possible value of an expression."""
    if isinstance(node, expression.Number):
        return node.value, node.value
    if isinstance(node, expression.Name | expression.ParameterTerm | expression.ClockTerm):
        return spans.get(node.name, ANY)
    if isinstance(node, expression.ChoiceTerm):
        return 0.0, 1.0
    parts = [value_range(child, spans) for child in expression.children(node)]
    function = node.function if isinstance(node, expression.Call) else ""
    if function == "/" and not parts[1][0] <= 0 <= parts[1][1]:
        function, parts = "*", [parts[0], (1 / parts[1][1], 1 / parts[1][0])]
    if function == "abs" and parts[0][0] <= 0 <= parts[0][1]:
        return 0.0, max(map(abs, parts[0]))
    if function not in MONOTONE or (function in {"sqrt", "log"} and parts[0][0] < 0):
        return ANY  # a condition, a power, or a value that is not defined everywhere
    ends = [MONOTONE[function](*corner) for corner in product(*parts)]
    ends = [end for end in ends if not math.isnan(end)]  # infinite less infinite
    return min(ends, default=-math.inf), max(ends, default=math.inf)


def _limited(function: Callable[[float], float], limit: float) -> Callable[[float], float]:
    """The function with its limit at the end of its domain (log 0) or of the numbers (exp 1000)."""

    def value(x: float) -> float:
        try:
            return function(x)
        except (ValueError, OverflowError):
            return limit

    return value


MONOTONE: Mapping[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "neg": operator.neg,
    "min": min,
    "max": max,
    "abs": abs,
    "*": lambda x, y: x * y if x and y else 0.0,  # zero times infinity is zero
    "sqrt": math.sqrt,
    "log": _limited(math.log, -math.inf),
    "exp": _limited(math.exp, math.inf),
}  #: functions that are monotone in each argument: their ends are at corners of the arguments


def _support(belief: Belief) -> Span:
    """Support of a belief, in its written unit."""
    n = belief.numbers
    if belief.shape in {"point", "uniform", "triangular"}:
        return n[0], n[-1]
    if belief.shape == "lognormal" or (belief.shape == "range" and n[0] > 0):
        return 0.0, math.inf
    return (0.0, 1.0) if belief.shape == "beta" else ANY


def _limits(low: float | None, high: float | None, factor: float = 1.0) -> Span:
    """Bounds in canonical units, infinite where there are none."""
    return -math.inf if low is None else low * factor, math.inf if high is None else high * factor


def _clamped(parameter: Parameter, low: float, high: float) -> Span:
    """Least and largest value of a number that nothing changes, between two bounds."""
    first, last = (end * parameter.factor for end in _support(parameter.belief))
    low = min(max(low, first), high)
    return low, max(min(high, last), low)


def spans_of(draft: PlanBuilder, starts: Sequence[int], mechanisms: Sequence[Component]) -> dict[str, Span]:
    """Least and largest value of every stock, in canonical units."""
    moved = {cell for part in mechanisms for cell in part.writes} | set(draft.scenario.observations)
    moved |= {cell for cell in draft.stocks if cell.partition(".")[0] in draft.scenario.types}
    out = {}
    for (cell, stock), start in zip(draft.stocks.items(), starts, strict=True):
        limits = _limits(stock.floor, stock.cap, draft.units[cell].factor)
        out[cell] = limits if cell in moved else _clamped(draft.parameters[start], *limits)
    return out


def number_spans(
    draft: PlanBuilder, mechanisms: Sequence[Component], choices: Sequence[PlannedChoice]
) -> dict[str, Span]:
    """Least and largest value of each number of a condition, by path; any where it changes."""
    nodes = [part.when for part in mechanisms if part.when is not None]
    nodes += [node for choice in choices for node in choice.conditions]
    moved: set[int | None] = {*draft.changed}
    levers = draft.scenario.levers
    moved |= {draft.find(levers[path].target if path in levers else path) for path in draft.scenario.interventions}
    out = {}
    for path in (path for node in nodes for path in expression.parameter_paths(node)):
        index = draft.index[path]
        parameter = draft.parameters[index]
        out[path] = ANY if index in moved else _clamped(parameter, *_limits(parameter.low, parameter.high))
    return out


def warnings(
    draft: PlanBuilder,
    starts: Sequence[int],
    mechanisms: Sequence[Component],
    choices: Sequence[PlannedChoice],
    questions: Sequence[PlannedQuestion],
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
    yield from _never_changed(draft, mechanisms, choices, questions)


def _large_steps(draft: PlanBuilder, mechanisms: Sequence[Component]) -> Iterator[str]:
    """Warnings for rates above the `MAX_STEP_FRACTION` of its mechanism in one step."""
    for part in mechanisms:
        for field, most in getattr(part.module, "MAX_STEP_FRACTION", {}).items():
            indices = part.parameter_index[field]
            for i in [indices] if isinstance(indices, int) else dict.fromkeys(indices.values()):
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
    return f"is {'always' if holds else 'never'} true within the bounds of the stocks"


# ---- stocks that nothing changes -------------------------------------------------------------------------------------


def check_constants(draft: PlanBuilder, mechanisms: Sequence[Component]) -> None:
    """Report a `constant` stock that a mechanism or an observation changes, and unknown holders."""
    writers = _writers(draft, mechanisms)
    for name, stock in draft.scenario.stocks.items():
        here = ("stocks", name, "constant")
        for holder in () if isinstance(stock.constant, bool) else stock.constant:
            draft.is_known(here, holder, stock.holders, "holder")
        for cell in stock.constants(name):
            if cell in writers:
                draft.report(
                    here,
                    f"`{cell}` is declared constant, but {join_limited(writers[cell])} changes it",
                    "a stock, or holders, that nothing changes",
                    "remove `constant`, or the other entry",
                )


def _never_changed(
    draft: PlanBuilder,
    mechanisms: Sequence[Component],
    choices: Sequence[PlannedChoice],
    questions: Sequence[PlannedQuestion],
) -> Iterator[str]:
    """One warning for each stock that is read, never changed, and not declared constant."""
    writers = _writers(draft, mechanisms)
    readers: dict[str, list[str]] = defaultdict(list)  # stock -> entries that read it

    def read(reader: str, cells: Iterable[str], *nodes: expression.Node | None) -> None:
        for cell in dict.fromkeys((*cells, *(name for node in nodes if node for name in expression.stock_names(node)))):
            readers[cell].append(reader)

    for part in mechanisms:
        read(f"mechanisms.{part.name}", part.reads, part.when)
    for choice in choices:
        read(f"choices.{choice.name}.when", (), choice.when)
        for reason in choice.reasons:
            read(f"choices.{choice.name}.reasons.{reason.name}", reason.part.reads)
    for question in questions:
        read(f"questions.{question.id}", (), *question.expressions.values())
    for name, stock in draft.scenario.stocks.items():
        still = [
            cell for cell in stock.cells(name) if cell in readers.keys() - writers.keys() - {*stock.constants(name)}
        ]
        if still:
            by = dict.fromkeys(reader for cell in still for reader in readers[cell])
            verb = "reads" if len(by) == 1 else "read"
            yield (
                f"nothing changes {join_limited(still, 3)}, which {join_limited(by, 3)} {verb}: it keeps its initial value "
                f"(`constant: true` in stocks.{name} if this is intended)"
            )


def _writers(draft: PlanBuilder, mechanisms: Sequence[Component]) -> dict[str, list[str]]:
    """Stock -> mechanisms that write it, and the observation that imposes it."""
    out: dict[str, list[str]] = defaultdict(list)
    for part in mechanisms:
        for cell in part.writes:
            out[cell].append(f"mechanisms.{part.name}")
    for cell in draft.scenario.observations:
        out[cell].append(f"observations.{cell}")
    return out
