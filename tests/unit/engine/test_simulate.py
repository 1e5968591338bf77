"""What must not change a result, and what must: see `simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.engine.build import build
from standoff.engine.flows import mean_flows
from standoff.engine.simulate import simulate
from standoff.engine.simulator import blocks
from standoff.errors import RunError
from standoff.ledger import Ledger
from tests.progress_log import ProgressLog

if TYPE_CHECKING:
    from standoff.engine.run import Run


def same(a: Run, b: Run, rtol: float = 0.0, atol: float = 0.0) -> None:
    """Every number of two runs agrees, stock by stock and choice by choice, whatever their order."""
    there = [b.model.plan.cells.index(cell) for cell in a.model.plan.cells]
    np.testing.assert_allclose(b.stock_paths[..., there], a.stock_paths, rtol=rtol, atol=atol)
    names = [choice.name for choice in b.model.plan.choices]
    for c, choice in enumerate(a.model.plan.choices):
        d = names.index(choice.name)
        np.testing.assert_allclose(b.path_p[:, :, d], a.path_p[:, :, c], rtol=rtol, atol=atol)
        np.testing.assert_array_equal(b.path_chosen[:, :, d], a.path_chosen[:, :, c])
    for item in a.trackers:
        np.testing.assert_allclose(b.answer(item.name), a.answer(item.name), rtol=rtol, atol=atol)


def columns(run: Run, *cells: str) -> np.ndarray:
    """Paths (draw, state, cell) of some stocks."""
    return run.stock_paths[..., [run.model.plan.cells.index(cell) for cell in cells]]


def test_the_same_seed_gives_the_same_bits_and_another_seed_other_numbers(calm, calm_run):
    again, other = (simulate(calm(), draws=300, seed=seed, paths="all") for seed in (1, 2))
    np.testing.assert_array_equal(again.stock_paths, calm_run.stock_paths)
    assert not np.any(columns(other, "fear") == columns(calm_run, "fear"))


def test_a_removed_mechanism_leaves_what_does_not_depend_on_it_bit_identical(calm, calm_run):
    without = simulate(calm({"mechanisms": {"dread": None}}), draws=300, seed=1, paths="all")
    np.testing.assert_array_equal(columns(without, "calm", "hope"), columns(calm_run, "calm", "hope"))
    assert np.ptp(columns(without, "fear"), axis=1).max() == 0.0
    assert np.ptp(columns(calm_run, "fear"), axis=1).min() > 0.0


def test_the_order_of_mechanisms_changes_only_the_rounding_of_sums(calm, calm_run):
    scenario = calm().scenario
    order = ("sway", "lift", "dread", "quiet")  # lift and sway both move hope
    assert set(order) == set(scenario.mechanisms) and order != tuple(scenario.mechanisms)
    moved = {name: scenario.mechanisms[name] for name in order}
    other = simulate(build(scenario.model_copy(update={"mechanisms": moved}), Ledger()), draws=300, seed=1, paths="all")
    same(
        calm_run, other, atol=12 * 2**-23 * np.abs(calm_run.stock_paths).max()
    )  # a rounding or two in each of 11 steps
    np.testing.assert_array_equal(columns(other, "fear", "calm"), columns(calm_run, "fear", "calm"))


def test_neither_the_order_of_actors_stocks_and_choices_nor_a_unit_changes_more_than_the_rounding(world, run):
    """Both at once: solutions are within 2e-6; factors round once each, and so do the logarithms of the ranges."""
    change = {
        "stocks": {
            "troops": {"unit": "thousand person", "initial": {"AAA": "300 to 400", "BBB": "250 to 350"}},
            "fear": {"unit": "%", "initial": "40 to 60", "cap": 100},
        },
        "mechanisms": {
            "attrition": {
                "reference": "5 hundred thousand person",
                "front_capacity": "0.3 to 0.6 mn person",
                "kill_rate": {"AAA": "5 to 10 %/month", "BBB": "0.48 to 0.96 1/year"},
                "recovery_time": "60.875 to 152.1875 day",
            },
            "dread": {"speed": "120 %/year"},
        },
    }
    scenario = world(change).scenario
    update = {name: dict(reversed(list(getattr(scenario, name).items()))) for name in ("actors", "stocks", "choices")}
    stocks = {
        name: stock.model_copy(update={"initial": dict(reversed(list(stock.initial.items())))})
        if isinstance(stock.initial, dict)
        else stock
        for name, stock in update["stocks"].items()
    }
    model = build(scenario.model_copy(update={**update, "stocks": stocks}), Ledger())
    assert model.plan.cells == world().plan.cells[::-1]
    other = simulate(model, draws=300, seed=1, paths="all")
    same(run, other, rtol=1e-5, atol=2e-7)
    assert other.path("troops.AAA").mean() == pytest.approx(run.path("troops.AAA").mean() / 1000, rel=1e-5)


@pytest.mark.parametrize("chunk", [64, 100])
def test_the_chunk_size_does_not_change_a_draw(calm, calm_run, chunk):
    other = simulate(calm(), draws=300, seed=1, paths="all", chunk=chunk)
    same(calm_run, other, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(other.mean, calm_run.mean, rtol=1e-5, atol=1e-6)  # sums of 64 to 300 single numbers
    np.testing.assert_allclose(other.variance, calm_run.variance, rtol=1e-4)


def test_the_chunk_size_does_not_change_a_decision(world, run):
    other = simulate(world(), draws=300, seed=1, paths="all", chunk=64)
    same(run, other, rtol=1e-6, atol=2e-7)  # chances: differences of utilities, in single precision


def test_fewer_draws_are_a_prefix_of_more(calm, calm_run):
    few = simulate(calm(), draws=70, seed=1, paths="all", chunk=64)
    np.testing.assert_allclose(few.stock_paths, calm_run.stock_paths[:70], rtol=1e-6, atol=1e-7)


def test_draws_without_paths_are_the_same_draws(world, run):
    some = simulate(world(), draws=300, seed=1, paths=10)
    assert some.stock_paths.shape[0] == 10
    np.testing.assert_allclose(some.stock_paths, run.stock_paths[:10], rtol=1e-6)
    np.testing.assert_allclose(some.answers, run.answers, rtol=1e-6)
    np.testing.assert_allclose(some.active_share, run.active_share)
    np.testing.assert_allclose(some.mean, run.mean, rtol=1e-5)


def test_single_and_double_precision_agree(run, double):
    assert double.stock_paths.dtype == np.float64
    np.testing.assert_allclose(run.stock_paths, double.stock_paths, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(run.path_p, double.path_p, atol=1e-4)
    assert (run.path_chosen == double.path_chosen).mean() > 0.999  # a tie within rounding may fall either way


def test_means_and_variances_are_those_of_the_paths(double):
    np.testing.assert_allclose(double.mean, double.stock_paths[:, 1:].mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(double.variance, double.stock_paths[:, 1:].var(axis=0, ddof=1), rtol=1e-9, atol=1e-12)
    shares = np.stack([(double.path_chosen == o).mean(axis=0) for o in range(3)], axis=-1)
    np.testing.assert_allclose(double.active_share, shares, rtol=1e-12)
    np.testing.assert_allclose(double.probability, double.path_p.mean(axis=0), rtol=1e-12)


def test_the_books_balance(double):
    """Every change of a stock is the sum of its flows, among them those of floor and cap."""
    means = double.stock_paths.mean(axis=0)
    for place, cell in enumerate(double.model.plan.cells):
        moved = sum(
            mean_flows(double)[:, i] for i, (name, _) in enumerate(double.model.program.flow_names) if name == cell
        )
        change = np.diff(means[:, place])
        np.testing.assert_allclose(
            moved, change, rtol=1e-9, atol=1e-12 * (1 + np.abs(means[:, place]).max()), err_msg=cell
        )
    capped = [
        i for i, name in enumerate(double.model.program.flow_names) if name in {("calm", "cap"), ("calm", "floor")}
    ]
    assert (np.abs(mean_flows(double)[:, capped]).max(axis=0) > 1e-3).all()  # both bounds were met


def test_nobody_is_made_or_lost_in_the_war(double):
    people = ("troops", "recovering", "killed", "left_service")
    for side in ("AAA", "BBB"):
        total = sum(double.path(f"{name}.{side}") for name in people)
        np.testing.assert_allclose(total, np.broadcast_to(total[:, :1], total.shape), rtol=1e-12)


def test_progress_is_told_to_the_end(calm):
    log = ProgressLog()
    simulate(calm(), draws=300, seed=1, paths=40, chunk=64, progress=log)
    assert log.of("draws")[0][0] < 300 and log.of("draws")[-1] == (300, 300)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"draws": 0}, "0 draws"),
        ({"precision": "half"}, "half"),
        ({"paths": -1}, "paths"),
        ({"paths": 0}, "paths"),
        ({"paths": "some"}, "paths"),
    ],
)
def test_settings_that_make_no_sense_are_refused(calm, change, said):
    with pytest.raises(RunError, match=said):
        simulate(calm(), **{"draws": 10, "seed": 1, **change})


def test_blocks_cover_each_draw_once():
    cut = list(blocks(1000, 300, 256))
    assert [draw for shard in cut for draw in range(shard.start, shard.stop)] == list(range(1000))
    assert [draw for s in cut for draw in range(s.start, s.start + s.n_paths)] == list(range(300))
    assert [shard.stop - shard.start for shard in cut] == [256, 256, 256, 232]
