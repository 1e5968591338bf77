"""Gradients of an answer by parameters: automatic differentiation of every future.

Each number is moved as a whole (the middle of its belief, its spread unchanged; in every draw of a posterior, the other
numbers of the draw unchanged), and the program of the run is differentiated in forward mode, with the same random
numbers; games by the equation that they solve (`games.fixed_point`).
What an actor does is drawn from its probabilities and jumps; a mean over futures has a slope all the same, of two parts:

    d E[Y] / dx = E[dY/dx with choices as drawn] + E[(Y - mean Y) * sum d log p(what was chosen) / dx]

The second, the score of the choices, counts the decisions before the date asked for at which unknown reasons were drawn
afresh, and whether they were (by their half-life). Between these an actor may change its mind as its probabilities drift; that is
left out, so that the slope is exact where reasons are drawn afresh each time or nothing was chosen yet, and close where
probabilities drift little in between. The first part alone has no slope for whether an event happens: its futures count 0
or 1. What a mechanism lets happen by chance, such as an onset of war, jumps as well, and has no score here. So does what a
condition decides: its numbers have no slope (`without_slope`).
Sources: glasserman2003 (pathwise and score estimators), griewank_walther2008 (forward mode).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import SingleDeviceSharding

from standoff import expression, xla
from standoff.analysis.paired import outcome_values, paired_sample
from standoff.analysis.parameter_range import unit_of
from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.analysis.sensitivity.screening import NamedParameter, named
from standoff.components import NUMBERS
from standoff.engine import compile_cache, conditioning, parameters
from standoff.engine.model import Model
from standoff.errors import RunError
from standoff.plan import Plan
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.statistics import Z90

#: draws and numbers of one call; assumption: what the cache of a processor holds. A call runs on one core, so that slopes
#: are the same on any number of them
BLOCK, DIRECTIONS = 64, 16
MOVED = ("a", "quantiles", "posterior_draws")  #: arrays that `ParameterTable.shifted` changes
ERRORS = 2.0  # standard errors; assumption: a slope within them is put down to chance
POINT = 0.1  # assumption: a number without a belief is moved by a tenth of itself


def without_slope(plan: Plan) -> set[int]:
    """Numbers that conditions alone read: an answer jumps where a stock passes one."""
    out = {index for path, index in plan.condition_numbers.items() if f".{NUMBERS}." in path}
    for reason in (reason for choice in plan.choices for reason in choice.reasons):
        out -= {*reason.part.numbers.values()}
    for part in plan.mechanisms:
        rates = [getattr(part.params, field) for field, role in type(part.params).roles().items() if role.of == "rate"]
        named = {name for rate in rates for name in expression.stock_names(rate)}
        out -= {index for name, index in part.numbers.items() if name in named}
    return out


@record
class AnswerGradient(NamedParameter):
    """The slope of an answer by one parameter."""

    unit: str
    step: float  #: one standard deviation of the belief, or a tenth of a fixed parameter, in its unit
    slope: float  #: change of the answer for one such step, to first order
    mc_error: float
    through_choices: float  #: the part of it through past choices

    @property
    def is_significant(self) -> bool:
        """Whether it differs from zero beyond Monte Carlo error."""
        return abs(self.slope) > ERRORS * self.mc_error


def step_size(model: Model, index: int) -> float:
    """Step of a parameter, canonical: see `AnswerGradient.step`."""
    parameter = model.plan.parameters[index]
    if parameter.belief.shape == "point":
        return POINT * abs(parameter.quantile(0.5))
    if index in model.layout.tabled or index in model.layout.column:
        return (parameter.quantile(0.95) - parameter.quantile(0.05)) / (2 * Z90)
    return float(model.table.b[index])


def slopes(
    model: Model,
    about: QuantityOfInterest,
    indices: Sequence[int],
    *,
    draws: int,
    seed: int,
    progress: Progress = SILENT,
) -> tuple[AnswerGradient, ...]:
    """Slopes of the quantity of interest: significant ones first, the steepest first.

    The derivative of the program is compiled once for a model and kept on disk. Draws that fail are left out.
    """
    wanted = [i for i in indices if step_size(model, i) > 0]
    groups = [wanted[k : k + DIRECTIONS] for k in range(0, len(wanted), DIRECTIONS)]
    out = []
    for group in track(progress, "slopes", groups):
        parts = zip(*_blocks(model, about, group, draws, seed, progress), strict=True)
        y, dy, s = (np.concatenate(part, axis=-1)[..., :draws] for part in parts)
        good = np.isfinite(y) & np.isfinite(dy).all(axis=0) & np.isfinite(s).all(axis=0)
        if good.sum() < 2:
            raise RunError(f"no slope of `{about.name}` is finite in {draws} futures", fix="omit slopes: --no-gradient")
        y, dy, s = y[good], dy[:, good], s[:, good]
        chosen = (y - y.mean()) * s
        for row, index in enumerate(group):
            each = dy[row] + chosen[row]
            out.append(
                AnswerGradient(
                    *named(model.plan, index),
                    unit=unit_of(model.plan, index),
                    step=step_size(model, index) / model.plan.parameters[index].factor,
                    slope=float(each.mean()),
                    mc_error=float(each.std()) / math.sqrt(len(y)),
                    through_choices=float(chosen[row].mean()),
                )
            )
    return tuple(sorted(out, key=lambda item: (not item.is_significant, -abs(item.slope))))


def _blocks(
    model: Model, about: QuantityOfInterest, group: list[int], draws: int, seed: int, progress: Progress
) -> list[tuple[np.ndarray, ...]]:
    """The results of `_block` for all blocks in order; every core takes one at a time."""
    table, idle = jax.tree.map(partial(np.asarray, dtype=np.float32), model.table), SimpleQueue[Callable[..., Any]]()
    ways = [np.zeros((DIRECTIONS, *getattr(table, name).shape), np.float32) for name in MOVED]
    for row, index in enumerate(group):
        there = model.table.shifted(model.layout, index, step_size(model, index))
        for way, name in zip(ways, MOVED, strict=True):
            way[row] = getattr(there, name) - getattr(model.table, name)

    def one(block: int) -> tuple[np.ndarray, ...]:
        simulate = idle.get()
        try:
            with xla.float_precision("single"):
                ids = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.uint32)
                return _block(model, about, len(group), jax.tree.map(np.asarray, simulate(ids)))
        finally:
            idle.put(simulate)

    with xla.float_precision("single"):
        programs = _compiled(model)
        for device, program in zip(xla.single_thread_devices(), programs, strict=True):
            numbers, directions = jax.device_put((table, tuple(ways)), device)
            idle.put(partial(program(), numbers, directions, np.uint32(seed % 2**32)))
    blocks = range(-(-draws // BLOCK))
    with ThreadPoolExecutor(len(programs)) as pool, progress.task("blocks of draws", len(blocks)) as task:
        out = []
        for result in pool.map(one, blocks):
            out.append(result)
            task.update()
    return out


def _block(model: Model, about: QuantityOfInterest, count: int, result: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """(B,) values, (K, B) slopes with fixed choices, (K, B) slopes of choice log probability.

    count: number K of parameters
    result: of `_sloped`
    """

    answers, p, renewal, failed, chosen, samples, fresh, d_answers, d_p, d_renewal = (
        np.asarray(part, float) for part in result
    )
    program = model.program
    steps = program.decision_steps
    if about.question is None:
        last = about.step
        y = p[steps.index(last), about.rows][about.index]
        dy = d_p[:count, steps.index(last), about.rows][:, about.index]
    else:
        last = about.question.state
        y, dy = _read(model, about, answers, d_answers[:count])
    before = [n for n, step in enumerate(steps) if step < last]
    score = np.zeros((count, len(failed)))
    for n in before:
        for c, rows in enumerate(program.rows_of):
            at = (np.arange(rows.start, rows.stop)[:, None] == rows.start + chosen[n, c]) & (fresh[n, c] > 0)
            score += np.where(at, d_p[:count, n, rows] / np.maximum(p[n, rows], 1e-30), 0.0).sum(axis=1)
            odds = np.where(fresh[n, c] > 0, 1.0, -1.0) / np.where(
                fresh[n, c] > 0, renewal[n, c], 1.0 - renewal[n, c] + 1e-30
            )
            score += np.where(samples[n, c] > 0, d_renewal[:count, n, c] * odds, 0.0)
    return np.where(failed < 0, y, np.nan), dy, score


def _read(model: Model, about: QuantityOfInterest, answers: np.ndarray, slopes: np.ndarray) -> Any:
    """The outcome of a question as a differentiable function of its recorded numbers."""
    watched = model.program.watched
    shell: Any = SimpleNamespace(model=model, trackers=watched, answers=answers, valid=np.ones(answers.shape[1], bool))
    assert about.question is not None
    form = about.question.form
    y = outcome_values(shell, about.question, about.labels[about.index] if form.HAS_LABELS else "").astype(float)
    linear = form.linear_tracker(paired_sample(shell, about.question))
    if linear is None:
        return y, np.zeros((len(slopes), len(y)))  # counts jump, and have no slope of their own
    name, factor = linear
    return y, slopes[:, [item.name for item in watched].index(name)] / factor


def _compiled(model: Model) -> tuple[Callable[[], Any], ...]:
    """For each core, a function that gives the program with slopes along directions."""
    if model.hash not in _MADE:
        with xla.float_precision("single"):
            shaped: Any = partial(jax.ShapeDtypeStruct, sharding=SingleDeviceSharding(xla.single_thread_devices()[0]))
            table = jax.tree.map(lambda part: shaped(part.shape, jnp.float32), model.table)
            ways = tuple(shaped((DIRECTIONS, *getattr(table, name).shape), jnp.float32) for name in MOVED)
            shapes = (table, ways, shaped((), jnp.uint32), shaped((BLOCK,), jnp.uint32))
            what = f"slopes {jax.tree.map(lambda part: (part.shape, part.dtype.name), shapes)}"
            made = compile_cache.load_on_every_core(
                model.hash,
                model.source(__name__),
                what,
                lambda: jax.jit(partial(_sloped, model), keep_unused=True).lower(*shapes),
            )
        _MADE.clear()
        _MADE[model.hash] = made
    return _MADE[model.hash]


_MADE: dict[str, tuple[Callable[[], Any], ...]] = {}  # the last one, so that questions of one model share it


def _sloped(model: Model, table: Any, ways: Any, seed: Any, ids: Any) -> Any:
    """Recorded numbers of each draw, probabilities of options and of redraws, with slopes."""
    program, choices = model.program, model.plan.choices
    dates = np.array(program.decision_steps, int)
    blank = {
        name: jnp.zeros(shape, kind) for name, (shape, kind) in program.path_shapes(len(ids), table.a.dtype).items()
    }

    elapsed = jnp.asarray(program.months_between_decisions.T[dates][..., None], table.a.dtype)  # (date, choice, 1)
    none = jnp.zeros((0, len(ids)))

    def run(*numbers: Any) -> Any:
        there = table._replace(**dict(zip(MOVED, numbers, strict=True)))
        outputs, _, paths, _ = program.block(there, seed, ids, jnp.uint32(2**32 - 1), jnp.bool_(True), blank)
        p = paths["path_p"][1:] if len(dates) else jnp.zeros((0, 0, len(ids)))
        half_lives = jnp.stack([outputs["parameters"][choice.half_life] for choice in choices]) if choices else none
        renewal = conditioning.renewal_probability(elapsed, half_lives)
        return (outputs["answers"], p, renewal), (outputs, paths)

    def along(way: tuple[Any, ...]) -> Any:
        return jax.jvp(run, tuple(getattr(table, name) for name in MOVED), way, has_aux=True)

    values, ahead, (outputs, paths) = jax.vmap(along, out_axes=(None, 0, None))(ways)
    if not len(dates):
        empty = jnp.zeros((0, len(choices), len(ids)))
        return *values, outputs["failed"], empty, empty, empty, *ahead
    chosen = paths["path_chosen"][dates]
    luck = parameters.stream(seed, table.chance[0])
    samples, fresh = [], []
    for n, step in enumerate(dates):
        u = parameters.uniforms(luck, [f"renew/{choice.name}" for choice in choices], n, ids, table.a.dtype)
        stocks = dict(zip(model.plan.cells, paths["cells"][step - 1] if step else outputs["start"], strict=True))
        if model.plan.condition_numbers or any(choice.condition_choices for choice in choices):
            stocks = _facts(program, stocks, outputs["parameters"], paths["path_chosen"][max(step - 1, 0)], step)
        result = [_renewed(program, c, int(step), u[c] < values[2][n, c], stocks) for c in range(len(choices))]
        samples.append(jnp.stack([pair[0] for pair in result]))
        fresh.append(jnp.stack([pair[1] for pair in result]))
    return *values, outputs["failed"], chosen, jnp.stack(samples), jnp.stack(fresh), *ahead


def _facts(program: Any, stocks: Any, numbers: Any, before: Any, step: int) -> Any:
    """What conditions read at a step, with the options in force before it."""
    varying = numbers[np.array(program.layout.varying, int)]
    params = parameters.ParameterValues(program.layout, varying, numbers[:, 0]).at(jnp.asarray(step), stocks)
    return program.facts(stocks, program.effective_parameters(params, before), before)


def _renewed(program: Any, c: int, step: int, renewed: Any, stocks: Any) -> tuple[Any, Any]:
    """Whether renewal of taste shocks is random at a step, and whether it happens."""
    choice = program.plan.choices[c]
    none = jnp.zeros_like(renewed)
    if not choice.is_free[step]:
        return none, none
    due = ~none if choice.when is None else program.holds(choice.when, stocks, jnp.asarray(step))
    if program.first_decisions[c, step] and not program.has_history[c]:
        return none, due
    return due, due & renewed
