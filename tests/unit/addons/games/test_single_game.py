"""Every solution concept: closed forms, published games, definitions by other code."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit, single_game
from standoff.addons.games.gambit import GambitGame
from standoff.addons.games.single_game import METHODS, backward_induction, level_k, nash, quantal_response, solve
from standoff.errors import StandoffError
from standoff.games.information import MoveOrder

CHICKEN = textbook.resolve("chicken")
COORDINATION = [[[2.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 1.0]]]
BATTLE = [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]
PENNIES = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
DILEMMA = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]


def named(payoffs) -> GambitGame:
    payoffs = np.asarray(payoffs, float)
    labels = [[f"s{o}" for o in range(size)] for size in payoffs.shape[1:]]
    return gambit.table("test", "ABCDE"[: len(payoffs)], labels, payoffs)


def book(name: str) -> GambitGame:
    return gambit.read(textbook.resolve(name))


def test_a_file_and_its_game_give_the_same() -> None:
    game = gambit.read(CHICKEN)
    for one, other in ((solve(CHICKEN), quantal_response(game, (1.0, 1.0))), (solve(game, "nash"), nash(game))):
        np.testing.assert_array_equal(one.profiles[0], other.profiles[0])
    np.testing.assert_array_equal(solve(game, rationality=2).profiles[0], solve(game, rationality=(2, 2)).profiles[0])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "luck"}, ", ".join(METHODS)),
        ({"rationality": -1}, "is not a rationality"),
        ({"rationality": (1, 2, 3)}, "3 numbers for 2 players"),
        ({"method": "backward"}, "use --method"),
    ],
)
def test_what_does_not_fit_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(StandoffError, match=message):
        solve(CHICKEN, **settings)  # type: ignore[arg-type]


# ---- quantal response ----------------------------------------------------------------------------------------------


def test_one_player_is_a_logit_choice_and_one_strategy_is_played() -> None:
    found = quantal_response(named([[1.0, 0.0, -2.0]]), [1.7])
    weights = np.exp(1.7 * np.array([1.0, 0.0, -2.0]))
    np.testing.assert_allclose(found.profiles[0][0], weights / weights.sum(), rtol=1e-8)
    only = quantal_response(named([[[3.0, 0.0, 1.0]], [[0.0, 1.0, 2.0]]]), [2.0, 2.0]).profiles[0]
    weights = np.exp([0.0, 2.0, 4.0])
    assert only[0].tolist() == [1.0]
    np.testing.assert_allclose(only[1], weights / weights.sum(), rtol=1e-8)


def test_where_nobody_has_a_choice_there_is_one_answer() -> None:
    tree = gambit.parse(
        'EFG 2 R "t" { "A" "B" } ""\np "" 1 1 "" { "go" } 0\np "" 2 1 "" { "on" } 0\nt "" 1 "" { 1 2 }', ".efg"
    )
    for answer in (quantal_response(tree, [1.0, 1.0]), nash(tree), backward_induction(tree)):
        assert [row.tolist() for row in answer.profiles[0]] == [[1.0], [1.0]] and answer.residual == 0
    table = named(np.arange(2.0).reshape(2, 1, 1))
    for answer in (quantal_response(table, [1.0, 1.0]), nash(table), level_k(table, 2)):
        assert [row.tolist() for row in answer.profiles[0]] == [[1.0], [1.0]] and answer.unique


def test_rationality_is_each_players_own_and_multiplies_payoffs() -> None:
    payoffs, rates = np.random.default_rng(4).normal(size=(2, 3, 3)), [0.7, 3.0]
    one = quantal_response(named(payoffs), rates).profiles[0]
    two = quantal_response(named(payoffs * np.array(rates)[:, None, None]), [1.0, 1.0]).profiles[0]
    for p, q in zip(one, two, strict=True):
        np.testing.assert_allclose(p, q, atol=1e-8)
    np.testing.assert_allclose(quantal_response(named(payoffs), [5.0, 0.0]).profiles[0][1], 1 / 3, atol=1e-9)
    for row in quantal_response(named(payoffs), [0.0, 0.0]).profiles[0]:
        np.testing.assert_array_equal(row, 1 / 3)


@pytest.mark.parametrize("shape", [(2, 2), (3, 2, 3), (2, 2, 2, 2)])
def test_answers_are_logit_responses_to_themselves(shape: tuple[int, ...]) -> None:
    """The definition, written out over all cells."""
    rng = np.random.default_rng(len(shape))
    payoffs, rates = rng.normal(size=(len(shape), *shape)), rng.uniform(0.5, 3, len(shape))
    found = quantal_response(named(payoffs), rates.tolist())
    assert found.residual < 1e-7
    for i, size in enumerate(shape):
        values = np.zeros(size)
        for cell in np.ndindex(shape):
            weight = math.prod(found.profiles[0][j][o] for j, o in enumerate(cell) if j != i)
            values[cell[i]] += weight * payoffs[(i, *cell)]
        weights = np.exp(rates[i] * values)
        np.testing.assert_allclose(found.profiles[0][i], weights / weights.sum(), atol=1e-7)


def test_another_equilibrium_is_found_and_reported() -> None:
    """Both differences move by 3, so that responses contract up to rationality 4/3; p = 1 / (1 + exp(-6 (3 p - 1)))."""
    low, high = (quantal_response(named(COORDINATION), [rate] * 2) for rate in (1.33, 6.0))
    assert low.unique and low.facts["proved_unique"] and not high.unique and not high.facts["proved_unique"]
    p = high.profiles[0][0][0]
    assert p == pytest.approx(1 / (1 + math.exp(-6 * (3 * p - 1))), abs=1e-8) and p > 0.99  # the better one
    assert not quantal_response(named(COORDINATION), [1.34] * 2).facts["proved_unique"]
    assert single_game.contracts(np.array(COORDINATION), [0.1, 17.0])  # the product is what counts: 16 / 9
    assert not single_game.contracts(np.array(COORDINATION), [0.1, 18.0])


def test_where_branches_cross_the_answer_does_not_depend_on_labels() -> None:
    """Pure coordination: at rationality 2 two branches leave even chances, on which the answer stays."""
    found = quantal_response(named([np.eye(2), np.eye(2)]), [3.0, 3.0])
    np.testing.assert_allclose(found.profiles[0], 0.5, atol=1e-7)
    assert found.facts["crossings"] == 1 and not found.unique and "straight on" in found.notes[-1]


def test_a_branch_that_turns_is_followed_to_its_first_arrival() -> None:
    """Coordination with small differences, a game whose branch turns back before rationality 4."""
    payoffs = np.zeros((3, 3, 3, 3))
    payoffs[:, range(3), range(3), range(3)] = 2.0
    payoffs += 0.3 * np.random.default_rng(3).normal(size=(15, 3, 3, 3, 3))[0]
    turned = [quantal_response(named(payoffs), [rate] * 3) for rate in (1.0, 4.0)]
    assert all(found.residual < 1e-7 for found in turned)


@pytest.mark.parametrize("name", ["beer-quiche", "centipede", "kuhn-poker", "selten-horse"])
def test_agents_respond_to_what_follows_given_that_they_are_reached(name: str) -> None:
    game = book(name)
    rates = np.linspace(0.5, 1.5, len(game.players))
    found = quantal_response(game, rates.tolist())
    assert found.residual < 1e-8
    profile = game.profile(found.profiles[0])
    for each, row in zip(game.sets, found.profiles[0], strict=True):
        values = profile.action_values[each.place]
        odds = [rates[game.players.index(each.player)] * (values[a] - values[each.actions[0]]) for a in each.actions]
        assert np.log(row / row[0]) == pytest.approx(odds, abs=1e-6)


def test_a_tree_in_which_everybody_moves_once_and_blindly_is_its_table() -> None:
    payoffs = np.random.default_rng(2).normal(size=(3, 3, 2, 2))
    options = [[str(o) for o in range(size)] for size in (3, 2, 2)]
    tree = gambit.sequential("t", "ABC", options, MoveOrder((3, 2, 2)), payoffs)
    rates = [0.5, 1.0, 2.0]
    for p, q in zip(
        quantal_response(tree, rates).profiles[0], quantal_response(named(payoffs), rates).profiles[0], strict=True
    ):
        np.testing.assert_allclose(p, q, atol=1e-7)


def test_who_sees_the_other_is_an_agent_for_each_thing_that_it_knows() -> None:
    """The entrant expects what the incumbent answers: closed form of two stages (McKelvey and Palfrey 1998)."""
    payoffs = np.array([[[1.0, 1.0], [2.0, 0.0]], [[5.0, 5.0], [2.0, 0.0]]])
    moves = MoveOrder((2, 2), ((), (0,)))
    found = quantal_response(gambit.sequential("t", "EI", [["out", "in"], ["share", "fight"]], moves, payoffs), [1, 1])
    share = 1 / (1 + math.exp(-2))
    np.testing.assert_allclose(found.profiles[0][2], [share, 1 - share], atol=1e-8)
    assert found.profiles[0][0][1] == pytest.approx(1 / (1 + math.exp(1 - 2 * share)), abs=1e-8)


def test_a_set_that_chance_never_comes_to_is_refused() -> None:
    text = 'EFG 2 R "t" { "A" } ""\nc "" 1 "" { "a" 0 "b" 1 } 0\np "" 1 1 "s" { "l" "r" } 0\n' + 't "" 0\n' * 3
    with pytest.raises(StandoffError, match="chance moves never reach"):
        quantal_response(gambit.parse(text, ".efg"), [1.0])


# ---- Nash ----------------------------------------------------------------------------------------------------------


def rows(game: GambitGame) -> np.ndarray:
    found = np.array([np.concatenate(profile) for profile in nash(game).profiles])
    return found[np.lexsort(np.round(found, 6).T)]


def test_closed_forms() -> None:
    np.testing.assert_allclose(
        rows(named(BATTLE)), [[1, 0, 1, 0], [2 / 3, 1 / 3, 1 / 3, 2 / 3], [0, 1, 0, 1]], atol=1e-12
    )
    np.testing.assert_allclose(rows(named(PENNIES)), [[0.5] * 4], atol=1e-12)
    assert rows(named(DILEMMA)).tolist() == [[0, 1, 0, 1]] and nash(named(DILEMMA)).unique


def test_payoffs_of_any_size_and_place() -> None:
    for scale, shift in ((1e-6, 0.0), (1e6, -3e6), (1.0, 1e5)):
        np.testing.assert_allclose(rows(named(np.array(BATTLE) * scale + shift)), rows(named(BATTLE)), atol=1e-8)


def test_payoffs_that_are_all_alike_leave_even_chances() -> None:
    first = nash(named(np.full((2, 2, 3), 7.0))).profiles[0]
    assert [row.tolist() for row in first] == [[0.5] * 2, [1 / 3] * 3]


@pytest.mark.parametrize("ruin", [-10.0, -1000.0])
def test_a_ruinous_option_does_not_hide_where_the_branch_of_a_stag_hunt_leads(ruin: float) -> None:
    """Hare is risk-dominant (it is better against even chances), and a third option ruins whoever meets it."""
    own = np.array([[5.0, 0.0, ruin], [4.0, 2.0, ruin], [ruin, ruin, ruin]])
    answer = nash(named([own, own.T]))
    np.testing.assert_allclose(np.array(answer.profiles[0]), [[0, 1, 0], [0, 1, 0]], atol=1e-9)
    assert any(np.abs(np.array(p) - [2 / 3, 1 / 3, 0]).max() < 1e-9 for p in answer.profiles[1:])  # it is told, later


def test_the_first_equilibrium_is_credible() -> None:
    """A threat to fight that nobody would carry out: entering costs nothing, and the branch leads to it."""
    answer = nash(book("entry-deterrence"))
    for row, best in zip(answer.profiles[0], backward_induction(book("entry-deterrence")).profiles[0], strict=True):
        np.testing.assert_allclose(row, best, atol=1e-8)


# ---- backward induction --------------------------------------------------------------------------------------------


def test_backward_induction_takes_at_once_in_the_centipede() -> None:
    game = book("centipede")
    found = backward_induction(game)
    assert [row.tolist() for row in found.profiles[0]] == [[1, 0]] * 4 and found.unique and found.residual == 0
    assert [player["payoff"] for player in found.players(game)] == pytest.approx([0.4, 0.1])


def test_a_tie_is_said() -> None:
    tree = gambit.parse('EFG 2 R "t" { "A" } ""\np "" 1 1 "" { "l" "r" } 0\n' + 't "" 1 "x" { 1 }\n' * 2, ".efg")
    found = backward_induction(tree)
    assert found.facts["ties"] == [{"player": "A", "name": "1", "actions": ["l", "r"]}] and not found.unique


def test_backward_induction_needs_perfect_information() -> None:
    with pytest.raises(StandoffError, match=r"does not know at information set(?s:.)*--method qre"):
        backward_induction(book("selten-horse"))


@pytest.mark.parametrize(("win", "action"), [("1/2", 1), ("3/10", 0)])
def test_backward_induction_waits_for_chance(win: str, action: int) -> None:
    """A sure 0.4 against a bet worth 0.5, and against one worth 0.3."""
    lose = {"1/2": "1/2", "3/10": "7/10"}[win]
    text = f"""EFG 2 R "t" {{ "A" }} ""
p "" 1 1 "" {{ "safe" "bet" }} 0
t "" 1 "" {{ .4 }}
c "" 1 "" {{ "win" {win} "lose" {lose} }} 0
t "" 2 "" {{ 1 }}
t "" 0"""
    game = gambit.parse(text, ".efg")
    found = backward_induction(game)
    assert found.profiles[0][0].argmax() == action
    assert found.players(game)[0]["payoff"] == pytest.approx(0.5 if action else 0.4)


# ---- level k -------------------------------------------------------------------------------------------------------


def guessing(numbers: int = 21, part: float = 2 / 3) -> GambitGame:
    """Guess `part` of the other's number: the closer, the better."""
    mine, other = np.meshgrid(np.arange(numbers), np.arange(numbers), indexing="ij")
    own = -np.abs(mine - part * other)
    return named(np.array([own, own.T]))


def test_each_level_of_the_guessing_game_takes_two_thirds_of_the_one_below() -> None:
    """Even chances over 0 to 20: expected loss is least at 2/3 of the median, 6.67; then 4.67, 3.33, 2 (whole numbers)."""
    picks = [level_k(guessing(), k).profiles[0][0].argmax() for k in (1, 2, 3, 4)]
    assert picks[0] in {6, 7}
    for before, after in pairwise(picks):
        assert after == round(before * 2 / 3)


def test_ties_are_split() -> None:
    payoffs = np.random.default_rng(1).normal(size=(3, 2, 3, 2))
    payoffs[0] = 1.0  # the first player does not care
    np.testing.assert_array_equal(level_k(named(payoffs), 1).profiles[0][0], 0.5)


def test_level_0_is_uniform_and_deeper_levels_are_not() -> None:
    assert all((shares == 0.5).all() for shares in solve(CHICKEN, "level-k", level=0).profiles[0])
    assert not all((shares == 0.5).all() for shares in solve(CHICKEN, "level-k", level=1).profiles[0])


def test_a_level_out_of_range_says_so() -> None:
    for level in (-1, 101, 2 * 10**60):  # each level is a round over the whole game
        with pytest.raises(StandoffError, match=r"no level(?s:.*)0 to 100"):
            level_k(guessing(), level)
