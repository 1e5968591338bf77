"""Portfolios, and measures of their similarity against published tables and loops."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import kendalltau

from standoff.addons.networks.similarity import portfolio, s_score, scott_pi, similarities, tau_b, weighted_kappa
from standoff.errors import StandoffError

from . import published

# ---- Similarity of portfolios against published values, SciPy's tau-b, and loops over pairs.

LEVELS = [0, 1, 2, 3]


@pytest.mark.parametrize(("first", "second", "published_s"), published.TABLE_5)
def test_s_of_the_portfolios_of_table_5_of_signorino_and_ritter(first, second, published_s):
    assert s_score([first, second], LEVELS)[0, 1] == pytest.approx(published_s, abs=1e-12)


def test_s_of_germany_and_russia_in_1914_is_the_published_one():
    pair = [published.GERMANY_1914, published.RUSSIA_1914]
    assert s_score(pair, LEVELS)[0, 1] == pytest.approx(published.S_1914, abs=1e-12)
    weighted = s_score(pair, LEVELS, weights=published.CAPABILITIES_1914)[0, 1]
    assert weighted == pytest.approx(published.S_1914_WEIGHTED, abs=0.02)  # capabilities are printed with two digits


def test_s_of_the_great_powers_in_1947_is_the_published_one():
    alliances = s_score(published.levels(published.ALLIANCES_1947), LEVELS, weights=published.CAPABILITIES_1947)
    votes = s_score(published.levels(published.VOTES_1947.split()).T, [1, 2, 3])
    for (i, j), (of_alliances, of_both) in published.S_1947.items():
        assert alliances[i, j] == pytest.approx(of_alliances, abs=0.025)
        assert (alliances[i, j] + votes[i, j]) / 2 == pytest.approx(of_both, abs=0.015)  # both issues weigh the same


def test_tau_b_is_that_of_scipy_with_missing_positions():
    positions = random_positions(12, 60)
    mine = tau_b(positions, LEVELS)
    for i, j in product(range(12), repeat=2):
        both = ~np.isnan(positions[i] + positions[j])
        assert mine[i, j] == pytest.approx(kendalltau(positions[i][both], positions[j][both]).statistic, abs=1e-12)


@pytest.mark.parametrize("distance", ["absolute", "squared", "nominal"])
@pytest.mark.parametrize("weighted", [False, True])
def test_agreement_is_that_of_loops_over_targets(distance, weighted):
    positions, weights = random_positions(7, 40), np.random.default_rng(3).random(40)
    options = {"distance": distance, "weights": weights if weighted else None}
    expected = {"s": s_score, "kappa": weighted_kappa, "pi": scott_pi}
    for name, function in expected.items():
        mine = function(positions, LEVELS, **options)
        for i, j in product(range(7), repeat=2):
            slow = agreement(positions[i], positions[j], weights if weighted else np.ones(40), distance, name)
            assert mine[i, j] == pytest.approx(slow, abs=1e-12)


def test_weighted_kappa_of_a_published_table():
    # Hout and others 1987 in Agresti 1990: answers of 91 couples; kappa, and with linear weights (the R package vcd)
    table = np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
    pairs = [(i, j) for i, j in product(range(4), repeat=2) for _ in range(table[i, j])]
    linear = weighted_kappa(np.array(pairs).T, LEVELS, distance="absolute")[0, 1]
    assert linear == pytest.approx(0.2374, abs=5e-5)
    assert weighted_kappa(np.array(pairs).T, LEVELS, distance="nominal")[0, 1] == pytest.approx(0.1293, abs=5e-5)


def test_pi_of_a_table_computed_by_hand():
    # counts 1 to 9 in a table of three answers: 15 of 45 agree, and the answers' shares are 18, 30 and 42 of 90
    pairs = [pair for count, pair in enumerate(product(range(3), repeat=2), start=1) for _ in range(count)]
    assert scott_pi(np.array(pairs).T, [0, 1, 2], distance="nominal")[0, 1] == pytest.approx(
        1 - (1 - 15 / 45) / (1 - (18**2 + 30**2 + 42**2) / 90**2)
    )


def test_kappa_and_pi_correct_for_rare_ties_and_s_does_not():
    rare = np.zeros((2, 100))
    rare[0, :3], rare[1, 3:6] = 3, 3  # no common ally among a hundred states
    measures = {name: values[0, 1] for name, values in similarities(rare, LEVELS).items()}
    assert measures["s_absolute"] == pytest.approx(0.88) and measures["s_squared"] == pytest.approx(0.88)
    assert measures["kappa"] == pytest.approx(-3 / 97) and measures["pi"] == pytest.approx(-3 / 97)
    assert measures["tau_b"] == pytest.approx(-3 / 97)  # two levels: tau-b is the correlation


def test_what_is_not_defined_is_nan():
    nothing = [[0.0, 0.0, np.nan], [0.0, 0.0, 1.0], [np.nan, np.nan, 1.0]]
    measures = similarities(nothing, LEVELS)
    assert np.isnan(measures["s_absolute"][0, 2])  # no common target
    assert np.isnan(measures["kappa"][0, 0]) and np.isnan(measures["tau_b"][0, 1])  # one level everywhere
    assert measures["s_absolute"][0, 1] == 1.0 and measures["kappa"][1, 1] == 1.0


def test_weights_add_the_weighted_scores_and_their_scale_does_not_matter():
    positions, weights = random_positions(5, 30), np.random.default_rng(5).random(30)
    plain, weighted = (similarities(positions, LEVELS, weights=w) for w in (None, weights))
    assert weighted.keys() - plain.keys() == {"s_absolute_weighted", "s_squared_weighted"}
    assert weighted["s_squared_weighted"] == pytest.approx(
        s_score(positions, LEVELS, weights=9 * weights, distance="squared")
    )
    assert all((weighted[name] == plain[name]).all() for name in plain)


@pytest.mark.parametrize(
    ("positions", "levels", "options", "words"),
    [
        ([0, 1], LEVELS, {}, "1 dimensions"),
        ([[0, 4, 1.5]], LEVELS, {}, "no level: 1.5, 4"),
        ([[0, 1]], [1, 0], {}, "ascending"),
        ([[0, 1]], [0, 1], {"weights": [1]}, "one for each target"),
        ([[0, 1]], [0, 1], {"weights": [1, -1]}, "below 0"),
        ([[0, 1]], [0, 1], {"distance": "cubed"}, "`cubed`"),
    ],
)
def test_mistakes_are_named(positions, levels, options, words):
    with pytest.raises(StandoffError, match=words):
        s_score(positions, levels, **options)


def random_positions(actors, targets):
    chance = np.random.default_rng(7)
    positions = chance.choice(LEVELS, (actors, targets), p=[0.6, 0.1, 0.1, 0.2]).astype(float)
    positions[chance.random(positions.shape) < 0.1] = np.nan
    return positions


def agreement(first, second, weights, distance, chance):
    """One less the observed distance over that expected by chance, target by target."""
    pairs = [(x, y, w) for x, y, w in zip(first, second, weights, strict=True) if not np.isnan(x + y)]
    apart = {
        "absolute": lambda x, y: abs(x - y) / 3,
        "squared": lambda x, y: (x - y) ** 2 / 9,
        "nominal": lambda x, y: x != y,
    }[distance]
    total = sum(w for *_, w in pairs)
    observed = sum(w * apart(x, y) for x, y, w in pairs) / total
    if chance == "s":
        return 1 - 2 * observed
    share = [
        {level: sum(pair[2] for pair in pairs if pair[side] == level) / total for level in LEVELS} for side in (0, 1)
    ]
    if chance == "pi":
        share = [{level: (share[0][level] + share[1][level]) / 2 for level in LEVELS}] * 2
    return 1 - observed / sum(share[0][k] * share[1][m] * apart(k, m) for k, m in product(LEVELS, repeat=2))


# ---- Portfolios from long lists of commitments and votes.


def test_alliances_are_zero_where_there_is_none_and_bind_a_state_to_itself():
    result = portfolio(["FRA", "RUS"], ["RUS", "FRA"], [3, 3], members=["RUS", "FRA", "GBR"], absent=0, own=3)
    assert result.actors == result.targets == ("RUS", "FRA", "GBR")
    assert result.positions.tolist() == [[3, 3, 0], [3, 3, 0], [0, 0, 3]]
    assert s_score(result.positions, [0, 1, 2, 3])[0].tolist() == [1, 1, -1]


def test_a_vote_that_was_not_cast_is_unknown():
    result = portfolio(["CUB", "USA", "USA"], [101, 101, 99], [1, 3, 1])
    assert (result.actors, result.targets) == (("CUB", "USA"), ("101", "99"))
    np.testing.assert_array_equal(result.positions, [[1, np.nan], [3, 1]])
    assert s_score(result.positions, [1, 2, 3])[0, 1] == -1


@pytest.mark.parametrize(
    ("lists", "options", "words"),
    [
        ((["A"], ["B", "C"], [1]), {}, "lists of one length"),
        ((["A", "A"], ["B", "B"], [1, 2]), {}, "A has 2 entries towards B"),
        ((["A"], ["Z"], [1]), {"members": ["A", "B"]}, "target Z: not in `members`"),
        ((["A"], ["B"], [1]), {"own": 3}, "give `members`"),
    ],
)
def test_mistakes_in_lists_are_named(lists, options, words):
    with pytest.raises(StandoffError, match=words):
        portfolio(*lists, **options)
