"""`when:` gives a mechanism or a choice its occasion: nothing moves, and nobody chooses, without it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from standoff.analysis.explain import explained
from standoff.engine import decision_record
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError

from .test_twin import agrees, twin_of

AFRAID = "fear > 0.55"


@pytest.fixture(scope="module")
def afraid(world: Callable[..., Model]) -> Run:
    """The small world, where AAA chooses and quiet moves only in futures that are afraid."""
    change = {"mechanisms": {"quiet": {"when": AFRAID}}, "choices": {"AAA": {"when": AFRAID}}}
    return simulate(world(change), draws=200, seed=1, paths="all", precision="double")


def test_the_twin_walks_the_same_paths(afraid: Run):
    agrees(afraid, twin_of(afraid))


def test_a_mechanism_moves_nothing_in_steps_that_begin_without_its_condition(afraid: Run):
    fear, calm = (afraid.stock_paths[..., afraid.model.plan.cells.index(cell)] for cell in ("fear", "calm"))
    runs = fear[:, :-1] > 0.55
    assert 0.1 < runs.mean() < 0.9
    moved = np.diff(calm, axis=1) != 0
    assert not moved[~runs].any()
    bounds = [afraid.model.program.stock_bound("calm", word) for word in ("floor", "cap")]
    assert np.isin(calm[:, 1:][runs & ~moved], [bound for bound in bounds if bound is not None]).all()


def test_without_its_condition_the_actor_goes_to_its_status_quo_on_its_own_dates(afraid: Run):
    choice = afraid.model.plan.choices[0]
    fear = afraid.stock_paths[..., afraid.model.plan.cells.index("fear")]
    for step in (k for k in range(11) if choice.is_free[k]):
        calm = fear[:, step] <= 0.55
        assert 0 < calm.mean() < 1
        assert (afraid.path_chosen[calm, step, 0] == choice.status_quo).all()
        assert (afraid.path_p[calm, step, 0, choice.status_quo] == 1).all()
        assert np.ptp(afraid.path_p[~calm, step, 0, 0]) > 0


def test_reasons_are_those_of_futures_with_the_occasion_and_add_up(afraid: Run):
    choice = afraid.model.plan.choices[0]
    step = choice.is_free.index(True)
    found = explained(afraid, 0, step)
    fear = afraid.stock_paths[:, step, afraid.model.plan.cells.index("fear")]
    assert found.decision_frequency == pytest.approx((fear > 0.55).mean())
    assert 0 < found.decision_frequency < 1 and found.additivity_error < 1e-9
    assert len(decision_record.reasons(afraid, 0, step)) == (fear > 0.55).sum()
    assert explained(afraid, 1, step).decision_frequency == 1


@pytest.mark.slow
def test_a_choice_that_never_has_its_occasion_says_so(world: Callable[..., Model]):
    run = simulate(world({"choices": {"AAA": {"when": "fear > 2"}}}), draws=50, seed=1, paths="all")
    with pytest.raises(ModelError, match="does not arise"):
        explained(run, 0, run.model.program.decision_steps[0])


@pytest.mark.parametrize(
    ("when", "said"), [("fear * 2", "is a number"), ("AAA in [press]", "is a choice"), ("feer > 1", "feer")]
)
def test_a_condition_is_a_yes_or_no_that_stocks_decide(world: Callable[..., Model], when: str, said: str):
    with pytest.raises(ModelError, match=said):
        world({"mechanisms": {"quiet": {"when": when}}})
