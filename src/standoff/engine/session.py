"""Warm sessions: futures kept in memory at as_of, from which changed levers are simulated.

Opening a session simulates every future up to as_of once, and keeps its state, its parameters and its random numbers.
`rerun` continues from there with changed parameters, through a program that takes them as arguments: nothing is
compiled or drawn again, and every future has the same random numbers as before, so that answers differ by the levers
alone. A changed lever acts from as_of on; `since="start"` simulates history again too, as in `standoff run --set` with
`--since`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding

from standoff.engine import warm_start
from standoff.engine.build import build
from standoff.engine.run import Outcomes, Settings
from standoff.errors import ModelError, Problem, join_limited
from standoff.plan import InterventionRecord
from standoff.plan.levers import values as lever_values
from standoff.scenario.overrides import lever_value
from standoff.versions import versions
from standoff.xla import SHARDED, devices, float_precision, mesh

if TYPE_CHECKING:
    from standoff.engine.model import Model
    from standoff.questions import Tracker

DRAWS = 2000  # assumption: a probability is then right to about one percentage point
BEGINS = ("as_of", "start")


@dataclass(frozen=True, kw_only=True)
class LeverResult(Outcomes):
    """Results of N futures of a session under some levers, over T' steps; see `answer`."""

    model: Model
    settings: Settings
    levers: Mapping[str, float]  #: canonical values by path of the parameter
    answers: np.ndarray  #: (watched, N)
    failed: np.ndarray  #: (N,) state at which the draw failed, or -1
    cause: np.ndarray  #: (N,) cause of failure, an index of `Program.causes`, or -1
    unsolved: np.ndarray  #: (N,) number of decision dates with a game that did not converge
    mean: np.ndarray  #: (T', cell) over the draws at the end of each step, canonical units
    held: np.ndarray  #: (T', choice, option) share of draws with the option in force
    paths: Mapping[str, np.ndarray]  #: (N, T') paths of the stocks that the session records, in their units
    times: tuple[str, ...]  #: labels of the ends of these steps
    standing: np.ndarray  #: (N, cell) stocks at as_of, canonical units
    moved: tuple[InterventionRecord, ...]  #: the levers by the names of the request
    trackers: tuple[Tracker, ...]
    versions: Mapping[str, str]

    @property
    def interventions(self) -> tuple[InterventionRecord, ...]:
        """Parameters that were set: those of the model, and the levers."""
        return (*self.model.plan.intervention_records, *self.moved)

    @cached_property
    def stocks_at_as_of(self) -> np.ndarray:
        """(N', cell) stocks at as_of, canonical units, in draws that did not fail."""
        out: np.ndarray = self.standing[self.valid]
        return out

    def as_model(self) -> Model:
        """The model with these levers as interventions, for findings that need paths; compiles anew.

        Raises `ModelError` for a model with a posterior, which this conversion would lose.
        """
        model = self.model
        if model.posterior:
            raise ModelError(
                Problem(
                    "the model has a posterior, which the conversion would lose",
                    fix="use `answer`, or a session without",
                )
            )
        moved = {item.path: {"value": f"{item.value} @assumption", "since": item.since} for item in self.moved}
        return build(model.plan.loaded.over({"interventions": moved}), model.ledger)


@dataclass(frozen=True, eq=False)
class LeverSession:
    """Futures of one model in memory; created by `Session.open`."""

    model: Model
    draws: int
    seed: int
    since: str
    begin: int  #: the state at which futures begin
    end: int  #: the state at which they end
    stocks: tuple[str, ...]  #: stocks with recorded paths
    _onward: Callable[..., Any]
    _arguments: tuple[Any, ...]  #: uncertain and fixed parameters, noise, first states, seed, ids

    @classmethod
    def open(
        cls, model: Model, *, draws: int = DRAWS, seed: int = 1, since: str = "as_of", until: int | None = None,
        stocks: Sequence[str] = (),
    ) -> LeverSession:  # fmt: skip
        """Simulate every future up to its beginning; compile the rest up to `until` (or the end)."""
        if since not in BEGINS:
            raise ModelError(Problem(f"`{since}` is not a valid beginning of a session", allowed=join_limited(BEGINS)))
        program = model.program
        begin = model.plan.first_future_step if since == "as_of" else 0
        end = program.steps if until is None else until
        if not begin < end <= program.steps:
            raise ModelError(
                Problem(f"no step leads from state {begin} to state {end}", allowed=f"{begin + 1} to {program.steps}")
            )
        wrong = [name for name in stocks if name not in model.plan.cells]
        if wrong:
            raise ModelError(
                [Problem(f"there is no stock `{name}`", allowed=join_limited(model.plan.cells)) for name in wrong]
            )
        followed = tuple(stocks)
        with float_precision("single"):
            shape = (len(devices()), -(-draws // len(devices())))
            split = NamedSharding(mesh(), SHARDED)
            ids = jax.device_put(np.arange(shape[0] * shape[1], dtype=np.uint32).reshape(shape), split)
            word = jnp.asarray(seed % 2**32, jnp.uint32)
            table = jax.tree.map(partial(jnp.asarray, dtype=jnp.float32), model.table)
            varying, chance = warm_start.sample_inputs(program, begin, end)(word, table, ids)
            start = warm_start.run_to(model, begin, shape[1], (word, table, ids))
            rest = (varying, table.a, chance, start, word, ids)
            program_ = warm_start.run_from(model, begin, end, followed, draws, rest)
        return cls(model, draws, seed, since, begin, end, followed, program_, rest)

    def rerun(self, levers: Mapping[str, float | str] | None = None) -> LeverResult:
        """Simulate every future with other values of levers or parameters: `{"aid.USA.money": 0}`.

        Raises `ModelError` for an unknown name, a value out of range, and a parameter that has an effect only before
        as_of.
        """
        plan, layout = self.model.plan, self.model.layout
        moved = lever_values(plan, levers or {})
        if self.since == "as_of":
            early = {*plan.initial, *(item.scale for item in plan.observations)} & set(moved)
            if early:
                raise ModelError([Problem(f"`{plan.parameters[i].path}` acts only before as_of", fix='open with since="start"')
                                  for i in sorted(early)])  # fmt: skip
        stand_ins = {plan.in_force(i): value for i, value in moved.items()}
        with float_precision("single"):
            varying, points, *rest = self._arguments
            every = moved | stand_ins
            rows = {layout.row_of[i]: value for i, value in every.items() if i in layout.row_of}
            if rows:
                varying = varying.at[:, np.array([*rows])].set(jnp.asarray([*rows.values()], jnp.float32)[:, None])
            rest[0] = self._with_learned(every, rest[0])
            if every:
                points = points.at[np.array([*every])].set(jnp.asarray([*every.values()], jnp.float32))
            out = self._onward(varying, points, *rest)
            return self._moved(
                {plan.parameters[i].path: value for i, value in moved.items()}, self._records(levers or {}), out
            )

    def _with_learned(self, moved: Mapping[int, float], chance: dict[str, Any]) -> dict[str, Any]:
        """The random numbers with moved values of parameters that are learned from observed options."""
        learned, learning = self.model.program.learned_parameters, chance.get("learning", {})
        rows = [(row, moved[i]) for row, i in enumerate(learned) if i in moved]
        for row, value in rows:
            learning = {**learning, "candidates": learning["candidates"].at[:, row].set(value)}
        return {**chance, "learning": learning} if rows else chance

    def _records(self, levers: Mapping[str, float | str]) -> tuple[InterventionRecord, ...]:
        """The levers as intervention records."""
        scenario, since = self.model.scenario, self.model.scenario.label_since(self.since)
        return tuple(InterventionRecord.of(name, lever_value(name, scenario.levers[name].model_dump(), value, scenario.units)
                                           if name in scenario.levers else value, since)
                     for name, value in levers.items())  # fmt: skip

    def _moved(
        self, levers: Mapping[str, float], records: tuple[InterventionRecord, ...], out: Mapping[str, Any]
    ) -> LeverResult:
        """Results of the program, joined over devices, without padding."""
        program, calendar = self.model.program, self.model.scenario.calendar

        def concatenate(name: str) -> np.ndarray:
            pieces = np.asarray(out[name])  # (device, ..., draw)
            return np.concatenate([*pieces], axis=-1)[..., : self.draws]

        count = np.maximum(np.asarray(out["count"]).sum(axis=0), 1.0)[:, None]
        mean = (np.asarray(out["mean"]) * np.asarray(out["count"])[..., None]).sum(axis=0) / count
        current = np.asarray(out["held"]).sum(axis=0) / count if "held" in out else np.zeros((len(count), 0))
        paths = concatenate("paths") if self.stocks else np.zeros((len(count), 0, self.draws))
        shown = {cell: paths[:, n].T / self.model.plan.stock_units[cell].factor for n, cell in enumerate(self.stocks)}
        times = tuple(calendar.label(k + 1) for k in range(self.begin, self.end))
        settings = Settings(self.draws, self.seed, "single", self.draws)
        answers, failed, cause, unsolved = (concatenate(name) for name in ("answers", "failed", "cause", "unsolved"))
        return LeverResult(
            model=self.model,
            settings=settings,
            levers=levers,
            answers=answers,
            failed=failed,
            cause=cause,
            unsolved=unsolved,
            mean=mean,
            held=program.by_option(current),
            paths=shown,
            times=times,
            standing=concatenate("standing").T.astype(float),
            moved=records,
            trackers=program.watched,
            versions=versions(),
        )
