"""Means of the case as written: history's chance of a deal is kept, and a lever is measured against them."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from standoff.catalog import load
from standoff.engine import parameters, reference
from standoff.engine.build import build, case_of, intervened_model, model_of, planned
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.progress import SILENT
from standoff.xla import float_precision
from tests import small_war

DRAWS = 8000
POINTS = {"level": -1.8, "slope": -0.4, "pace": 0.13, "relapse_rate": "0 1/month", "victory_rate": "0 1/month"}
WARS = {name: f"{value} @assumption" for name, value in POINTS.items()} | {
    "share": {"deal": "1 @assumption", "dying_down": "0 @assumption"},
    "largest": "1000 @assumption",  # nothing is cut off, so that the mean is kept exactly
}


def survival(run: Run) -> np.ndarray:
    """Share of futures still at war at each state after as_of."""
    return 1 - run.path("over").mean(axis=0)[run.model.plan.first_future_step :]


def test_history_is_kept_whatever_openness_is_and_levers_act() -> None:
    model = small_war.model({"mechanisms": {"war": WARS}})
    run = simulate(model, draws=DRAWS, seed=7, paths="all")
    alive, age = survival(run), 25.0 + np.arange(82)
    months = np.arange(0, 120) + 0.5
    h = np.concatenate([[0.0], np.cumsum(np.exp(-1.8) * months**-0.4)])
    s = (1 + 0.13 * h) ** (-1 / 0.13)
    expected = s[age.astype(int)] / s[25]
    error = np.sqrt(expected * (1 - expected) * (1 / DRAWS + 1 / reference.DRAWS))
    assert (np.abs(alive - expected)[1:] <= 3.5 * error[1:]).all()
    openness = run.path("openness")[:, 5][run.path("at_war")[:, 5] > 0]
    assert openness.std() > 0.15  # the futures do differ
    # without the division more would end, or fewer
    plain = model.table._replace(reference=np.ones_like(model.table.reference))
    assert abs(model.table.reference[0, 5] - 1) > 0.2 and not np.array_equal(plain.reference, model.table.reference)
    costly = intervened_model(model, {"war.cost": "12 %/month @assumption"})
    assert costly.table.reference == pytest.approx(model.table.reference) and costly.base == model.hash
    fewer = survival(simulate(costly, draws=DRAWS, seed=7, paths="all"))
    assert fewer[24] < alive[24] - 3 * error[24]


def test_who_looks_ahead_sees_the_war_end_at_the_rate_of_the_war() -> None:
    """Shares of futures at war a year on, foreseen at as_of under the option in force, and as they come."""
    choice = {
        "actor": "RED",
        "options": {"wait": None, "march": None},
        "status_quo": "wait",
        "every": "12 months",
        "rationality": 1,
        "half_life": 0,
        "sources": "assumption",
        "reasons": {"worth": {"use": "expression", "weight": 0, "value": {"march": "1"}}},
    }
    model = small_war.model({"mechanisms": {"war": WARS}, "choices": {"RED": choice}})
    run = simulate(model, draws=DRAWS, seed=7, paths="all")
    program, start = model.program, model.plan.first_future_step
    with float_precision("double"):
        ids = jnp.arange(DRAWS, dtype=jnp.uint32)
        varying = parameters.sample_parameters(program.layout, model.table, jnp.uint32(7), ids)
        params = parameters.ParameterValues(
            program.layout, varying, jnp.asarray(model.table.a), reference=jnp.asarray(model.table.reference)
        )
        cells = {cell: jnp.asarray(run.path(cell)[:, start], float) for cell in model.plan.cells}
        noise = program.rollout_noise(jnp.uint32(7), ids, jnp.int32(start), jnp.float64)
        chosen = jnp.zeros((1, DRAWS), jnp.int32)
        wait, march = program.rollout(cells, params, chosen, jnp.int32(start), 0, 12, noise)
    later = float(run.path("fighting")[:, start + 12].mean())
    foreseen = np.asarray(wait["fighting"])
    assert np.array_equal(foreseen, march["fighting"]), "the same chance under each option"
    assert foreseen.mean() == pytest.approx(later, abs=3 * (2 * later * (1 - later) / DRAWS) ** 0.5)


def test_the_means_are_read_from_disk_and_travel_with_a_job() -> None:
    model = small_war.model()
    again = build(model.plan.loaded)
    assert np.array_equal(again.table.reference, model.table.reference)
    moved = intervened_model(model, {"war.guarantee.BLU": "0.5 @assumption"})
    there = model_of(case_of(moved))
    assert np.array_equal(there.table.reference, model.table.reference) and there.hash == moved.hash
    assert moved.hash != model.hash


def test_a_variant_as_of_another_day_is_measured_against_itself_and_what_lies_over_it_against_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The means of the case of today contain what came after that day."""
    monkeypatch.setattr(reference, "anchored", lambda model, _: model)  # constants of the flagship take minutes
    day = planned(load("china-russia", "known-2024"))
    assert reference._as_written(day, SILENT) is day
    over = reference._as_written(planned(load("china-russia", "korean-treaty")), SILENT)
    assert over.plan.variant == "known-2024" and over.hash == day.hash
    assert reference._as_written(planned(load("china-russia", "china-arms")), SILENT).plan.variant == ""
