"""A quantity of interest in futures of a model, and in the same under other parameters.

Parameters are arguments of the compiled program: a changed table compiles nothing, and a draw keeps its random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from standoff.analysis.finding import Provenance
from standoff.analysis.paired import mean
from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.rerun import Rerunner, RerunResult
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.progress import SILENT, Progress


def program_of(model: Model, seed: int, progress: Progress = SILENT) -> Rerunner:
    """The compiled program of a model, for its own and for other parameter tables."""
    return Rerunner.from_run(simulate(model, draws=1, seed=seed, progress=progress))


def other_chance(program: Rerunner, table: ParameterTable, draws: int, stream: int) -> Run:
    """The first draws under a table: the same parameters, with another stream of chance."""
    return program.with_table(table._replace(chance=np.full(1, float(stream))), draws).run


@dataclass(frozen=True, eq=False)
class Experiment:
    """A quantity of interest in draws of a model, which `under` simulates again."""

    program: Rerunner
    about: QuantityOfInterest
    base: RerunResult  #: the draws under the parameters of the model

    @classmethod
    def of(
        cls, model: Model, about: QuantityOfInterest, draws: int, seed: int, progress: Progress = SILENT
    ) -> Experiment:
        """Simulate the draws of a model."""
        program = program_of(model, seed, progress)
        return cls(program, about, program.with_table(model.table, draws, about.step, progress))

    @cached_property
    def values(self) -> np.ndarray:
        """(label, N) value per draw, see `QuantityOfInterest.values`."""
        return self.about.values(self.base)

    def under(self, table: ParameterTable, draws: int) -> np.ndarray:
        """(label, draws) value in the first draws under other parameters."""
        return self.about.values(self.program.with_table(table, draws, self.about.step))

    def header(self) -> dict[str, Any]:
        """The fields of a `QoiFinding`."""
        answer, error = mean(self.values[self.about.index])
        return {
            "origin": Provenance.of(self.base.run),
            "quantity_of_interest": self.about.name,
            "text": self.about.text,
            "kind": self.about.kind,
            "date": self.about.date,
            "unit": self.about.unit,
            "answer": answer,
            "answer_error": error,
        }
