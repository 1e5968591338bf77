"""What to watch: signs of the coming year, and the answer with and without each.

A sign is an option that an actor has in force at a date, or a stock in the lowest or highest quarter of its futures then.
Futures with the sign are compared with those without it, among those in which no option that the question asks about has
been chosen by then. What it tells is the share of the outcome's variance between the
two groups: for a probability p that becomes q with chance w and r without, w (q - p)^2 + (1 - w) (r - p)^2 over p (1 - p).
It is a correlation in the futures of the model, and no effect of the sign.

Signs are reported whose difference chance alone would give to any of them in 1 of 100 runs (Bonferroni), one a subject.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from standoff import expression
from standoff.analysis.paired_samples import outcome_values
from standoff.analysis.quantile_error import quantile_error

if TYPE_CHECKING:
    from standoff.engine.session import LeverResult, LeverSession
    from standoff.plan import Plan, PlannedQuestion

DRAWS = 10_240  # assumption: of an event of 2 in 100, two hundred futures
MONTHS = (3, 6, 12)  # assumption: a reader looks a year ahead at most
QUARTER = 0.25  # of the futures, at either end of a stock; assumption
LEAST = 100  # futures in either group; assumption
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


def indicators(
    session: LeverSession, question: PlannedQuestion, label: str = "", draws: int = DRAWS
) -> tuple[Indicator, ...]:
    """Signs that tell most about a question, the most telling first.

    label: of a question with labels, whose share is the answer
    """
    plan = session.model.plan
    stocks = _stocks(plan)
    run = session.rerun(draws=draws, stocks=stocks)
    outcome = outcome_values(run, question, label).astype(float)
    known = np.isfinite(outcome)
    candidates, tried = list[tuple[Indicator, float]](), 0
    for sign, has_sign, waiting in _signs(run, question, known):
        both = (outcome[waiting & has_sign], outcome[waiting & ~has_sign])
        if min(map(len, both)) < LEAST:
            continue
        tried += 1
        means = [part.mean() for part in both]
        share, total = len(both[0]) / waiting.sum(), outcome[waiting].var()
        between = share * (1 - share) * (means[0] - means[1]) ** 2
        error = math.sqrt(
            total * sum(1 / len(part) for part in both)
        )  # were there no difference: a rare event needs it
        candidates.append((replace(
            sign, share=float(share), answer=float(means[0]), without=float(means[1]), mc_error=error,
            variance_share=float(between / total) if total else 0.0, futures=int(waiting.sum()),
        ), abs(means[0] - means[1]) / error if error else 0.0))  # fmt: skip
    if not tried:
        return ()
    limit = NormalDist().inv_cdf(1 - CHANCE / (2 * tried))
    sure = sorted((item for item, z in candidates if z > limit), key=lambda item: -item.variance_share)
    first: dict[str, Indicator] = {}
    for item in sure:
        first.setdefault(item.subject, item)
    return tuple(first.values())[:MOST]


def _signs(
    run: LeverResult, question: PlannedQuestion, known: np.ndarray
) -> Iterator[tuple[Indicator, np.ndarray, np.ndarray]]:
    """Signs without numbers, which futures (N,) have each, and which wait for an answer then."""
    plan, calendar = run.model.plan, run.model.scenario.calendar
    about = plan.options_of(question)
    steps = sorted({round(month / calendar.dt) for month in MONTHS if round(month / calendar.dt) > 0})
    for step in (k for k in steps if k < min(question.state - plan.first_future_step, len(run.times))):
        date, waiting = run.times[step - 1], known.copy()
        for c, choice in enumerate(plan.choices):
            wanted = [choice.options.index(option) for option in about.get(choice.name, ())]
            waiting &= ~np.isin(run.chosen[:, :step, c], wanted).any(axis=1)
        if not waiting.any():
            continue
        for c, choice in enumerate(plan.choices):
            for o, option in enumerate(choice.options):
                if option not in about.get(choice.name, ()) and any(choice.is_free):
                    sign = Indicator(kind="choice", subject=choice.name, option=option, date=date)
                    yield sign, run.chosen[:, step - 1, c] == o, waiting
        for cell, paths in run.paths.items():
            values = paths[:, step - 1]
            for above in (False, True):
                p = 1 - QUARTER if above else QUARTER
                limit, error = float(np.quantile(values[waiting], p)), quantile_error(values[waiting], p)
                sign = Indicator(
                    kind="stock", subject=cell, threshold=limit, threshold_error=error, above=above, date=date
                )  # fmt: skip
                yield sign, values > limit if above else values < limit, waiting


def _stocks(plan: Plan) -> list[str]:
    """Stocks that claims observe or questions ask about, and that move."""
    asked = [
        cell for query in plan.questions for node in query.expressions.values() for cell in expression.stock_names(node)
    ]
    moved = {cell for part in plan.mechanisms for cell in part.writes}
    return [cell for cell in dict.fromkeys([*(item.cell for item in plan.observations), *asked]) if cell in moved]
