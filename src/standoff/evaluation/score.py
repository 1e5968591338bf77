"""Score settled questions of cases, and records of forecasts, by one rule.

A settled question has an `outcome`; its forecast and those of its baselines are lines like those of a record, made with the
outcome at hand. A question with labels is a yes/no question on each of them. Probabilities are smoothed, (k + 1/2) / (n + C
/ 2) for k of n draws and C possible results; times are cut at the date of the question, `never` counting as that date.
The best rival is the base rate, else equal chances, else no change.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from standoff import catalog, units
from standoff.analysis.answer import Answer, answer, question_sample
from standoff.dates import month_count
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate_each
from standoff.errors import ModelError
from standoff.evaluation import forecast_record, scoring_rules
from standoff.evaluation.forecast_record import LEVELS, Forecast, Given, quantiles
from standoff.evaluation.forecast_scores import ForecastScores, score_forecasts
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.other_forecasters import beside, read_csv
from standoff.evaluation.settlement import Rule, settle
from standoff.job_folder import JobExecutor
from standoff.ledger import Ledger
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress
from standoff.questions import Numbers
from standoff.scenario import calendar
from standoff.scenario.outcome import NEVER
from standoff.versions import VERSION

LOG = logging.getLogger(__name__)
CATALOG = "catalog"
DRAWS = 2000  #: Monte Carlo error of a probability at most 1.1 percentage points
BASELINES = ("base_rate", "even", "persistence")  #: the first that there is counts as the best rival


def score(
    cases: Sequence[str],
    *,
    variant: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> ForecastScores:
    """Simulate cases and score their settled questions beside forecasts without a model.

    A settled question has an `outcome`. cases: slugs or paths; `catalog` stands for every case of the catalogue that has
    one. An `executor` (`standoff.distributed`) simulates all cases at once; with a `folder` what is done stays there.
    Raises `ModelError` where no question is settled.
    """
    wanted = models(cases, variant)
    runs = simulate_each(wanted, draws=draws, seed=seed, progress=progress, executor=executor, folder=folder)
    return score_runs(_counted(runs, len(wanted), progress), seed)


def models(cases: Sequence[str], variant: str = "") -> dict[str, Model]:
    """Models by case, all built before any is run; the variant applies to cases given by name."""
    wanted = dict.fromkeys(name for case in cases for name in (catalog.slugs() if case == CATALOG else (case,)))
    out = {}
    for name in wanted:
        loaded, ledger = catalog.load(name, variant if name in cases else "")
        if name in cases or any(question.outcome for question in loaded.scenario.questions.values()):
            out[name] = build(loaded, ledger)
    return out


def _counted(runs: Iterable[tuple[str, Run]], total: int, progress: Progress) -> Iterator[tuple[str, Run]]:
    """One run after another, each of which the log names."""
    with progress.task("cases", total) as task:
        for number, (name, run) in enumerate(runs, 1):
            LOG.info("case %d of %d: %s", number, total, name)
            yield name, run
            task.update()


def score_runs(runs: Iterable[tuple[str, Run]], seed: int = 1) -> ForecastScores:
    """Score the settled questions of runs by case name; `seed` is that of the bootstrap.

    Each run is read and released before the next one. Raises `ModelError` where nothing is settled.
    """
    forecasts, outcomes, notes, cases = list[Forecast](), dict[str, Report](), list[str](), list[str]()
    for case, run in runs:
        cases.append(case)
        for item, came in settled(run, case):
            forecasts.append(item)
            outcomes[item.id] = came
        notes += _cautions(run, case)
    if not forecasts:
        named = ", ".join(f"`{case}`" for case in cases) or "no case"
        allowed = "a question with an outcome, such as `yes @claim-id`, and a date after as_of"
        fix = "add `outcome:` with the claim that reports it"
        raise ModelError(f"no question of {named} is settled", allowed=allowed, fix=fix)
    return score_forecasts(forecasts, lambda item: outcomes[item.id], seed, notes=notes)


def settled(run: Run, case: str) -> Iterator[tuple[Forecast, Report]]:
    """Forecasts of the settled questions of a run with a date after as_of, and their outcomes."""
    questions = [item for item in run.model.plan.questions if item.question.outcome and _ahead(run, item)]
    if not questions:
        return
    answers = {item.id: item for item in answer(run, tuple(item.id for item in questions)).answers}
    for item in questions:
        outcome, answered = item.question.outcome, answers[item.id]
        assert outcome is not None
        made = item.form.forecast(question_sample(run, item), answered, outcome)
        if isinstance(made, Numbers):
            yield _number(run, case, item, made, answered)
            continue
        p, count = scoring_rules.smoothed(made.counts, round(sum(made.counts))), len(made.names)
        for n, name in enumerate(made.names[:1] if count == 2 else made.names):  # of two results, one says all
            rivals: dict[str, Given] = {who: float(each[n]) for who, each in made.rivals.items()}
            part = name if count > 2 else ""
            yield _line(run, case, item, answered, float(p[n]), rivals, (float(n == made.happened),) * 2, part)


def _ahead(run: Run, planned: PlannedQuestion) -> bool:
    return planned.state > run.model.plan.first_future_step


def _cautions(run: Run, case: str) -> list[str]:
    """Cautions for readers of the scores of a run."""
    plan = run.model.plan
    past = [item.id for item in plan.questions if item.question.outcome and not _ahead(run, item)]
    out = [f"{case}: {', '.join(past)}: dated on or before as_of, not scored"] if past else []
    out += [f"{case}: {warning}" for warning in plan.warnings if "published after as_of" in warning]
    failed = run.failure_summary
    return [*out, f"{case}: {failed}; they are left out"] if failed else out


def _number(
    run: Run, case: str, planned: PlannedQuestion, numbers: Numbers, answered: Answer
) -> tuple[Forecast, Report]:
    """A forecast in the unit of the question, with values cut at the horizon."""
    question, written, declared = planned.question, planned.form.score_unit(planned), run.model.scenario.units
    target, rivals = units.parse(written or "1", declared), dict(numbers.rivals)
    if question.compare_with is not None and units.parse(planned.unit or "1", declared).same_kind(target):
        rate = run.model.plan.parameter(f"questions.{planned.id}.compare_with.value")
        rivals["base_rate"] = np.array([rate.quantile(level) for level in LEVELS]) / target.factor
    if (now := answered.baselines.get("persistence")) is not None:
        rivals["persistence"] = np.array([now])
    ends = (math.inf, math.inf)  # never
    if question.outcome is not None and question.outcome.value != NEVER:
        number = question.outcome.number()
        factor = units.parse(number.unit or written or "1", declared).factor / target.factor
        ends = (number.numbers[0] * factor, number.numbers[-1] * factor)
    own, *others = (
        quantiles(np.repeat(np.minimum(each, numbers.horizon), len(LEVELS)))
        for each in (numbers.values, *rivals.values())
    )
    low, high = (min(end, numbers.horizon) for end in ends)
    return _line(run, case, planned, answered, own, dict(zip(rivals, others, strict=True)), (low, high))


def _line(
    run: Run,
    case: str,
    planned: PlannedQuestion,
    answered: Answer,
    given: Given,
    rivals: dict[str, Given],
    ends: tuple[float, float],
    part: str = "",
) -> tuple[Forecast, Report]:
    """A line as of a record, and the outcome."""
    plan, question, day = run.model.plan, planned.question, calendar.last_day(answered.date)
    name = ": ".join(filter(None, (case, planned.id, part)))
    forecast = Forecast(
        id=name,
        made_at=forecast_record.now(),
        case=case,
        question=name,
        text=": ".join(filter(None, (question.text, part))),
        group=case,
        form="quantity" if isinstance(given, tuple) else "event",
        unit=planned.form.score_unit(planned) if isinstance(given, tuple) else "",
        as_of=plan.scenario.as_of,
        months=month_count(day) - month_count(plan.scenario.as_of_day),
        kind="after_not_blind",
        model=run.model.hash,
        claims="",
        draws=run.settings.draws,
        forecast=given,
        rivals=rivals,
        best=next((who for who in BASELINES if who in rivals), ""),
        rule=Rule(date=str(day)),
        version=VERSION,
    )
    sources = question.outcome.sources if question.outcome else ()
    return forecast, Report(day, sum(ends) / 2, *ends, sources, "", day)


def score_record(path: Path, claims: Path | None = None, seed: int = 1, others: Path | None = None) -> ForecastScores:
    """Score a record by its settlements, else by the claims of its case, or `claims`.

    others: table of other forecasters (`other_forecasters`), who are scored beside the model and pooled with it
    """
    found = forecast_record.read(path)
    counted, held = found.counted, found.settlements
    ledger = None if claims is None else Ledger.load(claims)
    beside_it = path.with_name("scenario.yaml")  # the case may have moved with its record
    home = str(beside_it) if beside_it.is_file() else ""
    cases = {case: catalog.load(home or case) for case in dict.fromkeys(item.case for item in counted)}

    def outcome(item: Forecast) -> Report | str:
        if (line := held.get(item.id)) is not None:
            return line.report
        loaded, own = cases[item.case]
        return settle(item.rule, item.origin, ledger or own, loaded.scenario.units)

    said = {} if others is None else beside(counted, read_csv(others), outcome)
    superseded = len(found.forecasts) - len(counted)
    return score_forecasts(counted, outcome, seed, said, superseded, found.head)
