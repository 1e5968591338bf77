"""Games of a run audited: a coordination game whose branches are known, moves that are seen, beliefs, who does not decide."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.addons.games import equilibrium_audit, gambit, single_game
from standoff.addons.games.equilibrium_audit import audited
from standoff.addons.games.sections.equilibrium_audit import verdict as sentence
from standoff.analysis.verdict import verdict
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.games import contraction, fixed_point, logit_response, polymatrix
from standoff.games.information import MoveOrder
from standoff.ledger import Ledger
from standoff.report import answer_text
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

DRAWS, TILT = 300, 0.8
ACTOR = """
  {0}:
    actor: {0}
    options: {{stay: , go: }}
    status_quo: stay
    every: 1 month
    rationality: 1 to 8
    half_life: 0
    sources: assumption
    reasons:
      together: {{use: expression, weight: 1, value: {{go: "2 * ({1} in [go]) - 0.8"}}}}
"""
TEXT = f"""
title: two who would go together
as_of: 2024-01
start: 2024-01
end: 2024-03
step: month
actors: {{ONE: {{name: One}}, TWO: {{name: Two}}}}
stocks: {{prize: {{unit: "1", initial: 1, cap: 5, sources: assumption}}}}
mechanisms:
  growth: {{use: mean_reversion, stock: prize, mean: 1, speed: 0.5 1/month, volatility: 0, sources: assumption}}
choices:{ACTOR.format("ONE", "TWO")}{ACTOR.format("TWO", "ONE")}
"""


def model(change: dict[str, Any] | None = None) -> Model:
    document = overlay(read_text(TEXT, "stag.yaml"), Document(change or {}, {}, "change"))
    return build(load.load_document(document, None), Ledger())


def rates(run: Any) -> np.ndarray:
    """(choice, draw) rationality as drawn."""
    return run.parameter_values[:, [choice.rationality for choice in run.model.plan.choices]].T.astype(float)


def going(q: np.ndarray, rate: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-rate * (2 * q - TILT)))


def roots(rate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest probability with which ONE goes, by monotone iteration: responses grow in each other."""
    low, high = np.zeros(rate.shape[1]), np.ones(rate.shape[1])
    for _ in range(20_000):
        low, high = (going(going(q, rate[1]), rate[0]) for q in (low, high))
    return low, high


@pytest.mark.slow
def test_all_games_are_on_their_branch_and_the_bound_proves_those_that_it_should():
    """Differences of payoff move by 2, so that C = rationality / 2 of each, and the product of the two decides; from
    even chances both go, since 2/2 - 0.8 > 0, and what rises never comes down again: the highest root is the branch."""
    run = simulate(model(), draws=DRAWS, seed=1, paths="all")
    found = audited(run)
    rate = rates(run)
    proven = (rate[0] * rate[1] < 4).sum()
    assert 0 < proven < DRAWS
    assert found.total.proven == 2 * proven and found.total.on == 2 * (DRAWS - proven)  # two dates
    assert (
        (run.uniqueness_unproven > 0).sum() == DRAWS - proven and not run.unsolved.any() and not run.left_branch.any()
    )
    high = roots(rate)[1]
    np.testing.assert_allclose(run.path_p[:, 0, 0, 1], high, atol=1e-3)
    assert found.largest < 1e-3
    one, two = found.choices[:2]
    assert (one.choice, two.choice, one.counts.games) == ("ONE", "TWO", DRAWS)
    assert f"Of {2 * DRAWS} games in {DRAWS} futures" in sentence(found)
    told = verdict(run)
    assert told.games == {"unsolved": 0, "uniqueness_unproven": DRAWS - proven, "left_branch": 0}
    assert "every game is proved" in answer_text.games(told) and "all converged" in answer_text.games(told)


def test_a_solver_that_ends_on_another_branch_is_found_out(monkeypatch, tmp_path):
    """Responses iterated from where both stay end on the lowest root. It is another equilibrium in a share of draws that
    the roots tell; the audit must find these and no others, and by how much they are off."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # what is compiled here must not be kept

    def follow(some: Any, start: Any, sizes: Any, tolerance: float, bound: Any) -> fixed_point.FixedPointResult:
        response = some(None)
        q = jnp.stack([jnp.ones_like(bound) if row % 2 == 0 else jnp.zeros_like(bound) for row in range(len(start))])
        q = jax.lax.fori_loop(0, 300, lambda _, now: response(now, jnp.ones_like(bound)), q)
        p = response(q, jnp.ones_like(bound))
        residual = jnp.max(jnp.abs(p - q), axis=0)
        return fixed_point.FixedPointResult(q, p, residual, bound < 0, jnp.asarray(300))

    monkeypatch.setattr(fixed_point, "follow", follow)
    run = simulate(model(), draws=DRAWS, seed=1, paths="all", precision="double")
    low, high = roots(rates(run))
    apart = high - low > equilibrium_audit.APART
    one = equilibrium_audit.audit(run, 0)
    clear = (high - low > 10 * equilibrium_audit.APART) | (
        high - low < 0.1 * equilibrium_audit.APART
    )  # the rest may fall on either side
    solved = one.status[0] != equilibrium_audit.UNSOLVED  # near a turn 300 steps do not settle
    off = one.status[0] == equilibrium_audit.OFF_BRANCH
    assert 50 < apart.sum() < DRAWS - 50 and (clear & solved).mean() > 0.9
    np.testing.assert_array_equal(off[clear & solved], apart[clear & solved])
    np.testing.assert_allclose(one.branch_distance[0][off], (high - low)[off], atol=1e-5)
    found = audited(run, [0])
    assert found.total.off == off.sum()
    assert found.choices[0].largest == pytest.approx((high - low)[solved].max(), abs=1e-5)


@pytest.mark.parametrize("proofs", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.slow
def test_who_sees_the_other_is_an_agent_for_each_thing_that_it_knows(proofs, monkeypatch, tmp_path):
    """TWO answers to what ONE did, and ONE reckons with that: one equilibrium in closed form, at any rationality. The
    bound proves that; without it the solver follows the branch, and the audit a tree, to the same answer."""
    if not proofs:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # what is compiled here must not be kept
        monkeypatch.setattr(contraction, "bound", lambda game, fixed, players: jnp.full_like(game.base[0][0], 5.0))
    change = {"choices": {"TWO": {"after": ["ONE"]}}}
    run = simulate(model(change), draws=DRAWS, seed=1, paths="all", precision="double")
    total = audited(run).total
    assert (total.proven, total.on) == ((2 * DRAWS, 0) if proofs else (0, 2 * DRAWS))
    assert audited(run).largest < 1e-8
    rate = rates(run)
    np.testing.assert_allclose(run.path_p[:, 0, 0, 1], going(going(np.ones(DRAWS), rate[1]), rate[0]), atol=1e-8)


@pytest.mark.slow
def test_every_pair_of_eyes_has_its_game():
    change = {"beliefs": {"ONE": {"choices.TWO.rationality": "2 @assumption"}}}
    run = simulate(model(change), draws=50, seed=1, paths="all")
    found = audited(run, [0])
    assert found.total.games == 100 and found.total.off == found.total.unsolved == found.total.unknown == 0
    rate = rates(run)
    mine, theirs = (row.counts.proven for row in found.choices)
    assert (mine, theirs) == ((rate[0] * 2 * rate[1] < 4).sum(), (rate[0] * rate[1] < 4).sum())


@pytest.mark.slow
def test_one_who_does_not_decide_stays_and_the_other_answers_that():
    run = simulate(model({"choices": {"TWO": {"every": "2 months"}}}), draws=50, seed=1, paths="all")
    assert audited(run).dates[0] == "2024-02"
    second = equilibrium_audit.audit(run, run.model.program.decision_steps[1])
    assert not second.made[1].any() and second.made[0].all()
    assert (second.status == equilibrium_audit.UNIQUE).all() and (second.branch_distance == 0).all()


def test_branches_of_games_with_moves_are_those_of_the_solver_inside_runs():
    """Three players, the last sees the first; at a rationality where both ways are sure of the answer."""
    rng = np.random.default_rng(5)
    moves, games = MoveOrder((2, 3, 2), ((), (), (0,))), 20
    base = [rng.normal(size=(n, games)) for n in moves.sizes]
    pairs = {
        (i, j): rng.normal(size=(moves.sizes[i], moves.sizes[j], games)) for i in range(3) for j in range(3) if i != j
    }
    rate = np.full((3, games), 0.7)
    strategies, reached = equilibrium_audit.principal(base, pairs, rate, moves)
    game = polymatrix.Game(
        [[jnp.asarray(row) for row in rows] for rows in base],
        {pair: [[jnp.asarray(cell) for cell in row] for row in table] for pair, table in pairs.items()},
        [jnp.asarray(row) for row in rate],
        moves,
    )
    like = jnp.zeros(games)
    quick = logit_response.solve(game, [jnp.asarray(False)] * 3, [[like] * n for n in moves.sizes], 2e-6)
    assert reached.all() and bool(quick.converged.all())
    for i in range(3):
        for info in moves.information_sets(i):
            np.testing.assert_allclose(np.stack(quick.strategies[i][info]), strategies[i][info], atol=1e-4)


@pytest.mark.parametrize("after", [(), ((), (), (0,))], ids=["at once", "the last sees the first"])
def test_branches_are_those_of_gambit(after):
    """Random games, each player with a rationality of its own; also where the branch turns back."""
    rng = np.random.default_rng(11)
    moves, games = MoveOrder((2, 3, 2), after), 12
    base = [rng.normal(size=(n, games)) for n in moves.sizes]
    pairs = {
        (i, j): rng.normal(size=(moves.sizes[i], moves.sizes[j], games)) for i in range(3) for j in range(3) if i != j
    }
    rates = rng.uniform(0.5, 3, (3, games))
    strategies, reached = equilibrium_audit.principal(base, pairs, rates, moves)
    assert reached.all()
    options = [[str(o) for o in range(n)] for n in moves.sizes]
    for n in range(games):
        payoffs = np.zeros((3, *moves.sizes))
        for cell in np.ndindex(moves.sizes):
            for i in range(3):
                others = sum(pairs[i, j][cell[i], cell[j], n] for j in range(3) if j != i)
                payoffs[(i, *cell)] = base[i][cell[i], n] + others
        game = gambit.sequential("t", "ABC", options, moves, payoffs)
        found = single_game.quantal_response(game, rates[:, n].tolist()).profiles[0]
        mine = [strategies[i][info][:, n] for i in range(3) for info in moves.information_sets(i)]
        for p, q in zip(mine, found, strict=True):
            np.testing.assert_allclose(p, q, atol=1e-6)


def test_a_tree_that_is_too_large_is_not_known():
    sizes = (8, 8, 8, 8)
    base = [np.zeros((8, 2)) for _ in sizes]
    _, reached = equilibrium_audit.principal(base, {}, np.ones((4, 2)), MoveOrder(sizes, ((), (0,), (), ())))
    assert np.prod(sizes) > equilibrium_audit.ENDS and not reached.any()


@pytest.mark.slow
def test_a_run_whose_trees_are_too_large_says_why_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # what is compiled here must not be kept
    monkeypatch.setattr(contraction, "bound", lambda game, fixed, players: jnp.full_like(game.base[0][0], 5.0))
    run = simulate(model({"choices": {"TWO": {"after": ["ONE"]}}}), draws=20, seed=1, paths="all", precision="double")
    assert audited(run, [0]).not_known_because == "" and equilibrium_audit.audit(run, 0).ends == 4
    monkeypatch.setattr(equilibrium_audit, "ENDS", 3)
    found = audited(run, [0])
    assert found.total.unknown == found.total.games == 20
    assert "20 unknown. " in sentence(found) and "4 ends; at most 3" in sentence(found)
