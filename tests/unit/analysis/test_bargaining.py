"""Parts of the chance of a deal: they add up, follow the mechanism's own room, and are worth what they are worth."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import components
from standoff.analysis import bargaining
from standoff.analysis.bargaining import RoomForDeal, room_for_deal
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.mechanisms import war_termination as war
from standoff.xla import float_precision
from tests import small_war

FEAR, TRUST = "fear that the enemy grows", "guarantees"


@pytest.fixture(scope="module")
def run() -> Run:
    change = {"mechanisms": {"war": {"guarantee": {"RED": 0.25, "BLU": 0}}}}
    return simulate(small_war.model(change), draws=300, seed=1)


@pytest.fixture(scope="module")
def found(run: Run) -> RoomForDeal:
    return room_for_deal(run)


def test_the_parts_add_up(found: RoomForDeal) -> None:
    total = sum(sum(points) for points in found.parts.values())
    assert total == pytest.approx(found.chance - found.even, abs=1e-12)
    assert found.sides == ("Redland", "Bluland") and 0 < found.chance < found.even < 1


def test_losses_and_guarantees_open_the_room_and_fear_shuts_it(found: RoomForDeal) -> None:
    assert max(found.parts[FEAR]) < 0 < min(*found.parts["its losses"], *found.parts["what it cannot pay"])
    assert found.parts["its public"] == (0, 0), "the case has no publics"
    assert found.parts[TRUST] == pytest.approx((-0.25 * found.parts[FEAR][0], 0)), "a quarter of the fear is taken away"


def test_without_a_war_there_is_no_room(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bargaining.at_war(run).all()
    monkeypatch.setattr(bargaining, "at_war", lambda run: np.zeros(300, bool))
    with pytest.raises(ModelError, match="no future is at war at 2030-03"):
        room_for_deal(run)


def test_the_room_is_that_of_the_run(run: Run, found: RoomForDeal) -> None:
    """With what each side believes of the other, which the run does not record."""
    step = run.model.plan.first_future_step
    part = next(item for item in run.model.plan.mechanisms if item.name == "war")
    with float_precision("double"), components.arithmetic(np):
        p, s = bargaining._restored(run, part, step)
        least = [sum(war.least_parts(p, s, side).values()) for side in p.sides]
        low, best, _ = war.bargain(p, *least)
        parts = [bargaining._least(p, s, side) for side in p.sides]
    np.testing.assert_allclose(best - low, run.path("room")[:, step + 1], atol=2e-5)
    for whole, (holds, own) in zip(least, parts, strict=True):
        np.testing.assert_allclose(holds + sum(own.values()), whole, atol=1e-12)
    assert 0 < found.chance < 1


def test_a_linear_chance_gives_each_part_its_worth_times_the_slope() -> None:
    worth = np.array([[[0.2, 0.1], [-0.2, 0.3]], [[0.5, 0.0], [0.0, 0.0]]])
    base = np.array([[0.3, 0.1], [0.2, 0.9]])
    (one, two), (three, _) = bargaining._shared(lambda x, y: 0.1 + 3 * x - 2 * y, base, worth)
    np.testing.assert_allclose([one[1], two[1], three[0]], [0.3, 0.9, -1.0])
    assert one[0] == two[0] == 0, "parts that cancel exactly have no slope"


def test_sides_share_what_they_make_together() -> None:
    """x y from (0, 0) to (1, 2) is 2: half of it each, and within a side by size."""
    worth = np.array([[[0.25], [0.75]], [[2.0], [0.0]]])
    shared = bargaining._shared(lambda x, y: x * y, np.zeros((2, 1)), worth)
    np.testing.assert_allclose(shared[..., 0], [[0.25, 0.75], [1.0, 0.0]])
