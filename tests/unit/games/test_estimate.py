"""Estimates against published numbers, pygambit, an independent bisection, and closed forms."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq, minimize
from scipy.special import log_expit, logsumexp

from standoff.errors import StandoffError
from standoff.games import estimate, gambit_io
from standoff.games.estimate.likelihood import likelihood
from standoff.games.estimate.response import Group, follow
from standoff.games.normal_form import NormalForm
from standoff.games.tree import GameNode, InformationSet, Tree

# Ochs 1995, as McKelvey and Palfrey 1995 transform and estimate it (their first block of game 2: 128 plays). Payoffs and
# frequencies as the user guide of Gambit gives them; their log likelihood is a tenth of the printed one, as it says.
OCHS = NormalForm(
    "Ochs 1995", ("row", "column"), (("up", "down"), ("left", "right")),
    np.array([[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]]),
)  # fmt: skip
PLAYS = {"row": {"up": 128 * 0.527, "down": 128 * 0.473}, "column": {"left": 128 * 0.366, "right": 128 * 0.634}}
COORDINATION = NormalForm(
    "coordination", ("a", "b"), (("risky", "safe"), ("risky", "safe")),
    np.array([[[4.0, 0], [2.4, 2.4]], [[4, 2.4], [0, 2.4]]]),
)  # fmt: skip


def twin(rationality: float, plays: Any = PLAYS) -> float:
    """Log likelihood of the game of Ochs: its one equilibrium by bisection on the row's probability."""

    def answer(p: float) -> float:
        q = stats.logistic.cdf(rationality * 1.1141 * (1 - 2 * p))
        return float(stats.logistic.cdf(rationality * (1.1141 * q - 0.2785 * (1 - q))))

    p = brentq(lambda p: answer(p) - p, 0, 1, xtol=1e-15)
    x = rationality * 1.1141 * (1 - 2 * p)
    y = np.log(p / (1 - p))
    row, column = plays["row"], plays["column"]
    return float(row["up"] * log_expit(y) + row["down"] * log_expit(-y) + column["left"] * log_expit(x)
                 + column["right"] * log_expit(-x))  # fmt: skip


def gambit_fit(game: NormalForm, counts: dict[str, dict[str, float]]) -> Any:
    gbt = pytest.importorskip("pygambit")
    data = gbt.read_nfg(io.StringIO(gambit_io.write_nfg(game))).mixed_strategy_profile(rational=False)
    for player in data.game.players:
        data[player] = dict(counts[player])
    return gbt.qre.logit_estimate(data)


@pytest.fixture(scope="module")
def ochs() -> estimate.EstimationResult:
    return estimate.fit([estimate.strategic(OCHS, PLAYS)])


def test_ochs_as_mckelvey_and_palfrey_report_it(ochs: estimate.EstimationResult) -> None:
    assert round(ochs["rationality"], 4) == 1.8456
    assert round(ochs.log_likelihood, 2) == -174.76
    assert ochs.converged and not ochs.warnings and not ochs.several and len(ochs.maxima) == 1


def test_ochs_as_gambit_estimates_it(ochs: estimate.EstimationResult) -> None:
    theirs = gambit_fit(OCHS, PLAYS)
    assert ochs["rationality"] == pytest.approx(theirs.lam, abs=1e-6)
    assert ochs.log_likelihood == pytest.approx(theirs.log_like, abs=1e-9)
    ours = ochs.probabilities[0][0]
    found = [theirs.profile[p][s] for p in ("row", "column") for s in PLAYS[p]]
    assert ours == pytest.approx(found, abs=1e-7)


def test_errors_and_interval_are_those_of_a_bisection(ochs: estimate.EstimationResult) -> None:
    top, h = ochs["rationality"], 0.01
    second = (-twin(top - 2 * h) + 16 * twin(top - h) - 30 * twin(top) + 16 * twin(top + h) - twin(top + 2 * h)) / (
        12 * h * h
    )
    # differences: 1e-13 * 64 / (12 h^2) of rounding, and h^4 / 90 times the sixth derivative, of order one
    assert ochs.standard_errors[0] == pytest.approx((-second) ** -0.5, rel=1e-7)
    assert twin(top) == pytest.approx(ochs.log_likelihood, abs=1e-10)
    curve = ochs.profiles[0]
    for end in (curve.low, curve.high):
        assert twin(end) == pytest.approx(ochs.log_likelihood - stats.chi2.ppf(0.95, 1) / 2, abs=1e-8)
    assert curve.log_likelihoods == pytest.approx([twin(x) if x < 60 else y for x, y in zip(
        curve.values, curve.log_likelihoods, strict=True)], abs=1e-8)  # fmt: skip


def test_a_rationality_for_each_player_fits_two_free_frequencies(ochs: estimate.EstimationResult) -> None:
    """Two frequencies and two numbers: the fit is that of the frequencies themselves, with odds over gains known."""
    found = estimate.fit([estimate.strategic(OCHS, PLAYS, per_player=True)])
    assert found.log_likelihood == pytest.approx(found.saturated, abs=1e-9)
    gain = {"row": 1.1141 * 0.366 - 0.2785 * 0.634, "column": 1.1141 * (1 - 2 * 0.527)}
    for player, share in (("row", 0.527), ("column", 0.366)):
        expected = np.log(share / (1 - share)) / gain[player]
        assert found[f"rationality of {player}"] == pytest.approx(expected, rel=1e-4)  # the search stops at 1e-11
    # the profile of a free fit against its definition: the other parameter is fitted on a grid
    curve = found.profiles[0]
    low = likelihood([estimate.strategic(OCHS, PLAYS, per_player=True)])
    best = max(low.at(np.array([curve.high, x])).log_likelihood for x in np.linspace(0.5, 12, 300))
    assert best == pytest.approx(found.log_likelihood - stats.chi2.ppf(0.95, 1) / 2, abs=2e-3)


def test_pooled_games_are_worth_the_sum(ochs: estimate.EstimationResult) -> None:
    one = estimate.strategic(OCHS, PLAYS)
    twice = estimate.fit([one, one])
    assert twice["rationality"] == pytest.approx(ochs["rationality"], rel=1e-8)
    assert twice.standard_errors[0] == pytest.approx(ochs.standard_errors[0] / 2**0.5, rel=1e-6)
    assert twice.log_likelihood == pytest.approx(2 * ochs.log_likelihood, rel=1e-12)
    other = NormalForm("shifted", OCHS.players, OCHS.strategies, OCHS.payoffs * np.array([2.0, 0.5])[:, None, None])
    pair = [one, estimate.strategic(other, PLAYS)]
    stacked = estimate.stack(pair)
    assert [x.games for x in stacked] == [2]
    assert estimate.fit(stacked).estimate == pytest.approx(estimate.fit(pair).estimate, rel=1e-8)


# Spector and Mazzeo 1980, as printed and estimated in Greene, Econometric Analysis: grade improved, by grade point
# average, test score and new teaching method.
GRADES = """2.66 20 0 0;2.89 22 0 0;3.28 24 0 0;2.92 12 0 0;4.00 21 0 1;2.86 17 0 0;2.76 17 0 0;2.87 21 0 0;3.03 25 0 0;
3.92 29 0 1;2.63 20 0 0;3.32 23 0 0;3.57 23 0 0;3.26 25 0 1;3.53 26 0 0;2.74 19 0 0;2.75 25 0 0;2.83 19 0 0;3.12 23 1 0;
3.16 25 1 1;2.06 22 1 0;3.62 28 1 1;2.89 14 1 0;3.51 26 1 0;3.54 24 1 1;2.83 27 1 1;3.39 17 1 1;2.67 24 1 0;3.65 21 1 1;
4.00 23 1 1;3.10 21 1 0;2.39 19 1 1"""


def test_plain_logit_as_greene_prints_it() -> None:
    data = np.array([[float(x) for x in row.split()] for row in GRADES.split(";")])
    x = np.column_stack([np.ones(32), data[:, :3]])
    counts = np.column_stack([1 - data[:, 3], data[:, 3]])
    found = estimate.fit([estimate.plain(np.stack([0 * x, x], 1), counts, ["constant", "gpa", "tuce", "psi"])])
    assert found.estimate.round(4).tolist() == [-13.0213, 2.8261, 0.0952, 2.3787]
    assert found.standard_errors.round(3).tolist() == [4.931, 1.263, 0.142, 1.065]
    assert found.log_likelihood == pytest.approx(-12.8896, abs=5e-5)
    assert not found.warnings


def test_multinomial_logit_against_a_general_optimiser() -> None:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((60, 4, 3))
    counts = rng.multinomial(3, [0.1, 0.2, 0.3, 0.4], 60).astype(float)

    def loss(theta: np.ndarray) -> float:
        value = x @ theta
        return -float((counts * (value - logsumexp(value, 1, keepdims=True))).sum())

    theirs = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-6})
    found = estimate.fit([estimate.plain(x, counts, ["a", "b", "c"])])
    assert found.log_likelihood == pytest.approx(-theirs.fun, abs=1e-9)
    p = np.exp(x @ found.estimate - logsumexp(x @ found.estimate, 1, keepdims=True))
    score = np.einsum("go,got->t", counts - 3 * p, x)
    lifted = x - np.einsum("go,got->gt", p, x)[:, None]
    information = 3 * np.einsum("go,got,gou->tu", p, lifted, lifted)
    assert found.covariance == pytest.approx(np.linalg.inv(information), rel=1e-7)
    assert np.abs(np.linalg.solve(information, score)).max() < 1e-5 * found.standard_errors.min()


def test_one_reason_between_two_options_has_a_closed_form() -> None:
    found = estimate.fit([estimate.plain([[[0.0], [2.0]]], [[30, 70]], ["gain"])])
    assert found["gain"] == pytest.approx(np.log(7 / 3) / 2, rel=1e-9)
    assert found.standard_errors[0] == pytest.approx((1 / 30 + 1 / 70) ** 0.5 / 2, rel=1e-8)
    end = found.profiles[0].high  # 70 log p + 30 log (1 - p) is half a quantile below its maximum
    p = 1 / (1 + np.exp(-2 * end))
    ratio = 70 * np.log(0.7 / p) + 30 * np.log(0.3 / (1 - p))
    assert ratio == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, abs=1e-8)


def poker() -> Tree:
    """Stripped-down poker: chance, a player who knows the card, and one who does not."""
    sets = (
        InformationSet(0, ("bet", "fold"), "king"),
        InformationSet(0, ("bet", "fold"), "queen"),
        InformationSet(1, ("call", "fold"), "bet"),
    )
    ends = [(2, -2), (1, -1), (-1, 1), (-2, 2), (1, -1), (-1, 1)]
    nodes = (
        GameNode((1, 2), chance=(0.5, 0.5), labels=("K", "Q")),
        GameNode((3, 4), 0),
        GameNode((5, 6), 1),
        GameNode((7, 8), 2),
        GameNode(payoffs=ends[2]),
        GameNode((9, 10), 2),
        GameNode(payoffs=ends[5]),
        GameNode(payoffs=ends[0]),
        GameNode(payoffs=ends[1]),
        GameNode(payoffs=ends[3]),
        GameNode(payoffs=ends[4]),
    )
    return Tree(("Alice", "Bob"), sets, nodes, "poker")


HANDS: dict[str, dict[str, dict[str, float]]] = {
    "Alice": {"king": {"bet": 45, "fold": 5}, "queen": {"bet": 22, "fold": 28}},
    "Bob": {"bet": {"call": 40, "fold": 27}},
}


def crisis() -> Tree:
    """Challenge, resist, fight: three decisions in a row."""
    sets = (
        InformationSet(0, ("challenge", "stay"), "first"), InformationSet(1, ("resist", "yield"), "answer"),
        InformationSet(0, ("fight", "back down"), "last"),
    )  # fmt: skip
    nodes = (
        GameNode((1, 2), 0), GameNode((3, 4), 1), GameNode(), GameNode((5, 6), 2), GameNode(payoffs=(1.5, -1)),
        GameNode(payoffs=(-1, -1.5)), GameNode(payoffs=(-0.7, 0.8)),
    )  # fmt: skip
    return Tree(("CHL", "DEF"), sets, nodes, "crisis")


CRISES: dict[str, dict[str, dict[str, float]]] = {
    "CHL": {"first": {"challenge": 60, "stay": 40}, "last": {"fight": 12, "back down": 20}},
    "DEF": {"answer": {"resist": 32, "yield": 28}},
}


@pytest.mark.parametrize(("tree", "counts"), [(poker(), HANDS), (crisis(), CRISES)], ids=["poker", "crisis"])
def test_trees_as_gambit_estimates_them(tree: Tree, counts: dict[str, dict[str, dict[str, float]]]) -> None:
    gbt = pytest.importorskip("pygambit")
    data = gbt.read_efg(io.StringIO(gambit_io.write_efg(tree))).mixed_behavior_profile(rational=False)
    for player in data.game.players:
        for at, seen in zip(data.game.get_infosets(player), counts[player].values(), strict=True):
            data[gbt.H.path(*at.actions)] = dict(seen)
    theirs = gbt.qre.logit_estimate(data)
    ours = estimate.fit([estimate.sequential(tree, counts)])
    assert ours["rationality"] == pytest.approx(theirs.lam, abs=1e-6)
    assert ours.log_likelihood == pytest.approx(theirs.log_like, abs=1e-9)


def test_a_tree_without_sequence_is_its_normal_form() -> None:
    sets = (InformationSet(0, ("up", "down"), "row"), InformationSet(1, ("left", "right"), "column"))
    cells = [tuple(OCHS.payoffs[:, i, j]) for i in (0, 1) for j in (0, 1)]
    nodes = (GameNode((1, 2), 0), GameNode((3, 4), 1), GameNode((5, 6), 1), *(GameNode(payoffs=cell) for cell in cells))
    counts = {player: {player: seen} for player, seen in PLAYS.items()}
    flat = estimate.fit([estimate.sequential(Tree(OCHS.players, sets, nodes, "one shot"), counts)])
    assert flat["rationality"] == pytest.approx(1.8456097536, abs=1e-6)


def test_weights_of_reasons_in_a_tree_and_what_is_identified() -> None:
    """A reason whose feature is twice as large has half the weight; two that add up to the payoff get its rationality."""
    tree = crisis()
    payoffs = tree.paths.payoffs
    part = payoffs * np.array([1.0, 0.0])
    whole = estimate.fit([estimate.sequential(tree, CRISES)])
    split = estimate.fit([estimate.sequential(tree, CRISES, per_player=True)], profiles=False)
    terms = {"own": 2 * part, "other": payoffs - part}
    found = estimate.fit([estimate.sequential(tree, CRISES, reasons=terms)], profiles=False)
    assert found.log_likelihood == pytest.approx(split.log_likelihood, abs=1e-9)
    assert found.log_likelihood > whole.log_likelihood
    assert 2 * found["own"] == pytest.approx(split["rationality of CHL"], rel=1e-4)
    assert found["other"] == pytest.approx(split["rationality of DEF"], rel=1e-4)
    rationality, weights = estimate.normalise(found, by="other")
    assert rationality == pytest.approx(found["other"]) and weights["other"] == (1.0, 0.0)
    ratio = found["own"] / found["other"]
    a, b = found.standard_errors / found.estimate
    relative = a**2 + b**2 - 2 * found.covariance[0, 1] / found.estimate.prod()  # of a ratio, by the delta method
    assert weights["own"] == pytest.approx((ratio, abs(ratio) * relative**0.5))
    assert estimate.normalise(found, by="other", weight=3.0)[1]["own"][0] == pytest.approx(3 * ratio)
    each = estimate.sequential(tree, CRISES, reasons=terms, per_player=True)
    assert each.terms == ("own of CHL", "other of DEF")


def test_coordination_has_a_branch_of_its_own_and_the_record_says_so() -> None:
    """The branch leads to the safe option; at the rationality of 199 in 200 two more equilibria stand beside it."""
    counts = {"a": {"risky": 80, "safe": 20}, "b": {"risky": 80, "safe": 20}}
    found = estimate.fit([estimate.strategic(COORDINATION, counts)])
    steep = estimate.fit(
        [estimate.strategic(COORDINATION, {"a": {"safe": 199, "risky": 1}, "b": {"safe": 199, "risky": 1}})]
    )
    assert steep.several and any("equilibria" in words for words in steep.warnings)
    several = steep.several[0]
    assert len(several.probabilities) == 3
    for p in several.probabilities:  # each is a fixed point of the logit response, written out
        q, r = p[2], p[0]
        for own, other in ((p[0], q), (p[2], r)):
            gain = 4 * other - 2.4
            assert own == pytest.approx(stats.logistic.cdf(steep["rationality"] * gain), abs=1e-8)
    assert several.log_likelihoods[0] == pytest.approx(steep.log_likelihood, abs=1e-8)
    assert found.at_bound == {"rationality": "zero"} and found["rationality"] == 0.0


def test_two_maxima_along_a_branch_are_reported() -> None:
    """The row's probability of up rises with rationality and falls back to a half: two rationalities give 58 of 100."""
    found = estimate.fit([estimate.strategic(OCHS, {"row": {"up": 58, "down": 42}})])
    assert len(found.maxima) == 2 and any("2 maxima" in words for words in found.warnings)
    for top in found.maxima:
        assert top.log_likelihood == pytest.approx(found.saturated, abs=1e-10)
    low, high = sorted(top.estimate[0] for top in found.maxima)
    assert low < 1.5 < 4 < high
    assert found.profiles[0].pieces in (1, 2)


def test_an_estimate_between_turning_points() -> None:
    """A branch that turns back at 1.69 and forward at 1.24: choices drawn between are fitted there.

    Gambit's estimator does not come back from this game (stopped after four minutes), so the answer is put into the
    logit response instead.
    """
    payoffs = [[[5, 9, 6], [5, 2, 7], [7, 5, 0]], [[2, 2, 8], [8, 0, 5], [7, 9, 0.0]]]
    game = NormalForm("fold", ("a", "b"), (("1", "2", "3"), ("1", "2", "3")), np.array(payoffs))
    path = follow(likelihood([estimate.strategic(game, {"a": {"1": 1}})]).groups, np.ones(1), 5.0)
    assert len(path.turns) == 2 and path.complete
    point = next(p for p in path.points if p.forward < 0 and 1.35 < p.scale < 1.6)
    p = np.exp(likelihood([estimate.strategic(game, {"a": {"1": 1}})]).groups[0].logs(point.values[0]))[0] * 1000
    counts = {"a": dict(zip("123", p[:3], strict=True)), "b": dict(zip("123", p[3:], strict=True))}
    found = estimate.fit([estimate.strategic(game, counts)])
    assert found["rationality"] == pytest.approx(point.scale, abs=1e-6)
    assert found.log_likelihood == pytest.approx(found.saturated, abs=1e-8)
    assert any("turns back" in words for words in found.warnings)
    assert len(found.several) == 1 and len(found.several[0].probabilities) >= 3
    a, b = found.probabilities[0][0][:3], found.probabilities[0][0][3:]
    for own, gains in ((a, game.payoffs[0] @ b), (b, a @ game.payoffs[1])):
        logits = found["rationality"] * gains
        assert own == pytest.approx(np.exp(logits - logsumexp(logits)), abs=1e-9)


def test_an_estimate_at_a_bound_says_so() -> None:
    certain = estimate.fit([estimate.strategic(COORDINATION, {"a": {"safe": 50}, "b": {"safe": 50}})])
    assert certain.at_bound == {"rationality": "infinite"} and certain["rationality"] == np.inf
    assert np.isnan(certain.standard_errors[0]) and certain.profiles[0].high == np.inf
    assert 0 < certain.profiles[0].low < np.inf and any("no finite estimate" in words for words in certain.warnings)
    safe = estimate.strategic(COORDINATION, {"a": {"safe": 50}, "b": {"safe": 50}})
    short = estimate.fit([safe], largest=3.0)
    assert short.at_bound == {"rationality": "largest"} and short["rationality"] == 3.0
    even = estimate.fit([estimate.plain([[[0.0], [1.0]]], [[50, 50]], ["gain"])])
    assert even["gain"] == pytest.approx(0, abs=1e-12) and not even.at_bound  # a weight has no bound at zero


@pytest.mark.parametrize(("extra", "kind"), [([[0, 5]], "complete"), ([[0, 5], [3, 2]], "quasi-complete")])
def test_separated_choices_have_no_estimate(extra: list[list[float]], kind: str) -> None:
    """Whoever gains takes it; those to whom it makes no difference may do either."""
    gains = np.array([[[0.0], [1.0]], [[0.0], [0.0]]])[: len(extra)]
    found = estimate.fit([estimate.plain(gains, extra, ["gain"])])
    assert any(words.startswith(f"{kind} separation") for words in found.warnings)
    assert found["gain"] == np.inf
    noise = (
        np.random.default_rng(1).standard_normal((len(extra), 2, 1)) if kind == "complete" else gains[:, ::-1] * 0 + 1.0
    )
    if kind == "quasi-complete":
        noise[1, 1] = 2.0  # told apart by the second chooser alone
        two = estimate.fit([estimate.plain(np.concatenate([gains, noise], 2), extra, ["gain", "other"])])
        assert two["gain"] == np.inf and two["other"] == pytest.approx(np.log(2 / 3), abs=1e-6)
        assert two.at_bound == {"gain": "infinite"}


def test_overlapping_choices_are_not_called_separated() -> None:
    found = estimate.fit([estimate.plain([[[0.0], [1.0]]], [[1, 5]], ["gain"])])
    assert not found.warnings and found["gain"] == pytest.approx(np.log(5))


def test_collinear_and_idle_reasons_are_refused() -> None:
    x = np.random.default_rng(2).standard_normal((10, 3, 2))
    counts = np.ones((10, 3))
    both = np.concatenate([x, x[..., :1] - 2 * x[..., 1:]], 2)
    with pytest.raises(StandoffError, match="collinear"):
        estimate.fit([estimate.plain(both, counts, ["a", "b", "c"])])
    with pytest.raises(StandoffError, match="has no effect"):
        estimate.fit([estimate.plain(np.concatenate([x, np.ones((10, 3, 1))], 2), counts, ["a", "b", "same"])])
    near = np.concatenate([x[..., :1], x[..., :1] + 0.01 * x[..., 1:]], 2)
    assert any(
        "nearly collinear" in words for words in estimate.fit([estimate.plain(near, counts, ["a", "b"])]).warnings
    )
    doubled = {"war": OCHS.payoffs, "peace": -2 * OCHS.payoffs}
    with pytest.raises(StandoffError, match="collinear"):
        estimate.fit([estimate.strategic(OCHS, PLAYS, reasons=doubled)])


def test_mistakes_are_named() -> None:
    with pytest.raises(StandoffError, match="did you mean `column`"):
        estimate.strategic(OCHS, {"colum": {"left": 1}})
    with pytest.raises(StandoffError, match="no option `middle`"):
        estimate.strategic(OCHS, {"row": {"middle": 1}})
    with pytest.raises(StandoffError, match="no choice was observed"):
        estimate.strategic(OCHS, {})
    with pytest.raises(StandoffError, match="negative"):
        estimate.strategic(OCHS, {"row": {"up": -1}})
    with pytest.raises(StandoffError, match="rationality in one game and a reason in another"):
        mixed = estimate.strategic(OCHS, PLAYS, reasons={"rationality": OCHS.payoffs})
        estimate.fit([estimate.strategic(OCHS, PLAYS), mixed])
    with pytest.raises(StandoffError, match="no choices"):
        estimate.fit([])
    found = estimate.fit([estimate.strategic(OCHS, PLAYS)], profiles=False)
    with pytest.raises(StandoffError, match="did you mean `rationality`"):
        found["rationalty"]
    with pytest.raises(StandoffError, match="cannot set the scale"):
        estimate.normalise(found, by="rationality", weight=0.0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_slope_is_that_of_the_likelihood_and_labels_do_not_matter(seed: int) -> None:
    """Random games of three players: the exact score against differences, and after relabelling."""
    rng = np.random.default_rng(seed)
    game = NormalForm(
        "random", ("a", "b", "c"), (("1", "2"), ("1", "2", "3"), ("1", "2")), rng.uniform(size=(3, 2, 3, 2))
    )
    counts = {
        p: {s: float(rng.integers(1, 20)) for s in labels}
        for p, labels in zip(game.players, game.strategies, strict=True)
    }
    lik = likelihood([estimate.strategic(game, counts, per_player=True)])
    theta = rng.uniform(0.2, 1.5, 3)  # below where random games of this size have several equilibria
    here, h = lik.at(theta), 1e-4
    for k in range(3):
        ends = [lik.at(theta + m * h * np.eye(3)[k]).log_likelihood for m in (-2, -1, 1, 2)]
        slope = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * h)
        assert here.score[k] == pytest.approx(slope, abs=1e-6)  # rounding of 1e-12 over h
    swapped = NormalForm("swapped", ("b", "a", "c"), tuple(game.strategies[i] for i in (1, 0, 2)),
                         np.swapaxes(game.payoffs, 1, 2)[[1, 0, 2]])  # fmt: skip
    again = likelihood([estimate.strategic(swapped, counts, per_player=True)])
    assert again.at(theta[[1, 0, 2]]).log_likelihood == pytest.approx(here.log_likelihood, abs=1e-9)
    shifted = NormalForm("shifted", game.players, game.strategies, game.payoffs + rng.normal(size=(3, 1, 1, 1)))
    moved = likelihood([estimate.strategic(shifted, counts, per_player=True)])
    assert moved.at(theta).log_likelihood == pytest.approx(here.log_likelihood, abs=1e-9)


@pytest.mark.parametrize("rationality", [0.5, 2.0, 8.0])
def test_the_branch_is_gambits(rationality: float) -> None:
    gbt = pytest.importorskip("pygambit")
    theirs = gbt.qre.logit_solve_lambda(
        gbt.read_nfg(io.StringIO(gambit_io.write_nfg(COORDINATION))), lam=[rationality]
    )[0]
    lik = likelihood([estimate.strategic(COORDINATION, {"a": {"safe": 1}})])
    ours = np.exp(lik.groups[0].logs(lik.at(np.array([rationality])).values[0]))[0]
    expected = [theirs.profile[p][s] for p, labels in zip(COORDINATION.players, COORDINATION.strategies, strict=True)
                for s in labels]  # fmt: skip
    assert ours == pytest.approx(expected, abs=1e-6)


def test_posterior_of_rationality_is_that_of_direct_integration() -> None:
    found = estimate.posterior([estimate.strategic(OCHS, PLAYS)], {"rationality": "lognormal(1, 3)"})
    z = np.linspace(-6.5, 6.5, 1301)
    x = 3.0**z
    density = np.exp(np.array([twin(v) for v in x]) - z**2 / 2 + 175)
    mass = density / density.sum()
    margin = found["rationality"]
    assert margin.mean == pytest.approx(mass @ x, rel=1e-6)
    assert margin.deviation == pytest.approx(np.sqrt(mass @ (x - mass @ x) ** 2), rel=1e-5)
    expected = np.interp([0.05, 0.5, 0.95], np.cumsum(mass) - mass / 2, x)
    assert (margin.low, margin.median, margin.high) == pytest.approx(expected, rel=1e-3)
    evidence = np.log(density.sum() * (z[1] - z[0]) / np.sqrt(2 * np.pi)) - 175
    assert found.log_evidence == pytest.approx(evidence, abs=1e-6)
    assert found.method == "grid" and found.error < 1e-6 and not found.warnings


def test_importance_sampling_agrees_with_the_grid() -> None:
    choices = [estimate.strategic(OCHS, PLAYS, per_player=True)]
    priors = {"rationality of row": "lognormal(1, 3)", "rationality of column": "0.2 to 9"}
    grid = estimate.posterior(choices, priors)
    draws = estimate.posterior(choices, priors, method="importance", draws=800, seed=3)
    assert draws.effective > 300
    for a, b in zip(grid.marginals, draws.marginals, strict=True):
        assert abs(a.mean - b.mean) < 4 * a.deviation / draws.effective**0.5
    assert draws.log_evidence == pytest.approx(grid.log_evidence, abs=4 / draws.effective**0.5)


def test_posterior_of_four_weights_comes_near_the_estimate_where_the_prior_is_wide() -> None:
    rng = np.random.default_rng(8)
    x = rng.standard_normal((400, 3, 4))
    truth = np.array([0.8, -0.5, 0.3, 0.0])
    chosen = (x @ truth + rng.gumbel(size=(400, 3))).argmax(1)
    choices = [estimate.plain(x, np.eye(3)[chosen], list("abcd"))]
    most = estimate.fit(choices, profiles=False)
    found = estimate.posterior(choices, dict.fromkeys("abcd", "normal(0, 50)"), draws=1000)
    assert found.method == "importance" and found.effective > 500
    for k, term in enumerate("abcd"):
        # the posterior mean leaves the maximum by order 1 / n; 400 choices: a tenth of a standard error
        assert abs(found[term].mean - most[term]) < (0.1 + 4 / found.effective**0.5) * most.standard_errors[k]
        assert found[term].deviation == pytest.approx(most.standard_errors[k], rel=0.15)


def test_priors_have_no_default_and_stay_where_they_may() -> None:
    choices = [estimate.strategic(OCHS, PLAYS)]
    with pytest.raises(StandoffError, match="no prior for `rationality`"):
        estimate.posterior(choices, {})
    with pytest.raises(StandoffError, match="goes below 0"):
        estimate.posterior(choices, {"rationality": "normal(1, 1)"})
    with pytest.raises(StandoffError, match="every prior is a fixed number"):
        estimate.posterior(choices, {"rationality": 2})
    with pytest.raises(StandoffError, match="method `grid` for 3"):
        estimate.posterior([estimate.plain(np.random.default_rng(0).standard_normal((9, 3, 3)), np.ones((9, 3)), "abc")],
                           dict.fromkeys("abc", "normal(0, 1)"), method="grid")  # fmt: skip
    many = {player: {label: 100 * n for label, n in seen.items()} for player, seen in PLAYS.items()}
    far = estimate.posterior([estimate.strategic(OCHS, many)], {"rationality": "lognormal(20, 1.1)"})
    assert any("deviations out in" in words for words in far.warnings)
    held = estimate.posterior([estimate.strategic(OCHS, PLAYS, per_player=True)],
                              {"rationality of row": 0.5, "rationality of column": "0.2 to 9"})  # fmt: skip
    assert held["rationality of row"].mean == pytest.approx(0.5, rel=1e-12)


def test_probabilities_of_an_unreached_set_are_conditional() -> None:
    """With the first move almost never made, what follows it is decided as if it had been."""
    choices = estimate.sequential(crisis(), CRISES)
    group = Group(choices, choices.features)
    value = np.array([[-300.0, 0, 0.0, 0, 0, 0]])
    expected = group.expected(group.shares(group.logs(value)))[0, 0]
    assert expected[4] - expected[5] == pytest.approx(-1 + 0.7)
    assert expected[2] - expected[3] == pytest.approx((-1.5 + 0.8) / 2 + 1)


def test_the_example_of_the_page_gives_what_it_says() -> None:
    page = (Path(__file__).parents[3] / "docs" / "estimation.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1), names)  # type: ignore[union-attr]
    found, belief = names["result"], names["belief"]["rationality"]
    curve = found.profiles[0]
    said = (
        f"rationality {found['rationality']:.4f} (standard error {found.standard_errors[0]:.2f}, 95 % interval "
        f"{curve.low:.2f} to {curve.high:.2f}) and log likelihood {found.log_likelihood:.2f}"
    )
    text = " ".join(page.split())
    assert said in text and f"posterior mean of {belief.mean:.2f}" in text
    assert f"evenly has {found.even:.2f}" in text and f"can beat, {found.saturated:.2f}" in text
