"""What several commands share: how a case is named and opened, and how results leave the program."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from standoff.cli.output import put, put_json, to_output
from standoff.errors import Problem, ScenarioError
from standoff.files import check_writable, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from standoff.engine.build import Model
    from standoff.ledger import Ledger
    from standoff.report.document import Block
    from standoff.scenario import LoadedScenario


def cases(incomplete: str = "") -> list[str]:
    """Slugs that begin with `incomplete`, for shell completion; reads no file."""
    home = Path(__file__).parents[1] / "catalog"
    return sorted(path.parent.name for path in home.glob(f"{incomplete}*/scenario.yaml"))


Case: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="A case of the catalogue, a scenario file, or its folder.", autocompletion=cases
    ),
]
Variant: TypeAlias = Annotated[str, typer.Option("--variant", metavar="NAME", help="Named change of the scenario.")]
Changes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a lever or a number, such as `attrition.effort.RUS='1.2 @assumption'`; it holds --since as_of.",
    ),
]
AS_OF = "as_of"  #: the default of --since; `scenario.interventions` is not imported before a command runs
Since: TypeAlias = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="as_of|start|MONTH",
        help="From when on --set holds: `as_of`, so that history stays; `start`, history too; or a month.",
    ),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")]
Draws: TypeAlias = Annotated[int, typer.Option("--draws", min=1, help="How many futures are simulated.")]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print data and nothing else.")]


def writable(path: Path | None) -> Path | None:
    """A file that an option names, tried before anything is simulated for it."""
    if path is not None:
        check_writable(path)
    return path


Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        callback=writable,
        help="Write it as Markdown (.md), PDF (.pdf), a web page (.html) or data (.json).",
    ),
]
Posterior: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--posterior", metavar="FILE", help="Draw parameters from a posterior that `standoff fit` has written."
    ),
]
Fitted: TypeAlias = Annotated[
    bool, typer.Option("--fitted", help="Draw parameters from the posterior that comes with the case.")
]


def load_case(
    case: str, variant: str = "", changes: list[str] | None = None, since: str = AS_OF
) -> tuple[LoadedScenario, Ledger]:
    """The scenario of a case, under a variant and `--set` changes, and its ledger."""
    from standoff import catalog

    if since != AS_OF and not changes:
        raise typer.BadParameter("says from when on --set holds: give --set too", param_hint="--since")
    return catalog.load(case, variant, changed(changes), since)


def build_model(
    case: str, variant: str = "", changes: list[str] | None = None, since: str = AS_OF, posterior: Path | None = None,
    fitted: bool = False,
) -> Model:  # fmt: skip
    """The model of a case, on a posterior where one is named; that belongs to the case as it stands, see `posterior.load`."""
    from standoff.engine.build import build

    if fitted and posterior is not None:
        raise typer.BadParameter("give --posterior or --fitted", param_hint="--fitted")
    model = build(*load_case(case, variant, changes, since))
    if posterior is None and not fitted:
        return model
    from standoff import catalog
    from standoff.inference.fit.posterior import load, load_bundled

    base = build(*load_case(case)) if variant or changes else model
    return (
        load(model, posterior, base=base)
        if posterior is not None
        else load_bundled(model, catalog.find(case), base=base)
    )


def changed(changes: list[str] | None) -> dict[str, Any]:
    """`PATH=VALUE` texts as a mapping; a value is read as the scenario language reads it."""
    from standoff.scenario import document

    out: dict[str, Any] = {}
    for text in changes or ():
        path, sign, value = text.partition("=")
        if not sign or not path.strip() or not value.strip():
            raise ScenarioError(
                Problem(
                    f"`{text}` is not a change", "--set", allowed="PATH=VALUE, such as aid.delay='3 month @assumption'"
                )
            )
        out[path.strip()] = document.read_text(value, "--set").data
    return out


def display(*things: RenderableType) -> None:
    """Print texts and tables; into a file or another program without the spaces that fill a line."""
    from standoff.cli.terminal import Terminal

    out = Terminal()
    with to_output(), nullcontext() if out.is_terminal else out.capture() as held:
        for thing in things:
            out.print(thing, soft_wrap=isinstance(thing, str))
    if held is not None:
        put(re.sub(r" +$", "", held.get(), flags=re.MULTILINE).removesuffix("\n"))


def print_json(data: Any) -> None:
    """Print plain data as JSON."""
    put_json(data)


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from standoff.cli.terminal import Terminal

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as bar:
        task = bar.add_task("compiling", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total, description=what)


def emit(data: Any, blocks: Sequence[Block], out: Path | None, as_json: bool) -> None:
    """Print a finding, as data or as tables, and write it to the file that was asked for."""
    from standoff.report import render

    if out is not None:
        if out.suffix.lower() == ".json":
            text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
            write_text(out, text + "\n")
        else:
            render.write(blocks, out)
    if as_json:
        print_json(data)
    else:
        display(render.terminal(blocks))
        if out is not None:
            display(f"wrote {out}")
