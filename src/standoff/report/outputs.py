"""Write the report of a run as HTML, Markdown and PDF, and its pictures as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from standoff.files import check_writable, check_writable_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from standoff.analysis.brief import Brief
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def check(output: Sequence[Path], *folders: Path | None) -> None:
    """Refuse unknown formats and unwritable files, before anything is simulated."""
    from standoff.report import render

    for path in output:
        render.check(path)
        check_writable(path)
    for folder in folders:
        if folder is not None:
            check_writable_folder(folder)


def terminal(verdict: Verdict, full: bool = True) -> list[RenderableType]:
    """The verdict for the terminal, whole or in short, with findings and uncertainty if any."""
    from standoff.report import render
    from standoff.report.sections import findings, model_uncertainty
    from standoff.report.terminal import verdict_page
    from standoff.report.terminal_summary import summary_page

    out = [verdict_page(verdict) if full else summary_page(verdict)]
    if verdict.flips and verdict.value:
        out += [render.terminal(each) for each in (findings.flips(verdict.flips), findings.values(verdict.value))]
    if verdict.model_uncertainty:
        out.append(render.terminal(model_uncertainty.blocks(verdict.model_uncertainty)))
    return out


def write(
    run: Run, result: Verdict, output: Sequence[Path], folder: Path | None, brief: Brief | None = None
) -> list[str]:
    """Write the report to each file and the pictures into a folder; return a line about each."""
    if not output and folder is None:
        return []
    from standoff.analysis.causal import structure
    from standoff.report import render, report
    from standoff.report.charts import export
    from standoff.report.sections import verdict

    samples = list(export.pictures(run, result, structure(run.model.plan)))
    out = []
    for path in output:
        if path.suffix.lower() == ".html":
            report(run, path, verdict=result, brief=brief)
        else:
            render.write(verdict.blocks(run, result, samples), path)
        out.append(f"wrote {path.resolve()}")
    if folder is not None:
        for picture in samples:
            export.write(picture, folder)
        out.append(f"wrote {len(samples)} pictures, each as SVG and PNG, to {folder.resolve()}")
    return out


def brief_terminal(run: Run, result: Brief) -> list[RenderableType]:
    """A brief for the terminal."""
    from standoff.report import render
    from standoff.report.sections import brief

    return [render.terminal(brief.blocks(run, result))]


def write_brief(run: Run, result: Brief, output: Sequence[Path]) -> list[str]:
    """Write a brief to each file; return a line about each."""
    from itertools import islice

    from standoff.report import render
    from standoff.report.charts import export
    from standoff.report.sections import brief

    if not output:
        return []
    document = brief.blocks(run, result, list(islice(export.pictures(run, result.verdict), 1)))
    return [f"wrote {render.write(document, path).resolve()}" for path in output]
