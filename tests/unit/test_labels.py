"""Names of parameters in words: every parameter of a case has one, and says whose it is."""

from __future__ import annotations

import pytest

from standoff import catalog, labels
from standoff.plan import Plan, plan


@pytest.fixture(scope="module")
def flagship() -> Plan:
    """The plan of the largest case, which has every kind of parameter."""
    return plan(*catalog.load("china-russia"))


def test_every_parameter_of_every_case_has_a_name_in_words(flagship: Plan) -> None:
    cases = [flagship, *(plan(*catalog.load(slug)) for slug in ("closed-form", "july-1914", "suez-1956"))]
    for case in cases:
        for item in case.parameters:
            name = labels.parameter(case, item.path)
            assert name != item.path, item.path
            assert name != labels.humanise(item.path), item.path
            assert "_" not in name.replace(item.path, ""), name


def test_a_weight_names_its_reason_and_its_actor(flagship: Plan) -> None:
    for choice in flagship.choices:
        for reason in choice.reasons:
            name = labels.parameter(flagship, flagship.parameters[reason.weight].path)
            assert labels.reason_of(flagship, choice.name, reason.name) in name
            assert labels.actor(flagship, choice.actor) in name


def test_what_nobody_has_stated_has_the_word_of_the_field_beside_it(flagship: Plan) -> None:
    assert labels.reason_of(flagship, "CHN", "unstated").endswith(labels.CONSTANT)
    assert not labels.reason_of(flagship, "CHN", "peace").endswith(labels.CONSTANT)


def test_members_are_named_by_their_texts(flagship: Plan) -> None:
    text = labels.option(flagship, "CHN", "arms")
    assert text in labels.parameter(flagship, "choices.CHN.reasons.technology.exposure.arms")
    effect = labels.parameter(flagship, "choices.CHN.options.arms.effects.china_aid.shells.CHN")
    assert text in effect
    assert labels.parameter(flagship, "mechanisms.china_aid.shells.CHN") in effect


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("choices.USA.aid", "United States"),
        ("choices.CHN.rationality", "China"),
        ("stocks.troops.RUS", "Russia"),
        ("stocks.pressure.initial.CHN", "China"),
        ("observations.losses.UKR.scale", "Ukraine"),
        ("beliefs.CHN.troops.RUS", "Russia"),
        ("mechanisms.attrition.kill_rate.RUS", "Russia"),
        ("mechanisms.attrition", "attrition"),
    ],
)
def test_paths_of_other_kinds_name_whom_they_belong_to(flagship: Plan, path: str, words: str) -> None:
    assert words in labels.parameter(flagship, path)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("mechanisms.oil.mean", "long-run mean of oil price"),
        ("mechanisms.oil.speed", "speed of return of oil price to its mean"),
        ("mechanisms.pacific.volatility", "volatility of tension"),
        ("mechanisms.attrition.tempo_sd", "standard deviation of tempo (attrition)"),
        ("choices.CHN.options.arms.effects.camp.push", "outside pressure on cohesion"),
    ],
)
def test_a_mechanism_that_moves_one_stock_names_its_parameters_by_it(flagship: Plan, path: str, words: str) -> None:
    assert labels.parameter(flagship, path).endswith(words)


def test_two_mechanisms_that_move_one_stock_are_told_apart() -> None:
    loaded, ledger = catalog.load("closed-form")
    stock = loaded.scenario.mechanisms["levelling"].params["stock"]
    twice = loaded.over({"mechanisms": {"gusts": {"stock": stock}}})
    case = plan(twice, ledger)
    names = {labels.parameter(case, f"mechanisms.{name}.mean") for name in ("gusts", "levelling")}
    assert len(names) == 2 and all(labels.held_stock(case, stock) in name for name in names)


@pytest.mark.parametrize("path", ["chance", "all other numbers", "choices.NOBODY.rationality", "questions.none"])
def test_what_the_plan_does_not_know_is_returned_in_its_own_words(flagship: Plan, path: str) -> None:
    assert labels.parameter(flagship, path) == path


def test_a_question_is_named_by_its_text(flagship: Plan) -> None:
    query = flagship.questions[0]
    assert query.question.text in labels.parameter(flagship, f"questions.{query.id}")
