"""Paths under the prior: what no path can be, and what a small share has in common with a quantity without an end."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import jax
import numpy as np
import pytest

from standoff.inference.reconcile import claim_arrays, measurement_model
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from tests.unit.inference.conftest import Says

ASKED = ("public_for_peace_talks", "RUS", "2023-12-31")


def polls(say: Says, *values: float, unit: str = "%", quantity: str = ASKED[0]) -> Ledger:
    """Polls of three offices in 2023."""
    rows = enumerate(values)
    return Ledger(
        tuple(say(f"Office {k}", each, f"2023-0{k + 3}-01", quantity=quantity, unit=unit) for k, each in rows)
    )


def levels(facts: claim_arrays.ClaimData, count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Standard normal numbers (draw, number), five times too wide, and levels of the path (draw, knot)."""
    with jax.enable_x64(True):
        data = measurement_model.data(facts)
        wide = 5 * np.random.default_rng(1).standard_normal((count, measurement_model.size(data)))
        return wide, np.asarray(measurement_model.latent_draws(wide, data).flows)[:, 0]


def test_no_path_of_a_share_exceeds_the_whole(say: Says) -> None:
    facts = claim_arrays.collect(polls(say, 88, 92, 95), *ASKED)
    assert facts.whole == 100.0 and facts.centre == pytest.approx(math.log(0.92 / 0.08), abs=1e-3)
    _, share = levels(facts)
    _, free = levels(dataclasses.replace(facts, whole=None, centre=math.log(92)))
    assert share.min() >= 0 and share.max() <= 100 * (1 + 1e-12) < free.max()


def test_a_small_share_follows_the_path_of_a_quantity_without_an_end(say: Says) -> None:
    facts = claim_arrays.collect(polls(say, 0.1, 0.12, 0.09), *ASKED)
    free = dataclasses.replace(facts, whole=None, centre=math.log(100 / (1 + math.exp(-facts.centre))))
    inside = np.abs(levels(free)[1]) < 0.5  # %: log and logit differ by the share itself, at both ends
    np.testing.assert_allclose(levels(facts)[1][inside], levels(free)[1][inside], rtol=0.006)


@pytest.mark.parametrize(
    ("quantity", "unit", "values", "whole"),
    [
        ("share_of_aid", "1", (0.5, 0.6, 1.0), 1.0),
        ("public_for_mediation", "%", (80, 80, 120), None),  # a claim that exceeds the whole is no claim about a share
        ("tariff_by_usa", "%", (50, 60, 70), None),
        ("personnel_losses", "person", (50, 60, 70), None),
    ],
)
def test_the_whole_of_shares_alone(
    say: Says, quantity: str, unit: str, values: tuple[float, ...], whole: float | None
) -> None:
    facts = claim_arrays.collect(polls(say, *values, unit=unit, quantity=quantity), quantity, "RUS", "2023-12-31")
    assert facts.whole == whole and math.isfinite(facts.centre)
