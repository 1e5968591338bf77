"""What `standoff run` writes beside its folder: the report in other forms, and its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from standoff.errors import Problem, RunError
from standoff.files import check_writable, check_writable_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis import Verdict
    from standoff.engine.run import Run

FORMS = (".html", ".md", ".pdf")


def known(output: Sequence[Path], *folders: Path | None) -> None:
    """Refuse other forms, a PDF that cannot be made, and what cannot be written, before anything is simulated."""
    wrong = [path for path in output if path.suffix.lower() not in FORMS]
    if wrong:
        raise RunError([Problem(f"`{path}` has no form that can be written", allowed=f"a file that ends in {', '.join(FORMS)}")
                        for path in wrong])  # fmt: skip
    if any(path.suffix.lower() == ".pdf" for path in output):
        from standoff.report.backends import pdf

        pdf.library()
    for path in output:
        check_writable(path)
    for folder in folders:
        if folder is not None:
            check_writable_folder(folder)


def write(run: Run, found: Verdict, output: Sequence[Path], folder: Path | None) -> list[str]:
    """Write the report to each file and the pictures into a folder; lines that say so."""
    if not output and folder is None:
        return []
    from standoff.analysis.causal import structure
    from standoff.report import document, report
    from standoff.report.charts import export
    from standoff.report.sections import verdict

    drawn = list(export.pictures(run, found, structure(run.model.plan)))
    out = []
    for path in output:
        if path.suffix.lower() == ".html":
            report(run, path, found=found)
        else:
            document.write(verdict.blocks(run, found, drawn), path)
        out.append(f"wrote {path.resolve()}")
    if folder is not None:
        for picture in drawn:
            export.write(picture, folder)
        out.append(f"wrote {len(drawn)} pictures, each as SVG and PNG, to {folder.resolve()}")
    return out
