"""Record simulated draws: outcomes, paths and sums, block by block in the order of draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from standoff.array_files import Arrays
from standoff.engine.model import Model
from standoff.engine.run import Counts, OutcomeTotals, Run, Settings
from standoff.engine.simulator import PER_DRAW_OUTPUTS, DrawRange
from standoff.errors import join_limited
from standoff.versions import versions

OF_PATHS = ("start", "cells", "parameters", "sample_size")  #: numbers of draws with paths, at least
SUMS = ("count", "mean", "spread", "held", "p")  #: sums over the draws of a block or of a batch, (T, ...)
SUM, COUNT, SHARE, DRAW = "sum_", "count", "share", "draw_"  #: names of arrays in the result of a job


@dataclass
class RunningMoments:
    """Sums over draws in double precision; variances by Chan, Golub and LeVeque 1983."""

    count: Any = 0
    mean: Any = 0.0
    spread: Any = 0.0
    held: Any = 0.0
    p: Any = 0.0

    @np.errstate(invalid="ignore", over="ignore")
    def add(self, sums: Arrays) -> None:
        """Merge the sums of a block, or of a batch of blocks; an overflow is not finite."""
        count = sums["count"].astype(np.int64)
        weight = (count / np.maximum(self.count + count, 1))[:, None]
        delta = sums["mean"].astype(np.float64) - self.mean
        self.spread = (
            self.spread
            + sums["spread"].astype(np.float64)
            + np.square(delta) * weight * np.asarray(self.count).reshape(-1, 1)
        )
        self.mean = self.mean + delta * weight
        self.count = self.count + count
        for name in ("held", "p"):
            if name in sums:
                setattr(self, name, getattr(self, name) + sums[name].astype(np.float64))

    @property
    def sums(self) -> Arrays:
        """The sums by name, as `add` takes them."""
        return {name: value for name in SUMS if np.ndim(value := getattr(self, name))}


@dataclass
class Recording:
    """Outcomes, paths and sums of consecutive draws: of a batch, or of a run.

    Arrays have draws along the last axis, and are filled range by range by several threads.
    """

    settings: Settings
    recorded: int  #: first draws whose outcomes are kept; of later ones there are sums alone
    arrays: Arrays = field(default_factory=dict)
    moments: RunningMoments = field(default_factory=RunningMoments)
    totals: OutcomeTotals = field(default_factory=OutcomeTotals)
    _names: dict[bool, frozenset[str]] = field(default_factory=dict, repr=False)  #: without and with paths
    _making: Lock = field(default_factory=Lock, repr=False)

    def outcomes_of(self, draws: DrawRange) -> int:
        """How many draws of a range keep their outcomes."""
        return min(max(self.recorded - draws.start, 0), draws.stop - draws.start)

    def put(self, draws: DrawRange, values: Arrays) -> None:
        """Store the arrays of a range of draws; `cells` gets the initial state in front.

        Raises `ValueError` where an array is missing or has another shape than that of the ranges before.
        """
        names = self._names.setdefault(draws.n_paths > 0, frozenset(values))
        needed = names.union(PER_DRAW_OUTPUTS, OF_PATHS if draws.n_paths else ())
        if needed != values.keys():
            raise ValueError(f"it holds {join_limited(sorted(values))} in place of {join_limited(sorted(needed))}")
        if draws.n_paths and values["start"].shape != values["cells"].shape[1:]:
            raise ValueError("its paths do not begin with the stocks that they go on with")
        for name, value in values.items():
            total = self.recorded if name in PER_DRAW_OUTPUTS else self.settings.paths
            with self._making:
                if name not in self.arrays:
                    states, *rest = value.shape
                    shape = (states + 1, *rest[:-1], total) if name == "cells" else (*value.shape[:-1], total)
                    self.arrays[name] = np.zeros(shape, value.dtype)
            window = self._window(draws, name)
            if (window.shape, window.dtype) != (value.shape, value.dtype):
                raise ValueError(f"`{name}` is {value.dtype} {value.shape} in place of {window.dtype} {window.shape}")
            window[...] = value

    def _window(self, draws: DrawRange, name: str) -> np.ndarray:
        stop = draws.start + (self.outcomes_of(draws) if name in PER_DRAW_OUTPUTS else draws.n_paths)
        whole = self.arrays[name][1:] if name == "cells" else self.arrays[name]
        return whole[..., min(draws.start, whole.shape[-1]) : stop]

    def of(self, draws: DrawRange, names: Iterable[str]) -> Arrays:
        """The arrays of a range, as views."""
        return {name: self._window(draws, name) for name in names}

    def add(self, sums: Arrays, counts: Counts | None = None) -> None:
        """Add the sums over the next draws, and their counts."""
        self.moments.add(sums)
        if counts is not None:
            self.totals.add(*counts)

    def to_arrays(self) -> Arrays:
        """Everything as arrays by name."""
        of_draws = {name: value[1:] if name == "cells" else value for name, value in self.arrays.items()}
        return packed(of_draws, self.moments.sums, (self.totals.counts, self.totals.shares))

    def add_batch(self, draws: DrawRange, arrays: Arrays) -> None:
        """Add a batch from the arrays of `to_arrays`."""
        self.put(draws, {name.removeprefix(DRAW): value for name, value in arrays.items() if name.startswith(DRAW)})
        counts = (arrays[COUNT], arrays[SHARE]) if arrays[SHARE].size or arrays[COUNT].any() else None
        self.add({name.removeprefix(SUM): value for name, value in arrays.items() if name.startswith(SUM)}, counts)

    def run(self, model: Model, **about: Any) -> Run:
        """The run whose draws these are; `about` are further fields of it."""
        program, steps, choices = model.program, model.program.steps, len(model.plan.choices)
        moments, arrays = self.moments, self.arrays
        arrays["cells"][0] = arrays.pop("start")
        before = np.zeros((1, len(program.option_rows), self.settings.paths))

        def by_choice(total: Any) -> np.ndarray:
            share = total / np.maximum(moments.count, 1)[:, None] if choices else np.zeros((steps, 0))
            return program.by_option(np.asarray(share))

        def draws_first(value: np.ndarray) -> np.ndarray:
            return np.moveaxis(value, -1, 0)

        of_draws: dict[str, Any] = {name: arrays[name] for name in PER_DRAW_OUTPUTS}
        return Run(
            model=model,
            settings=self.settings,
            count=np.asarray(moments.count),
            mean=moments.mean,
            variance=moments.spread / np.maximum(moments.count - 1, 1)[:, None],
            active_share=by_choice(moments.held),
            probability=by_choice(moments.p),
            **of_draws,
            stock_paths=draws_first(arrays["cells"]),
            path_p=program.by_option(draws_first(arrays.get("path_p", before)[program.decisions_made])),
            path_chosen=draws_first(
                arrays.get("path_chosen", np.zeros((steps, choices, self.settings.paths), np.int8))
            ),
            parameter_values=draws_first(arrays["parameters"]),
            sample_size=draws_first(arrays["sample_size"]),
            trackers=program.watched,
            versions=versions(),
            totals=self.totals if self.totals.counts.any() else None,
            **about,
        )


def packed(of_draws: Arrays, sums: Arrays, counts: Counts | None = None) -> Arrays:
    """Arrays of draws, sums over them and counts by name, as `Recording.add_batch` takes them."""
    out = {SUM + name: value for name, value in sums.items()} | {DRAW + name: value for name, value in of_draws.items()}
    return out | dict(zip((COUNT, SHARE), counts or (np.zeros(1, np.int64), np.zeros(0)), strict=True))
