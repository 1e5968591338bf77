"""The filter of persistent disturbances against a textbook Kalman filter, a smoother, and simulated histories."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.engine import disturbances, parameters
from standoff.engine.build import build
from standoff.engine.flows import flow_paths
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Claim, Ledger
from standoff.plan import plan
from standoff.scenario import load_text
from tests.unit.conftest import WORLD, changed, claim_of
from tests.unit.engine.test_twin import agrees, twin_of

PERSISTENCE, INNOVATION, NOISE, RATE, MONTHS = 0.9, 0.2, 0.3, 0.1, 24
SCENARIO = f"""
title: vehicles of two sides
as_of: 2024-01
start: 2022-01
end: 2025-12
step: month
actors: {{AAA: {{name: A}}, BBB: {{name: B}}}}
stocks:
  equipment: {{unit: item, initial: {{AAA: 100000000, BBB: 100000000}}, sources: assumption}}
  storage: {{unit: item, initial: {{AAA: 0, BBB: 0}}, sources: assumption}}
  equipment_lost: {{unit: item, initial: {{AAA: 0, BBB: 0}}, sources: assumption}}
  firepower: {{unit: share, initial: {{AAA: 1, BBB: 1}}, sources: assumption, constant: true}}
  funding: {{unit: share, initial: {{AAA: 1, BBB: 1}}, sources: assumption, constant: true}}
  fighting: {{unit: share, initial: 1, sources: assumption, constant: true}}
  vehicle_pace: {{unit: "1", initial: {{AAA: -0.75 to 0.75, BBB: -0.75 to 0.75}}, floor: null, sources: assumption}}
mechanisms:
  equipment:
    sides: [AAA, BBB]
    loss_rate: 0.001 1/month
    refurbish_rate: 0
    depot_share: 0
    usable_share: 0
    storage_reference: 0
    new_build: 0
    persistent: [AAA, BBB]
    loss_noise: {NOISE}
    pace_persistence: {PERSISTENCE}
    pace_sd: {INNOVATION}
    sources: assumption
observations:
  equipment_lost.AAA: {{claims: {{subject: AAA}}, scale: 1, sources: assumption}}
correlations:
  - {{between: [vehicle_pace.AAA, vehicle_pace.BBB], value: 0.6, sources: assumption}}
questions:
  lost: {{text: "?", quantity: equipment_lost.AAA, at: 2025-12, unit: item, resolution: x}}
"""
RHO = 2 * math.sin(math.pi * 0.6 / 6)
LOG_SD = math.sqrt(math.log1p(NOISE**2))
Numbers = np.ndarray[Any, np.dtype[np.float64]]


def claims(growth: Numbers, every: int = 1) -> Ledger:
    """Month-end counts of A with some growth a month, of every so many months."""
    totals = [(f"{2022 + (k + 1) // 12}-{(k + 1) % 12 + 1:02d}", total) for k, total in enumerate(np.cumsum(growth))]
    return Ledger(
        tuple(counted(day, total, "item") for k, (day, total) in enumerate(totals) if k % every == every - 1 or k == 0)
    )


def counted(day: str, value: float, unit: str = "person") -> Claim:
    return claim_of(f"lost-{day}", day, day, float(value), subject="AAA", quantity="lost", unit=unit)


def of(growth: Numbers, every: int = 1, **changes: Any) -> Model:
    loaded = load_text(SCENARIO)
    return build(loaded.over(changes) if changes else loaded, claims(growth, every))


def history(rng: np.random.Generator, base: float = 100_000.0) -> tuple[Numbers, float]:
    """Growth of a count over 24 months and the pace after them, from the process itself."""
    pace, out = rng.normal(0, 0.75 / 1.645), []
    for _ in range(MONTHS):
        out.append(base * math.exp(pace + LOG_SD * rng.normal() - LOG_SD**2 / 2))
        pace = PERSISTENCE * pace + INNOVATION * rng.normal()
    return np.array(out), pace


def textbook(y: Numbers, variance: Numbers, phi: Numbers, q: Numbers, r: Numbers) -> tuple[Numbers, Numbers]:
    """(T, D) means and (T, D, D) covariances after each month, by the matrix form; NaN where nothing was observed."""
    mean, covariance, means, covariances = np.zeros(len(phi)), np.diag(variance), [], []
    for row in y:
        here = ~np.isnan(row)
        h = np.eye(len(phi))[here]
        total = h @ covariance @ h.T + np.diag(r[here])
        gain = covariance @ h.T @ np.linalg.inv(total)
        mean = mean + gain @ (row[here] - h @ mean)
        keep = np.eye(len(phi)) - gain @ h
        covariance = keep @ covariance @ keep.T + gain @ np.diag(r[here]) @ gain.T  # Joseph's form
        means.append(mean)
        covariances.append(covariance)
        mean, covariance = phi * mean, np.diag(phi) @ covariance @ np.diag(phi) + q
    return np.array(means), np.array(covariances)


def conditioned(y: Numbers, variance: Numbers, phi: Numbers, q: Numbers, r: Numbers) -> tuple[Numbers, Numbers]:
    """Mean and covariance of the last state given all months at once, by the joint normal distribution.

    It is what a smoother gives for the last month.
    """
    size, months = len(phi), len(y)
    step = np.diag(phi)
    joint = np.zeros((months, size, months, size))
    now = np.diag(variance)
    for k in range(months):
        joint[k, :, k, :] = now
        ahead = now
        for later in range(k + 1, months):
            ahead = step @ ahead
            joint[later, :, k, :], joint[k, :, later, :] = ahead, ahead.T
        now = step @ now @ step + q
    flat = joint.reshape(months * size, months * size)
    here = ~np.isnan(y.ravel())
    known = flat[np.ix_(here, here)] + np.diag(np.tile(r, months)[here])
    last = flat[-size:][:, here]
    weight = last @ np.linalg.inv(known)
    return weight @ y.ravel()[here], flat[-size:, -size:] - weight @ last.T


def test_the_filter_is_that_of_the_textbook_and_ends_where_a_smoother_does() -> None:
    rng = np.random.default_rng(1)
    phi, sd, noise = np.array([0.95, 0.9, 0.8]), np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.0, 0.4])
    correlation = np.array([[1, 0.5, -0.2], [0.5, 1, 0.3], [-0.2, 0.3, 1]])
    q, variance = correlation * np.outer(sd, sd), np.array([0.3, 0.2, 0.1])
    y = rng.normal(0, 0.5, (30, 3))
    y[rng.random((30, 3)) < 0.4] = np.nan  # missing months
    y[7:12] = np.nan
    wanted, spread = textbook(y, variance, phi, q, noise**2)
    with jax.enable_x64(True):
        numbers = disturbances.FilterParameters(*(jnp.asarray(v)[:, None] for v in (phi, sd, noise)))
        observed = jnp.asarray(~np.isnan(y), float)
        gains = np.asarray(
            disturbances.kalman_gains(numbers, jnp.asarray(variance), jnp.asarray(correlation), observed)
        )
        covariance = jnp.diag(jnp.asarray(variance))[..., None]
        mean = np.zeros(3)
        for k, row in enumerate(y):
            for i in np.flatnonzero(~np.isnan(row)):
                mean = mean + gains[k, i, :, 0] * (row[i] - mean[i])
                _, covariance = disturbances.update(covariance, numbers.noise_sd[i] ** 2, int(i))
            np.testing.assert_allclose(mean, wanted[k], atol=1e-6)
            np.testing.assert_allclose(np.asarray(covariance)[..., 0], spread[k], atol=1e-6)
            mean = phi * mean
            covariance = disturbances.predict(covariance, numbers, jnp.asarray(correlation))
    together, width = conditioned(y, variance, phi, q, noise**2)
    np.testing.assert_allclose(wanted[-1], together, atol=1e-6)
    np.testing.assert_allclose(spread[-1], width, atol=1e-6)


def test_gains_are_those_of_each_future_where_some_numbers_are_the_same_in_all() -> None:
    model = of(np.full(MONTHS, 100_000.0), mechanisms={"equipment": {"pace_sd": "0.1 to 0.3"}})
    varying, points = np.zeros((len(model.layout.varying), 5)), np.zeros(len(model.layout.names))
    gains = jax.eval_shape(
        lambda *values: model.program.filter_gains(parameters.ParameterValues(model.layout, *values)), varying, points
    )
    assert [one.shape for one in gains] == [(MONTHS - 1, 2, 2, 5)]


def exact(growth: Numbers) -> tuple[Numbers, Numbers]:
    """Mean and covariance of both paces after the last month, by the textbook."""
    y = np.log(growth / 100_000.0) + LOG_SD**2 / 2
    phi, q = np.full(2, PERSISTENCE), INNOVATION**2 * np.array([[1, RHO], [RHO, 1]])
    columns = np.stack([y, np.full_like(y, np.nan)], axis=1)[1:]  # the growth before the first count is not known
    mean, covariance = textbook(columns, np.full(2, (0.75 / 1.645) ** 2), phi, q, np.full(2, LOG_SD**2))
    return phi * mean[-1], np.diag(phi) @ covariance[-1] @ np.diag(phi) + q


@pytest.fixture(scope="module")
def growth() -> Numbers:
    return history(np.random.default_rng(7))[0]


@pytest.fixture(scope="module")
def run(growth: Numbers) -> Run:
    return simulate(of(growth), draws=4000, seed=1, paths="all", precision="double")


def test_futures_at_as_of_have_the_distribution_of_the_textbook(growth: Numbers, run: Run) -> None:
    draws, now = run.settings.draws, run.model.plan.first_future_step
    found = np.stack(
        [run.stock_paths[:, now, run.model.plan.cells.index(f"vehicle_pace.{side}")] for side in ("AAA", "BBB")]
    )
    mean, covariance = exact(growth)
    error = np.sqrt(np.diag(covariance) / draws)
    assert np.all(np.abs(found.mean(axis=1) - mean) < 4 * error)
    np.testing.assert_allclose(np.cov(found), covariance, atol=4 * math.sqrt(2 / draws) * covariance.max())


def test_flows_before_as_of_are_the_claimed_growth_and_nothing_is_booked_for_it(growth: Numbers, run: Run) -> None:
    names, flows = flow_paths(run, ("equipment_lost.AAA", "vehicle_pace.AAA"), 0)
    of_losses = flows[:, names.index(("equipment_lost.AAA", "equipment"))]
    assert np.allclose(of_losses[2:MONTHS], growth[2:, None], rtol=1e-6)
    booked = flows[:, names.index(("equipment_lost.AAA", "observed"))]
    assert np.abs(booked[2:MONTHS]).max() < 1e-6 * growth.max()
    pace = run.stock_paths[:, :, run.model.plan.cells.index("vehicle_pace.AAA")]
    both = [flows[:, n] for n, (cell, _) in enumerate(names) if cell == "vehicle_pace.AAA"]
    np.testing.assert_allclose(np.sum(both, axis=0).T, np.diff(pace, axis=1), atol=1e-5)


def test_the_twin_filters_alike() -> None:
    change = {
        "stocks": {
            "casualty_pace": {
                "unit": "1",
                "initial": {"AAA": "-0.5 to 0.5", "BBB": "-0.5 to 0.5"},
                "floor": None,
                "sources": "assumption",
            },
            "casualty_level": {"unit": "1", "initial": {"AAA": "-0.3 to 0.3"}, "floor": None, "sources": "assumption"},
        },
        "mechanisms": {
            "attrition": {"persistent": ["AAA", "BBB"], "pace_persistence": "0.8 to 0.95", "pace_sd": "0.1 to 0.3"},
            "level": {
                "use": "local_level",
                "pace": "casualty_pace.AAA",
                "level": "casualty_level.AAA",
                "persistence": {"same_as": "attrition.pace_persistence"},
                "level_sd": "0.02 to 0.05",
                "sources": "assumption",
            },
        },
        "observations": {
            "losses.AAA": {
                "claims": {"subject": "AAA"},
                "scale": "0.8 to 1.2",
                "error": "0.01 to 0.05",
                "sources": "assumption",
            }
        },
        "correlations": [
            {"between": ["casualty_pace.AAA", "casualty_pace.BBB"], "value": 0.6, "sources": "assumption"}
        ],
    }
    counts = [(f"2024-0{n}", 20_000.0 * n**1.5) for n in (1, 2, 3)]
    model = changed(WORLD, change, tuple(counted(day, value) for day, value in counts))
    run = simulate(model, draws=100, seed=1, paths="all", precision="double")
    agrees(run, twin_of(run))


LEVEL_SD, LEVEL_START, REPORT = 0.05, 0.4, 0.01
LEVEL: dict[str, Any] = {
    "stocks": {
        "vehicle_level": {"unit": "1", "initial": {"AAA": "-0.4 to 0.4"}, "floor": None, "sources": "assumption"},
    },
    "mechanisms": {
        "level_of_a": {
            "use": "local_level",
            "pace": "vehicle_pace.AAA",
            "level": "vehicle_level.AAA",
            "persistence": {"same_as": "equipment.pace_persistence.AAA"},
            "level_sd": LEVEL_SD,
            "sources": "assumption",
        }
    },
}


def test_a_pace_and_its_level_are_those_of_the_textbook(growth: Numbers) -> None:
    """Fast pace of both sides and the local level of one, with errors of the counts, against the matrix form."""
    change = {**LEVEL, "observations": {"equipment_lost.AAA": {"error": REPORT}}}
    run = simulate(of(growth, **change), draws=4000, seed=1, paths="all", precision="double")
    start, pull = (LEVEL_START / 1.645) ** 2, 1 - PERSISTENCE
    step = np.array([[PERSISTENCE, 0, pull], [0, PERSISTENCE, 0], [0, 0, 1]])
    q = np.diag([INNOVATION**2, INNOVATION**2, LEVEL_SD**2])
    q[0, 1] = q[1, 0] = RHO * INNOVATION**2
    mean, covariance = np.zeros(3), np.diag([(0.75 / 1.645) ** 2, (0.75 / 1.645) ** 2, start])
    totals = np.cumsum(growth)
    for k in range(1, MONTHS):
        r = LOG_SD**2 + REPORT**2 * (totals[k] ** 2 + totals[k - 1] ** 2) / growth[k] ** 2
        gain = covariance[:, 0] / (covariance[0, 0] + r)
        y = math.log(growth[k] / 100_000.0) + LOG_SD**2 / 2
        mean = mean + gain * (y - mean[0])
        covariance = covariance - np.outer(gain, covariance[0])
        mean, covariance = step @ mean, step @ covariance @ step.T + q
    cells, now = run.model.plan.cells, run.model.plan.first_future_step
    names = ("vehicle_pace.AAA", "vehicle_pace.BBB", "vehicle_level.AAA")
    found = np.stack([run.stock_paths[:, now, cells.index(name)] for name in names])
    draws = run.settings.draws
    assert np.all(np.abs(found.mean(axis=1) - mean) < 4 * np.sqrt(np.diag(covariance) / draws))
    np.testing.assert_allclose(np.cov(found), covariance, atol=4 * math.sqrt(2 / draws) * covariance.max())


def test_the_filter_of_a_level_is_that_of_statsmodels() -> None:
    """With a persistence of 0 the pace is the level and noise: the local level model of the textbooks."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    y = np.cumsum(np.random.default_rng(3).normal(0, 0.1, 40)) + np.random.default_rng(4).normal(0, 0.3, 40)
    with jax.enable_x64(True):
        column = [jnp.asarray(v)[:, None] for v in ((0.0, 1.0), (0.0, 0.1), (0.3, 0.0))]
        numbers = disturbances.FilterParameters(*column, ((0, 1),))
        observed = jnp.tile(jnp.asarray([1.0, 0.0]), (40, 1))
        start = jnp.asarray([0.0, 1.0])
        gains = np.asarray(disturbances.kalman_gains(numbers, start, jnp.eye(2), observed))[:, 0, :, 0]
    # the first pace is 0 by its start; from then on it is the level of the month before
    mean, levels = np.zeros(2), []
    for k in range(40):
        mean = mean + gains[k] * ((y[k] if k else 0.0) - mean[0])
        mean = np.array([mean[1], mean[1]])
        levels.append(mean[1])
    model = UnobservedComponents(y[1:], "llevel")
    model.ssm.initialize_known(np.zeros(1), np.eye(1))
    wanted = model.filter([0.3**2, 0.1**2]).filter_results.filtered_state[0]
    np.testing.assert_allclose(levels[1:], wanted, atol=1e-6)


def test_paces_of_simulated_histories_are_recovered() -> None:
    """The true pace has a uniform rank among those of the futures: 60 histories, chi-squared of five bins."""
    ranks = []
    for number in range(60):
        growth, pace = history(np.random.default_rng(100 + number))
        mean, covariance = exact(growth)
        ranks.append(0.5 * math.erfc(-(pace - mean[0]) / math.sqrt(2 * covariance[0, 0])))
    counts = np.histogram(ranks, bins=5, range=(0, 1))[0]
    assert np.sum((counts - 12) ** 2 / 12) < 13.3  # 99 % point of four degrees of freedom


def test_a_line_between_far_claims_says_what_the_mean_of_their_months_was() -> None:
    """The error of the pace at the end of a line of six months: mean and variance against simulated histories."""
    rng, months, many = np.random.default_rng(11), 6, 200_000
    with jax.enable_x64(True):
        one = disturbances.FilterParameters(*(jnp.full((1, 1), v) for v in (PERSISTENCE, INNOVATION, LOG_SD)))
        variance, mean = (float(v[0]) for v in disturbances.error(one, 0, jnp.asarray(float(months))))
        exact = disturbances.error(one, 0, jnp.asarray(1.0))
    assert float(exact[0][0]) == pytest.approx(LOG_SD**2, rel=1e-6) and abs(float(exact[1][0])) < 1e-12
    pace = np.zeros((months, many))
    for k in range(1, months):  # a walk, as the derivation has it
        pace[k] = pace[k - 1] + INNOVATION * rng.normal(size=many)
    passing = np.exp(LOG_SD * rng.normal(size=pace.shape) - LOG_SD**2 / 2)
    y = np.log((np.exp(pace) * passing).mean(axis=0)) + LOG_SD**2 / 2 - pace[-1]
    assert y.mean() == pytest.approx(mean, abs=0.03)  # the walk itself adds its own, of the order of its variance
    assert y.var() == pytest.approx(variance / months, rel=0.05)


def test_a_count_without_claims_leaves_the_pace_alone() -> None:
    """With nothing observed the pace is the free process, bit for bit that of a scenario without the observation."""
    free = simulate(of(np.zeros(0), observations=None), draws=20, seed=1, paths="all")
    later = simulate(
        build(load_text(SCENARIO).over({"as_of": "2022-01"}), claims(history(np.random.default_rng(1))[0])),
        draws=20,
        seed=1,
        paths="all",
    )
    at = free.model.plan.cells.index("vehicle_pace.AAA")
    assert np.array_equal(free.stock_paths[:, :, at], later.stock_paths[:, :, at])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"persistent": ["AAA", "CCC"]}, "`CCC` has no `equipment_lost` in `equipment`"),
        ({"pace_sd": 0}, "`pace_sd` is missing for `AAA`"),
        ({"pace_persistence": 1.5}, "0.999"),
    ],
)
def test_faults_name_their_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=said) as failure:
        over = {
            "mechanisms": {"equipment": change},
            "actors": {"CCC": {"name": "C"}},
            "stocks": {"vehicle_pace": {"initial": {"AAA": 0, "BBB": 0, "CCC": 0}}},
        }
        plan(load_text(SCENARIO).over(over), Ledger())
    assert "mechanisms.equipment" in str(failure.value)


def test_an_autoregression_does_not_depend_on_the_step() -> None:
    """Two half steps have the mean and the variance of a whole one."""
    half, whole = components.Time(0.5, jnp.zeros(())), components.Time(1.0, jnp.zeros(()))
    phi, sd = jnp.asarray(0.8), jnp.asarray(0.3)
    q = float(components.innovation_deviation(phi, sd, half)) ** 2
    assert q * (1 + 0.8) == pytest.approx(float(components.innovation_deviation(phi, sd, whole)) ** 2, rel=1e-5)
    twice = 1.0
    for _ in range(2):
        twice += 0.5 * float(components.autoregression(jnp.asarray(twice), phi, sd, jnp.zeros(()), half))
    assert twice == pytest.approx(0.8, rel=1e-5)


def test_a_pair_of_disturbances_is_checked_as_a_pair_of_numbers_is() -> None:
    twice = [{"between": ["vehicle_pace.AAA", "vehicle_pace.BBB"], "value": 0.6, "sources": "assumption"}] * 2
    with pytest.raises(ModelError, match=r"`vehicle_pace.AAA` and `vehicle_pace.BBB` are correlated twice"):
        plan(load_text(SCENARIO).over({"correlations": twice}), Ledger())
    mixed = [{"between": ["vehicle_pace.AAA", "equipment.loss_rate"], "value": 0.6, "sources": "assumption"}]
    with pytest.raises(ModelError, match=r"unknown parameter `vehicle_pace.AAA`"):
        plan(load_text(SCENARIO).over({"correlations": mixed}), Ledger())


def test_the_causal_structure_sees_a_mechanism_without_the_innovations_of_others() -> None:
    from standoff.analysis.causal import structure

    text = SCENARIO.replace(
        "mechanisms:\n",
        """mechanisms:
  calm: {use: mean_reversion, stock: funding.BBB, mean: 1, speed: 0.1 1/month, volatility: 0.01, sources: assumption}
""",
    ).replace(
        "funding: {unit: share, initial: {AAA: 1, BBB: 1}, sources: assumption, constant: true}",
        "funding: {unit: share, initial: {AAA: 1, BBB: 1}, sources: assumption}",
    )
    links = structure(plan(load_text(text), claims(history(np.random.default_rng(2))[0])))
    assert links is not None
