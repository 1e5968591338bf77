"""Sanity checks: what a careful analyst looks at before believing an answer.

Each check is one file of `analysis/sanity_checks`. A finding says what was found, with its number, and what to do about
it. The checks read what a run has recorded and simulate nothing.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from standoff import registry
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.sanity_checks._base import CheckedRun, SanityFinding
from standoff.progress import SILENT, Progress
from standoff.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.analysis.answer import Answer
    from standoff.analysis.sanity_checks._base import SanityCheck
    from standoff.engine.model import Model
    from standoff.engine.run import Run
    from standoff.plan import Plan

__all__ = ["Sanity", "SanityFinding", "checks", "of_plan", "of_run", "ordered", "sanity", "titles"]
DRAWS = 1_000  # assumption: shares of futures are then right to three percentage points (two standard errors)


@record
class Sanity(Finding):
    """The findings of all checks on a run: the first of each check, then the second, and so on."""

    findings: tuple[SanityFinding, ...]


def sanity(model: Model, *, draws: int = DRAWS, seed: int = 1, progress: Progress = SILENT) -> Sanity:
    """Check a model in a pilot run of `draws` futures."""
    from standoff.engine.simulate import simulate

    run = simulate(model, draws=draws, seed=seed, progress=progress)
    return Sanity(origin=Provenance.of(run), findings=of_run(run))


def of_run(run: Run, answers: tuple[Answer, ...] | None = None) -> tuple[SanityFinding, ...]:
    """Check a finished run; `answers` are those to all of its questions, if they are known."""
    from standoff.analysis.answer import answer

    checked = CheckedRun(run=run, answers=answer(run).answers if answers is None else answers)
    return ordered(check.of_run(checked) for check in checks())


def of_plan(plan: Plan) -> tuple[SanityFinding, ...]:
    """Check a plan without a run."""
    return ordered(check.of_plan(plan) for check in checks())


def checks() -> tuple[SanityCheck, ...]:
    """All checks, by their order."""
    all_checks = (module.CHECK for module in registry.modules("standoff.analysis.sanity_checks").values())
    return tuple(sorted(all_checks, key=lambda check: (check.ORDER, check.name)))


def titles() -> dict[str, str]:
    """Check -> what is wrong where it finds something, in a few words."""
    return {check.name: check.TITLE for check in checks()}


def ordered(by_check: Iterable[Iterable[SanityFinding]]) -> tuple[SanityFinding, ...]:
    """The worst finding of each check, by the size of its number, then the second, and so on."""
    sorted_findings = [sorted(findings, key=lambda item: -abs(item.number)) for findings in by_check]
    return tuple(item for row in zip_longest(*sorted_findings) for item in row if item is not None)
