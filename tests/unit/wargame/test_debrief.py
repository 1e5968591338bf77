"""The debrief: paired with the futures in which the model plays the seats."""

from __future__ import annotations

import json

import numpy as np
import pytest

from standoff.analysis.paired import outcome_values
from standoff.engine.session import Session
from standoff.wargame.debrief import debrief
from standoff.wargame.game import play

DRAWS = 301


def test_each_choice_is_left_out_in_the_same_futures(korea: Session) -> None:
    game = play(korea, "CHN", number=11)
    options = iter(["arms", "arms", "troops"])
    while game.turn is not None:
        game.choose({"CHN": next(options, "none")})
    found = debrief(game, draws=DRAWS)
    assert [(item.option, item.dates) for item in found.effects] == [("arms", 2), ("troops", 1), ("none", 12)]
    c, plan = game.names.index("CHN"), korea.model.plan
    query = plan.question(plan.main_question)
    begin = plan.first_future_step

    def share(*left_out: int) -> float:
        held = np.array(korea.model.table.held_options)
        for n, option in enumerate([1, 1, 2, *[0] * 12]):
            if n not in left_out:
                held[c, begin + n] = option
        return float(outcome_values(korea.move(draws=DRAWS, held=held), query).mean())

    assert found.answer is not None
    assert found.answer.value == pytest.approx(outcome_values(korea.move(draws=DRAWS), query).mean())
    assert found.answer.changes[0].value == pytest.approx(share())
    changes = [item.effect.changes[0].change for item in found.effects if item.effect]
    assert changes == pytest.approx([share() - share(*left) for left in ((0, 1), (2,), range(3, 15))], abs=1e-6)
    base = korea.move(draws=DRAWS)
    assert found.effects[1].share == pytest.approx(base.held[2, c, 2])
    assert found.here == "yes, in 1950-12" and found.here_without.startswith(("yes, in", "not by"))
    json.dumps(found.to_data(), allow_nan=False)


def test_who_does_as_the_model_would_differs_nowhere_in_this_future(border: Session) -> None:
    game = play(border, "ALA", number=2)
    while game.turn is not None:
        chosen = game._free.of("chosen")[0]
        game.choose({"ALA": border.model.plan.choices[0].options[chosen]})
    found = debrief(game, draws=50)
    assert not any(item.differs for item in found.effects)
    assert found.here == found.here_without and found.is_over and found.scores == {}


def test_a_game_without_a_question_has_a_debrief_too(restricted: Session) -> None:
    game = play(restricted, "BBB", number=1)
    game.choose()
    found = debrief(game, draws=50)
    assert found.answer is None and not found.here and not found.is_over
    assert found.effects and all(item.effect is None for item in found.effects)
