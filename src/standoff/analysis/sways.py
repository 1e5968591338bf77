"""What makes a theory decide as it does: numbers from the same reasons that every theory weighs.

`quantal_response`    the sum of the reasons
`best_response`       how often an option's sum is above the status quo's and the highest, and by which reasons the draws
                      in which it is the highest differ from the others
`cognitive_hierarchy` what those add who do not think, and what it adds that others are expected to do something else
`reference_dependent` what each reason loses by counting more where it speaks against the option
`satisficing`         which reason rules the option out, in which share of draws
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standoff.analysis.finding import wilson_interval
from standoff.games.theories import LEVELS, LOSS_AVERSION, NOTICED, STEPS_OF_THOUGHT

if TYPE_CHECKING:
    from standoff.engine.run import Run

TELLING = 2  # assumption: a reader keeps no more reasons in mind


@dataclass(frozen=True)
class TheoryTerm:
    """One thing that sways a decision: a reason, or a step of the theory (a word that is no reason's name)."""

    name: str
    text: str
    value: float  #: part of the log odds, a share of draws, or a change of probability, as the theory has it
    mc_error: float


def explain(run: Run, place: int, step: int, option: int, theory: str, p: np.ndarray) -> tuple[TheoryTerm, ...]:
    """Why actors of a theory take an option with probabilities p (M, O) in the decision of `step`."""
    choice = run.model.plan.choices[place]
    because = run.model.scenario.choices[choice.name].because
    texts = {reason.name: because[reason.name].text or reason.name for reason in choice.reasons}
    parts = run.reasons(place, step)
    if theory == "best_response":
        return _best(parts, texts, choice.status_quo, option, p)
    if theory == "cognitive_hierarchy":
        return _hierarchy(parts.sum(axis=1), option, p)
    if theory == "reference_dependent":
        lost = (LOSS_AVERSION - 1) * np.minimum(parts[:, :, option], 0.0)
        each = [_mean(name, text, lost[:, r]) for r, (name, text) in enumerate(texts.items())]
        against = sorted((item for item in each if item.value < 0), key=lambda item: item.value)
        return (*against, _mean("sum", "together", lost.sum(axis=1)))
    if theory == "satisficing":
        return _satisficing(parts, _scales(run, place, step), texts, choice.status_quo, option, p)
    return (_mean("sum", "sum of the reasons", parts[:, :, option].sum(axis=1)),)


def _best(
    parts: np.ndarray, texts: dict[str, str], status_quo: int, option: int, p: np.ndarray
) -> tuple[TheoryTerm, ...]:
    total = parts.sum(axis=1)
    best = p[:, option] > 0.5
    out = [_share("above", "above the status quo", total[:, option] > total[:, status_quo]),
           _share("best", "the best", best)]  # fmt: skip
    if best.any() and not best.all():
        mine = parts[:, :, option]
        gap = mine[best].mean(axis=0) - mine[~best].mean(axis=0)
        error = np.sqrt(mine[best].var(axis=0) / best.sum() + mine[~best].var(axis=0) / (~best).sum())
        for r in np.argsort(-gap)[:TELLING]:
            if gap[r] > 0:
                name, text = list(texts.items())[r]
                out.append(TheoryTerm(name, text, float(gap[r]), float(error[r])))
    return tuple(out)


def _hierarchy(total: np.ndarray, option: int, p: np.ndarray) -> tuple[TheoryTerm, ...]:
    """The probability as that of quantal response, moved by those who do not think and by other expectations."""
    weights = np.exp(total - total.max(axis=1, keepdims=True))
    quantal = (weights / weights.sum(axis=1, keepdims=True))[:, option]
    levels = [STEPS_OF_THOUGHT**k / math.factorial(k) for k in range(LEVELS + 1)]
    idle = levels[0] / sum(levels)
    unthinking = idle * (1 / p.shape[1] - quantal)
    return (_mean("quantal", "of quantal response", quantal),
            _mean("idle", "by those who pick at random", unthinking),
            _mean("expected", "by what others are expected to do", p[:, option] - quantal - unthinking))  # fmt: skip


def _satisficing(
    parts: np.ndarray, scales: tuple[np.ndarray, np.ndarray], texts: dict[str, str], status_quo: int, option: int,
    p: np.ndarray,
) -> tuple[TheoryTerm, ...]:  # fmt: skip
    """Goes through the reasons again as the theory does; nothing where that does not give its probabilities."""
    rationality, weights = scales
    scale = rationality[:, None] * weights
    plain = np.divide(parts, scale[:, :, None], out=np.zeros_like(parts), where=scale[:, :, None] > 0)
    order = np.argsort(-weights, axis=1, kind="stable")
    draws = np.arange(len(parts))
    left = np.ones(p.shape, bool)
    out_by = np.full(len(parts), -1)
    for place in range(parts.shape[1]):
        here = plain[draws, order[:, place]]
        still = left & (here >= np.where(left, here, -np.inf).max(axis=1, keepdims=True) - NOTICED)
        out_by = np.where(left[:, option] & ~still[:, option], order[:, place], out_by)
        left = still
    ahead = [status_quo, *range(option)] if option != status_quo else []
    chosen = left[:, option] & ~left[:, [o for o in ahead if o != option]].any(axis=1)
    if np.abs(chosen - p[:, option]).mean() > 0.01:  # assumption: beyond ties that rounding decides
        return ()
    ruled = [_share(name, text, out_by == r) for r, (name, text) in enumerate(texts.items())]
    kept = _share("kept", "in to the end, and so is an option that comes before it", (out_by < 0) & ~chosen)
    return (*sorted((item for item in ruled if item.value > 0), key=lambda item: -item.value), kept,
            _share("taken", "left when all others are ruled out", chosen))  # fmt: skip


def _scales(run: Run, place: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """(M,) rationality and (M, R) weights of a choice as its actor sees them."""
    plan = run.model.plan
    choice, view = plan.choices[place], plan.view(plan.choices[place].actor, plan.choices[place].actor)
    numbers = run.parameters[run.valid_paths][run.made(place, step)].astype(float)

    def number(i: int) -> np.ndarray:
        out: np.ndarray = numbers[:, i] * (numbers[:, view.parameter_index[i]] if i in view.parameter_index else 1.0)
        return out

    return number(choice.rationality), np.stack([number(reason.weight) for reason in choice.reasons], axis=1)


def _mean(name: str, text: str, values: np.ndarray) -> TheoryTerm:
    return TheoryTerm(name, text, float(values.mean()), float(values.std()) / math.sqrt(len(values)))


def _share(name: str, text: str, holds: np.ndarray) -> TheoryTerm:
    share, _, error = wilson_interval(int(holds.sum()), len(holds))
    return TheoryTerm(name, text, share, error)
