"""Simulate a case into a folder, with its verdict and a summary of its paths."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from standoff.analysis.epistemic_band import bands
from standoff.analysis.model_uncertainty import models_of
from standoff.analysis.verdict import Verdict, verdict
from standoff.engine.model import Model
from standoff.engine.run import FAN, Run
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.job_folder import JobExecutor
from standoff.progress import SILENT, Progress
from standoff.serialise import to_plain

RIVALS = "rivals"  #: name of the folder of rival models that are simulated elsewhere


def run(
    model: Model,
    folder: Path | str,
    *,
    draws: int = 10_000,
    seed: int = 1,
    precision: str = "single",
    paths: int | str | None = None,
    findings: bool = False,
    uncertainty: bool = False,
    band: bool = True,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> tuple[Run, Verdict]:
    """Simulate a model into a folder, with `verdict.json` and `summary.json`.

    Returns run and verdict; an interrupted run resumes. precision: `single` or `double`; paths: number of draws that keep
    whole paths, `all`, or None for 200 MB of them. findings: also switching values and the value of information of the
    main answer; uncertainty: also every answer under rival models, which takes minutes; band: the epistemic band of
    each answer over the parameters, where none is stored with the case. An `executor` (`standoff.distributed`) simulates
    batches of draws and rival models elsewhere; jobs of the latter stay in the folder `rivals` of the run. What else follows
    from the run is found by its program in this process.

    Raises `RunError` where the folder belongs to another run.
    """
    if uncertainty:
        models_of(model)  # its mistakes before anything is simulated
    stored = RunFolder(Path(folder))
    result = simulate(
        model,
        draws=draws,
        seed=seed,
        precision=precision,
        paths=paths,
        folder=stored,
        progress=progress,
        executor=executor,
    )
    known = bands(result, quick=band, progress=progress)
    rivals = stored.path / RIVALS
    outcome = verdict(
        result,
        changes=True,
        threshold=findings,
        uncertainty=uncertainty,
        progress=progress,
        bands=known,
        executor=executor,
        folder=rivals if executor is not None or rivals.exists() else None,
    )
    stored.write_json("verdict.json", outcome.to_data())
    stored.write_json("summary.json", summary(result))
    return result, outcome


def summary(run: Run) -> dict[str, Any]:
    """Quantiles of every stock and shares of every option over time, as plain data."""
    plan = run.model.plan
    stocks = {
        cell: {
            "unit": run.display_unit(cell)[1],
            "quantiles": dict(zip(map(str, FAN), run.quantile_fan(cell), strict=True)),
        }
        for cell in plan.cells
    }
    choices = {
        choice.name: {option: run.active_share[:, index, o] for o, option in enumerate(choice.options)}
        for index, choice in enumerate(plan.choices)
    }
    interventions = [asdict(item) for item in run.interventions]
    return to_plain({"interventions": interventions, "times": run.times, "stocks": stocks, "active_share": choices})
