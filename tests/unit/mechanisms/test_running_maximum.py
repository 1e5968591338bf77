import itertools

import pytest

from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.mechanisms import running_maximum
from standoff.plan import plan
from standoff.scenario import load_text


def highest(integrate, levels: list[float], start: float = 0.0, dt: float = 1.0) -> list[float]:
    """The record after each step of a stock that has these levels."""
    record, out = start, []
    for level in levels:
        stocks = {"peak": record, "level": level}
        record = integrate(running_maximum, {"stock": "peak", "of": "level"}, stocks, 1, dt)[-1]["peak"]
        out.append(record)
    return out


@pytest.mark.parametrize("dt", [0.25, 1.0, 3.0])
def test_the_record_is_the_maximum_so_far_at_any_step(integrate, dt):
    levels = [3.0, 7.0, 2.0, 7.5, 1.0, 0.0]
    assert highest(integrate, levels, dt=dt) == pytest.approx(list(itertools.accumulate(levels, max)))


def test_it_starts_from_its_initial_value_and_leaves_the_other_stock_alone(integrate):
    assert highest(integrate, [3.0, 4.0], start=3.5) == pytest.approx([3.5, 4.0])
    end = integrate(running_maximum, {"stock": "peak", "of": "level"}, {"peak": 1.0, "level": 5.0}, 4)[-1]
    assert end == {"peak": pytest.approx(5.0), "level": 5.0}


def test_both_stocks_have_one_unit():
    text = """
title: two units
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks: {money: {unit: bn USD, initial: 1, sources: assumption}, troops: {unit: person, initial: 1, sources: assumption}}
mechanisms: {most: {use: running_maximum, stock: money, of: troops}}
"""
    with pytest.raises(ModelError) as caught:
        plan(load_text(text), Ledger())
    assert "troops" in str(caught.value) and "bn USD" in str(caught.value)
