"""Epistemic bands: the quantiles of a probability over its parameters, which are known on paper."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from standoff import build, catalog, simulate
from standoff.analysis.answer import answer
from standoff.analysis.epistemic_band import ENDS, FEW, FEWEST, bands, epistemic_band, parameter_bands
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


def test_parameters_that_do_not_matter_leave_the_point(run: Run) -> None:
    """The numbers behind the choice are fixed in the table: the others are still drawn, and change nothing in it."""
    model = run.model
    index = [model.plan.index[f"stocks.{name}.initial"] for name in ("gain", "cost")]
    table = model.table.with_value(model.layout, dict(zip(index, (1.0, 1.5), strict=True)))
    from dataclasses import replace

    band = parameter_bands(replace(run, model=replace(model, table=table))).of["acts"]
    assert band.low is not None and band.high is not None and band.high - band.low < 0.03
    assert band.mean == pytest.approx(closed_form.logistic(closed_form.log_odds()[0]), abs=0.015)


def test_a_small_run_has_a_coarse_band_and_a_tiny_one_says_that_it_is_missing(run: Run) -> None:
    from dataclasses import replace

    log = ProgressLog()
    free = replace(run, model=replace(run.model, posterior="a digest"))  # no band is stored for it
    few = bands(replace(free, settings=replace(run.settings, draws=FEWEST)), progress=log)
    assert few.of["acts"].replicates == FEW and few.of["acts"].draws == FEWEST and "parameters alone" in few.note
    none = bands(replace(free, settings=replace(run.settings, draws=FEWEST - 1)), progress=SILENT)
    assert not none.of and "100 draws or more" in none.note
    assert bands(free, quick=False) == Bands(note=MISSING)
