"""Run: the frozen record of a simulation, from which findings are computed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Concatenate, ParamSpec, TypeVar

import numpy as np
from annotated_types import Le

from standoff.array_files import Arrays
from standoff.engine.decisions import SOLVER_FLAGS
from standoff.engine.model import Model
from standoff.errors import RunError
from standoff.job import Count, Natural
from standoff.plan import InterventionRecord, PlannedQuestion
from standoff.questions import Sample, Tracker

if TYPE_CHECKING:
    import pandas
    import xarray

Counts = tuple[np.ndarray, np.ndarray]  #: of the draws of a block, as `OutcomeTotals.add` takes them
P = ParamSpec("P")
T = TypeVar("T")
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)  #: quantiles of a fan chart


@dataclass(frozen=True)
class Settings:
    """Settings of a simulation; with the model and the seed they determine the run."""

    draws: Count  #: all of them; of more than a million only the first have outcomes of their own
    seed: Natural
    precision: str  #: single or double
    paths: Natural  #: draws with recorded paths
    first: Annotated[Natural, Le(2**31)] = 0  #: number of the first draw


@dataclass
class OutcomeTotals:
    """Exact counts over all draws of a run that keeps the outcomes of its first draws alone.

    Outcomes of every draw take 0.6 kB each on the flagship, so that a hundred million draws would need 62 GB. What is kept
    of a block beyond the first draws is its number of draws that did not fail, of draws with a difficult game, and, for each
    question whose answer is a share of futures, the sum of that share over the draws. All are sums, in the order of the
    draws, so that they do not depend on who simulated which block.
    """

    counts: np.ndarray = field(default_factory=lambda: np.zeros(1 + len(SOLVER_FLAGS), np.int64))
    #: draws that did not fail, and draws with a game of each flag of `SOLVER_FLAGS`
    shares: np.ndarray = field(default_factory=lambda: np.zeros(0))
    #: (label of a question) sum over the draws that did not fail, question by question in the order of the plan

    def add(self, counts: np.ndarray, shares: np.ndarray) -> None:
        """Add the counts of a block, or of a batch of blocks."""
        self.counts = self.counts + counts
        self.shares = self.shares + shares if self.shares.size else shares.astype(np.float64)

    @property
    def valid(self) -> int:
        """Number of draws that did not fail."""
        return int(self.counts[0])

    def flagged(self, name: str) -> int:
        """Number of draws with a game of a flag of `SOLVER_FLAGS`."""
        return int(self.counts[1 + SOLVER_FLAGS.index(name)])

    def of_question(self, model: Model, wanted: PlannedQuestion) -> dict[str, float]:
        """Share of the draws by label of a question; empty for a question about a number."""
        row = 0
        for query, labels in _questions_with_labels(model):
            if query.id == wanted.id:
                total = self.shares[row : row + len(labels)] / max(self.valid, 1)
                return dict(zip(labels, total.tolist(), strict=True))
            row += len(labels)
        return {}


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcomes:
    """Recorded numbers of N futures: enough to answer the questions of a scenario.

    A draw fails at the first state at which a stock is not a finite number, a condition that is evaluated there has no value,
    a rate of the step before is not a number or lies below its bound, or a decision up to then was made on payoffs that are
    not finite. It is left out of every answer, and counted, with a date and a cause.
    """

    model: Model
    settings: Settings
    answers: np.ndarray  #: (watched, N)
    failed: np.ndarray  #: (N,) state at which the draw failed, or -1
    cause: np.ndarray  #: (N,) cause of failure, an index of `Program.causes`, or -1
    unsolved: np.ndarray  #: (N,) number of decision dates with a game that did not converge
    trackers: tuple[Tracker, ...]
    versions: Mapping[str, str]
    stocks_at_as_of: np.ndarray  #: (K', cell) canonical units, in path draws that did not fail
    totals: OutcomeTotals | None = None  #: counts over all draws, where only the first N have outcomes
    moved: tuple[InterventionRecord, ...] = ()  #: values of a session, by the names of the request
    other_table: bool = False  #: whether parameters come from another table than the model's, as without a claim

    @property
    def interventions(self) -> tuple[InterventionRecord, ...]:
        """Parameters that were set, with the date from which they apply."""
        return (*self.model.plan.intervention_records, *self.moved)

    @property
    def valid(self) -> np.ndarray:
        """(N,) draws that did not fail."""
        return self.failed < 0

    @property
    def n_failed(self) -> int:
        """Number of draws that failed, of all."""
        return int((~self.valid).sum()) if self.totals is None else self.settings.draws - self.totals.valid

    @property
    def first_failure(self) -> str:
        """`first at 2025-03: the reason `strike/gain` has no finite payoff`; empty without failures."""
        rows = np.flatnonzero(~self.valid)
        if not len(rows):
            return ""
        row = rows[np.argmin(self.failed[rows])]
        label = self.model.scenario.calendar.label(int(self.failed[row]))
        return f"first at {label}: {self.model.program.causes[self.cause[row]]}"

    @property
    def failure_summary(self) -> str:
        """`3 of 10,000 draws failed, first at ...`; empty if none did."""
        when = self.first_failure  # empty where only draws failed that have no outcome of their own
        draws = len(self.failed) if self.totals is None else self.settings.draws
        return f"{self.n_failed:,} of {draws:,} draws failed{when and f', {when}'}" if self.n_failed else ""

    def require_valid_paths(self) -> None:
        """Raise `RunError` if all draws with paths failed."""
        if not self.valid_paths.any():
            raise RunError(
                f"all {self.settings.paths:,} draws failed, {self.first_failure}",
                fix="look for a number that is far too large, or for a division by a stock that reaches 0",
            )

    def n_flagged(self, name: str) -> int:
        """Number of draws, of all, with a game that has a flag of `SOLVER_FLAGS`."""
        return int((getattr(self, name) > 0).sum()) if self.totals is None else self.totals.flagged(name)

    @property
    def valid_paths(self) -> np.ndarray:
        """(K,) path draws that did not fail."""
        return self.valid[: self.settings.paths]

    def answer(self, name: str) -> np.ndarray:
        """(N',) one recorded number of every draw that did not fail."""
        return self.answers[self._rows[name]][self.valid].astype(float)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """Rows of `answers` by name."""
        return {item.name: row for row, item in enumerate(self.trackers)}


def once_per_run(function: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[Run, P], T]:
    """Keep results of a function of a run and hashable arguments with the run."""

    @wraps(function)
    def cached(run: Run, /, *arguments: P.args, **named: P.kwargs) -> T:
        key = (function, arguments, *sorted(named.items()))
        if key not in run._results:
            run._results[key] = function(run, *arguments, **named)
        return run._results[key]

    return cached


@dataclass(frozen=True, eq=False, kw_only=True)
class Run(Outcomes):
    """A simulated model. Axes in this order: draw, time, actor, option.

    T steps, N draws, K of them with paths. Failed draws (see `Outcomes`) are left out of every sum, and
    counted in `failed`.
    """

    FAN: ClassVar = FAN
    count: np.ndarray  #: (T,) draws that had not failed
    mean: np.ndarray  #: (T, cell) at the end of each step, canonical units
    variance: np.ndarray  #: (T, cell)
    active_share: np.ndarray  #: (T, choice, option) share of draws with the option in force
    probability: np.ndarray  #: (T, choice, option) mean solved probability of the last decision
    uniqueness_unproven: np.ndarray  #: (N,) number of decision dates with a game not proved to have one equilibrium
    left_branch: np.ndarray  #: (N,) number of decision dates with a game that converged but left its principal branch
    stock_paths: np.ndarray  #: (K, T + 1, cell) paths, canonical units; state 0 first
    path_p: np.ndarray  #: (K, T, choice, option)
    path_chosen: np.ndarray  #: (K, T, choice)
    parameter_values: np.ndarray  #: (K, parameter) canonical
    sample_size: np.ndarray  #: (K, choice) effective number of candidates of conditioning; 0 without observed options
    _results: dict[Any, Any] = field(default_factory=dict, repr=False, init=False)  #: of functions `once_per_run`

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

    @once_per_run
    def quantile_fan(self, cell: str) -> np.ndarray:
        """(quantile, T + 1) quantiles of a stock over the path draws, in its unit."""
        paths = np.sort(np.ascontiguousarray(self.path(cell).T), axis=1)  # one sort costs less than five selections
        index = np.array(FAN) * (paths.shape[1] - 1)
        low = np.floor(index).astype(int)
        left, right = paths[:, low], paths[:, np.minimum(low + 1, paths.shape[1] - 1)]
        return (left + (index - low) * (right - left)).T

    @cached_property
    def days(self) -> np.ndarray:
        """(T + 1,) days of the states, datetime64: a state stands at the end of its period."""
        calendar = self.model.scenario.calendar
        return np.array([calendar.date(k) for k in range(calendar.steps + 1)], "datetime64[s]")

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
        return _frames().answers_frame(self, questions)

    @cached_property
    def parameters(self) -> xarray.DataArray:
        """Parameters of the draws with paths, on the axes draw and parameter.

        A parameter goes by its path. A value is in the unit that its belief has in the scenario; coordinates give `unit`,
        `belief` as written, `description`, and whether it is `uncertain`. `.to_pandas()` is a table.
        """
        return _frames().parameters(self)

    @cached_property
    def dataset(self) -> xarray.Dataset:
        """The run as an xarray Dataset with named axes, units and long names.

        Axes are draw, time, actor, quantile, and the options of each choice. For each stock its paths, `NAME_quantile` and
        `NAME_mean`; for each choice `ACTOR_chosen` (number of the option in force), `ACTOR_share` and `ACTOR_probability`;
        for each question `answer_ID` (see `outcome`). Draws are those with paths that did not fail. Times are `datetime64`,
        ends of periods; units and long names are attributes, as in the CF conventions. Holders that are no actors have an
        axis `NAME_holder`. Paths are read where they are used.
        """
        return _frames().dataset(self)

    def to_datatree(self) -> xarray.DataTree:
        """Parameters and outcomes for ArviZ, as one chain of the draws with paths that did not fail.

        The group `prior`, or `posterior` of a fitted model, has each uncertain parameter by its path, in the unit of its
        belief; `prior_predictive`, or `posterior_predictive`, the outcomes of the same draws by question (see `outcome`).
        """
        return _frames().datatree(self)


def _frames() -> Any:
    """The module `frames`, imported late: pandas and xarray take a second to load."""
    return importlib.import_module("standoff.engine.frames")


def _questions_with_labels(model: Model) -> Iterator[tuple[PlannedQuestion, tuple[str, ...]]]:
    """Questions whose answer is a share of futures, with their labels."""
    for query in model.plan.questions:
        labels = query.form.labels(query)
        if labels:
            yield query, labels


def count_block(model: Model, outcomes: Arrays) -> Counts:
    """Counts and shares of a block, from its arrays (..., draw); see `OutcomeTotals`."""
    good = outcomes["failed"] < 0
    counts = [int(good.sum()), *(int((outcomes[name] > 0).sum()) for name in SOLVER_FLAGS)]
    rows = {item.name: row for row, item in enumerate(model.program.watched)}
    answers: Any = outcomes["answers"][:, good].astype(float)
    shares = [
        query.form.label_values(Sample(question=query, plan=model.plan, read=lambda name: answers[rows[name]])).sum(
            axis=1
        )
        for query, _ in _questions_with_labels(model)
    ]
    return np.array(counts, np.int64), np.concatenate(shares) if shares else np.zeros(0)
