"""Restrictions of options in plain words."""

from __future__ import annotations

from standoff import beliefs
from standoff.scenario.language import Choice
from standoff.scenario.option_checks import lower_options


def restriction(choice: Choice, option: str) -> str:
    """The restrictions of an option, such as `only while fear > 0.5`; empty without any."""
    item, lower = choice.options[option], lower_options(choice).get(option, "")
    parts = (
        f"only while {beliefs.split_sources(item.when)[0]}" if item.when else "",
        f"only from {lower} or from above" if lower else "",
        f"for at least {item.lasts}" if item.lasts else "",
        "once in force never left" if item.irreversible else "",
    )
    return ", ".join(filter(None, parts))
