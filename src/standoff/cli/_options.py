"""Options that several commands share, opening of cases, and output of results."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import typer
from typer import Option

import standoff
from standoff.cli._output import put, put_error, put_json, to_output
from standoff.cli._progress import progress_bars
from standoff.errors import ModelError, RunError, ScenarioError
from standoff.files import check_writable, write_json
from standoff.record import record

if TYPE_CHECKING:  # a command imports what it needs when it runs
    from rich.console import RenderableType

    from standoff.analysis.verdict import Verdict
    from standoff.engine.model import Model
    from standoff.engine.run import Run
    from standoff.job_folder import JobExecutor
    from standoff.ledger import Ledger
    from standoff.progress import Progress
    from standoff.report.document import Block
    from standoff.scenario.case import Case as CaseRecord
    from standoff.scenario.language import Scenario


class HelpGroup(StrEnum):
    """Headings of `standoff --help`, in their order."""

    inspect = "Inspect and write scenarios"
    simulate = "Simulate"
    analyse = "Analyse answers, choices and games"
    evidence = "Evidence: claims and data"
    evaluate = "Evaluate forecasts"
    text = "Read and audit texts"


class Command(NamedTuple):
    """A command: its help group, and its function or the package of its subcommands."""

    group: HelpGroup
    function: Callable[..., None] | str
    parts: Mapping[str, Callable[..., None]] = {}


class Bundle:
    """Options that several commands share: each field of the dataclass is one, with a default."""


def laid_out(function: Callable[..., None]) -> Callable[..., None]:
    """A function of plain options from one whose arguments may be bundles.

    The options of a bundle stand where it stands; `Annotated[Bundle, {"draws": 2048}]` gives some of them other defaults.
    """
    hints = get_type_hints(function, include_extras=True)
    options: list[inspect.Parameter] = []
    bundles: dict[str, type[Bundle]] = {}
    for item in inspect.signature(function).parameters.values():
        hint = hints[item.name]
        kind, *defaults = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if not (isinstance(kind, type) and issubclass(kind, Bundle)):
            options.append(item.replace(annotation=hint, kind=item.KEYWORD_ONLY))
            continue
        bundles[item.name] = kind
        types = get_type_hints(kind, include_extras=True)
        for field in fields(kind):  # type: ignore[arg-type]
            default = dict(*defaults).get(field.name, field.default)
            options.append(
                inspect.Parameter(field.name, item.KEYWORD_ONLY, default=default, annotation=types[field.name])
            )

    def command(**values: Any) -> None:
        for name, kind in bundles.items():
            values[name] = kind(**{field.name: values.pop(field.name) for field in fields(kind)})  # type: ignore[arg-type]
        function(**values)

    command.__doc__, command.__name__ = function.__doc__, function.__name__
    command.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    return command


Finding = TypeVar("Finding")

AS_OF = "as_of"  #: the default of --since; `scenario.interventions` is not imported before a command runs
ALL = "all"
FEW = 2_000  #: draws of one answer or explanation: Monte Carlo errors of about one percentage point
DRAWS = 10_000  #: draws of a run
INTERRUPTED = 130  #: exit code
MAX_DIGITS = 9  #: of a whole number in a text; larger ones count nothing that fits into memory


def cases(incomplete: str = "") -> list[str]:
    """Complete the name of a case; reads no file."""
    home = Path(__file__).parents[1] / "catalog"
    return sorted(path.parent.name for path in home.glob(f"{incomplete}*/scenario.yaml"))


def writable(path: Path | None) -> Path | None:
    """Check that the file of an option can be written, before anything is simulated for it."""
    if path is not None:
        check_writable(path)
    return path


def output_file(help: str) -> Any:
    """The option `-o FILE` of a command, with its own help."""
    return Option("--output", "-o", metavar="FILE", callback=writable, help=help)


Case = Annotated[
    str,
    typer.Argument(metavar="CASE", help="Case of the catalogue, scenario file, or its folder.", autocompletion=cases),
]
Variant = Annotated[str, Option(metavar="NAME", help="Variant of the scenario.")]
DatedVariant = Annotated[
    str,
    Option(
        "--variant",
        "--as-of",
        metavar="NAME|DATE",
        help="Variant of the scenario, or a date: the first variant as of that day.",
    ),
]
Changes = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a lever or a parameter, such as `attrition.effort.RUS='1.2 @assumption'`; may be repeated.",
    ),
]
Since = Annotated[
    str,
    Option(
        metavar="as_of|start|MONTH",
        help="Time from which --set applies: `as_of` (history unchanged), `start`, or a month.",
    ),
]
Holds = Annotated[
    list[str] | None,
    Option(
        "--hold",
        metavar="CHOICE=OPTION@MONTH",
        help="Set an option of an actor from a month on, unknown to the others in advance: CHN=arms@2024-06; may be repeated.",
    ),
]
Seed = Annotated[int, Option(min=0, help="Seed of the random numbers.")]
Draws = Annotated[int, Option(min=1, help="Number of futures to simulate.")]
Json = Annotated[bool, Option("--json", help="Print JSON instead of text.")]
Output = Annotated[
    Path | None, output_file("Write the result as .md, .html, .docx, .json or (with the extra `pdf`) .pdf.")
]
Posterior = Annotated[
    Path | None,
    Option(metavar="FILE", help="Draw parameters from the posterior in this file, written by `standoff fit`."),
]
AsOf = Annotated[
    str, Option(metavar="DATE", help="Use only claims published by this day; by default the case's as_of.")
]
Published = Annotated[str, Option(metavar="DATE", help="Day of publication of the text; relative dates need it.")]
Band = Annotated[
    bool,
    Option(help="Compute the epistemic band over parameters where the case has none; takes up to three times a run."),
]
LateReasons = Annotated[
    bool, Option("--allow-late-reasons", help="Run reasons too all of whose claims were published after as_of.")
]
Others = Annotated[
    Path | None,
    Option(
        metavar="FILE",
        help="Table (.csv) of other forecasters: question, date, source, and probability or quantiles such as q0.5.",
    ),
]
JobsFolder = Annotated[
    Path | None,
    Option("--folder", metavar="DIR", help="Keep jobs and their results here, so that a cut costs nothing."),
]


@record
class Changed(Bundle):
    """A case under a variant, `--set` changes and options that are held."""

    variant: DatedVariant = ""
    changes: Changes = None
    since: Since = AS_OF
    held: Holds = None

    def load(self, case: str) -> CaseRecord:
        """The scenario and the ledger of a case with these changes."""
        from standoff import catalog
        from standoff.dates import PartialDate

        try:
            self.since in (AS_OF, "start") or PartialDate.parse(self.since)
        except ValueError:
            wrong = f"`{self.since}` is neither `as_of`, `start` nor a month such as 2024-06"
            raise typer.BadParameter(wrong, param_hint="--since") from None
        if self.since != AS_OF and not self.changes:
            raise typer.BadParameter("applies to --set: give --set too", param_hint="--since")
        return catalog.load(case, self.variant, parse_changes(self.changes), self.since, parse_holds(self.held))

    def model(self, case: str) -> Model:
        """The model of a case with these changes, and with its posterior where one is given."""
        with progress_bars(quiet=False) as progress:  # shows what takes long: constants of anchors
            return standoff.build(self.load(case), progress=progress)


@record
class Sampled(Bundle):
    """How many futures are simulated, and by which random numbers."""

    draws: Draws = DRAWS
    seed: Seed = 1

    def find(self, find: Callable[..., Finding], model: Any, quiet: bool, **given: Any) -> Finding:
        """Call an analysis of a model with these draws and this seed, under a progress bar."""
        with progress_bars(quiet=quiet) as progress:
            return find(model, draws=self.draws, seed=self.seed, progress=progress, **given)

    def run(self, model: Model, quiet: bool) -> Run:
        """Simulate a model under a progress bar."""
        return self.find(standoff.simulate, model, quiet)


@record
class Futures(Sampled, Changed):
    """Simulated futures of a changed case."""


@record
class OnPosterior(Bundle):
    """Parameters drawn from a posterior, if one is given (see `posterior.load`)."""

    posterior: Posterior = None


@record
class OfPosterior(OnPosterior, Changed):
    """A changed case, with parameters of a posterior if one is given."""

    def model(self, case: str) -> Model:
        """The model of a case with these changes and this posterior."""
        model = super().model(case)
        if self.posterior is None:
            return model
        from standoff.inference.fit.posterior import load

        base = Changed().model(case) if self.variant or self.changes or self.held else model
        return load(model, self.posterior, base=base)


@record
class Simulated(OfPosterior, Futures):
    """Simulated futures of a changed case, with parameters of a posterior if one is given."""

    def stored(self, case: str, late: bool, progress: Progress) -> tuple[Run, Verdict]:
        """The run that `standoff run` left in `runs`, or a new one there."""
        model = self.model(case)
        with resumable(folder := run_folder(case, model, self)):
            return standoff.run(
                model, folder, draws=self.draws, seed=self.seed, allow_late_reasons=late, progress=progress
            )


@record
class Target(Bundle):
    """The probability that a command is about: that of an option of a choice, or of an answer."""

    choice: Annotated[
        str, Option(metavar="NAME=OPTION", help="The probability of an option if it decided afresh: CHN=arms.")
    ] = ""
    at: Annotated[
        str,
        Option(metavar="MONTH", help="With --choice: the latest decision up to this month; by default the first."),
    ] = ""
    question: Annotated[str, Option(metavar="ID", help="A question by id, or `ID=label`; by default the main one.")] = (
        ""
    )


@record
class Elsewhere(Bundle):
    """Where the work is done."""

    on: Annotated[
        str,
        Option(
            metavar="WHERE",
            help="Do the work elsewhere: `local:N` processes, `queue` (see `standoff work`), FILE.json or tls://HOST:PORT of a "
            "scheduler of Dask.",
            envvar="STANDOFF_ON",
        ),
    ] = ""
    trust_network: Annotated[
        bool,
        Option(
            "--trust-network",
            help="With --on: use a scheduler without encryption, on this machine or another; whoever reaches its port can run "
            "programs as you.",
        ),
    ] = False

    def executor(self) -> AbstractContextManager[JobExecutor | None]:
        """What does the jobs, while the context is open; None for this process."""
        from standoff.distributed.executors import open_executor

        return open_executor(self.on, self.trust_network)

    def refuse(self, why: str) -> None:
        """Raise `RunError` where --on is given for work that is done here.

        Its environment variable alone is no error.
        """
        from standoff.distributed.executors import VARIABLE

        if self.on and self.on != os.environ.get(VARIABLE):
            raise RunError(why, "--on", fix="leave it out")


@record
class Printed(Bundle):
    """A result on standard output."""

    as_json: Json = False

    def progress(self) -> AbstractContextManager[Progress]:
        """Progress bars, unless JSON is printed."""
        return progress_bars(quiet=self.as_json)

    def show(self, finding: Any, *page: RenderableType | list[Block]) -> None:
        """Print a finding (or plain data) as JSON, or the page."""
        if self.as_json:
            put_json(plain_data(finding))
        else:
            display(*page)


@record
class _File(Bundle):
    output: Output = None  # before --json in the help text


@record
class Written(Printed, _File):
    """A result on standard output, and in a file."""

    def emit(self, finding: Any, blocks: Sequence[Block]) -> None:
        """Print a finding as JSON or as tables, and write it to the output file, if any."""
        emit(plain_data(finding), blocks, self.output, self.as_json)


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
        name, option, month = name.strip(), option.strip(), month.strip()
        if not (name and option and month):
            form = "CHOICE=OPTION@MONTH, such as CHN=arms@2024-06"
            raise ScenarioError(f"`{text}` holds no option", "--hold", allowed=form)
        if out.setdefault(name, {}).setdefault(month, option) != option:
            twice = f"`{name}` has two options from {month} on"
            raise ScenarioError(twice, "--hold", allowed="one option a month")
    return out


def pairs(texts: list[str] | None, option: str, kind: str, allowed: str) -> dict[str, str]:
    """Split `NAME=VALUE` texts of an option; raises `ScenarioError` for any other text."""
    out = dict[str, str]()
    for text in texts or ():
        name, _, value = map(str.strip, text.partition("="))
        if not (name and value):
            raise ScenarioError(f"`{text}` is not {kind}", option, allowed=allowed)
        out[name] = value
    return out


def whole_number(text: str) -> int | None:
    """A whole number of at most `MAX_DIGITS` digits; None for another text."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


def display(*items: RenderableType | list[Block]) -> None:
    """Print texts, documents and other renderables.

    Into a file or a pipe without trailing spaces.
    """
    from standoff.cli._terminal import Terminal
    from standoff.report import document, render

    out = Terminal()
    with to_output(), nullcontext() if out.is_terminal else out.capture() as captured:
        for item in items:
            printable = render.terminal(document.readable(item)) if isinstance(item, list) else item
            out.print(printable, soft_wrap=isinstance(item, str))
    if captured is not None:
        put(re.sub(r" +$", "", captured.get(), flags=re.MULTILINE).removesuffix("\n"))


def plain_data(finding: Any) -> Any:
    """The plain data of a finding; plain data as they are."""
    return finding if isinstance(finding, dict | list) else finding.to_data()


def dated_case(case: str, as_of: str) -> tuple[Scenario, str, Ledger]:
    """Scenario, cut-off date and ledger of a case.

    Raises `ModelError` for a text that is no date.
    """
    from standoff import catalog
    from standoff.dates import ALLOWED, PartialDate

    loaded, ledger = catalog.load(case)
    try:
        day = PartialDate.parse(as_of or loaded.scenario.as_of)
    except ValueError as error:
        raise ModelError(str(error), "--as-of", allowed=ALLOWED) from None
    return loaded.scenario, str(day.first if as_of else day.last), ledger


def emit(data: Any, blocks: Sequence[Block], output: Path | None, as_json: bool) -> None:
    """Print a finding as JSON or as tables, and write it to the output file, if any."""
    from standoff.report import render

    if output is not None:
        if output.suffix.lower() == ".json":
            write_json(output, data)
        else:
            render.write(blocks, output)
    if as_json:
        put_json(data)
    else:
        display([*blocks], *([] if output is None else [f"wrote {output}"]))


def require_suffix(path: Path | None, suffixes: Sequence[str], example: str) -> None:
    """Refuse an output file whose suffix is not a format of the command."""
    if path is not None and path.suffix.lower() not in suffixes:
        wrong = f"`{path.name}` does not end in {' or '.join(suffixes)}"
        raise RunError(wrong, "--output", fix=f"write such as -o {example}")


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


def run_folder(case: str, model: Model, futures: Sampled, *more: str) -> Path:
    """The default folder of a run; `more` names settings that differ from their defaults."""
    name = run_name(case, model.plan.variant, model.hash[:8], f"s{futures.seed}", f"d{futures.draws}", *more)
    return Path("runs") / name


@contextmanager
def resumable(folder: Path) -> Iterator[None]:
    """Say how to continue when the user interrupts a run."""
    try:
        yield
    except KeyboardInterrupt:
        put_error(f"\ninterrupted; finished work stays in {folder}: give the same command again to continue")
        raise typer.Exit(INTERRUPTED) from None
