"""Run a hindcast: simulate a case from past dates and score the forecasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from standoff import catalog, units
from standoff.engine.run_folder import RunFolder
from standoff.errors import ModelError, RunError
from standoff.evaluation.declaration import read_declaration
from standoff.evaluation.forecast_record import Forecast
from standoff.evaluation.forecast_scores import ForecastScores, score_forecasts
from standoff.evaluation.hindcast import config, forecasts, origin_jobs, origins, stacking
from standoff.evaluation.hindcast.reports import Report
from standoff.inference import _optional
from standoff.inference.reconcile.reconcile import reconcile as reconcile_claims
from standoff.job_folder import JobExecutor, LocalExecutor
from standoff.ledger import Ledger
from standoff.plan import plan as plan_case
from standoff.plan.citations import REASON
from standoff.plan.leak_check import WIDER, assumed_paths
from standoff.progress import SILENT, Progress
from standoff.record import record
from standoff.scenario import LoadedScenario
from standoff.serialise import to_plain
from standoff.versions import require_packages, versions

DRAWS = 768  #: one block of the engine; the ends of a 90 % interval have an error of a twentieth of its length
RECONCILE_DRAWS = 250  #: of each of the four chains of a reconciled path, whose medians and 90 % intervals are used


@record
class HindcastProvenance:
    """Settings and inputs of a hindcast."""

    title: str
    variant: str
    draws: int
    seed: int
    wider: float
    ledger: str  #: digest of the whole ledger, the source of outcomes
    origins: tuple[Mapping[str, Any], ...]  #: as_of, digests of ledger and model, priors, late parameters, failed draws
    versions: Mapping[str, str]


@record
class Hindcast:
    """Forecasts of each origin, as lines of a record, and their scores."""

    made: HindcastProvenance
    scores: ForecastScores
    forecasts: tuple[Forecast, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain({"made": asdict(self.made), "scores": self.scores.to_data()})


def hindcast(
    case: str,
    folder: Path,
    *,
    first: str = "",
    last: str = "",
    every: str = "",
    horizons: Sequence[int] = (),
    variant: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    widen_late: float = WIDER,
    reconcile: bool = True,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> Hindcast:
    """Simulate a case from past dates and score its forecasts against the outcomes.

    case: slug or path of a case that has a `hindcast.yaml`, which gives `first`, `last`, `every` and `horizons` (months)
    where they are left out. variant: by default the one that knows least of what came after the first origin
    (`origins.least_late_variant`). folder: stores origins and reconciled paths, so that an interrupted hindcast resumes.
    widen_late: factor by which ranges are widened whose sources were all published later; 1 leaves them. reconcile: fit
    the reconciled paths that `hindcast.yaml` asks for, which takes minutes. executor (`standoff.distributed`): simulates the
    origins that the folder lacks elsewhere, all at once.

    Raises `RunError` for invalid settings or without statsmodels, `ModelError` where a number depends on a later claim.
    """
    require_packages("a comparison with standard methods of time series", "analysis", "statsmodels")
    loaded, ledger = catalog.load(case, variant)
    settings = configured(case, loaded, ledger, horizons)
    days = origins.origins(first or settings.first, last or settings.last, every or settings.every)
    how = origins.HindcastSettings(max(settings.horizons), draws, seed, widen_late)
    if not variant and (variant := origins.least_late_variant(loaded, ledger, days, how)):
        loaded = loaded.with_variant(variant)
        settings = configured(case, loaded, ledger, horizons)
    if executor is None and RunFolder(folder).has_results:  # of an earlier call, or of `standoff work`
        executor = LocalExecutor(origin_jobs.perform)
    if executor is not None:
        origin_jobs.complete(loaded, ledger, days, how, folder, executor, progress)
    paths = (
        ReconciledPaths(ledger, folder, seed, loaded.scenario.units) if reconcile and _needs_paths(settings) else None
    )
    questions, stack = forecasts.HindcastCase(settings, loaded, ledger, paths), stacking.Stack()
    declaration, lines, rows = read_declaration(case), list[Forecast](), list[dict[str, Any]]()
    planned, declared = plan_case(loaded, ledger), declaration.set_days() if declaration else {}
    for origin in origins.simulate_origins(loaded, ledger, days, how, folder, progress):
        new = [*forecasts.make_forecasts(origin, questions, case, draws, stack, declaration)]
        found = {item.id: questions.outcome(item) for item in new}
        forecasts.learn(stack, new, {name: each for name, each in found.items() if not isinstance(each, str)})
        lines += new
        rows.append(_origin_row(origin) | {"assumed": len(assumed_paths(planned, origin.as_of, declared))})
    provenance = HindcastProvenance(
        title=loaded.scenario.title,
        variant=variant,
        draws=draws,
        seed=seed,
        wider=widen_late,
        ledger=ledger.hash,
        origins=tuple(rows),
        versions=versions(),
    )
    scores = score_forecasts(lines, questions.outcome, seed)
    return Hindcast(made=provenance, scores=scores, forecasts=tuple(lines))


def configured(case: str, loaded: LoadedScenario, ledger: Ledger, horizons: Sequence[int]) -> config.HindcastConfig:
    """The questions of a case, perhaps at other horizons; raises `RunError`."""
    settings = config.read(catalog.find(case).with_name(config.FILE), loaded, ledger)
    if not horizons:
        return settings
    if not config.are_horizons(horizons):
        allowed = f"months such as 3,6,12, up to {config.FARTHEST}"
        raise RunError(f"{', '.join(map(str, horizons))}: not horizons", "--horizons", allowed=allowed)
    return settings.model_copy(update={"horizons": tuple(horizons)})


def _needs_paths(settings: config.HindcastConfig) -> bool:
    if not any(quantity.reconcile for quantity in settings.quantities.values()):
        return False
    _optional.require()
    return True


def _origin_row(origin: origins.OriginForecasts) -> dict[str, Any]:
    paths, histories, reasons = (
        [item.path for item in origin.late if item.kind == kind] for kind in ("parameter", "history", REASON)
    )
    return {
        "as_of": str(origin.as_of),
        "ledger": origin.ledger,
        "model": origin.model,
        "failed": origin.failed,
        "priors": dict(origin.priors),
        "late": len(paths),
        "late_paths": paths,
        "late_histories": histories,
        "late_reasons": reasons,
    }


class ReconciledPaths:
    """Reconciled quantities as of a day, each fitted once and cached in a folder."""

    def __init__(self, ledger: Ledger, folder: Path, seed: int, declared: Mapping[str, str]) -> None:
        self.ledger, self.folder, self.seed, self.declared = ledger, folder, seed, declared

    def __call__(self, quantity: str, subject: str, as_of: dt.date) -> tuple[Report, ...]:
        """Points up to the last claim, canonical, with central 90 %; empty without claims."""
        then = self.ledger.as_of(as_of)  # later claims are not even passed on
        stored, file = RunFolder(self.folder), f"{quantity}-{subject}-{as_of}-{then.hash[:12]}-s{self.seed}.json"
        cached = None
        with suppress(RunError):  # a damaged one is made anew
            cached = stored.read_json(file)
        points: list[Any] = cached["points"] if cached else []
        if cached is None:
            try:
                result = reconcile_claims(
                    then, quantity, subject, as_of=as_of, refits=0, seed=self.seed, draws=RECONCILE_DRAWS
                )
            except ModelError:  # no claim yet
                pass
            else:
                last = max(claim.day for claim in result.claims)
                unit = units.parse(result.unit, self.declared).factor
                points = [
                    [p.day, *(unit * value for value in (p.median, p.low, p.high))]
                    for p in result.path
                    if p.day <= last
                ]
            stored.write_json(file, {"points": points})
        claims = "all claims" if then.hash == self.ledger.hash else f"all claims published by {as_of}"
        return tuple(
            Report(dt.date.fromisoformat(day), value, low, high, (), f"{claims}, reconciled", as_of)
            for day, value, low, high in points
        )
