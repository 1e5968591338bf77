"""What an analyst can get wrong about options that cannot always be chosen, each with its line."""

from __future__ import annotations

import pytest

from standoff.errors import ScenarioError
from standoff.scenario import load_text
from standoff.scenario.option_checks import is_reachable, lower_options

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
LADDER = "    ladder: [none, trade, arms]\n"


def text(more: str = "", history: str = "", **options: str) -> str:
    out = TEXT.replace("MORE", more).replace("HISTORY", history)
    for name in ("none", "trade", "arms"):
        out = out.replace(f"OPTION_{name.upper()}", options.get(name, ""))
    return out


RIGHT = [
    text(LADDER, "{since: 2024-02, option: trade}, {since: 2024-03, option: arms}, {since: 2024-05, option: none}"),
    text(history="{since: 2024-01, option: arms}", arms="{after: trade}"),  # in force from the start
    text(arms="{after: trade, when: fear > 0.2 @assumption, lasts: 3 months, irreversible: true}"),
    text(history="{since: 2024-02, option: trade}, {since: 2024-05, option: none}", trade="{lasts: 3 months}"),
    text("    held: {2024-07: arms, 2024-09: none}\n"),
]
WRONG = {  # the scenario: path, line of that entry, words of the message
    "a rung that is no option": (text("    ladder: [none, trade, army]\n"), "ladder", "ladder:", "unknown option `army`"),
    "one rung": (text("    ladder: [none]\n"), "ladder", "ladder:", "is not a ladder"),
    "a rung twice": (text("    ladder: [none, trade, none]\n"), "ladder", "ladder:", "is not a ladder"),
    "below no option": (text(arms="{after: army}"), "options.arms.after", "arms:", "unknown option `army`"),
    "below itself": (text(arms="{after: arms}"), "options.arms.after", "arms:", "in a circle"),
    "a circle": (text(arms="{after: trade}", trade="{after: arms}"), "options.trade.after", "trade:", "in a circle"),
    "two ladders": (text(LADDER, arms="{after: none}"), "options.arms.after", "arms:", "stands on the ladder"),
    "nothing left": (text(LADDER, none="{when: fear > 0.5}"), "options", "options:", "no option could be chosen"),
    "a way back that is closed": (
        text("    when: fear > 0.1\n", none="{when: fear > 0.5}"), "when", "when: fear > 0.1", "returns to `none`"),
    "a rung skipped": (
        text(LADDER, "{since: 2024-02, option: arms}"), "history[0]", "history:", "can be chosen only after `trade`"),
    "one that was left": (
        text(history="{since: 2024-02, option: trade}, {since: 2024-03, option: none}", trade="{irreversible: true}"),
        "history[1]", "history:", "is irreversible and was left"),
    "one that was left too early": (
        text(history="{since: 2024-02, option: trade}, {since: 2024-03, option: none}", trade="{lasts: 3 months}"),
        "history[1]", "history:", "lasts 3 months and was left for `none` after 1 months"),
    "held in the past": (text("    held: {2024-06: arms}\n"), "held.2024-06", "held:", "is not between as_of"),
    "held after the end": (text("    held: {2025-01: arms}\n"), "held.2025-01", "held:", "is not between as_of"),
    "no such option held": (text("    held: {2024-07: army}\n"), "held.2024-07", "held:", "unknown option `army`"),
    "held and known": (
        text("    held: {2024-07: arms}\n    intervention: {option: arms}\n"), "held", "held:", "has an `intervention` too"),
    "no time": (text(arms="{lasts: long}"), "options.arms.lasts", "arms:", "is not a duration"),
}  # fmt: skip


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
