"""Limits of options in the words of the case."""

from standoff.analysis.option_limits import option_limit
from standoff.engine.build import build
from standoff.scenario import load_text
from tests.unit.scenario.test_option_checks import bounded, text


def test_options_have_their_texts() -> None:
    scenario = text(bounded("down: 1"), arms="{when: fear > 0.2}", trade="{text: sell to all}")
    scenario = scenario.replace("unit: share,", "unit: share, text: how afraid it is,")
    limit = option_limit(build(load_text(scenario)).plan, "AAA", "arms")
    assert "“how afraid it is” > 0.2" in limit and "“sell to all”" in limit and "trade" not in limit
