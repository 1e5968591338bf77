"""Faces of a run and of a brief: terminal, page, documents, and pictures as files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rich.console import RenderableType

from standoff.analysis.brief import Brief
from standoff.analysis.causal import structure
from standoff.analysis.response_surface import ResponseSurface
from standoff.analysis.verdict import Verdict
from standoff.analysis.verdict import verdict as verdict_of
from standoff.engine.run import Run
from standoff.files import check_writable, check_writable_folder, write_text
from standoff.report import assets, document, evidence_panels, render, title
from standoff.report.backends import html
from standoff.report.charts import export
from standoff.report.charts import overview as charts
from standoff.report.document import Block, Heading, Picture
from standoff.report.overview import overview
from standoff.report.sections import findings, main_answer, model_uncertainty, verdict

SCRIPT = assets.read("page.js") + assets.read("charts.js")


def check(output: Sequence[Path], *folders: Path | None) -> None:
    """Refuse unknown formats and unwritable files, before anything is simulated."""
    for path in output:
        render.check(path)
        check_writable(path)
    for folder in folders:
        if folder is not None:
            check_writable_folder(folder)


def terminal(run: Run, result: Verdict, full: bool = True) -> list[RenderableType]:
    """The verdict for the terminal, whole or in short with findings and rival models."""
    if full:
        summary = verdict.blocks(run, result, "screen")[len(title.blocks(result.origin)) :]
        ends: list[Block] = [Heading("Summary"), *summary]
        return [render.terminal(verdict.blocks(run, result, "full")), render.terminal(ends, True)]
    out = [render.terminal(verdict.blocks(run, result, "screen"), True)]
    if result.flips and result.value:
        out += [render.terminal(each) for each in (findings.flips(result.flips), findings.values(result.value))]
    if result.model_uncertainty:
        out.append(render.terminal(model_uncertainty.blocks(result.model_uncertainty)))
    return out


def page(
    run: Run,
    beside: Sequence[Run] = (),
    with_causes: bool = True,
    result: Verdict | None = None,
    brief: Brief | None = None,
    surface: ResponseSurface | None = None,
) -> str:
    """The page of a run as one self-contained HTML text; see `standoff.report.report`."""
    others = {other.model.plan.variant: verdict_of(other) for other in beside}
    causes = structure(run.model.plan) if with_causes else None
    result = result or verdict_of(run, changes=True)
    blocks = verdict.blocks(run, result, "page", others, causes, brief, surface)
    panels = {panel.key: evidence_panels.blocks(run, panel) for panel in evidence_panels.panels(run, result)}
    return html.page(blocks, panels, SCRIPT + (assets.read("surface.js") if surface else ""))


def write(
    run: Run, result: Verdict, output: Sequence[Path], folder: Path | None, brief: Brief | None = None
) -> list[str]:
    """Write the report to each file and the pictures into a folder; return a line about each."""
    if not output and folder is None:
        return []
    blocks = verdict.blocks(run, result, structure=structure(run.model.plan), brief=brief)
    out = []
    for path in output:
        if path.suffix.lower() == ".html":
            write_text(path, page(run, (), True, result, brief))
        else:
            render.write(blocks, path)
        out.append(f"wrote {path.resolve()}")
    if folder is not None:
        pictures = list(document.pictures(blocks))
        for picture in pictures:
            export.write(picture, folder)
        out.append(f"wrote {len(pictures)} pictures, each as SVG and PNG, to {folder.resolve()}")
    return out


def write_brief(run: Run, result: Brief, output: Sequence[Path]) -> list[str]:
    """Write a brief to each file; return a line about each."""
    if not output:
        return []
    blocks = main_answer.brief_blocks(run, result, brief_pictures(run, result))
    return [f"wrote {render.write(blocks, path).resolve()}" for path in output]


def brief_pictures(run: Run, result: Brief) -> list[Picture]:
    """The picture of a brief: a hundred futures, else the first of the verdict."""
    drawn = [*charts.hundred(overview(run, result.verdict))]
    return drawn or list(islice(document.pictures(verdict.blocks(run, result.verdict)), 1))
