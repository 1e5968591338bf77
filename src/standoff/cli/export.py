"""What `standoff run` writes beside its folder: the report in other forms, and its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from standoff.files import check_writable, check_writable_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis import Verdict
    from standoff.engine.run import Run


def known(output: Sequence[Path], *folders: Path | None) -> None:
    """Refuse unknown formats and what cannot be written, before anything is simulated."""
    from standoff.report import render

    for path in output:
        render.check(path)
        check_writable(path)
    for folder in folders:
        if folder is not None:
            check_writable_folder(folder)


def write(run: Run, found: Verdict, output: Sequence[Path], folder: Path | None) -> list[str]:
    """Write the report to each file and the pictures into a folder; lines that say so."""
    if not output and folder is None:
        return []
    from standoff.analysis.causal import structure
    from standoff.report import render, report
    from standoff.report.charts import export
    from standoff.report.sections import verdict

    drawn = list(export.pictures(run, found, structure(run.model.plan)))
    out = []
    for path in output:
        if path.suffix.lower() == ".html":
            report(run, path, found=found)
        else:
            render.write(verdict.blocks(run, found, drawn), path)
        out.append(f"wrote {path.resolve()}")
    if folder is not None:
        for picture in drawn:
            export.write(picture, folder)
        out.append(f"wrote {len(drawn)} pictures, each as SVG and PNG, to {folder.resolve()}")
    return out
