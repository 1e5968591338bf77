"""A run as one HTML file to hand on, whose levers move its answers without the program."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from standoff.analysis.brief import Brief
from standoff.analysis.brief import brief as brief_of
from standoff.analysis.response_surface import response_surface
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.engine.session import Session, session
from standoff.files import check_writable, write_text
from standoff.progress import SILENT, Progress
from standoff.report import outputs


def share(
    run: Run, path: Path | str, verdict: Verdict, brief: Brief | None = None, progress: Progress = SILENT
) -> Path:
    """Write the page of a run to one HTML file, with claims, pictures and levers.

    verdict: made with `changes`; brief: computed if None. The levers read a response surface
    (`standoff.analysis.response_surface`): three runs for each lever, at most 60 of two levers, and 32 to compare with, whose
    differences are printed. Raises `ModelError` for a case without questions.
    """
    check_writable(path := Path(path))
    write_text(path, shared(run, verdict, brief, progress))
    return path


def shared(
    run: Run,
    verdict: Verdict,
    brief: Brief | None = None,
    progress: Progress = SILENT,
    opened: Session | None = None,
) -> str:
    """The same as one HTML text; `opened` is a session of the model, if there is one."""
    short = brief_of(run, verdict, progress) if brief is None else brief
    with nullcontext(opened) if opened else session(run.model, seed=run.settings.seed, progress=progress) as own:
        surface = response_surface(own, verdict.answers, progress=progress)
    return outputs.page(run, (), True, verdict, short, surface)
