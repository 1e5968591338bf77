"""Restrictions of options in plain words."""

from __future__ import annotations

import re
from dataclasses import replace

from standoff import beliefs
from standoff.errors import join_limited
from standoff.scenario.language import Choice
from standoff.scenario.option_checks import lower_options, origins

NAME = re.compile(r"[^\W\d][\w.]*")  #: a name in an expression


def restriction(choice: Choice, option: str) -> str:
    """The restrictions of an option, such as `only while fear > 0.5`; empty without any."""
    item = choice.options[option]
    parts = (
        f"only while {_condition(choice, item.when)}" if item.when else "",
        _ways(choice, option),
        f"for at least {item.lasts}" if item.lasts else "",
        "once in force never left" if item.irreversible else "",
    )
    return ", ".join(filter(None, parts))


def _condition(choice: Choice, text: str) -> str:
    """A condition without its sources, with the values of the numbers that it names."""
    text = beliefs.split_sources(text)[0]
    named = [name for name in dict.fromkeys(NAME.findall(text)) if name in choice.numbers]
    values = join_limited(f"{name}: {replace(choice.numbers[name], sources=())}" for name in named)
    return f"{text} ({values})" if values else text


def _ways(choice: Choice, option: str) -> str:
    """From which options it can be chosen; empty if from all."""
    lower = lower_options(choice).get(option, "")
    if choice.ladder.is_plain or option not in choice.ladder.options:
        return f"only from {lower}, from itself or from above" if lower else ""
    ways = origins(choice, option)
    if len(ways) == len(choice.options) - 1:
        return ""
    return f"only from {join_limited(ways)} or itself" if ways else "only where it is in force already"
