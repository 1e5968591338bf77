"""An option that a command does not have: its nearest one, and the commands that have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from standoff.errors import did_you_mean, join_limited


def explain_option(error: Any, commands: Mapping[str, Any]) -> None:
    """Complete the message of typer's `NoSuchOption`, in place; other errors stay as they are.

    commands: all commands by name
    """
    name = getattr(error, "option_name", None)
    if name is None or error.ctx is None:
        return
    nearest = did_you_mean(name.lstrip("-"), [option.lstrip("-") for option in _options(error.ctx.command)])
    others = [f"`{command}`" for command, item in _flat(commands) if name in _options(item)]
    error.possibilities = None
    error.message += f"; {nearest.replace('`', '`--', 1)}" if nearest else ""
    error.message += f"; commands with this option: {join_limited(others, 6)}" if others else ""


def _options(command: Any) -> list[str]:
    return [name for item in command.params for name in item.opts if name.startswith("--")]


def _flat(commands: Mapping[str, Any], group: str = "") -> Iterator[tuple[str, Any]]:
    """Commands with their full names, those of groups after them."""
    for name in commands:
        item = commands[name]
        yield f"{group}{name}", item
        yield from _flat(getattr(item, "commands", {}), f"{group}{name} ")
