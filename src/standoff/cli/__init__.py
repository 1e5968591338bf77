"""The command line: thin doors on the public functions. Everything heavy is imported inside the commands."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from standoff.cli import (
    audit,
    check_equilibria,
    claims,
    compare,
    data,
    diff,
    exhaustion,
    fit,
    game,
    hindcast,
    inspect,
    new,
    output,
    read,
    reconcile,
    review,
    run,
    score,
    solve,
    threshold,
    uncertainty,
)
from standoff.errors import Problem, StandoffError

if TYPE_CHECKING:
    from collections.abc import Iterator

UsageError: Any = typer.BadParameter.__base__  # typer exports no name for it


class Commands(TyperGroup):
    """The commands; an error that a user can cause ends in its text and exit code 1, without a traceback."""

    def main(self, *args: Any, **more: Any) -> Any:
        """Run a command line, on streams that take any text and end cleanly."""
        with output.streams():
            return super().main(*args, **more)

    def make_context(self, *args: Any, **more: Any) -> Any:
        """Read the options of the program itself."""
        with _readable():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            with _readable():
                return super().invoke(ctx)
        except StandoffError as error:
            output.put_error(str(error))
            raise typer.Exit(output.FAILED) from None
        except OSError as error:
            if error.filename is None:  # of no file: standard output, see `output.streams`
                raise
            output.put_error(
                str(Problem(f"cannot be used: {error.strerror}", str(error.filename), fix="check the path"))
            )
            raise typer.Exit(output.FAILED) from None


@contextmanager
def _readable() -> Iterator[None]:
    """Make visible what a message about a wrong option repeats of the command line; typer prints it, with its own colours."""
    try:
        yield
    except UsageError as error:
        error.message = output.visible(error.message)
        raise


app = typer.Typer(
    name="standoff",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Analyse standoffs between states: attributed claims, simulated futures, choices solved as games.",
    epilog="Begin with `standoff list` and `standoff run china-russia`.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from standoff import __version__

        output.put(f"standoff {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


for command in (run.run, run.answer, run.explain, inspect.validate, inspect.list_, inspect.show, inspect.schema):
    app.command(command.__name__.rstrip("_"))(command)
app.command("flip")(threshold.flip)
app.command("sensitivity")(threshold.sensitivity)
app.command("value")(threshold.value)
app.command("claims")(claims.claims)
app.command("reconcile")(reconcile.reconcile)
app.command("balance")(reconcile.balance)
app.command("new")(new.new)
app.command("read")(read.read)
app.command("review")(review.review)
app.command("audit")(audit.audit)
app.command("solve")(solve.solve)
app.command("game")(game.game)
app.command("fit")(fit.fit)
app.command("audit-games")(check_equilibria.audit_games)
app.command("score")(score.score)
app.command("hindcast")(hindcast.hindcast)
app.command("changed")(diff.changed)
app.command("compare")(compare.compare)
app.command("rivals")(uncertainty.rivals)
app.command("exhaustion")(exhaustion.exhaustion)
app.add_typer(data.app)


def main() -> None:
    """What the `standoff` program runs."""
    gc.set_threshold(100_000)  # a short program: collecting garbage while modules load costs a sixth of `validate`
    app(prog_name="standoff")
