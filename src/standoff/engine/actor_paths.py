"""Paths of a stock on the axes draw, time and actor, read from a run where they are used.

Few stocks are held by all actors. Filled with NaN for the others, the paths of the largest case would be seven times those
that a run stores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from xarray.backends import BackendArray
from xarray.core import indexing


class ActorPaths(BackendArray):
    """(draw, time, actor) paths of a stock in its unit; NaN for actors that hold none of it."""

    def __init__(self, paths: np.ndarray, draws: np.ndarray, cells: np.ndarray, factor: float) -> None:
        """Of `paths` (K, T + 1, cell), canonical: rows `draws`, for each actor its cell or -1."""
        self.paths, self.draws, self.cells, self.factor = paths, draws, cells, factor
        self.shape = (len(draws), paths.shape[1], len(cells))
        self.dtype = paths.dtype  # floats, which have NaN

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> np.ndarray:
        """Values at whole numbers, slices or lists along each axis."""
        draws, times, cells = (
            np.atleast_1d(axis[at])
            for axis, at in zip((self.draws, np.arange(self.shape[1]), self.cells), key, strict=True)
        )
        values = self.paths[np.ix_(draws, times, np.maximum(cells, 0))] / self.factor
        values = np.where(cells >= 0, values, np.nan).astype(self.dtype)
        single = tuple(axis for axis, at in enumerate(key) if isinstance(at, int | np.integer))
        return values.squeeze(axis=single)
