"""The futures of a run once more under other numbers, by the very program of the run.

Numbers are arguments of the compiled program, so that nothing is compiled again, and a draw has the same chance under
other numbers as in the run: what two sets of numbers differ by is a mean over paired futures.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from standoff.errors import Problem, RunError

if TYPE_CHECKING:
    from standoff.engine.build import Model
    from standoff.engine.draws import Table
    from standoff.engine.program import Program
    from standoff.engine.run import Run

SMALL = 60  # stocks and options, assumption: a program of so many is made anew within two seconds


@dataclass(frozen=True)
class Sample:
    """What some draws gave: as much of a run as questions and choices are read from."""

    run: Run  #: the same model and settings, with `answers` and `failed` of these draws
    p: (
        np.ndarray
    )  #: (row of options, N) solved probabilities in the decision of a step; no rows where none was asked for

    @property
    def good(self) -> np.ndarray:
        """(N,) draws that did not fail."""
        return self.run.failed < 0


@dataclass(frozen=True)
class Again:
    """The program of a run, ready to be run under other numbers."""

    run: Run
    block: Callable[..., Any]
    spare: list[Any] = field(
        default_factory=list, repr=False, compare=False
    )  #: arrays for whole paths, to be written over

    @classmethod
    def of(cls, run: Run, make: bool = True) -> Again | None:
        """The program as it is kept on disk; else made anew, where that is quick or `make` asks for it."""
        from standoff.engine.compiled import executable
        from standoff.engine.device import precision

        small = len(run.model.plan.cells) + len(run.model.program.option_rows) <= SMALL
        with precision(run.settings.precision):
            for model in (_Kept(run.model.hash), run.model)[: 1 + (small or make)]:
                with suppress(LookupError):
                    return cls(run, executable(cast("Model", model), *_shape(run)))
        return None

    @cached_property
    def size(self) -> int:
        """Draws of one call of the program: others cost as much as whole calls."""
        return _shape(self.run)[0]

    def under(
        self, table: Table, count: int, step: int = -1, progress: Callable[[int, int], None] | None = None
    ) -> Sample:
        """The first `count` draws of the run under a table of numbers; raises `RunError` where all of them fail.

        step: of a decision whose solved probabilities are kept too
        """
        import jax.numpy as jnp

        from standoff.engine.compiled import blank_paths
        from standoff.engine.device import precision

        run, parts = self.run, dict[str, list[np.ndarray]](answers=[], failed=[], path_p=[])
        with precision(run.settings.precision):
            size, dtype = _shape(run)
            spare = self.spare.pop() if self.spare else blank_paths(run.model.program, size, dtype)
            first = run.settings.first
            seed, stop = (jnp.asarray(n % 2**32, jnp.uint32) for n in (run.settings.seed, first + count))
            numbers = tuple(jnp.asarray(part, dtype) for part in table.arrays())
            for start in range(first, first + count, size):
                ids = jnp.arange(start, start + size, dtype=jnp.uint32)
                kept, _, spare = self.block(numbers, seed, ids, stop, jnp.asarray(step >= 0), spare)
                for name in ("answers", "failed"):
                    parts[name] += [np.array(piece) for piece in np.asarray(kept[name])]  # one piece a device
                if step >= 0:
                    parts["path_p"] += [np.array(part.data[0, step]) for part in spare["path_p"].addressable_shards]
                if progress is not None:
                    progress(min(start - first + size, count), count)
            self.spare.append(spare)
        found = {name: np.concatenate(pieces, axis=-1)[..., :count] for name, pieces in parts.items() if pieces}
        settings = replace(run.settings, draws=count, paths=1)
        again = replace(run, settings=settings, answers=found["answers"], failed=found["failed"])
        if (again.failed >= 0).all():
            raise RunError(
                Problem(f"all {count} draws failed under other numbers", fix="look for one that is far too large")
            )
        return Sample(again, found.get("path_p", np.zeros((0, count))).astype(float))


@dataclass(frozen=True)
class _Kept:
    """Stands for a model whose program is to be found on disk and not to be made."""

    hash: str

    @property
    def program(self) -> Program:
        raise LookupError


def _shape(run: Run) -> tuple[int, Any]:
    """Draws of a shard, and the type of its numbers."""
    import jax.numpy as jnp

    from standoff.engine.device import devices
    from standoff.engine.simulate import fitting

    return fitting(run.model) * len(devices()), jnp.float64 if run.settings.precision == "double" else jnp.float32
