"""`standoff run`: simulate a case, print its verdict, store the run."""

from __future__ import annotations

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from typer import BadParameter, Context, Option

import standoff
from standoff.cli._options import (
    ALL,
    Band,
    Case,
    Command,
    Elsewhere,
    Futures,
    HelpGroup,
    LateReasons,
    OnPosterior,
    Printed,
    Simulated,
    resumable,
    run_folder,
    theory_names,
    whole_number,
)
from standoff.errors import RunError
from standoff.files import write_json
from standoff.report import sections

NEXT_LINE = 110  #: characters of commands in one line, for a screen of 120
OF_CASE = (
    "variant",
    "changes",
    "since",
    "held",
    "draws",
    "seed",
    "posterior",
    "late",
)  #: options that say what is simulated
Precision = StrEnum("Precision", "single double")


def run(
    context: Context,
    case: Case,
    *,
    futures: Futures,
    folder: Annotated[Path | None, Option(metavar="DIR", help="Folder of the run; by default one in `runs`.")] = None,
    html: Annotated[bool, Option(help="Write the web page report.html.")] = True,
    precision: Annotated[Precision, Option(help="Floating-point precision of the engine.")] = Precision.single,
    paths: Annotated[
        str,
        Option(metavar="N|all", help="Number of futures stored month by month; by default as many as fit in 200 MB."),
    ] = "",
    posterior: OnPosterior,
    findings: Annotated[
        bool,
        Option(
            "--findings",
            help="Also report the parameter values at which the main choice would change, and the claims most worth checking.",
        ),
    ] = False,
    uncertainty: Annotated[
        bool, Option("--uncertainty", help="Add every answer under rival models, with its variance; takes minutes.")
    ] = False,
    band: Band = True,
    late: LateReasons = False,
    theories: Annotated[
        str,
        Option(
            metavar="all|NAME,...",
            help="Only say why these decision theories disagree about a decision; --folder then receives theories.json.",
        ),
    ] = "",
    output: Annotated[
        list[Path] | None,
        Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the report as .html, .docx, .md or (with the extra `pdf`) .pdf; may be repeated.",
        ),
    ] = None,
    pictures: Annotated[
        Path | None, Option(metavar="DIR", help="Write each picture as SVG and PNG into this folder.")
    ] = None,
    elsewhere: Elsewhere,
    full: Annotated[bool, Option("--full", help="Print all answers, choices, assumptions and checks.")] = False,
    printed: Printed,
) -> None:
    """Simulate a case, print its verdict, and keep the run and a web page in a folder.

    To resume an interrupted run, give the same command again.
    """
    from standoff.report import outputs
    from standoff.report.overview import remember

    reports = output or []
    if theories and (reports or pictures):
        raise RunError("--theories writes no report", "--output, --pictures", fix="use --folder, or --json")
    outputs.check(reports, pictures, folder)
    stored = paths if paths in ("", ALL) else whole_number(paths)
    if stored is None:
        raise BadParameter(f"`{paths}` is neither a number of draws nor `all`", param_hint="--paths")
    model = Simulated(**vars(futures), **vars(posterior)).model(case)
    if theories:
        names = theory_names(theories)
        elsewhere.refuse("of --theories, which simulates a few thousand futures")
        comparison = futures.find(standoff.compare_theories, model, printed.as_json, names=names)
        if folder is not None:
            write_json(folder / "theories.json", comparison.to_data())
        printed.show(comparison, sections.theories.blocks(comparison))
        return
    settings = ("double" if precision is Precision.double else "", f"p{paths}" if paths else "")
    home = folder or run_folder(case, model, futures, *settings)
    with resumable(home), elsewhere.executor() as executor, printed.progress() as progress:
        result, verdict = standoff.run(
            model,
            home,
            draws=futures.draws,
            seed=futures.seed,
            precision=precision.value,
            paths=None if stored == "" else stored,
            findings=findings,
            uncertainty=uncertainty,
            band=band,
            allow_late_reasons=late,
            progress=progress,
            executor=executor,
        )
        needs_page = html or any(path.suffix.lower() == ".html" for path in reports)
        short = standoff.brief(result, verdict, progress) if needs_page and verdict.answers else None
    if short is not None:
        remember(model, standoff.overview(result, verdict, short.levers))
    page = home / "report.html"
    if html:
        standoff.report(result, page, verdict=verdict, brief=short)
    files = [f"page: {page.resolve()}"] if html else []
    files += outputs.write(result, verdict, reports, pictures, short)
    if full or not html:
        files.append(f"run:  {home.resolve()} (verdict.json, summary.json, scenario.yaml, claims.jsonl)")
    printed.show(
        verdict,
        *outputs.terminal(result, verdict, full),
        *files,
        next_commands(context, "brief", "open", "explain"),
    )


def next_commands(context: Context, *names: str) -> str:
    """What to do next: other commands on the same case, in one line if it fits."""
    commands = [same_case(context, name) for name in names]
    line = " · ".join(commands)
    return "next: " + (line if len(line) <= NEXT_LINE else "\n      ".join(commands))


def same_case(context: Context, name: str) -> str:
    """Another command on this case, with the options given here that say what is simulated."""
    group: Any = context.find_root().command
    taken = {item.name for item in group.get_command(context, name).params}
    words = ["standoff", name, context.params["case"]]
    for item in context.command.params:
        source = context.get_parameter_source(item.name or "")
        if item.name not in OF_CASE or item.name not in taken or source is None or source.name != "COMMANDLINE":
            continue
        value = context.params[item.name]
        if value is True:
            words.append(item.opts[0])
        else:
            words += [
                text for one in (value if isinstance(value, list) else [value]) for text in (item.opts[0], f"{one}")
            ]
    return shlex.join(words)


COMMAND = Command(HelpGroup.simulate, run)
