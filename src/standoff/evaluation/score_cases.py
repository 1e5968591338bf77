"""Score the settled questions of cases, and recorded forecasts that later claims resolve."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from standoff import catalog
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import Problem, RunError
from standoff.evaluation.hindcast import forecast_ledger
from standoff.evaluation.score import score_runs
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from standoff.engine.build import Model
    from standoff.engine.run import Run
    from standoff.engine.simulate import Progress
    from standoff.evaluation.hindcast.forecast_ledger import Forecast
    from standoff.evaluation.hindcast.scored_forecasts import ScoredForecast
    from standoff.evaluation.records import Scores

CATALOG = "catalog"
DRAWS = 2000  #: Monte Carlo error of a probability at most 1.1 percentage points


def score(
    cases: Sequence[str], *, variant: str = "", draws: int = DRAWS, seed: int = 1, progress: Progress | None = None,
    announce: Callable[[int, int, str], None] | None = None,
) -> Scores:  # fmt: skip
    """Simulate cases and score their settled questions (those with an `outcome`) beside forecasts without a model.

    cases: slugs or paths; `catalog` stands for every case of the catalogue with a settled question.
    progress: called with draws done and draws in all; announce: with number, count and name of each case before it runs.
    Raises `ModelError` where no question is settled.
    """
    return score_runs(_runs(models(cases, variant), draws, seed, progress, announce), seed)


def models(cases: Sequence[str], variant: str = "") -> dict[str, Model]:
    """Models by case, all built before any is run; the variant applies to cases named themselves."""
    wanted = dict.fromkeys(name for case in cases for name in (catalog.slugs() if case == CATALOG else (case,)))
    out = {}
    for name in wanted:
        loaded, ledger = catalog.load(name, variant if name in cases else "")
        if name in cases or any(question.outcome for question in loaded.scenario.questions.values()):
            out[name] = build(loaded, ledger)
    return out


def _runs(
    models: dict[str, Model], draws: int, seed: int, progress: Progress | None,
    announce: Callable[[int, int, str], None] | None,
) -> Iterator[tuple[str, Run]]:  # fmt: skip
    """One run after another, so that each can be let go; their draws count as one job."""
    total = draws * len(models)
    for index, (name, model) in enumerate(models.items()):
        if announce is not None:
            announce(index + 1, len(models), name)
        step = None if progress is None else partial(_advance, progress, index * draws, total)
        yield name, simulate(model, draws=draws, seed=seed, progress=step)


def _advance(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def score_forecasts(files: Sequence[Path], claims: Path | None = None) -> list[tuple[Forecast, ScoredForecast]]:
    """Resolve and score the forecasts of ledgers that `hindcast` recorded, each by the claims of its case or by `claims`."""
    if any(file.suffix.lower() != ".jsonl" for file in files):
        raise RunError(Problem("cases and forecasts are scored separately", allowed="either cases, or files .jsonl"))
    ledger = None if claims is None else Ledger.load(claims)
    forecasts = [item for file in files for item in forecast_ledger.read(Path(file))]
    out = []
    for case in dict.fromkeys(item.case for item in forecasts):
        loaded, own = catalog.load(case)
        selected = [item for item in forecasts if item.case == case]
        resolved = forecast_ledger.resolve(selected, own if ledger is None else ledger, loaded.scenario.units)
        out += list(zip(selected, resolved, strict=True))
    return out
