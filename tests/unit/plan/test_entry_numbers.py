"""Numbers of conditions and values: parameters with paths, units and words; each mistake has its line."""

from __future__ import annotations

import pytest

from standoff import expression, labels
from standoff.analysis.provenance import assumptions_behind
from standoff.errors import ModelError, ScenarioError
from standoff.json_schema import schema
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import dump, load_text

TEXT = """\
title: numbers of conditions
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: Aland}, BBB: {name: Borland}}
sources: {smith2001: "Smith, On alarm"}
stocks:
  fear: {unit: share, initial: 0.2 to 0.4 @assumption, cap: 1}
  men: {unit: thousand person, initial: 10 @assumption}
mechanisms:
  rise: {use: mean_reversion, stock: fear, mean: 0.6, speed: 0.2 1/month, volatility: 0.1, sources: assumption}
  drill:
    use: mean_reversion
    when: fear > spark
    numbers: {spark: 30 to 50 % @smith2001}
    stock: men
    mean: 20 thousand person
    speed: 0.2 1/month
    volatility: 0 thousand person
    sources: assumption
  drain:
    use: flow
    when: men > least
    stock: men
    rate: -pace * men
    numbers: {least: 1 to 2 thousand person, pace: 2 to 3 %/month}
    sources: assumption
choices:
  AAA:
    actor: AAA
    text: what Aland does
    options:
      hold: {text: wait}
      strike: {text: march, when: fear > alarm and men > crowd, effects: {drill.numbers.spark: x 0.5 @assumption}}
    status_quo: hold
    every: 1 month
    when: fear > calm
    numbers:
      alarm: {same_as: drill.numbers.spark}
      calm: prior(killed_share)
      crowd: 5 to 9 thousand person
      gain: 1 to 2 @smith2001
    rationality: 1
    half_life: 0
    history: [{since: 2024-01, option: hold}]
    reasons: {prize: {use: expression, text: the land, weight: 1, value: {strike: gain * fear}}}
    sources: assumption
  BBB:
    actor: BBB
    options: {rest: , watch: }
    status_quo: rest
    every: 1 month
    rationality: 1
    half_life: 0
    history: [{since: 2024-01, option: rest}]
    reasons: {taste: {use: expression, weight: 1, value: {watch: fear}}}
    sources: assumption
beliefs:
  BBB: {choices.AAA.numbers.gain: 2 @assumption}
correlations: [{between: [choices.AAA.numbers.crowd, drain.numbers.pace], value: 0.5, sources: assumption}]
levers: {crowd: {target: choices.AAA.numbers.crowd, low: 1, high: 20 thousand person}}
questions:
  strike: {text: strike?, event: "AAA in [strike]", by: 2024-12, resolution: x}
variants:
  wary: {text: Aland is wary, change: {choices: {AAA: {numbers: {crowd: 7 to 8 thousand person}}}}}
"""
OWN = "choices.AAA.numbers"


def planned(text: str = TEXT, variant: str = "") -> Plan:
    loaded = load_text(text, "case.yaml")
    return plan(loaded.with_variant(variant) if variant else loaded, Ledger())


def test_each_is_a_parameter_with_unit_bounds_and_sources() -> None:
    case = planned()
    assert len(case.correlations) == 1
    crowd = case.parameter(f"{OWN}.crowd")
    assert (crowd.factor, crowd.unit) == (1000.0, "person")
    assert case.parameter("drill.numbers.spark").belief.sources == ("smith2001",)
    assert case.number(f"{OWN}.alarm") == case.number("drill.numbers.spark")  # one number
    assert case.parameter(f"{OWN}.calm").belief.origin == "prior(killed_share)"
    assert case.choices[0].numbers.keys() == {"alarm", "calm", "crowd", "gain"}


def test_conditions_name_them_by_path_and_stocks_by_name() -> None:
    case = planned()
    drill, drain = case.mechanisms[1:]
    assert drill.when is not None and drain.when is not None
    assert expression.stock_names(drill.when) == ("fear",)
    assert expression.parameter_paths(drill.when) == ("mechanisms.drill.numbers.spark",)
    assert expression.parameter_paths(drain.when) == ("mechanisms.drain.numbers.least",)
    assert drain.numbers.keys() == {"least", "pace"}
    paths = ["drill.numbers.spark", "drain.numbers.least", f"{OWN}.calm", f"{OWN}.crowd"]
    assert set(case.condition_numbers.values()) == set(map(case.number, paths))
    assert case.choices[0].effects[1][0].target == case.number("drill.numbers.spark")


def test_a_value_names_them_too_and_another_actor_may_perceive_them_otherwise() -> None:
    case = planned()
    (reason,) = case.choices[0].reasons
    assert dict(reason.part.numbers) == {"gain": case.number(f"{OWN}.gain")}
    assert reason.part.reads == ("fear",)
    assert case.number(f"{OWN}.gain") in case.views["BBB"]["BBB"].parameter_index


def test_a_scenario_that_is_written_and_read_again_has_the_same_numbers() -> None:
    case = planned()
    again = plan(load_text(dump(case.scenario)), Ledger())
    assert again.parameters == case.parameters and again.condition_numbers == case.condition_numbers


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("mechanisms.drill.numbers.spark", "spark, a number in the condition of drill"),
        ("mechanisms.drain.numbers.least", "least, a number in the condition of drain"),
        ("mechanisms.drain.numbers.pace", "pace (drain)"),
        (f"{OWN}.calm", "calm, a number in the condition of “what Aland does” for Aland"),
        (f"{OWN}.crowd", "crowd, a number in the condition of “march” for Aland"),
        (f"{OWN}.gain", "gain, a number in “the land” for Aland"),
    ],
)
def test_labels_say_where_a_number_stands(path: str, words: str) -> None:
    assert labels.parameter(planned(), path) == words


def test_an_answer_rests_on_the_numbers_of_its_choice() -> None:
    case = planned()
    assert f"{OWN}.crowd" in assumptions_behind(case, case.question("strike"))


WRONG = {  # what is replaced, by what: path, words of the message
    "another unit": (
        "fear > alarm and",
        "fear > crowd and",
        "choices.AAA.options.strike.when",
        "do not fit together the number `crowd` (`5 to 9 thousand person`, case.yaml:42) needs no unit, or `%` here",
    ),
    "another unit in a sum": (
        "{strike: gain * fear}",
        "{strike: fear + crowd}",
        "choices.AAA.reasons.prize.value.strike",
        "the number `crowd` (",
    ),
    "no unit": (
        "men > crowd, effects",
        "men > gain, effects",
        "choices.AAA.options.strike.when",
        "the number `gain` (`1 to 2`, case.yaml:43) needs a unit of the kind of `person` here",
    ),
    "one that nothing names": (
        "fear > calm",
        "fear > 0.1",
        f"{OWN}.calm",
        "stands in no condition or value of the choice",
    ),
    "one of a mechanism that nothing names": (
        "    when: fear > spark\n",
        "",
        "mechanisms.drill.numbers.spark",
        "stands in no condition",
    ),
    "one of a flow that nothing names": (
        "    when: men > least\n",
        "",
        "mechanisms.drain.numbers.least",
        "is not in `-pace * men`",
    ),
    "the name of a stock": (
        "calm: prior(killed_share)",
        "fear: prior(killed_share)",
        f"{OWN}.fear",
        "`fear` is a stock",
    ),
    "the name of a choice": ("calm: prior(killed_share)", "BBB: 0.1", f"{OWN}.BBB", "`BBB` is a choice"),
    "a word of expressions": ("calm: prior(killed_share)", "max: 0.1", f"{OWN}.max", "is a word of expressions"),
    "no source": (
        "numbers: {spark: 30 to 50 % @smith2001}\n    stock: men\n    mean: 20 thousand person\n"
        "    speed: 0.2 1/month\n    volatility: 0 thousand person\n    sources: assumption\n",
        "numbers: {spark: 30 to 50 %}\n    stock: men\n    mean: 20 thousand person @assumption\n"
        "    speed: 0.2 1/month @assumption\n    volatility: 0 thousand person @assumption\n",
        "mechanisms.drill.numbers.spark",
        "this number has no source",
    ),
    "history": ("calm: prior(killed_share)", "calm: history", f"{OWN}.calm", "is not known about this number"),
    "an option that changes one of a choice": (
        "drill.numbers.spark: x 0.5",
        f"{OWN}.crowd: x 0.5",
        f"choices.AAA.options.strike.effects.{OWN}.crowd",
        "a number of a choice, which no option changes",
    ),
    "a perception of a fact": (
        "choices.AAA.numbers.gain: 2 @assumption",
        "choices.AAA.numbers.crowd: 2 @assumption",
        "beliefs.BBB.choices.AAA.numbers.crowd",
        "read by conditions alone",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_has_its_line(case: str) -> None:
    old, new, path, words = WRONG[case]
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    with pytest.raises(ModelError) as caught:
        planned(text)
    found = {item.path: f"{item.what} {item.fix}" for item in caught.value.problems}
    assert words in found[path], found
    assert all(item.where.startswith("case.yaml:") for item in caught.value.problems)


ALONE = {  # what is replaced, by what: path, words of the only message
    "of a choice": ("fear > calm", "fear > calms", "choices.AAA.when", "`calms` did you mean the number `calm`?"),
    "of a mechanism": (
        "fear > spark",
        "fear > sparkk",
        "mechanisms.drill.when",
        "`sparkk` did you mean the number `spark`?",
    ),
    "of a flow": ("men > least", "men > leastt", "mechanisms.drain.when", "`leastt` did you mean the number `least`?"),
    "of a rate": ("-pace * men", "-pacee * men", "mechanisms.drain.rate", "`pacee` did you mean the number `pace`?"),
    "of a value": (
        "gain * fear}",
        "gainn * fear}",
        "choices.AAA.reasons.prize.value.strike",
        "`gainn` did you mean the number",
    ),
    "a stock": ("fear > calm", "feer > calm", "choices.AAA.when", "`feer` did you mean `fear`?"),
    "the name of a stock": (
        "calm: prior(killed_share)",
        "fear: prior(killed_share)",
        f"{OWN}.fear",
        "`fear` is a stock",
    ),
}


@pytest.mark.parametrize("case", ALONE)
def test_a_misspelt_name_is_one_mistake(case: str) -> None:
    old, new, path, words = ALONE[case]
    assert TEXT.count(old) == 1
    with pytest.raises(ModelError) as caught:
        planned(TEXT.replace(old, new).replace("  BBB: {choices.AAA.numbers.gain: 2 @assumption}\n", "  {}\n"))
    (problem,) = caught.value.problems
    assert problem.path == path and words in f"{problem.what} {problem.fix}"


def test_a_number_of_a_mechanism_with_the_name_of_a_stock_is_one_mistake() -> None:
    text = TEXT.replace("numbers: {spark: 30 to 50 % @smith2001}", "numbers: {men: 30 to 50 % @smith2001}")
    text = text.replace("{same_as: drill.numbers.spark}", "20 %").replace(
        ", effects: {drill.numbers.spark: x 0.5 @assumption}", ""
    )
    with pytest.raises(ModelError) as caught:
        planned(text)
    assert [problem.what for problem in caught.value.problems] == ["`men` is a stock"]


def test_a_number_that_cannot_be_read_has_its_line() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(TEXT.replace("30 to 50 %", "much"), "case.yaml")
    (problem,) = caught.value.problems
    assert problem.path == "mechanisms.drill.numbers.spark" and problem.where == "case.yaml:16"


def test_what_the_bounds_settle_is_a_warning_unless_something_moves_the_number() -> None:
    point = TEXT.replace("{spark: 30 to 50 % @smith2001}", "{spark: 2 @smith2001}")
    moved = planned(point)
    assert not any("drill.when" in item for item in moved.warnings)  # an option halves it
    still = point.replace("effects: {drill.numbers.spark: x 0.5 @assumption}", "lasts: 2 months")
    assert any("mechanisms.drill.when is never true" in item for item in planned(still).warnings)
    lever = "levers: {spark: {target: drill.numbers.spark, low: 0, high: 3}, crowd:"
    set_later = still.replace("levers: {crowd:", lever) + "interventions: {spark: {value: 0.3}}\n"
    assert not any("drill.when" in item for item in planned(set_later).warnings)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("{spark: 30 to 50 %", "{spark: 30 to 130 %", "mechanisms.drill.when"),
        ("calm: prior(killed_share)", "calm: 30 to 130 %", "choices.AAA.when"),
        ("{same_as: drill.numbers.spark}", "30 to 130 %", "choices.AAA.options.strike.when"),
    ],
)
def test_a_range_that_leaves_the_bounds_of_a_stock_is_a_warning(old: str, new: str, where: str) -> None:
    text = TEXT.replace("effects: {drill.numbers.spark: x 0.5 @assumption}", "lasts: 2 months")
    said = "lies above the cap of `fear`"
    assert not any(said in item for item in planned(text).warnings)
    found = [item for item in planned(text.replace(old, new)).warnings if said in item]
    assert any(item.startswith(where) and "30 to 130 %" in item for item in found)


def test_the_schema_has_them_beside_when() -> None:
    defs = schema()["$defs"]
    assert "numbers" in defs["Choice"]["properties"]
    assert "numbers" in defs["mechanism.mean_reversion"]["properties"]
