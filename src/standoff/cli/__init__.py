"""Command line: each command calls a public function and imports heavy libraries itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from standoff.cli import _output
from standoff.cli._progress import show_log
from standoff.cli._registry import CommandFolder, CommandGroup, explain_option
from standoff.errors import Problem, StandoffError
from standoff.hidden_characters import visible

UsageError: Any = typer.BadParameter.__base__  # typer exports no name for it


class CommandLine(CommandGroup):
    """All commands; a user's error ends in its message and exit code 1, without a traceback."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = CommandFolder(__name__, grouped=True)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run a command line, on streams that take any text and end cleanly."""
        with _output.streams():
            return super().main(*args, **settings)

    def make_context(self, *args: Any, **settings: Any) -> Any:
        """Read the options of the program itself."""
        with self._readable():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the command line names."""
        try:
            with self._readable():
                return super().invoke(ctx)
        except StandoffError as error:
            _output.put_error(str(error))
            raise typer.Exit(_output.FAILED) from None
        except OSError as error:
            if error.filename is None:  # of no file: standard output, see `_output.streams`
                raise
            _output.put_error(
                str(Problem(f"cannot be used: {error.strerror}", str(error.filename), fix="check the path"))
            )
            raise typer.Exit(_output.FAILED) from None

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Complete the message about a wrong option, which typer prints; escape control characters."""
        try:
            yield
        except UsageError as error:
            explain_option(error, self.commands)
            error.message = visible(error.message.removeprefix("Value error, "))  # pydantic's words
            raise


app = typer.Typer(
    name="standoff",
    cls=CommandLine,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Analyse standoffs between states: attributed claims, simulated futures, choices solved as games.",
    epilog="Begin with `standoff list` and `standoff run china-russia`.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from standoff.versions import VERSION

        _output.put(f"standoff {VERSION}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log the steps of long work on standard error, with the time.")
    ] = False,
) -> None:
    show_log(verbose)


def main() -> None:
    """Run the `standoff` program."""
    gc.set_threshold(100_000)  # a short program: collecting garbage while modules load costs a sixth of `validate`
    app(prog_name="standoff")
