"""Figures over questions of many cases, with intervals that draw whole cases again.

Sources: murphy1973 (calibration), hesterberg2015 (bootstrap of few), cox1958 (shift and factor).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from benchmarks.case_scores import RESAMPLES, CaseSkill, Scored, skills
from benchmarks.crisis_runs import BASE, FORCES, NO_WAR_YET, SEQUENCE, Decision, Said
from scipy.special import stdtrit

from standoff.evaluation import scoring_rules
from standoff.evaluation.scoring_rules import brier, logarithmic
from standoff.theories import DEFAULT
from standoff.theories import names as theory_names

Rows: TypeAlias = Sequence[Scored]
Interval: TypeAlias = "tuple[float, float] | None"
STEPS, STRIDE = 30, 2.0  # assumption: Newton's steps and the longest of them; the resamples need about six
RIDGE = 1e-3  # assumption: weight of (0, 1), so that there is an end where a threshold parts all; an event weighs up to 0.25


def interval(cases: Sequence[str], figure: Callable[[np.ndarray], np.ndarray], seed: int) -> Interval:
    """Central 90 % of `figure` when whole cases are drawn again; None for fewer than five cases.

    `figure` takes (resample, row) weights, how often the case of a row was drawn, and gives (resample,) values. The
    percentiles lie further out than 5 and 95 %, as in `standoff.evaluation.scoring_rules`.
    """
    names, index = np.unique(np.asarray(cases), return_inverse=True)
    count = len(names)
    if count < scoring_rules.FEWEST:
        return None
    tail = NormalDist().cdf(-math.sqrt(count / (count - 1)) * float(stdtrit(count - 1, (1 + scoring_rules.LEVEL) / 2)))
    samples = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), RESAMPLES)
    with np.errstate(divide="ignore", invalid="ignore"):
        text = figure(samples[:, index].astype(float))
    low, high = np.quantile(text[~np.isnan(text)], (tail, 1 - tail), method="inverted_cdf")
    return float(low), float(high)


def line(p: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(resample, 2) shift and factor of log odds that give forecasts p the best log score, by Newton's method.

    A factor above 1 says that forecasts were too timid, a shift above 0 that things happened more often than they said.
    Sources: cox1958.
    """
    odds = np.log(p) - np.log1p(-p)
    terms = np.stack([np.ones(len(p)), odds])
    result = np.tile([0.0, 1.0], (len(weights), 1))
    for _ in range(STEPS):
        now = 1 / (1 + np.exp(-np.clip(result @ terms, -30, 30)))
        slope = (weights * (y - now)) @ terms.T - RIDGE * (result - [0.0, 1.0])
        bend = np.einsum("rn,an,bn->rab", weights * now * (1 - now), terms, terms) + RIDGE * np.eye(2)
        result = result + np.clip(np.linalg.solve(bend, slope[..., None])[..., 0], -STRIDE, STRIDE)
    return result


def common(p: np.ndarray, here: float, there: float) -> np.ndarray:
    """Chances p of a sample in which a share `here` came true, for one in which `there` does: the log odds moved alike."""
    odds = np.log(p / (1 - p)) + math.log(there / (1 - there)) - math.log(here / (1 - here))
    return np.asarray(1 / (1 + np.exp(-odds)))


def ranked(p: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(resample,) share of pairs of what happened and what did not in which the former had the higher chance; ties by half.

    Unlike a score it does not hang on how common the event is, so the choice of famous cases moves it less.
    """
    yes, no = p[y > 0][:, None], p[y == 0][None, :]
    above = (yes > no) + (yes == no) / 2
    outcome, stayed = weights[:, y > 0], weights[:, y == 0]
    return np.asarray(((outcome @ above) * stayed).sum(axis=1) / (outcome.sum(axis=1) * stayed.sum(axis=1)))


def apart(values: np.ndarray, did: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(resample,) weighted mean of values where `did` less that where not."""
    outcome, stayed = weights * did, weights * ~did
    return np.asarray(outcome @ values / outcome.sum(axis=1) - stayed @ values / stayed.sum(axis=1))


def arrays(rows: Rows) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Forecasts as scored, what happened, and cases."""
    return (
        np.array([row.smoothed for row in rows], float),
        np.array([row.happened for row in rows], float),
        [row.case for row in rows],
    )


def pooled(text: Sequence[Said], name: str) -> list[Scored]:
    """All questions of the cases that were run that way."""
    return [row for each in text for row in each.scored.get(name, ())]


def beside(rows: Rows, others: Mapping[tuple[str, str], float]) -> list[Scored]:
    """The rows whose question has a chance in `others`, scored beside that in place of the base rate."""
    out = []
    for row in rows:
        if (p := others.get((row.case, row.id))) is not None:
            outcome = int(row.happened or 0)
            params = {
                "brier": brier((1 - p, p), outcome),
                "log": logarithmic((1 - p, p), outcome),
            }
            out.append(replace(row, base_rate=p, scores={**row.scores, "base_rate": params}))
    return out


def chances(rows: Rows) -> dict[tuple[str, str], float]:
    """The chance that was scored, by case and question."""
    return {(row.case, row.id): float(row.smoothed or 0.0) for row in rows}


def skill(rows: Rows, score: str, against: str, seed: int) -> CaseSkill | None:
    """The model against one baseline; None where no question has it."""
    return next((item for item in skills(rows, seed) if (item.score, item.against) == (score, against)), None)


def as_common(rows: Rows, rate: float, who: str) -> float:
    """Mean Brier score if those to whom it happened were `rate` of all, and each group as forecast as it is here."""
    mean = {
        outcome: np.mean([row.scores[who]["brier"] for row in rows if row.happened == outcome]) for outcome in (0, 1)
    }
    return float(rate * mean[1] + (1 - rate) * mean[0])


def one_less(rows: Rows, seed: int) -> list[tuple[float, str]]:
    """Brier skill over the base rate without each case, sorted."""
    result = []
    for case in dict.fromkeys(row.case for row in rows):
        item = skill([row for row in rows if row.case != case], "brier", "base_rate", seed)
        if item is not None:
            result.append((item.skill, case))
    return sorted(result)


def losses(rows: Rows) -> list[tuple[float, Scored]]:
    """Questions on which the model's Brier score is above that of the base rate, by how much, the worst first."""
    result = [
        (row.scores["model"]["brier"] - row.scores["base_rate"]["brier"], row)
        for row in rows
        if "base_rate" in row.scores
    ]
    return sorted([item for item in result if item[0] > 0], key=lambda item: -item[0])


def forces(rows: Rows, war: bool) -> list[Scored]:
    """The questions on sending forces, all or only where fighting was under way."""
    return [row for row in rows if row.id in FORCES.get(row.case, {}) and not (war and row.case in NO_WAR_YET)]


def sequence(text: Sequence[Said], seed: int) -> tuple[list[Scored], CaseSkill | None, list[tuple[float, Scored]]]:
    """Questions as answered one after another, their skill over all at once, and changes of chance, the largest first."""
    rows = beside(pooled(text, SEQUENCE), chances(pooled(text, BASE)))
    moved = [(float(row.smoothed or 0) - float(row.base_rate or 0), row) for row in rows]
    return rows, skill(rows, "brier", "base_rate", seed), sorted(moved, key=lambda item: -abs(item[0]))


def spread(text: Sequence[Said]) -> list[tuple[float, str]]:
    """For each question the highest chance under any theory less the lowest, and its name, the widest first."""
    result = [chances(pooled(text, BASE if name == DEFAULT else name)) for name in theory_names()]
    return sorted(
        ((max(each[key] for each in result) - min(each[key] for each in result), "/".join(key)) for key in result[0]),
        reverse=True,
    )


def split(decisions: Sequence[Decision]) -> list[str]:
    """Cases in which some committed forces and some did not."""
    return [
        case
        for case in dict.fromkeys(item.case for item in decisions)
        if len({item.did for item in decisions if item.case == case}) == 2
    ]


def part(decision: Decision, kind: str | None) -> float:
    """What a kind adds to the log odds, nothing where it is missing; None: what all add together."""
    return decision.log_odds if kind is None else decision.kinds.get(kind, 0.0)


def contrast(decisions: Sequence[Decision], kind: str | None, case: str = "") -> float:
    """Mean part of the log odds by a kind (None: by all) of those who committed forces, less that of those who did not."""
    here = [item for item in decisions if case in {"", item.case}]
    did, not_ = ([part(item, kind) for item in here if item.did == side] for side in (True, False))
    return float(np.mean(did) - np.mean(not_))


def kinds_of(decisions: Sequence[Decision]) -> list[str]:
    """Kinds that somebody has, those that part the two groups most first."""
    result = {kind for item in decisions for kind in item.kinds}
    return sorted(result, key=lambda kind: (-abs(contrast(decisions, kind)), kind))


def split_by_sign(decisions: Sequence[Decision]) -> tuple[float, float]:
    """The contrast by kinds that are, on average over all decisions, reasons for sending forces, and by the others."""
    total = {True: 0.0, False: 0.0}
    for kind in kinds_of(decisions):
        total[float(np.mean([part(item, kind) for item in decisions])) > 0] += contrast(decisions, kind)
    return total[True], total[False]
