"""`standoff hindcast`: forecasts from past dates, scored against what happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, RunError
from standoff.files import check_writable_folder, write_text


def hindcast(
    case: options.Case,
    first: Annotated[
        str, typer.Option("--from", metavar="MONTH", help="First origin; by default that of the case.")
    ] = "",
    last: Annotated[
        str, typer.Option("--until", metavar="MONTH", help="Last origin; by default that of the case.")
    ] = "",
    every: Annotated[
        str, typer.Option("--every", metavar="LENGTH", help="Interval of origins: month, quarter, year, `6 months`.")
    ] = "",
    horizons: Annotated[
        str, typer.Option("--horizons", metavar="MONTHS", help="Horizons in months, such as 3,6,12.")
    ] = "",
    variant: options.Variant = "",
    draws: options.Draws = 768,
    seed: options.Seed = 1,
    widen_late: Annotated[
        float,
        typer.Option(
            "--widen-late",
            min=1,
            metavar="FACTOR",
            help="Widen ranges whose sources were all published later by this factor; 1 leaves them.",
        ),
    ] = 2.0,
    reconcile: Annotated[
        bool,
        typer.Option("--reconcile/--no-reconcile", help="Also score against reconciled claims; takes minutes."),
    ] = True,
    fitted: Annotated[
        bool,
        typer.Option("--fitted", help="Fit each origin to what was known then (normal approximation); takes minutes."),
    ] = False,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Folder of the origins; by default one in `runs`.")
    ] = None,
    on: options.On = "",
    trust_network: options.TrustNetwork = False,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            callback=options.writable,
            help="Add the forecasts to this file, such as forecasts.jsonl.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        options.output_file("Write the result as .html, .md, .docx or (with the extra `pdf`) .pdf."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Simulate a case from past dates and score its forecasts against what happened.

    At each origin, claims published later are not used. To resume an interrupted hindcast, give the same command again.
    """
    from standoff.report import render

    if output is not None:
        render.check(output)
    from standoff.distributed.executors import open_executor
    from standoff.evaluation.hindcast import forecast_ledger
    from standoff.evaluation.hindcast.run import hindcast as run_hindcast
    from standoff.report.charts.hindcast import pictures
    from standoff.report.sections.hindcast import blocks

    home = folder or Path("runs") / (
        "hindcast-" + options.run_name(case, variant, f"s{seed}", f"d{draws}", f"w{widen_late:g}", "fitted" * fitted)
    )
    check_writable_folder(home)
    with (
        options.resumable(home),
        open_executor(on, trust_network) as executor,
        progress_bars(quiet=as_json) as progress,
    ):
        result = run_hindcast(
            case,
            home,
            first=first,
            last=last,
            every=every,
            horizons=_months(horizons),
            variant=variant,
            draws=draws,
            seed=seed,
            widen_late=widen_late,
            reconcile=reconcile,
            fitted=fitted,
            progress=progress,
            executor=executor,
        )
    data = result.summary.to_data()
    write_text(home / "hindcast.json", json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    if output is not None:
        render.write(blocks(result.summary, tuple(pictures(result.summary))), output)
    added = 0 if record is None else forecast_ledger.append(record, result.forecasts)
    if as_json:
        options.print_json(data)
        return
    options.display(render.terminal(blocks(result.summary)))
    if record is not None:
        options.display(f"{added} forecasts added to {record}, {len(result.forecasts) - added} already recorded")
    options.display(
        *([f"wrote {output.resolve()}"] if output else []),
        f"folder: {home.resolve()} (hindcast.json, one file per origin)",
    )


def _months(text: str) -> tuple[int, ...]:
    """Parse horizons; raises `RunError`."""
    words = [word.strip() for word in text.split(",")] if text else []
    if not all(word.isdecimal() for word in words):
        raise RunError(Problem(f"`{text}` are not horizons", "--horizons", allowed="months such as 3,6,12"))
    return tuple(map(int, words))


COMMAND = Command(HelpGroup.evaluate, hindcast)
