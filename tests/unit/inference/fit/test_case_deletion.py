"""What a piece of evidence contributes to a number: beside fits without it, exact ones where sizes are linear."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from standoff.inference import laplace
from standoff.inference.fit import case_deletion, summary
from standoff.inference.fit.case_deletion import Terms, contributions
from standoff.inference.mode import DONE
from tests.unit.inference import toy

CLAIMS, NUMBERS = 7, 4


def linear() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes J x that claims tell with noise, the claims, and their deviations."""
    rng = np.random.default_rng(5)
    return rng.normal(size=(CLAIMS, NUMBERS)), rng.normal(size=CLAIMS), rng.uniform(0.3, 1.5, CLAIMS)


def posterior(kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance by some of the claims, in closed form."""
    by, said, noise = (part[kept] for part in linear())
    covariance = np.linalg.inv(np.eye(NUMBERS) + (by / noise[:, None] ** 2).T @ by)
    return covariance @ by.T @ (said / noise**2), covariance


def terms(mode: np.ndarray) -> Terms:
    """Slopes and curvatures of the claims at a point."""
    by, said, noise = linear()
    slope = ((said - by @ mode) / noise**2)[:, None] * by
    return Terms(slope, np.einsum("ti,tj,t->tij", by, by, 1 / noise**2))


@pytest.mark.parametrize("beside", [0.0, 0.3])
@pytest.mark.parametrize("out", [[0], [3], [1, 4, 6], [*range(CLAIMS)]])
def test_it_is_what_a_fit_without_the_claims_says(out: list[int], beside: float) -> None:
    """Where sizes are linear and noise is normal, to rounding, also where the search ends beside the mode; without all claims
    there is the prior."""
    mean, covariance = posterior(np.arange(CLAIMS))
    rows = np.array(
        [[1.0, 0, 0, 0], [0, 0, 0.6, -0.3]]
    )  # one number, and one that goes with two and with none that is fitted
    apart = np.array([0.0, 1 - 0.36 - 0.09])
    found = contributions(mean + beside, np.linalg.inv(covariance), terms(mean + beside), [np.array(out)], rows, apart)
    without, wide = posterior(np.setdiff1d(np.arange(CLAIMS), out))

    def deviation(covariance: np.ndarray) -> np.ndarray:
        return np.sqrt(np.einsum("ai,ij,aj->a", rows, covariance, rows) + apart)

    assert found.shift[:, 0] == pytest.approx(rows @ (mean - without), abs=1e-12)
    assert found.narrowing[:, 0] == pytest.approx(deviation(wide) - deviation(covariance), abs=1e-12)
    if len(out) == CLAIMS:
        assert found.shift[:, 0] == pytest.approx(rows @ mean, abs=1e-12)
        assert found.narrowing[:, 0] == pytest.approx(1 - deviation(covariance), abs=1e-12)


def test_two_claims_that_say_the_same_stand_in_for_one_another() -> None:
    """Neither has much influence alone: what they are compared with has it."""
    slope, bend = np.array([[50.0], [50.0]]), np.full((2, 1, 1), 100.0)  # both say 1, with a noise of a tenth
    mode = 200 / 201
    both = Terms(slope * 0 + 100 * (1 - mode), bend)
    found = contributions(
        np.array([mode]),
        np.array([[201.0]]),
        both,
        [np.array([0]), np.array([1]), np.array([0, 1])],
        np.eye(1),
        np.zeros(1),
    )
    assert found.shift[0] == pytest.approx([mode - 100 / 101] * 2 + [mode], abs=1e-12)
    assert found.shift[0, 0] < 0.01 < 0.99 < found.shift[0, 2]


def test_a_curved_size_costs_an_error_of_the_second_order() -> None:
    """Sizes exp(b x): a quarter of the bend leaves a sixteenth of the error, within a factor that third derivatives allow."""

    def error(bend: float) -> float:
        def energy(x: float, heed: float) -> float:
            size = np.expm1(bend * x) / bend
            return float(0.5 * x**2 + 0.5 * (size - 1) ** 2 + 0.5 * heed * (size - 2) ** 2)

        modes = [
            minimize_scalar(energy, args=(heed,), bracket=(0, 1), options={"xtol": 1e-12}).x for heed in (0.0, 1.0)
        ]
        x = modes[1]
        size, rise = np.expm1(bend * x) / bend, np.exp(bend * x)
        curve = [rise**2 + (size - value) * bend * rise for value in (1.0, 2.0)]
        alone = Terms(np.array([[(1 - size) * rise], [(2 - size) * rise]]), np.array(curve)[:, None, None])
        found = contributions(
            np.array([x]), np.array([[1 + sum(curve)]]), alone, [np.array([1])], np.eye(1), np.zeros(1)
        )
        return abs(float(found.shift[0, 0]) - (x - modes[0]))

    assert error(0.01) < error(0.04) / 3 < error(0.16) / 9 < 0.01


@pytest.mark.slow
def test_on_a_small_war_it_is_near_what_another_fit_says() -> None:
    """Two claims count the killed by name; a fit that never heard them moves the share of killed back as far as it says."""
    looked, share, rate = toy.looked(), "mechanisms.attrition.killed_share", "mechanisms.attrition.kill_rate.AAA"
    killed = looked.compared.entry == [item.name for item in looked.window.program.plan.compared].index("killed")
    claims = looked.arrays
    half, fall = np.where(killed, 1e3, claims.half_width), np.where(killed, 0.0, claims.bound_rate)
    deaf = claims._replace(half_width=half, bound_rate=fall)  # they may say anything
    with jax.enable_x64(True):
        push, bend = toy.pushed(), laplace.likelihood_curvature(looked)
        found = laplace.laplace(looked, push=push, bend=bend)
        without = laplace.laplace(replace(looked, arrays=deaf), push=push, bend=bend)
        given = case_deletion.terms(looked, found)
        rows = np.eye(given.slope.shape[1])
        all_of_it = contributions(
            found.mode, found.plain_point.curvature, given, [np.arange(len(given.slope))], rows, np.zeros(len(rows))
        )
        informs = summary.evidence(looked, found, [share, rate, "choices.AAA.rationality"])
    near = np.sqrt(2 * DONE)  # the last step of the search gains less than that in log density
    assert all_of_it.shift[:, 0] == pytest.approx(found.mode, abs=near)
    assert informs.entries == ("losses", "killed", "choices.AAA", "choices.BBB")

    def mode(fit: laplace.LaplaceFit, path: str) -> float:
        """0, that of the prior, where nothing is said of it."""
        return float(fit.mode[: len(fit.fitted)][fit.fitted == looked.window.names.index(path)].sum())

    for n, path in enumerate((share, rate)):  # claims with a soft edge are no parabola: 10 % and 2 % off, as counted
        moved = dict(zip(informs.entries, informs.shift[n], strict=True))
        assert moved["killed"] == pytest.approx(mode(found, path) - mode(without, path), rel=0.15)
        assert moved["killed"] > 0.1 and abs(moved["choices.AAA"]) < 0.01
    influence = dict(zip(informs.claims, informs.influence.T, strict=True))
    assert max(influence, key=lambda claim: influence[claim][0]) == "names-2024-12"
    assert max(influence, key=lambda claim: influence[claim][2]) in {"aaa-holds", "aaa-presses"}
