"""The game: a person who does as the model would plays the model's future, and only what is open can be chosen."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import standoff
from standoff import simulate
from standoff.engine import decision_record
from standoff.engine.run import Run
from standoff.engine.session import Session
from standoff.errors import ModelError
from standoff.evaluation.scoring_rules import brier
from standoff.wargame.game import FUTURES, OpenDecision, Wargame, play

SEATS = {
    "restricted": ("AAA", "BBB", "CCC"),
    "border": ("ALA",),
    "closed_form": ("BLU",),
    "korea": ("CHN",),
}


def run_of(opened: Session) -> Run:
    """The futures of a block with their whole paths."""
    return simulate(opened.model, draws=opened.simulator.size, seed=opened.seed, paths="all")


def to_the_end(game: Wargame, option: Callable[[OpenDecision], str]) -> Wargame:
    """Play by a rule."""
    while game.turn is not None:
        game.choose({decision.choice: option(decision) for decision in game.turn.decisions})
    return game


def step_of(game: Wargame, at: str) -> int:
    return next(k for k in range(game.stepper.program.steps) if game.plan.scenario.calendar.label(k + 1) == at)


@pytest.mark.parametrize("number", [0, 41])
@pytest.mark.parametrize("name", SEATS)
def test_who_does_as_the_model_would_plays_its_future_to_the_last_bit(
    name: str, number: int, request: pytest.FixtureRequest
) -> None:
    opened: Session = request.getfixturevalue(name)
    run = run_of(opened)
    for seats in (SEATS[name], SEATS[name][:1]):
        game = play(opened, seats, number=number)
        turns = 0
        while game.turn is not None:
            k = step_of(game, game.turn.at)
            options = {
                item.choice: game.plan.choices[c].options[run.path_chosen[number, k, c]]
                for item in game.turn.decisions
                for c in [game.names.index(item.choice)]
            }
            game.choose(options)
            turns += 1
        assert turns > 0 and not np.isnan(game.now.of("cells")).any()
        assert np.array_equal(game.now.of("cells"), run.stock_paths[number, -1])
        assert np.array_equal(game.now.of("chosen"), run.path_chosen[number, -1])
        found = game.now.outcomes["answers"][:, game.now.lane]
        assert np.array_equal(found, run.answers[:, number], equal_nan=True)
        for move in game.moves:
            k, c = step_of(game, move.at), game.names.index(move.choice)
            o = game.plan.choices[c].options.index(move.option)
            assert run.path_chosen[number, k, c] == o and move.model_option == move.option
            chance = float(run.path_p[number, k, c, o])
            assert move.chance == (pytest.approx(chance, abs=2e-5) if move.by_person else chance)


def test_any_future_is_one_in_which_a_seat_decides(border: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """An actor that only answers has nothing to decide in the futures in which nobody acts."""
    silent = [number for number in range(40) if play(border, "BOR", number=number).turn is None]
    assert 0 < len(silent) < 40
    monkeypatch.setattr(secrets.SystemRandom, "sample", lambda self, population, k: [*silent[:1], *range(k)])
    game = play(border, "BOR", number=None)
    assert game.turn is not None and game.stepper.number not in silent


def test_a_game_is_a_future_with_options_that_persons_set(korea: Session) -> None:
    game = play(korea, "CHN", number=7)
    while game.turn is not None:
        game.choose({"CHN": "troops"})
    assert {move.chance < 1 for move in game.moves if not move.by_person} == {True}
    result = korea.move(draws=20, held=game.stepper.held(game.picks))
    assert np.array_equal(game.now.outcomes["answers"][:, 7], result.answers[:, 7], equal_nan=True)
    chosen = [move.option for move in game.moves if move.choice == "USA"]
    options = korea.model.plan.choices[game.names.index("USA")].options
    kept = [options[o] for o in result.chosen[7, :, game.names.index("USA")]]
    assert chosen == kept[: len(chosen)]
    alone = korea.move(draws=20)
    assert not np.array_equal(alone.answers[:, 7], result.answers[:, 7], equal_nan=True)


def test_what_is_open_is_what_the_engine_lets_an_actor_choose(restricted: Session) -> None:
    run, number = run_of(restricted), 5
    game = play(restricted, "AAA", number=number)
    closed = 0
    while game.turn is not None:
        k = step_of(game, game.turn.at)
        record = decision_record.at_step(run, k)
        for item in game.turn.decisions:
            c = game.names.index(item.choice)
            assert record.made[number, c] and list(item.is_open.values()) == list(
                record.available[number, c, : len(item.is_open)]
            )
            assert list(item.probability.values()) == pytest.approx(record.p[number, c, : len(item.is_open)], abs=1e-4)
            closed += list(item.is_open.values()).count(False)
        model_options = {
            item.choice: game.plan.choices[c].options[run.path_chosen[number, k, c]]
            for item in game.turn.decisions
            for c in [game.names.index(item.choice)]
        }
        game.choose(model_options)
    assert closed > 10  # ladders and conditions close options on most dates


def test_a_closed_option_is_refused_and_nothing_changes(restricted: Session) -> None:
    game = play(restricted, "AAA", number=5)
    before, turn = game.now, game.turn
    assert turn is not None
    item, option = next(
        (item, option) for item in turn.decisions for option, there in item.is_open.items() if not there
    )
    with pytest.raises(ModelError) as raised:
        game.choose({item.choice: option})
    assert all(open_ in raised.value.problems[0].allowed for open_, there in item.is_open.items() if there)
    assert game.now is before and game.turn is turn and not game.moves and not game.picks


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seats=st.sets(st.sampled_from(SEATS["restricted"]), min_size=1), number=st.integers(0, 60))
def test_random_legal_games_come_to_an_end_and_are_the_same_again(
    data: st.DataObject, seats: set[str], number: int, restricted: Session
) -> None:
    def drawn(item: OpenDecision) -> str:
        return data.draw(st.sampled_from([option for option, there in item.is_open.items() if there]))

    game = to_the_end(play(restricted, sorted(seats), number=number), drawn)
    assert game.now.state == game.stepper.program.steps
    for move in game.moves:
        assert 0 <= move.chance <= 1 and all(map(math.isfinite, move.reasons.values()))
    again, chosen = play(restricted, sorted(seats), number=number), iter(game.chosen)
    while again.turn is not None:
        again.choose(next(chosen))
    assert again.moves == game.moves
    assert np.array_equal(again.now.of("cells"), game.now.of("cells"))


def test_a_seat_sees_whom_it_observes_before_it_decides(restricted: Session) -> None:
    game = play(restricted, "BBB", number=2)
    seen = 0
    while game.turn is not None:
        turn, dog = game.turn, next((item for item in game.turn.decisions if item.choice == "dog"), None)
        assert {move.choice for move in turn.observed} <= {"king"} and not {"king"} & {
            item.choice for item in turn.others
        }
        game.choose()
        for move in turn.observed:
            seen += 1
            assert dog is not None and not move.by_person
            assert (
                next(made for made in game.moves if (made.at, made.choice) == (turn.at, "king")).option == move.option
            )
    assert seen > 0  # the king decides for itself again from October on


def test_stocks_are_what_the_seat_believes(border: Session) -> None:
    game = play(border, "ALA", number=4)
    assert game.turn is not None
    tension = next(item for item in game.turn.stocks if item.stock == "tension")
    true = float(game.now.of("cells")[game.plan.cells.index("tension")])
    assert tension.value == pytest.approx(true / 2) and tension.before == tension.value
    game.choose()
    assert next(item for item in game.turn.stocks if item.stock == "tension").before == tension.value


def test_a_briefing_knows_nothing_of_what_came_after(korea: Session) -> None:
    game = play(korea, "CHN")
    ledger, told = korea.model.ledger, game.briefing
    own = {name for choice in game.plan.choices if choice.actor == "CHN" for r in choice.reasons for name in r.claims}
    assert told.claims and {*told.claims[:3]} <= own
    assert all(str(ledger[name].published) <= "1950-09-30" for name in told.claims)
    assert any("Soviet Union" in tie for tie in told.relations)


def test_guesses_are_scored_beside_the_model(korea: Session) -> None:
    game = play(korea, "CHN", number=3)
    assert game.turn is not None and [item.choice for item in game.turn.others] == ["USA"]
    game.choose(guesses={"USA": {"hold": 0.6, "advance": 0.4}})
    (guess,) = game.guesses
    happened = ["hold", "advance"].index(guess.move.option)
    assert guess.scores["brier"] == pytest.approx(brier([0.6, 0.4], happened))
    assert guess.scores["logarithmic"] == pytest.approx(-math.log([0.6, 0.4][happened]))
    assert guess.scores["model_logarithmic"] == pytest.approx(-math.log(guess.move.chance), abs=1e-6)


@pytest.mark.parametrize(
    ("options", "guesses"),
    [
        ({"XXX": "troops"}, {}),
        ({"CHN": "tropps"}, {}),
        ({"USA": "hold"}, {}),  # nobody's seat
        ({}, {"CHN": {"arms": 1}}),  # one's own
        ({}, {"USA": {"hold": 0.6}}),
        ({}, {"USA": {"hold": -0.5, "advance": 1.5}}),
        ({}, {"USA": {"hold": math.nan, "advance": 1}}),
        ({}, {"USA": {"hold": math.inf}}),
        ({}, {"USA": {"stop": 1}}),
        ({}, {"USA": {}}),
    ],
)
def test_what_is_no_move_is_refused(korea: Session, options: dict[str, str], guesses: dict[str, Any]) -> None:
    game = play(korea, "CHN", number=3)
    turn = game.turn
    with pytest.raises(ModelError):
        game.choose(options, guesses)
    assert game.turn is turn and not game.moves and not game.guesses


@pytest.mark.parametrize(
    ("seats", "number"), [("XXX", 0), ("SUN", 0), ((), 0), ("CHN", -1), ("CHN", FUTURES), (("CHN", "ZZZ"), 0)]
)
def test_what_is_no_game_is_refused(korea: Session, seats: Any, number: int) -> None:
    with pytest.raises(ModelError):
        play(korea, seats, number=number)


def test_a_program_can_play(korea: Session) -> None:
    """The example of docs/play.md."""
    game = standoff.play(korea.model, "CHN", number=3)
    while game.turn is not None:
        likeliest = {each.choice: max(each.probability, key=each.probability.get) for each in game.turn.decisions}
        game.choose(likeliest)
    with pytest.raises(ModelError):
        game.choose()
    assert standoff.debrief(game, draws=50).is_over
