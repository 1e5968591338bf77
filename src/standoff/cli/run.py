"""`standoff run`: simulate a case, print its verdict, store the run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._next_commands import next_commands
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, RunError

if TYPE_CHECKING:
    from standoff.engine.model import Model
    from standoff.job_folder import JobExecutor


class Precision(StrEnum):
    """Floating-point precision of the engine."""

    single = "single"
    double = "double"


def run(
    context: typer.Context,
    case: options.Case,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = options.DRAWS,
    seed: options.Seed = 1,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Folder of the run; by default one in `runs`.")
    ] = None,
    html: Annotated[bool, typer.Option("--html/--no-html", help="Write the web page report.html.")] = True,
    precision: Annotated[
        Precision, typer.Option("--precision", help="Floating-point precision of the engine.")
    ] = Precision.single,
    paths: Annotated[
        str,
        typer.Option(
            "--paths",
            metavar="N|all",
            help="Number of futures stored month by month; by default as many as fit in 200 MB.",
        ),
    ] = "",
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    findings: Annotated[
        bool,
        typer.Option(
            "--findings",
            help="Also report the parameter values at which the main choice would change, and the claims most worth checking.",
        ),
    ] = False,
    uncertainty: Annotated[
        bool,
        typer.Option("--uncertainty", help="Add every answer under rival models, with its variance; takes minutes."),
    ] = False,
    band: options.Band = True,
    theories: Annotated[
        str,
        typer.Option(
            "--theories",
            metavar="all|NAME,...",
            help="Only compare the answers under these decision theories; --folder then receives theories.json.",
        ),
    ] = "",
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the report as .html, .docx, .md or (with the extra `pdf`) .pdf; may be repeated.",
        ),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option("--pictures", metavar="DIR", help="Write each picture as SVG and PNG into this folder."),
    ] = None,
    on: options.On = "",
    trust_network: options.TrustNetwork = False,
    full: Annotated[bool, typer.Option("--full", help="Print all answers, choices, assumptions and checks.")] = False,
    as_json: options.Json = False,
) -> None:
    """Simulate a case, print its verdict, and keep the run and a web page in a folder.

    To resume an interrupted run, give the same command again.
    """
    from standoff.report import outputs

    if theories and (output or pictures):
        raise RunError(Problem("--theories writes no report", "--output, --pictures", fix="use --folder, or --json"))
    outputs.check(output or (), pictures, folder)
    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    from standoff.distributed.executors import open_executor

    if theories:
        with open_executor(on, trust_network) as executor:
            _theories(model, theories, draws, seed, folder, as_json, executor)
        return
    from standoff.analysis.brief import brief as brief_of
    from standoff.analysis.run_case import run as simulate_case

    stored: int | str | None = paths if paths == options.ALL else _count(paths) if paths else None
    home = folder or Path("runs") / options.run_name(
        case,
        model.plan.variant,
        model.hash[:8],
        f"s{seed}",
        f"d{draws}",
        precision.value if precision is not Precision.single else "",
        f"p{paths}" if paths else "",
    )
    with (
        options.resumable(home),
        open_executor(on, trust_network) as executor,
        progress_bars(quiet=as_json) as progress,
    ):
        result, verdict = simulate_case(
            model,
            home,
            draws=draws,
            seed=seed,
            precision=precision.value,
            paths=stored,
            findings=findings,
            uncertainty=uncertainty,
            band=band,
            progress=progress,
            executor=executor,
        )
        needs_page = html or any(path.suffix.lower() == ".html" for path in output or ())
        short = brief_of(result, verdict, progress) if needs_page and verdict.answers else None
    page = home / "report.html"
    if html:
        from standoff.report import report

        report(result, page, verdict=verdict, brief=short)
    written = outputs.write(result, verdict, output or (), pictures, short)
    if as_json:
        options.print_json(verdict.to_data())
        return
    options.display(
        *outputs.terminal(result, verdict, full),
        *([f"page: {page.resolve()}"] if html else []),
        *written,
        *(
            [f"run:  {home.resolve()} (verdict.json, summary.json, scenario.yaml, claims.jsonl)"]
            if full or not html
            else []
        ),
        next_commands(context, "brief", "open", "explain"),
    )


def _theories(
    model: Model, names: str, draws: int, seed: int, folder: Path | None, as_json: bool, executor: JobExecutor | None
) -> None:
    from standoff.analysis.theory_comparison import theories
    from standoff.report.sections.theories import blocks

    with progress_bars(quiet=as_json) as progress:
        comparison = theories(
            model,
            options.theory_names(names),
            draws=draws,
            seed=seed,
            progress=progress,
            executor=executor,
            folder=folder,
        )
    options.emit_theories(comparison.to_data(), blocks(comparison), folder, as_json)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise typer.BadParameter(f"`{text}` is neither a number of draws nor `all`", param_hint="--paths")
    return int(text)


COMMAND = Command(HelpGroup.simulate, run)
