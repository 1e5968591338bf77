"""Arrays of draws and sums over draws, filled block by block in the order of the draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from standoff.array_files import Arrays
from standoff.engine.decisions import SOLVER_FLAGS
from standoff.engine.executor import DrawRange
from standoff.engine.run import Settings
from standoff.errors import join_limited

PER_DRAW_OUTPUTS = ("answers", "failed", "cause", *SOLVER_FLAGS)  #: numbers of every draw, not only of those with paths
OF_PATHS = ("start", "cells", "parameters", "sample_size")  #: numbers of draws with paths, at least
SUMS = ("count", "mean", "spread", "held", "p")  #: sums over the draws of a block or of a batch, (T, ...)


@dataclass
class RunningMoments:
    """Sums over draws in double precision; variances by Chan, Golub and LeVeque 1983."""

    count: Any = 0
    mean: Any = 0.0
    spread: Any = 0.0
    held: Any = 0.0
    p: Any = 0.0

    @np.errstate(invalid="ignore", over="ignore")
    def add(self, reports: Arrays) -> None:
        """Merge the sums of a block, or of a batch of blocks; an overflow is not finite."""
        count = reports["count"].astype(np.int64)
        weight = (count / np.maximum(self.count + count, 1))[:, None]
        delta = reports["mean"].astype(np.float64) - self.mean
        self.spread = (
            self.spread
            + reports["spread"].astype(np.float64)
            + np.square(delta) * weight * np.asarray(self.count).reshape(-1, 1)
        )
        self.mean = self.mean + delta * weight
        self.count = self.count + count
        for name in ("held", "p"):
            if name in reports:
                setattr(self, name, getattr(self, name) + reports[name].astype(np.float64))

    @property
    def sums(self) -> Arrays:
        """The sums by name, as `add` takes them."""
        return {name: value for name in SUMS if np.ndim(value := getattr(self, name))}


@dataclass
class DrawStore:
    """Arrays with draws along the last axis, filled range by range by several threads."""

    settings: Settings
    recorded: int  #: first draws whose outcomes are kept; of later ones there are sums alone
    arrays: Arrays = field(default_factory=dict)
    _names: dict[bool, frozenset[str]] = field(default_factory=dict, repr=False)  #: without and with paths
    _making: Lock = field(default_factory=Lock, repr=False)

    def outcomes_of(self, shard: DrawRange) -> int:
        """How many draws of a range keep their outcomes."""
        return min(max(self.recorded - shard.start, 0), shard.stop - shard.start)

    def put(self, shard: DrawRange, values: Arrays) -> None:
        """Store the arrays of a range of draws; `cells` gets the initial state in front.

        Raises `ValueError` where an array is missing or has another shape than that of the shards before.
        """
        names = self._names.setdefault(shard.n_paths > 0, frozenset(values))
        needed = names.union(PER_DRAW_OUTPUTS, OF_PATHS if shard.n_paths else ())
        if needed != values.keys():
            raise ValueError(f"it holds {join_limited(sorted(values))} in place of {join_limited(sorted(needed))}")
        if shard.n_paths and values["start"].shape != values["cells"].shape[1:]:
            raise ValueError("its paths do not begin with the stocks that they go on with")
        for name, value in values.items():
            total = self.recorded if name in PER_DRAW_OUTPUTS else self.settings.paths
            with self._making:
                if name not in self.arrays:
                    states, *rest = value.shape
                    shape = (states + 1, *rest[:-1], total) if name == "cells" else (*value.shape[:-1], total)
                    self.arrays[name] = np.zeros(shape, value.dtype)
            window = self._window(shard, name)
            if (window.shape, window.dtype) != (value.shape, value.dtype):
                raise ValueError(f"`{name}` is {value.dtype} {value.shape} in place of {window.dtype} {window.shape}")
            window[...] = value

    def _window(self, shard: DrawRange, name: str) -> np.ndarray:
        stop = shard.start + (self.outcomes_of(shard) if name in PER_DRAW_OUTPUTS else shard.n_paths)
        whole = self.arrays[name][1:] if name == "cells" else self.arrays[name]
        return whole[..., min(shard.start, whole.shape[-1]) : stop]

    def of(self, shard: DrawRange, names: Iterable[str]) -> Arrays:
        """The arrays of a range, as views."""
        return {name: self._window(shard, name) for name in names}
