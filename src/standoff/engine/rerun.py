"""Simulate the draws of a run with a different parameter table, without recompiling.

Parameters are arguments of the compiled program, so that nothing is compiled again, and a draw has the same random
numbers under other parameters as in the run: the effect of a change of parameters is a mean over paired futures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from standoff.engine import failure
from standoff.engine.executor import BlockExecutor, Checkpoint, DrawRange, block_size
from standoff.engine.parameters import ParameterTable
from standoff.engine.run import Run
from standoff.errors import Problem, RunError
from standoff.progress import SILENT, Progress


@dataclass(frozen=True)
class RerunResult:
    """Results of some draws: outcomes for questions, and probabilities of one decision."""

    run: Run  #: the same model and settings, with `answers` and `failed` of these draws
    p: np.ndarray  #: (row of options, N) solved probabilities in the decision of a step; no rows unless requested

    @property
    def good(self) -> np.ndarray:
        """(N,) whether each draw succeeded."""
        return self.run.failed < 0


@dataclass(frozen=True)
class Rerunner:
    """The compiled program of a run, for other parameter tables."""

    run: Run
    blocks: BlockExecutor

    @classmethod
    def from_run(cls, run: Run) -> Rerunner:
        """Load the program of a run from disk, or compile it."""
        return cls(run, BlockExecutor.of(run.model, *block_size(run.model), run.settings.precision))

    @property
    def size(self) -> int:
        """Draws of a block; fewer cost as much."""
        return self.blocks.size

    def checkpoint(self, count: int, state: int) -> Checkpoint:
        """The first `count` draws of the run at a state, from which `with_table` can go on."""
        settings = self.run.settings
        return self.blocks.checkpoint(self.run.model.table, settings.seed, self._blocks(count), state, settings.first)

    def _blocks(self, count: int, with_paths: bool = False) -> list[DrawRange]:
        stops = [min(start + self.blocks.size, count) for start in range(0, count, self.blocks.size)]
        return [
            DrawRange(start, stop, stop - start if with_paths else 0)
            for start, stop in zip([0, *stops], stops, strict=False)
        ]

    def with_table(
        self,
        table: ParameterTable,
        count: int,
        step: int = -1,
        progress: Progress = SILENT,
        until: int | None = None,
        begun: Checkpoint | None = None,
    ) -> RerunResult:
        """Simulate the first `count` draws with a parameter table; `RunError` if all fail.

        step: of a decision whose solved probabilities are returned too
        until: state at which to stop; numbers read later stay unset
        begun: a checkpoint of as many draws, for a table that changes nothing before its state
        """
        run, wanted = self.run, self._blocks(count, step >= 0)

        def read(
            stored: dict[str, np.ndarray], _: Any, paths: dict[str, np.ndarray], __: Any, block: DrawRange
        ) -> dict[str, np.ndarray]:
            result = {name: stored[name] for name in ("answers", "failed", "cause")}
            if step >= 0:
                result["path_p"] = np.array(paths["path_p"][run.model.program.decisions_made[step]])
            return {name: value[..., : block.stop - block.start] for name, value in result.items()}

        parts = []
        results = self.blocks.run(table, run.settings.seed, wanted, read, run.settings.first, until, begun)
        with progress.task("draws", count) as task:
            for block, part in zip(wanted, results, strict=True):
                parts.append(part)
                task.update(block.stop - block.start)
        found = {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
        return self.result(found, found.get("path_p", np.zeros((0, count))).astype(float))

    def result(self, outcomes: dict[str, np.ndarray], p: np.ndarray) -> RerunResult:
        """Results from the outcomes of draws (answers, failed, cause); `RunError` if all failed."""
        settings = replace(self.run.settings, draws=len(outcomes["failed"]), paths=1)
        again = replace(
            self.run,
            settings=settings,
            totals=None,
            answers=outcomes["answers"],
            failed=outcomes["failed"],
            cause=outcomes["cause"],
        )
        if not again.valid.any():
            raise RunError(
                Problem(
                    f"all {settings.draws:,} draws failed with the changed parameters, {failure.first(again)}",
                    fix="look for a value that is far too large",
                )
            )
        return RerunResult(again, p)
