"""Restrictions of options in plain words."""

from __future__ import annotations

from standoff import beliefs
from standoff.errors import join_limited
from standoff.scenario.language import Choice
from standoff.scenario.option_checks import lower_options, origins


def restriction(choice: Choice, option: str) -> str:
    """The restrictions of an option, such as `only while fear > 0.5`; empty without any."""
    item = choice.options[option]
    parts = (
        f"only while {beliefs.split_sources(item.when)[0]}" if item.when else "",
        _ways(choice, option),
        f"for at least {item.lasts}" if item.lasts else "",
        "once in force never left" if item.irreversible else "",
    )
    return ", ".join(filter(None, parts))


def _ways(choice: Choice, option: str) -> str:
    """From which options it can be chosen; empty if from all."""
    lower = lower_options(choice).get(option, "")
    if choice.ladder.is_plain or option not in choice.ladder.options:
        return f"only from {lower} or from above" if lower else ""
    ways = origins(choice, option)
    if len(ways) == len(choice.options) - 1:
        return ""
    return f"only from {join_limited(ways)}" if ways else "only where it is in force already"
