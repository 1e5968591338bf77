"""Equilibrium audit: which games of a run have a unique equilibrium or left their branch.

A game counts once for each future, each decision date, and each perspective (the true state, or an actor's beliefs). A
game that is not proved to have one equilibrium is followed from rationality 0 by continuation, which gives the
equilibrium on its principal branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standoff.addons.games import principal_branch
from standoff.addons.games.equilibrium_check import (
    OFF_BRANCH,
    ON_BRANCH,
    UNIQUE,
    UNKNOWN,
    UNSOLVED,
    CheckedGames,
    audit,
)
from standoff.analysis.explain import decision_step, find_choice
from standoff.analysis.finding import Finding, Provenance
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, Problem
from standoff.progress import SILENT, Progress, track


@dataclass(frozen=True)
class Counts:
    """Number of games by result of the audit."""

    games: int
    proven: int  #: proved to have one equilibrium
    on: int  #: not proved; the run used the principal branch
    off: int  #: the run used another equilibrium
    unsolved: int  #: the solver of the run did not converge
    unknown: int  #: the branch could not be followed


@dataclass(frozen=True)
class AuditedChoice:
    """Games of one choice on one date, in the futures with that decision."""

    choice: str
    actor: str
    at: str
    counts: Counts
    largest: float  #: largest difference in probability between the run and the branch
    mean: float  #: mean of the largest difference per future; both without unknown games


@dataclass(frozen=True)
class EquilibriumAudit(Finding):
    """Equilibrium audit of a run."""

    futures: int = 0  #: draws with whole paths
    dates: tuple[str, ...] = ()
    total: Counts = Counts(0, 0, 0, 0, 0, 0)
    choices: tuple[AuditedChoice, ...] = ()
    largest: float = 0.0
    not_known_because: str = ""  #: empty if all games are known


def check_equilibria(
    model: Model,
    *,
    actor: str = "",
    at: str = "",
    draws: int = 1000,
    seed: int = 1,
    precision: str = "single",
    progress: Progress = SILENT,
) -> EquilibriumAudit:
    """Simulate a model and audit its games for other equilibria than the principal branch.

    Checks every date of decisions; with `actor` (or a choice's name) and `at` (a month), that of one decision.
    """
    if bool(actor) != bool(at):
        raise ModelError(
            Problem(
                "an actor without a month, or a month without an actor",
                allowed="both, or neither",
                fix="name both for one decision",
            )
        )
    steps = None
    if actor:
        steps = [decision_step(model.plan, model.plan.choices[find_choice(model.plan, actor)], at)]
    run = simulate(model, draws=draws, seed=seed, paths="all", precision=precision, progress=progress)
    return audited(run, steps, progress)


def audited(run: Run, steps: Sequence[int] | None = None, progress: Progress = SILENT) -> EquilibriumAudit:
    """Audit the recorded paths of a run, at all decision dates or at `steps`."""
    run.require_valid_paths()
    plan, program = run.model.plan, run.model.program
    result = [
        audit(run, step)
        for step in track(progress, "dates of decisions", program.decision_steps if steps is None else steps)
    ]
    label = run.model.scenario.calendar.label
    rows = [_choice(run, one, c) for one in result for c in range(len(plan.choices)) if one.made[c].any()]
    total = _counts(np.concatenate([one.status.ravel() for one in result]) if result else np.zeros(0, int))
    ends = max((one.ends for one in result), default=0)
    why = (
        ""
        if not total.unknown
        else (
            f"moves are seen, and written out as a tree the game has {ends:,} ends; at most {principal_branch.ENDS:,} are followed"
            if ends > principal_branch.ENDS
            else "the branch could not be followed to the end"
        )
    )
    return EquilibriumAudit(
        Provenance.of(run),
        int(run.valid_paths.sum()),
        tuple(label(one.step + 1) for one in result),
        total,
        tuple(rows),
        max((row.largest for row in rows), default=0.0),
        why,
    )


def _choice(run: Run, result: CheckedGames, c: int) -> AuditedChoice:
    choice, made = run.model.plan.choices[c], result.made[c]
    gaps = result.branch_distance[c][made]
    gaps = gaps[np.isfinite(gaps)]
    return AuditedChoice(
        choice.name,
        choice.actor,
        run.model.scenario.calendar.label(result.step + 1),
        _counts(result.status[run.model.program.perspective_of[c]][made]),
        float(gaps.max(initial=0.0)),
        float(gaps.mean()) if len(gaps) else 0.0,
    )


def _counts(status: np.ndarray) -> Counts:
    return Counts(
        len(status), *(int((status == kind).sum()) for kind in (UNIQUE, ON_BRANCH, OFF_BRANCH, UNSOLVED, UNKNOWN))
    )
