"""Estimates from simulated choices: no bias, intervals that cover, and the right spread, within Monte Carlo error.

The bias of maximum likelihood is of order 1 / choices. Each test takes so many choices that it stays below a tenth of the
standard error, while 300 repetitions measure a bias of a quarter of it at four standard errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from standoff.games import estimate
from standoff.games.estimate.likelihood import likelihood
from standoff.games.normal_form import NormalForm
from standoff.games.tree import GameNode, InformationSet, Tree

pytestmark = pytest.mark.slow
SIGMAS = 4.0  # some twelve comparisons: a false alarm once in 1,300 runs; the seeds are fixed
REPEATS = 300
FEWER = 120  # where profiles of several parameters take most of a second


def recovered(
    build: Callable[[list[np.ndarray]], list[estimate.Choices]],
    truth: np.ndarray,
    plays: Sequence[np.ndarray],
    seed: int,
    repeats: int = REPEATS,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates, standard errors and whether intervals cover, each (repeat, term), of choices drawn at the truth."""
    probabilities = []
    blank = build([np.ones_like(n) for n in plays])
    lik = likelihood(blank)
    here = lik.at(truth)
    assert here.reached
    for group, value in zip(lik.groups, here.values, strict=True):
        probabilities.append(np.exp(group.logs(value)))
    rng, rows = np.random.default_rng(seed), []
    for _ in range(repeats):
        counts = []
        for choices, p, n in zip(blank, probabilities, plays, strict=True):
            ends = np.cumsum(choices.sizes)
            parts = [(end - size, end) for end, size in zip(ends, choices.sizes, strict=True)]
            counts.append(np.concatenate([rng.multinomial(n[:, a], p[:, a:b]) for a, b in parts], axis=1).astype(float))
        found = estimate.fit(build(counts), rays=1, tries=1)
        assert found.converged
        ends_of = {c.term: (c.low, c.high) for c in found.profiles}
        inside = [ends_of[t][0] <= x <= ends_of[t][1] for t, x in zip(found.terms, truth, strict=True)]
        rows.append((found.estimate, found.standard_errors, inside))
    return tuple(np.array(column) for column in zip(*rows, strict=True))  # type: ignore[return-value]


def check(found: np.ndarray, errors: np.ndarray, inside: np.ndarray, truth: np.ndarray) -> None:
    spread, repeats = found.std(0, ddof=1), len(found)
    assert (np.abs(found.mean(0) - truth) <= SIGMAS * spread / repeats**0.5).all()
    # a standard deviation from n normal numbers has itself a relative deviation of 1 / sqrt(2 n)
    assert (np.abs(errors.mean(0) / spread - 1) <= SIGMAS / (2 * repeats) ** 0.5 + 0.02).all()
    assert (np.abs(inside.mean(0) - 0.95) <= SIGMAS * (0.95 * 0.05 / repeats) ** 0.5).all()


def test_one_rationality_of_two_games() -> None:
    rng = np.random.default_rng(0)
    games = [
        NormalForm(f"game {i}", ("a", "b"), (("1", "2", "3"),) * 2, rng.uniform(size=(2, 3, 3)) * 2) for i in range(2)
    ]

    def build(counts: list[np.ndarray]) -> list[estimate.Choices]:
        def seen(n: np.ndarray) -> dict[str, dict[str, float]]:
            return {
                player: dict(zip("123", row, strict=True)) for player, row in zip("ab", n.reshape(2, 3), strict=True)
            }

        return estimate.stack([estimate.strategic(g, seen(n)) for g, n in zip(games, counts[0], strict=True)])

    truth = np.array([1.5])
    check(*recovered(build, truth, [np.full((2, 6), 400)], 1), truth)


def test_a_rationality_for_each_player() -> None:
    game = NormalForm("pennies", ("row", "column"), (("up", "down"), ("left", "right")),
                      np.array([[[4.0, 0], [0, 1]], [[0, 1], [1, 0]]]))  # fmt: skip

    def build(counts: list[np.ndarray]) -> list[estimate.Choices]:
        a, b, c, d = counts[0][0]
        seen = {"row": {"up": a, "down": b}, "column": {"left": c, "right": d}}
        return [estimate.strategic(game, seen, per_player=True)]

    truth = np.array([1.0, 1.5])
    check(*recovered(build, truth, [np.full((1, 4), 3000)], 2, FEWER), truth)


def test_weights_of_reasons_in_crises() -> None:
    """Sixty crises of three moves that differ in what war costs and what is at stake, each seen forty times."""
    sets = (
        InformationSet(0, ("challenge", "stay"), "first"), InformationSet(1, ("resist", "yield"), "answer"),
        InformationSet(0, ("fight", "back down"), "last"),
    )  # fmt: skip
    nodes = (
        GameNode((1, 2), 0),
        GameNode((3, 4), 1),
        GameNode(),
        GameNode((5, 6), 2),
        GameNode(),
        GameNode(),
        GameNode(),
    )
    tree = Tree(("CHL", "DEF"), sets, nodes, "crisis")  # ends: stay, yield, fight, back down
    rng = np.random.default_rng(3)
    stake, cost = rng.uniform(0.5, 2, (60, 2)), rng.uniform(0.2, 1.5, (60, 2))

    def build(counts: list[np.ndarray]) -> list[estimate.Choices]:
        out = []
        for s, c, n in zip(stake, cost, counts[0], strict=True):
            a, b, d, e, f, g = n
            seen = {"CHL": {"first": {"challenge": a, "stay": b}, "last": {"fight": f, "back down": g}},
                    "DEF": {"answer": {"resist": d, "yield": e}}}  # fmt: skip
            reasons = {
                "stake": np.array([[0, s[1]], [s[0], 0], [s[0] / 2, s[1] / 2], [0, s[1]]]),
                "cost": np.array([[0, 0], [0, 0], [-c[0], -c[1]], [0, 0.0]]),
                "shame": np.array([[0, 0], [0, -1], [0, 0], [-1, 0.0]]),
            }
            out.append(estimate.sequential(tree, seen, reasons=reasons))
        return estimate.stack(out)

    truth = np.array([1.2, 0.8, 0.5])
    check(*recovered(build, truth, [np.full((60, 6), 40)], 4, FEWER), truth)


def test_weights_of_a_plain_choice() -> None:
    x = np.random.default_rng(6).standard_normal((50, 3, 2))

    def build(counts: list[np.ndarray]) -> list[estimate.Choices]:
        return [estimate.plain(x, counts[0], ["a", "b"])]

    truth = np.array([0.7, -0.4])
    check(*recovered(build, truth, [np.full((50, 3), 20)], 7), truth)
