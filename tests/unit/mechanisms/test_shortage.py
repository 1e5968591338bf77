"""A limit cut off by survival: the closed form, rejection of futures that had run short, and the first month."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.components import State, Time
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.mechanisms import shortage
from standoff.scenario import load_text

LOW, HIGH = 0.2, 0.45


def params(**changes: object) -> components.Params:
    given = {
        "stock": "short",
        "lowest": "lowest",
        "level": "level",
        "numbers": {},
        "low": LOW,
        "high": HIGH,
        "rank": 0.5,
    }
    return shortage.Params.model_construct(**given | changes)


def after(p: components.Params, level: object, lowest: object, t: Time, short: float = 0.0) -> tuple[object, object]:
    """The gauge and the record at the end of a step."""
    cells = {
        name: jnp.asarray(value, float) for name, value in (("level", level), ("lowest", lowest), ("short", short))
    }
    moved = shortage.flows(p, State(cells), t, components.Noise())
    return tuple(cells[name] + t.dt * moved[name] for name in ("short", "lowest"))


def test_the_record_follows_the_lowest_level_up_to_as_of_and_stands_after_it() -> None:
    for t, wanted in ((Time(1.0, 3.0, is_past=True), 0.3), (Time(1.0, 3.0, is_first=True), 0.3), (Time(1.0, 4.0), 0.5)):
        assert float(after(params(), 0.3, 0.5, t)[1]) == pytest.approx(wanted)
    assert float(after(params(), 0.7, 0.5, Time(1.0, 3.0, is_past=True))[1]) == pytest.approx(0.5)


def test_nobody_is_short_in_the_past() -> None:
    assert float(after(params(), 0.01, 0.5, Time(1.0, 3.0, is_past=True), short=0.4)[0]) == 0.0


@pytest.mark.parametrize("lowest", [0.9, 0.45, 0.3, 0.21])
def test_the_limit_is_the_uniform_belief_cut_off_by_survival(lowest: float) -> None:
    """P(limit > x | limit < lowest) in closed form, and the same by throwing away the futures that had run short."""
    count, level = 200_000, 0.25
    rank = (np.arange(count) + 0.5) / count
    short = np.asarray(
        after(params(rank=jnp.asarray(rank)), np.full(count, level), np.full(count, lowest), Time(1.0, 4.0))[0]
    )
    top = min(HIGH, lowest)
    closed = max(0.0, (top - level) / (top - LOW))
    assert np.mean(short > 0) == pytest.approx(closed, abs=2 / count)
    limits = np.random.default_rng(3).uniform(LOW, HIGH, count)
    kept = limits[limits < lowest]
    error = np.sqrt(0.25 / len(kept))
    assert np.mean(short > 0) == pytest.approx(np.mean(kept > level), abs=4 * error)
    lacking = np.clip((kept - level) / kept, 0.0, 1.0)
    assert np.mean(short) == pytest.approx(np.mean(lacking), abs=4 * lacking.std() / np.sqrt(len(kept)) + 1e-9)


@pytest.mark.parametrize("level", [0.5, 0.4, 0.25, 0.1])
def test_no_future_is_short_at_as_of_because_of_its_limit(level: float) -> None:
    rank = jnp.linspace(0.0, 1.0, 1_001)
    for lowest in (1.0, 0.41):
        short, _ = after(
            params(rank=rank), np.full(1_001, level), np.full(1_001, lowest), Time(1.0, 3.0, is_first=True)
        )
        assert float(jnp.max(short)) <= 1e-12


def test_refuted_sources_leave_what_has_been_borne() -> None:
    short, _ = after(params(rank=1.0), 0.05, 0.1, Time(1.0, 4.0))
    assert float(short) == pytest.approx(0.5)


def test_a_shortage_grows_to_one_as_nothing_is_left() -> None:
    got = [float(after(params(rank=1.0), level, 1.0, Time(1.0, 4.0))[0]) for level in (0.5, 0.45, 0.3, 0.0)]
    assert got == pytest.approx([0.0, 0.0, 1.0 - 0.3 / HIGH, 1.0])
    assert float(after(params(low=0.0, high=0.0), 0.0, 1.0, Time(1.0, 4.0))[0]) == 0.0


def test_the_length_of_the_step_does_not_matter() -> None:
    for dt in (0.25, 1.0, 3.0):
        short, lowest = after(params(), 0.3, 0.5, Time(dt, 4.0))
        assert (float(short), float(lowest)) == pytest.approx(((0.325 - 0.3) / 0.325, 0.5))


CASE = """
title: men run out
as_of: 2024-06
start: 2024-01
end: 2025-06
step: month
default_source: assumption
actors: {AAA: {name: A}}
stocks:
  men: {unit: person, initial: 800}
  short: {unit: share, initial: 0}
  fewest: {unit: share, initial: 9}
mechanisms:
  leave: {use: flow, stock: men, rate: -20 person / 1 month}
  people: {use: shortage, stock: short, lowest: fewest, level: men / (1000 person), low: 0.3, high: 0.9, rank: "uniform(0, 1)"}
"""


def test_in_a_run_the_limit_lies_below_the_level_at_as_of() -> None:
    draws = 4_000
    with jax.enable_x64(False):
        run = simulate(build(load_text(CASE)), draws=draws, seed=3, paths=draws)
        first, short, men = run.model.plan.first_future_step, run.path("short"), run.path("men")
    now = float(men[0, first]) / 1000
    assert 0.6 < now < 0.8
    assert short[:, : first + 2].max() < 1e-6, "nobody is short up to as_of, nor in the first month"
    for step in (first + 3, first + 8):
        closed = (now - float(men[0, step - 1]) / 1000) / (now - 0.3)
        assert np.mean(short[:, step] > 1e-6) == pytest.approx(closed, abs=4 * np.sqrt(closed / draws))
