"""Contingents: what is sent arrives, and nothing else does."""

from __future__ import annotations

import pytest

from standoff.mechanisms import contingent

START = {"troops.RUS": 1000.0, "troops_sent.CHN": 0.0, "troops_sent.PRK": 0.0}


def params(chn: float, prk: float) -> dict[str, object]:
    return {"senders": ("CHN", "PRK"), "recipient": "RUS", "deployment_rate": {"CHN": chn, "PRK": prk}}


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_closed_form_a_steady_stream_adds_up(integrate, dt):
    last = integrate(contingent, params(300.0, 20.0), START, steps=8, dt=dt)[-1]
    assert last["troops_sent.CHN"] == pytest.approx(300.0 * 8 * dt, rel=1e-12)
    assert last["troops.RUS"] == pytest.approx(1000.0 + 320.0 * 8 * dt, rel=1e-12)


def test_direction_more_sent_is_more_troops(integrate):
    some, more = (integrate(contingent, params(x, 0.0), START, steps=1)[-1] for x in (10.0, 11.0))
    assert more["troops.RUS"] > some["troops.RUS"] > START["troops.RUS"]


def test_limit_nobody_sent_changes_nothing(integrate):
    assert integrate(contingent, params(0.0, 0.0), START, steps=5)[-1] == START


def test_books_balance(integrate):
    last = integrate(contingent, params(7.0, 13.0), START, steps=9)[-1]
    assert last["troops.RUS"] - START["troops.RUS"] == pytest.approx(
        last["troops_sent.CHN"] + last["troops_sent.PRK"], rel=1e-12
    )
