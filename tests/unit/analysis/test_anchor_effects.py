"""Prior, posterior and error of an anchor, from recorded numbers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from standoff import anchor_effects
from standoff.engine.anchors import futures
from standoff.engine.run import Run
from tests.unit.plan.test_anchors import planned


def test_reasons_take_away_what_lies_between_prior_and_posterior() -> None:
    plan = planned({"go": "12 % by 2024-12 @assumption"})
    number = plan.anchors[0].constants[0]
    parameters = tuple(replace(item, shift=-0.7) if i == number else item for i, item in enumerate(plan.parameters))
    plan = replace(plan, parameters=parameters)
    first = np.where(np.arange(1000) < 50, 5.0, np.inf)  # in 50 of 1,000 futures
    run = SimpleNamespace(model=SimpleNamespace(plan=plan), answer={plan.anchors[0].tracker: first}.__getitem__)
    (found,) = anchor_effects(cast("Run", run))
    assert (found.choice, found.options, found.date, found.question) == ("AAA.war", ("go",), "2024-12", "")
    assert (found.prior, found.posterior, found.sources) == (0.12, 0.05, ("assumption",))
    assert found.change == pytest.approx(-0.07)
    assert found.shift == pytest.approx(-0.7 * 2 * 0.5)  # rationality and weight
    assert found.monte_carlo == pytest.approx((0.12 * 0.88 / futures(plan) + 0.05 * 0.95 / 1000) ** 0.5)


def test_a_model_without_anchors_has_no_effects() -> None:
    assert anchor_effects(cast("Run", SimpleNamespace(model=SimpleNamespace(plan=planned())))) == ()
