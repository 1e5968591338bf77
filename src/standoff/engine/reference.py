"""Means of stocks in the case as written, against which its mechanisms measure a future.

A mechanism that multiplies a rate by a stock of its own may keep the mean of that rate what data say it is, by dividing by
the mean of the stock over the futures that count at each step (`REFERENCE`). That mean is worked out once, in futures of
the case as written, under no what-if, intervention or option held by a person, and is then the same number under all of
them: else a lever would be divided by what it does itself. It is on disk by the digest of what it depends on.

At each step the mean depends on earlier ones alone, through who is left, so that passes over the same futures settle from
the first step on.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import reduce

import numpy as np

from standoff import xla
from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.engine.simulator import Simulator
from standoff.files import cache_dir, read_cached, write_cached
from standoff.plan import plan as plan_of
from standoff.progress import SILENT, Progress
from standoff.scenario.load import load_document

DRAWS, SEED = 2000, 1  #: futures of the means
PASSES = 4  # assumption: who is left at a step depends little on who was left long before
MOST = 100  #: means on disk; assumption


def referenced(model: Model, progress: Progress = SILENT) -> Model:
    """The model with the means of the case as written, where a mechanism reads any."""
    if not model.table.reference.size:
        return model
    base = _as_written(model, progress)
    folder, parts = cache_dir("reference"), (base.hash, base.source(__name__), *xla.environment())
    file = None if folder is None else folder / hashlib.sha256("\0".join(parts).encode()).hexdigest()
    raw = None if file is None else read_cached(file)
    means = None if raw is None else np.frombuffer(raw)
    if means is None or means.size != model.table.reference.size:
        means = reference(base, progress)
        if file is not None:
            write_cached(file, means.tobytes(), MOST)
    of = base.hash if base is not model else ""
    return replace(model, table=model.table._replace(reference=means.reshape(model.table.reference.shape)), base=of)


def _as_written(model: Model, progress: Progress) -> Model:
    """The case, or its variant as of another day, without what-ifs and held options."""
    loaded = model.plan.loaded
    own = model.scenario.variants.get(loaded.variant)
    day = "" if own is None else loaded.variant if "as_of" in own.change else own.over
    if not (loaded.variant != day or model.scenario.interventions or model.plan.has_held_options):
        return model
    plan = plan_of(load_document(loaded.written or loaded.document, loaded.folder, day), model.ledger)
    layout, table = build_table(plan)
    return anchored(replace(model, plan=plan, layout=layout, table=table), progress)


def reference(model: Model, progress: Progress = SILENT) -> np.ndarray:
    """(stock, step) mean of each stock over the futures that count; 1 where none does.

    Which count is said by another stock, 1 or 0: the mean is the ratio of the means of both.
    """
    cells, steps = model.plan.cells, model.program.steps
    pairs = [pair for part in model.plan.mechanisms for pair in part.references.values()]
    of, among = (np.array([cells.index(pair[n]) for pair in pairs]) for n in (0, 1))
    simulator, table = Simulator.of(model, progress=progress), model.table
    with progress.task("means of the case as written"):
        for _ in range(PASSES):
            ranges = simulator.blocks(DRAWS)
            sums = [*simulator.run(table, SEED, ranges, lambda result: result.sums)]
            total = reduce(np.add, [part["mean"] * part["count"][:, None] for part in sums])
            counted = total[:, among] > 0
            ratio = np.where(counted, total[:, of] / np.where(counted, total[:, among], 1.0), 1.0).T
            table = table._replace(reference=ratio.astype(float).reshape(len(pairs), steps))
    return np.ascontiguousarray(table.reference)
