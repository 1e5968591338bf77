"""Occasions of a case: shares, hazards and ends against closed forms, and what their outcomes change."""

from __future__ import annotations

import copy
import functools
import math
from typing import Any

import numpy as np
import pytest
import yaml

from standoff import labels
from standoff.analysis.parameter_variants import parameter_variants
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.report.sections import describe
from standoff.scenario import load_text
from standoff.scenario.load import load_document
from tests.unit.engine.test_twin import agrees, twin_of

DRAWS = 4_000
CASE = yaml.safe_load("""
title: an election
as_of: 2024-03
start: 2024-01
end: 2025-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks: {fear: {unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}}
mechanisms:
  dread: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.1 1/month, volatility: 0.05, sources: assumption}
occasions:
  primary: {date: 2024-02, outcome: won, outcomes: {won: , lost: }, sources: assumption}
  vote:
    text: Election in A
    date: 2024-11-05
    effective: 2025-01-20
    chance: {challenger: 0.3}
    outcomes:
      incumbent:
      challenger:
        text: the challenger wins
        effects:
          choices.AAA.reasons.norm.weight: x 0
          dread.mean: 0.9
          beliefs.AAA.fear: + 0.5
          occasions.exit.numbers.rate: x 0
    sources: assumption
  exit: {rate: 12 %/year, outcomes: {left: {effects: {dread.push: 0.02 1/month}}}, sources: assumption}
  shock: {rate: 0.2 1/month, chance: {large: 0.25}, outcomes: {small: , large: }, end_rate: 0.5 1/month, sources: assumption}
  calm: {when: vote.challenger > 0, outcomes: {comes: }, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {press: , hold: }
    status_quo: hold
    every: 3 months
    rationality: 2
    half_life: 0
    sources: assumption
    reasons:
      norm: {use: stated_norm, weight: 1, breach: {press: 1, hold: 0}, commitment: 1}
      dread: {use: expression, weight: 0.5, value: {press: fear, hold: 0 - fear}}
beliefs: {AAA: {fear: 0.8 to 1.2 @assumption}}
questions:
  go: {text: "?", event: "AAA in [press]", by: 2025-12, resolution: x}
  wins: {text: "?", event: vote.challenger > 0, by: 2024-11, resolution: x}
""")
OUTCOMES = "occasions.vote.chance.challenger"


def case(change: dict[str, Any] | None = None, **sections: Any) -> str:
    """The case with another `vote`, or other sections."""
    data = {**copy.deepcopy(CASE), **sections}
    if change is not None:
        data["occasions"]["vote"] |= change
    return yaml.safe_dump(data, sort_keys=False)


def model(change: dict[str, Any] | None = None, **sections: Any) -> Model:
    return build(load_text(case(change, **sections)), Ledger())


@functools.cache
def ran() -> Run:
    return simulate(model(), draws=DRAWS, seed=3, paths="all", precision="double")


def path(run: Run, cell: str) -> np.ndarray:
    """(draw, state) of a stock."""
    return run.stock_paths[:, :, run.model.plan.cells.index(cell)]


def near(share: float, expected: float, count: int = DRAWS) -> bool:
    return abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / count)


def test_an_outcome_comes_once_with_its_chance_at_the_end_of_the_step_of_its_date() -> None:
    run = ran()
    challenger, incumbent, at = path(run, "vote.challenger"), path(run, "vote.incumbent"), run.times.index("2024-11")
    assert not challenger[:, :at].any()
    assert not incumbent[:, :at].any()
    np.testing.assert_array_equal(challenger[:, at:] + incumbent[:, at:], 1.0)
    assert near(float(challenger[:, -1].mean()), 0.3)
    assert near(float(run.answer("wins").__lt__(np.inf).mean()), 0.3)


def test_a_known_outcome_is_the_same_in_every_future() -> None:
    won, at = path(ran(), "primary.won"), ran().times.index("2024-02")
    assert not won[:, :at].any()
    assert won[:, at:].all()


def test_exits_follow_the_exponential_law_and_stop_where_an_outcome_stops_them() -> None:
    run = ran()
    left, challenger = path(run, "exit.left")[:, -1] > 0, path(run, "vote.challenger")[:, -1] > 0
    assert near(float(left[~challenger].mean()), 1 - math.exp(-0.12 * 21 / 12), int((~challenger).sum()))
    assert near(float(left[challenger].mean()), 1 - math.exp(-0.12 * 9 / 12), int(challenger.sum()))


def test_a_shock_that_ends_comes_again_and_is_on_for_the_share_of_its_balance() -> None:
    run = ran()
    large, small = path(run, "shock.large"), path(run, "shock.small")
    on, begins, ends = (large + small)[:, -8:], 1 - math.exp(-0.2), 1 - math.exp(-0.5)
    assert near(float(on[:, -1].mean()), begins / (begins + ends))
    assert near(float((large[:, -1] > 0)[on[:, -1] > 0].mean()), 0.25, int(on[:, -1].sum()))
    assert (np.diff((large + small), axis=1) > 0).sum(axis=1).max() > 1


def test_a_condition_on_an_outcome_brings_the_next_occasion_a_step_later() -> None:
    run, at = ran(), ran().times.index("2024-12")
    np.testing.assert_array_equal(path(run, "calm.comes")[:, at], path(run, "vote.challenger")[:, at - 1])
    assert not path(run, "calm.comes")[:, at - 1].any()


def test_effects_begin_at_their_date_and_change_weights_beliefs_and_mechanisms() -> None:
    run = ran()
    won, p = path(run, "vote.challenger")[:, -1] > 0, run.path_p[:, :, 0, 0]
    december, march = (run.times.index(label) - 1 for label in ("2024-12", "2025-03"))
    odds = {k: np.log(p[:, k] / (1 - p[:, k])) for k in (december, march)}
    fear = path(run, "fear")[:, march]  # as the step begins
    belief = run.parameter_values[:, run.model.plan.index["beliefs.AAA.fear"]]
    np.testing.assert_allclose(odds[march], np.where(won, 0, -2) + 2 * fear * (belief + 0.5 * won), rtol=1e-9)
    fear = path(run, "fear")[:, december]
    np.testing.assert_allclose(odds[december], -2 + 2 * fear * belief, rtol=1e-9)
    assert path(run, "fear")[won, -1].mean() > path(run, "fear")[~won, -1].mean() + 0.1


def test_the_twin_walks_the_same_paths() -> None:
    run = simulate(model(), draws=200, seed=7, paths="all", precision="double")
    agrees(run, twin_of(run))


def test_weeks_give_the_same_shares_as_months() -> None:
    occasions = copy.deepcopy(CASE["occasions"])
    occasions["vote"]["outcomes"]["challenger"]["effects"] = {"occasions.exit.numbers.rate": "x 0"}
    week = model(
        step="week",
        start="2024-01-07",
        end="2025-12-28",
        as_of="2024-03-31",
        occasions=occasions,
        choices={},
        beliefs={},
        questions={},
    )
    run = simulate(week, draws=DRAWS, seed=3, paths="all", precision="double")
    won, left = path(run, "vote.challenger")[:, -1] > 0, path(run, "exit.left")[:, -1] > 0
    assert near(float(won.mean()), 0.3)
    months = 7 * 91 / (365.25 / 12)  # from the end of March 2024 to that of December 2025
    assert near(float(left[~won].mean()), 1 - math.exp(-0.12 * months / 12), int((~won).sum()))


def test_an_outcome_whose_chance_is_set_to_1_comes_in_every_future() -> None:
    run = simulate(build(load_document(load_text(case()).document, None, "", {OUTCOMES: 1}), Ledger()), draws=64)
    assert path(run, "vote.challenger")[:, -1].all()
    assert [str(item) for item in run.interventions] == [f"{OUTCOMES} = 1 from 2024-04 on"]


def test_a_variant_that_sets_a_chance_is_run_by_the_program_of_the_base() -> None:
    wins = {"text": "the challenger wins", "change": {"occasions": {"vote": {"chance": {"challenger": 1}}}}}
    base = model(variants={"wins": wins})
    ((name, table),) = parameter_variants(base)
    assert name == "wins"
    assert table.a[base.plan.index[OUTCOMES]] == 1


def test_a_date_before_as_of_needs_an_outcome_and_one_after_it_is_drawn_all_the_same() -> None:
    known = model({"outcome": "challenger"})
    assert known.plan.parameters[known.plan.index[OUTCOMES]].belief.numbers == (0.3,)
    later = build(load_text(case({"outcome": "challenger"}, as_of="2024-11", questions={})), Ledger())
    assert later.plan.parameters[later.plan.index[OUTCOMES]].belief.numbers == (1.0,)
    with pytest.raises(ScenarioError, match="no `outcome` says"):
        load_text(case(as_of="2024-11", questions={}))


@pytest.mark.parametrize(
    ("change", "path", "what"),
    [
        ({"outcome": "draw"}, "occasions.vote.outcome", "`draw`"),
        ({"chance": {"draw": 0.5}}, "occasions.vote.chance.draw", "`draw`"),
        ({"chance": {"challenger": 1.3}}, "occasions.vote.chance.challenger", "out of range"),
        ({"chance": {"challenger": "30 %/year"}}, "occasions.vote.chance.challenger", "`%/year`"),
        ({"rate": "3 person"}, "occasions.vote.rate", "`person`"),
        ({"when": "anger > 1"}, "occasions.vote.when", "`anger`"),
        (
            {"outcomes": {"challenger": {"effects": {"dread.level": 1}}}},
            "occasions.vote.outcomes.challenger",
            "`dread.level`",
        ),
        (
            {"outcomes": {"challenger": {"effects": {"stocks.fear.initial": 1}}}},
            "occasions.vote.outcomes",
            "unknown parameter",
        ),
        ({"outcomes": {"challenger": {"effects": {"dread.mean": "x a"}}}}, "occasions.vote.outcomes", "`a`"),
        ({"outcomes": {}}, "occasions.vote.outcomes", ""),
    ],
)
def test_errors_name_the_place_and_what_is_wrong(change: dict[str, Any], path: str, what: str) -> None:
    with pytest.raises((ScenarioError, ModelError)) as caught:
        model(change)
    first = caught.value.problems[0]
    assert (first.path.startswith(path), what in first.what, first.where != "") == (True, True, True)


def test_an_occasion_needs_a_name_of_its_own() -> None:
    taken = {"fear": CASE["occasions"]["exit"], "AAA": CASE["occasions"]["exit"], "dread": CASE["occasions"]["exit"]}
    with pytest.raises(ScenarioError) as caught:
        load_text(case(occasions=taken, questions={}))
    assert sum("is a stock, a choice or a mechanism" in problem.what for problem in caught.value.problems) == 3


def test_outcomes_without_a_chance_share_what_is_left_and_those_of_too_large_chances_are_scaled_down() -> None:
    few = {"chance": {"incumbent": 0.6}, "outcomes": {"incumbent": None, "challenger": None, "third": None}}
    many = {"chance": {"incumbent": 0.9, "challenger": 0.3}, "outcomes": {"incumbent": None, "challenger": None}}
    for change, expected in ((few, (0.6, 0.2)), (many, (0.75, 0.25))):
        run = simulate(model(change, choices={}, beliefs={}, questions={}), draws=DRAWS, seed=3)
        won = (
            run.mean[:, run.model.plan.cells.index("vote.incumbent")][-1],
            run.mean[-1, run.model.plan.cells.index("vote.challenger")],
        )
        assert [near(float(share), wanted) for share, wanted in zip(won, expected, strict=True)] == [True, True]


def test_it_is_shown_among_the_processes_and_named_in_its_own_words() -> None:
    plan = model().plan
    assert labels.stock(plan, "vote.challenger").endswith("the challenger wins")
    assert labels.stock(plan, "exit.left") == "Exit: left"
    assert labels.parameter(plan, OUTCOMES).startswith("chance, challenger of")
    rows = {row["name"]: row for row in describe.case(plan)["mechanisms"]}
    assert rows["vote"]["when"] == "date > 2024-03 and date >= 2024-11-05"
    assert [row["parameter"] for row in describe.mechanism_sheet(plan, "vote")["parameters"]] == [
        "chance.challenger",
        "end_rate",
    ]


def test_options_change_chances_and_rates_and_a_condition_reads_a_number_that_an_outcome_changes() -> None:
    data = yaml.safe_load(case())
    data["choices"]["AAA"]["options"]["press"] = {"effects": {OUTCOMES: "x 0.5", "occasions.exit.numbers.rate": "x 2"}}
    data["mechanisms"]["dread"] |= {"when": "fear > least", "numbers": {"least": 0}}
    data["occasions"]["vote"]["outcomes"]["challenger"]["effects"]["dread.numbers.least"] = "+ 0.2"
    plan = build(load_text(yaml.safe_dump(data, sort_keys=False)), Ledger()).plan
    targets = [plan.parameters[effect.target].path for effect in plan.choices[0].effects[0]]
    assert targets == [OUTCOMES, "occasions.exit.numbers.rate"]
    assert not [text for text in plan.warnings if "least" in text]
