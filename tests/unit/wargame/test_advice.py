"""Advice: the shares of futures that begin where the game stands are those of the game's own probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standoff.engine.session import Session
from standoff.errors import ModelError
from standoff.wargame.advice import advise
from standoff.wargame.game import play


def test_before_the_last_decision_the_share_is_the_probability_of_the_game(border: Session) -> None:
    """With no unknown reason that lasts, whoever has not struck strikes with the probability of the last game."""
    for number in range(3):
        game = play(border, "ALA", number=number)
        while game.turn is not None and game.turn.at != "2031-12":
            game.choose({"ALA": "hold"})
        assert game.turn is not None
        chance = game.turn.decisions[0].probability["strike"]
        outcomes = game.stepper.ahead(game.now)
        share = float(np.mean(outcomes.answer("struck") < math.inf))
        assert share == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / len(outcomes.failed)))


def test_each_option_is_set_in_the_same_futures(border: Session) -> None:
    game = play(border, "ALA", number=1)
    found = {item.option: item.comparison for item in advise(game)}
    assert [*found] == ["hold", "strike"]  # what is in force first
    assert found["hold"].changes[0].change == 0 and found["strike"].changes[0].value == 1
    assert found["strike"].changes[0].change == pytest.approx(1 - found["hold"].changes[0].value)
    before = game.now
    assert game.now is before and not game.moves  # nothing is decided by asking
    again = {item.option: item.comparison for item in advise(game)}
    assert again == found


def test_nothing_is_advised_without_a_question_or_after_the_end(restricted: Session, border: Session) -> None:
    with pytest.raises(ModelError):
        advise(play(restricted, "AAA"))
    game = play(border, "ALA")
    while game.turn is not None:
        game.choose()
    with pytest.raises(ModelError):
        advise(game)
