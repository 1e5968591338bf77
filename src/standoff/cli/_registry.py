"""Registry of commands: each module of the folder declares `COMMAND`; imports are lazy."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from standoff import registry
from standoff.cli._options import Command, HelpGroup, laid_out
from standoff.errors import did_you_mean, join_limited

#: names of functions of commands whose public function has a name of its own
OTHER_NAMES = {
    "list": "list_entries",
    "open": "open_case",
    "explain answer": "attribute_reasons",
    "explain choice": "explain",
    "explain stock": "stock_drivers",
    "fit theories": "theory_evidence",
    "history wars": "history_wars_show",
    "record": "score_record",
    "sensitivity sources": "influential_sources",
}


def function_of(command: str) -> str:
    """The public name of the function of a command, such as `data_get` of `data get`."""
    return OTHER_NAMES.get(command, command.replace("-", "_").replace(" ", "_"))


class CommandFolder(Mapping[str, Any]):
    """The commands of a package by name, `check-consistency` for the module `check_consistency`."""

    def __init__(self, package: str, grouped: bool = False) -> None:
        self.package, self.grouped = package, grouped

    def declared(self, name: str) -> Command:
        """The `COMMAND` of a module; raises `KeyError` for a name that no module has."""
        if name not in list(self):
            raise KeyError(name)
        return registry.module(self.package, name.replace("-", "_")).COMMAND

    def __getitem__(self, name: str) -> Any:
        group, function, parts = self.declared(name)
        panel = str(group) if self.grouped else None
        if isinstance(function, str):
            return _package(function, name, panel)
        command = _function(function, name, panel)
        return CommandWithParts(command, parts) if parts else command

    def __iter__(self) -> Iterator[str]:
        return (name.replace("_", "-") for name in registry.names(self.package))

    def __len__(self) -> int:
        return len(registry.names(self.package))


class CommandGroup(TyperGroup):
    """A group whose commands are the modules of a package."""

    commands: Any

    def list_commands(self, ctx: Any) -> list[str]:
        """Names by help group, then alphabetically; imports every command."""
        folder: CommandFolder = self.commands
        order = list(HelpGroup)
        return sorted(folder, key=lambda name: (order.index(folder.declared(name).group), name))


class CommandWithParts(TyperGroup):
    """A command that has subcommands beside its own arguments: `fit CASE`, `fit theories CASE`."""

    def __init__(self, command: Any, parts: Mapping[str, Callable[..., None]]) -> None:
        panel = command.rich_help_panel
        super().__init__(name=command.name, help=command.help, params=command.params, rich_help_panel=panel)
        self.command, self.commands = command, {name: _function(part, name, None) for name, part in parts.items()}
        command.format_help = self.format_help  # with the subcommands

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the arguments of the command, unless they begin with a subcommand."""
        if args and args[0] in self.commands:
            return super().make_context(info_name, args, parent, **extra)
        return self.command.make_context(info_name, args, parent, **extra)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the subcommand, and leave the rest to it."""
        ctx._protected_args, ctx.args = args[:1], args[1:]
        return ctx.args

    def get_params(self, ctx: Any) -> list[Any]:
        """The arguments and options of the command in its own help text.

        A subcommand has none of them.
        """
        return self.command.get_params(ctx) if ctx.command is self.command else []

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Those of the command: its subcommands are listed below its options."""
        return self.command.collect_usage_pieces(ctx)


def _package(package: str, name: str, panel: str | None) -> Any:
    """The command group of a package, whose docstring is its help text."""
    app = typer.Typer(add_completion=False)
    text = importlib.import_module(package).__doc__
    app.callback(cls=CommandGroup, no_args_is_help=True, rich_help_panel=panel, help=text)(lambda: None)
    command: Any = typer.main.get_command(app)
    command.name, command.commands = name, CommandFolder(package)
    return command


def _function(function: Callable[..., None], name: str, panel: str | None) -> Any:
    app = typer.Typer(add_completion=False)
    app.command(name, rich_help_panel=panel)(laid_out(function))
    return typer.main.get_command(app)


def explain_option(error: Any, commands: Mapping[str, Any]) -> None:
    """Complete the message of typer's `NoSuchOption`, in place; other errors stay as they are.

    commands: all commands by name
    """
    name = getattr(error, "option_name", None)
    if name is None or error.ctx is None:
        return
    error.possibilities = None
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
