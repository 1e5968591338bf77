"""Simulate a model: batches of draws in bounded memory, here or elsewhere, resumable."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from standoff.array_files import Arrays
from standoff.engine.batches import (
    BATCH_BLOCKS,
    SUM,
    BatchSettings,
    Recording,
    batch_job,
    batches,
    packed,
    record_blocks,
    simulate_batch,
)
from standoff.engine.build import Held, intervened_model, with_design
from standoff.engine.model import Model
from standoff.engine.run import Run, Settings
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulator import DrawRange, Simulator, block_size, default_path_count
from standoff.errors import RunError
from standoff.job_folder import JOBS, REMOVE, JobExecutor, JobFolder, JobResult
from standoff.progress import SILENT, Progress
from standoff.scenario.interventions import AS_OF
from standoff.software import about_machine

LAST = 2**31  # upper bound of draw numbers: they have 32 bits, and a block is padded beyond its draws
DRAWS = 10_000  #: Monte Carlo errors of at most half a percentage point
OUTCOME_DRAWS = 1_000_000  #: draws with outcomes; assumption: a quantile of 5 % is right to 0.02 percentage points


Parts = Sequence[tuple[DrawRange, BatchSettings]]  #: batches of a run


def simulate(
    model: Model,
    *,
    draws: int | None = None,
    seed: int = 1,
    parameters: Mapping[str, Any] | None = None,
    levers: Mapping[str, Any] | None = None,
    since: str = AS_OF,
    held: Held | None = None,
    precision: str = "single",
    paths: int | str | None = None,
    first: int = 0,
    chunk: int | None = None,
    progress: Progress = SILENT,
    folder: RunFolder | None = None,
    executor: JobExecutor | None = None,
    batch: int = BATCH_BLOCKS,
) -> Run:
    """Simulate `draws` futures of a model, by default 10,000.

    `parameters` gives the parameters of each future, a row of a data frame for each (`with_design`): columns are
    paths of parameters in the unit of their belief, as in `Run.parameters`, or levers. There are as many draws as rows.

    `levers` sets levers and parameters by path, `{"aid.USA.money": 0}`, `since` as_of, start or a month; `held` sets options of
    actors, `{"CHN": {"2024-06": "arms"}}`. The numbers are those of `--set`, `--since` and `--hold` (`Run.model` has them).

    The numbers of draw `i` depend on the model, the seed and `i` alone: not on `draws`, `chunk`, the devices, or what
    else runs. `precision` is `single` (for ensembles) or `double` (for audits; same random numbers). `paths` is how
    many draws keep their whole path (`"all"`, or as many of the first 4,096 as 200 MB hold). The draws are those from
    `first` on. With a `folder` what is finished is stored, and an interrupted run resumes.

    Outcomes of the first million draws are recorded, and sums over all (`Run.totals`), so that memory does not grow with the
    number of draws. An `executor` (`standoff.distributed`) has batches of `batch` blocks simulated elsewhere; the run is
    the same to the last bit.
    """
    if levers or held:
        model = intervened_model(model, levers, since, held, progress)
    if parameters is not None:
        model = with_design(model, parameters)
        draws = len(model.table.posterior_draws) if draws is None else draws
        if executor is not None:
            raise RunError("futures with given parameters are simulated in this process", "parameters")
    draws = DRAWS if draws is None else draws
    _check(draws, first, precision, paths)
    count = draws if paths == "all" else min(draws, default_path_count(model) if paths is None else int(paths))
    settings = Settings(draws, seed, precision, count, first)
    if folder is not None:
        folder.open(model, settings)
    parts = list(batches(settings, _recorded(settings), chunk or block_size(model), batch))
    if len(parts) == 1 and executor is None and (folder is None or not (folder.path / JOBS).exists()):
        whole = _by_blocks(model, parts[0][1], progress, None if folder is None else JobFolder(folder.path))
    else:
        (whole,) = _by_batches([(model, settings, parts)], progress, None if folder is None else folder.path, executor)
    run = whole.run(model)
    if folder is not None:
        folder.finish(run)
    return run


def _check(draws: int, first: int, precision: str, paths: int | str | None) -> None:
    """Raise `RunError` for settings that are none."""
    if draws < 1:
        raise RunError(f"{draws} draws", allowed="1 or more")
    if not 0 <= first <= LAST - draws:
        raise RunError(f"draws {first:,} to {first + draws - 1:,}", allowed=f"numbers from 0 to {LAST - 1:,}")
    if precision not in {"single", "double"}:
        raise RunError(f"unknown precision `{precision}`", allowed="single, double")
    if not (paths is None or paths == "all" or (isinstance(paths, int) and paths > 0)):
        raise RunError(f"`{paths}` paths", allowed="all, or 1 or more")


def simulate_each(
    models: Mapping[str, Model],
    *,
    draws: int,
    seed: int,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> Iterator[tuple[str, Run]]:
    """Simulate models one by one, or by an executor at once; yields names and runs in order.

    With a `folder` results stay there, and those that are there are not simulated again.
    """
    runs = list[tuple[Model, Settings, Parts]]()
    for model in models.values():
        settings = Settings(draws, seed, "single", min(draws, default_path_count(model)))
        parts = batches(settings, _recorded(settings), block_size(model), BATCH_BLOCKS)
        runs.append((model, settings, list(parts)))
    for (name, model), whole in zip(models.items(), _by_batches(runs, progress, folder, executor), strict=True):
        yield name, whole.run(model)


def _recorded(settings: Settings) -> int:
    """Number of draws with outcomes of their own."""
    return min(settings.draws, max(OUTCOME_DRAWS, settings.paths))


def _by_blocks(model: Model, how: BatchSettings, progress: Progress, folder: JobFolder | None) -> Recording:
    """Simulate a run of one batch here, block by block.

    In a folder each block is a job with a result of its own.
    """
    whole = Recording(how.run, how.recorded)
    cut = list(batches(how.run, how.recorded, how.block, 1))
    jobs = {} if folder is None else {draws: batch_job(model, own) for draws, own in cut}
    missing = [draws for draws, _ in cut if folder is None or not folder.file(jobs[draws]).exists()]
    with ExitStack() as stack:
        if missing:
            simulator = Simulator.of(model, how.run.precision, how.block, progress)
            results = record_blocks(model, simulator, missing, whole, totals=how.totals)
            stack.callback(results.close)
        task = stack.enter_context(progress.task("draws", how.run.draws))
        for draws, _ in cut:
            if draws in missing:
                names, sums, counts = next(results)
                if folder is not None:
                    arrays = packed(whole.of(draws, names), sums, counts)
                    folder.put(jobs[draws], JobResult(arrays, {}, about_machine()))
                whole.add(sums, counts)
            elif folder is not None:
                _add(model, draws, folder.get(jobs[draws]).arrays, whole, folder.file(jobs[draws]))
            task.update(draws.stop - draws.start)
    return whole


def _by_batches(
    runs: Sequence[tuple[Model, Settings, Parts]], progress: Progress, folder: Path | None, executor: JobExecutor | None
) -> Iterator[Recording]:
    """Simulate runs batch by batch, by an executor, or here where a result is missing.

    Batches are added in order.
    """
    jobs = [[batch_job(model, how) for _, how in parts] for model, _, parts in runs]
    with JobFolder.opened(folder) as results:
        if executor is not None:
            executor.complete([job for own in jobs for job in own], results, progress)
        for (model, settings, parts), own in zip(runs, jobs, strict=True):
            whole = Recording(settings, _recorded(settings))
            simulator = None
            if results.missing(own):
                simulator = Simulator.of(model, settings.precision, parts[0][1].block, progress)
            with progress.task("draws", settings.draws) as task:
                for (draws, how), job in zip(parts, own, strict=True):
                    if results.file(job).exists():
                        arrays = results.get(job).arrays
                        task.update(draws.stop - draws.start)
                    else:
                        began = time.perf_counter()
                        arrays = simulate_batch(model, how, task.update, simulator)
                        machine = about_machine() | {"seconds": round(time.perf_counter() - began, 3)}
                        if not results.temporary:
                            results.put(job, JobResult(arrays, {}, machine))
                    _add(model, draws, arrays, whole, results.file(job))
            yield whole


def _add(model: Model, draws: DrawRange, arrays: Arrays, whole: Recording, file: Path) -> None:
    """Add a stored batch; raises `RunError` for one that does not fit the run."""
    program, cells = model.program, len(model.plan.cells)
    columns = {"count": (), "mean": (cells,), "spread": (cells,)}
    if model.plan.choices:
        columns |= dict.fromkeys(("held", "p"), (len(program.option_rows),))
    try:
        shapes = {name: value.shape for name, value in arrays.items() if name.startswith(SUM)}
        if shapes != {SUM + name: (program.steps, *rest) for name, rest in columns.items()}:
            raise ValueError(f"its sums are {shapes}")
        whole.add_batch(draws, arrays)
    except (ValueError, LookupError, TypeError) as error:
        raise RunError(f"the result cannot be used: {error}", str(file), fix=REMOVE) from None
