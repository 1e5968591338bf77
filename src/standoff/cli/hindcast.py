"""`standoff hindcast`: forecasts from past dates, scored against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import (
    Case,
    Command,
    Draws,
    Elsewhere,
    HelpGroup,
    Printed,
    Seed,
    Variant,
    output_file,
    resumable,
    run_name,
    whole_number,
    writable,
)
from standoff.errors import RunError
from standoff.files import check_writable_folder, write_json
from standoff.report import sections


def hindcast(
    case: Case,
    first: Annotated[str, Option("--from", metavar="MONTH", help="First origin; by default that of the case.")] = "",
    last: Annotated[str, Option("--until", metavar="MONTH", help="Last origin; by default that of the case.")] = "",
    every: Annotated[str, Option(metavar="LENGTH", help="Interval of origins: month, quarter, year, `6 months`.")] = "",
    horizons: Annotated[str, Option(metavar="MONTHS", help="Horizons in months, such as 3,6,12.")] = "",
    variant: Variant = "",
    draws: Draws = 768,
    seed: Seed = 1,
    widen_late: Annotated[
        float,
        Option(
            min=1,
            metavar="FACTOR",
            help="Widen ranges whose sources were all published later by this factor; 1 leaves them.",
        ),
    ] = 2.0,
    reconcile: Annotated[
        bool,
        Option(help="Also score against reconciled claims; takes minutes."),
    ] = True,
    folder: Annotated[
        Path | None, Option(metavar="DIR", help="Folder of the origins; by default one in `runs`.")
    ] = None,
    *,
    elsewhere: Elsewhere,
    record: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            callback=writable,
            help="Add the forecasts to this record, such as record.jsonl.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        output_file("Write the result as .html, .md, .docx or (with the extra `pdf`) .pdf."),
    ] = None,
    printed: Printed,
) -> None:
    """Simulate a case from past dates and score its forecasts against what happened.

    At each origin, claims published later are not used. To resume an interrupted hindcast, give the same command again.
    """
    from standoff.evaluation import forecast_record
    from standoff.report import render
    from standoff.report.charts.forecast_record import pictures

    if output is not None:
        render.check(output)
    settings = (f"s{seed}", f"d{draws}", f"w{widen_late:g}")
    home = folder or Path("runs") / f"hindcast-{run_name(case, variant, *settings)}"
    check_writable_folder(home)
    with resumable(home), elsewhere.executor() as executor, printed.progress() as progress:
        result = standoff.hindcast(
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
            progress=progress,
            executor=executor,
        )
    write_json(home / "hindcast.json", result.to_data())
    files = []
    if record is not None:
        added, replaced = forecast_record.append(record, result.forecasts, case)
        old = f", {replaced} of them in place of earlier ones" * bool(replaced)
        files.append(f"{added} forecasts added to {record}{old}, {len(result.forecasts) - added} already recorded")
    if output is not None:
        render.write(sections.hindcast.blocks(result, tuple(pictures(result.scores))), output)
        files.append(f"wrote {output.resolve()}")
    files.append(f"folder: {home.resolve()} (hindcast.json, one file per origin)")
    printed.show(result, sections.hindcast.blocks(result), *files)


def _months(text: str) -> tuple[int, ...]:
    """Parse horizons; raises `RunError`."""
    months = [whole_number(word.strip()) for word in text.split(",")] if text else []
    if None in months:
        raise RunError(f"`{text}` are not horizons", "--horizons", allowed="months such as 3,6,12")
    return tuple(month for month in months if month is not None)


COMMAND = Command(HelpGroup.evaluate, hindcast)
