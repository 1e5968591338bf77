"""Constants solved for prior probabilities, against closed forms of single decisions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standoff.analysis.parameter_variants import parameter_variants
from standoff.engine import anchors
from standoff.engine.anchors import Solver, futures
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.evaluation.hindcast.config import Event, HindcastConfig
from standoff.evaluation.hindcast.forecasts import HindcastCase
from standoff.evaluation.hindcast.origins import HindcastSettings, model_at, plan_at, simulate_origins
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.plan.anchors import TYPICAL
from standoff.scenario import LoadedScenario, load_text
from standoff.statistics import class_rate

RATIONALITY = 2.0
SCENARIO = """
title: two actors that decide once
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks: {fear: {unit: share, initial: 0.5, constant: true, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options: {go: , stay: }
    status_quo: stay
    every: 1 year
    rationality: 2
    half_life: 0 month
    reasons:
      dread: {use: expression, weight: 1, value: {go: -fear, stay: "0"}}
      unstated: {use: alternative_constant, weight: 1, inclination: {go: 0, stay: 0}}
    anchor: {go: 12 % by 2024-12 @assumption}
    sources: assumption
  BBB:
    actor: BBB
    options: {wait: , talk: , fight: }
    status_quo: wait
    every: 1 year
    rationality: 2
    half_life: 0 month
    reasons:
      dread: {use: expression, weight: 1, value: {wait: "0", talk: fear, fight: -fear}}
      unstated: {use: alternative_constant, weight: 1, inclination: {wait: 0, talk: 0, fight: 0}}
    anchor: {talk: 30 % by 2024-12 @assumption}
    sources: assumption
variants:
  calm: {text: less fear, change: {stocks: {fear: {initial: 0.2}}}}
  likelier: {text: a higher prior, change: {choices: {AAA: {anchor: {go: 20 % by 2024-12 @assumption}}}}}
questions:
  fight: {text: "?", event: "BBB in [fight]", by: 2024-12, resolution: x, anchor: 10 % @assumption}
"""
CLASS: dict[str, Any] = {"members": "a state like it", "count": 30, "of": 200, "per": "case", "data": "X", "text": "x"}
CLASS |= {"since": 1975, "until": 2017, "sources": ["assumption"]}
CONSTANTS = {  # by hand: the log odds against the option without an anchor, over the rationality
    "choices.AAA.reasons.unstated.inclination.go": math.log(0.12 / 0.88) / RATIONALITY,
    "choices.BBB.reasons.unstated.inclination.talk": math.log(0.3 / 0.6) / RATIONALITY,
    "choices.BBB.reasons.unstated.inclination.fight": math.log(0.1 / 0.6) / RATIONALITY,
}


def loaded() -> LoadedScenario:
    return load_text(SCENARIO)


@pytest.fixture(scope="module")
def model() -> Model:
    return build(loaded(), Ledger())


def error(p: float, draws: int) -> float:
    """Standard error of a constant whose option has a probability."""
    return 1 / math.sqrt(draws * p * (1 - p)) / RATIONALITY


def never(*_: object, **__: object) -> Any:
    raise AssertionError("nothing is to be solved")


def test_single_decisions_have_the_constants_of_a_closed_form(model: Model) -> None:
    """One anchor of two options, and a choice and a question that anchor two options of three."""
    draws = futures(model.plan)
    for path, wanted in CONSTANTS.items():
        assert model.plan.parameter(path).shift == pytest.approx(wanted, abs=4 * error(0.1, draws))
        assert model.table.a[model.plan.index[path]] == model.plan.parameter(path).shift
    assert all(item.shift == 0 for item in model.plan.parameters if item.path not in CONSTANTS)


def test_other_futures_have_the_prior_without_reasons_and_less_or_more_with_them(model: Model) -> None:
    run = simulate(model, draws=20_000, seed=5)
    odds = {name: math.exp(RATIONALITY * constant) for name, constant in CONSTANTS.items()}
    go, talk, fight = (
        value * math.exp(RATIONALITY * reason) for value, reason in zip(odds.values(), (-0.5, 0.5, -0.5), strict=True)
    )
    wanted = {
        "choices.AAA.anchor.go": go / (1 + go),
        "choices.BBB.anchor.talk": talk / (1 + talk + fight),
        "fight": fight / (1 + talk + fight),
    }
    for anchor in model.plan.anchors:
        p = wanted[anchor.tracker]
        spread = math.sqrt(p * (1 - p) / 20_000) + p * (1 - p) * RATIONALITY * error(0.1, futures(model.plan))
        assert np.isfinite(run.answer(anchor.tracker)).mean() == pytest.approx(p, abs=4 * spread)


def test_a_choice_starts_from_its_class_with_a_share_of_its_reasons() -> None:
    """The typical member has a share of the reason, so that the log odds of this actor differ by the rest of it."""
    one = loaded().over(
        {
            "choices": {"AAA": {"anchor": None}, "BBB": {"anchor": None}},
            "questions": {
                "fight": {"anchor": None},
                "go": {"text": "?", "event": "AAA in [go]", "by": "2024-12", "resolution": "x", "classes": [CLASS]},
            },
        }
    )
    model = build(one, Ledger())
    (anchor,) = model.plan.anchors
    prior, spread = class_rate(30, 200, 1.0)
    assert anchors.prior(model.plan, anchor) == pytest.approx(prior)
    constant, draws = model.plan.parameters[anchor.constants[0]], futures(model.plan)
    z = np.linspace(-6, 6, 2001)
    weights = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()

    def share(fear: float) -> float:
        odds = RATIONALITY * (constant.shift - fear) + spread * z
        return float(weights @ (1 / (1 + np.exp(-odds))))

    allowed = 4 * RATIONALITY * prior * (1 - prior) * error(prior, draws)
    assert share(TYPICAL * 0.5) == pytest.approx(prior, abs=allowed)
    run = simulate(model, draws=20_000, seed=5)
    p = share(0.5)
    assert np.isfinite(run.answer("go")).mean() == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 20_000))


def test_a_model_that_was_solved_before_compiles_and_solves_nothing(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Solver, "of", never)
    again = build(loaded(), Ledger())
    assert all(np.array_equal(one, other) for one, other in zip(again.table, model.table, strict=True))
    moved = build(loaded().over({"interventions": {"choices.AAA.rationality": {"value": "4 @assumption"}}}), Ledger())
    assert [item.shift for item in moved.plan.parameters if item.path in CONSTANTS] == [
        item.shift for item in model.plan.parameters if item.path in CONSTANTS
    ]


def test_variants_by_the_program_of_the_run_meet_their_own_anchors(model: Model) -> None:
    tables, number = dict(parameter_variants(model)), model.plan.index["choices.AAA.reasons.unstated.inclination.go"]
    draws = futures(model.plan)
    assert tables["calm"].a[number] == pytest.approx(model.table.a[number], abs=error(0.12, draws))
    wanted = math.log(0.2 / 0.8) / RATIONALITY
    assert tables["likelier"].a[number] == pytest.approx(wanted, abs=4 * error(0.2, draws))
    again = build(model.plan.loaded.with_variant("likelier"), Ledger())
    assert again.table.a[number] == tables["likelier"].a[number]


def test_a_prior_of_one_day_is_none_of_an_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Solver, "of", never)
    how = HindcastSettings(months=6, draws=1, seed=1)
    early = loaded().over({"start": "2023-01", "questions": {"fight": {"anchor": None}}})
    then, _ = model_at(early, Ledger(), dt.date(2023, 6, 30), how)
    assert then.plan.anchors == ()
    assert all(item.shift == 0 for item in then.plan.parameters)


@pytest.mark.parametrize(
    ("change", "starts"), [({}, True), ({"until": 2023}, False), ({"until": 2022}, True), ({"per": "case"}, False)]
)
def test_an_origin_starts_from_a_class_whose_years_had_passed_over_its_longest_horizon(
    change: dict[str, Any], starts: bool, tmp_path: Path
) -> None:
    """The actor has no other reason, so that the chance of the event is the rate of the class."""
    asked = {"text": "?", "event": "AAA in [go]", "resolution": "x", "by": "2024-12", "since": "2024-06"}
    alone = {"every": "3 months", "reasons": {"dread": None}, "anchor": None}
    early = loaded().over(
        {
            "start": "2022-12",
            "choices": {"AAA": alone, "BBB": {"anchor": None}},
            "questions": {"fight": None, "go": asked | {"classes": [CLASS | {"per": "year"} | change]}},
        }
    )
    day, how = dt.date(2023, 6, 30), HindcastSettings(months=6, draws=4000, seed=2)
    model, _ = model_at(early, Ledger(), day, how)
    prior, _ = class_rate(30, 200, 184 / 365.2425)
    assert [anchors.prior(model.plan, item) for item in model.plan.anchors] == [pytest.approx(prior)] * starts
    assert plan_at(early, Ledger(), day, replace(how, months=2))[0].anchors == (), "no decision in two months"
    (origin,) = simulate_origins(early, Ledger(), [day], how, tmp_path)
    assert origin.priors == ({"go": pytest.approx(prior)} if starts else {})
    event = Event(text="?", event="AAA in [go]", since="2022-12", occurrence="x")
    hits = HindcastCase(HindcastConfig.model_validate({"from": "2023", "to": "2024"}), early, Ledger()).event_hits(
        origin, event, dt.date(2023, 12, 31)
    )
    error_of_both = math.sqrt(2 * prior * (1 - prior) / 4000)
    assert (abs(hits.mean() - prior) < 4 * error_of_both) == starts


def test_without_anchors_nothing_changes_and_nothing_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Solver, "of", never)
    plain = {"choices": {"AAA": {"anchor": None}, "BBB": {"anchor": None}}, "questions": {"fight": {"anchor": None}}}
    model = build(loaded().over(plain), Ledger())
    table = build_table(model.plan)[1]
    assert all(np.array_equal(one, other) for one, other in zip(model.table, table, strict=True))
    assert [item.name for item in model.program.watched] == ["fight"]


def solver(
    monkeypatch: pytest.MonkeyPatch, p: Callable[[Sequence[float]], list[float]], rationality: float = RATIONALITY
) -> Solver:
    """A solver whose futures have known probabilities, by the shifts of the three anchors."""
    planned = plan(loaded().over({"choices": {"AAA": {"rationality": rationality}}}), Ledger())
    layout, table = build_table(planned)

    def probabilities(_: Solver, __: int, shifts: Sequence[float]) -> Mapping[int, float]:
        return dict(enumerate(p(shifts)))

    monkeypatch.setattr(Solver, "probabilities", probabilities)
    return Solver(Model(planned, layout, table), None, table, 4000)  # type: ignore[arg-type]


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-RATIONALITY * x))


def test_the_roots_of_known_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    found = solver(
        monkeypatch, lambda x: [logistic(x[0]) ** 3, logistic(x[1] + 0.2 * x[2]), logistic(x[2] - 4)]
    ).solve()
    go, talk, fight = found.values()
    assert logistic(go) ** 3 == pytest.approx(0.12, rel=0.02)
    assert logistic(fight - 4) == pytest.approx(0.1, rel=0.02)
    assert logistic(talk + 0.2 * fight) == pytest.approx(0.3, rel=0.02)


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (lambda x: [0.05 * logistic(x[0]), 0.3, 0.1], "at most 5 %"),
        (lambda x: [0.2 + 0.8 * logistic(x[0]), 0.3, 0.1], "at least 20 %"),
        (lambda x: [float(x[0] > -0.3), 0.3, 0.1], "jumps"),
        (lambda x: [0.12, logistic(x[1] - x[2]), logistic(x[2] - x[1])], "together"),
    ],
)
def test_a_prior_that_no_constant_meets_is_an_error(
    monkeypatch: pytest.MonkeyPatch, p: Callable[[Sequence[float]], list[float]], word: str
) -> None:
    with pytest.raises(ModelError, match=word) as caught:
        solver(monkeypatch, p).solve()
    assert caught.value.problems[0].fix
    assert caught.value.problems[0].path == "choices.AAA.anchor.go"


@pytest.mark.parametrize("rationality", [0.7, 3.7])
def test_the_search_ends_at_the_largest_shift(monkeypatch: pytest.MonkeyPatch, rationality: float) -> None:
    with pytest.raises(ModelError, match="at most 5 %"):
        solver(monkeypatch, lambda x: [0.05, 0.3, 0.1], rationality).solve()


def test_rare_priors_have_more_futures() -> None:
    def count(prior: str) -> int:
        return futures(
            plan(loaded().over({"choices": {"AAA": {"anchor": {"go": f"{prior} by 2024-12 @assumption"}}}}), Ledger())
        )

    assert count("12 %") == anchors.DRAWS[0]
    assert count("2 %") == math.ceil(anchors.EVENTS / (0.02 * 0.98))
    assert count("0.01 %") == anchors.DRAWS[1]
