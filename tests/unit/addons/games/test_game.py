"""The game that an actor faces: the file that is written and the run agree, draw by draw."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from standoff.addons.games import gambit, single_game
from standoff.addons.games.game import GameFinding, decision, finding_of_game
from standoff.addons.games.game import game as faced_game
from standoff.addons.games.perceived import perceived_game
from standoff.analysis.finding import Provenance
from standoff.analysis.sensitivity.screening import parameter_uniforms
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.flows import mean_flows
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import LAST, simulate
from standoff.errors import ModelError, RunError
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

AGREE = 1e-6  # what the issue asks; both solvers stop far below
TEXT = """
title: three neighbours
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}, CIS: {name: Cisland}, DUR: {name: Durland}}
stocks: {prize: {unit: "1", initial: 0.5 to 2, cap: 5, sources: assumption}}
mechanisms:
  growth: {use: mean_reversion, stock: prize, mean: 1, speed: 0.5 1/month, volatility: 0.1, sources: assumption}
choices:
  ALA:
    actor: ALA
    options: {stay: , raid: , enter: }
    status_quo: stay
    every: 3 months
    rationality: 0.5 to 2
    half_life: 0
    sources: assumption
    reasons:
      gain: {use: expression, weight: 0.5 to 2, value: {enter: prize, raid: 0.4 * prize}}
      pain: {use: expression, weight: 0.5 to 2, value: {enter: "-1 * (BOR in [fight])", raid: "-0.3 * (BOR in [fight])"}}
  BOR:
    actor: BOR
    options: {yield: , fight: }
    status_quo: yield
    every: 3 months
    rationality: 0.5 to 2
    half_life: 0
    sources: assumption
    reasons:
      cost: {use: expression, weight: 1, value: {fight: -1 * prize}}
      honour: {use: expression, weight: 2, value: {fight: "1 * (ALA in [enter]) + 0.5 * (CIS in [help])"}}
  CIS:
    actor: CIS
    options: {watch: , help: }
    status_quo: watch
    every: 6 months
    rationality: 1.2
    half_life: 0
    sources: assumption
    reasons: {friend: {use: expression, weight: 1, value: {help: "1 * (BOR in [fight]) - 0.4 * prize"}}}
  DUR:
    actor: DUR
    options: {watch: , cheer: }
    status_quo: watch
    every: 3 months
    rationality: 1
    half_life: 0
    sources: assumption
    reasons: {fun: {use: expression, weight: 1, value: {cheer: "1 * (ALA in [enter])"}}}
"""
SEEN = {"choices": {"BOR": {"after": ["ALA"]}, "CIS": {"after": ["BOR"]}}}
CERTAIN = {**SEEN, "theory": "best_response"}
DECEIVED = {"beliefs": {"ALA": {"prize": "2 @assumption", "choices.BOR.rationality": "0.5 @assumption"}}}
SOMETIMES = {"choices": {"BOR": {"when": "prize > 1 @assumption"}}}
CASES: dict[str, dict[str, Any]] = {
    "true": {},
    "deceived": DECEIVED,
    "seen": SEEN,
    "certain": CERTAIN,
    "sometimes": SOMETIMES,
}
MARCH, JUNE, SEPTEMBER = 1, 4, 7  # steps; Cisland decides in June and December only
DRAWS = 40


def model(change: dict[str, Any]) -> Model:
    document = overlay(read_text(TEXT, "three.yaml"), Document(change, {}, "change"))
    return build(load.load_document(document, None), Ledger())


@cache
def run_of(case: str) -> Run:
    return simulate(model(CASES[case]), draws=DRAWS, seed=1, paths="all")


def told(run: Run, place: int, step: int, draw: int | None = None, kind: str = "") -> GameFinding:
    return finding_of_game(
        Provenance.of(run), run.model.plan, place, step, perceived_game(run, place, step, draw), draw, kind
    )


def solved(game: GameFinding) -> tuple[Any, single_game.GameSolution]:
    """The file read again and solved at the printed rationality."""
    loaded = gambit.parse(game.text, f".{game.kind}")
    return loaded, single_game.quantal_response(loaded, [float(rate) for rate in game.rationality.split(",")])


@pytest.mark.parametrize("case", ["true", pytest.param("deceived", marks=pytest.mark.slow)])
@pytest.mark.parametrize("step", [MARCH, JUNE])
@pytest.mark.parametrize("draw", [0, 5])
def test_the_file_of_one_future_gives_what_the_run_has(case: str, step: int, draw: int) -> None:
    run = run_of(case)
    game = told(run, 0, step, draw)
    loaded, answer = solved(game)
    profile = {player["name"]: player["strategies"] for player in answer.players(loaded)}
    assert list(profile["ALA"].values()) == pytest.approx(decision_record.probabilities(run, 0, step)[draw], abs=AGREE)
    assert list(profile["BOR"].values()) == pytest.approx(decision_record.expected(run, 0, 1, step)[draw], abs=AGREE)
    assert game.response_error < AGREE
    assert game.kind == "nfg" and game.unique is not None


@pytest.mark.parametrize(
    ("place", "step", "players"),
    [(0, JUNE, ["ALA", "BOR", "CIS"]), (0, MARCH, ["ALA", "BOR"]), (3, JUNE, ["ALA", "BOR", "CIS", "DUR"])],
)
def test_only_who_matters_and_decides_is_in_it(place: int, step: int, players: list[str]) -> None:
    assert [player.choice for player in told(run_of("true"), place, step, 0).players] == players


def test_what_a_choice_that_is_not_made_does_is_part_of_the_payoffs() -> None:
    """In September Cisland stands where it went in June: helping adds half of honour's weight to fighting."""
    run = run_of("true")
    helps = run.path_chosen[:, SEPTEMBER - 1, 2] == 1
    assert helps.any() and not helps.all()
    for draw in (int(np.flatnonzero(helps)[0]), int(np.flatnonzero(~helps)[0])):
        game = perceived_game(run, 0, SEPTEMBER, draw)
        assert game.choices == (0, 1)
        prize = run.stock_paths[draw, SEPTEMBER, 0]
        assert game.base[1][0, 1] == pytest.approx(-prize + 2 * 0.5 * helps[draw], rel=1e-6)
        assert told(run, 0, SEPTEMBER, draw).response_error < AGREE


def test_means_are_of_the_payoffs_of_every_future() -> None:
    run = run_of("true")
    mean, each = perceived_game(run, 0, MARCH), [perceived_game(run, 0, MARCH, draw).payoffs() for draw in range(DRAWS)]
    np.testing.assert_allclose(mean.payoffs(), np.mean(each, axis=0), atol=1e-12)
    assert mean.payoffs().shape == (2, 3, 2)
    game = told(run, 0, MARCH)
    assert game.futures == game.made == DRAWS and f"averaged over {DRAWS} futures" in game.text.splitlines()[0]
    loaded, answer = solved(game)
    shares = [player["strategies"] for player in answer.players(loaded)]
    assert [dict(player.response) for player in game.players] == [pytest.approx(p) for p in shares]
    p = decision_record.probabilities(run, 0, MARCH)
    assert list(game.players[0].actual.values()) == pytest.approx(p.mean(axis=0))
    assert list(game.players[0].mc_errors.values()) == pytest.approx(p.std(axis=0) / np.sqrt(DRAWS))
    assert game.response_error == pytest.approx(
        max(abs(player.response[o] - player.actual[o]) for player in game.players for o in player.response)
    )


@pytest.mark.slow
def test_futures_in_which_others_decide_too_are_told_apart() -> None:
    run = run_of("sometimes")
    due = run.stock_paths[:, MARCH, 0] > 1
    assert due.any() and not due.all()
    game = told(run, 0, MARCH)
    assert game.made == DRAWS and game.futures == max(due.sum(), DRAWS - due.sum())
    assert [player.choice for player in game.players] == (["ALA", "BOR"] if due.mean() > 0.5 else ["ALA"])
    with pytest.raises(ModelError, match="does not arise in 2024-03 in future"):
        perceived_game(run, 1, MARCH, int(np.flatnonzero(~due)[0]))


@pytest.mark.slow
def test_moves_that_are_seen_make_a_tree() -> None:
    """Agents respond at each information set; in the run, to the moves that they saw there."""
    draw, run = 3, run_of("seen")
    game = told(run, 0, JUNE, draw)
    loaded, answer = solved(game)
    assert game.kind == "efg" and loaded.is_tree and all(each.nodes == 1 for each in loaded.sets)
    assert game.response_error < AGREE
    options = [choice.options for choice in run.model.plan.choices]
    went = [f"{name} {options[c][run.path_chosen[draw, JUNE, c]]}" for c, name in enumerate(("ALA", "BOR"))]
    for c, name, info in ((0, "ALA", "1"), (1, "BOR", went[0]), (2, "CIS", f"{went[0]}, {went[1]}")):
        sets = next(player for player in answer.players(loaded) if player["name"] == name)["information_sets"]
        here = next(place["actions"] for place in sets if place["name"] == info)
        assert list(here.values()) == pytest.approx(decision_record.probabilities(run, c, JUNE)[draw], abs=AGREE)


@pytest.mark.slow
def test_a_player_who_sees_nothing_has_one_information_set() -> None:
    """Durland sees nobody, the others see those before them."""
    game = told(run_of("seen"), 3, JUNE, 2)
    loaded, _ = solved(game)
    sets = [each.player for each in loaded.sets]
    assert [sets.count(player) for player in loaded.players] == [1, 3, 6, 1]
    assert max(each.nodes for each in loaded.sets) > 1 and game.response_error < AGREE


@pytest.mark.slow
def test_a_table_cannot_tell_who_sees_whom() -> None:
    with pytest.raises(ModelError, match=r"ends in .efg"):
        told(run_of("seen"), 0, MARCH, 0, "nfg")
    as_tree = told(run_of("true"), 0, MARCH, 0, "efg")
    assert as_tree.kind == "efg" and as_tree.response_error < AGREE


@pytest.mark.slow
def test_other_choices_of_the_actor_are_named() -> None:
    """Durland becomes a second decision of Aland, which matters to nobody."""
    run = run_of("true")
    plan = run.model.plan
    twice = replace(plan, choices=(*plan.choices[:3], replace(plan.choices[3], actor="ALA")))
    game = finding_of_game(Provenance.of(run), twice, 0, MARCH, perceived_game(run, 0, MARCH, 0), 0)
    assert game.notes[-1].startswith("ALA also makes DUR")


@pytest.mark.slow
def test_another_theory_is_told_beside_the_quantal_response() -> None:
    game = told(run_of("certain"), 0, MARCH, 0)
    assert set(game.players[0].actual.values()) == {0.0, 1.0} and game.players[0].theory == "best_response"
    assert dict(game.players[1].actual) == pytest.approx(dict(game.players[1].response), abs=AGREE)  # what it expects


@pytest.mark.slow
def test_what_an_actor_does_before_it_knows_what_it_will_see() -> None:
    """A follower under best response: its options as likely as the moves that it will see, which it expects."""
    run = run_of("certain")
    leader, follower = told(run, 1, MARCH, 3).players
    game = perceived_game(run, 1, MARCH, 3)
    base, gains = game.base[1][0], game.pairs[1, 0][0]
    fights = [base[1] + gains[1, o] > base[0] + gains[0, o] for o in range(3)]
    shares = list(decision_record.expected(run, 1, 0, MARCH)[3])
    expected = sum(p for p, fight in zip(shares, fights, strict=True) if fight)
    assert follower.actual["fight"] == pytest.approx(expected, abs=1e-9)
    assert list(leader.actual.values()) == pytest.approx(shares, abs=1e-9)


def test_a_game_too_large_for_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gambit, "MAX_CELLS", 11)
    with pytest.raises(ModelError, match="2 players with 12 payoffs"):
        told(run_of("true"), 0, MARCH, 0)


def test_a_game_is_found_by_actor_and_month() -> None:
    game = faced_game(model({}), actor="ALA", at="2024-05", draw=2)
    assert game.decided == "2024-03" and game.text == told(run_of("true"), 0, MARCH, 2).text.replace(
        f"draws {DRAWS}", "draws 1"
    )


def test_a_future_far_on_costs_no_more_than_its_own_block() -> None:
    """One draw is run, which is the one that a run of all before it has; no number is too high but for its width."""
    far = 1_000
    game = faced_game(model({}), actor="ALA", at="2024-05", draw=far)
    assert (game.draw, game.futures, game.origin.draws) == (far, 1, 1) and f"future {far}" in game.title
    whole = simulate(model({}), draws=far + 1, seed=1, paths="all")
    assert game.text == told(whole, 0, MARCH, far).text.replace(f"draws {far + 1}", "draws 1")
    last = faced_game(model({}), actor="ALA", at="2024-05", draw=LAST - 1)
    assert last.response_error < AGREE
    with pytest.raises(RunError, match=r"allowed: numbers from 0 to 2,147,483,647"):
        faced_game(model({}), actor="ALA", at="2024-05", draw=LAST)


def test_a_run_that_begins_later_is_that_part_of_the_whole() -> None:
    """Draws, flows, reasons and what is told of their numbers: 30 of 40, from the eleventh on."""
    whole, part = run_of("true"), simulate(model({}), draws=30, seed=1, first=10, paths="all")
    np.testing.assert_array_equal(part.stock_paths, whole.stock_paths[10:])
    np.testing.assert_array_equal(part.parameter_values, whole.parameter_values[10:])
    np.testing.assert_array_equal(part.path_ids, np.arange(10, 40))
    np.testing.assert_allclose(
        decision_record.probabilities(part, 0, JUNE), decision_record.probabilities(whole, 0, JUNE)[10:], atol=1e-12
    )
    np.testing.assert_array_equal(parameter_uniforms(part.model, 30, 1, 10), parameter_uniforms(part.model, 40, 1)[10:])
    mean = (part.stock_paths[:, -1] - part.stock_paths[:, 0]).mean(
        axis=0
    )  # the books balance only with the noise of these draws
    cells = [
        [n for n, (cell, _) in enumerate(part.model.program.flow_names) if cell == name]
        for name in part.model.plan.cells
    ]
    booked = [mean_flows(part)[:, rows].sum() for rows in cells]
    np.testing.assert_allclose(booked, mean, atol=1e-5)


def test_dates_and_names_are_checked() -> None:
    plan = run_of("true").model.plan
    assert decision(plan, "ALA", "2024-05") == (0, MARCH)
    with pytest.raises(ModelError, match="did you mean `ALA`"):
        decision(plan, "ALLA", "2024-05")
    with pytest.raises(ModelError, match="2024-03 to 2024-12"):
        decision(plan, "ALA", "2024-02")
    with pytest.raises(ModelError, match="future 99 has no path"):
        perceived_game(run_of("true"), 0, MARCH, 99)
