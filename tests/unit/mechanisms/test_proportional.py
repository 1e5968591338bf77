import pytest

from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.mechanisms import proportional
from standoff.plan import plan
from standoff.scenario import load_text


def params(**changes: object) -> dict[str, object]:
    return {"stock": "crowd", "driver": "crowd", "rate": 0.05} | changes


@pytest.mark.parametrize("dt", [0.5, 1.0, 3.0])
def test_a_share_of_itself_grows_by_the_same_factor_each_step(integrate, dt):
    end = integrate(proportional, params(), {"crowd": 100.0}, 20, dt)[-1]["crowd"]
    assert end == pytest.approx(100.0 * (1 + 0.05 * dt) ** 20, rel=1e-12)


def test_a_share_of_another_grows_straight_and_leaves_the_other_alone(integrate):
    end = integrate(proportional, params(driver="births"), {"crowd": 100.0, "births": 7.0}, 20)[-1]
    assert end == {"crowd": pytest.approx(100.0 + 20 * 0.05 * 7.0, rel=1e-12), "births": 7.0}


def test_direction_and_limit(integrate):
    def moved(rate: float) -> float:
        return integrate(proportional, params(rate=rate), {"crowd": 100.0}, 1)[-1]["crowd"] - 100.0

    assert moved(-0.1) < moved(0.0) == 0.0 < moved(0.1)


def test_both_stocks_have_one_unit():
    text = """
title: two units
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks: {money: {unit: bn USD, initial: 1, sources: assumption}, troops: {unit: person, initial: 1, sources: assumption}}
mechanisms: {pay: {use: proportional, stock: money, driver: troops, rate: 0.1 1/month, sources: assumption}}
"""
    with pytest.raises(ModelError) as caught:
        plan(load_text(text), Ledger())
    assert "troops" in str(caught.value) and "bn USD" in str(caught.value)
