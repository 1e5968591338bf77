"""Restrictions of options in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from standoff import beliefs
from standoff.errors import join_limited
from standoff.scenario.language import Choice
from standoff.scenario.option_checks import lower_options, origins

NAME = re.compile(r"[^\W\d][\w.]*")  #: a name in an expression


def restriction(
    choice: Choice,
    option: str,
    texts: Mapping[str, str] = MappingProxyType({}),
    stocks: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The restrictions of an option, such as `only while fear > 0.5`; empty without any.

    texts, stocks: words for options and for stocks, instead of their names
    """
    spec, when = choice.options[option], choice.condition(option)
    parts = (
        f"only while {_condition(choice, when, stocks)}" if when else "",
        _ways(choice, option, texts),
        f"for at least {spec.lasts}" if spec.lasts else "",
        "once in force never left" if spec.irreversible else "",
    )
    return ", ".join(filter(None, parts))


def _condition(choice: Choice, text: str, stocks: Mapping[str, str]) -> str:
    """A condition without its sources, with the values of the numbers that it names."""
    text = beliefs.split_sources(text)[0]
    numbers = [name for name in dict.fromkeys(NAME.findall(text)) if name in choice.numbers]
    values = join_limited(f"{name}: {replace(choice.numbers[name], sources=())}" for name in numbers)
    text = NAME.sub(lambda match: match[0] if match[0] in choice.numbers else stocks.get(match[0], match[0]), text)
    return f"{text} ({values})" if values else text


def _ways(choice: Choice, option: str, texts: Mapping[str, str]) -> str:
    """From which options it can be chosen, without those that are never left; empty if from all."""
    lower = lower_options(choice).get(option, "")
    if choice.ladder.is_plain or option not in choice.ladder.options:
        return f"only from {texts.get(lower, lower)}, from itself or from above" if lower else ""
    every = origins(choice, option)
    ways = [origin for origin in every if not choice.options[origin].irreversible]
    left = [origin for origin in choice.options if origin != option and not choice.options[origin].irreversible]
    if len(every) == len(choice.options) - 1 or (ways and ways == left):
        return ""
    if not ways:
        return "only where it is in force already"
    return f"only from {join_limited(texts.get(origin, origin) for origin in ways)} or itself"
