"""Programs of a session: sample random numbers, simulate to the beginning, and from there.

The last program takes parameters, random numbers and futures as arguments, so that a change of a parameter needs no
compilation and no new draws. Random numbers are those of `Program.block` at the same addresses; a test checks that both
give the same futures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff import xla
from standoff.engine import conditioning, outputs, parameters, rollout
from standoff.engine.compile_cache import load_or_compile
from standoff.xla import REPLICATED, SHARDED, devices

if TYPE_CHECKING:
    from jax.sharding import PartitionSpec

    from standoff.engine.model import Model
    from standoff.engine.program import Program


def sample_inputs(program: Program, begin: int, end: int) -> Callable[..., Any]:
    """(seed, table, ids) -> (parameters, random numbers of steps `begin` to `end`)."""
    steps, dates = range(begin, end), _dates(program, begin, end)

    def draw(seed: Array, table: parameters.ParameterTable, ids: Array) -> Any:
        def uniforms(names: Sequence[str], number: Any = 0) -> Array:
            return parameters.uniforms(seed, names, number, ids, table.a.dtype)

        layout, options, renew = program.layout, _options(program), _renewed(program)
        varying = parameters.sample_parameters(layout, table, seed, ids)
        noise = lax.map(lambda k: uniforms(program.noise, k), jnp.asarray(np.array(steps, np.int32)))
        if not dates:
            return varying, {"noise": noise}
        numbers = jnp.asarray(np.array(dates, np.int32))
        shock = lax.map(lambda n: parameters.gumbel(uniforms([f"shock/{name}" for name in options], n)), numbers)
        chance = {"noise": noise, "shock": shock, "renew": lax.map(lambda n: uniforms(renew, n), numbers),
                  "learning": conditioning.random_numbers(program, table, seed, seed, ids)}  # fmt: skip
        return varying, chance

    return jax.jit(shard(draw, (REPLICATED, REPLICATED, SHARDED)))


def run_to(model: Model, begin: int, width: int, arguments: Sequence[Any]) -> Any:
    """(seed, table, ids) -> state of every future at state `begin`."""
    program = model.program

    def run(seed: Array, table: parameters.ParameterTable, ids: Array) -> Any:
        layout = program.layout
        params = parameters.ParameterValues(layout, parameters.sample_parameters(layout, table, seed, ids), table.a)

        def uniforms(names: Sequence[str], number: Any = 0) -> Array:
            return parameters.uniforms(seed, names, number, ids, table.a.dtype)

        first, options = _number(program, 0), _options(program)
        learning = conditioning.random_numbers(program, table, seed, seed, ids)
        gains = program.filter_gains(params)

        def of_decision(k: Array) -> dict[str, Any]:
            return {"shock": parameters.gumbel(uniforms([f"shock/{name}" for name in options], first[k])),
                    "renew": uniforms(_renewed(program), first[k]),
                    **learning,
                    "ahead": rollout.rollout_noise(program, seed, ids, k, table.a.dtype)}  # fmt: skip

        def step(carry: Any, k: Array) -> tuple[Any, None]:
            random = {"noise": uniforms(program.noise, k), "decision": of_decision, "gains": gains}
            return program.step(carry, k, params, random), None

        if not begin:
            return program.start(params)
        return lax.scan(step, program.start(params), jnp.arange(begin, dtype=jnp.int32))[0]

    made = jax.jit(shard(run, (REPLICATED, REPLICATED, SHARDED)))
    return load_or_compile(
        model.hash,
        model.source(__name__),
        f"futures of {width} up to {begin}",
        lambda: made.lower(*arguments),
        devices(),
    )(*arguments)


def run_from(
    model: Model, begin: int, end: int, stocks: tuple[str, ...], futures: int, arguments: Sequence[Any]
) -> Any:
    """Compile (parameters, fixed, noise, futures, seed, ids) -> outcomes from `begin` to `end`."""
    program = model.program
    first, as_of, rows = (
        _number(program, begin),
        program.plan.first_future_step,
        [program.plan.cells.index(cell) for cell in stocks],
    )

    def run(
        varying: Array, points: Array, chance: dict[str, Any], start: Any, seed: Array, ids: Array
    ) -> dict[str, Array]:
        params = parameters.ParameterValues(program.layout, varying, points)
        gains = program.filter_gains(params)

        def of_decision(k: Array) -> dict[str, Any]:
            return {"shock": chance["shock"][first[k]], "renew": chance["renew"][first[k]], **chance["learning"],
                    "ahead": rollout.rollout_noise(program, seed, ids, k, points.dtype)}  # fmt: skip

        def standing(carry: Any) -> Array:
            return jnp.stack([carry["cells"][cell] for cell in program.plan.cells])

        def step(carry: tuple[Any, Array], inputs: tuple[Array, Array]) -> tuple[Any, dict[str, Array]]:
            k, noise = inputs
            now = program.step(carry[0], k, params, {"noise": noise, "decision": of_decision, "gains": gains})
            state = outputs.state(program, now)
            sums = outputs.block_sums(program, now, state, ids < futures)
            out = {name: sums[name] for name in ("count", "mean", "held") if name in sums}
            stands = carry[1] if begin >= as_of else jnp.where(k < as_of, standing(now), carry[1])
            return (now, stands), out | ({"paths": state["cells"][np.array(rows)]} if rows else {})

        steps = jnp.arange(begin, end, dtype=jnp.int32)
        (last, stands), out = lax.scan(step, (start, standing(start)), (steps, chance["noise"]))
        return {**out, "answers": program.answers(last), **{name: last[name] for name in ("failed", "cause", "unsolved")},
                "standing": stands}  # fmt: skip

    made = jax.jit(shard(run, (SHARDED, REPLICATED, SHARDED, SHARDED, REPLICATED, SHARDED)))
    what = f"{futures} futures from {begin} to {end} with {', '.join(stocks)}"
    return load_or_compile(model.hash, model.source(__name__), what, lambda: made.lower(*arguments), devices())


def shard(function: Callable[..., Any], specs: tuple[PartitionSpec, ...]) -> Callable[..., Any]:
    """Map a function of arrays over draws to arrays (device, ...), one shard per device."""

    def shard(*arguments: Any) -> Any:
        own = [jax.tree.map(lambda value: value[0], item) if spec == SHARDED else item
               for item, spec in zip(arguments, specs, strict=True)]  # fmt: skip
        return jax.tree.map(lambda value: value[None], function(*own))

    return xla.shard(shard, specs)


def _options(program: Program) -> list[str]:
    return [f"{program.plan.choices[c].name}/{o}" for c, o in program.option_rows]


def _renewed(program: Program) -> list[str]:
    return [f"renew/{choice.name}" for choice in program.plan.choices]


def _dates(program: Program, begin: int, end: int) -> list[int]:
    """Numbers of the decisions of these steps, counted as in `Program.block`."""
    result = [n for n, k in enumerate(program.decision_steps) if begin <= k < end]
    return result or [0] * bool(program.decision_steps)


def _number(program: Program, begin: int) -> Array:
    """(T,) number of the decision of each step, counted from the first one from `begin` on."""
    which = np.maximum(np.cumsum(np.isin(np.arange(program.steps), program.decision_steps)) - 1, 0)
    past = sum(k < begin for k in program.decision_steps)
    return jnp.asarray(np.maximum(which - past, 0))
