"""What to watch: signs of the coming year, and the answer with and without each.

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from standoff import expression
from standoff.analysis.paired_samples import outcome_values, paired_sample
from standoff.analysis.quantile_error import quantile_error
from standoff.engine.session import LeverResult, Session
from standoff.plan import Plan, PlannedQuestion

DRAWS = 10_240  # assumption: of an event of 2 in 100, two hundred futures
FRESH = 2  # times as many futures to compare signs again, of which the first had too few; assumption
MONTHS = (3, 6, 12)  # assumption: a reader looks a year ahead at most
QUARTER = 0.25  # of the futures, at either end of a stock; assumption
LEAST = 100  # futures in either group; assumption
USUAL = 0.5  # share of futures; assumption: what most futures have is no sign, but its absence is
CHANCE = 0.01  #: that any sign at all is reported where none tells anything
MOST = 4  # assumption: a reader watches no more


@dataclass(frozen=True, kw_only=True)
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
    session: Session, question: PlannedQuestion, label: str = "", draws: int = DRAWS
) -> tuple[Indicator, ...]:
    """Signs that tell most about a question, the most telling first; else an uncertain one.

    label: of a question with labels, whose share is the answer
    """
    candidates = _compared(session, question, label, draws)
    limit = _limit(len(candidates))
    sure = {item: z for item, z in candidates.items() if z > limit}
    if sure or not candidates:
        return tuple(_one_each(sorted(sure, key=lambda item: -item.variance_share)))
    strongest = _one_each(sorted(candidates, key=lambda item: -candidates[item]))
    other = Session(session.model, session.seed + 1, session.simulator)  # futures that did not choose these signs
    again = _compared(other, question, label, FRESH * draws, strongest)
    limit = _limit(len(again))
    confirmed = sorted((item for item, z in again.items() if z > limit), key=lambda item: -item.variance_share)
    return tuple(confirmed) or tuple(replace(item, is_sure=False) for item in [*again][:1])


def _limit(tried: int) -> float:
    """Standard errors that chance gives to any of so many signs with half of `CHANCE`."""
    return NormalDist().inv_cdf(1 - CHANCE / 2 / (2 * max(tried, 1)))


def _one_each(signs: Sequence[Indicator]) -> list[Indicator]:
    """The first signs of different subjects."""
    first = dict[str, Indicator]()
    for item in signs:
        first.setdefault(item.subject, item)
    return [*first.values()][:MOST]


def _compared(
    session: Session, question: PlannedQuestion, label: str, draws: int, only: Sequence[Indicator] = ()
) -> dict[Indicator, float]:
    """Signs with their numbers, and their differences in standard errors; if any, `only` these."""
    stocks = [sign.subject for sign in only if sign.kind == "stock"] if only else _stocks(session.model.plan)
    run = session.move(draws=draws, stocks=list(dict.fromkeys(stocks)))
    outcome = outcome_values(run, question, label).astype(float)
    out = dict[Indicator, float]()
    for sign, has_sign, waiting in _signs(run, question, np.isfinite(outcome), only):
        both = (outcome[waiting & has_sign], outcome[waiting & ~has_sign])
        if min(map(len, both)) < LEAST:
            continue
        means = [float(part.mean()) for part in both]
        share, total = len(both[0]) / waiting.sum(), outcome[waiting].var()
        if share > USUAL:
            continue
        between = share * (1 - share) * (means[0] - means[1]) ** 2
        error = math.sqrt(
            total * sum(1 / len(part) for part in both)
        )  # were there no difference: a rare event needs it
        item = replace(
            sign,
            share=float(share),
            answer=means[0],
            without=means[1],
            mc_error=error,
            variance_share=float(between / total) if total else 0.0,
            futures=int(waiting.sum()),
        )
        out[item] = abs(means[0] - means[1]) / error if error else 0.0
    return out


def _signs(
    run: LeverResult, question: PlannedQuestion, known: np.ndarray, only: Sequence[Indicator] = ()
) -> Iterator[tuple[Indicator, np.ndarray, np.ndarray]]:
    """Signs without numbers, the futures (N,) that have each, and those that wait for an answer."""
    plan, calendar = run.model.plan, run.model.scenario.calendar
    about, happens = plan.options_of(question), _happens(run, question)
    steps = sorted({round(month / calendar.dt) for month in MONTHS if round(month / calendar.dt) > 0})
    for step in (k for k in steps if k < min(question.state - plan.first_future_step, len(run.times))):
        date, waiting = run.times[step - 1], known & (happens > plan.first_future_step + step)
        for c, choice in enumerate(plan.choices):
            wanted = [choice.options.index(option) for option in about.get(choice.name, ())]
            waiting &= ~np.isin(run.chosen[:, :step, c], wanted).any(axis=1)
        if not waiting.any():
            continue
        if only:
            yield from ((sign, _has(run, sign, step), waiting) for sign in only if sign.date == date)
            continue
        for choice in plan.choices:
            for option in choice.options:
                if option not in about.get(choice.name, ()) and any(choice.is_free):
                    sign = Indicator(kind="choice", subject=choice.name, option=option, date=date)
                    yield sign, _has(run, sign, step), waiting
        for cell, paths in run.paths.items():
            values = paths[:, step - 1]
            for above in (False, True):
                p = 1 - QUARTER if above else QUARTER
                limit, error = float(np.quantile(values[waiting], p)), quantile_error(values[waiting], p)
                sign = Indicator(
                    kind="stock", subject=cell, threshold=limit, threshold_error=error, above=above, date=date
                )
                yield sign, _has(run, sign, step), waiting


def _happens(run: LeverResult, question: PlannedQuestion) -> np.ndarray:
    """(N,) state at which a condition of the question is first true; infinite without one."""
    sample = paired_sample(run, question)
    parts = [sample[part] for part in question.expressions] if question.form.IS_CONDITION else []
    return np.min([np.full(len(run.failed), np.inf), *parts], axis=0)


def _has(run: LeverResult, sign: Indicator, step: int) -> np.ndarray:
    """Which futures (N,) have a sign at the end of a step."""
    if sign.kind == "choice":
        c, choice = next((c, each) for c, each in enumerate(run.model.plan.choices) if each.name == sign.subject)
        return run.chosen[:, step - 1, c] == choice.options.index(sign.option)
    values = run.paths[sign.subject][:, step - 1]
    assert sign.threshold is not None
    return values > sign.threshold if sign.above else values < sign.threshold


def _stocks(plan: Plan) -> list[str]:
    """Stocks that claims observe or questions ask about, and that move."""
    asked = [
        cell for query in plan.questions for node in query.expressions.values() for cell in expression.stock_names(node)
    ]
    moved = {cell for part in plan.mechanisms for cell in part.writes}
    return [cell for cell in dict.fromkeys([*(item.cell for item in plan.observations), *asked]) if cell in moved]
