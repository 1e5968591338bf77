"""Epistemic bands: the quantiles of a probability over its parameters, which are known on paper.

Variance by source: tables whose parts are known.

Distributions of a probability from hits in replicates: shapes that are known, without the noise of the replicates.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import beta, norm

from standoff import build, catalog, simulate
from standoff.analysis.answer import answer
from standoff.analysis.epistemic_band import (
    ENDS,
    FEW,
    FEWEST,
    MixingDistribution,
    bands,
    epistemic_band,
    mixing_distribution,
    parameter_bands,
    quantiles,
    shares,
    variances,
)
from standoff.analysis.stored_bands import MISSING, Bands
from standoff.engine.run import Run
from standoff.progress import SILENT
from tests import closed_form
from tests.progress_log import ProgressLog

POINTS = {"stocks.gain.initial": "1 @assumption", "stocks.cost.initial": "1.5 @assumption"}


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(*catalog.load("closed-form")), draws=2000, seed=3)


@pytest.fixture(scope="module")
def found(run: Run) -> Bands:
    return parameter_bands(run)


def test_the_band_is_that_of_the_log_odds(found: Bands) -> None:
    mean, sd = closed_form.log_odds()
    band = found.of["acts"]
    known = closed_form.logistic(mean + sd * norm.ppf(ENDS))
    np.testing.assert_allclose((band.low, band.high), known, atol=0.04)  # 4 standard errors, simulated
    assert band.mean == pytest.approx(closed_form.acts(), abs=0.03)
    assert (band.variants, band.theories, band.draws, band.replicates) == (1, 1, 800, 32)


def test_shares_are_those_of_the_law_of_total_variance(found: Bands) -> None:
    p, second = (
        closed_form.acts(),
        closed_form.expected(lambda x: closed_form.logistic(x) ** 2, *closed_form.log_odds()),
    )
    shares = found.of["acts"].shares
    assert shares["parameters"] == pytest.approx((second - p * p) / (p * (1 - p)), abs=0.03)
    assert sum(shares.values()) == pytest.approx(1) and shares["variants"] == shares["theories"] == 0


def test_what_follows_from_the_parameters_alone_is_certain_in_every_future(found: Bands) -> None:
    band = found.of["corner"]
    assert band.low is not None and band.low < 1e-4 and band.shares["chance"] == pytest.approx(0, abs=1e-6)


def test_a_number_has_shares_and_no_band(found: Bands) -> None:
    band = found.of["sum"]
    assert (band.low, band.high) == (None, None)
    assert band.shares["chance"] == pytest.approx(closed_form.sobol_sum()["chance"], abs=0.03)


def test_the_band_of_the_likeliest_label_goes_with_the_answer(run: Run, found: Bands) -> None:
    first = answer(run, ("exhausted_first",), found)["exhausted_first"]
    assert first.band is not None and first.band.label == first.answer and first.band_ends is not None


def test_without_uncertain_parameters_the_band_is_the_point(run: Run) -> None:
    query = run.model.plan.question("acts")
    values = np.random.default_rng(1).binomial(1, 0.4, (2, 1, 16, 50)).astype(float)
    values[1] = np.random.default_rng(2).binomial(1, 0.6, (16, 50))
    band = epistemic_band(query, "", values, 0)
    assert (band.low, band.high) == pytest.approx((values[0].mean(), values[1].mean()))
    alone = epistemic_band(query, "", values[:1], 0)
    assert alone.low == pytest.approx(alone.high) and alone.high == pytest.approx(values[0].mean())


def test_a_variant_has_its_own_distribution_and_a_theory_shifts_it(run: Run) -> None:
    """Log odds of a normal number under two variants; a second theory has no chance in it, and only its mean counts."""
    query, rng, size = run.model.plan.question("acts"), np.random.default_rng(4), (16, 800)
    theta = rng.normal(0, 0.8, 800)
    values = np.stack(
        [
            np.stack([rng.random(size) < closed_form.logistic(theta + step), np.broadcast_to(theta + step > 0.3, size)])
            for step in (-1.0, 1.0)
        ]
    ).astype(float)
    band = epistemic_band(query, "", values, 1)
    mean = values.mean(axis=(2, 3))
    x, steps = np.linspace(-8, 8, 4001), np.log(mean / (1 - mean))
    below = np.mean(
        [
            norm.cdf(x, step + shift - own, 0.8)
            for step, (own, *_), row in zip((-1, 1), steps, steps, strict=True)
            for shift in row
        ],
        axis=0,
    )
    np.testing.assert_allclose((band.low, band.high), closed_form.logistic(np.interp(ENDS, below, x)), atol=0.03)


def test_the_mean_is_that_of_the_distribution_and_has_an_error(run: Run) -> None:
    """Two theories, 0.2 and 0.6 of futures: the mean over both, with the error of a mean over the draws."""
    rng = np.random.default_rng(3)
    query = run.model.plan.question("acts")
    p = np.array([[0.2], [0.6]])[..., None] + np.zeros((2, 4, 800))
    values = (rng.random(p.shape) < p).astype(float)[None]
    band = epistemic_band(query, "", values, 0)
    assert band.mean == pytest.approx(0.4, abs=0.02) and (band.low, band.high) == pytest.approx((0.2, 0.6), abs=0.02)
    assert band.error == pytest.approx(np.sqrt((0.2 * 0.8 + 0.6 * 0.4) / 4 / 4 / 800), rel=0.1)


def test_theories_weigh_in_the_mean_the_ends_and_the_shares(run: Run) -> None:
    """Two theories, 0.2 and 0.6 of futures, with weights 0.98 and 0.02: the band is the first one's, and reaches to the mean."""
    rng = np.random.default_rng(3)
    query = run.model.plan.question("acts")
    p = np.array([[0.2], [0.6]])[..., None] + np.zeros((2, 4, 800))
    values = (rng.random(p.shape) < p).astype(float)[None]
    band = epistemic_band(query, "", values, 0, weights=(0.98, 0.02))
    means = values.mean(axis=(0, 2, 3))
    assert band.mean == pytest.approx(0.98 * means[0] + 0.02 * means[1])
    assert (band.low, band.high) == pytest.approx((means[0], band.mean), abs=1e-6)
    between = 0.98 * 0.02 * 0.4**2
    within = 0.98 * 0.2 * 0.8 + 0.02 * 0.6 * 0.4
    assert band.shares["theories"] == pytest.approx(between / (between + within), abs=0.005)
    equal = epistemic_band(query, "", values, 0)
    assert epistemic_band(query, "", values, 0, weights=(0.5, 0.5)) == equal


def test_the_band_of_a_run_is_around_its_own_share(run: Run, found: Bands) -> None:
    printed = answer(run, ("acts",), found)["acts"]
    assert printed.band is not None and printed.point == printed.band.mean == printed.share


def test_parameters_that_do_not_matter_leave_the_point(run: Run) -> None:
    """The numbers behind the choice are fixed in the table: the others are still drawn, and change nothing in it."""
    model = run.model
    index = [model.plan.index[f"stocks.{name}.initial"] for name in ("gain", "cost")]
    table = model.table.with_value(model.layout, dict(zip(index, (1.0, 1.5), strict=True)))
    from dataclasses import replace

    band = parameter_bands(replace(run, model=replace(model, table=table))).of["acts"]
    assert band.low is not None and band.high is not None and band.high - band.low < 0.03
    assert band.mean == answer(run, ("acts",), Bands())["acts"].share, (
        "around what the run prints, here of another table"
    )


def test_a_small_run_has_a_coarse_band_and_a_tiny_one_says_that_it_is_missing(run: Run) -> None:
    from dataclasses import replace

    log = ProgressLog()
    free = replace(run, model=replace(run.model, posterior="a digest"))  # no band is stored for it
    few = bands(replace(free, settings=replace(run.settings, draws=FEWEST)), progress=log)
    assert (
        few.of["acts"].replicates == FEW and few.of["acts"].draws == FEWEST and "allowance for other models" in few.note
    )
    none = bands(replace(free, settings=replace(run.settings, draws=FEWEST - 1)), progress=SILENT)
    assert not none.of and "100 draws or more" in none.note
    assert bands(free, quick=False) == Bands(note=MISSING)


def test_a_table_of_known_parts() -> None:
    """Effects 3 of variants, 1 of theories, 0.5 of both; numbers of variance 4, chance of 1."""
    rng = np.random.default_rng(3)
    count = 200_000
    models = np.array([[3 + 1 + 0.5, 3 - 1 - 0.5], [-3 + 1 - 0.5, -3 - 1 + 0.5]])
    values = models[:, :, None, None] + rng.normal(0, 2, count) + rng.normal(0, 1, (2, 2, 2, count))
    np.testing.assert_allclose(variances(values), [9, 1, 0.25, 4, 1], rtol=0.02)


def test_noise_alone_makes_no_model_differ() -> None:
    rng = np.random.default_rng(5)
    shares = [variances(rng.normal(0, 1, (3, 2, 2, 50)))[:3].sum() for _ in range(300)]
    assert np.mean(shares) < 0.02  # without the correction 5 models more than one would make 5/6 x 1/100 of noise each


@pytest.mark.parametrize("replicates", [2, 3, 8])
def test_the_part_of_parameters_has_no_bias_by_the_number_of_replicates(replicates: int) -> None:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(200):
        own = rng.normal(0, 1, 100)
        found.append(variances((own + rng.normal(0, 3, (replicates, 100)))[None, None])[3:])
    np.testing.assert_allclose(np.mean(found, axis=0), [1, 9], rtol=0.15)


def test_shares_of_nothing_are_zero() -> None:
    assert shares(np.zeros(5)).tolist() == [0] * 5 and shares(np.array([1.0, 3.0])).tolist() == [0.25, 0.75]


UNITS, TIMES, LEVELS = 800, 8, (0.05, 0.95)


def ends(p: np.ndarray, trials: int, rng: np.random.Generator) -> tuple[float, ...]:
    return quantiles([mixing_distribution(rng.binomial(trials, p), trials)], LEVELS)


@pytest.mark.parametrize(("mean", "sd"), [(-3, 0.6), (-3, 1.5), (0, 1), (-1, 0.3)])
@pytest.mark.parametrize("trials", [16, 32])
def test_normal_log_odds_come_out_without_the_noise_of_the_trials(mean: float, sd: float, trials: int) -> None:
    rng = np.random.default_rng(1)
    samples = [expit(rng.normal(mean, sd, UNITS)) for _ in range(TIMES)]
    found = np.array([ends(p, trials, rng) for p in samples])
    known = expit(mean + sd * norm.ppf(LEVELS))
    off = np.abs(found.mean(axis=0) - known)
    assert np.all(off < 4 * found.std(axis=0) / np.sqrt(TIMES) + 0.1 * (known[1] - known[0])), "a tenth of the width"
    assert np.all(found.std(axis=0) < 0.15 * (known[1] - known[0]))


def test_shares_of_hits_would_be_wider() -> None:
    rng = np.random.default_rng(1)
    p = expit(rng.normal(-1, 0.3, UNITS))
    low, high = ends(p, 16, rng)
    raw = np.quantile(rng.binomial(16, p) / 16, LEVELS)
    assert raw[1] - raw[0] > 1.8 * (high - low)


SHAPES: dict[str, tuple[Callable[[np.random.Generator], np.ndarray], tuple[float, float]]] = {
    "beta": (lambda rng: rng.beta(0.7, 6, UNITS), tuple(beta.ppf(LEVELS, 0.7, 6))),
    "two points": (lambda rng: np.where(rng.random(UNITS) < 0.5, 0.02, 0.3), (0.02, 0.3)),
    "mostly never": (lambda rng: np.where(rng.random(UNITS) < 0.8, 0.0, 0.3), (0.0, 0.3)),
    "never or always": (lambda rng: (rng.random(UNITS) < 0.13) * 1.0, (0.0, 1.0)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_other_shapes_are_right_to_a_few_points(name: str) -> None:
    rng = np.random.default_rng(2)
    make, known = SHAPES[name]
    found = np.mean([ends(make(rng), 32, rng) for _ in range(TIMES)], axis=0)
    np.testing.assert_allclose(found, known, atol=0.05)


def test_one_common_probability_is_a_point() -> None:
    rng = np.random.default_rng(3)
    points = [ends(np.full(UNITS, 0.27), 32, rng) for _ in range(40)]
    widths = np.array([high - low for low, high in points])
    assert (widths < 1e-6).mean() >= 0.85, "one in twenty stands out by chance"
    assert np.mean(points) == pytest.approx(0.27, abs=0.005)


@pytest.mark.parametrize(("hits", "known"), [(0, 0.0), (8, 1.0)])
def test_what_never_or_always_happens_is_a_point(hits: int, known: float) -> None:
    low, high = quantiles([mixing_distribution(np.full(100, hits), 8)], LEVELS)
    assert low == pytest.approx(high) == pytest.approx(known, abs=1e-3)


def test_a_mixture_has_the_ends_of_its_parts() -> None:
    parts = [mixing_distribution(np.full(400, hits), 20) for hits in (2, 4, 10)]
    assert quantiles(parts, (0.05, 0.5, 0.95)) == pytest.approx((0.1, 0.2, 0.5), abs=1e-6)


@pytest.mark.parametrize("mean", [1e-4, 0.043, 0.5, 0.97])
def test_a_shift_in_log_odds_gives_any_mean_and_keeps_the_shape(mean: float) -> None:
    edges = np.linspace(-9, 3, 241)
    wide = MixingDistribution(edges, norm(-3, 1.5).cdf(edges) / norm(-3, 1.5).cdf(edges)[-1])
    moved = wide.with_mean(mean)
    middles = (moved.edges[1:] + moved.edges[:-1]) / 2
    assert np.diff(moved.cumulative) @ expit(middles) == pytest.approx(mean, rel=1e-6)
    np.testing.assert_allclose(np.diff(moved.edges), np.diff(wide.edges))
    assert quantiles([MixingDistribution.point(0.0).with_mean(mean)], [0.5])[0] == pytest.approx(mean, rel=1e-6)
