"""Restrictions of options as indices and steps."""

from __future__ import annotations

from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.plan.choices import LONG_AGO
from standoff.scenario import load_text
from tests.unit.scenario.test_option_checks import LADDER, text


def planned(scenario: str) -> Plan:
    return plan(load_text(scenario), Ledger())


def test_without_restrictions_nothing_is_planned() -> None:
    choice = planned(text()).choices[0]
    assert choice.restrictions is None and choice.held == ()


def test_times_are_whole_steps_and_count_from_the_month_in_which_an_option_was_taken() -> None:
    observed = "{since: 2023-11, option: trade}, {since: 2024-01, option: trade}"
    found = planned(text(LADDER, observed, trade="{lasts: 5 weeks}")).choices[0].restrictions
    assert found is not None and found.binds and found.lasts == (0, 2, 0) and found.irreversible == (False,) * 3
    assert found.since == -3  # 2023-11 is two steps before 2024-01, and the step that ends then a third
    assert found.reachable == ((True, True, False), (True, True, True), (True, True, True))
    never = planned(text(arms="{after: trade}")).choices[0].restrictions
    assert never is not None and never.since == LONG_AGO and not never.binds


def test_what_a_person_sets_is_no_free_decision() -> None:
    choice = planned(text("    held: {2024-09: none, 2024-07: arms}\n")).choices[0]
    assert choice.held == (-1,) * 5 + (2, 2, 0, 0, 0, 0)
    freed = planned(text("    held: {2024-07: arms, 2024-09: free}\n")).choices[0]
    assert freed.held == (-1,) * 5 + (2, 2, -1, -1, -1, -1) and list(freed.is_free[5:8]) == [False, False, True]
    assert not any(choice.is_free) and sum(choice.is_date) == 6
    assert [str(item) for item in planned(text("    held: {2024-07: arms}\n")).intervention_records] == [
        "AAA = arms from 2024-07 on"
    ]


def test_a_time_that_ends_before_the_next_decision_is_warned_of() -> None:
    warnings = planned(text(trade="{lasts: 1 month}")).warnings
    assert any("options.trade.lasts has no effect" in item for item in warnings)
