"""Answering another's deeds: closed form, direction, limit."""

from __future__ import annotations

import pytest

from standoff import components
from standoff.considerations import retaliation


def payoff(option: str, arms: float, troops: float, reputation_value: float = 0.8) -> float:
    p = retaliation.Params.model_construct(
        offender="CHN",
        offences=("arms", "troops"),
        severity={"arms": 0.5, "troops": 1.0},
        response={"hold": 0.0, "impose": 1.0},
        reputation_value=reputation_value,
    )
    others = components.Others(acts={("CHN", "arms"): arms, ("CHN", "troops"): troops})
    return float(retaliation.payoff(p, components.State({}), option, others))


def test_closed_form():
    assert payoff("impose", 0.2, 0.1) == pytest.approx(0.8 * (0.5 * 0.2 + 1.0 * 0.1), rel=1e-12)


def test_direction_a_graver_or_likelier_offence_is_worth_more():
    assert payoff("impose", 0.0, 0.3) > payoff("impose", 0.3, 0.0) > payoff("impose", 0.2, 0.0) > 0


def test_limit_letting_it_pass_and_no_offence_are_worth_nothing():
    assert payoff("hold", 0.4, 0.6) == payoff("impose", 0.0, 0.0) == 0
