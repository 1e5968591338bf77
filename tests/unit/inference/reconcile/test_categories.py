"""Error rates of sources in categories: against those of Dawid and Skene, and properties."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from standoff.errors import ModelError
from standoff.inference.reconcile.categories import RIGHT, WRONG, error_rates
from tests.oracles.dawid_skene import likeliest

TABLE = """
111 1 1 1 1/333 4 3 3 4/112 2 1 2 2/222 3 1 2 1/222 3 2 2 2/222 3 3 2 2/122 2 1 1 1/333 3 4 3 3/222 2 2 2 3/232 2 2 2 3/444 4 4 4 4/
222 3 3 4 3/111 1 1 1 1/222 3 2 1 2/121 1 1 1 1/111 2 1 1 1/111 1 1 1 1/111 1 1 1 1/222 2 2 2 1/222 1 3 2 2/222 2 2 2 2/222 2 2 2 1/
222 3 2 2 2/221 2 2 2 2/111 1 1 1 1/111 1 1 1 1/232 2 2 2 2/111 1 1 1 1/111 1 1 1 1/112 1 1 2 1/111 1 1 1 1/333 3 2 3 3/111 1 1 1 1/
222 2 2 2 2/222 3 2 3 2/433 4 3 4 3/221 2 2 3 2/232 3 2 3 3/333 3 4 3 2/111 1 1 1 1/111 1 1 1 1/121 2 1 1 1/232 2 2 2 2/121 1 1 1 1/
222 2 2 2 2
"""
"""Table 1 of Dawid and Skene (1979): 45 patients, fitness for an anaesthetic from 1 to 4 by five observers, the first three times."""
PUBLISHED = [
    [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]],
    [[0.83, 0.17, 0, 0], [0.05, 0.63, 0.31, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
    [[1, 0, 0, 0], [0.11, 0.79, 0.11, 0], [0, 0.40, 0.20, 0.40], [0, 0, 0.67, 0.33]],
    [[0.94, 0.06, 0, 0], [0.05, 0.84, 0.10, 0], [0, 0, 0.80, 0.20], [0, 0, 0.33, 0.67]],
    [[1, 0, 0, 0], [0.16, 0.73, 0.11, 0], [0, 0.21, 0.79, 0], [0, 0, 0.33, 0.67]],
]


def counts() -> np.ndarray:
    """(patient, observer, category) reports."""
    out = np.zeros((45, 5, 4))
    for patient, row in enumerate("".join(TABLE.split("\n")).split("/")):
        for observer, marks in enumerate(row.split()):
            for mark in marks:
                out[patient, observer, int(mark) - 1] += 1
    return out


def test_the_oracle_has_the_published_rates_of_the_anaesthetists() -> None:
    out = likeliest(counts())
    assert counts().sum() == 315
    assert out.shares == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.005)
    assert out.rates == pytest.approx(np.array(PUBLISHED), abs=0.0051)
    assert out.truth[0] == pytest.approx([1, 0, 0, 0], abs=1e-3)


def test_means_of_the_anaesthetists_are_near_the_likeliest_rates() -> None:
    """What is assumed before counts little beside 315 reports: of the two common categories."""
    out, best = error_rates(counts()), likeliest(counts())
    common = best.truth.argmax(1) < 2
    assert common.sum() == 37 and (out.truth.argmax(1) == best.truth.argmax(1))[common].all()
    assert out.rates[:, :2, :2] == pytest.approx(best.rates[:, :2, :2], abs=0.1)
    assert out.shares == pytest.approx(best.shares, abs=0.05)


def test_nothing_near_by_is_likelier() -> None:
    """The likelihood in plain floats falls whichever way shares or rates are moved."""
    reports = counts()
    out = likeliest(reports)

    def likelihood(shares: np.ndarray, rates: np.ndarray) -> float:
        total = 0.0
        for item in reports:
            total += math.log(
                sum(
                    share * math.prod(rates[s, j, k] ** item[s, k] for s in range(5) for k in range(4) if item[s, k])
                    for j, share in enumerate(shares)
                )
            )
        return total

    best, rng = likelihood(out.shares, out.rates), np.random.default_rng(1)
    for _ in range(20):
        shares = 0.97 * out.shares + 0.03 * rng.dirichlet(np.ones(4))
        rates = 0.97 * out.rates + 0.03 * rng.dirichlet(np.ones(4), (5, 4))
        assert likelihood(shares, rates) < best


def test_yes_and_no_of_sources_of_known_quality() -> None:
    rng, items = np.random.default_rng(3), 800
    truth = (rng.random(items) < 0.3).astype(int)
    right = np.array([[0.9, 0.8], [0.7, 0.95], [0.85, 0.6]])  # (source, true)
    says = np.where(rng.random((items, 3)) < right[:, truth].T, truth[:, None], 1 - truth[:, None])
    reports = (says[..., None] == np.arange(2)).astype(float)
    out = error_rates(reports)
    tolerance = 0.06 * math.sqrt(4000 / items)
    assert out.shares[1] == pytest.approx(0.3, abs=tolerance)
    said = np.array([out.rates[:, j, j] for j in range(2)]).T
    assert said == pytest.approx(right, abs=tolerance)
    assert out.rates == pytest.approx(likeliest(reports).rates, abs=0.03), "nearer to these than to what made them"


def test_a_source_that_skips_items_counts_where_it_reports() -> None:
    reports = counts()
    reports[20:, 4] = 0
    assert np.isfinite(error_rates(reports).truth).all()


@pytest.mark.parametrize("kinds", [2, 3])
def test_means_are_those_of_every_possible_truth(kinds: int) -> None:
    """Chances over all truths of five items, each with its likelihood in closed form (Dirichlet-multinomial)."""
    rng, items, sources = np.random.default_rng(kinds), 5, 3
    reports = (rng.integers(0, kinds, (items, sources))[..., None] == np.arange(kinds)).astype(float)
    reports[0, 0] = 0  # the first source is silent on the first item

    def log_marginal(counts: np.ndarray, before: np.ndarray) -> float:
        """Of counts, with a Dirichlet prior."""
        gammas = [math.lgamma(a + n) - math.lgamma(a) for a, n in zip(before, counts, strict=True)]
        return sum(gammas) + math.lgamma(before.sum()) - math.lgamma(before.sum() + counts.sum())

    weights, truths = [], list(itertools.product(range(kinds), repeat=items))
    for truth in truths:
        drawn = (np.array(truth)[:, None] == np.arange(kinds)).astype(float)
        log = log_marginal(drawn.sum(0), np.ones(kinds))
        for s, j in itertools.product(range(sources), range(kinds)):
            before = np.where(np.arange(kinds) == j, RIGHT, WRONG / (kinds - 1))
            log += log_marginal(drawn[:, j] @ reports[:, s], before)
        weights.append(math.exp(log))
    exact = np.array(
        [
            [sum(w for w, t in zip(weights, truths, strict=True) if t[i] == j) for j in range(kinds)]
            for i in range(items)
        ]
    ) / sum(weights)
    out = error_rates(reports)
    assert out.truth == pytest.approx(exact, abs=0.012)
    assert (out.ends[0] < out.rates).all() and (out.rates < out.ends[1]).all()


@pytest.mark.parametrize(
    ("reports", "what"),
    [
        (np.zeros((4, 3, 3)), "no counts"),
        (np.ones((4, 3)), "no counts"),
        (-np.ones((4, 3, 3)), "no counts"),
    ],
)
def test_reports_that_say_nothing_are_refused(reports: np.ndarray, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        error_rates(reports)
