"""Plain Python objects, the way such models are commonly written: an object a future, attributes, floats, `math`.

The same equations and the same game as the twin. It keeps its path and leaves out the questions and the reasons of a
choice, which the engine computes: that favours the objects.
"""

from __future__ import annotations

import functools
import math
import random
from statistics import NormalDist
from typing import Any

from standoff import beliefs
from standoff.engine import parameters as draws
from standoff.plan import Plan, PlannedChoice, PlannedReason
from tests.oracles import equations, games

NORMAL = NormalDist()


def gumbel(rng: random.Random) -> float:
    """A standard Gumbel number."""
    return -math.log(rng.expovariate(1.0))


class World:
    """What futures of one plan have in common, looked up once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bounds = equations.bounds(plan)
        self.deciding = set(equations.decision_steps(plan))
        self.noise = equations.noise_names(plan)
        self.layout, table = draws.build_table(plan)
        self.rows = list(zip(*(part.tolist() for part in table[:5]), strict=True))
        self.quantiles, self.mixing = table.quantiles.tolist(), table.cholesky.tolist()
        self.names = [choice.name for choice in plan.choices]

    def parameters(self, rng: random.Random) -> list[float]:
        """One draw of every belief."""
        z = [rng.gauss(0.0, 1.0) for _ in self.rows]
        related = self.layout.correlated
        mixed = [sum(row[j] * z[i] for j, i in enumerate(related)) for row in self.mixing]
        for i, value in zip(related, mixed, strict=True):
            z[i] = value
        out = []
        for value, (a, b, s, below, above) in zip(z, self.rows, strict=True):
            if below > 0 or above < 1:
                share = below + (above - below) * NORMAL.cdf(value)
                value = NORMAL.inv_cdf(min(max(share, 1e-12), 1 - 1e-12))
            out.append(a + b * (value if s == 0 else math.expm1(s * value) / s))
        for row, i in enumerate(self.layout.tabled):
            out[i] = interpolated(z[i], beliefs.TABLE_Z, self.quantiles[row])
        return out


def interpolated(x: float, grid: Any, values: list[float]) -> float:
    """Linear between the points of an even grid, flat beyond."""
    position = min(max((x - grid[0]) / (grid[1] - grid[0]), 0.0), len(values) - 1.000001)
    left = int(position)
    return values[left] + (position - left) * (values[left + 1] - values[left])


class Future:
    """One future: stocks, options that hold, and what moves them."""

    def __init__(self, world: World, rng: random.Random, values: list[float] | None = None) -> None:
        self.world, self.plan, self.rng = world, world.plan, rng
        self.values = world.parameters(rng) if values is None else values
        self.cells = {cell: self.values[i] for cell, i in zip(self.plan.cells, self.plan.initial, strict=True)}
        self.chosen = [c.imposed_options[0] if c.imposed_options[0] >= 0 else c.status_quo for c in self.plan.choices]
        self.shock: list[list[float]] = [[] for _ in self.plan.choices]
        self.path: list[dict[str, float]] = []
        self.filter = equations.Filter(self.plan, self.values.__getitem__, equations.FLOATS)
        self.observe(0)
        self.refill()

    def run(self) -> Future:
        """All steps."""
        dt = self.plan.scenario.calendar.dt
        for k in range(self.plan.scenario.calendar.steps):
            self.history(k)
            if k in self.world.deciding:
                self.decide(k)
            z = {name: self.rng.gauss(0.0, 1.0) for name in self.world.noise}
            self.cells, z = self.filter.corrected(self.params, self.cells, z, k)
            moved = equations.moves(self.plan, self.params, self.cells, self.filter.correlated(z), k, equations.FLOATS)
            for cell, (floor, cap) in self.world.bounds.items():
                value = self.cells[cell] + dt * moved[cell]
                if floor is not None and value < floor:
                    value = floor
                if cap is not None and value > cap:
                    value = cap
                self.cells[cell] = value
            self.observe(k + 1)
            self.path.append(dict(self.cells))
        return self

    def history(self, k: int) -> None:
        """Options that were seen to hold."""
        observed = [
            choice.imposed_options[k] if choice.imposed_options[k] >= 0 else current
            for choice, current in zip(self.plan.choices, self.chosen, strict=True)
        ]
        if observed != self.chosen:
            self.chosen = observed
            self.refill()

    def observe(self, state: int) -> None:
        """Stocks whose path is claimed follow it."""
        for item in self.plan.observations:
            claimed = item.values[state]
            if claimed is not None:
                self.cells[item.cell] = claimed * self.values[item.scale]

    def refill(self) -> None:
        """Parameters as the options that hold now have changed them."""
        self.now = list(self.values)
        holding = [choice.effects[o] for choice, o in zip(self.plan.choices, self.chosen, strict=True)]
        for how in ("set", "times", "plus"):
            for effect in (effect for effects in holding for effect in effects if effect.how == how):
                value = self.values[effect.value]
                there = self.now[effect.target]
                self.now[effect.target] = {"set": value, "times": there * value, "plus": there + value}[how]
        self.params = {part.name: equations.filled(part, self.now.__getitem__) for part in self.plan.mechanisms}

    def decide(self, k: int) -> None:
        """Everybody whose turn it is picks the option with the largest log p + unknown reasons."""
        self.begun = list(self.chosen)
        self.read = {path: self.now[i] for path, i in self.plan.condition_numbers.items()}
        self.dated = {name: self.plan.clock_values(name, [k + 1])[0] for name in self.plan.clock_terms}
        made = [choice.when is None or self.holds(choice.when, {}) for choice in self.plan.choices]
        rest = [
            current if here or not choice.is_free[k] else choice.status_quo
            for current, here, choice in zip(self.chosen, made, self.plan.choices, strict=True)
        ]
        if rest != self.chosen:
            self.chosen = rest
            self.refill()
        p = self.solve(k, made)
        picked = list(self.chosen)
        for c, choice in enumerate(self.plan.choices):
            if not choice.is_free[k] or not made[c]:
                continue
            log_p = [math.log(max(value, 1e-30)) for value in p[c]]
            if not self.shock[c] and max(choice.imposed_options) >= 0:
                total = [gumbel(self.rng) for _ in log_p]
                top = total[self.chosen[c]]
                total = [
                    -math.log(math.exp(-top) + math.exp(-value - log)) for value, log in zip(total, log_p, strict=True)
                ]
                total[self.chosen[c]] = top
                self.shock[c] = [value - log for value, log in zip(total, log_p, strict=True)]
            if not self.shock[c] or self.rng.random() >= self.lasting(c, k):
                self.shock[c] = [gumbel(self.rng) for _ in log_p]
            there = self.open(c, {}, self.chosen[c]) or [True] * len(log_p)
            score = [a + b if free else -math.inf for a, b, free in zip(log_p, self.shock[c], there, strict=True)]
            picked[c] = score.index(max(score))
        if picked != self.chosen:
            self.chosen = picked
            self.refill()

    def lasting(self, c: int, k: int) -> float:
        """Probability that taste shocks outlast the months from the decision before, or from as_of, to step `k`."""
        choice = self.plan.choices[c]
        before = max((step for step in range(k) if choice.is_free[step]), default=self.plan.first_future_step - 1)
        half_life = self.values[choice.half_life]
        return 0.5 ** ((k - before) * self.plan.scenario.calendar.dt / half_life) if half_life > 0 else 0.0

    def table(self, choice: PlannedChoice, viewer: str) -> games.Table:
        """Payoffs in the eyes of somebody."""
        view = self.plan.view(viewer, choice.actor)
        observed = {**self.cells, **{cell: self.cells[cell] * self.values[i] for cell, i in view.stocks.items()}}
        current = self.chosen[self.world.names.index(choice.name)]
        in_force = {word: float(o == current) for o, word in enumerate(choice.options)}
        options = {other.name: other.options for other in self.plan.choices}

        def of(reason: PlannedReason) -> Any:
            state = games.state_of(reason, {**observed, **self.dated}, self.now.__getitem__, in_force)
            return self.now[reason.weight], equations.filled(reason.part, self.now.__getitem__), state, options

        return games.table(choice, self.world.names, of, 0.0)

    def holds(self, condition: Any, state: games.State) -> bool:
        """Whether a condition holds as the step begins, if the options of a state are in force."""
        facts, options = {**self.cells, **self.read, **self.dated}, {**dict(enumerate(self.begun)), **state}
        return bool(games.holds(condition, facts.__getitem__, options, self.plan.choices, equations.FLOATS))

    def open(self, c: int, state: games.State, now: int) -> list[bool] | None:
        """Whether each option is open in a state, from the option in force `now`; None where all are."""
        limits = self.plan.choices[c].restrictions
        return limits and [
            limits.reachable[now][o] and (when is None or self.holds(when, state)) for o, when in enumerate(limits.when)
        ]

    def solve(self, k: int, made: list[bool]) -> list[list[float]]:
        """Each actor's part of the equilibrium of the game that it believes in."""
        viewers = [choice.actor if choice.actor in self.plan.views else "" for choice in self.plan.choices]
        result = {viewer: self.solve_as(k, made, viewer) for viewer in dict.fromkeys(viewers)}
        return [result[viewer][c] for c, viewer in enumerate(viewers)]

    def solve_as(self, k: int, made: list[bool], viewer: str) -> list[list[float]]:
        """Logit responses to one another and to expected reactions."""
        choices = self.plan.choices
        in_force = [
            [float(o == current) for o in range(len(choice.options))]
            for choice, current in zip(choices, self.chosen, strict=True)
        ]

        def seat(c: int, state: games.State | None) -> games.Seat:
            if state is None:
                return games.Seat(choices[c].is_free[k] and made[c], in_force[c], self.open(c, {}, self.chosen[c]))
            when, later = (
                choices[c].when,
                min(k + round(12 / self.plan.scenario.calendar.dt), len(choices[c].is_free) - 1),
            )
            there = when is None or self.holds(when, state)
            stays, known = self.begun[c] if there else choices[c].status_quo, choices[c].imposed_options[later]
            one_hot = [float(o == (known if known >= 0 else stays)) for o in range(len(choices[c].options))]
            return games.Seat(there and known < 0, one_hot, self.open(c, state, self.begun[c]))

        def kept(r: int, months: float) -> float:
            half_life = self.now[choices[r].half_life]
            return 0.5 ** (months / half_life) if half_life > 0 else 0.0

        table, through = functools.cache(lambda c: self.table(choices[c], viewer)), games.through_stocks(self.plan)
        assert not any(through), "plain objects do not foresee stocks"
        game = games.Game(
            choices,
            lambda c, state: table(c),
            lambda c: self.now[choices[c].rationality],
            in_force,
            seat,
            kept,
            through,
            equations.FLOATS,
        )
        found = game.solve([c for c, choice in enumerate(choices) if choice.is_free[k] and made[c]], 2e-6)
        return [found.get(c, in_force[c]) for c in range(len(choices))]


def run(world: World, seed: int, count: int) -> list[Future]:
    """So many futures, one after the other."""
    with equations.using(equations.FLOATS):
        return [Future(world, random.Random(seed * 1_000_003 + i)).run() for i in range(count)]
