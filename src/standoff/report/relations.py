"""Who stands how to whom: a matrix of relations, and the ladder that ties climb, one small chart for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
from markupsafe import Markup

from standoff.report import figures, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standoff.engine.run import Run
    from standoff.scenario import Scenario

TIES = ("alignment", "partnership_level")  #: stocks that say how close a partner stands
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
    """A small chart for each tie, by stock; empty where the scenario follows none."""
    out: dict[str, list[Rung]] = {}
    for name in TIES:
        stock = run.model.scenario.stocks.get(name)
        if stock is not None and run.good_paths.any():
            cells = [f"{name}.{holder}" for holder in stock.holders] or [name]
            out[name] = [_rung(run, cell) for cell in cells]
    return out


def _rung(run: Run, cell: str) -> Rung:
    calendar, start = run.model.scenario.calendar, run.model.plan.first_free
    quantiles = run.fan(cell)
    name, _, holder = cell.partition(".")
    actor = run.model.scenario.actors.get(holder)
    title = actor.name if actor else words.capital(words.plainly(holder or name))
    stepped = name == "partnership_level"
    rows: list[dict[str, Any]] = [
        {"t": figures.stamp(calendar.date(k)), **{f"q{i}": float(q[k]) for i, q in enumerate(quantiles)}}
        for k in figures.states(run)
    ]
    form = words.form([float(np.abs(quantiles).max())], None, "" if stepped else run.shown(cell)[1])
    before, (low, _, after, _, high) = float(quantiles[2, start]), (float(q) for q in quantiles[:, -1])
    ends = f"{form.bare(before)} at {run.times[start]}, {form.bare(after)} at {run.times[-1]}"
    finding = f"{ends} (90 %: {form.between(low, high)})."
    base, shape = figures.rows_of(rows), {"interpolate": "step-after"} if stepped else {}
    x, domain = figures.time_axis(rows, 3), (0.0, 1.0) if name == "alignment" else None
    y = figures.value_axis("q0:Q", "", domain=domain)
    layers = alt.layer(
        base.mark_area(color="var(--band)", opacity=0.28, **shape).encode(x=x, y=y, y2="q4:Q"),
        base.mark_area(color="var(--band)", opacity=0.5, **shape).encode(
            x=x, y=figures.value_axis("q1:Q", "", domain=domain), y2="q3:Q"
        ),
        base.mark_line(color="var(--ink)", strokeWidth=1.6, **shape).encode(
            x=x, y=figures.value_axis("q2:Q", "", domain=domain)
        ),
        figures.as_of_rule(run),
    )
    label = f"{title}, {words.plainly(name)}: {finding}"
    return Rung(title, Markup(figures.svg(layers, label, f"tie-{cell}", WIDTH, HEIGHT)), finding, cell)
