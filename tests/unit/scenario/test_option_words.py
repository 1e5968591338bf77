"""Restrictions in words."""

from standoff.scenario import load_text
from standoff.scenario.option_words import restriction
from tests.unit.scenario.test_option_checks import LADDER, text


def test_all_restrictions_of_an_option_are_named() -> None:
    scenario = text(LADDER, arms="{when: fear > 0.2 @assumption, lasts: 3 months, irreversible: true}")
    choice = load_text(scenario).scenario.choices["AAA"]
    words = "only while fear > 0.2, only from trade or from above, for at least 3 months, once in force never left"
    found = [restriction(choice, option) for option in choice.options]
    assert found[0] == "" and "from none" in found[1] and found[2] == words
