"""Relations between actors: a matrix, and a small chart of each partnership over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standoff.engine.run import Run
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.document import Picture
from standoff.scenario import Scenario

TIES = ("alignment", "partnership_level")  #: stocks that measure partnerships
STEPPED = ("partnership_level",)  #: those that are whole numbers
WIDTH, HEIGHT = 250, 120
WIDEST = 10  # assumption: a wider matrix is not read
KINDS = 5  # assumption: a sentence holds no more


@dataclass(frozen=True)
class Matrix:
    """Relations in force at `as_of` as a matrix, and actors listed beside it."""

    actors: tuple[str, ...]
    cells: Mapping[tuple[str, str], tuple[int, ...]]  #: places in the scenario's relations; empty for none
    finding: str
    beside: tuple[
        tuple[str, str, tuple[int, ...]], ...
    ] = ()  #: the other actor, one without a row, and their relations


def matrix(scenario: Scenario) -> Matrix | None:
    """Build the matrix of relations; None if no relation is in force.

    Where more actors than `WIDEST` are related, those with relations to one other only are listed beside the matrix.
    """
    day = scenario.as_of_day.isoformat()
    pairs: dict[frozenset[str], list[int]] = {}
    for i, relation in enumerate(scenario.relations):
        if not relation.since or str(relation.since) <= day:
            pairs.setdefault(frozenset(relation.between), []).append(i)
    if not pairs:
        return None
    order = list(scenario.actors).index
    related = {code: of for code in scenario.actors if (of := [pair for pair in pairs if code in pair])}
    rows = [code for code, of in related.items() if len(related) <= WIDEST or len(of) > 1]
    cells = {(a, b): tuple(pairs.get(frozenset((a, b)), ())) if a != b else () for a in rows for b in rows}
    beside = [
        (other, code, tuple(pairs[pair]))
        for code, of in related.items()
        if code not in rows
        for pair in of
        for other in pair - {code}
        if other in rows or order(other) < order(code)
    ]
    beside.sort(key=lambda row: order(row[0]))
    return Matrix(tuple(rows), cells, _counts(scenario, pairs.values(), related), tuple(beside))


def _counts(scenario: Scenario, pairs: Iterable[Sequence[int]], related: Mapping[str, Sequence[frozenset[str]]]) -> str:
    """Relations by kind, and the actor that has most, in words."""
    kinds = Counter(scenario.relations[i].kind for places in pairs for i in places)
    counts = [f"{count} of {formatting.humanise(kind)}" for kind, count in kinds.most_common()]
    text = ", ".join(counts[:KINDS])
    if len(counts) > KINDS:
        text += f" and {formatting.counted(len(counts) - KINDS, 'other kind')}"
    most = max(related, key=lambda code: len(related[code]))
    return (
        f"{formatting.counted(kinds.total(), 'relation')} between {len(related)} actors: {text}. "
        f"{scenario.actors[most].name} has relations to the most actors, {len(related[most])}."
    )


def partnerships(run: Run) -> dict[str, list[Picture]]:
    """Small pictures of partnerships, by stock, on one scale per stock."""
    plan, out = run.model.plan, dict[str, list[Picture]]()
    observed = {item.cell: stocks.points(plan, item) for item in plan.observations}
    for name in TIES:
        stock = run.model.scenario.stocks.get(name)
        if stock is not None and run.valid_paths.any():
            cells = [f"{name}.{holder}" for holder in stock.holders] or [name]
            is_whole = name in STEPPED
            unit = "" if is_whole else run.display_unit(cells[0])[1]
            top = max(float(np.abs(run.quantile_fan(cell)).max()) for cell in cells)
            form = formatting.number_format([top], 1.0 if is_whole else None, unit)
            out[name] = [_partnership(run, cell, form, observed.get(cell, []), top) for cell in cells]
    return out


def _partnership(
    run: Run, cell: str, form: formatting.NumberFormat, points: list[stocks.ChartPoint], top: float
) -> Picture:
    start, quantiles = run.model.plan.first_future_step, run.quantile_fan(cell)
    stock, _, holder = cell.partition(".")
    actor = run.model.scenario.actors.get(holder)
    title, head = (
        actor.name if actor else formatting.capital(formatting.humanise(holder or stock)),
        formatting.humanise(stock),
    )
    low, _, after, _, high = quantiles[:, -1].tolist()
    ends = f"{form.full(float(quantiles[2, start]))} at {run.times[start]}, {form.full(after)} at {run.times[-1]}"
    finding = f"{ends} (90 %: {form.between(low, high)})."
    return Picture(
        vegalite.file_name(f"stock-{cell}"),
        f"{formatting.capital(head)}: {title}",
        stocks.fan(run, cell, points, form, f"{title}, {head}: {finding}", (WIDTH, HEIGHT), (0.0, top / form.scale)),
        finding,
        stocks.legend(run, cell),
        f"stock-{cell}",
    )
