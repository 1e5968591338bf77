"""Constants solved so that an answer before the named reasons is a prior probability.

An anchor says how likely an option is for an actor of whom only the constants, the cost of changing course and the taste
shocks are known. From as_of on the named reasons of its choice are then left out, as are interventions, and one shift of
the constants of the anchored options is solved for, in futures with the same random numbers. The logit of the
probability rises with the shift, so that a bracketed root finder suffices; several anchors are solved in turn until all
of them hold. Of a reference class the prior is that of its typical member, which has a share of every named reason
(`plan.anchors.TYPICAL`): that share is in the prior, and the rest is what the reasons of this actor add to it. The shifts
are part of the parameters of the model, and are kept on disk by its digest.

Sources: brent1973 (root finder); train2009 (constants calibrated to shares, there by iterated logarithms).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.optimize import brentq

from standoff import xla
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable, address, build_table
from standoff.engine.simulator import Checkpoint, DrawRange, Results, Simulator
from standoff.errors import ModelError
from standoff.files import cache_dir, read_cached, write_cached
from standoff.plan import Plan, PlannedAnchor
from standoff.plan import plan as plan_of
from standoff.progress import SILENT, Progress

SEED = address("anchor")  #: of the futures in which constants are solved
DRAWS = (4000, 16_000)  #: fewest and most futures, assumption: a prior of 10 % is then met to half a point
EVENTS = 160  #: times N p (1 - p), assumption: the log odds of a rarer prior are then right to 0.08
TOLERANCE = 0.25  #: standard errors of the log odds within which a prior is met; of several anchors together, twice it
LIMIT = 30.0  #: largest shift in log odds; beyond it an option is as good as certain
SWEEPS = 6  #: over several anchors, assumption: they depend on one another weakly
PRECISION = 1e-3  #: of a shift, log odds
MOST = 400  #: solutions on disk; assumption


def anchored(model: Model, progress: Progress = SILENT, program_of: Model | None = None) -> Model:
    """The model with constants that meet its anchors; the model itself if it has none.

    program_of: a model whose program can simulate the tables of this one
    Raises `ModelError` if a prior cannot be met.
    """
    if not model.plan.anchors:
        return model
    undisturbed = model
    if model.scenario.interventions or model.plan.has_held_options:  # a prior is about an actor left alone
        alone = {name: {"held": None} for name, choice in model.scenario.choices.items() if choice.held}
        free = plan_of(model.plan.loaded.over({"interventions": None, "choices": alone}), model.ledger)
        layout, table = build_table(free)
        undisturbed, program_of = replace(model, plan=free, layout=layout, table=table), None
    folder, parts = cache_dir("anchors"), (undisturbed.hash, undisturbed.source(__name__), *xla.environment())
    file = None if folder is None else folder / hashlib.sha256("\0".join(parts).encode()).hexdigest()
    raw = None if file is None else read_cached(file)
    shifts: dict[str, float] = {} if raw is None else json.loads(raw)
    plan = undisturbed.plan
    if shifts.keys() != {plan.parameters[i].path for anchor in plan.anchors for i in anchor.constants}:
        with progress.task("solving the constants of anchors"):
            shifts = Solver.of(undisturbed, program_of or undisturbed, progress).solve()
        if file is not None:
            write_cached(file, json.dumps(shifts).encode(), MOST)
    shifted = tuple(
        replace(item, shift=shifts[item.path]) if item.path in shifts else item for item in model.plan.parameters
    )
    planned = replace(model.plan, parameters=shifted)
    layout, table = build_table(planned)
    return replace(model, plan=planned, layout=layout, table=table)


def futures(plan: Plan) -> int:
    """Number of futures in which the constants of a plan are solved."""
    rarest = min((p * (1 - p) for p in (prior(plan, item) for item in plan.anchors)), default=1.0)
    return min(max(DRAWS[0], math.ceil(EVENTS / rarest)), DRAWS[1])


def prior(plan: Plan, anchor: PlannedAnchor) -> float:
    """The prior probability of an anchor."""
    return plan.parameters[anchor.prior].quantile(0.5)


def log_odds_per_unit(plan: Plan, anchor: PlannedAnchor) -> float:
    """Log odds of an option for one unit of its constant, at the middle of its factors."""
    rationality = plan.parameters[plan.choices[anchor.choice].rationality]
    return rationality.quantile(0.5) * plan.parameters[anchor.weight].quantile(0.5)


def _logit(p: float) -> float:
    return math.log(p) - math.log1p(-p)


@dataclass
class Solver:
    """The futures in which the constants of a model are solved."""

    model: Model
    simulator: Simulator
    table: ParameterTable  #: without interventions in choices
    draws: int
    _known: dict[tuple[int, float, tuple[float, ...]], dict[int, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, program_of: Model, progress: Progress) -> Solver:
        """Load or compile the program of a model."""
        options = model.table.imposed_options.copy()
        options[:, model.plan.first_future_step :] = -1
        simulator = Simulator.of(program_of, progress=progress)
        return cls(model, simulator, model.table._replace(imposed_options=options), futures(model.plan))

    @property
    def anchors(self) -> tuple[PlannedAnchor, ...]:
        """The anchors of the model."""
        return self.model.plan.anchors

    @property
    def ranges(self) -> list[DrawRange]:
        """The futures in blocks."""
        return self.simulator.blocks(self.draws)

    @cached_property
    def begun(self) -> Checkpoint | None:
        """The futures at the last state up to which constants have no effect."""
        program = self.model.program
        steps, solved = program.conditioning_steps, {i for anchor in self.anchors for i in anchor.constants}
        learned = solved <= set(program.learned_parameters)
        state = (steps[-1] if learned else steps[0]) if steps else self.model.plan.first_future_step
        return self.simulator.checkpoint(self.table, SEED, self.ranges, state) if state else None

    def solve(self) -> dict[str, float]:
        """Parameter -> its shift; raises `ModelError` if a prior cannot be met."""
        shifts = [0.0] * len(self.anchors)
        for _ in range(SWEEPS):
            for n in range(len(shifts)):
                shifts[n] = self.root(n, shifts)
            if all(abs(self.residual(n, shifts)) <= 2 * self.tolerance(n) for n in range(len(shifts))):
                parameters = self.model.plan.parameters
                pairs = zip(self.anchors, shifts, strict=True)
                return {parameters[i].path: by for anchor, by in pairs for i in anchor.constants}
        reached = [
            f"{100 * self.probabilities(n, shifts)[n]:.3g} % for {anchor.path}" for n, anchor in enumerate(self.anchors)
        ]
        raise ModelError(
            f"the anchors cannot be met together: constants give {', '.join(reached)}",
            self.model.plan.loaded.document.where(self.anchors[0].place),
            self.anchors[0].path,
            fix="leave one of them out, or look whether the priors of one choice add up to too much",
        )

    def tolerance(self, n: int) -> float:
        """Distance in log odds within which an anchor is met."""
        p = prior(self.model.plan, self.anchors[n])
        return TOLERANCE / math.sqrt(self.draws * p * (1 - p))

    def residual(self, n: int, shifts: Sequence[float]) -> float:
        """Log odds of an anchored event above those of its prior."""
        least = 0.5 / self.draws
        p = self.probabilities(n, shifts)[n]
        return _logit(min(max(p, least), 1 - least)) - _logit(prior(self.model.plan, self.anchors[n]))

    def probabilities(self, n: int, shifts: Sequence[float]) -> Mapping[int, float]:
        """Anchor of the same choice -> share of futures with its event, without named reasons."""
        choice, typical = self.anchors[n].choice, self.anchors[n].typical
        key = choice, typical, tuple(shifts)
        if key in self._known:
            return self._known[key]
        plan, program, table = self.model.plan, self.model.program, self.table
        for anchor, by in zip(self.anchors, shifts, strict=True):
            for i in anchor.constants:
                table = table.shifted(self.model.layout, i, by)
        named = [
            row
            for row, reason in zip(program.reason_rows[choice], plan.choices[choice].reasons, strict=True)
            if not getattr(reason.part.module, "UNOBSERVED", False)
        ]
        own = {n: each for n, each in enumerate(self.anchors) if (each.choice, each.typical) == (choice, typical)}
        names = [item.name for item in program.watched]
        rows = [names.index(anchor.tracker) for anchor in own.values()]

        def record(result: Results) -> np.ndarray:
            there = np.isfinite(result.outcomes["answers"][rows]).astype(float)
            return np.where(result.outcomes["failed"] < 0, there, np.nan)

        until = max(anchor.state for anchor in own.values())
        table = table.without_reasons(named, typical)
        parts = self.simulator.run(table, SEED, self.ranges, record, begun=self.begun, until=until)
        values = np.concatenate(list(parts), axis=1)
        values = values[:, ~np.isnan(values[0])]
        if not values.size:
            raise ModelError(
                "all futures fail in which constants are solved",
                path=plan.anchors[next(iter(own))].path,
                fix="run the case without the anchor: it prints the cause",
            )
        self._known[key] = dict(zip(own, values.mean(axis=1).tolist(), strict=True))
        return self._known[key]

    def root(self, n: int, shifts: Sequence[float]) -> float:
        """The shift of one anchor at which it is met, with the others as they are."""
        scale = log_odds_per_unit(self.model.plan, self.anchors[n])
        if scale == 0:
            raise self._unreachable(n, "its constants weigh nothing", "give their reason a weight above 0")

        def moved(by: float) -> list[float]:
            return [*shifts[:n], by, *shifts[n + 1 :]]

        def residual(by: float) -> float:
            value = self.residual(n, moved(by))
            return 0.0 if abs(value) <= self.tolerance(n) else value

        low, far = shifts[n], LIMIT / scale
        high, value = low, residual(low)
        step = max(abs(value), 0.1) / scale
        while value:
            high = min(max(low - math.copysign(step, value), -far), far)
            last, value = value, residual(high)
            if value * last <= 0:
                break
            if abs(high) >= far:
                choice = self.anchors[n].choice
                p, word = self.probabilities(n, moved(high))[n], "at most" if value < 0 else "at least"
                raise self._unreachable(
                    n,
                    f"whatever its constants, the event has a probability of {word} {100 * p:.3g} %",
                    f"look at `when`, `every` and the options of `{self.model.plan.choices[choice].name}`, and at other "
                    "conditions of the event",
                )
            low, step = high, 2 * step
        if not value:
            return high
        root = float(brentq(residual, low, high, xtol=PRECISION / scale))
        if abs(residual(root)) > 4 * self.tolerance(n):  # one standard error: the probability jumps here
            raise self._unreachable(n, "the probability jumps past it", "give `inclination` or `rationality` a range")
        return root

    def _unreachable(self, n: int, why: str, fix: str) -> ModelError:
        anchor = self.anchors[n]
        where = self.model.plan.loaded.document.where(anchor.place)
        p = prior(self.model.plan, anchor)
        return ModelError(f"the prior of {100 * p:.3g} % cannot be met: {why}", where, anchor.path, fix=fix)
