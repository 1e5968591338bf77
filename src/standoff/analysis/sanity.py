"""Sanity checks: what a careful analyst looks at before believing an answer.

Each check is one file of `analysis/sanity_checks`. A finding says what was found, with its number, and what to do about
it. The checks read what a run has recorded and simulate nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from types import ModuleType
from typing import TYPE_CHECKING

from standoff import labels, registry
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.sanity_checks._base import CheckedRun, Findings
from standoff.plan import Plan
from standoff.progress import SILENT, Progress
from standoff.record import record

if TYPE_CHECKING:
    from standoff.analysis.answer import Answer
    from standoff.engine.model import Model
    from standoff.engine.run import Run

DRAWS = 1_000  # assumption: shares of futures are then right to three percentage points (two standard errors)


@record
class SanityFinding:
    """One thing that a careful analyst would look at before believing an answer."""

    check: str  #: name of the check
    subject: str  #: path in the scenario of the question, choice, stock or parameter
    label: str  #: the same in words
    number: float  #: the number behind it, as named by the check
    text: str  #: what was found; its sentence goes on after the label
    fix: str  #: what to do about it


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
    return ordered(_findings(checked.plan, name, check.of_run(checked)) for name, check in checks().items())


def of_plan(plan: Plan) -> tuple[SanityFinding, ...]:
    """Check a plan without a run."""
    return ordered(
        _findings(plan, name, check.of_plan(plan)) for name, check in checks().items() if hasattr(check, "of_plan")
    )


def _findings(plan: Plan, check: str, findings: Findings) -> Iterable[SanityFinding]:
    for subject, number, text, fix in findings:
        label = labels.capital(labels.parameter(plan, subject))
        yield SanityFinding(check=check, subject=subject, label=label, number=float(number), text=text, fix=fix)


def checks() -> dict[str, ModuleType]:
    """All checks by name, in their order.

    First where an answer is likely to be false if the check finds something.
    """
    modules = registry.modules("standoff.analysis.sanity_checks")
    return dict(sorted(modules.items(), key=lambda item: (item[1].ORDER, item[0])))


def titles() -> dict[str, str]:
    """Check -> what is wrong where it finds something, in a few words."""
    return {name: check.TITLE for name, check in checks().items()}


def ordered(by_check: Iterable[Iterable[SanityFinding]]) -> tuple[SanityFinding, ...]:
    """The worst finding of each check, by the size of its number, then the second, and so on."""
    sorted_findings = [sorted(findings, key=lambda item: -abs(item.number)) for findings in by_check]
    return tuple(item for row in zip_longest(*sorted_findings) for item in row if item is not None)
