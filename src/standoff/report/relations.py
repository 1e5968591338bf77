"""Who stands how to whom: a matrix of relations, and the ladder that ties climb, one small chart for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from standoff.report import figures, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standoff.engine.run import Run
    from standoff.scenario import Scenario

TIES = ("alignment", "partnership_level")  #: stocks that say how close a partner stands
STEPPED = ("partnership_level",)  #: those that are whole numbers
WIDTH, HEIGHT = 250, 120


@dataclass(frozen=True)
class Matrix:
    """Relations between actors that have any: one row and one column for each."""

    actors: tuple[str, ...]
    cells: Mapping[tuple[str, str], tuple[int, ...]]  #: places in the scenario's relations; empty for none
    finding: str


@dataclass(frozen=True)
class Rung:
    """The ladder of one tie over time."""

    title: str
    svg: Markup
    finding: str
    cell: str
    later: tuple[str, ...]  #: claims that are drawn and not used


def matrix(scenario: Scenario) -> Matrix | None:
    """The matrix, or nothing where the scenario has no relations."""
    if not scenario.relations:
        return None
    named = {code for relation in scenario.relations for code in relation.between}
    actors = tuple(code for code in scenario.actors if code in named)
    cells = {
        (a, b): tuple(i for i, relation in enumerate(scenario.relations) if set(relation.between) == {a, b})
        for a in actors
        for b in actors
    }
    kinds: dict[str, int] = {}
    for relation in scenario.relations:
        kinds[relation.kind] = kinds.get(relation.kind, 0) + 1
    ties = {code: sum(bool(cells[code, other]) for other in actors) for code in actors}
    most = max(ties, key=lambda code: ties[code])
    counts = ", ".join(
        f"{count} of {words.plainly(kind)}" for kind, count in sorted(kinds.items(), key=lambda k: -k[1])
    )
    finding = (
        f"{words.counted(len(scenario.relations), 'relation')} between {len(actors)} actors: {counts}. "
        f"{scenario.actors[most].name} has relations to the most, {ties[most]}."
    )
    return Matrix(actors, cells, finding)


def ladder(run: Run) -> dict[str, list[Rung]]:
    """A small chart for each tie, by stock, all of a stock on one scale; empty where the scenario follows none."""
    observed = {item.cell: figures.points(run, item) for item in run.model.plan.observations}
    out: dict[str, list[Rung]] = {}
    for name in TIES:
        stock = run.model.scenario.stocks.get(name)
        if stock is not None and run.good_paths.any():
            cells = [f"{name}.{holder}" for holder in stock.holders] or [name]
            unit = "" if name in STEPPED else run.shown(cells[0])[1]
            top = max(float(np.abs(run.fan(cell)).max()) for cell in cells)
            form = words.form([top], 1.0 if name in STEPPED else None, unit)
            out[name] = [_rung(run, cell, form, observed.get(cell, []), top) for cell in cells]
    return out


def _rung(run: Run, cell: str, form: words.Form, points: list[figures.Point], top: float) -> Rung:
    start, quantiles = run.model.plan.first_free, run.fan(cell)
    name, _, holder = cell.partition(".")
    actor = run.model.scenario.actors.get(holder)
    title = actor.name if actor else words.capital(words.plainly(holder or name))
    before, (low, _, after, _, high) = float(quantiles[2, start]), (float(q) for q in quantiles[:, -1])
    ends = f"{form.full(before)} at {run.times[start]}, {form.full(after)} at {run.times[-1]}"
    finding = f"{ends} (90 %: {form.between(low, high)})."
    shown = figures.marks(claim.side for claim in run.model.ledger)
    chart = figures.fan(
        run, cell, points, {side: shown[side] for side in sorted({point.claim.side for point in points})}, form,
        f"{title}, {words.plainly(name)}: {finding}", (WIDTH, HEIGHT), (0.0, top / form.scale), name in STEPPED,
    )  # fmt: skip
    return Rung(
        title, Markup(chart), finding, cell,
        tuple(point.claim.id for point in points if not point.used),
    )  # fmt: skip
