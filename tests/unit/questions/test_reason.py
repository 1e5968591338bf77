"""The part of a reason in the log odds, on draws made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from standoff.questions.reason import FORM
from standoff.report import formatting

from .samples import outcome, plan, query, question, sample, statement

ASKED = question(reason=["BLU", "gain"], option="act", at="2024-12")
CHOICES = tuple(
    SimpleNamespace(name=name, options=("wait", "act"), status_quo=0, reasons=tuple(map(reason, names)))
    for reason in [lambda name: SimpleNamespace(name=name)]
    for name, names in (("RED", ("fear",)), ("BLU", ("gain", "cost")))
)
PARTS = {"gain": [1.0, 3.0], "cost": [-1.0, -1.0], "probability": [0.4, 0.8]}


def test_the_answer_is_the_mean_part_with_its_share() -> None:
    response = FORM.answer(sample(ASKED, PARTS, choices=CHOICES))
    assert response.value == 2 and response.futures == pytest.approx((1.1, 2.9))
    assert response.monte_carlo is not None and response.monte_carlo.error == pytest.approx(1)
    detail = response.detail
    assert detail["share"] == pytest.approx((1 / 2 + 3 / 4) / 2) and detail["log_odds"] == pytest.approx(1)
    assert detail["probability"] == pytest.approx(0.6) and (detail["option"], detail["against"]) == ("act", "wait")


def test_one_draw_has_no_error() -> None:
    one = FORM.answer(sample(ASKED, {name: values[:1] for name, values in PARTS.items()}, choices=CHOICES))
    assert one.value == 1 and one.monte_carlo is None
    assert FORM.text(statement(one, ASKED), "", formatting).main


def test_trackers_are_all_reasons_of_the_choice_and_the_probability() -> None:
    trackers = FORM.trackers(query(ASKED), plan(choices=CHOICES))
    assert [(one.name, one.kind, one.choice, one.reason, one.option) for one in trackers] == [
        ("q/gain", "reason", 1, 1, 1),
        ("q/cost", "reason", 1, 2, 1),
        ("q/probability", "probability", 1, -1, 1),
    ]


def test_values_are_the_part_itself() -> None:
    drawn = sample(ASKED, PARTS, choices=CHOICES)
    np.testing.assert_array_equal(FORM.values(drawn), PARTS["gain"])
    assert FORM.reason_of(ASKED) == ("BLU", "gain")


def test_it_never_has_an_outcome() -> None:
    assert len(list(FORM.check_outcome(ASKED, outcome("yes"), ("q",)))) == 1


def test_names_are_checked_from_the_choice_down() -> None:
    scenario = SimpleNamespace(choices={"BLU": SimpleNamespace(reasons={}, options={})})
    faults = FORM.check(ASKED, scenario, ("q",))
    assert [fault.what for fault in faults] == ["unknown reason `gain`", "unknown option `act`"]
    faults = FORM.check(ASKED, SimpleNamespace(choices={}), ("q",))
    assert [fault.what for fault in faults] == ["unknown choice `BLU`"], (
        "without the choice there is nothing to look in"
    )


def test_text_has_signs_share_and_probability() -> None:
    text = FORM.text(statement(FORM.answer(sample(ASKED, PARTS, choices=CHOICES)), ASKED), "", formatting)
    assert (
        "7 times more likely" in text.main and "+2 log odds" in text.note and "60 %" in text.note and "62" in text.note
    )


def test_a_date_without_a_free_decision_is_said_in_words() -> None:
    """Games are solved for free decisions alone: before as_of no part of a reason is known."""
    unknown = {name: [np.nan, np.nan] for name in PARTS}
    answer = statement(FORM.answer(sample(ASKED, unknown, choices=CHOICES)), ASKED)
    text = FORM.text(answer, "2025-06", formatting)
    assert (text.main, text.futures, text.error) == ("no decision then", "", "") and "2024-12" in text.note
