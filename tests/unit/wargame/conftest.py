"""Models that are played: one with every kind of restriction, one with questions, and two of the catalogue."""

from __future__ import annotations

import pytest

from standoff import build, catalog
from standoff.engine.session import Session, session
from standoff.ledger import Ledger
from standoff.scenario import load_text
from tests.unit.engine.test_option_availability import TEXT as RESTRICTED
from tests.unit.engine.test_session import TEXT as BORDER

SEED = 3
ANSWERS = """\
  BOR:
    actor: BOR
    options: {wait: , answer: }
    status_quo: wait
    responds_to: {ALA: {strike: [answer]}}
    every: 3 months
    rationality: 1
    half_life: 0
    sources: assumption
    reasons: {cost: {use: expression, weight: 1, value: {answer: -1}}}
levers:
"""
#: nobody's unknown reasons last, one actor sees half of the tension and the other only answers it, and the last decision is
#: that of December 2031
CALLED = BORDER.replace("half_life: 1.94 month", "half_life: 0").replace("levers:\n", ANSWERS)
CALLED += "beliefs: {ALA: {tension: 0.5 @assumption}}\n"


@pytest.fixture(scope="session")
def restricted() -> Session:
    """Fourteen choices of three actors, with ladders, terms, conditions and observed moves; without a question."""
    return session(build(load_text(RESTRICTED), Ledger()), seed=SEED)


@pytest.fixture(scope="session")
def border() -> Session:
    """One actor that may strike, with questions."""
    return session(build(load_text(CALLED), Ledger()), seed=SEED)


@pytest.fixture(scope="session")
def closed_form() -> Session:
    """The case that can be worked out on paper."""
    return session(build(*catalog.load("closed-form")), seed=SEED)


@pytest.fixture(scope="session")
def korea() -> Session:
    """Two actors that decide each month."""
    return session(build(*catalog.load("korea-1950")), seed=SEED)
