"""Options that several commands share, opening of cases, and output of results."""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from standoff.cli._output import put, put_error, put_json, to_output
from standoff.cli._progress import progress_bars
from standoff.errors import ModelError, Problem, RunError, ScenarioError, did_you_mean, join_limited
from standoff.files import check_writable, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from standoff.engine.model import Model
    from standoff.engine.run import Run
    from standoff.ledger import Ledger
    from standoff.report.document import Block
    from standoff.scenario.case import Case as CaseRecord
    from standoff.scenario.language import Scenario


def cases(incomplete: str = "") -> list[str]:
    """Complete the name of a case; reads no file."""
    home = Path(__file__).parents[1] / "catalog"
    return sorted(path.parent.name for path in home.glob(f"{incomplete}*/scenario.yaml"))


Case: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="CASE", help="Case of the catalogue, scenario file, or its folder.", autocompletion=cases),
]
Variant: TypeAlias = Annotated[str, typer.Option("--variant", metavar="NAME", help="Variant of the scenario.")]
Changes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a lever or a parameter, such as `attrition.effort.RUS='1.2 @assumption'`; may be repeated.",
    ),
]
AS_OF = "as_of"  #: the default of --since; `scenario.interventions` is not imported before a command runs
ALL = "all"
FEW = 2_000  #: draws of one answer or explanation: Monte Carlo errors of about one percentage point
DRAWS = 10_000  #: draws of a run
INTERRUPTED = 130  #: exit code
Since: TypeAlias = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="as_of|start|MONTH",
        help="Time from which --set applies: `as_of` (history unchanged), `start`, or a month.",
    ),
]
Holds: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--hold",
        metavar="CHOICE=OPTION@MONTH",
        help="Set an option of an actor from a month on, unknown to the others in advance: CHN=arms@2024-06; may be repeated.",
    ),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")]
Draws: TypeAlias = Annotated[int, typer.Option("--draws", min=1, help="Number of futures to simulate.")]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def writable(path: Path | None) -> Path | None:
    """Check that the file of an option can be written, before anything is simulated for it."""
    if path is not None:
        check_writable(path)
    return path


def output_file(help: str) -> Any:
    """The option `-o FILE` of a command, with its own help."""
    return typer.Option("--output", "-o", metavar="FILE", callback=writable, help=help)


Output: TypeAlias = Annotated[
    Path | None, output_file("Write the result as .md, .html, .docx, .json or (with the extra `pdf`) .pdf.")
]
Posterior: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        metavar="FILE",
        help="Draw parameters from the posterior in this file, written by `standoff fit`.",
    ),
]
Choice: TypeAlias = Annotated[
    str,
    typer.Option(
        "--choice", metavar="NAME=OPTION", help="The probability of an option if it decided afresh: CHN=arms."
    ),
]
At: TypeAlias = Annotated[
    str,
    typer.Option(
        "--at", metavar="MONTH", help="With --choice: the latest decision up to this month; by default the first."
    ),
]
Question: TypeAlias = Annotated[
    str, typer.Option("--question", metavar="ID", help="A question by id, or `ID=label`; by default the main one.")
]
AsOf: TypeAlias = Annotated[
    str,
    typer.Option("--as-of", metavar="DATE", help="Use only claims published by this day; by default the case's as_of."),
]
Published: TypeAlias = Annotated[
    str, typer.Option("--published", metavar="DATE", help="Day of publication of the text; relative dates need it.")
]
Band: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--band/--no-band",
        help="Compute the epistemic band over parameters where the case has none; takes up to three times a run.",
    ),
]
Fitted: TypeAlias = Annotated[
    bool, typer.Option("--fitted", help="Draw parameters from the posterior supplied with the case.")
]


On: TypeAlias = Annotated[
    str,
    typer.Option(
        "--on",
        metavar="WHERE",
        help="Do the work elsewhere: `local:N` processes, `queue` (see `standoff work`), FILE.json or tls://HOST:PORT of a "
        "scheduler of Dask.",
        envvar="STANDOFF_ON",
    ),
]
TrustNetwork: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--trust-network",
        help="With --on: use a scheduler without encryption, on this machine or another; whoever reaches its port can run "
        "programs as you.",
    ),
]
JobsFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help="Keep jobs and their results here, so that a cut costs nothing."),
]


def load_case(
    case: str, variant: str = "", changes: list[str] | None = None, since: str = AS_OF, held: list[str] | None = None
) -> CaseRecord:
    """Load a case, under a variant, `--set` changes and `--hold`: its scenario and its ledger."""
    from standoff import catalog

    if since not in (AS_OF, "start") and not _is_date(since):
        raise typer.BadParameter(
            f"`{since}` is neither `as_of`, `start` nor a month such as 2024-06", param_hint="--since"
        )
    if since != AS_OF and not changes:
        raise typer.BadParameter("applies to --set: give --set too", param_hint="--since")
    return catalog.load(case, variant, parse_changes(changes), since, parse_holds(held))


def _is_date(text: str) -> bool:
    from standoff.dates import PartialDate

    try:
        PartialDate.parse(text)
    except ValueError:
        return False
    return True


def build_model(
    case: str,
    variant: str = "",
    changes: list[str] | None = None,
    since: str = AS_OF,
    posterior: Path | None = None,
    fitted: bool = False,
    held: list[str] | None = None,
) -> Model:
    """Build the model of a case, with a posterior if one is named (see `posterior.load`)."""
    from standoff.engine.build import build

    if fitted and posterior is not None:
        raise typer.BadParameter("give --posterior or --fitted", param_hint="--fitted")
    with progress_bars(quiet=False) as progress:  # shows what takes long: constants of anchors
        model = build(load_case(case, variant, changes, since, held), progress=progress)
    if posterior is None and not fitted:
        return model
    from standoff import catalog
    from standoff.inference.fit.posterior import load, load_bundled

    base = build(load_case(case)) if variant or changes or held else model
    return (
        load(model, posterior, base=base)
        if posterior is not None
        else load_bundled(model, catalog.find(case), base=base)
    )


def parse_changes(changes: list[str] | None) -> dict[str, Any]:
    """Parse `PATH=VALUE` texts into a mapping; values follow the scenario language."""
    from standoff.scenario import document

    texts = pairs(changes, "--set", "a change", "PATH=VALUE, such as aid.delay='3 month @assumption'")
    return {path: document.read_text(value, "--set").data for path, value in texts.items()}


def parse_holds(holds: list[str] | None) -> dict[str, dict[str, str]]:
    """Parse `CHOICE=OPTION@MONTH` texts: choice -> {month: option}; raises `ScenarioError`."""
    out = dict[str, dict[str, str]]()
    for text in holds or ():
        name, _, option = text.partition("=")
        option, _, month = option.partition("@")
        if not (name.strip() and option.strip() and month.strip()):
            form = "CHOICE=OPTION@MONTH, such as CHN=arms@2024-06"
            raise ScenarioError(Problem(f"`{text}` holds no option", "--hold", allowed=form))
        own = out.setdefault(name.strip(), {})
        if own.setdefault(month.strip(), option.strip()) != option.strip():
            twice = f"`{name.strip()}` has two options from {month.strip()} on"
            raise ScenarioError(Problem(twice, "--hold", allowed="one option a month"))
    return out


def refuse_on(on: str, why: str) -> None:
    """Raise `RunError` where --on is given for work that is done here.

    Its environment variable alone is no error.
    """
    from standoff.distributed.executors import VARIABLE

    if on and on != os.environ.get(VARIABLE):
        raise RunError(Problem(why, "--on", fix="leave it out"))


def pairs(texts: list[str] | None, option: str, kind: str, allowed: str) -> dict[str, str]:
    """Split `NAME=VALUE` texts of an option; raises `ScenarioError` for any other text."""
    out = dict[str, str]()
    for text in texts or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise ScenarioError(Problem(f"`{text}` is not {kind}", option, allowed=allowed))
        out[name.strip()] = value.strip()
    return out


def display(*items: RenderableType | Sequence[Block]) -> None:
    """Print texts, blocks of documents and other renderables; into a file or a pipe without trailing spaces."""
    from standoff.cli._terminal import Terminal
    from standoff.report import document, render

    out = Terminal()
    with to_output(), nullcontext() if out.is_terminal else out.capture() as captured:
        for item in items:
            out.print(
                render.terminal(document.readable(item)) if isinstance(item, list) else item,
                soft_wrap=isinstance(item, str),
            )
    if captured is not None:
        put(re.sub(r" +$", "", captured.get(), flags=re.MULTILINE).removesuffix("\n"))


def print_json(data: Any) -> None:
    """Print plain data as JSON."""
    put_json(data)


def dated_ledger(case: str, as_of: str) -> tuple[str, str, Ledger]:
    """Title, cut-off date and ledger of a case; raises `ModelError` for a text that is no date."""
    scenario, day, ledger = dated_case(case, as_of)
    return scenario.title, day, ledger


def dated_case(case: str, as_of: str) -> tuple[Scenario, str, Ledger]:
    """Scenario, cut-off date and ledger of a case; raises as `dated_ledger`."""
    from standoff import catalog
    from standoff.dates import ALLOWED, PartialDate

    loaded, ledger = catalog.load(case)
    try:
        day = PartialDate.parse(as_of or loaded.scenario.as_of)
    except ValueError as error:
        raise ModelError(Problem(str(error), "--as-of", allowed=ALLOWED)) from None
    return loaded.scenario, str(day.first if as_of else day.last), ledger


def emit(data: Any, blocks: Sequence[Block], output: Path | None, as_json: bool) -> None:
    """Print a finding as JSON or as tables, and write it to the output file, if any."""
    from standoff.report import render

    if output is not None:
        if output.suffix.lower() == ".json":
            text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
            write_text(output, text + "\n")
        else:
            render.write(blocks, output)
    if as_json:
        print_json(data)
    else:
        display([*blocks])
        if output is not None:
            display(f"wrote {output}")


def emit_theories(data: Any, blocks: Sequence[Block], folder: Path | None, as_json: bool) -> None:
    """Print a comparison of decision theories; also write `theories.json` if a folder is given."""
    if folder is not None:
        write_text(folder / "theories.json", json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    emit(data, blocks, None, as_json)


def require_suffix(path: Path | None, suffixes: Sequence[str], example: str) -> None:
    """Refuse an output file whose suffix is not a format of the command."""
    if path is not None and path.suffix.lower() not in suffixes:
        raise RunError(
            Problem(
                f"`{path.name}` does not end in {' or '.join(suffixes)}", "--output", fix=f"write such as -o {example}"
            )
        )


def simulated(model: Model, draws: int, seed: int, quiet: bool) -> Run:
    """Simulate a model under a progress bar."""
    from standoff.engine.simulate import simulate

    with progress_bars(quiet=quiet) as progress:
        return simulate(model, draws=draws, seed=seed, progress=progress)


def require_known(words: Sequence[str], known: Sequence[str], kind: str) -> None:
    """Refuse unknown words before anything is simulated; raises `ModelError`."""
    unknown = [word for word in words if word not in known]
    if unknown:
        raise ModelError(
            [
                Problem(f"there is no {kind} `{word}`", allowed=join_limited(known), fix=did_you_mean(word, known))
                for word in unknown
            ]
        )


def theory_names(text: str) -> tuple[str, ...]:
    """Decision theories of a `--theories` text: names by comma, or `all`."""
    from standoff.theories import names

    return names() if text.strip() == ALL else tuple(word.strip() for word in text.split(",") if word.strip())


def run_name(case: str, *parts: str) -> str:
    """The default folder name of a run: the case's slug and settings, without empty ones."""
    from standoff import catalog

    file = catalog.find(case)
    slug = file.resolve().parent.name if file.name == "scenario.yaml" else file.stem
    return "-".join(part for part in (slug, *parts) if part)


@contextmanager
def resumable(folder: Path) -> Iterator[None]:
    """Say how to continue when the user interrupts a run."""
    try:
        yield
    except KeyboardInterrupt:
        put_error(f"\ninterrupted; finished work stays in {folder}: give the same command again to continue")
        raise typer.Exit(INTERRUPTED) from None
