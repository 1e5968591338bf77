"""A case has the attributes of its scenario, and is a pair."""

import pickle

import pytest

from standoff import catalog
from standoff.engine.build import build
from standoff.errors import ModelError
from standoff.ledger import Ledger


def test_a_case_is_a_scenario_with_its_ledger():
    case = catalog.load("closed-form")
    scenario, ledger = case
    assert case.questions == scenario.questions and case.with_variant == scenario.with_variant
    assert build(case).hash == build(scenario, ledger).hash == build(pickle.loads(pickle.dumps(case))).hash
    with pytest.raises(AttributeError, match=r"a scenario has no `question`; it has .*questions"):
        _ = case.question


def test_a_ledger_of_its_own_takes_the_place_of_that_of_the_case():
    case = catalog.load("closed-form")
    with pytest.raises(ModelError, match="there are no claims"):
        build(case.scenario)  # it cites claims, and a scenario alone has none
    other = Ledger((*case.ledger.claims, *catalog.load("korea-1950").ledger.claims))
    assert build(case, other).ledger is other and build(case.scenario, case.ledger).hash == build(case).hash
