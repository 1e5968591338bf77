"""An option that an actor is taken to hold after as_of: it holds whatever speaks for it, others know, and history stays."""

from __future__ import annotations

import copy
import functools
from typing import Any

import numpy as np
import pytest
import yaml

from standoff.analysis.explain import decision_step
from standoff.analysis.parameter_variants import parameter_variants
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.scenario import load_text
from tests.unit.plan.test_choices import TEXT

FREE = 2  # the first state after as_of
PAIR = yaml.safe_load(TEXT) | {
    "actors": {"AAA": {"name": "A"}, "BBB": {"name": "B"}},
    "variants": {
        "fled": {"text": "it fled", "change": {"choices": {"AAA": {"intervention": {"option": "flee"}}}}},
        "later": {
            "text": "it flees in May",
            "change": {"choices": {"AAA": {"intervention": {"option": "flee", "since": "2024-05"}}}},
        },
    },
    "questions": {
        "flees": {
            "text": "Has it fled?",
            "resolution": "as the world has it",
            "event": "AAA in [flee]",
            "by": "2024-08",
        }
    },
}
PAIR["choices"]["BBB"] = {
    "actor": "BBB",
    "options": {"wait": {}, "chase": {}},
    "status_quo": "wait",
    "every": "1 month",
    "rationality": 1,
    "half_life": 0,
    "sources": "assumption",
    "reasons": {"prey": {"use": "expression", "weight": 3, "value": {"wait": "0", "chase": "AAA in [flee]"}}},
}


def model(variant: str = "", **held: Any) -> Model:
    case = copy.deepcopy(PAIR)
    if held:
        case["choices"]["AAA"]["intervention"] = held
    loaded = load_text(yaml.safe_dump(case, sort_keys=False))
    return build(loaded.with_variant(variant) if variant else loaded, Ledger())


@functools.cache
def ran(variant: str = "") -> Run:
    return simulate(model(variant), draws=400, seed=5, paths="all", precision="double")


def test_it_is_held_from_as_of_on_with_certainty_and_history_stays() -> None:
    base, run = ran(), ran("fled")
    assert (run.path_chosen[:, : FREE - 1, 0] == base.path_chosen[:, : FREE - 1, 0]).all()
    assert (run.path_chosen[:, FREE - 1 :, 0] == 2).all()
    np.testing.assert_array_equal(run.path_p[:, FREE - 1 :, 0], np.broadcast_to([0.0, 0.0, 1.0], (400, 6, 3)))
    assert 0 < (base.path_chosen[:, FREE - 1 :, 0] == 2).mean() < 0.5


def test_who_reckons_with_it_knows() -> None:
    chase = 1 / (1 + np.exp(-3.0))
    p = ran("fled").path_p[:, FREE - 1 :, 1, 1]
    np.testing.assert_allclose(p, chase, rtol=1e-9)
    free = ran()
    expected = 1 / (1 + np.exp(-3.0 * free.path_p[:, FREE - 1 :, 0, 2]))
    np.testing.assert_allclose(free.path_p[:, FREE - 1 :, 1, 1], expected, rtol=1e-6)


def test_until_its_month_the_actor_is_free() -> None:
    base, run = ran(), ran("later")
    april = 4
    np.testing.assert_array_equal(run.path_chosen[:, : april - 1], base.path_chosen[:, : april - 1])
    assert (run.path_chosen[:, april - 1 :, 0] == 2).all()


def test_a_variant_runs_by_the_program_of_the_base() -> None:
    base = ran()
    tables = dict(parameter_variants(base.model))
    assert list(tables) == ["fled", "later"]
    from standoff.engine.rerun import Rerunner

    again = Rerunner.from_run(base)
    assert again is not None
    for name, table in tables.items():
        np.testing.assert_array_equal(again.with_table(table, 400).run.answers, ran(name).answers)


def test_a_choice_that_is_held_is_never_made() -> None:
    held = model("fled")
    assert not any(held.plan.choices[0].is_free) and not any("never made" in note for note in held.plan.warnings)
    with pytest.raises(ModelError, match="it is taken to hold `flee`"):
        decision_step(held.plan, held.plan.choices[0], "2024-06")


@pytest.mark.parametrize(
    ("held", "told"),
    [({"option": "fly"}, "flee"), ({"option": "go", "since": "2024-02"}, "is not after as_of 2024-02"), ({}, "option")],
)
def test_what_cannot_be_held_is_refused(held: dict[str, str], told: str) -> None:
    case = copy.deepcopy(PAIR)
    case["choices"]["AAA"]["intervention"] = held
    with pytest.raises(ScenarioError, match=told):
        load_text(yaml.safe_dump(case, sort_keys=False))
