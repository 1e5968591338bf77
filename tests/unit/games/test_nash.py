"""Nash equilibria against closed forms and Gambit."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.errors import StandoffError
from standoff.games import nash
from standoff.games.normal import NormalForm


def named(payoffs) -> NormalForm:
    payoffs = np.asarray(payoffs, float)
    return NormalForm("test", tuple("ABCDE"[: len(payoffs)]),
                      tuple(tuple(f"s{o}" for o in range(size)) for size in payoffs.shape[1:]), payoffs)  # fmt: skip


def rows(found) -> np.ndarray:
    """All probabilities of each equilibrium in a row, in order."""
    out = np.array([np.concatenate(one.shares) for one in found])
    return out[np.lexsort(np.round(out, 6).T)]


def gambit_rows(payoffs) -> np.ndarray:
    """All extreme equilibria of two players, in exact arithmetic."""
    pygambit = pytest.importorskip("pygambit")
    game = pygambit.StrategicGame.from_arrays(*payoffs.astype(int))
    found = pygambit.nash.enummixed_solve(game, rational=True).equilibria
    out = np.array([[float(p) for player in game.players for _, p in one[player]] for one in found])
    out = np.unique(np.round(out, 12), axis=0)
    return out[np.lexsort(np.round(out, 6).T)]


# The battle of the sexes: (1, 1), (0, 0), and each takes the other's favourite with 1/3.
BATTLE = [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]
PENNIES = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
DILEMMA = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]


def test_closed_forms():
    np.testing.assert_allclose(
        rows(nash.extreme(named(BATTLE))), [[1, 0, 1, 0], [2 / 3, 1 / 3, 1 / 3, 2 / 3], [0, 1, 0, 1]], atol=1e-12
    )
    assert rows(nash.pure(named(BATTLE))).tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]
    np.testing.assert_allclose(rows(nash.extreme(named(PENNIES))), [[0.5] * 4], atol=1e-12)
    assert nash.pure(named(PENNIES)) == []
    assert rows(nash.pure(named(DILEMMA))).tolist() == [[0, 1, 0, 1]]


def test_regret_is_what_a_switch_would_gain():
    shares = (np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    assert nash.regret(named(DILEMMA), shares) == 2.0
    assert nash.regret(named(DILEMMA), (shares[0][::-1], shares[1][::-1])) == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_all_extreme_equilibria_are_those_of_gambit(seed):
    """Even seeds: few different payoffs, so that most games are degenerate."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 6, 2)
    payoffs = rng.integers(0, 4 if seed % 2 == 0 else 1000, size=(2, *sizes)).astype(float)
    found = nash.extreme(named(payoffs))
    np.testing.assert_allclose(rows(found), gambit_rows(payoffs), atol=1e-8)
    assert max(one.regret for one in found) < 1e-9 * 1000
    everything = rows(found)
    for one in nash.pure(named(payoffs)):
        assert np.abs(everything - np.concatenate(one.shares)).max(axis=1).min() < 1e-9


def test_payoffs_of_any_size_and_place():
    for scale, shift in ((1e-6, 0.0), (1e6, -3e6), (1.0, 1e5)):
        np.testing.assert_allclose(
            rows(nash.extreme(named(np.array(BATTLE) * scale + shift))), rows(nash.extreme(named(BATTLE))), atol=1e-8
        )


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 3, 3)], ids=str)
def test_the_branch_ends_at_an_equilibrium_of_gambit(sizes):
    """Of all that Gambit's enumeration of supports finds, one is the end of the branch."""
    pygambit = pytest.importorskip("pygambit")
    rng = np.random.default_rng(2)
    for _ in range(4):
        payoffs = rng.normal(size=(3, *sizes))
        found = nash.branch(named(payoffs))
        assert found.regret < 1e-9 * np.ptp(payoffs)
        game = pygambit.StrategicGame.from_arrays(*payoffs)
        near = pygambit.nash.logit_solve(game, maxregret=1e-6 * np.ptp(payoffs)).equilibrium
        every = [near, *pygambit.nash.enumpoly_solve(game).equilibria]
        row, *others = np.array([[float(p) for player in game.players for _, p in one[player]] for one in every])
        mine = np.concatenate(found.shares)
        assert np.abs(row - mine).max() < 1e-3  # Gambit stops on the branch, short of the limit
        assert min(np.abs(other - mine).max() for other in others) < 1e-8
        support = [np.flatnonzero(p > 1e-2) for p in found.shares]
        for i, used in enumerate(support):  # equally good within rounding, and no other better
            u = np.array([
                sum(np.prod([found.shares[j][c] for j, c in enumerate(cell) if j != i]) * payoffs[(i, *cell)]
                    for cell in np.ndindex(sizes) if cell[i] == o)
                for o in range(sizes[i])
            ])  # fmt: skip
            np.testing.assert_allclose(u[used], u.max(), atol=1e-9)


def test_the_branch_of_two_players_ends_at_an_extreme_equilibrium():
    rng = np.random.default_rng(5)
    for _ in range(8):
        payoffs = rng.normal(size=(2, 3, 3))
        end = np.concatenate(nash.branch(named(payoffs)).shares)
        assert np.abs(rows(nash.extreme(named(payoffs))) - end).max(axis=1).min() < 1e-8


def test_what_cannot_be_done_says_what_can():
    with pytest.raises(StandoffError, match="use `branch`"):
        nash.extreme(named(np.zeros((3, 2, 2, 2))))
    with pytest.raises(StandoffError, match="20 and 20 strategies"):
        nash.extreme(named(np.zeros((2, 20, 20))))
