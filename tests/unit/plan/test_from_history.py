"""Weights, rationality and half-life from history: what is resolved, from which rung, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from standoff.engine.build import build
from standoff.errors import ModelError
from standoff.history import coefficients
from standoff.history.coefficients import load, save
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.plan.from_history import SIGNS
from standoff.scenario import load_scenario, load_text
from tests.unit.history.conftest import history, invented_coefficients

__all__ = ["history"]
TEXT = """
title: one who decides
as_of: 2024-03
start: 2024-01
end: 2024-08
step: month
sources: {smith2001: "Smith, On moods"}
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, cap: 1, initial: 0.4 to 0.6 @assumption}}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5 @assumption, speed: 0.2 1/month, volatility: 0, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {go: {effects: {drift.mean: 0.9}}, stay: }
    status_quo: stay
    every: 1 month
    rationality: 1 to 4 @assumption
    half_life: 6.6 month @assumption
    reasons:
      norm: {use: stated_norm, weight: 1 to 2, breach: {go: 1, stay: 0}, commitment: 1}
      gain: {use: expression, weight: 1, value: {go: 1 - fear}}
    sources: assumption
"""
WEIGHT, NORM = "weight: 1 to 2", "choices.AAA.reasons.norm.weight"


def planned(text: str) -> Plan:
    return plan(load_text(text, "case.yaml"), Ledger())


@pytest.mark.parametrize(
    ("written", "kind", "shown"),
    [
        ("history", "stated_norm", f"history(stated_norm), {SIGNS[0]}"),
        ("history(ally_need)", "ally_need", f"history(ally_need), {SIGNS[-1]}"),
        ("history(rivalry)", "rivalry", "history(rivalry)"),
        ("history ( rivalry ) @smith2001", "rivalry", "history(rivalry)"),
    ],
)
def test_a_weight_is_that_of_its_kind_for_a_new_actor(history: Path, written: str, kind: str, shown: str):
    parameter = planned(TEXT.replace(WEIGHT, f"weight: {written}")).parameter(NORM)
    low, middle, high = load().rungs[-1].weight_of_reason(kind)
    assert parameter.belief.numbers == (low, middle, high) and parameter.low == 0
    assert parameter.belief.sources[0] == "history"
    assert str(parameter.belief).startswith(f"{shown}: {low:g} to {high:g}")
    assert ("@smith2001" in str(parameter.belief)) == ("smith" in written) and "@history" not in str(parameter.belief)


def test_a_multiple_of_a_weight(history: Path) -> None:
    belief = planned(TEXT.replace(WEIGHT, "weight: 2 * history")).parameter(NORM).belief
    assert belief.numbers == pytest.approx(
        [2 * number for number in load().rungs[-1].weight_of_reason("stated_norm")], rel=0.005
    )
    assert str(belief).startswith("2 * history(stated_norm)") and SIGNS[0] in str(belief)
    assert belief.sources == ("assumption",)  # history knows no factor
    with pytest.raises(ModelError, match="only a weight is a multiple of history"):
        planned(TEXT.replace("rationality: 1 to 4 @assumption", "rationality: 2 * history"))


def test_a_kind_that_the_data_lack_is_an_assumption_with_the_weight_of_any_kind(history: Path) -> None:
    text = TEXT.replace("{use: expression, weight: 1,", "{use: expression, weight: history,")
    belief = planned(text).parameter("choices.AAA.reasons.gain.weight").belief
    assert belief.numbers == load().rungs[-1].weight_of_reason() and belief.sources == ("assumption",)
    assert str(belief).startswith("as any kind: ")


def test_a_weight_is_the_part_of_what_is_learned_above_zero(history: Path) -> None:
    """The direction of a reason is its author's; where history speaks against it, the weight is small and says so."""
    parameter = planned(TEXT.replace(WEIGHT, "weight: history(ally_need)")).parameter(NORM)
    assert load().rungs[-1].weight("ally_need")[1] < 0 < parameter.quantile(0.05) and parameter.low == 0
    assert parameter.quantile(0.5) < planned(TEXT.replace(WEIGHT, "weight: history(rivalry)")).parameter(NORM).quantile(
        0.5
    )
    with pytest.raises(ModelError, match="out of range"):
        planned(TEXT.replace(WEIGHT, "weight: -2 to -1"))


def test_rationality_and_half_life(history: Path) -> None:
    text = TEXT.replace("rationality: 1 to 4 @assumption", "rationality: history")
    made = planned(text.replace("half_life: 6.6 month @assumption", "half_life: history"))
    assert made.parameter("choices.AAA.rationality").belief.numbers == (1.0,)
    half_life = made.parameter("choices.AAA.half_life")
    assert half_life.belief.unit == "month" and half_life.belief.numbers == load().rungs[-1].half_life
    assert str(made.parameter("choices.AAA.rationality").belief) == "history: 1"


@pytest.mark.parametrize(
    ("as_of", "until", "late"), [("2024-03", 2017, False), ("2010-03", 2005, False), ("1990-08", 2017, True)]
)
def test_the_rung_is_the_last_before_the_case(history: Path, as_of: str, until: int, late: bool) -> None:
    """A case before the first rung takes the last of all, and its number says so."""
    text = TEXT.replace(WEIGHT, "weight: history").replace("2024-", f"{as_of[:4]}-").replace("-03", as_of[4:], 1)
    made = planned(text)
    rung = next(rung for rung in load().rungs if rung.until == until)
    belief = made.parameter(NORM).belief
    assert belief.numbers == rung.weight_of_reason("stated_norm")
    assert ("later than the case" in str(belief)) == late
    assert sum("2017" in warning for warning in made.warnings) == int(late)


@pytest.mark.parametrize(
    ("old", "new", "what", "fix"),
    [
        (WEIGHT, "weight: history(rivalri)", "no weight of a kind `rivalri`", "did you mean `rivalry`?"),
        (WEIGHT, "weight: history(weather)", "no weight of a kind `weather`", "write `history` for a kind"),
        ("rationality: 1 to 4 @assumption", "rationality: history(rivalry)", "only a weight is of a kind", ""),
        ("mean: 0.5 @assumption", "mean: history", "`history` is not known about this number", "@history"),
        ("initial: 0.4 to 0.6 @assumption", "initial: history", "`history` is not known about this number", "@history"),
    ],
)
def test_what_history_cannot_say_is_refused(history: Path, old: str, new: str, what: str, fix: str) -> None:
    with pytest.raises(ModelError) as error:
        planned(TEXT.replace(old, new))
    found = [problem for problem in error.value.problems if what in problem.what]
    assert found and fix in found[0].fix and found[0].where.startswith("case.yaml:")


def test_an_unknown_kind_lists_the_known_ones(history: Path) -> None:
    with pytest.raises(ModelError, match="allowed: ally_need, rivalry, stated_norm"):
        planned(TEXT.replace(WEIGHT, "weight: history(weather)"))


def test_without_coefficients_history_is_refused_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coefficients, "HOME", tmp_path)
    planned(TEXT)
    with pytest.raises(ModelError, match=r"no coefficients of history: .*coefficients.json is missing"):
        planned(TEXT.replace(WEIGHT, "weight: history"))


def test_history_is_a_source_of_any_number(history: Path) -> None:
    made = planned(TEXT.replace("mean: 0.5 @assumption", "mean: 0.5 to 0.6 @history"))
    assert made.parameter("drift.mean").belief.sources == ("history",)
    assert str(made.parameter("drift.mean").belief) == "0.5 to 0.6 @history"


def test_other_coefficients_are_another_model(history: Path) -> None:
    text = TEXT.replace(WEIGHT, "weight: history")
    first, plain = build(load_text(text), Ledger()).hash, build(load_text(TEXT), Ledger()).hash
    save(
        invented_coefficients().__class__(data={}, panel="", made="", rungs=invented_coefficients().rungs[:1]), history
    )
    coefficients._load.cache_clear()
    assert build(load_text(text), Ledger()).hash != first and build(load_text(TEXT), Ledger()).hash == plain


def test_a_weight_and_a_rate_can_be_set_from_outside(history: Path, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "scenario.yaml").write_text(TEXT)
    changes = {"choices.AAA.reasons.norm.weight": "history(rivalry)", "choices.AAA.half_life": "history"}
    made = plan(load_scenario(folder, "", changes, "start"), Ledger())
    assert made.parameter(NORM).belief.sources == ("history",)
    assert math.isclose(made.parameter(NORM).belief.numbers[1], load().rungs[-1].weight_of_reason("rivalry")[1])


def test_an_intervention_cannot_begin_in_the_middle_of_a_case(history: Path) -> None:
    text = TEXT + "interventions: {choices.AAA.half_life: {value: history, since: 2024-05}}\n"
    with pytest.raises(ModelError) as error:
        planned(text)
    (problem,) = error.value.problems
    assert "--since start" in problem.fix
