"""A case says the same in other units: months or years, thousands or ones, wherever a number or an expression may stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff import units
from standoff.analysis.answer import answer
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load_text

#: every number of a kind in two ways: of people, of people in a time, of money in a time, of a time, and of a thing per money
WAYS = (
    {"men": "thousand person", "pay": "bn USD/year", "flow": "3 thousand person/month", "speed": "0.1 1/month",
     "limit": "120 thousand person", "mean": "12 bn USD/year", "price": "8 thousand USD/person/month", "worth": "0.5 year/bn USD",
     "men_0": "100 thousand person", "pay_0": "10 bn USD/year", "push": "0.3 bn USD/year/month", "time": "6 month"},
    {"men": "person", "pay": "mn USD/month", "flow": "36000 person/year", "speed": "1.2 1/year", "limit": "120000 person",
     "mean": "1000 mn USD/month", "price": "0.096 mn USD/person/year", "worth": "6 month/bn USD", "men_0": "100000 person",
     "pay_0": "0.8333333333333334 bn USD/month", "push": "300 mn USD/year/month", "time": "0.5 year"},
)  # fmt: skip
TEXT = """
title: one
as_of: 2024-03
start: 2024-01
end: 2025-12
step: month
actors: {{AAA: {{name: A}}}}
stocks:
  men: {{unit: "{men}", initial: "{men_0}", sources: assumption}}
  pay: {{unit: "{pay}", initial: "{pay_0}", sources: assumption}}
  cost: {{unit: "{pay}", initial: "{pay_0}", sources: assumption}}
mechanisms:
  call_up: {{use: flow, stock: men, rate: "{flow} + leaving * men * (men < {limit}) - (pay > {mean}) * men / {time}",
            numbers: {{leaving: "{speed}"}}, sources: assumption}}
  budget: {{use: mean_reversion, stock: pay, mean: "{mean}", speed: "{speed}", volatility: 0 bn USD/year, push: "{push}",
           sources: assumption}}
  bill: {{use: flow, stock: cost, rate: "(price * men - cost) * {speed}", numbers: {{price: "{price}"}}, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options:
      go: {{when: "men > 0.05 * {men_0}", effects: {{budget.mean: "{mean}", call_up.numbers.leaving: "+ {speed}"}}}}
      stay:
    status_quo: stay
    every: 3 months
    rationality: 1
    half_life: "{time}"
    numbers: {{worth: "{worth}"}}
    reasons:
      gain: {{use: expression, weight: 1, value: {{go: "worth * (pay - cost) + men / {men_0}", stay: "0"}}}}
    sources: assumption
questions:
  men: {{text: "?", quantity: men, unit: person, at: 2025-06, resolution: x}}
  ratio: {{text: "?", quantity: "men / pay", unit: person month/USD, at: 2025-06, resolution: x}}
  part: {{text: "?", quantity: "cost * {worth}", unit: "1", at: 2025-06, resolution: x}}
  go: {{text: "?", event: "AAA in [go] and men < {limit}", by: 2025-06, resolution: x}}
  when: {{text: "?", until: "pay > 0.99 * {mean}", by: 2025-06, resolution: x}}
"""


def test_answers_are_the_same_whatever_the_units() -> None:
    runs = [simulate(build(load_text(TEXT.format(**way)), Ledger()), draws=256, seed=1) for way in WAYS]
    first, second = (answer(run).answers for run in runs)
    assert {item.id for item in first} == {"men", "ratio", "part", "go", "when"}
    for one, other in zip(first, second, strict=True):
        assert one.answer == pytest.approx(other.answer, rel=1e-4, abs=1e-6), one.id
    cells = [np.asarray(run.stock_paths, float)[:, -1].mean(axis=0) for run in runs]
    np.testing.assert_allclose(*cells, rtol=1e-4)
    assert 0 < next(item.answer for item in first if item.id == "go") < 1, "both options are taken"


WORDS = ("person", "USD", "year", "month", "bn USD", "thousand person", "shell", "person^2")


@given(
    st.lists(st.tuples(st.sampled_from(["*", "/", " "]), st.sampled_from(WORDS)), max_size=2), st.sampled_from(WORDS)
)
def test_what_divides_by_a_whole_unit_is_its_inverse(more: list[tuple[str, str]], first: str) -> None:
    text = first + "".join(sign + word for sign, word in more)
    whole, inverse = units.parse(text), units.parse(f"1{units.divisor(text)}")
    assert inverse.factor == pytest.approx(1 / whole.factor, rel=1e-12)
    assert dict(inverse.dims) == {name: -power for name, power in whole.dims}


def test_a_stock_in_a_declared_unit_is_divided_by_as_a_whole() -> None:
    """`1/{stock}` of a flow of people per year was 144 times what it should be: the year was divided by too."""
    assert units.divisor("person/year") == "/person*year" and units.divisor("bn USD/year") == "/bn USD*year"
    assert units.parse(f"1{units.divisor('person/year')}").factor == pytest.approx(12.0)
