"""Run: the frozen record of a simulation, from which findings are computed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from annotated_types import Le

from standoff.engine.model import Model
from standoff.job import Count, Natural
from standoff.questions import Sample, Tracker

if TYPE_CHECKING:
    import pandas
    import xarray

    from standoff.engine.outcome_totals import OutcomeTotals
    from standoff.plan import InterventionRecord, Parameter, PlannedQuestion

FAN = (0.05, 0.25, 0.5, 0.75, 0.95)  #: quantiles of a fan chart


@dataclass(frozen=True)
class Settings:
    """Settings of a simulation; with the model and the seed they determine the run."""

    draws: Count  #: all of them; of more than a million only the first have outcomes of their own
    seed: Natural
    precision: str  #: single or double
    paths: Natural  #: draws with recorded paths
    first: Annotated[Natural, Le(2**31)] = 0  #: number of the first draw


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
    other_table: bool = False  #: whether parameters come from another table than the model's, as without a claim

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
        return self.answers[self._rows[name]][self.valid].astype(float)

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
    parameter_values: np.ndarray  #: (K, parameter) canonical
    sample_size: np.ndarray  #: (K, choice) effective number of candidates of conditioning; 0 without observed options
    trackers: tuple[Tracker, ...]
    versions: Mapping[str, str]
    totals: OutcomeTotals | None = None  #: counts over all draws, where only the first have outcomes (then N is less)
    _fans: dict[str, np.ndarray] = field(default_factory=dict, repr=False, init=False)  #: `quantile_fan` of each stock

    def __repr__(self) -> str:
        """The model with the settings of the simulation."""
        failed = f", {self.n_failed:,} failed" if self.n_failed else ""
        return f"<run of {self.settings.draws:,} draws, seed {self.settings.seed}{failed}, of {self.model!r}>"

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Labels of the `T + 1` states."""
        calendar = self.model.scenario.calendar
        return tuple(calendar.label(k) for k in range(calendar.steps + 1))

    @property
    def stocks_at_as_of(self) -> np.ndarray:
        """(K', cell) stocks at as_of, canonical units, in path draws that did not fail."""
        return self.stock_paths[self.valid_paths, self.model.plan.first_future_step].astype(float)

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
        return self.stock_paths[self.valid_paths, :, self.model.plan.cells.index(cell)] / self.display_unit(cell)[0]

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
    def days(self) -> np.ndarray:
        """(T + 1,) days of the states, datetime64: a state stands at the end of its period."""
        calendar = self.model.scenario.calendar
        return np.array([calendar.date(k) for k in range(calendar.steps + 1)], "datetime64[s]")

    @property
    def options_at_start(self) -> np.ndarray:
        """(choice,) options in force before the first step."""
        choices = self.model.plan.choices
        return np.array([c.imposed_options[0] if c.imposed_options[0] >= 0 else c.status_quo for c in choices])

    def outcome(self, question: str) -> np.ndarray:
        """(N,) outcome of a question in every draw, without meaning in those that failed.

        Whether it happens for `event`, months from as_of for `until` (infinite if not by its date), the label for
        `first_of` (of several at once the first in the scenario), else a number in the unit of the question.
        """
        query = self.model.plan.question(question)
        sample = Sample(
            question=query, plan=self.model.plan, read=lambda name: self.answers[self._rows[name]].astype(float)
        )
        values: np.ndarray
        if query.form.HAS_LABELS:
            values = np.array(query.form.labels(query))[query.form.label_values(sample).argmax(axis=0)]
        elif query.form.COMPARED_BY == "share":  # a time, by which runs are compared as it comes or not
            values = sample.months(sample[""])
        else:
            values = query.form.values(sample)
        return values > 0.5 if query.form.COMPARED_BY == "probability" else values

    def answers_frame(self, *questions: str) -> pandas.DataFrame:
        """Outcomes of all or some questions, a row for each draw and a column for each question.

        Draws that failed have no row. Cells are those of `outcome`; units are in `attrs["units"]`. `answer(run).to_frame()`
        has one row for each question.
        """
        import pandas

        plan = self.model.plan
        names = questions or tuple(query.id for query in plan.questions)
        index = pandas.Index(self.settings.first + np.flatnonzero(self.valid), name="draw")
        frame = pandas.DataFrame({name: self.outcome(name)[self.valid] for name in names}, index=index)
        for query in (plan.question(name) for name in names):
            if query.form.HAS_LABELS:
                frame[query.id] = pandas.Categorical(frame[query.id], query.form.labels(query))
        frame.attrs["units"] = {name: unit_of(plan.question(name)) for name in names}
        return frame

    @cached_property
    def parameters(self) -> xarray.DataArray:
        """Parameters of the draws with paths, on the axes draw and parameter.

        A parameter goes by its path. A value is in the unit that its belief has in the scenario; coordinates give `unit`,
        `belief` as written, `description`, and whether it is `uncertain`. `.to_pandas()` is a table.
        """
        import xarray

        items = self.model.plan.parameters
        factors, units = zip(*(self._written_unit(item) for item in items), strict=True) if items else ((), ())
        coords: dict[str, Any] = {
            "draw": self.path_ids,
            "parameter": np.array([item.path for item in items], dtype=object),
            "unit": ("parameter", list(units)),
            "belief": ("parameter", [item.text for item in items]),
            "description": ("parameter", [item.doc for item in items]),
            "uncertain": ("parameter", np.isin(np.arange(len(items)), self.model.layout.varying)),
        }
        values = self.parameter_values[self.valid_paths].astype(float) / np.array(factors)
        return xarray.DataArray(values, coords, ("draw", "parameter"), "parameters", {"long_name": "parameters"})

    def _written_unit(self, item: Parameter) -> tuple[float, str]:
        """The divisor from canonical values of a parameter to the unit of its belief, and that unit."""
        section, name = (*item.path.split("."), "")[:2]
        if item.belief.unit or item.factor == 1.0:
            return item.factor, item.belief.unit or item.unit or "1"
        stocks = self.model.scenario.stocks  # numbers of a stock may leave its unit out
        return (item.factor, stocks[name].unit) if section == "stocks" and name in stocks else (1.0, item.unit)

    @cached_property
    def dataset(self) -> xarray.Dataset:
        """The run as an xarray Dataset with named axes, units and long names.

        Axes are draw, time, actor, quantile, and the options of each choice. For each stock its paths, `NAME_quantile` and
        `NAME_mean`; for each choice `ACTOR_chosen` (number of the option in force), `ACTOR_share` and `ACTOR_probability`;
        for each question `answer_ID` (see `outcome`). Draws are those with paths that did not fail. Times are `datetime64`,
        ends of periods; units and long names are attributes, as in the CF conventions. Holders that are no actors have an
        axis `NAME_holder`. Paths are read where they are used.
        """
        import xarray

        scenario, plan = self.model.scenario, self.model.plan
        of_actors = {name for name, stock in scenario.stocks.items() if set(stock.holders) <= set(scenario.actors)}
        held = {holder for name in of_actors for holder in scenario.stocks[name].holders}
        actors = [code for code in scenario.actors if code in held]
        variables, coords = dict[str, Any](), self._coordinates(actors)
        for name, stock in scenario.stocks.items():
            axis = ("actor" if name in of_actors else f"{name}_holder") if stock.holders else ""
            holders = actors if axis == "actor" else list(stock.holders)
            variables |= self._stock_variables(name, axis, holders)
            if axis and axis != "actor":
                coords[axis] = (axis, holders, {"long_name": f"holder of {stock.text or name}"})
        for index in range(len(plan.choices)):
            variables |= self._choice_variables(index, coords)
        for query in plan.questions:
            values = self.outcome(query.id)[: self.settings.paths][self.valid_paths]
            about = {"long_name": query.question.text, "units": unit_of(query)}
            variables[f"answer_{query.id}"] = ("draw", values, about)
        origin: dict[str, Any] = {
            "title": scenario.title,
            "as_of": scenario.as_of,
            "seed": self.settings.seed,
            "draws": self.settings.draws,
            "variant": plan.variant,
            "interventions": "; ".join(map(str, self.interventions)),
            **self.versions,
        }
        return xarray.Dataset(variables, coords, origin)

    def _coordinates(self, actors: Sequence[str]) -> dict[str, Any]:
        """Coordinates that several variables of the dataset share."""
        known = self.model.scenario.actors
        out: dict[str, Any] = {
            "time": ("time", self.days, {"long_name": "end of the period", "standard_name": "time", "axis": "T"}),
            "quantile": ("quantile", list(FAN), {"long_name": "quantile over draws", "units": "1"}),
            "draw": ("draw", self.path_ids, {"long_name": "number of the draw"}),
        }
        if actors:
            out["actor"] = ("actor", list(actors), {"long_name": "actor"})
            out["actor_name"] = ("actor", [known[code].name for code in actors], {"long_name": "name of the actor"})
        return out

    def _stock_variables(self, name: str, axis: str, holders: Sequence[str]) -> dict[str, Any]:
        """Paths, quantiles and mean of a stock; NaN for holders that have none of it."""
        from xarray import Variable
        from xarray.core.indexing import LazilyIndexedArray

        from standoff.engine.actor_paths import ActorPaths

        plan, stock = self.model.plan, self.model.scenario.stocks[name]
        cells = [f"{name}.{holder}" for holder in holders] or [name]
        places = np.array([plan.cells.index(cell) if cell in plan.cells else -1 for cell in cells])
        factor = plan.stock_units[plan.cells[places.max()]].factor
        missing = np.full((len(FAN), len(self.times)), np.nan)
        fan = np.stack([self.quantile_fan(cell) if cell in plan.cells else missing for cell in cells], axis=-1)
        start = self.stock_paths[self.valid_paths, 0].mean(axis=0, keepdims=True)
        mean = np.where(places < 0, np.nan, np.concatenate([start, self.mean])[:, places] / factor)
        paths = ActorPaths(self.stock_paths, np.flatnonzero(self.valid_paths), places, factor)
        about = {"units": stock.unit, "long_name": stock.text or name}
        last = axis or "cell"
        out = {
            name: Variable(("draw", "time", last), LazilyIndexedArray(paths), about),
            f"{name}_quantile": Variable(("quantile", "time", last), fan, about | {"cell_methods": "draw: quantile"}),
            f"{name}_mean": Variable(("time", last), mean, about | {"cell_methods": "draw: mean"}),
        }
        return out if axis else {key: item.isel(cell=0) for key, item in out.items()}

    def _choice_variables(self, index: int, coords: dict[str, Any]) -> dict[str, Any]:
        """Option in force, its share and solved probability of a choice, whose options are added."""
        choice = self.model.plan.choices[index]
        word, count, good = choice.name.replace(".", "_"), len(choice.options), self.valid_paths
        axis, text = f"{word}_option", self.model.scenario.choices[choice.name].text or choice.name
        coords[axis] = (axis, list(choice.options), {"long_name": f"option of {choice.name}"})
        start = self.options_at_start[index]
        chosen = np.concatenate([np.full((good.sum(), 1), start, np.int8), self.path_chosen[good][:, :, index]], axis=1)
        share = np.concatenate([np.eye(count)[start][None], self.active_share[:, index, :count]])
        solved = np.concatenate([np.full((1, count), np.nan), self.probability[:, index, :count]])
        flags = {"flag_values": np.arange(count, dtype=np.int8), "flag_meanings": " ".join(choice.options)}

        def about(what: str, units: str = "1") -> dict[str, Any]:
            return {"long_name": f"{what}: {text}", "units": units, "choice": choice.name, "actor": choice.actor}

        return {
            f"{word}_chosen": (("draw", "time"), chosen, about("option in force") | flags),
            f"{word}_share": (("time", axis), share, about("share of draws with the option in force")),
            f"{word}_probability": (("time", axis), solved, about("mean probability in the last decision")),
        }


def unit_of(query: PlannedQuestion) -> str:
    """The unit of the outcomes of a question; `1` without one."""
    is_time = query.form.COMPARED_BY == "share" and not query.form.HAS_LABELS
    return "month" if is_time else (query.form.unit(query) or query.form.MEASURE or "1")
