"""What levers could do: the answers of runs with the lever set."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import answer, build, load, simulate
from standoff.analysis.lever_effects import lever_effects
from standoff.engine.model import Model
from standoff.engine.session import LeverSession

DRAWS = 1000


@pytest.fixture(scope="module")
def model() -> Model:
    return build(*load("closed-form"))


def test_both_ends_are_the_answers_of_runs(model: Model) -> None:
    session = LeverSession.open(model)
    (found,) = lever_effects(session, model.plan.question("acts"), draws=DRAWS)
    assert (found.lever, found.now, found.futures) == ("restraint", 1, DRAWS)
    for end, value in zip(found.ends, (0, 3), strict=True):
        run = simulate(build(*load("closed-form", changes={"restraint": value})), draws=DRAWS, seed=1)
        assert end.value == value and end.answer == pytest.approx(answer(run)["acts"].answer)
        assert end.change == pytest.approx(end.answer - found.before)
        assert 0 < end.mc_error < np.sqrt(end.answer * (1 - end.answer) / DRAWS)  # pairs are surer than two answers
    assert found.largest.value == 3
