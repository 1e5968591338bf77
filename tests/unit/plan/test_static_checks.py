"""Conditions that the bounds of stocks settle: each verdict is right for every value within them, and slips are told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standoff import expression, registry
from standoff.ledger import Ledger
from standoff.plan import MECHANISMS, plan
from standoff.plan.static_checks import ANY, constant_truth, value_range
from standoff.scenario.load import load_text

SPANS = {"a": (0.0, 1.0), "b": (-2.0, 3.0), "c": (0.5, 4.0), "free": ANY}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("1 > 2", False),
        ("1 < 2", True),
        ("a > 1", False),
        ("a >= 1", None),
        ("a < 0", False),
        ("a <= 1", True),
        ("a == 2", False),
        ("a != 2", True),
        ("2 == 2", True),
        ("a > 1 or b > 3", False),
        ("a > 1 or b > 2", None),
        ("a <= 1 and b <= 3", True),
        ("a > 1 and free > 0", False),
        ("not a > 1", True),
        ("a + c > 5", False),
        ("a - b < -3", False),
        ("a * b >= -2 and a * b <= 3", True),
        ("a / c > 2", False),
        ("c / b > 0", None),  # the divisor may be zero
        ("abs(b) > 3", False),
        ("min(a, c) > 1", False),
        ("max(b, c) < 0.5", False),
        ("sqrt(c) > 2", False),
        ("log(c) > 1.4", False),
        ("exp(a) > 2.72", False),
        ("a ^ 2 > 9", None),  # powers are left open
        ("free > 0", None),
        ("X in [go]", None),
    ],
)
def test_what_bounds_settle(text: str, holds: bool | None) -> None:
    assert constant_truth(expression.parse(text), SPANS) is holds


def written(random: np.random.Generator, depth: int) -> str:
    """An expression made by chance."""
    if depth == 0 or random.random() < 0.2:
        return str(random.choice(["a", "b", "c", "0", "0.5", "2"]))
    form = str(
        random.choice(
            [
                "{} + {}",
                "{} - {}",
                "{} * {}",
                "{} / {}",
                "min({}, {})",
                "max({}, {})",
                "abs({})",
                "-{}",
                "sqrt(abs({}))",
                "log(abs({}))",
                "exp({})",
            ]
        )
    )
    return f"({form.format(*(written(random, depth - 1) for _ in range(form.count('{}'))))})"


def test_no_value_lies_outside_its_span() -> None:
    """The slow twin: values drawn within the bounds, a thousand for each of a thousand expressions."""
    random = np.random.default_rng(1966)
    values = {name: random.uniform(*ends, 1000) for name, ends in SPANS.items() if name != "free"}
    bounded = 0
    for _ in range(1000):
        node = expression.parse(written(random, 3))
        with np.errstate(all="ignore"):
            found = np.asarray(expression.evaluate(node, values.__getitem__, lambda _: 0.0, np), float)
        low, high = value_range(node, SPANS)
        finite = found[np.isfinite(found)]
        slack = 1e-12 * np.maximum(1.0, np.abs(finite))
        assert (finite >= low - slack).all() and (finite <= high + slack).all(), node
        bounded += math.isfinite(low) and math.isfinite(high)
    assert bounded > 300


def notes(full: str, *changes: tuple[str, str]) -> str:
    for right, wrong in changes:
        assert full.count(right) == 1, right
        full = full.replace(right, wrong)
    return "\n".join(plan(load_text(full), Ledger()).warnings)


SOUND = (
    ("drift.speed: x 1.5", "drift.speed: x 1.5 @assumption"),
    ("observations: {fear: {claims: {quantity: mood}, scale: 1 @assumption}}\n", ""),
    ("between: [drift.mean, drift.volatility]", "between: [choices.AAA.rationality, drift.volatility]"),
    ("floor: null}", "floor: null, constant: true}"),
)


@pytest.mark.parametrize(
    ("right", "wrong", "note"),
    [
        ("stock: fear,", "stock: fear, when: fear > 1,", "mechanisms.drift.when is never true"),
        ("stock: fear,", "stock: fear, when: fear >= 0,", "mechanisms.drift.when is always true"),
        ("every: 3 months", "every: 3 months\n    when: 1 < 0", "choices.AAA.when is never true"),
        (
            "every: 3 months",
            "every: 3 months\n    when: money.BBB > 3 bn mark @assumption",
            "choices.AAA.when is never true",
        ),
        ("AAA in [go] and fear > 0.7", "AAA in [go] and fear > 1.7", "questions.q.event is never true"),
        ("by: 2025-06, resolution", "by: 2024-02, resolution", "no step lies between as_of 2024-03 and `by` 2024-02"),
        ("by: 2025-06, resolution", "by: 2025-06, since: 2025-06, resolution", "no step lies between since 2025-06"),
        ("every: 3 months", "every: 400 months", "choices.AAA is never made"),
        (
            "history: [{since: 2024-01, option: stay}, {since: 2024-02, option: go}]",
            "history: []",
            "from 2024-01 to 2024-03: the status quo `stay`",
        ),
        (
            "{since: 2024-01, option: stay}, {since: 2024-02, option: go}",
            "{since: 2024-03, option: go}",
            "from 2024-01 to 2024-03: the status quo `stay`",
        ),
    ],
)
def test_what_can_never_come_about_is_told(full: str, right: str, wrong: str, note: str) -> None:
    assert note in notes(full, *SOUND, (right, wrong))


def test_a_sound_scenario_is_told_nothing(full: str) -> None:
    assert notes(full, *SOUND) == ""


def test_without_a_history_the_status_quo_held(full: str) -> None:
    for right, wrong in SOUND:
        full = full.replace(right, wrong)
    given = plan(load_text(full), Ledger()).choices[0]
    none = full.replace("history: [{since: 2024-01, option: stay}, {since: 2024-02, option: go}]", "history: []")
    free = plan(load_text(none), Ledger()).choices[0]
    stay = free.options.index("stay")
    assert free.imposed_options[:2] == (stay, stay) and free.imposed_options[2] == -1
    assert (
        given.imposed_options[:2] == (free.options.index("go"),) * 2
    )  # a month's entry holds through the step that leads to it


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
