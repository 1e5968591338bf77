"""Designs: parameters that are given row by row, one row for each future.

SALib, the EMA workbench and samplers of approximate Bayesian computation choose the parameters of every future themselves. A
design goes into the program in place of posterior draws, of which future `i` takes row `i`, so that a design of other rows
of the same parameters is simulated by the same compiled code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from standoff.engine.model import Model
from standoff.engine.parameters import with_posterior
from standoff.errors import ModelError
from standoff.plan.interventions import canonical_values


def with_design(model: Model, design: Mapping[str, Any]) -> Model:
    """The model whose future `i` has the parameters of row `i`, in history too.

    What has no column is drawn as ever.

    design: a data frame, or other columns by name: of a lever, in its unit, or the path of a parameter, in the unit of its
    belief, as in `Run.parameters`. Futures beyond the last row begin with the first again.

    Raises `ModelError` for an unknown name, a number out of range, and a model with a posterior.
    """
    if model.posterior:
        raise ModelError("a model with a posterior takes no design", "parameters", fix="use the model without it")
    plan, layout, columns = model.plan, model.layout, dict[int, np.ndarray]()
    for name in design:
        column = np.asarray(design[name], float)
        if column.ndim != 1 or not column.size or not np.isfinite(column).all():
            raise ModelError(f"the column `{name}` is not a list of finite numbers", "parameters")
        low, high = float(column.min()), float(column.max())
        (index, first), (_, last) = (_canonical(model, str(name), value) for value in (low, high))
        far, canonical = (low, first) if abs(low) > abs(high) else (high, last)
        columns[index] = columns[plan.in_force(index)] = column * (canonical / far if far else 1.0)
    if len({len(column) for column in columns.values()}) != 1:
        raise ModelError("the design has no columns, or columns of several lengths", "parameters")
    rows, free = np.stack([*columns.values()], axis=1), len(layout.varying) - layout.cut
    added = tuple(i for i in columns if i not in layout.row_of)
    layout = replace(layout, varying=(*layout.varying[:free], *added, *layout.varying[free:]), by_row=True)
    layout, table = with_posterior(layout, model.table, tuple(columns), rows)
    digest = hashlib.sha256(f"{sorted(map(str, design))}".encode() + rows.tobytes()).hexdigest()
    note = f"{len(list(design))} parameters of {len(rows):,} futures are given"
    return replace(model, layout=layout, table=table, posterior=digest, posterior_note=note)


def _canonical(model: Model, name: str, value: float) -> tuple[int, float]:
    """Parameter of a column, and the canonical value of a number in it."""
    plan = model.plan
    path = next((path for path in (name, f"mechanisms.{name}") if path in plan.index), "")
    unit = "" if name in plan.scenario.levers or not path else plan.written_unit(plan.index[path])[1]
    ((index, canonical),) = canonical_values(plan, {name: value if unit in {"", "1"} else f"{value!r} {unit}"}).items()
    return index, canonical
