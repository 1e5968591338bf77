"""What questions answer under variants that change nothing but numbers, by the very program of the run.

Such a variant needs no compilation, and a draw has the same chance under it as in the run: the difference between two
answers is a mean over paired futures, with a far smaller Monte Carlo error than either answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.finding import proportion
from standoff.analysis.paired import level

if TYPE_CHECKING:
    from standoff.engine.build import Model
    from standoff.engine.draws import Layout, Table
    from standoff.engine.plan import Plan, PlannedChoice
    from standoff.engine.program import Program
    from standoff.engine.run import Run

DRAWS = 1536  # assumption: one block on two cores; a change of one percentage point in a rare event is then seen
MOST = 6  # assumption: a reader compares no more, and they take as long as a run of 10,000 draws
NUMBERS = {"mechanisms", "choices", "stocks", "beliefs"}  #: sections of which a change may be one of numbers only
SMALL = 60  # stocks and options, assumption: a program of so many is made anew within two seconds
APART = {"scenario", "ledger", "variant", "parameters", "warnings", "choices"}  #: of a plan, what no program reads


@dataclass(frozen=True)
class Shift:
    """A question under one variant, beside the run, in the same futures."""

    variant: str
    text: str
    question: str
    kind: str
    unit: str
    before: float  #: probability of an event or that it happens, share of the most likely label, or mean
    after: float
    change: float
    mc_error: float  #: of the change
    draws: int


def shifts(run: Run, draws: int = DRAWS) -> tuple[Shift, ...]:
    """Every question under the first variants that change numbers only, `MOST` of them.

    Nothing where the run is of a variant itself, or where its program would have to be made again: a large one that is
    not on disk.
    """
    block = None if run.model.plan.variant else _program(run)
    tables = {} if block is None else dict(islice(numbers_only(run.model), MOST))
    if block is None or not tables:
        return ()
    found, count = [], min(draws, run.settings.draws)
    before = replace(run, answers=run.answers[:, :count], failed=run.failed[:count])
    labels = {item.id: str(item.answer) for item in answer(run).answers}
    texts = {name: given.text or name for name, given in run.model.scenario.variants.items()}
    for name, kept in _under(run, block, tables, count):
        after = replace(before, answers=kept["answers"], failed=kept["failed"])
        for asked in run.model.plan.questions:
            pair = np.stack([level(each, asked, labels[asked.id]) for each in (before, after)]).astype(float)
            pair = pair[:, np.isfinite(pair).all(axis=0)]
            if pair.size:
                means, off = pair.mean(axis=1), pair[1] - pair[0]
                counted = set(np.unique(pair)) <= {0.0, 1.0}
                least = proportion(0, pair.shape[1])[2] if counted else 0.0  # what half a future would make
                error = max(float(off.std()) / math.sqrt(pair.shape[1]), least)
                unit = asked.unit if asked.question.kind == "quantity" else ""
                found.append(Shift(name, texts[name], asked.id, asked.question.kind, unit, float(means[0]),
                                   float(means[1]), float(off.mean()), error, pair.shape[1]))  # fmt: skip
    return tuple(found)


def numbers_only(model: Model) -> Iterator[tuple[str, Table]]:
    """The variants that the program of a model can run, with the numbers that it is to run with."""
    from standoff.engine.draws import encode
    from standoff.engine.plan import plan
    from standoff.scenario import dump, load_text

    base, memory = None, dict[Any, Any]()
    for name, variant in model.scenario.variants.items():
        if set(variant.change) <= NUMBERS:
            base = base or load_text(dump(model.scenario))
            other = plan(base.under(name), model.ledger, memory)
            layout, table = encode(other)
            if _same_program(model.plan, other) and _fits(model.layout, layout):
                yield name, table


def _same_program(plan: Plan, other: Plan) -> bool:
    """Whether two plans differ in beliefs alone: a program is made of everything else."""
    same = all(getattr(plan, item.name) == getattr(other, item.name) for item in fields(plan) if item.name not in APART)
    bounds = [[(stock.floor, stock.cap) for stock in each.scenario.stocks.values()] for each in (plan, other)]
    made = [tuple(map(_bare, each.choices)) for each in (plan, other)]
    return same and bounds[0] == bounds[1] and made[0] == made[1]


def _bare(choice: PlannedChoice) -> PlannedChoice:
    """A choice without what is only cited."""
    return replace(choice, reasons=tuple(replace(reason, claims=(), lines=()) for reason in choice.reasons))


def _fits(layout: Layout, other: Layout) -> bool:
    """Whether numbers laid out as `other` can stand in `layout`: a number that varies there may be a point here."""
    return (
        other.names == layout.names
        and set(other.varying) <= set(layout.varying)
        and other.tabled == layout.tabled
        and other.correlated == layout.correlated
    )


@dataclass(frozen=True)
class _Kept:
    """Stands for a model whose program is to be found on disk and not to be made."""

    hash: str

    @property
    def program(self) -> Program:
        raise LookupError


def _program(run: Run) -> Callable[..., Any] | None:
    """The compiled program of a run: as it is kept on disk, or made anew where that is quick."""
    from standoff.engine.compiled import executable
    from standoff.engine.device import precision

    small = len(run.model.plan.cells) + len(run.model.program.option_rows) <= SMALL
    with precision(run.settings.precision):
        for model in (_Kept(run.model.hash), run.model)[: 1 + small]:
            with suppress(LookupError):
                block: Callable[..., Any] = executable(cast("Model", model), *_shape(run))
                return block
    return None


def _shape(run: Run) -> tuple[int, Any]:
    """Draws of a shard, and the type of its numbers."""
    import jax.numpy as jnp

    from standoff.engine.device import devices
    from standoff.engine.simulate import fitting

    return fitting(run.model) * len(devices()), jnp.float64 if run.settings.precision == "double" else jnp.float32


def _under(
    run: Run, block: Callable[..., Any], tables: Mapping[str, Table], count: int
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Of every variant the watched numbers of its first `count` draws, and where these failed."""
    import jax.numpy as jnp

    from standoff.engine.compiled import blank_paths
    from standoff.engine.device import precision

    with precision(run.settings.precision):
        size, dtype = _shape(run)
        spare = blank_paths(run.model.program, size, dtype)
        seed, stop = (jnp.asarray(n % 2**32, jnp.uint32) for n in (run.settings.seed, count))
        for name, table in tables.items():
            numbers = tuple(jnp.asarray(part, dtype) for part in table.arrays())
            parts: dict[str, list[np.ndarray]] = {"answers": [], "failed": []}
            for start in range(0, count, size):
                ids = jnp.arange(start, start + size, dtype=jnp.uint32)
                kept, _, spare = block(numbers, seed, ids, stop, jnp.asarray(False), spare)
                for key, pieces in parts.items():
                    pieces += [np.array(piece) for piece in np.asarray(kept[key])]  # one piece a device
            yield name, {key: np.concatenate(pieces, axis=-1)[..., :count] for key, pieces in parts.items()}
