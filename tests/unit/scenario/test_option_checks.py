"""What an analyst can get wrong about options that cannot always be chosen, each with its line."""

from __future__ import annotations

import pytest

from standoff import beliefs, expression
from standoff.errors import ScenarioError
from standoff.scenario import load_text
from standoff.scenario.option_checks import is_reachable, lower_options, origins

TEXT = """
title: one who decides
as_of: 2024-06
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, initial: 0.5, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options:
      none: OPTION_NONE
      trade: OPTION_TRADE
      arms: OPTION_ARMS
    status_quo: none
    every: 1 month
    rationality: 1
    half_life: 0
    history: [HISTORY]
    reasons: {norm: {use: stated_norm, weight: 2, breach: {none: 0, trade: 1, arms: 1}, commitment: 1}}
    sources: assumption
    MORE: later
""".replace("    MORE: later\n", "MORE")
VEN = """  VEN: {actor: AAA, options: {wait: , raid: , occupy: }, status_quo: wait, every: 1 month, rationality: 1, half_life: 0,
        reasons: {norm: {use: stated_norm, weight: 2, breach: {wait: 0, raid: 1, occupy: 1}, commitment: 1}},
        sources: assumption}
"""  #: another choice of the actor, where something responds to it
RESPONDS = "    responds_to: {VEN: {raid: [trade], occupy: [trade, arms]}}\n"
LADDER = "    ladder: [none, trade, arms]\n"


def bounded(bounds: str) -> str:
    return f"    ladder: {{options: [none, trade, arms], {bounds}}}\n"


def text(more: str = "", history: str = "", **options: str) -> str:
    whole = TEXT.replace("  AAA:\n    actor", VEN + "  AAA:\n    actor") if "VEN" in more else TEXT
    out = whole.replace("MORE", more).replace("HISTORY", history)
    for name in ("none", "trade", "arms"):
        out = out.replace(f"OPTION_{name.upper()}", options.get(name, ""))
    return out


RIGHT = [
    text(LADDER, "{since: 2024-02, option: trade}, {since: 2024-03, option: arms}, {since: 2024-05, option: none}"),
    text(history="{since: 2024-01, option: arms}", arms="{after: trade}"),  # in force from the start
    text(arms="{after: trade, when: fear > 0.2 @assumption, lasts: 3 months, irreversible: true}"),
    text(history="{since: 2024-02, option: trade}, {since: 2024-05, option: none}", trade="{lasts: 3 months}"),
    text("    held: {2024-07: arms, 2024-09: none}\n"),
    text(
        bounded("down: 1"),
        "{since: 2024-02, option: trade}, {since: 2024-03, option: arms}, {since: 2024-05, option: trade}",
    ),
    text(bounded("up: 2, down: 0"), "{since: 2024-02, option: arms}"),
    text(bounded("down: 1"), "{since: 2024-01, option: arms}"),  # in force from the start
    text(bounded("down: 0") + "    intervention: {option: none}\n").replace("status_quo: none", "status_quo: trade"),
    text(bounded("down: 0") + "    held: {2024-07: none}\n").replace("status_quo: none", "status_quo: trade"),
]
RIGHT += [text(RESPONDS), text(RESPONDS + LADDER, arms="{when: fear > 0.2 @assumption}")]
WRONG = {  # the scenario: path, line of that entry, words of the message
    "a rung that is no option": (
        text("    ladder: [none, trade, army]\n"),
        "ladder",
        "ladder:",
        "unknown option `army`",
    ),
    "one rung": (text("    ladder: [none]\n"), "ladder", "ladder:", "is not a ladder"),
    "a rung twice": (text("    ladder: [none, trade, none]\n"), "ladder", "ladder:", "is not a ladder"),
    "below no option": (text(arms="{after: army}"), "options.arms.after", "arms:", "unknown option `army`"),
    "below itself": (text(arms="{after: arms}"), "options.arms.after", "arms:", "in a circle"),
    "a circle": (text(arms="{after: trade}", trade="{after: arms}"), "options.trade.after", "trade:", "in a circle"),
    "two ladders": (text(LADDER, arms="{after: none}"), "options.arms.after", "arms:", "stands on the ladder"),
    "nothing left": (text(LADDER, none="{when: fear > 0.5}"), "options", "options:", "no option could be chosen"),
    "a way back that is closed": (
        text("    when: fear > 0.1\n", none="{when: fear > 0.5}"),
        "when",
        "when: fear > 0.1",
        "returns to `none`",
    ),
    "a rung skipped": (
        text(LADDER, "{since: 2024-02, option: arms}"),
        "history[0]",
        "history:",
        "can be chosen only after `trade`",
    ),
    "one that was left": (
        text(history="{since: 2024-02, option: trade}, {since: 2024-03, option: none}", trade="{irreversible: true}"),
        "history[1]",
        "history:",
        "is irreversible and was left",
    ),
    "one that was left too early": (
        text(history="{since: 2024-02, option: trade}, {since: 2024-03, option: none}", trade="{lasts: 3 months}"),
        "history[1]",
        "history:",
        "lasts 3 months and was left for `none` after 1 months",
    ),
    "held in the past": (text("    held: {2024-06: arms}\n"), "held.2024-06", "held:", "is not between as_of"),
    "held after the end": (text("    held: {2025-01: arms}\n"), "held.2025-01", "held:", "is not between as_of"),
    "no such option held": (text("    held: {2024-07: army}\n"), "held.2024-07", "held:", "unknown option `army`"),
    "held and known": (
        text("    held: {2024-07: arms}\n    intervention: {option: arms}\n"),
        "held",
        "held:",
        "has an `intervention` too",
    ),
    "a rung skipped on the way down": (
        text(bounded("down: 1"), "{since: 2024-01, option: arms}, {since: 2024-04, option: none}"),
        "history[1]",
        "history:",
        "allows no more than 1 down at once",
    ),
    "a rung too high": (
        text(bounded("up: 1"), "{since: 2024-02, option: arms}"),
        "history[0]",
        "history:",
        "only after `trade`",
    ),
    "part of a rung": (text(bounded("down: 1.5")), "ladder.down", "ladder:", "1.5"),
    "a bound in words": (text(bounded("down: one")), "ladder.down", "ladder:", "`one`"),
    "a bound below nothing": (text(bounded("down: -1")), "ladder.down", "ladder:", "-1"),
    "a ladder that leads nowhere": (text(bounded("up: 0")), "ladder.up", "ladder:", "0"),
    "another bound": (text(bounded("sideways: 1")), "ladder.sideways", "ladder:", "sideways"),
    "bounds of nothing": (text("    ladder: {down: 1}\n"), "ladder.options", "ladder:", "options"),
    "a rung that nobody comes down to": (
        text(bounded("down: 0")).replace("status_quo: none", "status_quo: trade"),
        "ladder",
        "ladder:",
        "`none` can never be chosen",
    ),
    "a rung with nothing near it": (
        text(bounded("down: 1"), arms="{when: fear > 0.2}", trade="{when: fear > 0.1}"),
        "ladder",
        "ladder:",
        "from `arms` no option could be chosen",
    ),
    "an answer to an unknown choice": (
        text("    responds_to: {VEM: {raid: [arms]}}\n"),
        "responds_to.VEM",
        "responds_to:",
        "unknown choice `VEM`",
    ),
    "an answer to an unknown act": (
        text("    responds_to: {VEN: {raids: [arms]}}\n"),
        "responds_to.VEN.raids",
        "responds_to:",
        "unknown option `raids`",
    ),
    "an unknown answer": (
        text("    responds_to: {VEN: {raid: [army]}}\n"),
        "responds_to.VEN.raid",
        "responds_to:",
        "unknown option `army`",
    ),
    "an answer to an act of the own choice": (
        text("    responds_to: {AAA: {trade: [arms]}}\n"),
        "responds_to.AAA",
        "responds_to:",
        "of its own choice",
    ),
    "an answer to itself": (
        text("    responds_to: {AAA: {arms: [arms]}}\n"),
        "responds_to.AAA",
        "responds_to:",
        "of its own choice",
    ),
    "the status quo as an answer": (
        text("    responds_to: {VEN: {raid: [none, arms]}}\n"),
        "responds_to.VEN.raid",
        "responds_to:",
        "is the `status_quo`",
    ),
    "no time": (text(arms="{lasts: long}"), "options.arms.lasts", "arms:", "is not a duration"),
}


@pytest.mark.parametrize("scenario", RIGHT)
def test_restrictions_that_fit_are_accepted(scenario: str) -> None:
    load_text(scenario)


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_has_its_line(case: str) -> None:
    scenario, path, entry, words = WRONG[case]
    with pytest.raises(ScenarioError) as caught:
        load_text(scenario, "case.yaml")
    problem = next(item for item in caught.value.problems if item.path == f"choices.AAA.{path}")
    line = next(n for n, part in enumerate(scenario.splitlines(), 1) if part.strip().startswith(entry))
    assert words in problem.what and problem.where == f"case.yaml:{line}"


def test_a_rung_is_reached_from_the_one_below_and_from_above() -> None:
    lower = lower_options(load_text(text(LADDER)).scenario.choices["AAA"])
    names = ("none", "trade", "arms")
    reached = [[is_reachable(lower, origin, option) for option in names] for origin in names]
    assert reached == [[True, True, False], [True, True, True], [True, True, True]]


@pytest.mark.parametrize(
    ("bounds", "ways"),
    [
        ("down: 1", [[1, 1, 0], [1, 1, 1], [0, 1, 1]]),
        ("down: 0", [[1, 1, 0], [0, 1, 1], [0, 0, 1]]),
        ("down: 2", [[1, 1, 0], [1, 1, 1], [1, 1, 1]]),
        ("up: 2, down: 1", [[1, 1, 1], [1, 1, 1], [0, 1, 1]]),
        ("up: 1", [[1, 1, 0], [1, 1, 1], [1, 1, 1]]),
    ],
)
def test_a_ladder_bounds_the_steps_up_and_down(bounds: str, ways: list[list[int]]) -> None:
    choice = load_text(text(bounded(bounds))).scenario.choices["AAA"]
    lower, names = lower_options(choice), tuple(choice.options)
    assert [[is_reachable(lower, origin, option, choice.ladder) for option in names] for origin in names] == [
        list(map(bool, row)) for row in ways
    ]


def test_an_option_beside_the_ladder_leads_to_its_lowest_rung_and_is_reached_from_all() -> None:
    scenario = text(bounded("down: 1")).replace("      arms:", "      strike: {after: arms}\n      aside:\n      arms:")
    choice = load_text(scenario).scenario.choices["AAA"]
    assert origins(choice, "none") == ["trade", "aside"]
    assert origins(choice, "aside") == ["none", "trade", "strike", "arms"]
    assert origins(choice, "arms") == ["trade", "strike"]  # one step up, and one step down from what is above it
    assert origins(choice, "strike") == ["arms"]


def test_an_answer_is_open_while_one_of_the_acts_that_it_answers_is_in_force() -> None:
    choice = load_text(text(RESPONDS, arms="{when: fear > 0.2 or fear < 0.1 @assumption @gib}")).scenario.choices["AAA"]
    always, of_trade, of_arms = map(choice.condition, choice.options)
    condition, sources = beliefs.split_sources(of_arms or "")
    assert always is None and of_trade == "VEN in [raid, occupy]" and sources == ("assumption", "gib")
    both = expression.parse("VEN in [occupy] and (fear > 0.2 or fear < 0.1)")
    assert expression.parse(condition) == both
