"""`standoff record`: the page of a record of forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

from standoff.cli._options import Case, Command, HelpGroup, Others, Printed, Seed, output_file
from standoff.errors import RunError
from standoff.report import sections


def record(
    case: Case,
    file: Annotated[
        Path | None, Option("--record", metavar="FILE", help="The record; by default record.jsonl beside the scenario.")
    ] = None,
    others: Others = None,
    seed: Seed = 1,
    output: Annotated[
        Path | None,
        output_file("Write the page as .html, .md, .docx or (with the extra `pdf`) .pdf."),
    ] = None,
    *,
    printed: Printed,
) -> None:
    """Show how the forecasts of a case moved with time, beside rivals and what came.

    Scores are those of `standoff score`: misses first, then by group, horizon and origin against the best rival of each
    origin. The page has a picture of each question, how often events came, and where outcomes lay in the forecasts.
    """
    from standoff import catalog
    from standoff.evaluation import forecast_record, score
    from standoff.report import render
    from standoff.report.charts.forecast_record import pictures
    from standoff.scenario import load_scenario

    if output is not None:
        render.check(output)
    path = file or catalog.find(case).with_name(forecast_record.FILE)
    if not path.exists():
        fix = f"`standoff roll {case} --until DATE` begins one"
        raise RunError(f"`{case}` has no record of forecasts", str(path), fix=fix)
    scores = score.score_record(path, None, seed, others)
    title, notes = f"Forecasts, and what came: {load_scenario(catalog.find(case)).scenario.title}", list[str]()
    if output is not None:
        drawn = tuple(pictures(scores))
        render.write(sections.forecast_record.blocks(scores, title, drawn), output)
        notes.append(f"wrote {output.resolve()}")
    printed.show(scores, sections.forecast_record.blocks(scores, title, with_lines=output is None), *notes)


COMMAND = Command(HelpGroup.evaluate, record)
