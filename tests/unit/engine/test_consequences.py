"""What follows as a stock rises: effects in proportion, and what a mechanism may know beside its stocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff.analysis.causal.dependencies import parameters_behind
from standoff.components import jnp
from standoff.engine.build import build, intervened_model
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.mechanisms import mean_reversion
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

TEXT = """
title: what follows
as_of: 2024-02
start: 2024-01
end: 2024-08
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  short: {unit: share, initial: 0.25, constant: true, sources: assumption}
  goods: {unit: item, initial: 100, floor: null, sources: assumption}
  other: {unit: item, initial: 100, floor: null, sources: assumption}
mechanisms:
  works: {use: flow, stock: goods, rate: 10 item/month, sources: assumption}
consequences:
  short: {text: fewer hands, effects: {works.numbers.rate: x 0.2}, sources: assumption}
questions:
  goods: {text: How much?, quantity: goods, at: 2024-08, resolution: a count}
  other: {text: How much of the other?, quantity: other, at: 2024-08, resolution: a count}
"""
LEVER = "levers: {hands: {target: consequences.short.effects.works.numbers.rate, low: 0, high: 1}}"
MONTHS = 7


def case(change: dict[str, Any] | None = None, text: str = TEXT) -> Model:
    """The scenario with a change."""
    return build(load.load_document(overlay(read_text(text, "case.yaml"), Document(change or {}, {}, "change")), None))


def goods(model: Model) -> np.ndarray:
    return simulate(model, draws=8, paths="all").outcome("goods")


@pytest.mark.parametrize(
    ("effect", "short", "rate"),
    [
        ("x 0.2", 0.25, 10 * (1 - 0.25 * 0.8)),
        ("x 0.2", 0.0, 10.0),
        ("x 0.2", 1.0, 2.0),
        ("x 0.2", 3.0, 2.0),  # beyond 1 nothing more follows
        ("+ -4 item/month", 0.5, 8.0),
        ("20 item/month", 0.5, 15.0),
    ],
)
def test_an_effect_holds_in_proportion_to_its_stock(effect: str, short: float, rate: float) -> None:
    model = case(
        {
            "consequences": {"short": {"effects": {"works.numbers.rate": effect}}},
            "stocks": {"short": {"initial": short}},
        }
    )
    assert goods(model) == pytest.approx(100 + MONTHS * rate, rel=1e-5)


def test_the_effect_is_a_lever_and_leads_to_what_it_moves() -> None:
    model = case(text=TEXT + LEVER)
    target = model.plan.number("consequences.short.effects.works.numbers.rate")
    behind = {name: parameters_behind(model.plan, model.plan.question(name)) for name in ("goods", "other")}
    assert target in behind["goods"] and target not in behind["other"]
    ends = [simulate(model, draws=4, levers={"hands": at}).outcome("goods") for at in (0, 1)]
    assert ends[0] == pytest.approx(108 + (MONTHS - 1) * 7.5, rel=1e-5) and ends[1] == pytest.approx(
        108 + (MONTHS - 1) * 10, rel=1e-5
    )


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        (
            {"consequences": {"nothing": {"effects": {"works.numbers.rate": "x 2"}}}},
            ScenarioError,
            "consequences.nothing",
        ),
        ({"consequences": {"goods": {"effects": {"works.numbers.rate": "x 2"}}}}, ModelError, "consequences.goods"),
        ({"consequences": {"short": {"effects": {"works.speed": "x 2"}}}}, ModelError, "works.speed"),
        ({"consequences": {"short": {"effects": {"stocks.goods.initial": "x 2"}}}}, ModelError, "stocks.goods.initial"),
    ],
)
def test_what_cannot_follow_is_an_error_with_its_place(
    change: dict[str, Any], error: type[Exception], word: str
) -> None:
    with pytest.raises(error, match=word):
        case(change)


REVERTING = (
    TEXT
    + """
beliefs: {AAA: {goods: 0.5 @assumption}}
"""
)


def test_a_mechanism_knows_the_past_what_actors_believe_and_the_case_as_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = REVERTING.replace(
        "  works: {use: flow",
        "  watched: {use: mean_reversion, stock: other, mean: 1 item, speed: 0 1/month, volatility: 0, sources: assumption}\n"
        "  works: {use: flow",
    )
    seen = dict(mean_reversion.READS)
    monkeypatch.setattr(mean_reversion, "READS", {**seen, "goods": mean_reversion.components.stock("item")})
    members = mean_reversion.Params.members
    monkeypatch.setattr(
        mean_reversion.Params, "members", lambda p, name: ("AAA", "BBB") if name == "sides" else members(p, name)
    )
    monkeypatch.setattr(mean_reversion, "VIEWERS", "sides", raising=False)
    monkeypatch.setattr(mean_reversion, "REFERENCE", {"level": ("goods", "short")}, raising=False)

    def flows(p: Any, s: Any, t: Any, z: Any) -> dict[str, Any]:
        past = jnp.where(t.is_past, 1.0, 0.0)
        return {
            "other": 1e6 * past + 1e3 * (s.believed("AAA", "goods") < s.believed("BBB", "goods")) + t.reference["level"]
        }

    monkeypatch.setattr(mean_reversion, "flows", flows)
    written = case({"stocks": {"short": {"initial": 1}}}, text)
    levels = 100 + 2 * np.arange(1, MONTHS + 1)  # of goods, with short at 1
    assert written.table.reference[0] == pytest.approx(levels) and not written.base
    run = simulate(written, draws=2, paths="all")
    assert run.outcome("other") == pytest.approx(100 + 1e6 + MONTHS * 1e3 + levels.sum(), rel=1e-6)
    levers = {"works.rate": "100 item/month"}
    richer = intervened_model(written, levers, since="start")
    assert richer.table.reference[0] == pytest.approx(levels) and richer.base and richer.hash != written.hash
