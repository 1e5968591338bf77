"""Model to run: shards of draws through the compiled program, in bounded memory, in any order, resumable."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, PartitionSpec

from standoff.engine.device import devices
from standoff.engine.run import Run, Settings
from standoff.errors import Problem, RunError

if TYPE_CHECKING:
    from standoff.engine.build import Model
    from standoff.engine.program import Program
    from standoff.engine.store import Folder

CHUNK = 512  # draws of a block: measured by benchmarks/engine.py --chunks
BLOCKS = 2  # blocks a device and shard
PATHS = 4096  # assumption: enough for a 5 % quantile to be right to 0.7 percentile points (2 standard errors)
ONE_PROGRAM = (
    20_000  # up to so many draws, all run through the program that reports paths: compiling another costs more
)
PATH_REPORTS = ("cells", "path_p", "path_chosen")  # reports that hold every draw
# compiles a third faster and runs as fast (measured on the flagship)
COMPILER = {"xla_llvm_disable_expensive_passes": True}
Progress = Callable[[int, int], None]  #: called with draws done and draws asked


@dataclass
class Totals:
    """Sums over shards, in double precision; spreads are merged by the pairwise formula of Chan, Golub, LeVeque 1983."""

    count: Any = 0
    mean: Any = 0.0
    spread: Any = 0.0
    held: Any = 0
    p: Any = 0.0
    flows: Any = 0.0
    flow_count: Any = 0
    kept: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, reports: dict[str, np.ndarray]) -> None:
        """Merge block reports, each (block, T, ...)."""
        for b in range(reports["count"].shape[0]):
            count = reports["count"][b].astype(np.int64)
            share = np.maximum(self.count + count, 1)[:, None]
            delta = reports["mean"][b].astype(np.float64) - self.mean
            weight = (count / share[:, 0])[:, None]
            self.spread = (
                self.spread
                + reports["spread"][b].astype(np.float64)
                + np.square(delta) * weight * np.asarray(self.count).reshape(-1, 1)
            )
            self.mean = self.mean + delta * weight
            self.count = self.count + count
        for name in ("held", "p", "flows"):
            if name in reports:
                total = reports[name].astype(np.float64).sum(axis=0)
                setattr(self, name, getattr(self, name) + total)
        if "flows" in reports:
            self.flow_count = self.flow_count + reports["count"].astype(np.int64).sum(axis=0)


def simulate(
    model: Model,
    *,
    draws: int,
    seed: int,
    precision: str = "single",
    paths: int | str | None = None,
    explain_at: Sequence[int] | None = None,
    chunk: int = CHUNK,
    progress: Progress | None = None,
    folder: Folder | None = None,
) -> Run:
    """Run `draws` futures of the model.

    The numbers of draw `i` depend on the model, the seed and `i` alone: not on `draws`, `chunk`, the devices, or what
    else runs. `precision` is `single` (for ensembles) or `double` (for audits; same random numbers). `paths` is how many
    draws keep their whole path (`"all"`, or the first 4,096). `explain_at` lists steps whose reasons are kept; by
    default the first decision of each choice. With a `folder` every finished shard is stored, and a run that was cut
    off goes on.
    """
    if draws < 1:
        raise RunError(Problem(f"{draws} draws", allowed="1 or more"))
    if precision not in {"single", "double"}:
        raise RunError(Problem(f"unknown precision `{precision}`", allowed="single, double"))
    if not (paths is None or paths == "all" or (isinstance(paths, int) and paths > 0)):
        raise RunError(Problem(f"`{paths}` paths", allowed="all, or 1 or more"))
    kept = draws if paths == "all" else min(draws, PATHS if paths is None else int(paths))
    first = [choice.decides.index(True) for choice in model.plan.choices if any(choice.decides)]
    steps = tuple(sorted(set(first if explain_at is None else explain_at)))
    settings = Settings(draws, seed, precision, kept, steps)
    program = model.program(steps)
    if folder is not None:
        folder.open(model, settings)
    with _precision(precision):
        totals = _all_shards(model, program, settings, chunk, progress, folder)
    run = _run(model, program, settings, totals)
    if folder is not None:
        folder.finish(run)
    return run


def _precision(precision: str) -> AbstractContextManager[Any]:
    width: AbstractContextManager[Any] = jax.enable_x64(precision == "double")
    return width


@dataclass(frozen=True)
class Shard:
    """Draws `start .. stop - 1`, of which the first `kept` keep their paths."""

    start: int
    stop: int
    kept: int
    paths: bool  #: whether it runs through the program that reports paths


def shards(draws: int, paths: int, size: int) -> Iterator[Shard]:
    """Cut the draws: those with paths first."""
    cuts = ((0, draws, True),) if draws <= ONE_PROGRAM else ((0, paths, True), (paths, draws, False))
    for low, high, keep in cuts:
        for start in range(low, high, size):
            stop = min(start + size, high)
            yield Shard(start, stop, min(max(paths - start, 0), stop - start), keep)


def _all_shards(
    model: Model, program: Program, settings: Settings, chunk: int, progress: Progress | None, folder: Folder | None
) -> Totals:
    count = len(devices())
    blocks = max(1, min(BLOCKS, -(-settings.draws // (chunk * count))))
    size = chunk * count * blocks
    cut = list(shards(settings.draws, settings.paths, size))
    done = {} if folder is None else folder.shards()
    wanted = sorted({shard.paths for shard in cut if (shard.start, shard.stop) not in done})
    with ThreadPoolExecutor(len(wanted) or 1) as pool:  # XLA compiles outside the interpreter's lock
        traced = {keep: _lowered(program, model, settings, keep, chunk, size) for keep in wanted}
        compiled = dict(
            zip(
                traced,
                pool.map(lambda program: program.compile(compiler_options=COMPILER), traced.values()),
                strict=True,
            )
        )
    totals, finished = Totals(), 0
    table = tuple(jnp.asarray(part, _dtype(settings)) for part in model.table.arrays())

    def start(shard: Shard) -> Any:
        if (shard.start, shard.stop) in done:
            return None
        ids = jnp.arange(shard.start, shard.start + size, dtype=jnp.uint32)
        return compiled[shard.paths](table, _seed(settings), ids, jnp.asarray(shard.stop, jnp.uint32))

    running = start(cut[0])
    for shard, following in zip(cut, [*cut[1:], None], strict=True):
        current, running = running, start(following) if following is not None else None
        if current is None and folder is not None:
            kept, reports = folder.read(shard.start, shard.stop)
        else:
            kept, reports = _fetched(current, shard, chunk)
            if folder is not None:
                folder.write(shard.start, shard.stop, kept, reports)
        totals.add(reports)
        for name, value in kept.items():
            totals.kept.setdefault(name, []).append(value)
        finished += shard.stop - shard.start
        if progress is not None:
            progress(finished, settings.draws)
    return totals


def _dtype(settings: Settings) -> Any:
    return jnp.float64 if settings.precision == "double" else jnp.float32


def _seed(settings: Settings) -> jax.Array:
    return jnp.asarray(settings.seed % 2**32, jnp.uint32)


def _lowered(program: Program, model: Model, settings: Settings, keep: bool, chunk: int, size: int) -> Any:
    """The program for shards of `size` draws, traced and ready to compile."""
    dtype = _dtype(settings)
    mesh = Mesh(np.array(devices()), ("device",))
    split, same = PartitionSpec("device"), PartitionSpec()

    def shard(table: Any, seed: Any, ids: Any, total: Any) -> Any:
        def block(chunk_ids: Any) -> Any:
            return program.block(table, seed, chunk_ids, total, keep, dtype)

        return lax.map(block, ids.reshape(-1, chunk))

    mapped = jax.shard_map(
        shard, mesh=mesh, in_specs=((same,) * len(model.table.arrays()), same, split, same), out_specs=split,
        check_vma=False,
    )  # fmt: skip
    table = tuple(jax.ShapeDtypeStruct(part.shape, dtype) for part in model.table.arrays())
    word = jax.ShapeDtypeStruct((), jnp.uint32)
    return jax.jit(mapped).lower(table, word, jax.ShapeDtypeStruct((size,), jnp.uint32), word)


def _fetched(result: Any, shard: Shard, chunk: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Results of a shard on the host, draws first, padding cut off."""
    kept, reports = result

    def draws_first(value: Any, count: int) -> np.ndarray:
        array = np.moveaxis(np.asarray(value), -1, 1)  # (block, draw, ...)
        out: np.ndarray = array.reshape(array.shape[0] * array.shape[1], *array.shape[2:])[:count]
        return out

    every = {"answers", "failed", "unsolved"}
    out = {}
    for name, value in (*kept.items(), *((name, reports[name]) for name in PATH_REPORTS if name in reports)):
        count = shard.stop - shard.start if name in every else shard.kept
        if count:
            out[name] = draws_first(value, count)
    return out, {name: np.asarray(value) for name, value in reports.items() if name not in PATH_REPORTS}


def _run(model: Model, program: Program, settings: Settings, totals: Totals) -> Run:
    kept = {name: np.concatenate(values) for name, values in totals.kept.items()}
    plan, steps = model.plan, program.steps
    choices = len(plan.choices)
    share = np.maximum(totals.count, 1)
    flow_share = np.maximum(totals.flow_count, 1)[:, None] if settings.paths else 1
    first = np.stack([kept["parameters"][:, i] for i in plan.initial], axis=-1)
    observed, there = program.observed
    for n, item in enumerate(plan.observations):
        if there[n, 0]:
            first[:, plan.cells.index(item.cell)] = observed[n, 0] * kept["parameters"][:, item.scale]
    none = np.zeros((settings.paths, steps, len(program.option_rows)))

    def by_choice(total: Any) -> np.ndarray:
        return program.by_option(np.asarray(total / share[:, None] if choices else np.zeros((steps, 0))))

    explained = {
        name: program.by_reason(kept[f"explained_{name}"]) if name == "reasons"
        else kept[f"explained_{name}"][..., 0] if name == "residual"
        else program.by_option(kept[f"explained_{name}"])
        for name in ("p", "expected", "reasons", "residual") if f"explained_{name}" in kept
    }  # fmt: skip
    return Run(
        model=model,
        settings=settings,
        count=np.asarray(totals.count),
        mean=totals.mean,
        variance=totals.spread / np.maximum(totals.count - 1, 1)[:, None],
        held=by_choice(totals.held),
        probability=by_choice(totals.p),
        answers=kept["answers"].T,
        failed=kept["failed"],
        unsolved=kept["unsolved"],
        cells=np.concatenate([first[:, None], kept["cells"]], axis=1),
        path_p=program.by_option(kept.get("path_p", none)),
        path_chosen=kept.get("path_chosen", np.zeros((settings.paths, steps, choices), np.int8)),
        flows=np.asarray(totals.flows / flow_share),
        flow_names=program.flow_names,
        explained=explained,
        parameters=kept["parameters"],
        watched=program.watched,
        versions=versions(),
    )


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of what a result depends on."""
    import standoff

    return {"standoff": standoff.__version__, "jax": jax.__version__, "numpy": np.__version__,
            "python": platform.python_version()}  # fmt: skip
