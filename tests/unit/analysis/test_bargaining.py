"""Parts of the chance of a deal: they add up, follow the mechanism's own room, and are worth what they are worth."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import components
from standoff.analysis import bargaining
from standoff.analysis.bargaining import RoomForDeal, room_for_deal
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.mechanisms import war_termination as war
from standoff.xla import float_precision
from tests import small_war

FEAR, TRUST = "fear that the enemy grows", "guarantees"


def of(found: RoomForDeal, part: str, side: str) -> float:
    return next(item.points for item in found.parts if (item.part, item.side) == (part, side))


@pytest.fixture(scope="module")
def run() -> Run:
    change = {"mechanisms": {"war": {"guarantee": {"RED": 0.25, "BLU": 0}}}}
    return simulate(small_war.model(change), draws=300, seed=1)


@pytest.fixture(scope="module")
def found(run: Run) -> RoomForDeal:
    return room_for_deal(run, "war")


def test_the_parts_add_up(found: RoomForDeal) -> None:
    assert sum(item.points for item in found.parts) == pytest.approx(found.chance - found.even, abs=1e-12)
    assert found.futures == 300 and 0 < found.chance < found.even < 1


def test_losses_and_guarantees_open_the_room_and_fear_shuts_it(found: RoomForDeal) -> None:
    for side in ("Redland", "Bluland"):
        assert of(found, FEAR, side) < 0 < of(found, "its losses", side) and of(found, "what it cannot pay", side) > 0
        assert of(found, "its public", side) == 0, "the case has no publics"
    assert of(found, TRUST, "Bluland") == 0
    worth = {item.part: item.worth for item in found.parts if item.side == "Redland"}
    assert worth[TRUST] == pytest.approx(-0.25 * worth[FEAR]), "a quarter of the fear is taken away"
    assert of(found, TRUST, "Redland") == pytest.approx(-0.25 * of(found, FEAR, "Redland"))


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
    for whole, (own, holds) in zip(least, parts, strict=True):
        np.testing.assert_allclose(holds + sum(own.values()), whole, atol=1e-12)
    assert found.room == pytest.approx(float((best > low).mean()), abs=0.01)


def test_a_linear_chance_gives_each_part_its_worth_times_the_slope() -> None:
    a, b = {"one": np.array([0.2, 0.1]), "two": np.array([-0.2, 0.3])}, {"three": np.array([0.5, 0.0])}
    base = (np.array([0.3, 0.1]), np.array([0.2, 0.9]))
    (one, two), (three,) = bargaining._shared(lambda x, y: 0.1 + 3 * x - 2 * y, base, (a, b))
    np.testing.assert_allclose([one[1], two[1], three[0]], [0.3, 0.9, -1.0])
    assert one[0] == two[0] == 0, "parts that cancel exactly have no slope"


def test_sides_share_what_they_make_together() -> None:
    """x y from (0, 0) to (1, 2) is 2: half of it each, and within a side by size."""
    zero = np.zeros(1)
    a, b = {"one": np.array([0.25]), "two": np.array([0.75])}, {"three": np.array([2.0])}
    (one, two), (three,) = bargaining._shared(lambda x, y: x * y, (zero, zero), (a, b))
    np.testing.assert_allclose([one[0], two[0], three[0]], [0.25, 0.75, 1.0])


def test_the_mechanism_is_found_by_its_kind(run: Run) -> None:
    assert bargaining.wars(run.model.plan) == ["war"]
