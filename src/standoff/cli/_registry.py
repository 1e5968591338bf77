"""Registry of commands: each module of the folder declares `COMMAND`; imports are lazy."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from standoff import registry

#: names of functions of commands that Python itself has a function for
OTHER_NAMES = {"list": "list_entries", "open": "open_case"}


class HelpGroup(StrEnum):
    """Headings of `standoff --help`, in their order."""

    inspect = "Inspect and write scenarios"
    simulate = "Simulate"
    analyse = "Analyse answers, choices and games"
    evidence = "Evidence: claims and data"
    evaluate = "Evaluate forecasts"
    text = "Read and audit texts"


def function_of(command: str) -> str:
    """The public name of the function of a command, such as `data_get` of `data get`."""
    return OTHER_NAMES.get(command, command.replace("-", "_").replace(" ", "_"))


class Command(NamedTuple):
    """A command: its help group, and its function or the package of its subcommands."""

    group: HelpGroup
    function: Callable[..., None] | str


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
        group, function = self.declared(name)
        panel = str(group) if self.grouped else None
        return _package(function, name, panel) if isinstance(function, str) else _function(function, name, panel)

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
    app.command(name, rich_help_panel=panel)(function)
    return typer.main.get_command(app)
