"""Restrictions in words."""

from standoff.scenario import load_text
from standoff.scenario.option_words import restriction
from tests.unit.scenario.test_option_checks import LADDER, RESPONDS, bounded, text


def test_all_restrictions_of_an_option_are_named() -> None:
    scenario = text(LADDER, arms="{when: fear > 0.2 @assumption, lasts: 3 months, irreversible: true}")
    choice = load_text(scenario).scenario.choices["AAA"]
    words = "only while fear > 0.2, only from trade, from itself or from above, for at least 3 months, once in force never left"
    found = [restriction(choice, option) for option in choice.options]
    assert found[0] == "" and "from none" in found[1] and found[2] == words


def test_a_bounded_ladder_names_the_options_before() -> None:
    choice = load_text(text(bounded("down: 1"))).scenario.choices["AAA"]
    words = ["only from trade or itself", "", "only from trade or itself"]
    assert [restriction(choice, option) for option in choice.options] == words
    one_way = load_text(text(bounded("down: 0"))).scenario.choices["AAA"]
    words = ["only where it is in force already", "only from none or itself", "only from trade or itself"]
    assert [restriction(one_way, option) for option in one_way.options] == words


def test_an_origin_that_is_never_left_is_not_named() -> None:
    scenario = text(bounded("down: 1"), arms="{irreversible: true}")
    choice = load_text(scenario).scenario.choices["AAA"]
    above = choice.ladder.options[-2]
    assert choice.options[choice.ladder.options[-1]].irreversible
    assert choice.ladder.options[-1] not in restriction(choice, above)


def test_words_stand_for_names_of_options_and_stocks() -> None:
    choice = load_text(text(bounded("down: 1"), arms="{when: fear > 0.2}")).scenario.choices["AAA"]
    words = restriction(choice, "arms", {"trade": "“sell”"}, {"fear": "how afraid it is"})
    assert "how afraid it is > 0.2" in words and "“sell”" in words and "trade" not in words


def test_a_condition_has_the_values_of_its_numbers() -> None:
    numbers = "    numbers: {alarm: 30 to 50 % @assumption, calm: 10 %}\n"
    choice = load_text(text(numbers, arms="{when: fear > alarm and fear < 2 * alarm}")).scenario.choices["AAA"]
    words = "only while fear > alarm and fear < 2 * alarm (alarm: 30 to 50 %)"
    assert restriction(choice, "arms") == words


def test_acts_that_an_option_answers_are_named() -> None:
    choice = load_text(text(RESPONDS)).scenario.choices["AAA"]
    assert "VEN in [raid, occupy]" in restriction(choice, "trade") and "raid" not in restriction(choice, "arms")
