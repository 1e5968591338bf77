"""The same futures under other numbers: what a table changes, and what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.analysis import quantity_of_interest
from standoff.catalog import load
from standoff.engine import parameters
from standoff.engine.build import build
from standoff.engine.rerun import Rerunner
from standoff.engine.simulate import simulate
from standoff.engine.table_changes import quantile, widened
from standoff.ledger import Ledger
from standoff.scenario import load_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model
    from standoff.engine.parameters import ParameterTable
    from standoff.engine.run import Run

BELIEFS = {
    "normal": "normal(5, 2)",
    "skewed": "{p5: 1, p50: 2, p95: 6}",
    "logarithmic": "4 to 9",
    "even": "uniform(1, 3)",
    "point": "3",
    "share": "0.2 to 0.9",
}
N = 20_000


@pytest.fixture(scope="module")
def again(closed: Run) -> Rerunner:
    found = Rerunner.from_run(closed)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def numbers() -> Model:
    """A stock for each kind of belief; the last one is cut off at its bounds."""
    stocks = "\n".join(
        f"  {name}: {{unit: share, initial: {text if text.startswith('{') else repr(text)}, sources: assumption, "
        f"{'cap: 1' if name == 'share' else 'floor: null'}}}"
        for name, text in BELIEFS.items()
    )
    head = (
        "title: numbers\nas_of: 2024-01\nstart: 2024-01\nend: 2024-02\nstep: month\nactors: {AAA: {name: A}}\nstocks:\n"
    )
    return build(load_text(head + stocks), Ledger())


def drawn(model: Model, table: ParameterTable) -> dict[str, np.ndarray]:
    layout, arrays = model.layout, jax.tree.map(lambda part: jnp.asarray(part, jnp.float32), table)
    u = parameters.uniforms(
        jnp.uint32(3), [layout.names[i] for i in layout.varying], 0, jnp.arange(N, dtype=jnp.uint32), jnp.float32
    )
    values = parameters.ParameterValues(layout, parameters.parameters(layout, arrays, u), arrays[0]).stacked()
    return {name.split(".")[1]: np.asarray(row, float) for name, row in zip(layout.names, values, strict=True)}


def test_its_own_numbers_give_the_futures_of_the_run(closed: Run, again: Rerunner) -> None:
    about = quantity_of_interest.option_probability(closed.model, "BLU=act", "2032-12")
    sample = again.with_table(closed.model.table, 700, about.step)
    assert (about.date, sample.run.settings.draws) == ("2032-12", 700)
    assert np.array_equal(about.selected(sample), closed.path_p[:700, about.step, 0, 1].astype(float))
    assert np.array_equal(sample.run.answers, closed.answers[:, :700])


def test_another_stream_changes_one_number_and_another_chance_only_chance(closed: Run, again: Rerunner) -> None:
    """The level is linear: its sum changes by what the number does, and chance leaves every number alone."""
    model = closed.model
    names = ("sum", "product", "shells_blue")
    base = {name: closed.answer(name)[:2000] for name in names}

    def under(**changes: np.ndarray) -> dict[str, np.ndarray]:
        run = again.with_table(model.table._replace(**changes), 2000).run
        return {name: run.answer(name) for name in names}

    stream = np.zeros(len(model.layout.names))
    stream[model.plan.index["stocks.level.initial"]] = 1
    one, luck = under(stream=stream), under(chance=np.ones(1))
    for other in (one, luck):
        assert np.array_equal(other["product"], base["product"]) and np.array_equal(
            other["shells_blue"], base["shells_blue"]
        )
    moved, chance = one["sum"] - base["sum"], luck["sum"] - base["sum"]
    assert moved.std() == pytest.approx(2**0.5 * np.exp(-0.6), rel=4 / 4000**0.5)
    assert chance.std() == pytest.approx(2**0.5 * 0.2 * 6**0.5, rel=4 / 4000**0.5)
    assert abs(np.corrcoef(moved, chance)[0, 1]) < 4 / 2000**0.5


def test_the_second_stream_of_a_seed_is_not_the_first_of_the_next(closed: Run, again: Rerunner) -> None:
    """The numbers of two seeds are independent, and so is their chance; with it shared, the correlation would be 0.8."""
    seed = closed.settings.seed
    second = again.with_table(closed.model.table._replace(chance=np.ones(1)), 2000).run.answer("sum")
    level = closed.parameters[:2000, closed.model.layout.names.index("stocks.level.initial")]
    chance = second - np.polyval(np.polyfit(level, second, 1), level)
    later = simulate(closed.model, draws=2000, seed=seed + 1)
    level = later.parameters[:, later.model.layout.names.index("stocks.level.initial")]
    other = later.answer("sum") - np.polyval(np.polyfit(level, later.answer("sum"), 1), level)
    assert abs(np.corrcoef(chance, other)[0, 1]) < 4 / 2000**0.5


def test_a_number_is_set_or_shifted_in_every_draw(numbers: Model) -> None:
    layout, table = numbers.layout, numbers.table
    base = drawn(numbers, table)
    for name in BELIEFS:
        index = layout.names.index(f"stocks.{name}.initial")
        assert np.ptp(drawn(numbers, table.with_value(layout, {index: 0.5}))[name] - 0.5) < 1e-6
        if name != "share":  # which is cut off anew
            assert drawn(numbers, table.shifted(layout, index, 0.25))[name] == pytest.approx(
                base[name] + 0.25, abs=1e-4
            )


@pytest.mark.parametrize("name", [name for name in BELIEFS if name != "point"])
def test_a_belief_grows_wider_about_its_middle(numbers: Model, name: str) -> None:
    index = numbers.layout.names.index(f"stocks.{name}.initial")
    parameter = numbers.plan.parameters[index]
    values = drawn(numbers, widened(numbers, numbers.table, index, 2.0))[name]
    for z in (-1.0, 0.0, 1.0):
        share = {-1.0: 0.1587, 0.0: 0.5, 1.0: 0.8413}[z]
        error = 4 * (share * (1 - share) / N) ** 0.5
        assert parameter.low is None or values.min() >= parameter.low - 1e-6
        if name != "share":
            assert abs(np.mean(values <= quantile(numbers, index, 2.0, z)) - share) < error
    if name == "share":  # of a belief that is cut off the middle moves, and more of it is cut
        assert values.min() >= 0.0 and values.max() <= 1.0 + 1e-6
        assert values.std() > drawn(numbers, numbers.table)[name].std()
    if name == "logarithmic":  # twice as wide in logarithms: the median stays, 4 to 9 becomes 2.67 to 13.5
        assert quantile(numbers, index, 2.0, 1.6449) == pytest.approx(9 * (9 / 4) ** 0.5, rel=1e-3)


def test_a_lighter_number_is_a_part_of_itself(numbers: Model) -> None:
    base = drawn(numbers, numbers.table)
    for name in BELIEFS:
        index = numbers.layout.names.index(f"stocks.{name}.initial")
        if name != "share":
            values = drawn(numbers, numbers.table.scaled(numbers.layout, index, 0.25))[name]
            assert values == pytest.approx(0.25 * base[name], rel=1e-4, abs=1e-5)


def test_a_reason_that_is_left_out_is_one_of_weight_0(again: Rerunner) -> None:
    """The variant is a program of its own whose weight is 0; the factor leaves the other decisions as they are."""
    model = again.run.model
    (row,) = (n for n, reason in enumerate(model.plan.choices[0].reasons) if reason.name == "word")
    without = again.with_table(model.table.without_reasons([row]), 500).run
    variant = simulate(build(*load("closed-form", "word-is-talk")), draws=500, seed=again.run.settings.seed)
    assert np.array_equal(without.answers, variant.answers) and not np.array_equal(without.answers, again.run.answers)
    assert np.array_equal(
        again.with_table(model.table.without_reasons([]), 500).run.answers, again.run.answers[:, :500]
    )


def test_a_reason_that_is_left_out_is_not_asked(calm: Callable[..., Model]) -> None:
    """Its payoff is infinite in some futures, which fail: none does without it."""
    debt = {"use": "expression", "weight": 1, "value": {"go": "1 / max(fear - 0.5, 0)"}}
    choice = {
        "actor": "AAA",
        "options": {"go": None, "stay": None},
        "status_quo": "stay",
        "every": "6 months",
        "rationality": 1,
        "half_life": 0,
        "reasons": {"debt": debt},
        "sources": "assumption",
    }
    run = simulate(calm({"choices": {"AAA": choice}}), draws=32, seed=1)
    again = Rerunner.from_run(run)
    assert again is not None and not run.valid.all()
    assert again.with_table(run.model.table.without_reasons([0]), 32).run.valid.all()


def test_futures_go_on_from_a_checkpoint_as_in_the_whole_run(closed: Run, again: Rerunner) -> None:
    """From the state in the middle of the second year, and up to the date of a question only."""
    begun = again.checkpoint(700, 18)
    whole = again.with_table(closed.model.table, 700, begun=begun).run
    assert np.array_equal(whole.answers, closed.answers[:, :700])
    names = [item.name for item in closed.trackers]
    part = again.with_table(closed.model.table, 700, until=24, begun=begun).run  # `acted` is read at the end of 2031
    assert np.array_equal(part.answers[names.index("acted")], closed.answers[names.index("acted"), :700])
    assert np.isnan(part.answers[names.index("arms")]).all()
