"""A command is one file in `standoff/cli/`, and a function of the package."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.contract.entries import added
from typer.testing import CliRunner

import standoff
from standoff import cli, registry
from standoff.cli._registry import OTHER_NAMES, CommandFolder, HelpGroup, function_of

HOME = Path(cli.__file__).parent
WAVE = '''"""`standoff wave`: a greeting."""
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def wave(to: Annotated[str, typer.Argument(help="Whom to greet.")], as_json: options.Json = False) -> None:
    """Greet somebody."""
    options.print_json({"to": to}) if as_json else options.display(f"hello {to}")


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
        *(f"{group} {name}" for group, package in groups.items() for name in CommandFolder(package)),
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_has_a_public_function(command: str) -> None:
    assert function_of(command) in standoff.__all__ and callable(getattr(standoff, function_of(command)))


def test_only_functions_that_python_has_go_by_another_name() -> None:
    assert OTHER_NAMES.keys() == {name for name in commands() if hasattr(builtins, name)} and len(commands()) > 30
