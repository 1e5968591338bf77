"""Variants of numbers by the program of the run: the same futures that a run of the variant has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.analysis.paired import answer_values, outcome_values
from standoff.analysis.parameter_variants import as_table_of, parameter_variants, variant_effects
from standoff.analysis.sensitivity.quintiles import quintile_means
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load_text

if TYPE_CHECKING:
    from standoff.engine.run import Run

DRAWS = 400
SCENARIO = """
title: a dispute
as_of: 2024-03
start: 2024-01
end: 2025-06
step: month
actors: {AAA: {name: Aland}, BBB: {name: Borduria}}
stocks:
  fear: {unit: share, initial: 0.4 to 0.6 @assumption, cap: 1}
  calm: {unit: share, initial: 0.5 @assumption, cap: 1}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.3 to 0.7 @assumption, speed: 0.1 1/month @assumption,
          volatility: 0.05 @assumption}
choices:
  AAA:
    actor: AAA
    options: {go: {effects: {drift.push: 0.05 1/month @assumption}}, stay: }
    status_quo: stay
    every: 3 months
    rationality: 1 to 4 @assumption
    half_life: 1.94 month @assumption
    reasons:
      norm: {use: stated_norm, weight: 0.2 to 4 @assumption, sources: assumption, breach: {go: 1, stay: 0},
             commitment: 0.5 to 0.9}
questions:
  goes: {text: Will A go?, event: "AAA in [go]", by: 2025-06, resolution: look}
  fear: {text: How afraid?, quantity: fear, at: 2025-06, unit: "%", resolution: look}
  more: {text: Is it more fear than calm?, rank: {fear: fear, calm: calm}, of: fear, at: 2025-06, resolution: look}
variants:
  point: {text: A number that varied is known, change: {mechanisms: {drift: {mean: 0.2 @assumption}}}}
  light: {text: The norm weighs less, change: {choices: {AAA: {reasons: {norm: {weight: 0.1 to 0.3 @assumption}}}}}}
  earlier: {text: Another date, change: {as_of: 2024-02}}
  varied: {text: A number that was known is not, change: {mechanisms: {drift: {speed: 0.05 to 0.2 1/month @assumption}}}}
  seen: {text: Another history, change: {choices: {AAA: {history: [{since: 2024-01, option: go}]}}}}
  lower: {text: A lower cap, change: {stocks: {fear: {cap: 0.8}}}}
  gone: {text: One mechanism less, change: {mechanisms: {drift: null},
         choices: {AAA: {options: {go: {effects: {drift.push: null}}}}}}}
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(load_text(SCENARIO), Ledger(())), draws=DRAWS, seed=3)


def test_only_variants_of_numbers_that_fit_are_taken(run: Run) -> None:
    assert [name for name, _ in parameter_variants(run.model)] == ["point", "light"]


@pytest.mark.parametrize("name", ["point", "light"])
def test_a_variant_has_the_answers_of_its_own_run(run: Run, name: str) -> None:
    """Draw by draw: the two programs differ in how they round, so a future in hundreds may fall on the other side."""
    whole = simulate(build(load_text(SCENARIO).with_variant(name), Ledger(())), draws=DRAWS, seed=3)
    labels = {item.id: str(item.answer) for item in answer(run).answers}
    found = {item.question: item for item in variant_effects(run) if item.variant == name}
    assert found.keys() == {"goes", "fear", "more"}
    for asked in whole.model.plan.questions:
        own = answer_values(asked, outcome_values(whole, asked, labels[asked.id]))
        assert found[asked.id].after == pytest.approx(own.mean(), abs=1e-5 * abs(own).max() + 2 / DRAWS)
        base = answer_values(asked, outcome_values(run, asked, labels[asked.id]))
        assert found[asked.id].before == pytest.approx(base.mean())
        assert found[asked.id].change == pytest.approx(found[asked.id].after - found[asked.id].before, abs=1e-6)
        assert found[asked.id].mc_error >= (own - base).std() / math.sqrt(DRAWS) * 0.9


def test_what_a_variant_changes_is_seen_and_what_it_leaves_is_not(run: Run) -> None:
    found = {(item.variant, item.question): item for item in variant_effects(run)}
    assert found["point", "fear"].change < -10 * found["point", "fear"].mc_error
    assert found["light", "goes"].change > 5 * found["light", "goes"].mc_error
    assert abs(found["point", "goes"].change) <= 2 * found["point", "goes"].mc_error


def test_fewer_futures_are_the_first_ones_of_the_run(run: Run) -> None:
    asked = run.model.plan.questions[0]
    found = next(item for item in variant_effects(run, draws=100) if item.question == "goes")
    assert (found.draws, found.before) == (100, pytest.approx(float(outcome_values(run, asked)[:100].mean())))


def test_a_run_of_a_variant_has_none_beside_it() -> None:
    model = build(load_text(SCENARIO).with_variant("light"), Ledger(()))
    assert variant_effects(simulate(model, draws=20, seed=1)) == ()


def test_an_answer_leans_on_the_number_that_makes_it(run: Run) -> None:
    found = answer(run)
    (first, *_) = quintile_means(run, found["goes"])
    assert first.path == "choices.AAA.reasons.norm.weight"
    assert first.low - first.high > 4 * math.hypot(first.low_error, first.high_error)
    weights = run.parameter_values[:, run.model.layout.names.index(first.path)]
    goes = np.isfinite(run.answer("goes"))
    assert first.low == pytest.approx(goes[weights < np.quantile(weights, 0.2)].mean(), abs=0.1)
    fear = quintile_means(run, found["fear"])
    assert fear[0].path == "mechanisms.drift.mean"
    assert fear[0].high > fear[0].low


def test_noise_is_leant_on_by_nobody(run: Run) -> None:
    """The rank of a stock that nothing moves against itself: no number stands out."""
    found = answer(run, ("more",))["more"]
    assert all(
        item.path.startswith(("mechanisms.drift", "stocks.fear", "choices.AAA")) for item in quintile_means(run, found)
    )


SHOCKS = """
title: shocks
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: Aland}}
events: {vote: {date: 2024-06}}
stocks: {men: {unit: person, initial: 9 @assumption}}
mechanisms:
  raid: {use: jump, stock: men, rate: 1 to 2 1/year, size: 3 to 4 person, when: after(vote), sources: assumption}
  draft: {use: flow, stock: men, rate: pace + 2 person/month, numbers: {pace: 1 to 2 person/month}, sources: assumption}
"""


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("1 to 2 1/year", "1 to 3 1/year", True),
        ("pace: 1 to 2", "pace: 1 to 3", True),
        ("3 to 4", "3 to 5", False),
        ("+ 2 person", "+ 3 person", False),
        ("date: 2024-06", "date: 2024-07", False),
    ],
)
def test_sizes_of_jumps_constants_and_dates_are_in_the_program(old: str, new: str, number: bool) -> None:
    """They are no parameters: a program of other ones would simulate another world."""
    base, other = (build(load_text(text), Ledger()) for text in (SHOCKS, SHOCKS.replace(old, new)))
    assert (as_table_of(base, other) is not None) == number
