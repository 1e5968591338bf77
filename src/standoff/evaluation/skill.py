"""Skill over each baseline with intervals, calibration, coverage, and a verdict.

Brier skill is 1 - mean score / mean score of the baseline. For the log score it is the difference of the means in nats
per question. The CRPS comes in units that differ between questions, so its skill is 1 - the geometric mean of the
ratios. Questions of one case are not independent: intervals resample whole cases where there are five or more, else
single questions, and state which.

Sources: murphy1973 (calibration), cramer2022 (geometric mean of ratios).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from standoff.evaluation import scoring_rules
from standoff.evaluation.records import CalibrationBin, CaseSkill, Coverage, Scored
from standoff.questions import form
from standoff.statistics import wilson_interval

PAIRS = (  #: score -> baselines; the log score of "as now" is infinite if anything changes
    ("brier", ("base_rate", "even", "persistence")),
    ("log", ("base_rate", "even")),
    ("crps", ("base_rate", "persistence", "even")),
)
COIN = 0.25  #: Brier score of 50 %
WORDS = {"base_rate": "the base rate", "even": "equal chances", "persistence": "no change"}
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  #: bins of the calibration table; assumption: few, since questions are few


def skills(rows: Sequence[Scored], seed: int) -> tuple[CaseSkill, ...]:
    """Skill of the model over every baseline that shares a question with it."""
    result = (_skill(rows, name, other, seed) for name, others in PAIRS for other in others)
    return tuple(item for item in result if item is not None)


def _skill(rows: Sequence[Scored], name: str, other: str, seed: int) -> CaseSkill | None:
    both = [row for row in rows if name in row.scores["model"] and name in row.scores.get(other, {})]
    if not both:
        return None
    ours, theirs = (np.array([row.scores[who][name] for row in both]) for who in ("model", other))
    cases = [row.case for row in both]
    many = len(set(cases)) >= scoring_rules.FEWEST
    value, interval = scoring_rules.skill(name, ours, theirs, cases if many else range(len(both)), seed)
    model, base = (None, None) if name == "crps" else (float(ours.mean()), float(theirs.mean()))
    return CaseSkill(
        score=name,
        against=other,
        questions=len(both),
        cases=len(set(cases)),
        model=model,
        other=base,
        skill=0.0 if math.isnan(value) else value,
        interval=interval,
        better=int((ours < theirs).sum()),
        resampled="" if interval is None else "cases" if many else "questions",
    )


def calibration(rows: Sequence[Scored]) -> tuple[CalibrationBin, ...]:
    """Observed frequencies by forecast bin; empty bins are omitted."""
    events = [row for row in rows if form(row.kind).COMPARED_BY == "probability" and row.smoothed is not None]
    return reliability([row.smoothed or 0.0 for row in events], [row.happened or 0.0 for row in events])


def reliability(forecasts: Sequence[float], outcomes: Sequence[float]) -> tuple[CalibrationBin, ...]:
    """Observed frequencies of events, 1 or 0, by bins of their probabilities."""
    p, y, out = np.array(forecasts), np.array(outcomes), list[CalibrationBin]()
    for low, high in pairwise(EDGES):
        here = (p >= low) & ((p < high) | (high == EDGES[-1]))
        if here.any():
            share, interval, _ = wilson_interval(int(y[here].sum()), int(here.sum()))
            out.append(CalibrationBin(low, high, int(here.sum()), float(p[here].mean()), share, interval))
    return tuple(out)


def coverage(rows: Sequence[Scored]) -> tuple[Coverage, ...]:
    """Number of covered outcomes by level; a range counts by the part inside."""
    numbers = [row for row in rows if row.inside]
    levels = numbers[0].inside if numbers else ()
    return tuple(Coverage.of(float(level), [row.inside[level] for row in numbers]) for level in levels)


# ---- in words -----------------------------------------------------------------------------------------------------


def verdict(result: Sequence[CaseSkill]) -> str:
    """One sentence on skill, over the first baseline of events, or else of numbers."""
    first = next(iter([item for item in result if item.score != "log"]), None)
    if first is None:
        return "Nothing to compare: no question has a baseline."
    over = WORDS[first.against]
    size = f"{first.questions} question{'s' * (first.questions > 1)} of {first.cases} case{'s' * (first.cases > 1)}"
    if first.model is None or first.other is None:
        means = f"CRPS skill {first.skill:+.0%}"
    else:
        means = f"Brier score {first.model:.3f} against {first.other:.3f}, skill {first.skill:+.0%}"
    better = f"better on {first.better} of them"
    if first.against == "base_rate" and first.other is not None and first.other > COIN:
        better += f"; the base rate itself is worse than equal chances, {COIN}"
    if first.interval is None:
        few = "is too few" if first.questions == 1 else "are too few"
        return f"No skill over {over} can be shown, {size} {few}: {means}, {better}."
    low, high = first.interval
    sure = f"{means} (90 %: {low:+.0%} to {high:+.0%}), {better}"
    if low > 0:
        return f"Skill over {over} on {size}: {sure}."
    if high < 0:
        return f"Worse than {over} on {size}: {sure}."
    return f"No skill over {over} is shown on {size}: {sure}."


def remarks(rows: Sequence[Scored], result: Sequence[CaseSkill]) -> tuple[str, ...]:
    """Remarks on the method of scoring, for readers."""
    out = ["Scores measure foresight only if the author of the case did not know the outcomes."]
    certain = [row for row in rows if row.smoothed is not None and row.forecast in (0.0, 1.0)]
    if certain:
        out.append(
            f"Probabilities that were 0 or 1 among the draws: {len(certain)}. All are scored as (k + 1/2) / (n + C / 2) "
            "for k of n draws and C possible outcomes."
        )
    if any(item.resampled == "questions" and item.questions > item.cases for item in result):
        out.append(
            "Questions of one case are not independent, but the intervals treat them as independent and are too narrow."
        )
    return tuple(out)
