"""The engine against its slow readable twin: NumPy loops written from the documents (`tests/oracles/twin.py`).

Both get the same parameters and random numbers, in double precision. They may differ by the tolerance of a game
(1e-11 in a probability, and what a fixed point makes of it) and by rounding: 1e-6 leaves room for both.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np
import pytest

from standoff import catalog
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.games.polymatrix import ReactionMixture
from tests.oracles import equations, objects, twin

RELATIVE = 1e-6


def twin_of(run: Run) -> twin.Paths:
    """The twin on the numbers of a run."""
    with jax.enable_x64(True):
        chance = twin.shared_chance(run.model.plan, run.settings.seed, run.settings.draws)
    return twin.run(run.model.plan, run.parameter_values.T.astype(float), chance, run.model.table.reference)


def agrees(run: Run, found: twin.Paths) -> None:
    """Stocks, probabilities, options and questions are the same, draw by draw, where every game was solved."""
    assert np.all(run.failed < 0)
    solved = run.unsolved == 0
    assert solved.mean() > 0.95
    cells = run.stock_paths[solved]
    size = np.abs(cells).max(axis=(0, 1))  # of each stock
    np.testing.assert_array_less(np.abs(found.cells[solved] - cells).max(axis=(0, 1)), RELATIVE * size + 1e-300)
    np.testing.assert_allclose(found.p[solved], run.path_p[solved], rtol=0, atol=RELATIVE)
    np.testing.assert_array_equal(found.chosen[solved], run.path_chosen[solved])
    for name, values in found.answers.items():
        scale = max(np.abs(values[np.isfinite(values)]).max(initial=0.0), 1e-300)
        np.testing.assert_allclose(run.answer(name)[solved], values[solved], rtol=RELATIVE, atol=RELATIVE * scale)


def test_the_twin_walks_the_same_paths_as_the_engine(double):
    found = twin_of(double)
    agrees(double, found)
    assert np.ptp(found.chosen, axis=0).max() == 2  # options differ from draw to draw, a third one too
    assert {"go", "left", "high"} <= set(found.answers)


def test_the_twin_foresees_the_same_reactions(watchers):
    """Acts, conditions on choices, reactions to whatever a third does, a circle, joint moves, what persists."""
    program = watchers.model.program
    names = [choice.name for choice in watchers.model.plan.choices]
    foreseen = program.anticipation(tuple(range(len(names))))
    assert {names[r] for r, _ in foreseen.persistence} == {"DEF", "WAR", "ONE", "TWO"}  # `END` forgets at once
    judged = [
        node for (player, other, _), nodes in foreseen.expected.items() if names[other] == "END" for node in nodes
    ]
    assert all(isinstance(part, ReactionMixture) for node in judged for part in node.parts)  # through two others
    found = twin_of(watchers)
    agrees(watchers, found)
    assert np.ptp(found.chosen, axis=0).max(axis=0).min() == 1 and np.ptp(found.chosen, axis=0).max() == 2


def test_the_twin_notices_an_option_that_acts_otherwise(world: Callable[..., Model], double: Run):
    other = world({"choices": {"AAA": {"options": {"press": {"effects": {"attrition.effort.AAA": "x 1.501"}}}}}})
    run = simulate(other, draws=300, seed=1, paths="all", precision="double")
    with pytest.raises(AssertionError):
        agrees(run, twin_of(double))


@pytest.mark.slow
def test_the_twin_walks_the_same_paths_on_the_flagship():
    run = simulate(build(*catalog.load("china-russia")), draws=200, seed=1, paths="all", precision="double")
    agrees(run, twin_of(run))


def test_plain_objects_walk_the_path_of_the_twin_where_nothing_is_random(calm: Callable[..., Model]):
    still = {name: {"volatility": 0} for name in ("dread", "quiet", "lift", "sway")}
    run = simulate(calm({"mechanisms": still}), draws=5, seed=1, paths="all", precision="double")
    world = objects.World(run.model.plan)
    with equations.using(equations.FLOATS):
        for draw in range(5):
            future = objects.Future(world, objects.random.Random(1), run.parameter_values[draw].tolist()).run()
            path = np.array([list(cells.values()) for cells in future.path])
            np.testing.assert_allclose(path, run.stock_paths[draw, 1:], rtol=RELATIVE)


def test_the_library_is_put_back_after_use():
    from standoff.mechanisms import attrition

    before = attrition.jnp
    with pytest.raises(ZeroDivisionError), equations.using(np):
        assert attrition.jnp is np
        raise ZeroDivisionError
    assert attrition.jnp is before
