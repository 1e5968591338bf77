"""A rate that takes more of a stock in one step than its mechanism's step is made for is noted."""

from __future__ import annotations

from standoff import registry
from standoff.plan import MECHANISMS


def fast(warnings: tuple[str, ...]) -> list[str]:
    return [text for text in warnings if "in one step" in text]


def test_a_rate_beyond_the_step_is_noted_with_its_share(world):
    rates = {"AAA": "0.8 to 1 1/month", "BBB": "0.1 to 0.6 1/month"}  # geometric middles 0.89 and 0.24
    (text,) = fast(world({"mechanisms": {"attrition": {"kill_rate": rates}}}).plan.warnings)
    assert text.startswith("mechanisms.attrition.kill_rate.AAA removes 89% ") and "up to 35%" in text
    weekly = world(
        {"step": "week", "choices": None, "questions": None, "mechanisms": {"attrition": {"kill_rate": rates}}}
    ).plan.warnings
    assert not fast(weekly) and not fast(world().plan.warnings)


def test_what_is_declared_fast_is_a_rate():
    declared = {
        name: getattr(registry.module(MECHANISMS, name), "MAX_STEP_FRACTION", {}) for name in registry.names(MECHANISMS)
    }
    assert declared["attrition"]
    for name, fields in declared.items():
        specs = registry.module(MECHANISMS, name).Params.specs()
        assert all(specs[field].unit == "1/month" and 0 < most < 1 for field, most in fields.items())
