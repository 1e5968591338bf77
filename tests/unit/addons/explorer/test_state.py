"""States of the explorer from the page."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import build, load
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.claim_removal import claim_effects
from standoff.engine.model import Model
from standoff.errors import ModelError


@pytest.fixture(scope="module")
def model() -> Model:
    return build(*load("kuwait-1990"))


def test_a_state_knows_what_is_changed() -> None:
    state = ExplorerState(levers={"b": 1, "a": 2.0}, claims={"c1": "aside"})
    assert state and not ExplorerState()
    assert state.key == ExplorerState(claims={"c1": "aside"}, levers={"a": 2.0, "b": 1}).key
    assert not state.reference.levers and state.reference.claims == state.claims


def test_options_are_set_from_now_on_and_checked(model: Model) -> None:
    choice = next(choice for choice in model.plan.choices if any(choice.is_free))
    held = ExplorerState(holds={choice.name: choice.options[-1]}).held(model)
    row, begin = model.plan.choices.index(choice), model.plan.first_future_step
    assert held is not None and (held[row, begin:] == len(choice.options) - 1).all()
    assert ExplorerState().held(model) is None and not ExplorerState(holds={"a": "b"}).reference
    for wrong in ({"none": "x"}, {choice.name: "none of them"}):
        with pytest.raises(ModelError) as error:
            ExplorerState(holds=wrong).held(model)
        assert error.value.problems[0].allowed


def test_a_disputed_claim_changes_its_numbers_alone(model: Model) -> None:
    name, effect = next((name, effect) for name, effect in claim_effects(model).items() if effect.weights)
    table = ExplorerState(claims={name: "aside"}).table(model)
    assert table is not None
    moved = np.flatnonzero(~np.isclose(table.a, model.table.a))
    assert len(moved) > 0 and set(moved) <= {i for i, _ in (*effect.weights, *effect.numbers)}


def test_claims_without_effect_are_refused(model: Model) -> None:
    idle = next(claim.id for claim in model.ledger if claim.id not in claim_effects(model))
    for name in (idle, "nobody-wrote-this"):
        with pytest.raises(ModelError, match=name):
            ExplorerState(claims={name: "aside"}).table(model)
