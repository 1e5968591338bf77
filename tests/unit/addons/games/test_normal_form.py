"""Quantal response of normal form against Gambit, closed forms and a slow twin."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.special import softmax

from standoff.addons.games import continuation, expected_payoffs, single_game
from standoff.addons.games.expected_payoffs import Pairwise, Payoffs
from standoff.addons.games.normal_form import NormalForm, quantal_response
from standoff.errors import StandoffError

COORDINATION = np.array([[[2.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 1.0]]])


def named(payoffs) -> NormalForm:
    payoffs = np.asarray(payoffs, float)
    return NormalForm(
        "test",
        tuple("ABCDE"[: len(payoffs)]),
        tuple(tuple(f"s{o}" for o in range(size)) for size in payoffs.shape[1:]),
        payoffs,
    )


def twin(payoffs, shares, rates):
    """Logit response of each player to all others, by plain loops over profiles."""
    out = []
    for i, size in enumerate(payoffs.shape[1:]):
        utility = [0.0] * size
        for cell in product(*(range(s) for s in payoffs.shape[1:])):
            chance = math.prod(shares[j][o] for j, o in enumerate(cell) if j != i)
            utility[cell[i]] += chance * payoffs[(i, *cell)]
        weights = [math.exp(rates[i] * (u - max(utility))) for u in utility]
        out.append([w / sum(weights) for w in weights])
    return out


def gambit(payoffs, rationality):
    pygambit = pytest.importorskip("pygambit")
    game = pygambit.StrategicGame.from_arrays(*payoffs)
    profile = pygambit.qre.logit_solve_lambda(game, rationality)[0].profile
    return [np.array([float(chance) for _, chance in profile[player]]) for player in game.players]


@pytest.mark.parametrize("sizes", [(2, 2), (3, 3, 3), (2, 4, 3), (2, 2, 2, 2), (2, 3, 2, 2, 2)], ids=str)
def test_it_is_the_branch_of_gambit(sizes):
    """Random games, rationality 0 to 100, to 1e-6: that Gambit's own equations hold as well is checked first."""
    levels, games = [0.0, 0.5, 1.0, 4.0, 20.0, 100.0], 8
    payoffs = np.random.default_rng(sum(sizes)).normal(size=(games, len(sizes), *sizes))
    rates = np.repeat(np.repeat(levels, games)[:, None], len(sizes), axis=1)
    found = quantal_response(np.tile(payoffs, (len(levels), *(1 for _ in payoffs.shape[1:]))), rates)
    assert found.converged.all()
    compared = 0
    for n, (rationality, game) in enumerate(product(levels, range(games))):
        theirs = gambit(payoffs[game], rationality) if rationality else [np.full(s, 1 / s) for s in sizes]
        reply = twin(payoffs[game], theirs, [rationality] * len(sizes))
        if max(np.abs(p - q).max() for p, q in zip(theirs, reply, strict=True)) < 1e-6:
            compared += 1
            for mine, their in zip(found.of(n), theirs, strict=True):
                np.testing.assert_allclose(mine, their, atol=1e-6, err_msg=f"game {game} at {rationality}")
    assert compared >= len(levels) * games - 1


def test_branches_that_turn_are_those_of_gambit():
    """Coordination with small differences: most branches turn back before they reach rationality 4."""
    alike = np.zeros((3, 3, 3))
    np.fill_diagonal(alike, 2.0)
    payoffs = alike + 0.3 * np.random.default_rng(3).normal(size=(15, 3, 3, 3, 3))
    found = quantal_response(payoffs, 4.0)
    assert found.converged.all() and (found.turning > 0).sum() >= 8
    for n, game in enumerate(payoffs):
        for mine, their in zip(found.of(n), gambit(game, 4.0), strict=True):
            np.testing.assert_allclose(mine, their, atol=1e-6)


def test_the_residual_is_that_of_the_slow_twin():
    payoffs = np.random.default_rng(1).normal(size=(6, 3, 2, 4, 3))
    rates = np.random.default_rng(2).uniform(0, 5, size=(6, 3))
    found = quantal_response(payoffs, rates)
    assert found.converged.all() and (found.residual < 1e-12).all()
    for n in range(6):
        for mine, reply in zip(found.of(n), twin(payoffs[n], found.of(n), rates[n]), strict=True):
            np.testing.assert_allclose(mine, reply, atol=1e-12)


def test_one_player_is_a_logit_choice_and_one_strategy_is_played():
    found = quantal_response(named([[1.0, 0.0, -2.0]]), 1.7)
    weights = np.exp(1.7 * np.array([1.0, 0.0, -2.0]))
    np.testing.assert_allclose(found.of()[0], weights / weights.sum(), rtol=1e-12)
    found = quantal_response(named([[[3.0, 0.0, 1.0]], [[0.0, 1.0, 2.0]]]), 2.0)
    np.testing.assert_array_equal(found.of()[0], [1.0])
    weights = np.exp([0.0, 2.0, 4.0])
    np.testing.assert_allclose(found.of()[1], weights / weights.sum(), rtol=1e-12)


@pytest.mark.parametrize("players", [1, 2, 3])
def test_a_table_in_which_everybody_has_one_strategy_has_one_answer(players):
    game = NormalForm(
        "t", tuple("ABC"[:players]), (("s",),) * players, np.arange(float(players)).reshape(-1, *(1,) * players)
    )
    found = quantal_response(game, 2.0, starts=4)
    assert found.converged.all() and found.unique.all() and found.residual == 0
    assert all(row.tolist() == [[1.0]] for row in found.probabilities)
    for answer in (
        single_game.quantal_response(game, [1.0] * players),
        single_game.nash(game),
        single_game.level_k(game, 2),
    ):
        assert [row.tolist() for row in answer.profiles[0]] == [[1.0]] * players


def test_rationality_is_each_players_own_and_multiplies_payoffs():
    payoffs = np.random.default_rng(4).normal(size=(2, 3, 3))
    rates = np.array([0.7, 3.0])
    one = quantal_response(named(payoffs), rates).of()
    two = quantal_response(named(payoffs * rates[:, None, None]), 1.0).of()
    for p, q in zip(one, two, strict=True):
        np.testing.assert_allclose(p, q, atol=1e-12)
    many = quantal_response(named(payoffs), [[0.0, 0.0], rates, [5.0, 0.0]])
    np.testing.assert_array_equal(many.of(0)[0], np.full(3, 1 / 3))
    np.testing.assert_allclose(many.of(1)[0], one[0], atol=1e-12)
    np.testing.assert_array_equal(many.of(2)[1], np.full(3, 1 / 3))


def test_payoffs_that_add_up_over_pairs_need_no_table():
    rng = np.random.default_rng(5)
    base = tuple(rng.normal(size=(7, size)) for size in (2, 3, 4))
    pairs = {
        (0, 1): rng.normal(size=(7, 2, 3)),
        (1, 2): rng.normal(size=(7, 3, 4)),
        (2, 0): rng.normal(size=(7, 4, 2)),
        (0, 2): rng.normal(size=(7, 2, 4)),
    }
    table = np.zeros((7, 3, 2, 3, 4))
    table[:, 0] = base[0][:, :, None, None] + pairs[0, 1][:, :, :, None] + pairs[0, 2][:, :, None]
    table[:, 1] = base[1][:, None, :, None] + pairs[1, 2][:, None]
    table[:, 2] = base[2][:, None, None] + np.swapaxes(pairs[2, 0], 1, 2)[:, :, None]
    short = quantal_response(Pairwise(base, pairs), [2.0, 1.0, 3.0])
    whole = quantal_response(table, [2.0, 1.0, 3.0])
    assert short.converged.all()
    np.testing.assert_array_equal(short.contracts, whole.contracts)
    for p, q in zip(short.probabilities, whole.probabilities, strict=True):
        np.testing.assert_allclose(p, q, atol=1e-12)


def test_the_bound_of_contraction_is_the_one_derived():
    """Both differences move by 3 between the other's strategies, so that C has 3 lambda / 4 off its diagonal."""
    just = 4 / 3
    block = Payoffs(np.broadcast_to(COORDINATION, (2, 2, 2, 2)))
    np.testing.assert_array_equal(block.influence(), [[[0, 3], [3, 0]]] * 2)
    found = expected_payoffs.contracts(block, np.array([[just * 0.999] * 2, [just * 1.001] * 2]))
    assert found.tolist() == [True, False]
    lopsided = expected_payoffs.contracts(
        block, np.array([[0.1, 17.0], [0.1, 18.0]])
    )  # the product is what counts: 16 / 9
    assert lopsided.tolist() == [True, False]


@pytest.mark.parametrize("seed", range(3))
def test_where_it_is_proved_responses_do_contract(seed):
    """Two profiles come closer, in the weights of C, by its spectral radius at least."""
    rng = np.random.default_rng(seed)
    block = Payoffs(rng.normal(size=(1, 3, 2, 3, 2)))
    rates = np.ones((1, 3))
    c = block.influence()[0] / 4
    radius, vectors = np.linalg.eig(c)
    top = int(np.argmax(radius.real))
    rates = rates * 0.95 / radius[top].real
    assert expected_payoffs.contracts(block, rates)[0]
    weight = np.abs(vectors[:, top].real)
    for _ in range(200):
        p, q = ([rng.dirichlet(np.full(s, 0.3), size=1) for s in block.sizes] for _ in range(2))
        after = [[softmax(rates[:, i, None] * u, axis=1) for i, u in enumerate(block.expected(x))] for x in (p, q)]
        far, near = (
            max(np.abs(a - b).sum() / 2 / w for a, b, w in zip(x, y, weight, strict=True)) for x, y in ((p, q), after)
        )
        assert near <= 0.95 * far + 1e-12
    found = quantal_response(block, rates, starts=1)
    assert found.contracts[0] and found.unique[0] and found.converged[0]


def test_another_equilibrium_is_found_and_reported():
    found = quantal_response(named(COORDINATION), [[1.0, 1.0], [6.0, 6.0]], starts=30)
    assert found.contracts.tolist() == [True, False]
    assert found.unique.tolist() == [True, False] and found.others.tolist() == [0, 2]
    assert quantal_response(named(COORDINATION), 6.0).unique is None
    p = found.probabilities[0][1, 0]  # the same for both: p = 1 / (1 + exp(-6 (3 p - 1)))
    assert math.isclose(p, 1 / (1 + math.exp(-6 * (3 * p - 1))), rel_tol=1e-9)
    assert p > 0.99  # the branch leads to the better one


def test_a_symmetry_that_lets_branches_cross_is_reported():
    """Pure coordination: at rationality 2 two branches leave even chances, on which the answer stays."""
    found = quantal_response(named([np.eye(2), np.eye(2)]), [[1.9, 1.9], [3.0, 3.0]], starts=30)
    assert found.converged.all()
    np.testing.assert_allclose(found.probabilities[0], 0.5, atol=1e-12)
    assert found.crossings.tolist() == [0, 1] and found.others.tolist() == [0, 2]


def test_a_branch_that_is_not_followed_is_no_answer(monkeypatch):
    monkeypatch.setattr(continuation, "STEPS", 3)
    continuation._burst.cache_clear()
    found = quantal_response(named(np.random.default_rng(0).normal(size=(2, 3, 2))), 20.0)
    continuation._burst.cache_clear()
    assert not found.converged[0] and found.residual[0] > 1e-3
    np.testing.assert_allclose([row.sum() for row in found.of()], 1.0, rtol=1e-14)


def test_a_profile_has_names():
    game = NormalForm("chicken", ("US", "USSR"), (("hold", "yield"), ("hold", "yield")), COORDINATION)
    named_shares = game.profile(quantal_response(game, 2.0).of())
    assert list(named_shares) == ["US", "USSR"] and list(named_shares["US"]) == ["hold", "yield"]
    assert math.isclose(sum(named_shares["US"].values()), 1.0)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"payoffs": np.zeros((2, 2, 3))}, r"payoffs of shape \(2, 2, 3\)\n  allowed: \(2, 2, 2\)"),
        ({"payoffs": np.full((2, 2, 2), np.nan)}, "not a number"),
        ({"players": ("A", "A")}, "`A` is given more than once"),
        ({"strategies": (("l", "r"), ("l", "l"))}, "`l` is given more than once"),
        ({"strategies": (("l", "r"),)}, "1 lists of strategies for 2 players"),
        ({"strategies": (("l", "r"), ())}, "no strategy"),
    ],
)
def test_what_is_no_game_says_why(change, text):
    right = {"title": "t", "players": ("A", "B"), "strategies": (("l", "r"), ("l", "r")), "payoffs": COORDINATION}
    with pytest.raises(StandoffError, match=text):
        NormalForm(**(right | change))


def test_input_that_makes_no_block_says_why():
    with pytest.raises(StandoffError, match=r"payoffs of shape \(2, 2, 2\)"):
        quantal_response(COORDINATION, 1.0)
    with pytest.raises(StandoffError, match="rationality of -1"):
        quantal_response(COORDINATION[None], -1.0)
    with pytest.raises(StandoffError, match=r"rationality of shape \(3,\)"):
        quantal_response(COORDINATION[None], [1.0, 1.0, 1.0])
    with pytest.raises(StandoffError, match="two different players of 0 to 1"):
        Pairwise((np.zeros((1, 2)), np.zeros((1, 2))), {(0, 0): np.zeros((1, 2, 2))})
    with pytest.raises(StandoffError, match=r"allowed: \(1, 2, 3\)"):
        Pairwise((np.zeros((1, 2)), np.zeros((1, 3))), {(0, 1): np.zeros((1, 2, 2))})
