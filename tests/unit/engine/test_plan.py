"""Plans of the variants of a case, one after the other."""

from __future__ import annotations

import pytest

from standoff import catalog
from standoff.engine.plan import Memory, plan
from standoff.errors import ModelError
from standoff.ledger import Claim, Ledger
from standoff.scenario import load_text


def test_a_memory_changes_no_plan():
    """Each variant, planned after all those before it, is what it is alone."""
    memory = Memory()
    loaded, ledger = catalog.load("korea-1950")
    for name in ("", *loaded.scenario.variants):
        variant, _ = catalog.load("korea-1950", name)
        assert plan(variant, ledger, memory) == plan(variant, ledger)
    assert memory


def test_what_was_known_is_looked_up_again_where_another_day_is_asked():
    """The claim of May is a number in a plan as of June, and a mistake in one as of April, each time."""
    text = """
        {title: t, as_of: 2024-06, start: 2024-01, end: 2024-12, step: month, actors: {AAA: {name: A}},
         stocks: {mood: {unit: person, initial: {from: may}}}}"""
    may = Claim.parse(
        {"id": "may", "subject": "AAA", "quantity": "losses", "value": 5, "unit": "person", "comparator": "about",
         "as_of": "2024-04", "published": "2024-05-01", "speaker": "an office", "side": "neutral",
         "source": {"title": "a report"}, "basis": "found", "status": "accepted"}
    )  # fmt: skip
    ledger, memory = Ledger((may,)), Memory()
    plan(load_text(text), ledger, memory)
    for _ in range(2):
        with pytest.raises(ModelError, match="was published 2024-05-01, after as_of 2024-04"):
            plan(load_text(text.replace("2024-06", "2024-04")), ledger, memory)
