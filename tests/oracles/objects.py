"""Plain Python objects, the way such models are commonly written: an object a future, attributes, floats, `math`.

The same equations and the same game as the twin. It keeps its path and leaves out the questions and the reasons of a
choice, which the engine computes: that favours the objects.
"""

from __future__ import annotations

import math
import random
from statistics import NormalDist
from typing import Any

from standoff import beliefs, components, expression
from standoff.engine import parameters as draws
from standoff.plan import Plan, PlannedChoice
from tests.oracles import equations

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
        made = [choice.when is None or self.holds(choice.when) for choice in self.plan.choices]
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
            score = [a + b for a, b in zip(log_p, self.shock[c], strict=True)]
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

    def payoffs(self, choice: PlannedChoice, viewer: str) -> tuple[list[float], dict[tuple[int, int], list[float]]]:
        """Payoff of each option, in the eyes of somebody, if nobody else acts; and what each option of each other adds."""
        view = self.plan.view(viewer, choice.actor)
        observed = {**self.cells, **{cell: self.cells[cell] * self.values[i] for cell, i in view.stocks.items()}}
        alone = [0.0] * len(choice.options)
        added: dict[tuple[int, int], list[float]] = {}
        current = self.chosen[self.world.names.index(choice.name)]
        in_force = {word: float(o == current) for o, word in enumerate(choice.options)}
        for reason in choice.reasons:
            params = equations.filled(reason.part, self.now.__getitem__)
            weight, state = self.now[reason.weight], components.State(observed, reason.part.kind, in_force)
            payoff = reason.part.module.payoff
            where = {other: self.world.names.index(other) for other in reason.others}
            question = {
                (other, word): (c, i)
                for other, c in where.items()
                for i, word in enumerate(self.plan.choices[c].options)
            }
            nobody = dict.fromkeys(question, 0.0)
            for o, option in enumerate(choice.options):
                plain = payoff(params, state, option, components.Others(nobody))
                alone[o] += weight * plain
                for pair, index in question.items():
                    more = payoff(params, state, option, components.Others({**nobody, pair: 1.0})) - plain
                    added.setdefault(index, [0.0] * len(choice.options))[o] += weight * more
        return alone, added

    def holds(self, condition: Any) -> bool:
        """Whether a condition on stocks holds now."""
        return bool(expression.evaluate(condition, self.cells.__getitem__, lambda asked: False, equations.FLOATS))

    def solve(self, k: int, made: list[bool]) -> list[list[float]]:
        """Each actor's part of the equilibrium of the game that it believes in."""
        viewers = [choice.actor if choice.actor in self.plan.views else "" for choice in self.plan.choices]
        result = {viewer: self.solve_as(k, made, viewer) for viewer in dict.fromkeys(viewers)}
        return [result[viewer][c] for c, viewer in enumerate(viewers)]

    def solve_as(self, k: int, made: list[bool], viewer: str) -> list[list[float]]:
        """Logit responses to one another, by damped iteration."""
        choices = self.plan.choices
        q = [
            [float(o == current) for o in range(len(choice.options))]
            for choice, current in zip(choices, self.chosen, strict=True)
        ]
        deciders = [c for c, choice in enumerate(choices) if choice.is_free[k] and made[c]]
        tables = {c: self.payoffs(choices[c], viewer) for c in deciders}
        for c in deciders:
            q[c] = [1.0 / len(q[c])] * len(q[c])
        step, before = 1.0, math.inf
        for _ in range(400):
            p, distance = list(q), 0.0
            for c in deciders:
                alone, added = tables[c]
                utility = list(alone)
                for (other, i), gains in added.items():
                    share = q[other][i]
                    utility = [u + gain * share for u, gain in zip(utility, gains, strict=True)]
                rationality, top = self.now[choices[c].rationality], max(utility)
                weights = [math.exp(rationality * (u - top)) for u in utility]
                total = sum(weights)
                p[c] = [weight / total for weight in weights]
                distance = max(distance, *(abs(a - b) for a, b in zip(p[c], q[c], strict=True)))
            if distance <= 2e-6:
                break
            step = max(step / 2, 0.02) if distance > 0.9 * before else step
            q = [[b + step * (a - b) for a, b in zip(new, old, strict=True)] for new, old in zip(p, q, strict=True)]
            before = distance
        return p


def run(world: World, seed: int, count: int) -> list[Future]:
    """So many futures, one after the other."""
    with equations.using(equations.FLOATS):
        return [Future(world, random.Random(seed * 1_000_003 + i)).run() for i in range(count)]
