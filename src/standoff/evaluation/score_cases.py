"""Score settled questions of cases, and recorded forecasts resolved by later claims."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from standoff import catalog
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate_each
from standoff.evaluation import forecast_record
from standoff.evaluation.forecast_record import Forecast
from standoff.evaluation.forecast_scores import ForecastScores, score_forecasts
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.other_forecasters import beside, read_csv
from standoff.evaluation.records import Scores
from standoff.evaluation.score import score_runs
from standoff.evaluation.settlement import settle
from standoff.job_folder import JobExecutor
from standoff.ledger import Ledger
from standoff.progress import SILENT, Progress

LOG = logging.getLogger(__name__)
CATALOG = "catalog"
DRAWS = 2000  #: Monte Carlo error of a probability at most 1.1 percentage points


def score(
    cases: Sequence[str],
    *,
    variant: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> Scores:
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


def score_record(path: Path, claims: Path | None = None, seed: int = 1, others: Path | None = None) -> ForecastScores:
    """Score a record by its settlements, else by the claims of its case, or `claims`.

    others: table of other forecasters (`other_forecasters`), who are scored beside the model and pooled with it
    """
    found = forecast_record.read(path)
    counted, settled = found.counted, found.settlements
    ledger = None if claims is None else Ledger.load(claims)
    beside_it = path.with_name("scenario.yaml")  # the case may have moved with its record
    home = str(beside_it) if beside_it.is_file() else ""
    cases = {case: catalog.load(home or case) for case in dict.fromkeys(item.case for item in counted)}

    def outcome(item: Forecast) -> Report | str:
        if (line := settled.get(item.id)) is not None:
            return line.report
        loaded, own = cases[item.case]
        return settle(item.rule, item.origin, ledger or own, loaded.scenario.units)

    said = {} if others is None else beside(counted, read_csv(others), outcome)
    superseded = len(found.forecasts) - len(counted)
    return score_forecasts(counted, outcome, seed, said, superseded, found.head)
