"""Nash equilibria against closed forms and Gambit."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.games import gambit_io, nash, single_game
from standoff.addons.games.normal_form import NormalForm, quantal_response
from standoff.addons.games.tree import GameNode, InformationSet, Tree
from standoff.errors import StandoffError


def named(payoffs) -> NormalForm:
    payoffs = np.asarray(payoffs, float)
    return NormalForm(
        "test",
        tuple("ABCDE"[: len(payoffs)]),
        tuple(tuple(f"s{o}" for o in range(size)) for size in payoffs.shape[1:]),
        payoffs,
    )


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


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 3, 3)], ids=lambda sizes: "x".join(map(str, sizes)))
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
            u = np.array(
                [
                    sum(
                        np.prod([found.shares[j][c] for j, c in enumerate(cell) if j != i]) * payoffs[(i, *cell)]
                        for cell in np.ndindex(sizes)
                        if cell[i] == o
                    )
                    for o in range(sizes[i])
                ]
            )
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


# ---- where the end of the branch is -----------------------------------------------------------------------------------


def stag_hunt(ruin: float) -> NormalForm:
    """Hare is risk-dominant (it is better against even chances), and a third option ruins whoever meets it."""
    own = np.array([[5.0, 0.0, ruin], [4.0, 2.0, ruin], [ruin, ruin, ruin]])
    return named([own, own.T])


def entry(ruin: float) -> Tree:
    """A threat to fight that nobody would carry out, and a third answer that ruins both."""
    return gambit_io.parse_efg(f"""EFG 2 R "entry" {{ "entrant" "incumbent" }}
p "" 1 1 "enter" {{ "out" "in" }} 0
t "" 1 {{ 0 2 }}
p "" 2 1 "answer" {{ "fight" "yield" "ruin" }} 0
t "" 2 {{ -1 -1 }}
t "" 3 {{ -0.5 1 }}
t "" 4 {{ {ruin} {ruin} }}""")


@pytest.mark.parametrize("ruin", [-10.0, -1000.0, -1e6])
def test_a_ruinous_option_does_not_hide_where_the_branch_of_a_stag_hunt_leads(ruin: float) -> None:
    """At a rationality that the ruin alone tells from even chances, (2/3, 1/3) has no regret either."""
    answer = single_game.nash(stag_hunt(ruin))
    np.testing.assert_allclose(np.array(answer.profiles[0]), [[0, 1, 0], [0, 1, 0]], atol=1e-9)
    high = quantal_response(stag_hunt(ruin), 100.0).of()
    np.testing.assert_allclose(np.array(answer.profiles[0]), np.array(high), atol=1e-9)
    assert any(np.abs(np.array(p) - [2 / 3, 1 / 3, 0]).max() < 1e-9 for p in answer.profiles[1:])  # it is told, later


@pytest.mark.parametrize("ruin", [-10.0, -1000.0, -1e6, -1e8])
def test_a_ruinous_option_does_not_make_a_threat_credible(ruin: float) -> None:
    """Entering costs 0.5, so that the threat is never tested: it must be no best reply at its own information set."""
    found = nash.branch(entry(ruin))
    for row, best in zip(found.shares, single_game.backward_induction(entry(ruin)).profiles[0], strict=True):
        np.testing.assert_allclose(row, best, atol=1e-9)


def test_what_is_gained_off_the_path_is_seen() -> None:
    tree = entry(-1000.0)
    threat = np.log([1 - 1e-12, 1e-12, 1 - 2e-12, 1e-12, 1e-12])
    assert nash.best_plan_gains(tree, np.exp(threat)).max() < 1e-9
    np.testing.assert_allclose(nash.local_regret(tree, threat), [0.0, 2.0], atol=1e-6)


def test_a_branch_that_tells_no_end_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rises too low to tell stag from hare: an error, and among all equilibria a note in place of a wrong first."""
    monkeypatch.setattr(nash, "RISES", np.logspace(1, 4, 4))
    with pytest.raises(StandoffError, match=r"followed to rationality 0\.01, and does not converge"):
        nash.branch(stag_hunt(-1e6))
    assert "need not be" in single_game.nash(stag_hunt(-1e6)).notes[0]


def test_payoffs_that_are_all_alike_or_differ_by_next_to_nothing() -> None:
    even = nash.branch(named(np.full((2, 2, 3), 7.0)))
    assert [row.tolist() for row in even.shares] == [[0.5] * 2, [1 / 3] * 3]
    tiny = nash.branch(named(np.array(DILEMMA) * 1e-318))
    np.testing.assert_allclose(np.concatenate(tiny.shares), [0, 1, 0, 1], atol=1e-9)


def outliers(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Payoffs from -9 to 9, of which one in seven is a ruin of a hundred to a million; whole, so that Gambit is exact."""
    ruin = -np.rint(10.0 ** rng.uniform(2, 6, shape))
    return np.where(rng.random(shape) < 1 / 7, ruin, rng.integers(-9, 10, shape)).astype(float)


def small_steps(payoffs: np.ndarray) -> np.ndarray | None:
    """The branch of a game of two by Newton's method at rationality times 1.05 each, or None where a step is large.

    A slow twin: it goes by rationality, in log-odds, and stops where the branch turns back or a probability leaps.
    """
    rows, columns = payoffs.shape[1:]
    x, rate, spread = np.zeros(rows + columns - 2), 0.0, np.ptp(payoffs)

    def shares(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        full = (np.append(0.0, x[: rows - 1]), np.append(0.0, x[rows - 1 :]))
        weights = [np.exp(odds - odds.max()) for odds in full]
        return weights[0] / weights[0].sum(), weights[1] / weights[1].sum()

    while rate * spread < 1e9:
        after, up = x * 1.05, rate * 1.05 or 1e-3 / spread
        for _ in range(60):
            p, q = shares(after)
            one, two = payoffs[0] @ q, p @ payoffs[1]
            off = after - up * np.concatenate([one[1:] - one[0], two[1:] - two[0]])
            slopes = np.eye(len(x))
            slopes[: rows - 1, rows - 1 :] -= (
                up * (payoffs[0][1:] - payoffs[0][0]) @ (np.diag(q) - np.outer(q, q))[:, 1:]
            )
            gains = (payoffs[1][:, 1:] - payoffs[1][:, :1]).T
            slopes[rows - 1 :, : rows - 1] -= up * gains @ (np.diag(p) - np.outer(p, p))[:, 1:]
            if np.linalg.det(slopes) <= 0:
                return None
            change = np.linalg.solve(slopes, -off)
            after = after + change
            if np.abs(change).max() < 1e-9 * (1 + np.abs(after).max()):
                break
        else:
            return None
        if max(np.abs(a - b).max() for a, b in zip(shares(after), shares(x), strict=True)) > 0.15:
            return None
        x, rate = after, up
    return np.concatenate(shares(x))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_ends_of_branches_among_outliers_are_equilibria_of_gambit_and_those_of_a_slow_twin(seed: int) -> None:
    """Of 24 games (80 in the slow ones) at least nine in ten reach their end, and what does is right."""
    pytest.importorskip("pygambit")
    rng = np.random.default_rng(seed)
    reached = twins = 0
    games = 24 if seed == 0 else 80
    for k in range(games):
        payoffs = outliers(rng, [(2, 2, 2), (2, 2, 3), (2, 3, 3)][k % 3])
        try:
            end = nash.branch(named(payoffs))
        except StandoffError:
            continue
        reached += 1
        row = np.concatenate(end.shares)
        support = [np.flatnonzero(shares > 0) for shares in end.shares]
        assert nash.regret(named(payoffs), end.shares) <= 1e-12 * np.ptp(payoffs)
        every = gambit_rows(payoffs)
        if all(len(used) == len(support[0]) for used in support):  # not so in games that are degenerate
            assert np.abs(every - row).max(axis=1).min() < 1e-7
        with np.errstate(over="ignore", invalid="ignore"):
            twin = small_steps(payoffs)
        if twin is not None:
            twins += 1
            assert np.abs(twin - row).max() < 0.02  # 1e9 over the spread is not the limit
    assert reached >= 0.9 * games and twins >= 0.6 * games


def random_tree(rng: np.random.Generator, players: int = 3, depth: int = 4) -> Tree:
    """Perfect information, two or three actions; payoffs half a unit apart, one in ten a ruin of a hundred to a million."""
    nodes: list[GameNode] = []
    sets: list[InformationSet] = []
    ends: list[int] = []

    def grow(level: int) -> int:
        here = len(nodes)
        nodes.append(GameNode())
        if level == 0 or (level < depth and rng.random() < 0.2):
            ends.append(here)
            return here
        size = int(rng.integers(2, 4))
        sets.append(InformationSet(int(rng.integers(players)), tuple("abc"[:size])))
        number = len(sets) - 1
        nodes[here] = GameNode(tuple(grow(level - 1) for _ in range(size)), number)
        return here

    grow(depth)
    usual = np.array([rng.permutation(len(ends)) / 2 for _ in range(players)]).T
    ruined = rng.random(usual.shape) < 0.1
    for here, row in zip(
        ends, np.where(ruined, -(10.0 ** rng.uniform(2, 6, usual.shape)), usual).tolist(), strict=True
    ):
        nodes[here] = GameNode(payoffs=tuple(row))
    return Tree(("A", "B", "C")[:players], tuple(sets), tuple(nodes))


@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(2, 14), marks=pytest.mark.slow)], ids=["few", "many"])
def test_trees_with_outliers_end_at_their_subgame_perfect_equilibrium(seeds: range) -> None:
    """Without ties it is the only sequential one; at every information set, on the path and off it.

    Of the many, one in six has a branch with a corner that is too sharp to follow, and says so.
    """
    unknown = 0
    for seed in seeds:
        tree = random_tree(np.random.default_rng(seed), depth=3 if seed < 2 else 4)
        best = single_game.backward_induction(tree)
        assert best.unique
        try:
            end = nash.branch(tree).shares
        except StandoffError:
            unknown += 1
            continue
        for row, one in zip(end, best.profiles[0], strict=True):
            np.testing.assert_allclose(row, one, atol=1e-9)
    assert unknown <= len(seeds) / 4
