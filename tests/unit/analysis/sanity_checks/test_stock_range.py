"""Stocks that rest at a bound, or outgrow what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.stock_range import of_run
from standoff.engine.simulate import simulate
from tests import small_war
from tests.unit.conftest import calm_model

if TYPE_CHECKING:
    from standoff.engine.run import Run


def test_money_that_is_spent_rests_at_its_floor_and_an_arms_race_outgrows_its_start(closed: Run) -> None:
    found = {subject: number for subject, number, *_ in of_run(CheckedRun(run=closed, answers=()))}
    assert 0.5 < found["stocks.money.RED"] < found["stocks.money.BLU"] <= 1 and found["stocks.arms.RED"] > 10
    assert not {"stocks.gain", "stocks.level", "stocks.weather"} & set(found)


def test_an_index_between_its_bounds_may_end_at_either(calm_run: Run) -> None:
    assert not list(of_run(CheckedRun(run=calm_run, answers=())))


def test_a_stock_that_doubles_by_itself_is_found_and_one_that_something_moves_is_not() -> None:
    def doubled(**changes: Any) -> list[str]:
        growth = {
            "use": "proportional",
            "stock": "fear",
            "driver": "fear",
            "rate": "0.1 1/month",
            "sources": "assumption",
        }
        change = {"stocks": {"fear": {"cap": None, "initial": 0.1}}, "mechanisms": {"dread": growth | changes}}
        run = simulate(calm_model(change), draws=20, seed=1, paths="all")
        return [subject for subject, *_ in of_run(CheckedRun(run=run, answers=()))]

    assert doubled() == ["stocks.fear"]
    assert doubled(driver="calm") == [] and doubled(when="calm > 0") == []


def test_what_is_nothing_in_peace_is_no_bound_where_wars_end() -> None:
    """Losses stop with the war, which ends in most futures; where it goes on they do not."""

    def found(when: str) -> bool:
        stopped = {"use": "flow", "stock": "casualty_rate.RED", "rate": "-1 1/month * casualty_rate.RED", "when": when}
        start = {
            "casualty_rate": {"constant": None, "initial": {"RED": "20000 person/month", "BLU": "15000 person/month"}}
        }
        stopped["sources"] = "assumption"
        change = {"stocks": start, "mechanisms": {"stopped": stopped}}
        run = simulate(small_war.model(change), draws=100, seed=1, paths="all")
        assert (run.path("over")[:, -1] > 0.5).mean() > 0.5
        return "stocks.casualty_rate.RED" in {subject for subject, *_ in of_run(CheckedRun(run=run, answers=()))}

    assert not found("over > 0.5") and found("over < 0.5")
