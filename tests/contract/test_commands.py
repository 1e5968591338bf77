"""A command is one file in `standoff/cli/`, and a function of the package."""

from __future__ import annotations

import builtins
import inspect
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from tests.contract.entries import added
from typer.testing import CliRunner

import standoff
from standoff import cli, registry
from standoff.cli._options import Bundle, HelpGroup, laid_out
from standoff.cli._registry import OTHER_NAMES, CommandFolder, function_of

HOME = Path(cli.__file__).parent
WAVE = '''"""`standoff wave`: a greeting."""
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def wave(to: Annotated[str, typer.Argument(help="Whom to greet.")], as_json: options.Json = False) -> None:
    """Greet somebody."""
    options.Printed(as_json=as_json).show({"to": to}, f"hello {to}")


COMMAND = Command(HelpGroup.simulate, wave)
'''


def test_a_new_command_is_one_file(tmp_path: Path) -> None:
    with added("standoff.cli", tmp_path, "wave_to", WAVE):
        assert CliRunner().invoke(cli.app, ["wave-to", "you"]).stdout == "hello you\n"
        assert "Greet somebody." in CliRunner().invoke(cli.app, ["--help"]).stdout
    assert CliRunner().invoke(cli.app, ["wave-to", "you"]).exit_code == 2


def test_no_other_file_lists_the_commands() -> None:
    names = [
        name for name in registry.names("standoff.cli") if "_" in name or name in {"exhaustion", "hindcast", "voi"}
    ]
    for file in (HOME / "__init__.py", HOME / "_registry.py", HOME / "_options.py"):
        for name in names:
            assert not re.search(rf"[\"'](?:{name}|{name.replace('_', '-')})[\"']", file.read_text()), (file.name, name)


def test_a_command_is_imported_only_when_it_is_needed() -> None:
    code = "import sys; from standoff.cli import app\ntry: app(['schema'])\nexcept SystemExit: pass\n"
    code += "print(sorted(m for m in sys.modules if m.startswith('standoff.cli.')), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    modules = set(eval(done.stderr.strip().splitlines()[-1]))
    assert {name for name in modules if not name.startswith("standoff.cli._")} == {"standoff.cli.schema"}


def test_every_command_has_a_help_group_and_a_help_text() -> None:
    folder = CommandFolder("standoff.cli", grouped=True)
    assert {folder.declared(name).group for name in folder} == set(HelpGroup)
    for name in folder:
        first = (folder[name].help or "").partition("\n\n")[0]
        assert re.match(r"[A-Z]\w+ ", first) and len(first) < 130, name
        assert folder[name].rich_help_panel == folder.declared(name).group


def commands() -> list[str]:
    """Every command with its group, such as `data get`."""
    root = CommandFolder("standoff.cli")
    groups = {name: function for name in root if isinstance(function := root.declared(name).function, str)}
    return [
        *(name for name in root if name not in groups),
        *(f"{name} {part}" for name in root for part in root.declared(name).parts),
        *(f"{group} {name}" for group, package in groups.items() for name in CommandFolder(package)),
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_has_a_public_function(command: str) -> None:
    assert function_of(command) in standoff.__all__ and callable(getattr(standoff, function_of(command)))


def test_only_functions_that_python_has_and_subcommands_go_by_another_name() -> None:
    whole = {name for name in OTHER_NAMES if " " not in name}
    modules = {"record"}  # `standoff.record`, which is no command's
    assert whole == {name for name in commands() if hasattr(builtins, name)} | modules and len(commands()) > 30
    assert OTHER_NAMES.keys() <= {*commands()}


def test_options_of_a_bundle_stand_in_its_place_with_defaults_of_the_command() -> None:
    @dataclass
    class Pair(Bundle):
        left: Annotated[int, typer.Option(help="The left.")] = 1
        right: Annotated[int, typer.Option(help="The right.")] = 2

    def add(first: int, *, pair: Annotated[Pair, {"right": 5}], last: int = 0) -> None:
        print(first, pair.left, pair.right, last)

    for name, value in (("Pair", Pair), ("Annotated", Annotated)):
        add.__globals__.setdefault(name, value)
    app = typer.Typer()
    app.command()(laid_out(add))
    assert [*inspect.signature(laid_out(add)).parameters] == ["first", "left", "right", "last"]
    assert CliRunner().invoke(app, ["7"]).stdout == "7 1 5 0\n"
    assert CliRunner().invoke(app, ["7", "--left", "3", "--last", "9"]).stdout == "7 3 5 9\n"
