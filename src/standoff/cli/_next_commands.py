"""The commands that a command names at its end."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

NEXT_LINE = 110  #: characters of commands in one line, for a screen of 120
OF_CASE = (
    "variant",
    "changes",
    "since",
    "held",
    "draws",
    "seed",
    "posterior",
    "fitted",
)  #: options that say what is simulated


def next_commands(context: typer.Context, *names: str) -> str:
    """What to do next: other commands on the same case, in one line if it fits."""
    commands = [same_case(context, name) for name in names]
    line = " · ".join(commands)
    return "next: " + (line if len(line) <= NEXT_LINE else "\n      ".join(commands))


def same_case(context: typer.Context, name: str) -> str:
    """Another command on this case, with the options given here that say what is simulated."""
    group: Any = context.find_root().command
    taken = {item.name for item in group.get_command(context, name).params}
    words = ["standoff", name, context.params["case"]]
    for item in context.command.params:
        source = context.get_parameter_source(item.name or "")
        if item.name not in OF_CASE or item.name not in taken or source is None or source.name != "COMMANDLINE":
            continue
        value = context.params[item.name]
        if value is True:
            words.append(item.opts[0])
        else:
            words += [
                text for one in (value if isinstance(value, list) else [value]) for text in (item.opts[0], f"{one}")
            ]
    return shlex.join(words)
