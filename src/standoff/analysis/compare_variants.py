"""Compare variants of a case in the same futures, and attribute differences to processes.

Futures are paired: a draw has the same parameters and the same random numbers under every variant, so that a difference
is far more exact than either answer. The difference of a stock is the sum over processes of the differences of their flows
since as_of, in every future:

    stock(t | variant) - stock(t | base) = difference at as_of + sum over processes of (flow - flow in the base) dt

Differences of choices are explained by the reasons of the last decision. The loops that matter are in
`causal.loop_dominance`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standoff import expression
from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.causal.loop_dominance import Dominance
from standoff.analysis.causal.loop_dominance import dominance as dominant
from standoff.analysis.explain import find_choice
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired_samples import QuestionRef, answer_values, outcome_values, question_ref
from standoff.analysis.stored_bands import Bands
from standoff.engine import decision_record, failure
from standoff.engine.flows import flow_paths
from standoff.engine.model import Model
from standoff.engine.run import Outcomes, Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, Problem, did_you_mean, join_limited
from standoff.plan import Plan, PlannedQuestion, labels
from standoff.progress import SILENT, Progress, track
from standoff.statistics import Z90, error_floor, is_binary, mean_and_error

DRAWS = 2000  # assumption: a probability is then right to about one percentage point, a difference far better
PATHS = 400  # assumption: futures with stored paths, to attribute differences; 160 MB a variant of the largest case
STOCKS, PARTS, REASONS = 4, 5, 4  # assumption: a reader keeps no more in mind
POINT = 0.005  # assumption: half a percentage point, differences of choice probabilities below it are not explained
SURE = 2.0  # standard errors; assumption: a difference below is put down to chance


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Comparison(Finding):
    """A case under variants, with its base."""

    base: str = ""
    variants: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None
    questions: tuple[QuestionComparison, ...] = ()  #: the main question first, then by size of the difference
    moved: tuple[StockDecomposition, ...] = ()
    reasons: tuple[ReasonChange, ...] = ()
    dominance: Mapping[str, Dominance] | None = None  #: by variant, including the base
    failures: Mapping[str, str] | None = None  #: failures of draws by variant, including the base


def compare(
    models: Mapping[str, Model],
    *,
    draws: int = DRAWS,
    seed: int = 1,
    stocks: Sequence[str] = (),
    loops: bool = True,
    progress: Progress = SILENT,
) -> Comparison:
    """Compare variants in the same futures: answers, processes, reasons and dominant loops.

    models: by the name of their variant, the first is the base; stocks: to explain, by default those that differ most.
    """

    if len(models) < 2:
        raise ModelError(
            Problem(f"only one model to compare, `{next(iter(models), '')}`", allowed="two or more variants")
        )
    _check_stocks(next(iter(models.values())).plan, stocks)
    runs: dict[str, Run] = {}
    for name in track(progress, "variants", list(models)):
        runs[name] = simulate(models[name], draws=draws, seed=seed, paths=min(draws, PATHS), progress=progress)
        failure.refuse(runs[name])
    (base, first), *others = runs.items()
    question = [item for item in first.model.plan.questions if all(_has(run.model.plan, item) for _, run in others)]
    answered = {name: answer(run) for name, run in runs.items()}
    result = sorted(
        (_compare_question(first, answered[base], dict(others), answered, item) for item in question),
        key=lambda item: -max(change.size for change in item.changes),
    )
    result.sort(key=lambda item: item.id != first.model.plan.main_question)
    moved = [item for name, run in others for item in _moved(first, name, run, tuple(stocks))]
    reasons = [item for name, run in others for item in _reasons(first, name, run)]
    dominance = None
    if loops:
        dominance = {name: dominant(run.model.plan) for name, run in runs.items()}
    texts = {name: _text(first.model.plan, name) for name in runs}
    return Comparison(
        origin=Provenance.of(first),
        base=base,
        variants=tuple(runs)[1:],
        texts=texts,
        questions=tuple(result),
        moved=tuple(moved),
        reasons=tuple(reasons),
        dominance=dominance,
        failures={name: text for name, run in others if (text := failure.summary(run))},
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
    band, which belongs to the case as it stands. `first` are the answers of `base`, and `values` its `base_values`, where
    they are known already.
    """
    plan, first = base.model.plan, first or answer(base, bands=Bands())
    like = first if other.model is base.model else None
    answered = {name: first if other is base else answer(other, bands=Bands(), like=like)}
    questions = sorted(plan.questions, key=lambda item: item.id != plan.main_question)
    return tuple(
        _compare_question(base, first, {name: other}, answered, item, values)
        for item in questions
        if _has(other.model.plan, item)
    )


def base_values(base: Outcomes, first: Answers) -> dict[str, np.ndarray]:
    """(N,) outcome of each question, see `outcome_values`; of labels, if the answer is first."""
    return {
        item.id: outcome_values(base, item, str(first[item.id].answer)).astype(float)
        for item in base.model.plan.questions
    }


def _text(plan: Plan, name: str) -> str:
    variant = plan.scenario.variants.get(name)
    return variant.text if variant else "the case without a variant"


def _check_stocks(plan: Plan, stocks: Sequence[str]) -> None:
    for name in stocks:
        if name not in plan.cells:
            raise ModelError(
                Problem(
                    f"there is no stock `{name}`",
                    allowed=join_limited(plan.cells),
                    fix=did_you_mean(name, plan.cells),
                )
            )


def _has(plan: Plan, question: PlannedQuestion) -> bool:
    """Whether a plan has the same question."""
    other = next((item for item in plan.questions if item.id == question.id), None)
    return other is not None and (other.expressions, other.state) == (question.expressions, question.state)


def _compare_question(
    base: Outcomes,
    first: Answers,
    others: Mapping[str, Outcomes],
    answered: Mapping[str, Answers],
    question: PlannedQuestion,
    values: Mapping[str, np.ndarray] | None = None,
) -> QuestionComparison:
    message = first[question.id]
    before = values[question.id] if values else outcome_values(base, question, str(message.answer)).astype(float)
    changes = tuple(
        _change(name, run, question, before, message, answered[name][question.id]) for name, run in others.items()
    )
    value, error = mean_and_error(answer_values(question, before[np.isfinite(before)]))
    of = {} if question.form.is_share else {"of": question.form.STATISTIC}
    return QuestionComparison(**question_ref(question) | of, base=message, value=value, mc_error=error, changes=changes)


def _change(
    name: str, run: Outcomes, question: PlannedQuestion, before: np.ndarray, first: Answer, second: Answer
) -> AnswerDifference:
    own = next(item for item in run.model.plan.questions if item.id == question.id)
    after = outcome_values(run, own, str(first.answer)).astype(float)  # whose squares single precision may not hold
    pair = np.stack([before, after])[:, np.isfinite(before) & np.isfinite(after)]
    off, (value, _) = pair[1] - pair[0], mean_and_error(answer_values(own, after[np.isfinite(after)]))
    moved = answer_values(own, pair[1]) - answer_values(question, pair[0])
    error = max(float(moved.std()) / math.sqrt(len(off)), error_floor(pair, len(off)))
    error = error or float(off.std()) / math.sqrt(
        len(off)
    )  # assumption: of a median among equal values, that of the mean
    counted = is_binary(pair)
    change, apart = float(moved.mean()), float(pair[0].std())
    turned = (float((off > 0).mean()), float((off < 0).mean())) if counted else None
    low, high = (0.0, 0.0) if counted else np.quantile(off, (0.05, 0.95)).tolist()
    spread = None if counted else (low, high)
    return AnswerDifference(
        variant=name,
        answer=second,
        value=value,
        change=change,
        mc_error=error,
        futures=len(off),
        turned=turned,
        size=abs(change) / apart if apart else math.inf if change else 0.0,
        spread=spread,
        interval=(change - Z90 * error, change + Z90 * error),
    )


def _moved(base: Run, name: str, run: Run, stocks: tuple[str, ...]) -> Iterator[StockDecomposition]:
    """Decompose the differences of common stocks that questions name or that differ most."""

    both = base.valid_paths & run.valid_paths
    chosen = stocks or tuple(_differ(base, run, both))
    chosen = tuple(cell for cell in chosen if cell in run.model.plan.cells)
    since = base.model.plan.first_future_step
    if not chosen or run.model.plan.first_future_step != since or run.stock_paths.shape[1] != base.stock_paths.shape[1]:
        return
    calendar = base.model.scenario.calendar
    flows = [flow_paths(each, chosen, since) for each in (base, run)]
    year = max(round(12 / calendar.dt), 1)
    ends = [*range(since + year, calendar.steps, year), calendar.steps]
    for cell in chosen:
        factor, unit = base.display_unit(cell)
        parts = dict.fromkeys(part for names, _ in flows for owner, part in names if owner == cell)
        gone = {}
        for part in parts:
            pair = [
                values[:, names.index((cell, part))] if (cell, part) in names else np.zeros(())
                for names, values in flows
            ]
            gone[part] = np.cumsum(
                (pair[1] - pair[0])[:, both] * calendar.dt / factor, axis=0, dtype=float
            )  # (T', draw)
        off = [
            (each.stock_paths[both][:, :, each.model.plan.cells.index(cell)] / factor).astype(float)
            for each in (base, run)
        ]
        apart = off[1] - off[0]
        root = math.sqrt(both.sum())
        order = sorted(gone, key=lambda part: -abs(float(gone[part][-1].mean())))
        message = [part for part in order if np.any(gone[part])][:PARTS]
        processes = tuple(
            ProcessContribution(
                part,
                float(gone[part][-1].mean()),
                float(gone[part][-1].std()) / root,
                tuple(float(gone[part][end - since - 1].mean()) for end in ends),
            )
            for part in message
        )
        rest = sum(float(gone[part][-1].mean()) for part in order if part not in message)
        yield StockDecomposition(
            variant=name,
            stock=cell,
            text=labels.stock(base.model.plan, cell),
            unit=unit,
            dates=tuple(calendar.label(end) for end in ends),
            change=float(apart[:, -1].mean()),
            mc_error=float(apart[:, -1].std()) / root,
            before=float(apart[:, since].mean()),
            changes=tuple(float(apart[:, end].mean()) for end in ends),
            processes=processes,
            rest=rest,
        )


def _differ(base: Run, run: Run, both: np.ndarray) -> list[str]:
    """Stocks that questions name, by their difference at the end relative to the base's spread."""
    plan = base.model.plan
    named = dict.fromkeys(
        cell
        for question in plan.questions
        for node in question.expressions.values()
        for cell in expression.stock_names(node)
    )
    out = {}
    for cell in named if run.stock_paths.shape[1] == base.stock_paths.shape[1] else ():
        if cell in run.model.plan.cells:
            one, other = (
                each.stock_paths[both, -1, each.model.plan.cells.index(cell)].astype(float) for each in (base, run)
            )
            off = other - one
            if abs(off.mean()) > SURE * off.std() / math.sqrt(len(off)):
                out[cell] = abs(float(off.mean())) / max(float(one.std()), 1e-9 * abs(float(one.mean())), 1e-300)
    return sorted(out, key=lambda cell: -out[cell])[:STOCKS]


def _reasons(base: Run, name: str, run: Run) -> Iterator[ReasonChange]:
    """Changes of reasons in the last decision of each choice, for its most changed option."""
    for index, choice in enumerate(base.model.plan.choices):
        other = next((c for c in run.model.plan.choices if c.name == choice.name), None)
        if (
            other is None
            or (other.options, other.is_free) != (choice.options, choice.is_free)
            or not any(choice.is_free)
        ):
            continue
        last = max(k for k, due in enumerate(choice.is_free) if due)
        theirs = find_choice(run.model.plan, choice.name)
        ids = [
            np.flatnonzero(each.valid_paths)[decision_record.has_occasion(each, at, last)]
            for each, at in ((base, index), (run, theirs))
        ]
        shared = np.intersect1d(*ids)
        if len(shared) < 2:
            continue
        rows = [np.searchsorted(selected, shared) for selected in ids]
        p = [
            decision_record.probabilities(each, at, last)[row]
            for each, at, row in zip((base, run), (index, theirs), rows, strict=True)
        ]
        off = p[1] - p[0]
        option = int(np.abs(off.mean(axis=0)).argmax())
        if option == choice.status_quo:
            option = max(
                (o for o in range(len(choice.options)) if o != choice.status_quo),
                key=lambda o: abs(float(off[:, o].mean())),
            )
        if abs(off[:, option].mean()) <= max(SURE * off[:, option].std() / math.sqrt(len(off)), POINT):
            continue
        plan, option_name = base.model.plan, choice.options[option]
        option_text = f"{labels.actor(plan, choice.actor)}, “{labels.option(plan, choice.name, option_name)}”"
        tables = decision_record.reasons(base, index, last), decision_record.reasons(run, theirs, last)
        parts = [
            {reason.name: table[row][:, r, option] for r, reason in enumerate(owner.reasons)}
            for table, row, owner in zip(tables, rows, (choice, other), strict=True)
        ]
        message = []
        for reason in dict.fromkeys([*parts[0], *parts[1]]):
            more = parts[1].get(reason, np.zeros(len(shared))) - parts[0].get(reason, np.zeros(len(shared)))
            error = float(more.std()) / math.sqrt(len(more))
            if abs(more.mean()) > SURE * error:
                message.append(
                    ReasonChange(
                        variant=name,
                        choice=choice.name,
                        decided=base.model.scenario.calendar.label(last + 1),
                        option=option_name,
                        option_text=option_text,
                        probability=(float(p[0][:, option].mean()), float(p[1][:, option].mean())),
                        reason=reason,
                        text=labels.reason_of(plan, choice.name, reason),
                        log_odds=float(more.mean()),
                        mc_error=error,
                    )
                )
        yield from sorted(message, key=lambda item: -abs(item.log_odds))[:REASONS]
