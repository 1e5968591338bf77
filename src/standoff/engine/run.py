"""Run: the frozen record of a simulation, from which findings are computed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from standoff.engine.model import Model
from standoff.questions import Tracker

if TYPE_CHECKING:
    import xarray

    from standoff.engine.outcome_totals import OutcomeTotals
    from standoff.plan import InterventionRecord

P = ParamSpec("P")
T = TypeVar("T")
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)  #: quantiles of a fan chart


@dataclass(frozen=True)
class Settings:
    """Settings of a simulation; with the model and the seed they determine the run."""

    draws: int  #: all of them; of more than a million only the first have outcomes of their own
    seed: int
    precision: str  #: single or double
    paths: int  #: draws with recorded paths
    first: int = 0  #: number of the first draw


class Outcomes(ABC):
    """Recorded numbers of N futures: enough to answer the questions of a scenario."""

    model: Model
    settings: Settings
    answers: np.ndarray  #: (watched, N)
    failed: np.ndarray  #: (N,) state at which the draw failed, or -1
    cause: np.ndarray  #: (N,) cause of failure, an index of `Program.causes`, or -1
    unsolved: np.ndarray  #: (N,) number of decision dates with a game that did not converge
    trackers: tuple[Tracker, ...]
    versions: Mapping[str, str]

    @property
    def interventions(self) -> tuple[InterventionRecord, ...]:
        """Parameters that were set, with the date from which they apply."""
        return self.model.plan.intervention_records

    @property
    def valid(self) -> np.ndarray:
        """(N,) draws that did not fail."""
        return self.failed < 0

    totals: OutcomeTotals | None = None  #: counts over all draws, where only the first N have outcomes

    @property
    def n_failed(self) -> int:
        """Number of draws that failed, of all."""
        return int((~self.valid).sum()) if self.totals is None else self.settings.draws - self.totals.valid

    def n_flagged(self, name: str) -> int:
        """Number of draws, of all, with a game that has a flag of `SOLVER_FLAGS`."""
        return int((getattr(self, name) > 0).sum()) if self.totals is None else self.totals.flagged(name)

    @property
    def valid_paths(self) -> np.ndarray:
        """(K,) path draws that did not fail."""
        return self.valid[: self.settings.paths]

    @property
    @abstractmethod
    def stocks_at_as_of(self) -> np.ndarray:
        """(K', cell) stocks at as_of, canonical units, in path draws that did not fail."""

    def answer(self, name: str) -> np.ndarray:
        """(N',) one recorded number of every draw that did not fail."""
        out: np.ndarray = self.answers[self._rows[name]][self.valid].astype(float)
        return out

    @cached_property
    def _rows(self) -> dict[str, int]:
        """Rows of `answers` by name."""
        return {item.name: row for row, item in enumerate(self.trackers)}


@dataclass(frozen=True, eq=False)
class Run(Outcomes):
    """A simulated model. Axes in this order: draw, time, actor, option.

    T steps, N draws, K of them with paths. Failed draws (see `standoff.engine.failure`) are left out of every sum, and
    counted in `failed`.
    """

    model: Model
    settings: Settings
    count: np.ndarray  #: (T,) draws that had not failed
    mean: np.ndarray  #: (T, cell) at the end of each step, canonical units
    variance: np.ndarray  #: (T, cell)
    active_share: np.ndarray  #: (T, choice, option) share of draws with the option in force
    probability: np.ndarray  #: (T, choice, option) mean solved probability of the last decision
    answers: np.ndarray  #: (watched, N)
    failed: np.ndarray  #: (N,) state at which the draw failed, or -1
    cause: np.ndarray  #: (N,) cause of failure, an index of `Program.causes`, or -1
    unsolved: np.ndarray  #: (N,) number of decision dates with a game that did not converge
    uniqueness_unproven: np.ndarray  #: (N,) number of decision dates with a game not proved to have one equilibrium
    left_branch: np.ndarray  #: (N,) number of decision dates with a game that converged but left its principal branch
    stock_paths: np.ndarray  #: (K, T + 1, cell) paths, canonical units; state 0 first
    path_p: np.ndarray  #: (K, T, choice, option)
    path_chosen: np.ndarray  #: (K, T, choice)
    parameters: np.ndarray  #: (K, parameter) canonical
    sample_size: np.ndarray  #: (K, choice) effective number of candidates of conditioning; 0 without observed options
    trackers: tuple[Tracker, ...]
    versions: Mapping[str, str]
    totals: OutcomeTotals | None = None  #: counts over all draws, where only the first have outcomes (then N is less)
    _fans: dict[str, np.ndarray] = field(default_factory=dict, repr=False, init=False)  #: `quantile_fan` of each stock

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Labels of the `T + 1` states."""
        calendar = self.model.scenario.calendar
        return tuple(calendar.label(k) for k in range(calendar.steps + 1))

    @property
    def stocks_at_as_of(self) -> np.ndarray:
        """(K', cell) stocks at as_of, canonical units, in path draws that did not fail."""
        out: np.ndarray = self.stock_paths[self.valid_paths, self.model.plan.first_future_step].astype(float)
        return out

    @property
    def path_ids(self) -> np.ndarray:
        """(K',) ids of the path draws that did not fail; an id fixes the random numbers of a seed."""
        return self.settings.first + np.flatnonzero(self.valid_paths)

    def display_unit(self, cell: str) -> tuple[float, str]:
        """The divisor from canonical values of a stock to its display unit, and that unit."""
        unit = self.model.plan.stock_units[cell]
        return unit.factor, self.model.scenario.cells()[cell].unit

    def path(self, cell: str) -> np.ndarray:
        """(K', T + 1) paths of a stock, in its unit, of draws that did not fail."""
        out: np.ndarray = (
            self.stock_paths[self.valid_paths, :, self.model.plan.cells.index(cell)] / self.display_unit(cell)[0]
        )
        return out

    def quantile_fan(self, cell: str) -> np.ndarray:
        """(quantile, T + 1) quantiles of a stock over the path draws, in its unit."""
        if cell not in self._fans:
            paths = np.sort(np.ascontiguousarray(self.path(cell).T), axis=1)  # one sort costs less than five selections
            index = np.array(FAN) * (paths.shape[1] - 1)
            low = np.floor(index).astype(int)
            left, right = paths[:, low], paths[:, np.minimum(low + 1, paths.shape[1] - 1)]
            self._fans[cell] = (left + (index - low) * (right - left)).T
        return self._fans[cell]

    @cached_property
    def dataset(self) -> xarray.Dataset:
        """The run as an xarray Dataset with named axes and units in the attributes."""
        import xarray

        scenario = self.model.scenario
        out: dict[str, Any] = {}
        for name, stock in scenario.stocks.items():
            cells = [f"{name}.{holder}" for holder in stock.holders] or [name]
            places = [self.model.plan.cells.index(cell) for cell in cells]
            factor = self.display_unit(cells[0])[0]
            fan = np.stack([self.quantile_fan(cell) for cell in cells], axis=-1)
            paths = self.stock_paths[self.valid_paths][:, :, places] / factor
            axes = (f"{name}_holder",) if stock.holders else ()
            about = {"units": stock.unit, "long_name": stock.text or name}
            out[name] = (("draw", "time", *axes), paths if stock.holders else paths[..., 0], about)
            out[f"{name}_quantile"] = (("quantile", "time", *axes), fan if stock.holders else fan[..., 0], about)
            mean = np.concatenate([paths[:, :1].mean(axis=0), self.mean[:, places] / factor])
            out[f"{name}_mean"] = (("time", *axes), mean if stock.holders else mean[..., 0], about)
        coords: dict[str, Any] = {
            "time": list(self.times),
            "quantile": list(FAN),
            "draw": self.path_ids,
            **{f"{name}_holder": list(stock.holders) for name, stock in scenario.stocks.items() if stock.holders},
        }
        for c, choice in enumerate(self.model.plan.choices):
            word = choice.name.replace(".", "_")
            coords[f"{word}_option"] = list(choice.options)
            coords["step"] = list(self.times[1:])
            n = len(choice.options)
            out[f"{word}_held"] = (("step", f"{word}_option"), self.active_share[:, c, :n], {"units": "1"})
            out[f"{word}_probability"] = (("step", f"{word}_option"), self.probability[:, c, :n], {"units": "1"})
        for item, values in zip(self.trackers, self.answers, strict=True):
            out[f"answer_{item.name.replace('/', '_')}"] = (("every_draw",), values)
        origin: dict[str, Any] = {"title": scenario.title, "seed": self.settings.seed, "draws": self.settings.draws,
                 "variant": self.model.plan.variant, "interventions": "; ".join(map(str, self.interventions)),
                 **self.versions}  # fmt: skip
        return xarray.Dataset(out, coords=coords, attrs=origin)


def once_per_run(function: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[Run, P], T]:
    """Cache results of a function of a run and hashable arguments for the lifetime of the run."""
    results: WeakKeyDictionary[Run, dict[Any, T]] = WeakKeyDictionary()

    @wraps(function)
    def cached(run: Run, /, *arguments: P.args, **named: P.kwargs) -> T:
        of_run, key = results.setdefault(run, {}), (arguments, *sorted(named.items()))
        if key not in of_run:
            of_run[key] = function(run, *arguments, **named)
        return of_run[key]

    return cached
