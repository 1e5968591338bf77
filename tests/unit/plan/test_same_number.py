"""Two parameters that are one number: one draw, one entry in every count, and a change that moves both."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from standoff.analysis.causal.dependencies import owners
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import dump, load_text
from standoff.scenario.interventions import START
from standoff.scenario.load import load_document
from standoff.yaml_reader import dots

CASE = """\
title: one number
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
sources: {smith2001: "Smith, On moods"}
stocks:
  fear: {unit: share, initial: 0.2 @assumption, cap: 1}
  hope: {unit: share, initial: {same_as: stocks.fear.initial}, cap: 1}
  men: {unit: person, initial: 10 @assumption}
mechanisms:
  rise: {use: flow, stock: fear, rate: speed * (1 - fear), numbers: {speed: 2 to 9 %/month @smith2001}}
  lift: {use: flow, stock: hope, rate: pace * (1 - hope), numbers: {pace: {same_as: rise.numbers.speed}}}
  drain: {use: proportional, stock: men, driver: men, rate: {same_as: lift.numbers.pace}}
choices:
  AAA:
    actor: AAA
    options: {wait: {}, rush: {effects: {lift.numbers.pace: x 2 @assumption}}}
    status_quo: wait
    every: 3 months
    rationality: 1 @assumption
    half_life: 0 @assumption
    history: [{since: 2024-01, option: wait}]
    reasons: {taste: {use: expression, weight: 1 to 2 @assumption, value: {rush: fear}}}
levers: {pace: {target: lift.numbers.pace, low: 0, high: 20 %/month}}
questions:
  q: {text: "?", quantity: hope, at: 2024-12, resolution: x}
variants:
  apart: {text: two numbers, change: {mechanisms: {lift: {numbers: {pace: 1 %/month @assumption}}}}}
  other: {text: another speed, change: {mechanisms: {rise: {numbers: {speed: 3 to 4 %/month @assumption}}}}}
"""


def planned(text: str = CASE, variant: str = "") -> Plan:
    loaded = load_text(text)
    return plan(loaded.with_variant(variant) if variant else loaded, Ledger())


def test_it_is_one_parameter_with_several_paths() -> None:
    one = planned()
    names = ("rise.numbers.speed", "lift.numbers.pace", "drain.rate")
    assert len({one.number(name) for name in names}) == 1
    assert [item.path for item in one.parameters if "mechanisms" in item.path] == ["mechanisms.rise.numbers.speed"]
    assert one.initial[0] == one.initial[1] != one.initial[2]
    assert owners(one, one.number("drain.rate")) == {"rise", "lift", "drain"}


def test_a_variant_can_part_them() -> None:
    assert planned().number("drain.rate") == planned().number("rise.numbers.speed")
    apart = planned(variant="apart")
    assert apart.number("drain.rate") == apart.number("lift.numbers.pace") != apart.number("rise.numbers.speed")
    other = planned(variant="other")
    assert other.number("drain.rate") == other.number("rise.numbers.speed")
    assert other.parameter("drain.rate").belief.numbers == (3, 4)


def test_a_written_scenario_reads_back_the_same() -> None:
    scenario = load_text(CASE).scenario
    assert load_text(dump(scenario)).scenario == scenario


def test_one_draw_moves_both_and_so_does_a_value_that_is_set() -> None:
    model = build(load_text(CASE), Ledger())
    run = simulate(model, draws=200, seed=2, paths="all")
    fear, hope = (run.stock_paths[:, :, model.plan.cells.index(cell)] for cell in ("fear", "hope"))
    assert np.array_equal(fear, hope) and fear[:, -1].std() > 0.02
    chosen = run.path_chosen[:, -1, 0]
    speed = run.parameter_values[:, model.plan.number("rise.numbers.speed")]
    men = run.stock_paths[:, :3, model.plan.cells.index("men")]
    assert chosen.any() and not chosen.all()  # the effect on `pace` acts on all three
    assert men[:, 2] / men[:, 1] == pytest.approx(
        np.where(run.path_chosen[:, 1, 0] == 1, 1 + 2 * speed, 1 + speed), rel=1e-5
    )
    row = model.layout.varying.index(model.plan.number("drain.rate"))
    assert model.layout.names[model.layout.varying[row]] == "mechanisms.rise.numbers.speed"
    assert sum("mechanisms" in model.layout.names[i] for i in model.layout.varying) == 1


@pytest.mark.parametrize("name", ["rise.numbers.speed", "lift.numbers.pace", "drain.rate", "pace"])
@pytest.mark.parametrize("since", ["as_of", START])
def test_each_of_its_names_sets_it(name: str, since: str) -> None:
    loaded = load_text(CASE)
    changed = plan(load_document(loaded.document, None, "", {name: "7 %/month @assumption"}, since), Ledger())
    assert len({changed.number(path) for path in ("rise.numbers.speed", "lift.numbers.pace", "drain.rate")}) == 1
    value = changed.parameters[changed.in_force(changed.number("drain.rate"))]
    assert value.belief.numbers[0] * value.factor == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (
            ("mechanisms", "lift", "numbers", "pace"),
            {"same_as": "rise.numbers.sped"},
            "did you mean `rise.numbers.speed`?",
        ),
        (("mechanisms", "lift", "numbers", "pace"), {"same_as": "drain.rate"}, "no number that stands before this one"),
        (("mechanisms", "lift", "numbers", "pace"), {"same_as": "lift.numbers.pace"}, "the same as itself"),
        (("mechanisms", "lift", "numbers", "pace"), {"same_as": "rise.numbers.speed", "unit": "1"}, "alone"),
        (("mechanisms", "drain", "rate"), {"same_as": "stocks.men.initial"}, "where a unit of `1/month` is needed"),
        (("stocks", "men", "initial"), {"same_as": "stocks.fear.initial"}, "where a unit of `person` is needed"),
        (("choices", "AAA", "rationality"), {"same_as": "stocks.fear.initial"}, "is read once"),
        (
            ("questions", "q", "base_rate"),
            {"value": {"same_as": "stocks.fear.initial"}, "text": "x"},
            "no meaning here",
        ),
        (("interventions",), {"drain.rate": {"value": {"same_as": "rise.numbers.speed"}}}, "is no number by itself"),
    ],
)
def test_errors_say_where_and_what(path: tuple[str, ...], value: object, what: str) -> None:
    case = yaml.safe_load(CASE)
    node = case
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises((ModelError, ScenarioError)) as caught:
        planned(yaml.safe_dump(case, sort_keys=False, width=300))
    found = [problem for problem in caught.value.problems if what in str(problem)]
    assert found and found[0].where.startswith("scenario:") and found[0].path.startswith(dots(path[:2])[:10]), (
        caught.value
    )


def test_bounds_are_those_of_both() -> None:
    case = yaml.safe_load(CASE)
    case["mechanisms"]["sway"] = {
        "use": "mean_reversion",
        "stock": "men",
        "mean": "5 person @assumption",
        "speed": {"same_as": "rise.numbers.speed"},
        "volatility": "1 person @assumption",
    }
    good = planned(yaml.safe_dump(case, sort_keys=False))
    assert good.parameter("sway.speed").low == 0.0  # that of `speed`; a number of a flow has none
    case["mechanisms"]["rise"]["numbers"]["speed"] = "-3 to -1 %/month @assumption"
    with pytest.raises(ModelError, match="out of the range of this number"):
        planned(yaml.safe_dump(case, sort_keys=False))
