"""Shares of variance, distances and boxes against those worked out on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.analysis.sensitivity.sensitivity import sensitivity
from standoff.analysis.sensitivity.sobol import CHANCE, by_mechanism, by_side
from standoff.errors import ModelError, RunError
from tests import closed_form as paper

if TYPE_CHECKING:
    from standoff.engine.run import Run

WIDE = 4.0 / 1.645  # four standard errors, in halves of a 90 % interval


def test_indices_of_a_sum_with_chance(closed: Run) -> None:
    found = sensitivity(closed.model, question="sum", indices=True, pairs=2048)
    names = {"mechanisms.levelling.mean": "mean", "stocks.level.initial": "initial", CHANCE: "chance"}
    for item in found.indices:
        wanted = paper.sobol_sum().get(names.get(item.name, ""), 0.0)
        assert abs(item.first - wanted) <= WIDE * item.first_error + 1e-9
        assert abs(item.total - wanted) <= WIDE * item.total_error + 1e-9
    assert found.indices[0].name == "stocks.level.initial" and found.indices[0].total_error < 0.05
    assert sum(item.numbers for item in found.indices) == len(closed.model.layout.varying)


def test_indices_of_a_product_by_mechanism(closed: Run) -> None:
    found = sensitivity(closed.model, question="product", indices=True, group="mechanism", pairs=2048)
    for item in found.indices[:2]:
        first, total = paper.sobol_product()[item.name.removeprefix("stocks.")]
        assert abs(item.first - first) < WIDE * item.first_error
        assert abs(item.total - total) < WIDE * item.total_error
    assert all(item.total == 0.0 for item in found.indices[2:])


def test_numbers_belong_to_a_mechanism_and_to_a_side(closed: Run) -> None:
    model = closed.model
    names = {group: {model.layout.names[i] for i in numbers} for group, numbers in by_side(model).items()}
    assert names["RED"] == {"mechanisms.spending_red.push", "mechanisms.firing_red.speed"}
    assert sum(map(len, by_mechanism(model).values())) == len(model.layout.varying)


def test_distances_of_a_corner(closed: Run) -> None:
    found = sensitivity(closed.model, question="corner")
    assert found.inside == "it happens" and found.indices == ()
    far = {item.path: item for item in found.distances}
    assert far.keys() == {"stocks.gain.initial", "stocks.cost.initial"}
    for name, wanted in paper.corner_distances().items():  # the standard error of a distance is below sqrt(1 / 4n)
        item = far[f"stocks.{name}.initial"]
        assert abs(item.distance - wanted) < 4 * 0.5 / (found.share_inside * 4096) ** 0.5
        assert item.higher == (name == "gain")


def test_what_cannot_be_asked(closed: Run) -> None:
    with pytest.raises(RunError, match="the same in all"):
        sensitivity(closed.model, question="arms", indices=True, pairs=64)
    with pytest.raises(ModelError, match="unknown group"):
        sensitivity(closed.model, question="acts", group="colour")
