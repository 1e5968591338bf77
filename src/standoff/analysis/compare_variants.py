"""Compare variants of a case in the same futures, and attribute differences to processes.

Futures are paired: a draw has the same parameters and the same random numbers under every variant, so that a difference
is far more exact than either answer. The difference of a stock is the sum over processes of the differences of their flows
since as_of, in every future:

    stock(t | variant) - stock(t | base) = difference at as_of + sum over processes of (flow - flow in the base) dt

Differences of choices are explained by the reasons of the last decision.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standoff import expression, labels
from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import (
    PairedOutcomes,
    QuestionRef,
    answer_values,
    estimate,
    mean,
    outcome_values,
    question_ref,
)
from standoff.analysis.stored_bands import Bands
from standoff.engine import decision_record
from standoff.engine.flows import flow_paths
from standoff.engine.model import Model
from standoff.engine.run import Outcomes, Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, require
from standoff.plan import Plan, PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.statistics import Z90, central_90, is_binary, mean_and_error

DRAWS = 2000  # assumption: a probability is then right to about one percentage point, a difference far better
PATHS = 400  # assumption: futures with stored paths, to attribute differences; 160 MB a variant of the largest case
STOCKS, PARTS, REASONS = 4, 5, 4  # assumption: a reader keeps no more in mind
POINT = 0.005  # assumption: half a percentage point, differences of choice probabilities below it are not explained
UNCHANGED = "the case without a variant"
SURE = 2.0  # standard errors; assumption: a difference below is put down to chance


@record
class AnswerDifference:
    """Difference of one answer between a variant and the base."""

    variant: str
    answer: Answer  #: answer under the variant
    value: float  #: the answer: a probability, a share, a median or a mean
    change: float
    mc_error: float  #: Monte Carlo error of the change
    size: float  #: absolute change in standard deviations of the base's futures
    interval: tuple[float, float]  #: 90 % Monte Carlo interval of the change
    futures: int  #: that failed under neither
    turned: tuple[float, float] | None  #: for yes or no: shares of futures that change to yes and to no
    spread: tuple[float, float] | None  #: for a number: central 90 % of its change over futures


@record
class QuestionComparison(QuestionRef):
    """One question under every variant."""

    base: Answer
    value: float  #: in the futures of the base alone
    mc_error: float
    changes: tuple[AnswerDifference, ...]


@dataclass(frozen=True)
class ProcessContribution:
    """Difference of the contribution of one process between variant and base."""

    part: str
    total: float  #: in the unit of the stock
    mc_error: float
    by: tuple[float, ...]  #: at each of the dates of the stock


@record
class StockDecomposition:
    """Decomposition of the difference of a stock by process."""

    variant: str
    stock: str
    text: str  #: the stock in words, with its holder
    unit: str
    dates: tuple[str, ...]
    change: float  #: at the last date
    mc_error: float
    before: float  #: difference at as_of
    changes: tuple[float, ...]  #: at each date
    processes: tuple[ProcessContribution, ...]  #: the largest first
    rest: float  #: contribution of all other processes


@record
class ReasonChange:
    """Difference of a reason between variant and base, mean over futures with both decisions."""

    variant: str
    choice: str
    decided: str
    option: str
    option_text: str  #: the option in words, with its actor
    probability: tuple[float, float]  #: in the base, under the variant
    reason: str
    text: str
    log_odds: float  #: difference to the base
    mc_error: float


@record
class Comparison(Finding):
    """A case under variants, with its base."""

    base: str
    variants: tuple[str, ...]
    texts: Mapping[str, str]
    questions: tuple[QuestionComparison, ...]  #: the main question first, then by size of the difference
    moved: tuple[StockDecomposition, ...]
    reasons: tuple[ReasonChange, ...]
    failures: Mapping[str, str]  #: failures of draws by variant, including the base


def compare(
    models: Mapping[str, Model],
    *,
    draws: int = DRAWS,
    seed: int = 1,
    stocks: Sequence[str] = (),
    progress: Progress = SILENT,
) -> Comparison:
    """Compare variants in the same futures: answers, processes and reasons.

    models: by the name of their variant, the first is the base; stocks: to explain, by default those that differ most.
    """

    if len(models) < 2:
        raise ModelError(f"only one model to compare, `{next(iter(models), '')}`", allowed="two or more variants")
    cells = next(iter(models.values())).plan.cells
    for name in stocks:
        require(name, cells, "stock")
    runs: dict[str, Run] = {}
    for name in track(progress, "variants", list(models)):
        runs[name] = simulate(models[name], draws=draws, seed=seed, paths=min(draws, PATHS), progress=progress)
        runs[name].require_valid_paths()
    (base, first), *others = runs.items()
    plan, variants = first.model.plan, first.model.scenario.variants
    answered = {name: answer(run) for name, run in runs.items()}
    questions = list(_questions(first, answered[base], dict(others), answered))
    questions.sort(key=lambda item: (item.id != plan.main_question, -max(change.size for change in item.changes)))
    return Comparison(
        origin=Provenance.of(first),
        base=base,
        variants=tuple(runs)[1:],
        texts={
            name: variants[name].text if name in variants else "; ".join(map(str, run.interventions)) or UNCHANGED
            for name, run in runs.items()
        },
        questions=tuple(questions),
        moved=tuple(item for name, run in others for item in _decompositions(first, name, run, tuple(stocks))),
        reasons=tuple(item for name, run in others for item in _reason_changes(first, name, run)),
        failures={name: text for name, run in others if (text := run.failure_summary)},
    )


def compare_outcomes(
    base: Outcomes,
    other: Outcomes,
    name: str,
    first: Answers | None = None,
    values: Mapping[str, np.ndarray] | None = None,
) -> tuple[QuestionComparison, ...]:
    """Every answer that two states of a case have in common, the main question first.

    `other` is the case under other levers, other beliefs or disputed claims, or under a variant. Neither has an epistemic
    band, which belongs to the case as it stands. `first` are the answers of `base`, to all or some questions, and `values` its
    `base_values`, where they are known already.
    """
    plan, first = base.model.plan, first or answer(base, bands=Bands())
    like = first if other.model is base.model else None
    asked = tuple(item.id for item in first)
    answered = {name: first if other is base else answer(other, asked, bands=Bands(), like=like)}
    questions = _questions(base, first, {name: other}, answered, values)
    return tuple(sorted(questions, key=lambda item: item.id != plan.main_question))


def base_values(base: Outcomes, first: Iterable[Answer]) -> dict[str, np.ndarray]:
    """(N,) outcome of each question, see `outcome_values`; of labels, if the answer is first."""
    plan = base.model.plan
    return {item.id: outcome_values(base, plan.question(item.id), str(item.answer)).astype(float) for item in first}


def _has(plan: Plan, question: PlannedQuestion) -> bool:
    """Whether a plan has the same question."""
    key = (question.id, question.expressions, question.state)
    return any((item.id, item.expressions, item.state) == key for item in plan.questions)


def _questions(
    base: Outcomes,
    first: Answers,
    others: Mapping[str, Outcomes],
    answered: Mapping[str, Answers],
    values: Mapping[str, np.ndarray] | None = None,
) -> Iterator[QuestionComparison]:
    """The questions that all states of a case have."""
    values = values or base_values(base, first)
    for item in base.model.plan.questions:
        if item.id not in values or not all(_has(run.model.plan, item) for run in others.values()):
            continue
        own, before = first[item.id], values[item.id]
        value, error = mean_and_error(answer_values(item, before[np.isfinite(before)]))
        of = {} if item.form.is_share else {"of": item.form.STATISTIC}
        changes = tuple(_change(name, run, before, own, answered[name][item.id]) for name, run in others.items())
        yield QuestionComparison(**question_ref(item) | of, base=own, value=value, mc_error=error, changes=changes)


def _change(name: str, run: Outcomes, before: np.ndarray, first: Answer, under: Answer) -> AnswerDifference:
    own = run.model.plan.question(first.id)
    after = outcome_values(run, own, str(first.answer)).astype(float)
    paired = PairedOutcomes.of(own, [before, after])
    difference, moved = paired.difference(), paired.outcomes[1] - paired.outcomes[0]
    # assumption: the error of a median among equal values is that of the mean
    error = difference.mc_error or float(moved.std()) / math.sqrt(paired.futures)
    is_event, change, apart = is_binary(paired.outcomes), difference.change, float(paired.outcomes[0].std())
    return AnswerDifference(
        variant=name,
        answer=under,
        value=mean_and_error(answer_values(own, after[np.isfinite(after)]))[0],
        change=change,
        mc_error=error,
        futures=paired.futures,
        turned=(float((moved > 0).mean()), float((moved < 0).mean())) if is_event else None,
        size=abs(change) / apart if apart else math.inf if change else 0.0,
        spread=None if is_event else central_90(moved),
        interval=(change - Z90 * error, change + Z90 * error),
    )


def _decompositions(base: Run, name: str, run: Run, stocks: tuple[str, ...]) -> Iterator[StockDecomposition]:
    """Decompose differences of the common stocks that are named, or that differ most."""
    plan, since = base.model.plan, base.model.plan.first_future_step
    both = base.valid_paths & run.valid_paths
    if run.stock_paths.shape[1] != base.stock_paths.shape[1] or run.model.plan.first_future_step != since:
        return
    cells = tuple(cell for cell in stocks or _most_changed(base, run, both) if cell in run.model.plan.cells)
    if not cells:
        return
    calendar = plan.scenario.calendar
    year = max(round(12 / calendar.dt), 1)
    ends = [*range(since + year, calendar.steps, year), calendar.steps]
    flows = [flow_paths(each, cells, since) for each in (base, run)]
    for cell in cells:
        factor, unit = base.display_unit(cell)
        processes, rest = _contributions(cell, flows, both, (calendar.dt, factor), [end - since - 1 for end in ends])
        before, after = ((_paths(each, cell)[both] / factor).astype(float) for each in (base, run))
        apart = after - before
        yield StockDecomposition(
            variant=name,
            stock=cell,
            text=labels.stock(plan, cell),
            unit=unit,
            dates=tuple(calendar.label(end) for end in ends),
            **estimate("change", apart[:, -1]),
            before=float(apart[:, since].mean()),
            changes=tuple(float(apart[:, end].mean()) for end in ends),
            processes=processes,
            rest=rest,
        )


def _contributions(
    cell: str,
    flows: Sequence[tuple[Sequence[tuple[str, str]], np.ndarray]],
    both: np.ndarray,
    scale: tuple[float, float],
    rows: Sequence[int],
) -> tuple[tuple[ProcessContribution, ...], float]:
    """Contributions of processes to the difference of a stock, the largest first; and the rest.

    flows: (stock, process) pairs and their flows, in the base and under the variant; scale: months in a step, and the unit of
    the stock; rows: of the dates
    """
    totals = {}
    for part in dict.fromkeys(part for names, _ in flows for owner, part in names if owner == cell):
        before, after = (
            values[:, names.index((cell, part))] if (cell, part) in names else np.zeros(()) for names, values in flows
        )
        totals[part] = np.cumsum((after - before)[:, both] * scale[0] / scale[1], axis=0, dtype=float)  # (T', draw)
    ordered = sorted(totals, key=lambda part: -abs(float(totals[part][-1].mean())))
    shown = [part for part in ordered if np.any(totals[part])][:PARTS]
    contributions = tuple(
        ProcessContribution(part, *mean(totals[part][-1]), tuple(float(totals[part][row].mean()) for row in rows))
        for part in shown
    )
    return contributions, sum(float(totals[part][-1].mean()) for part in ordered if part not in shown)


def _paths(run: Run, cell: str) -> np.ndarray:
    """(K, T) a stock in every path draw, in canonical units."""
    return run.stock_paths[:, :, run.model.plan.cells.index(cell)]


def _most_changed(base: Run, run: Run, both: np.ndarray) -> list[str]:
    """Stocks that questions name, by their difference at the end relative to the base's spread."""
    plan = base.model.plan
    named = dict.fromkeys(
        cell
        for question in plan.questions
        for node in question.expressions.values()
        for cell in expression.stock_names(node)
    )
    sizes = {}
    for cell in (cell for cell in named if cell in run.model.plan.cells):
        one, other = (_paths(each, cell)[both, -1].astype(float) for each in (base, run))
        off, error = mean(other - one)
        if abs(off) > SURE * error:
            sizes[cell] = abs(off) / max(float(one.std()), 1e-9 * abs(float(one.mean())), 1e-300)
    return sorted(sizes, key=lambda cell: -sizes[cell])[:STOCKS]


def shared_decision(
    base: Run, run: Run, index: int, until: int | None = None
) -> tuple[int, list[tuple[Run, int, np.ndarray]]] | None:
    """The last decision of a choice in the base and a variant, where it arises in both.

    until: a state; only decisions before it

    Its step; and each run with the index of the choice there, and the rows of these futures among those in which it arises.
    None where the choices do not compare or share fewer than two futures.
    """
    choice = base.model.plan.choices[index]
    at = next((n for n, other in enumerate(run.model.plan.choices) if other.name == choice.name), None)
    if at is None or not any(choice.is_free[:until]):
        return None
    other, step = run.model.plan.choices[at], max(k for k, due in enumerate(choice.is_free[:until]) if due)
    if (other.options, other.is_free) != (choice.options, choice.is_free):
        return None
    sides = (base, index), (run, at)
    futures = [np.flatnonzero(each.valid_paths)[decision_record.has_occasion(each, c, step)] for each, c in sides]
    shared = np.intersect1d(*futures)
    rows = [(*side, np.searchsorted(each, shared)) for side, each in zip(sides, futures, strict=True)]
    return (step, rows) if len(shared) > 1 else None


def _reason_changes(base: Run, name: str, run: Run) -> Iterator[ReasonChange]:
    """Changes of reasons in the last decision of each choice, for its most changed option."""
    plan = base.model.plan
    for index, choice in enumerate(plan.choices):
        if (decision := shared_decision(base, run, index)) is None:
            continue
        step, sides = decision
        p = [decision_record.probabilities(each, c, step)[rows] for each, c, rows in sides]
        off = p[1] - p[0]
        sizes = np.abs(off.mean(axis=0))
        option = int(sizes.argmax())
        if option == choice.status_quo:
            option = max((o for o in range(len(sizes)) if o != option), key=lambda o: sizes[o])
        if sizes[option] <= max(SURE * off[:, option].std() / math.sqrt(len(off)), POINT):
            continue
        word = choice.options[option]
        parts = [
            dict(
                zip(
                    (reason.name for reason in each.model.plan.choices[c].reasons),
                    decision_record.reasons(each, c, step)[rows][:, :, option].T,
                    strict=True,
                )
            )
            for each, c, rows in sides
        ]
        none = np.zeros(len(off))
        changes = [
            ReasonChange(
                variant=name,
                choice=choice.name,
                decided=plan.scenario.calendar.label(step + 1),
                option=word,
                option_text=f"{labels.actor(plan, choice.actor)}, “{labels.option(plan, choice.name, word)}”",
                probability=(float(p[0][:, option].mean()), float(p[1][:, option].mean())),
                reason=reason,
                text=labels.reason_of(plan, choice.name, reason),
                **estimate("log_odds", parts[1].get(reason, none) - parts[0].get(reason, none)),
            )
            for reason in parts[0] | parts[1]
        ]
        changes = [item for item in changes if abs(item.log_odds) > SURE * item.mc_error]
        yield from sorted(changes, key=lambda item: -abs(item.log_odds))[:REASONS]
