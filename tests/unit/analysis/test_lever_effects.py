"""What levers could do: the answers of runs with the lever set."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import answer, build, load, simulate
from standoff.analysis.lever_effects import LeverEffect, lever_effects
from standoff.engine.model import Model
from standoff.engine.session import session as open_session

DRAWS = 1000


@pytest.fixture(scope="module")
def model() -> Model:
    return build(*load("closed-form"))


@pytest.fixture(scope="module")
def found(model: Model) -> LeverEffect:
    (effect,) = lever_effects(open_session(model), model.plan.question("acts"), draws=DRAWS)
    return effect


@pytest.mark.parametrize("value", [0, 3])
def test_both_ends_are_the_answers_of_runs(found: LeverEffect, value: float) -> None:
    assert (found.lever, found.now, found.futures) == ("restraint", 1, DRAWS)
    run, end = (
        simulate(build(*load("closed-form", changes={"restraint": value})), draws=DRAWS, seed=1),
        next(end for end in found.ends if end.value == value),
    )
    assert end.answer == pytest.approx(answer(run)["acts"].answer)
    assert end.change == pytest.approx(end.answer - found.before)
    assert 0 < end.mc_error < np.sqrt(end.answer * (1 - end.answer) / DRAWS)  # pairs are surer than two answers


def test_the_largest_effect_is_that_of_the_farther_end(found: LeverEffect) -> None:
    assert found.largest.value == 3 and abs(found.largest.change) == max(abs(end.change) for end in found.ends)
