"""Posteriors of what was known at each origin of a hindcast, fitted once and stored."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.errors import ModelError, RunError
from standoff.progress import SILENT, Progress

if TYPE_CHECKING:
    from standoff.engine.model import Model


class OriginPosteriors:
    """Models with the posterior of what was known at their as_of, each stored in a folder."""

    def __init__(self, folder: Path, seed: int, progress: Progress = SILENT) -> None:
        self.folder, self.seed, self.progress = folder, seed, progress

    def file(self, as_of: str) -> Path:
        """The file of an origin."""
        return self.folder / f"posterior-{as_of}.nc"

    def __call__(self, model: Model) -> Model:
        """The model with its posterior; raises `ModelError` where a prior cites a later claim."""
        from standoff.inference import _optional

        _optional.require()
        from standoff.inference.fit import posterior
        from standoff.inference.fit.fit import fit

        file = self.file(model.scenario.as_of)
        with suppress(RunError, ModelError):  # none there, or of another model
            return posterior.load(model, file)
        posterior.save(fit(model, quick=True, seed=self.seed, progress=self.progress), model, file)
        return posterior.load(model, file)
