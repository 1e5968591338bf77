"""Claims in words: no code of an actor, a side or a unit."""

from __future__ import annotations

import pytest

from standoff import load
from standoff.engine.build import planned
from standoff.engine.model import Model
from standoff.report import claim_labels


@pytest.fixture(scope="module")
def flagship() -> Model:
    """A case with many sides; nothing of it is simulated."""
    return planned(load("china-russia"))


@pytest.mark.parametrize(
    ("side", "text"),
    [
        ("ukraine", "Ukraine"),
        ("europe", "Europe"),
        ("north-korea", "North Korea"),
        ("west", "West"),
        ("nato", "NATO"),
        ("un", "UN"),
        ("neutral", "neutral"),
        ("press", "press"),
        ("america", "America"),
        ("no_such-side", "no such-side"),
    ],
)
def test_a_side_is_its_actor_a_state_a_group_or_a_kind_of_speaker(flagship: Model, side: str, text: str) -> None:
    assert claim_labels.side(flagship.plan, side) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("RUS", "Russia"),
        ("RUS.public", "Public of Russia"),
        ("AUT", "Austria"),
        ("WEST", "West"),
        ("WORLD", "World"),
        ("QQQ", "QQQ"),
    ],
)
def test_a_subject_is_an_actor_a_state_or_a_word(flagship: Model, code: str, text: str) -> None:
    assert claim_labels.subject(flagship.plan, code) == text


def test_codes_in_a_quantity_are_names(flagship: Model) -> None:
    assert claim_labels.quantity(flagship.plan, "ceasefire_with_ukr") == "ceasefire with Ukraine"
    assert claim_labels.quantity(flagship.plan, "personnel_losses") == "personnel losses"
    assert claim_labels.quantity(flagship.plan, "abm_treaty_exit") == "ABM treaty exit"
    assert claim_labels.quantity(flagship.plan, "public_trusting_putin") == "public trusting Putin"


def test_a_number_has_its_unit_in_words(flagship: Model) -> None:
    claim = next(claim for claim in flagship.ledger if claim.unit == "person" and claim.comparator == "about")
    assert claim_labels.value(claim).endswith(" people") and "person" not in claim_labels.value(claim)
    one = claim.model_copy(update={"value": 1, "unit": "item", "comparator": "exact"})
    assert claim_labels.value(one) == "1 item"
    assert claim_labels.value(one.model_copy(update={"value": 5000, "unit": "km^2"})) == "5000 km²"
    assert claim_labels.value(one.model_copy(update={"value": 2, "unit": "1"})) == "2"
    assert claim_labels.value(one.model_copy(update={"value": 1.1, "unit": "ratio"})) == "1.1"
    assert claim_labels.value(next(claim for claim in flagship.ledger if not claim.numbers)) == ""
    assert claim_labels.sentence(flagship.plan, claim).startswith(claim_labels.subject(flagship.plan, claim.subject))


def test_a_count_without_a_unit_keeps_its_comparator_and_its_number(flagship: Model) -> None:
    claim = next(item for item in flagship.ledger if item.comparator == "at_least" and item.unit == "1")
    values = [claim_labels.value(claim.model_copy(update={"value": number})) for number in (1, 3, 11)]
    assert values == ["at least 1", "at least 3", "at least 11"]
