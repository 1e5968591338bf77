"""Explain an option that a command does not have: its new name, the nearest, who has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from standoff.errors import did_you_mean, join_limited

#: options that became commands: command and option -> how it is written now
COMMANDS_OF = {
    "explain --choice": "standoff explain choice CASE CHOICE --at MONTH",
    "explain --question": "standoff explain CASE QUESTION",
    "explain --stock": "standoff explain stock CASE STOCK",
    "fit --calibrate": "python -m benchmarks.calibrate CASE",
    "fit --explain": "standoff fit explain CASE FILE",
    "fit --theories": "standoff fit theories CASE",
    "sensitivity --sources": "standoff sensitivity sources CASE",
}


def explain_option(error: Any, commands: Mapping[str, Any]) -> None:
    """Complete the message of typer's `NoSuchOption`, in place; other errors stay as they are.

    commands: all commands by name
    """
    name = getattr(error, "option_name", None)
    if name is None or error.ctx is None:
        return
    error.possibilities = None
    if now := COMMANDS_OF.get(f"{error.ctx.command.name} {name}"):
        error.message += f"; it is `{now}` now"
        return
    nearest = did_you_mean(name.lstrip("-"), [option.lstrip("-") for option in _options(error.ctx.command)])
    others = [f"`{command}`" for command, item in _flat(commands) if name in _options(item)]
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
