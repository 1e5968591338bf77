"""Outcomes of single futures, and answers in a group of them.

A future has a number, under which it has the same random numbers in every state of the levers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff.addons.explorer import charts
from standoff.addons.explorer.exhaustion import label_words
from standoff.addons.explorer.explorer import Fan
from standoff.analysis.answer import Answer, answer
from standoff.analysis.paired import paired_sample
from standoff.analysis.stored_bands import Bands
from standoff.engine.run import Outcomes, Run
from standoff.engine.session import LeverResult
from standoff.errors import ModelError, Problem
from standoff.plan import PlannedQuestion
from standoff.questions import form
from standoff.report import answer_text

NEAR = 0.05  # share of futures near a point; assumption: few enough to be near, and enough for answers of their own
FEW = 30  # futures; assumption: a share of fewer is no estimate, and is given as a count


@dataclass(frozen=True, kw_only=True)
class FutureOutcomes:
    """The outcome of a question in every future, in the moved state and in the case."""

    question: str
    kind: str
    outcomes: tuple[float | None, ...]  #: None where it failed, or did not happen by the date of an `until`
    before: tuple[float | None, ...]
    labels: tuple[str, ...] | None  #: an outcome is an index of these
    unit: str
    failed: tuple[int, ...]  #: numbers of the futures that failed in the moved state
    paths: int  #: futures below this number can be opened as a story


@dataclass(frozen=True, kw_only=True)
class NearFutures:
    """The futures nearest to a point of a chart."""

    stock: str
    time: str
    futures: tuple[int, ...]  #: their numbers
    low: float  #: the values that they have then, in the scale of the chart
    high: float


@dataclass(frozen=True, kw_only=True)
class GroupAnswer:
    """An answer in a group of futures and in all."""

    question: str
    now: str | None  #: a count below 30 futures; None for a number there
    error: str | None
    all: str


@dataclass(frozen=True, kw_only=True)
class GroupChoice:
    """Shares of a group with each option in force at the end."""

    choice: str
    shares: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class FutureGroup:
    """A group of futures, such as those that a reader has marked."""

    count: int
    of: int
    paths: int  #: those of the group with whole paths, behind the choices
    times: tuple[str, ...]
    answers: tuple[GroupAnswer, ...]
    fans: tuple[Fan, ...]  #: none below 30 futures
    choices: tuple[GroupChoice, ...]


def outcomes(now: Outcomes, before: Outcomes, question: str) -> FutureOutcomes:
    """One number a future; raises `ModelError` for an unknown question."""
    query = now.model.plan.question(question)
    words = ("no", "yes") if query.form.COMPARED_BY == "probability" else query.form.labels(query)
    words = words if query.form.is_share and not _is_time(query) else ()
    return FutureOutcomes(
        question=query.id,
        kind=query.question.kind,
        outcomes=_numbers(now, query),
        before=_numbers(before, query),
        labels=tuple(label_words(now.model.plan, word) for word in words) or None,
        unit=_unit(query),
        failed=tuple(np.flatnonzero(~now.valid).tolist()),
        paths=now.settings.paths,
    )


def _is_time(query: PlannedQuestion) -> bool:
    """Whether an outcome is the time until a condition holds."""
    return bool(query.form.IS_CONDITION and not query.form.HAS_LABELS and query.form.COMPARED_BY == "share")


def _unit(query: PlannedQuestion) -> str:
    if _is_time(query):
        return "months"
    unit = query.form.unit(query) or query.form.MEASURE
    return "" if unit == "1" else str(unit)


def _numbers(run: Outcomes, query: PlannedQuestion) -> tuple[float | None, ...]:
    sample = paired_sample(run, query)
    if query.form.HAS_LABELS:
        first = np.stack([sample[label] for label in query.expressions])
        values = np.where(np.isfinite(first).any(axis=0), first.argmin(axis=0), len(first)).astype(float)
    elif _is_time(query):
        values = sample.months(sample[""])
    else:
        values = query.form.values(sample)
    known = run.valid & np.isfinite(values)
    return tuple(value if ok else None for value, ok in zip(values.tolist(), known.tolist(), strict=True))


def near(now: LeverResult, cell: str, time: str, value: float, shown: charts.ChartScale) -> NearFutures:
    """The twentieth of the futures that is nearest to a value of a stock at a date of its chart.

    Of a stock of 0 or 1, whose chart shows a share, those with it. Raises `ModelError` for a date of another time.
    """
    if time not in now.times:
        allowed = f"{now.times[0]} to {now.times[-1]}"
        raise ModelError(Problem(f"the chart has no date `{time}` after as_of", "time", allowed=allowed))
    values = now.paths[cell][:, now.times.index(time)] / shown.scale
    valid = np.flatnonzero(now.valid)
    if shown.is_flag:
        chosen = valid[values[valid] > 0]
    else:
        order = np.argsort(np.abs(values[valid] - value), kind="stable")
        chosen = np.sort(valid[order[: max(1, round(NEAR * len(valid)))]])
    ends = (float(values[chosen].min()), float(values[chosen].max())) if len(chosen) else (value, value)
    return NearFutures(stock=cell, time=time, futures=tuple(chosen.tolist()), low=ends[0], high=ends[1])


def group(now: LeverResult, run: Run, futures: Sequence[int], shown: Mapping[str, charts.ChartScale]) -> FutureGroup:
    """Answers, stocks and choices in some futures, by their numbers; raises `ModelError`.

    now: outcomes with the paths of the stocks of `shown`; run: the same state with whole paths, for the choices
    """
    wrong = [number for number in futures if not 0 <= number < now.settings.draws]
    if wrong:
        raise ModelError(Problem(f"there is no future {wrong[0]}", "futures", allowed=f"0 to {now.settings.draws - 1}"))
    chosen = np.array(sorted({number for number in futures if now.valid[number]}), int)
    if not len(chosen):
        raise ModelError(
            Problem("a group without futures", "futures", allowed="the numbers of one or more that did not fail")
        )
    plan = now.model.plan
    with_path = chosen[chosen < run.settings.paths]
    dates = [state - plan.first_future_step - 1 for state in charts.chart_states(plan)]
    all_ = answer(now, bands=Bands())
    own, as_of = answer(_subset(now, chosen), bands=Bands(), like=all_), str(now.model.scenario.as_of)
    return FutureGroup(
        count=len(chosen),
        of=int(now.valid.sum()),
        paths=len(with_path),
        times=charts.chart_times(plan),
        answers=tuple(_group_answer(item, all_[item.id], len(chosen), as_of) for item in own.answers),
        fans=tuple(
            Fan(
                stock=cell,
                unit=scale.unit,
                quantiles=charts.quantile_rows(now.paths[cell][chosen][:, dates], scale),
                before=None,
                belief=None,
            )
            for cell, scale in shown.items()
        )
        if len(chosen) >= FEW
        else (),
        choices=tuple(_group_choices(run, with_path)) if len(with_path) else (),
    )


def _group_choices(run: Run, futures: np.ndarray) -> Iterator[GroupChoice]:
    last = run.path_chosen[futures, -1]
    for c, choice in enumerate(run.model.plan.choices):
        if any(choice.is_free):
            shares = [[(last[:, c] == option).mean() for option in range(len(choice.options))]]
            yield GroupChoice(choice=choice.name, shares=charts.rounded(np.array(shares))[0])


def _subset(run: Outcomes, chosen: np.ndarray) -> Outcomes:
    return Outcomes(
        model=run.model,
        settings=replace(run.settings, draws=len(chosen), paths=len(chosen)),
        answers=run.answers[:, chosen],
        failed=run.failed[chosen],
        cause=run.cause[chosen],
        unsolved=run.unsolved[chosen],
        trackers=run.trackers,
        versions=run.versions,
        stocks_at_as_of=run.stocks_at_as_of,  # of all futures: the baseline is that of the case
    )


def _group_answer(item: Answer, of_all: Answer, count: int, as_of: str) -> GroupAnswer:
    whole = answer_text.answer(of_all, as_of).main
    if count >= FEW:
        here = answer_text.answer(item, as_of)
        return GroupAnswer(question=item.id, now=here.main, error=here.error or None, all=whole)
    share = _share(item)
    if share is None:
        return GroupAnswer(question=item.id, now=None, error=None, all=whole)
    counted = f"{round(share * count)} of {count}"
    label = f"{item.answer}: " if form(item.kind).HAS_LABELS else ""
    return GroupAnswer(question=item.id, now=f"{label}{counted}", error=None, all=whole)


def _share(item: Answer) -> float | None:
    """The share of futures behind an answer, if it has one."""
    if form(item.kind).HAS_LABELS:
        return float(item.detail["first"][item.answer])
    if "probability_by" in item.detail:
        return float(item.detail["probability_by"])
    return item.number if form(item.kind).is_share else None
