"""Findings for a reader who has four minutes: verdict, effects of levers, signs to watch.

What to watch: signs of the coming year, and the answer with and without each.

A sign is an option that an actor has in force at a date, or a stock in the lowest or highest quarter of its futures then.
Futures with the sign are compared with those without it, among those in which by then no option that the question asks
about has been chosen, and no condition of the question has become true. What it tells is the share of the outcome's
variance between the two groups: for a probability p that becomes q with chance w and r without, w (q - p)^2 + (1 - w)
(r - p)^2 over p (1 - p). It is a correlation in the futures of the model, and no effect of the sign.

A sign is sure whose difference chance alone would give to any of them in 1 of 200 runs (Bonferroni), one a subject. Where
none is, the strongest are compared again in futures that had no part in their choice, so that their numbers are unbiased;
those are sure that pass the same test there, which is milder since they are few. So chance makes a sure sign in 1 of 100
runs. If none passes, the strongest of the first futures is reported with its numbers from the others, as uncertain.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np

from standoff import expression
from standoff.analysis.answer import Answer
from standoff.analysis.explain import find_choice
from standoff.analysis.finding import Finding
from standoff.analysis.lever_reach import LeverReach, lever_reach
from standoff.analysis.movements import Movement, levers, movements
from standoff.analysis.paired import outcome_values, paired_sample
from standoff.analysis.value_of_information import InformationValue, voi
from standoff.analysis.verdict import Verdict, main_answer
from standoff.engine.run import Run
from standoff.engine.session import LeverResult, Session
from standoff.engine.session import session as opened
from standoff.errors import ModelError
from standoff.plan import Plan, PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.statistics import quantile_error

SIGN_DRAWS = 10_240  # assumption: of an event of 2 in 100, two hundred futures
FRESH = 2  # times as many futures to compare signs again, of which the first had too few; assumption
MONTHS = (3, 6, 12)  # assumption: a reader looks a year ahead at most
QUARTER = 0.25  # of the futures, at either end of a stock; assumption
LEAST = 100  # futures in either group; assumption
USUAL = 0.5  # share of futures; assumption: what most futures have is no sign, but its absence is
CHANCE = 0.01  #: that any sign at all is reported where none tells anything
SIGNS = 4  # assumption: a reader watches no more


@record
class Indicator:
    """A sign, and the answer in futures with and without it."""

    kind: str  #: `choice` or `stock`
    subject: str  #: name of the choice, or of the stock
    option: str = ""  #: option in force; empty for a stock
    threshold: float | None = None  #: of a stock, in its unit
    threshold_error: float | None = None  #: Monte Carlo standard error of the threshold
    above: bool = True  #: whether the sign is a stock above its threshold
    date: str
    share: float = 0.0  #: of futures that wait for an answer, those with the sign
    answer: float = 0.0  #: with it
    without: float = 0.0
    mc_error: float = 0.0  #: Monte Carlo standard error of the difference, were there none
    variance_share: float = 0.0  #: share of the variance of the outcome between the two groups
    futures: int = 0  #: that wait for an answer
    is_sure: bool = True  #: whether the difference is beyond what chance gives to any sign


def indicators(
    session: Session, question: PlannedQuestion, label: str = "", draws: int = SIGN_DRAWS
) -> tuple[Indicator, ...]:
    """Signs that tell most about a question, the most telling first; else an uncertain one.

    label: of a question with labels, whose share is the answer
    """
    z_scores = _compared(session, question, label, draws)
    sure = _sure(z_scores)
    if sure or not z_scores:
        return tuple(_one_each(sure))
    strongest = _one_each(sorted(z_scores, key=lambda item: -z_scores[item]))
    other = Session(session.model, session.seed + 1, session.simulator)  # futures that did not choose these signs
    again = _compared(other, question, label, FRESH * draws, strongest)
    return tuple(_sure(again)) or tuple(replace(item, is_sure=False) for item in [*again][:1])


def _sure(z_scores: Mapping[Indicator, float]) -> list[Indicator]:
    """Signs beyond what chance gives to any of so many, the most telling first."""
    limit = NormalDist().inv_cdf(1 - CHANCE / 2 / (2 * max(len(z_scores), 1)))
    return sorted((item for item, z in z_scores.items() if z > limit), key=lambda item: -item.variance_share)


def _one_each(signs: Sequence[Indicator]) -> list[Indicator]:
    """The first signs of different subjects."""
    first = dict[str, Indicator]()
    for item in signs:
        first.setdefault(item.subject, item)
    return [*first.values()][:SIGNS]


def _compared(
    session: Session, question: PlannedQuestion, label: str, draws: int, only: Sequence[Indicator] = ()
) -> dict[Indicator, float]:
    """Signs with their numbers, and their differences in standard errors; if any, `only` these."""
    stocks = [sign.subject for sign in only if sign.kind == "stock"] if only else _stocks(session.model.plan)
    run = session.move(draws=draws, stocks=list(dict.fromkeys(stocks)))
    outcome = outcome_values(run, question, label).astype(float)
    out = dict[Indicator, float]()
    for sign, waiting in _signs(run, question, np.isfinite(outcome), only):
        has_sign = _has(run, sign)
        groups = (outcome[waiting & has_sign], outcome[waiting & ~has_sign])
        share, total = len(groups[0]) / waiting.sum(), outcome[waiting].var()
        if min(map(len, groups)) < LEAST or share > USUAL:
            continue
        answer, without = (float(part.mean()) for part in groups)
        error = math.sqrt(total * sum(1 / len(part) for part in groups))  # as if there were no difference: a rare
        between = share * (1 - share) * (answer - without) ** 2  # event needs it
        item = replace(
            sign,
            share=float(share),
            answer=answer,
            without=without,
            mc_error=error,
            variance_share=float(between / total) if total else 0.0,
            futures=int(waiting.sum()),
        )
        out[item] = abs(answer - without) / error if error else 0.0
    return out


def _signs(
    run: LeverResult, question: PlannedQuestion, known: np.ndarray, only: Sequence[Indicator]
) -> Iterator[tuple[Indicator, np.ndarray]]:
    """Signs without numbers, and the futures (N,) that wait for an answer at the date of each."""
    plan, calendar = run.model.plan, run.model.scenario.calendar
    about, sample = question.options, paired_sample(run, question)
    parts = [sample[part] for part in question.expressions] if question.form.IS_CONDITION else []
    happens = np.min([np.full(len(run.failed), np.inf), *parts], axis=0)  # (N,) when a condition is first true
    last = min(question.state - plan.first_future_step, len(run.times))
    for step in sorted({step for month in MONTHS if 0 < (step := round(month / calendar.dt)) < last}):
        date, waiting = run.times[step - 1], known & (happens > plan.first_future_step + step)
        for c, choice in enumerate(plan.choices):
            wanted = [choice.options.index(option) for option in about.get(choice.name, ())]
            waiting &= ~np.isin(run.chosen[:, :step, c], wanted).any(axis=1)
        if waiting.any():
            signs = (sign for sign in only if sign.date == date) if only else _signs_at(run, about, date, waiting)
            yield from ((sign, waiting) for sign in signs)


def _signs_at(
    run: LeverResult, about: Mapping[str, Sequence[str]], date: str, waiting: np.ndarray
) -> Iterator[Indicator]:
    """Options that a question does not ask about, and quarters of stocks, at a date."""
    for choice in run.model.plan.choices:
        for option in choice.options if any(choice.is_free) else ():
            if option not in about.get(choice.name, ()):
                yield Indicator(kind="choice", subject=choice.name, option=option, date=date)
    for cell, paths in run.paths.items():
        values = paths[waiting, run.times.index(date)]
        for above in (False, True):
            p = 1 - QUARTER if above else QUARTER
            yield Indicator(
                kind="stock",
                subject=cell,
                threshold=float(np.quantile(values, p)),
                threshold_error=quantile_error(values, p),
                above=above,
                date=date,
            )


def _has(run: LeverResult, sign: Indicator) -> np.ndarray:
    """Which futures (N,) have a sign at its date."""
    step = run.times.index(sign.date)
    if sign.kind == "choice":
        c = find_choice(run.model.plan, sign.subject)
        return run.chosen[:, step, c] == run.model.plan.choices[c].options.index(sign.option)
    values = run.paths[sign.subject][:, step]
    return values > sign.threshold if sign.above else values < sign.threshold


def _stocks(plan: Plan) -> list[str]:
    """Stocks that claims observe or questions ask about, and that move."""
    asked = [
        cell for query in plan.questions for node in query.expressions.values() for cell in expression.stock_names(node)
    ]
    moved = {cell for part in plan.mechanisms for cell in part.writes}
    return [cell for cell in dict.fromkeys([*(item.cell for item in plan.observations), *asked]) if cell in moved]


CLAIMS, CHECKED = 5, 3  # assumption: a reader keeps no more in mind


@record
class Brief(Finding):
    """A verdict with the effects of levers, signs to watch and the claims behind the answer."""

    verdict: Verdict
    levers: tuple[Movement, ...]  #: of the main answer alone, the largest change first
    reach: Mapping[str, LeverReach]  #: of levers that move its odds by less than a quarter: why
    signs: tuple[Indicator, ...]  #: the most telling first
    checks: tuple[InformationValue, ...]  #: claims about numbers, the most worth checking first
    claims: tuple[str, ...]  #: the claims behind the largest reasons, then behind the answer

    @property
    def main(self) -> Answer:
        """The answer to the main question."""
        return next(item for item in self.verdict.answers if item.id == self.verdict.main)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON: the verdict's, with levers, signs, checks and claims."""
        own = super().to_data()
        return self.verdict.to_data() | {name: own[name] for name in ("levers", "reach", "signs", "checks", "claims")}


def brief(run: Run, verdict: Verdict, progress: Progress = SILENT) -> Brief:
    """Add to a verdict what a brief says beyond it; `verdict` must be made with `changes`.

    Simulates the main answer under every lever, 10,240 futures for signs to watch, and 8,192 for claims to check.
    Raises `ModelError` for a case without questions.
    """

    main = main_answer(run, verdict.answers)
    if main is None:
        raise ModelError("the case has no question to answer", path="questions", fix="add one to the scenario")
    query = run.model.plan.question(main.id)
    label = str(main.answer) if query.form.HAS_LABELS else ""
    session = opened(run.model, seed=run.settings.seed, progress=progress)
    value = voi(run.model, question=main.id, seed=run.settings.seed, best=CHECKED, progress=progress)
    moved = [*movements(session, track(progress, "levers", [*levers(run.model.plan)]), [main])]
    weak = ((item.mover.name, lever_reach(session, query, item)) for item in moved)
    return Brief(
        origin=verdict.origin,
        verdict=verdict,
        levers=tuple(sorted(moved, key=lambda item: -abs(item.largest(main.id).change))),
        reach={name: found for name, found in weak if found is not None},
        signs=indicators(session, query, label),
        checks=value.claims,
        claims=_claims(run, verdict, main),
    )


def _claims(run: Run, verdict: Verdict, main: Answer) -> tuple[str, ...]:
    """The first claim of each reason, the largest first; then claims behind the answer.

    Those published by as_of come first, since reasons may be worded after later texts.
    """
    known = run.model.ledger.as_of(run.model.scenario.as_of_day)
    effects = verdict.attribution.reasons if verdict.attribution else ()
    first = [sorted(item.claims, key=lambda name: name not in known)[:1] for item in effects]
    names = dict.fromkeys([*(name for names in first for name in names), *main.claims])
    return tuple(sorted(names, key=lambda name: name not in known))[:CLAIMS]
