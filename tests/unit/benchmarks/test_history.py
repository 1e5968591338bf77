"""Forecasts of the model of help for rows of a panel."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from benchmarks import history_weights
from benchmarks.history import (
    NEW,
    PAGE,
    approximation,
    by_fit_and_level,
    covariates_of,
    forecast,
    only_cases,
    without_controls,
)
from scipy.optimize import minimize

from standoff.inference.nuts import DensityModel
from tests.unit.addons.history.small_fit import panel, posterior
from tests.unit.inference.test_nuts import Facts, funnel, of_funnel

BEFORE = "logit, kinds of cases before"


def test_forecasts_keep_the_order_of_rows_and_do_not_see_outcomes() -> None:
    fitted, rows = posterior(), panel(200)
    chances = forecast(fitted, rows, draws=10)
    assert chances.sum(1) == pytest.approx(1.0)
    order = np.random.default_rng(1).permutation(200)
    assert forecast(fitted, rows[order], draws=10) == pytest.approx(chances[order])
    blind = rows.with_columns(helps=~pl.col("helps"), troops=pl.lit(None, pl.Boolean))
    assert forecast(fitted, blind, draws=10) == pytest.approx(chances)


def test_what_cases_lack_is_at_its_mean_and_all_else_stays() -> None:
    rows = panel(200)
    train, test = rows[:100], rows[100:]
    blind = without_controls(train, test)
    lacking = covariates_of(history_weights.CONTROLS)
    assert blind.columns == test.columns and blind.drop(lacking).equals(test.drop(lacking))
    for arena, name in zip(blind["arena"].to_list(), blind[lacking[0]].to_list(), strict=True):
        assert name == pytest.approx(train.filter(pl.col("arena") == arena)[lacking[0]].mean(), rel=1e-5)
    assert set(NEW) <= set(history_weights.COUNTED)


def test_every_fit_is_forecast_at_every_level_and_no_level_sees_its_year() -> None:
    rows = panel(200).sort("year")
    cut = rows["year"].to_list()[150]
    train, test = rows.filter(pl.col("year") < cut), rows.filter(pl.col("year") >= cut)
    found = by_fit_and_level(posterior(), posterior(), train, test)
    assert len(found) == 8 and all(p.shape == (len(test),) and ((p > 0) & (p < 1)).all() for p in found.values())
    blind = test.with_columns(helps=pl.when(pl.col("year") == test["year"].max()).then(True).otherwise(pl.col("helps")))
    last = (test["year"] == test["year"].max()).to_numpy()
    for name, p in by_fit_and_level(posterior(), posterior(), train, blind).items():
        assert p[last] == pytest.approx(found[name][last])
    assert only_cases(rows).columns == rows.columns


def test_the_approximation_is_exact_for_a_normal_and_its_density_follows_the_coordinates() -> None:
    """Seen sums of normals: the log ratio to the exact density is the same in all draws. With an unknown scale: less than in plain
    coordinates, where the terms do not shrink with their scale."""
    z, seen = np.random.default_rng(1).standard_normal((400, 4)), Facts(jnp.array([1.0, 0.5, -0.4]))

    def spread(density: DensityModel, centring: float = 1.0) -> float:
        plain = DensityModel(density.energy, lambda u, data: density.scales(u, data) ** centring)
        slope = jax.jit(jax.value_and_grad(lambda u: density.energy(u, seen)))
        centre = minimize(lambda u: tuple(map(np.asarray, slope(u))), np.zeros(4), jac=True, options={"gtol": 1e-10}).x
        draws, log_density = approximation(plain, centre, seen, z)
        energy = jax.vmap(lambda u: density.energy(u, seen))(jnp.asarray(draws))
        return float((-np.asarray(energy) - log_density).std())

    def sums(u: jax.Array, data: Facts) -> jax.Array:
        return 0.5 * u @ u + 0.5 * jnp.sum(((u[:3] + u[3] - data.seen) / 0.3) ** 2)

    with jax.enable_x64(True):
        assert spread(DensityModel(sums, lambda u, data: jnp.ones_like(u))) < 1e-6
        assert spread(DensityModel(funnel, of_funnel)) < spread(DensityModel(funnel, of_funnel), 0.0) / 2


def scores() -> dict[tuple[str, str], dict[str, float]]:
    """(first year, forecasts) -> AUC, Brier skill in per cent and slope, of the tables of beginnings that are committed."""
    out, first = {}, ""
    for line in PAGE.read_text(encoding="utf-8").replace("\u2212", "-").splitlines():
        if heading := re.match(r"## Who begins to help, (\d{4})", line):
            first = heading.group(1)
        elif line.startswith("## "):
            first = ""
        elif first and re.match(r"\| (model|logit)", line):
            cells = [cell.strip(" *") for cell in line.strip("|").split("|")]
            skill = float(cells[5].partition(" ")[0])
            out.setdefault((first, cells[0]), {"auc": float(cells[2]), "brier": skill, "slope": float(cells[7])})
    return out


@pytest.mark.parametrize(("first", "skill"), [("2006", 4.0), ("2013", 1.5)])
def test_the_kinds_that_cases_have_forecast_the_years_after_the_fit(first: str, skill: float) -> None:
    """The bars of the committed page: out of sample, with what cases lack at its mean."""
    found = scores()[first, "model, kinds of cases, level filtered"]
    assert found["brier"] >= skill and found["auc"] >= 0.965 and 0.9 <= found["slope"] <= 1.1
    assert found["brier"] > scores()[first, BEFORE]["brier"]
