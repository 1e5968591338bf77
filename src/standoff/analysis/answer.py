"""Answers to the questions of a scenario, each beside its baselines, and cautions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from standoff import expression
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.provenance import claims_behind, influences
from standoff.analysis.stored_bands import MISSING, Bands, stored_bands
from standoff.engine.run import Outcomes
from standoff.errors import require
from standoff.plan import Plan, PlannedAnchor, PlannedQuestion
from standoff.plan.anchors import DAYS, span, stated_rate, times_of
from standoff.plan.leak_check import late_classes, late_entries
from standoff.questions import Answer, BaseRate, EpistemicBand, MonteCarlo, Response, Sample
from standoff.scenario.question import Baseline, DataRate
from standoff.statistics import Z90, class_rate, jeffreys_interval, over, wilson_interval

if TYPE_CHECKING:
    import pandas

#: draws, below which a probability has an error of more than five percentage points; assumption: a reader expects no larger one
FEW = 100
#: standard deviation of the log odds of an answer over rival models and theories: the median over 106 questions of the
#: catalogue with stored bands (the root of their share of the variance, over that of the probability); half lie in 0.19 to 0.60
FORM = 0.38
BASELINES = ("persistence", "base_rate")  #: columns of a table of answers


@dataclass(frozen=True)
class Answers(Finding):
    """Answers to several questions of a run."""

    answers: tuple[Answer, ...] = ()
    warnings: tuple[str, ...] = ()
    band_note: str = ""  #: what the bands lack, or why they are missing

    def __getitem__(self, name: str) -> Answer:
        """The answer to the question `name`."""
        by_id = {item.id: item for item in self.answers}
        require(str(name), by_id, "question")
        return by_id[name]

    def __iter__(self) -> Iterator[Answer]:
        """The answers, the main one first."""
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def to_frame(self, of: str = "answers") -> pandas.DataFrame:
        """One row for each question, by its id: the answer, its errors and bands, and its baselines.

        `answer` is a number or a label; `low` to `high` the central 90 % of futures of a number, `band_low` to `band_high`
        the epistemic band of a probability, `error` the Monte Carlo standard error. Numbers are in `unit`; NaN for none.
        """
        import pandas  # takes longer than most commands, of which none needs it

        if of != "answers":
            return super().to_frame(of)
        nothing = (None, None)
        rows = [
            {
                "question": item.text,
                "kind": item.kind,
                "date": item.date,
                "answer": item.answer,
                "unit": item.unit,
                "error": item.mc_error,
                **dict(zip(("low", "high"), item.ends, strict=True)),
                **dict(zip(("band_low", "band_high"), item.band_ends or nothing, strict=True)),
                **{name: item.baselines.get(name) for name in BASELINES},
                "claims": len(item.claims),
            }
            for item in self.answers
        ]
        frame = pandas.DataFrame(rows, index=pandas.Index([item.id for item in self.answers], name="id"))
        numbers = ["error", "low", "high", "band_low", "band_high", *BASELINES]
        return frame.astype(dict.fromkeys(numbers, float)) if rows else frame


def answer(
    run: Outcomes, questions: str | tuple[str, ...] = (), bands: Bands | None = None, like: Answers | None = None
) -> Answers:
    """Answer all or some questions of a run: the main one first, then in file order.

    `run` is a simulated model, or the result of a session under changed levers or beliefs. `questions` are ids, or one
    id. `bands` are the epistemic bands of the answers; by default those stored with the case, which belong to the case as
    it is: changed levers, beliefs or evidence have none. `like` are answers of the same model
    in another state of its levers, whose evidence is taken over: to find it again would take longer than the answer.
    """
    plan = run.model.plan
    names = [questions] if isinstance(questions, str) else questions
    named = {plan.question(name).id for name in names}
    run.require_valid_paths()
    chosen = [query for query in plan.questions if not named or query.id in named]
    chosen.sort(key=lambda asked: asked.id != plan.main_question)
    if bands is None:
        moved = run.other_table or run.interventions != plan.intervention_records
        bands = Bands(note=MISSING) if moved else stored_bands(run.model)
    known = {item.id: item for item in like.answers} if like else {}
    answers = tuple(_answer(run, query, bands.of.get(query.id), known.get(query.id)) for query in chosen)
    return Answers(Provenance.of(run), answers, cautions(run), bands.note)


def _answer(run: Outcomes, query: PlannedQuestion, band: EpistemicBand | None, like: Answer | None) -> Answer:
    question, plan = query.question, run.model.plan
    sample = question_sample(run, query)
    result = over_all_draws(run, query, query.form.answer(sample))
    baselines = dict(result.baselines)
    rates = like.base_rates if like else base_rates(plan, query)
    if rates and (question.base_rate or question.classes or question.compare_with):
        baselines["base_rate"] = rates[0].rate
    elif question.compare_with is not None:
        rate = plan.parameter(f"questions.{query.id}.compare_with.value")
        baselines["base_rate"] = rate.quantile(0.5) / (sample.factor if query.form.HAS_UNIT else 1.0)
    behind = like.provenance if like else claims_behind(plan, query)
    if band is not None and query.form.HAS_LABELS and band.label != result.value:
        band = None  # of another label
    if band is not None and band.low is not None and band.high is not None:
        start = next((each for each in rates if each.start and each.interval), None)
        low, high = least_ends(band, start, run.settings.draws)
        band = replace(band, low=low, high=high)
    return Answer(
        id=query.id,
        kind=question.kind,
        lines=question.lines,
        text=question.text,
        date=query.date,
        unit=query.unit,
        answer=result.value,
        futures=result.futures,
        monte_carlo=result.monte_carlo,
        baselines=baselines,
        claims=_direct(behind),
        resolution=question.resolution,
        detail=dict(result.detail),
        provenance=behind,
        influence=like.influence if like else influences(plan, query),
        band=band,
        base_rates=rates,
    )


def least_ends(band: EpistemicBand, start: BaseRate | None, draws: int) -> tuple[float, float]:
    """Ends of the band of a probability that leave out nothing that is not known.

    In log odds around its mean they are as far off as those of the rate from which the answer starts, and reach further for
    the form of the model where the band is over parameters alone (`FORM`). Of an event that comes in no future the upper
    end is at least 3 / draws, the rule of three. Sources: hanley1983 (rule of three).
    """
    assert band.low is not None and band.high is not None
    least = 0.5 / draws

    def log_odds(p: float) -> float:
        inside = min(max(p, least), 1 - least)
        return math.log(inside / (1 - inside))

    middle = log_odds(band.mean)
    down, up = middle - log_odds(band.low), log_odds(band.high) - middle
    if start is not None and start.rate and start.interval is not None:
        down = max(down, log_odds(start.rate) - log_odds(start.interval[0]))
        up = max(up, log_odds(start.interval[1]) - log_odds(start.rate))
    if not band.is_over_models:
        down, up = math.hypot(down, Z90 * FORM), math.hypot(up, Z90 * FORM)
    low, high = (1 / (1 + math.exp(-end)) for end in (middle - down, middle + up))
    low, high = min(low, band.low), max(high, band.high)
    return (0.0 if band.mean < least else low), (max(high, 3 / draws) if band.mean < least else high)


def over_all_draws(run: Outcomes, query: PlannedQuestion, of_first: Response) -> Response:
    """The answer over all draws of a run, where only the first have outcomes of their own.

    Shares of futures and their errors are those of all draws. Medians and quantiles stay those of the draws that are kept:
    a million, whose Monte Carlo error they state.
    """
    shares = {} if run.totals is None else run.totals.of_question(run.model, query)
    if run.totals is None or not shares:
        return of_first
    count = run.totals.valid
    if query.form.HAS_LABELS:
        best = max(shares, key=lambda label: shares[label])
        chance = MonteCarlo(error=wilson_interval(round(shares[best] * count), count)[2])
        return replace(of_first, value=best, monte_carlo=chance, detail={**of_first.detail, "first": shares})
    value, interval, error = wilson_interval(round(shares["yes"] * count), count)
    if "probability_by" in of_first.detail:
        return replace(of_first, detail={**of_first.detail, "probability_by": value, "probability_mc_error": error})
    return replace(of_first, value=value, monte_carlo=MonteCarlo(error=error, interval=interval))


def question_sample(run: Outcomes, query: PlannedQuestion) -> Sample:
    """The outcomes of a question in every draw that did not fail."""
    return Sample(
        question=query,
        plan=run.model.plan,
        read=run.answer,
        at_as_of=lambda node: value_at_as_of(run, node, query.state),
    )


def value_at_as_of(run: Outcomes, node: expression.Node, latest: int | None = None) -> np.ndarray:
    """Value of an expression at as_of, for every path draw in which it has one.

    latest: an earlier state, at which it is read instead; empty where the run has no paths
    """
    plan, first = run.model.plan, run.model.plan.first_future_step
    state = first if latest is None else min(latest, first)
    paths = getattr(run, "stock_paths", None)
    if state < first and paths is None:
        return np.zeros(0)
    cells = run.stocks_at_as_of if paths is None or state == first else paths[run.valid_paths, state].astype(float)

    def holds(term: expression.ChoiceTerm) -> np.ndarray:
        names = [choice.name for choice in plan.choices]
        choice = plan.choices[names.index(term.choice)]
        stands = choice.imposed_options[max(state - 1, 0)]
        wanted = [choice.options.index(option) for option in term.options]
        return np.full(len(cells), (stands if stands >= 0 else choice.status_quo) in wanted)

    def read_at(name: str) -> np.ndarray:
        clock = plan.clock_values(name, [state]) if name in plan.clock_terms else None
        return cells[:, plan.cells.index(name)] if clock is None else np.full(len(cells), clock[0])

    value, known = evaluated(node, read_at, holds, (len(cells),))
    return value[known]


def evaluated(
    node: expression.Node,
    read: Callable[[str], np.ndarray],
    holds: Callable[[expression.ChoiceTerm], np.ndarray],
    shape: tuple[int, ...],
) -> tuple[np.ndarray, np.ndarray]:
    """Values of an expression in an array of states, and whether it has one in each."""
    parts = (node, read, holds, np)
    with np.errstate(all="ignore"):
        value, known = expression.evaluate(*parts), expression.defined(*parts)
        return np.broadcast_to(value, shape), np.broadcast_to(known, shape)


def claims_of(plan: Plan, query: PlannedQuestion) -> tuple[str, ...]:
    """Claims directly behind an answer, without indirect evidence; see `analysis.provenance`."""
    return _direct(claims_behind(plan, query))


def _direct(result: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(claim for kind, claims in result.items() if kind != "indirect" for claim in claims)


def base_rates(plan: Plan, query: PlannedQuestion) -> tuple[BaseRate, ...]:
    """The base rates that an event states, for its own span of time; empty for other questions.

    A reference class has the predictive probability of `statistics.class_rate`. Another count of k in n cases has the rate
    k / n with the central 90 % of Jeffreys' posterior, Beta(k + 1/2, n - k + 1/2). A
    rate p for a year becomes 1 - (1 - p)^t for t years, as if it were the same in every year. Sources: brown2001
    (Jeffreys' interval).
    """
    if query.form.COMPARED_BY != "probability":
        return ()
    counts = [_counted(plan, query, data) for data in (*query.question.classes, query.question.data_rate) if data]
    question = query.question
    start = [_stated(plan, query, "base_rate", question.base_rate)] if question.base_rate else []
    compared = [_stated(plan, query, "compare_with", question.compare_with)] if question.compare_with else []
    return (*start, *compared, *counts) if start or not question.classes else (*counts, *compared)


def _stated(plan: Plan, query: PlannedQuestion, name: str, listed: Baseline) -> BaseRate:
    """The rate that a question states: that from which its answer starts, or one beside it."""
    number, per = plan.parameter(f"questions.{query.id}.{name}.value"), listed.per
    rate, starts = stated_rate(plan.scenario, query.question, listed, number), name == "base_rate"
    return BaseRate(
        kind="list",
        rate=rate.rate,
        interval=rate.interval if starts or number.belief.shape != "point" else None,
        of=listed.of,
        per=per,
        months=span(plan.scenario, query.question) / DAYS["month"] if per or starts else None,
        text=listed.text,
        sources=number.belief.sources,
        start=query.id if starts else "",
    )


def _counted(plan: Plan, query: PlannedQuestion, data: DataRate) -> BaseRate:
    """The rate of a count, with the reason where there is none."""
    if data.count is None or data.of is None:
        return BaseRate(kind="data", rate=None, text=data.none)
    if data.goes_past(as_of := plan.scenario.as_of_day):
        return BaseRate(kind="data", rate=None, text=f"the count goes on to {data.until}, and as_of is {as_of}")
    times, members = times_of(plan.scenario, query.question, data), getattr(data, "members", "")
    low, high = (over(end, times) for end in jeffreys_interval(data.count, data.of))
    return BaseRate(
        kind="data",
        rate=class_rate(data.count, data.of, times)[0] if members else over(data.count / data.of, times),
        interval=(low, high),
        count=data.count,
        of=data.of,
        per=data.per,
        months=None if data.per == "case" else span(plan.scenario, query.question) / DAYS["month"],
        since=data.since,
        until=data.until,
        data=data.data,
        sources=data.sources,
        text=data.text,
        members=members,
        start=next((item.question for item in plan.anchors if _starts(plan, item, query)), ""),
    )


def _starts(plan: Plan, anchor: PlannedAnchor, query: PlannedQuestion) -> bool:
    """Whether options that a question names start from the prior of an anchor."""
    return not {*anchor.options}.isdisjoint(query.options.get(plan.choices[anchor.choice].name, ()))


def cautions(run: Outcomes) -> tuple[str, ...]:
    """Warnings of the plan, as `standoff validate` gives them, then those of the draws."""
    plan = run.model.plan
    out = [*plan.warnings, *_late(plan), *late_classes(plan), *few_draws(run.settings.draws)]
    if failed := run.failure_summary:
        out.append(f"{failed}; they are left out")
    unsolved = run.n_flagged("unsolved")
    if unsolved:
        out.append(f"in {unsolved} of {run.settings.draws} draws at least one game did not converge")
    return tuple(out)


def few_draws(draws: int) -> list[str]:
    """A warning where draws are too few for a probability."""
    if draws >= FEW:
        return []
    futures = "1 future is" if draws == 1 else f"{draws} futures are"
    return [
        f"{futures} few: the Monte Carlo error of a probability is up to {50 / math.sqrt(draws):.0f} percentage points"
    ]


def _late(plan: Plan) -> list[str]:
    """Warning for entries that cite only claims published after as_of."""
    counts = Counter(item.kind for item in late_entries(plan))
    if not counts:
        return []
    plurals = {kind: f"{kind.removesuffix('y')}ies" if kind.endswith("y") else f"{kind}s" for kind in counts}
    entries = ", ".join(f"{count} {kind if count == 1 else plurals[kind]}" for kind, count in counts.items())
    return [f"{entries} cite only claims that were published after as_of; `standoff validate` names them"]


__all__ = ["Answer", "Answers", "answer", "claims_of", "question_sample", "value_at_as_of"]
