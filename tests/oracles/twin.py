"""The slow readable twin: a plan run by NumPy loops over steps, written from the documents and not from the engine.

It shares with the engine the plan, the equations of the parts, and (in tests) the random numbers. Everything else is
its own: steps, options that change parameters, floors and caps, history, the games and their fixed point, what
history says of an actor's unknown reasons, and the questions on stocks. Reasons of a choice are not kept.

Letters: N draws, T steps, D decision steps, C choices, O options of the widest choice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import jax
import numpy as np
from scipy.special import ndtr, ndtri

from standoff import beliefs, components, expression
from standoff.engine import parameters
from standoff.engine.dynamics import LONGEST
from standoff.engine.layout import ProgramLayout
from standoff.plan import Effect, Perception, Plan, PlannedChoice
from standoff.questions import Tracker
from tests.oracles import equations, games

Array: TypeAlias = np.ndarray
ORDER = ("set", "times", "plus")  # of what options do to one parameter


@dataclass
class Chance:
    """The random numbers of N draws: standard normals, Gumbels, and uniforms."""

    z: dict[tuple[str, str], Array]  #: (mechanism, name) -> (T, N)
    shock: Array  #: (D, C, O, N) Gumbel: reasons unknown to us
    race: Array  #: (C, O, N) exponential: what history leaves open of these reasons
    renew: Array  #: (D, C, N) uniform
    #: (step, steps after it) -> (mechanism, name) -> (N,) normals of futures that somebody foresees
    ahead: Callable[[int, int], dict[tuple[str, str], Array]]


@dataclass
class Paths:
    """What the twin finds."""

    cells: Array  #: (N, T + 1, cell) canonical units
    p: Array  #: (N, T, C, O) solved probabilities of the last decision
    chosen: Array  #: (N, T, C)
    answers: dict[str, Array]  #: questions on stocks and options, (N,)


def shared_chance(plan: Plan, seed: int, count: int) -> Chance:
    """The very numbers that the engine draws, by their names; call it with JAX in double precision."""
    steps, decisions = plan.scenario.calendar.steps, len(equations.decision_steps(plan))
    wide = max((len(choice.options) for choice in plan.choices), default=0)
    names = [f"{choice.name}/{o}" for choice in plan.choices for o in range(wide)]

    ids = np.arange(count, dtype=np.uint32)

    def drawn(words: list[str], size: int) -> Array:  # (size, word, N)
        if not words or not size:
            return np.zeros((size, len(words), count))
        return np.stack(
            [parameters.uniforms(np.uint32(seed), words, number, ids, np.float64) for number in range(size)]
        )

    noise = equations.noise_names(plan)
    z = ndtri(drawn([f"{part}/{name}" for part, name in noise], steps))
    shape = (-1, len(plan.choices), wide, count)
    shock = -np.log(-np.log(drawn([f"shock/{name}" for name in names], decisions))).reshape(shape)
    race = -np.log(drawn([f"recalled/{name}" for name in names], 1)).reshape(shape)[0]
    renew = drawn([f"renew/{choice.name}" for choice in plan.choices], decisions)
    words = [f"ahead/{part}/{name}" for part, name in noise]

    def ahead(k: int, n: int) -> dict[tuple[str, str], Array]:
        with jax.enable_x64(True):
            rows = ndtri(parameters.uniforms(np.uint32(seed), words, k * LONGEST + n, ids, np.float64)) if words else ()
        return dict(zip(noise, rows, strict=True))

    return Chance(dict(zip(noise, np.moveaxis(z, 1, 0), strict=True)), shock, race, renew, ahead)


def own_chance(plan: Plan, rng: np.random.Generator, count: int, dtype: Any = np.float64) -> Chance:
    """Random numbers of NumPy's own, for timing."""
    steps, decisions = plan.scenario.calendar.steps, len(equations.decision_steps(plan))
    wide, choices = max((len(choice.options) for choice in plan.choices), default=0), len(plan.choices)

    def gumbel(*shape: int) -> Array:
        return -np.log(np.maximum(rng.standard_exponential(shape, dtype), np.finfo(dtype).tiny))

    names = equations.noise_names(plan)
    z = {name: rng.standard_normal((steps, count), dtype) for name in names}
    return Chance(
        z,
        gumbel(decisions, choices, wide, count),
        rng.standard_exponential((choices, wide, count), dtype),
        rng.random((decisions, choices, count), dtype),
        lambda k, n: {name: rng.standard_normal(count, dtype) for name in names},
    )


def own_parameters(plan: Plan, rng: np.random.Generator, count: int, dtype: Any = np.float64) -> Array:
    """(parameter, N) from the beliefs, cut at their bounds, correlated as declared."""
    layout, table = parameters.build_table(plan)
    z = rng.standard_normal((len(plan.parameters), count), dtype)
    a, b, s = (part.astype(dtype)[:, None] for part in (table.a, table.b, table.s))
    related = list(layout.correlated)
    if related:
        z[related] = table.cholesky.astype(dtype) @ z[related]
    for i in np.flatnonzero((table.below > 0) | (table.above < 1)):
        z[i] = ndtri(np.clip(table.below[i] + (table.above[i] - table.below[i]) * ndtr(z[i]), 1e-6, 1 - 1e-6))
    bent = np.where(s == 0, 1.0, s).astype(dtype)
    values: Array = a + b * np.where(s == 0, z, np.expm1(bent * z) / bent)
    for row, i in enumerate(layout.tabled):
        values[i] = np.interp(z[i], beliefs.TABLE_Z, table.quantiles[row])
    return values


def run(plan: Plan, values: Array, chance: Chance, reference: Array | None = None) -> Paths:
    """Every draw through every step. `values` (parameter, N) in canonical units; `reference` of `equations.moves`."""
    with equations.using(np), np.errstate(all="ignore"):  # as in the engine: what does not count may be infinite
        return _Twin(plan, values, chance, reference).run()


class _Twin:
    def __init__(self, plan: Plan, values: Array, chance: Chance, reference: Array | None) -> None:
        self.plan, self.values, self.chance, self.reference = plan, values, chance, reference
        self.count, self.dtype = values.shape[1], values.dtype
        self.bounds = equations.bounds(plan)
        self.names = [choice.name for choice in plan.choices]
        free = [np.flatnonzero(choice.is_free) for choice in plan.choices]
        self.every = [int(own[1] - own[0]) if len(own) > 1 else 1 for own in free]  # steps between decisions
        self.through = games.through_stocks(plan)
        self.first = [next(iter(np.flatnonzero(choice.is_free)), -1) for choice in plan.choices]
        self.wide = max((len(choice.options) for choice in plan.choices), default=1)
        initial = [c.imposed_options[0] if c.imposed_options[0] >= 0 else c.status_quo for c in plan.choices]
        self.chosen = np.repeat(np.array(initial, int)[:, None], self.count, axis=1)
        self.p = self.held()
        self.shock = np.zeros_like(self.p)
        self.watched = [
            item for item in ProgramLayout(plan, parameters.build_table(plan)[0]).watched if item.node is not None
        ]

    def held(self) -> Array:
        """(C, O, N) 1 for the option that holds."""
        return (self.chosen[:, None] == np.arange(self.wide)[None, :, None]).astype(self.dtype)

    def run(self) -> Paths:
        plan, steps = self.plan, self.plan.scenario.calendar.steps
        self.cells = {cell: self.values[i].copy() for cell, i in zip(plan.cells, plan.initial, strict=True)}
        self.filter = equations.Filter(plan, self.values.__getitem__, np)
        self.cells = self.observed(self.cells, 0)
        self.step = 0
        self.refill()
        self.answers = {
            item.name: np.full(self.count, np.inf if item.kind == "first" else np.nan) for item in self.watched
        }
        self.watch(0)
        path, p, chosen = [list(self.cells.values())], [], []
        deciding = equations.decision_steps(plan)
        past, made = self.past_dates(deciding), list[Array]()
        for k in range(steps):
            self.step = k
            if plan.stock_effects:
                self.refill()
            observed = [choice.imposed_options[k] for choice in plan.choices]
            if any(option >= 0 and np.any(self.chosen[c] != option) for c, option in enumerate(observed)):
                for c, option in enumerate(observed):
                    self.chosen[c] = option if option >= 0 else self.chosen[c]
                self.refill()
            if k in past:
                made.append(self.odds_in_the_past(k))
            if past and k == past[-1]:
                self.remember(past, made)
            if k in deciding:
                self.decide(k, deciding.index(k))
            z = {name: values[k] for name, values in self.chance.z.items()}
            self.cells, z = self.filter.corrected(self.params, self.cells, z, k)
            self.cells = self.moved(self.now, self.cells, z, k)
            self.watch(k + 1)
            path.append(list(self.cells.values()))
            p.append(self.p)
            chosen.append(self.chosen.copy())
        return Paths(
            np.moveaxis(np.array(path), 2, 0),
            np.moveaxis(np.array(p), 3, 0),
            np.moveaxis(np.array(chosen), 2, 0),
            self.answers,
        )

    def moved(self, now: Callable[[int], Array], cells: dict[str, Array], z: Any, k: int) -> dict[str, Array]:
        """Stocks at the end of step `k`; those whose path is claimed follow it."""
        params, z = self.filled(now), self.filter.correlated(z)
        moves = equations.moves(self.plan, params, cells, z, k, np, number=now, reference=self.reference)
        out = {}
        for cell, (floor, cap) in self.bounds.items():
            value = cells[cell] + self.plan.scenario.calendar.dt * moves[cell]
            value = value if floor is None else np.maximum(value, floor)
            value = value if cap is None else np.minimum(value, cap)
            out[cell] = np.broadcast_to(value, self.count).astype(self.dtype, copy=False)
        return self.observed(out, k + 1)

    # ---- history -----------------------------------------------------------------------------------------------

    def past_dates(self, deciding: Sequence[int]) -> list[int]:
        """Four and two years and no time before as_of, if somebody was seen and decides later."""
        plan, year = self.plan, round(12 / self.plan.scenario.calendar.dt)
        self.known = [max(c.imposed_options) >= 0 and any(c.is_free) for c in plan.choices]
        last = plan.first_future_step - 1
        return [last - n * year for n in (4, 2, 0) if last - n * year >= 0] if any(self.known) else []

    def unstated(self, choice: PlannedChoice) -> list[Any]:
        return [reason for reason in choice.reasons if hasattr(reason.part.module, "UNOBSERVED")]

    def without_unstated(self) -> Array:
        """Values with 0 for the uncertain parameters of unstated reasons of those who were seen."""
        out = self.values.copy()
        for choice, known in zip(self.plan.choices, self.known, strict=True):
            maps = [reason.part.parameter_index for reason in self.unstated(choice) if known]
            for where in (where for numbers in maps for where in numbers.values()):
                for i in [where] if isinstance(where, int) else where.values():
                    out[i] = out[i] if self.plan.parameters[i].belief.shape == "point" else 0.0
        return out

    def odds_in_the_past(self, k: int) -> Array:
        """p (C, O, N) of those who were seen, had they decided at `k` without unstated reasons; 0 without an occasion."""
        kept, now, values = self.plan, self.now, self.values
        free = [
            replace(choice, is_free=tuple(known or here for here in choice.is_free))
            for choice, known in zip(kept.choices, self.known, strict=True)
        ]
        self.values = self.without_unstated()
        self.plan = replace(kept, choices=tuple(free))
        self.refill()
        self.begin(k)
        out, occasions = self.solve(k), [self.occasion(choice) for choice in kept.choices]
        self.plan, self.values, self.now = kept, values, now
        self.refill()
        for c in range(len(kept.choices)):
            out[c] = np.where(occasions[c] & self.known[c], out[c], 0.0)
        return out

    def remember(self, past: Sequence[int], made: Sequence[Array]) -> None:
        """Unknown reasons that make of each choice what was seen: the option in force is the first in a race of E / q."""
        for c, choice in enumerate(self.plan.choices):
            if self.known[c]:
                self.shock[c, : len(choice.options)] = self.remembered(c, choice, past, [p[c] for p in made])

    def remembered(self, c: int, choice: PlannedChoice, past: Sequence[int], made: Sequence[Array]) -> Array:
        n, dt = len(choice.options), self.plan.scenario.calendar.dt
        free = np.flatnonzero(choice.is_free)
        every = dt * (free[1] - free[0] if len(free) > 1 else 1)
        stated, nothing = (self.standing(values) for values in (self.values, self.without_unstated()))
        half_life = stated(choice.half_life)
        with np.errstate(divide="ignore"):
            stays_put = np.where(half_life > 0, 0.5 ** (every / half_life), 0.0)  # of one decision
        ratio, chance, started = np.ones((n, self.count)), np.zeros(self.count), np.zeros(self.count, bool)

        def odds(p: Array, option: int) -> Array:
            """Probabilities with what is unstated, `option` being in force."""
            tilt = np.zeros((n, self.count))
            for reason in self.unstated(choice):
                with_it, without = (equations.filled(reason.part, number) for number in (stated, nothing))
                held = {name: float(o == option) for o, name in enumerate(choice.options)}
                state, weight = (
                    components.State({}, "", held),
                    stated(choice.rationality) * stated(reason.weight),
                )
                for o, name in enumerate(choice.options):
                    gains = [
                        reason.part.module.payoff(p, state, name, components.Others({})) for p in (with_it, without)
                    ]
                    tilt[o] += weight * (gains[0] - gains[1])
            raw = p[:n] * np.exp(tilt)
            return raw / np.maximum(raw.sum(axis=0), 1e-30)

        for step, before, p in zip(past, [0, *past[:-1]], made, strict=True):
            record = choice.imposed_options[before : step + 1]
            option = record[-1]
            arises = p[:n].sum(axis=0) > 0
            q = odds(p, option)
            now = q / np.maximum(q[option], 1e-30)
            larger = np.maximum(ratio, now)
            decisions = dt * (step - before) / every
            none = stays_put**decisions
            lasting = none * ratio.sum(axis=0) / larger.sum(axis=0)
            share = (chance + q[option]) / 2
            again = np.maximum((stays_put + (1 - stays_put) * share) ** decisions - none, 0)
            mean = (lasting * larger + again * now) / np.maximum(lasting + again, 1e-30)
            after = mean if len(set(record)) == 1 else now
            ratio = np.where(arises, np.where(started, after, now), ratio)
            chance, started = np.where(arises, q[option], chance), started | arises
        e = self.chance.race[c, :n]
        least = e[option] / ratio.sum(axis=0)
        times = np.where(np.arange(n)[:, None] == option, least, ratio * least + e)
        out: Array = -np.log(np.where(started, times, e))
        return out

    def observed(self, cells: dict[str, Array], state: int) -> dict[str, Array]:
        """Stocks whose path is claimed follow it."""
        claimed = {item: item.values[min(state, len(item.values) - 1)] for item in self.plan.observations}
        follow = {item.cell: value * self.values[item.scale] for item, value in claimed.items() if value is not None}
        return {**cells, **follow}

    def refill(self) -> None:
        """Parameters as the options that hold now have changed them."""
        self.now = self.changed(self.chosen, self.values)
        self.params = self.filled(self.now)

    def filled(self, now: Callable[[int], Array]) -> dict[str, Any]:
        """Parameters of each mechanism."""
        return {part.name: equations.filled(part, now) for part in self.plan.mechanisms}

    def standing(self, values: Array) -> Callable[[int], Array]:
        """Parameters as outcomes have changed them, whatever options are in force."""
        return self.changed(np.full_like(self.chosen, -1), values)

    def changed(self, chosen: Array, values: Array) -> Callable[[int], Array]:
        """Parameters as outcomes, then options have changed them: what these set, then multiply, then add."""
        changed: dict[int, Array] = {}
        effects = [
            (c, o, effect)
            for c, choice in enumerate(self.plan.choices)
            for o, several in enumerate(choice.effects)
            for effect in several
        ]
        stand = [(self.stands(item), item) for item in self.plan.stock_effects]  # before what options do
        stand += [
            (chosen[c] == o, effect) for c, o, effect in sorted(effects, key=lambda found: ORDER.index(found[2].how))
        ]
        for stands, effect in stand:
            now = changed.get(effect.target, values[effect.target])
            there = values[effect.value]
            then = {"set": there, "times": now * there, "plus": now + there}[effect.how]
            if effect.is_partial:  # in proportion to its stock, in full at 1
                then = now + np.clip(self.cells[effect.outcome], 0.0, 1.0) * (then - now)
            changed[effect.target] = np.where(stands, then, now)
        return lambda i: changed[i] if i in changed else values[i]

    def stands(self, item: Effect) -> Array:
        """(N,) whether an outcome stands, and its effects have begun."""
        return (self.cells[item.outcome] > 0) & (self.step >= item.first)

    def watch(self, state: int) -> None:
        """Questions on stocks and on the options that hold."""

        def holds(term: expression.ChoiceTerm) -> Array:
            c = self.names.index(term.choice)
            return np.isin(self.chosen[c], [self.plan.choices[c].options.index(option) for option in term.options])

        for item in self.watched:
            if item.kind == "value" and state == item.state:
                self.answers[item.name] = np.broadcast_to(self.value(item, holds), self.count).copy()
            if item.kind == "first" and item.since <= state <= item.state:
                current = self.answers[item.name]
                self.answers[item.name] = np.where(self.value(item, holds) & np.isinf(current), state, current)

    def value(self, item: Tracker, holds: Any) -> Array:
        assert item.node is not None
        result: Array = expression.evaluate(item.node, self.cells.__getitem__, holds, np)
        return result

    # ---- choices -----------------------------------------------------------------------------------------------

    def decide(self, k: int, d: int) -> None:
        """The game of step `k`, and what each decider picks: the option with the largest log p + unknown reasons."""
        self.begin(k)
        made = [self.occasion(choice) for choice in self.plan.choices]
        for c, choice in enumerate(self.plan.choices):
            if choice.is_free[k]:
                self.chosen[c] = np.where(made[c], self.chosen[c], choice.status_quo)
        self.refill()
        p, before = self.solve(k), self.chosen.copy()
        for c, choice in enumerate(self.plan.choices):
            if not choice.is_free[k]:
                continue
            options = range(len(choice.options))
            log_p = np.log(np.maximum(p[c, : len(options)], 1e-30))
            persistent = self.shock[c, : len(options)]
            renewed = self.chance.renew[d, c] < 1 - self.lasting(c, k)
            if k == self.first[c] and max(choice.imposed_options) < 0:
                renewed = np.ones_like(renewed)
            shock = np.where(renewed, self.chance.shock[d, c, : len(options)], persistent)
            self.shock[c, : len(options)] = shock
            score = log_p + shock
            for o, there in enumerate(self.open(c, {}, before[c]) or ()):
                score[o] = np.where(there, score[o], -np.inf)
            self.chosen[c] = np.where(made[c], np.argmax(score, axis=0), self.chosen[c])
            self.p = np.where(np.arange(len(self.names))[:, None, None] == c, p, self.p)
        self.refill()

    def begin(self, k: int) -> None:
        """Keep what conditions read: the options in force as step `k` begins, and numbers as these have changed them."""
        self.rolled: dict[tuple[int, int, int], dict[str, Array]] = {}
        self.begun = self.chosen.copy()
        self.read = {path: self.now(i) + np.zeros(self.count) for path, i in self.plan.condition_numbers.items()}
        self.dated = {name: self.plan.clock_values(name, [k + 1])[0] for name in self.plan.clock_terms}

    def lasting(self, c: int, k: int) -> Array:
        """Probability that taste shocks outlast the months from the decision before, or from as_of, to step `k`."""
        choice, plan = self.plan.choices[c], self.plan
        before = max((step for step in range(k) if choice.is_free[step]), default=plan.first_future_step - 1)
        half_life = self.now(choice.half_life)
        with np.errstate(divide="ignore"):
            return np.where(half_life > 0, 0.5 ** ((k - before) * plan.scenario.calendar.dt / half_life), 0.0)

    def later(self, r: int, state: games.State | None, k: int) -> dict[str, Array]:
        """Stocks when choice `r` answers a state: its last act that moves what `r` is bound by is simulated till then."""
        acts = sorted((j, o) for j, o in (state or {}).items() if j in self.through[r])
        if not acts:
            return self.cells
        key = *acts[-1], self.every[r]
        if key not in self.rolled:
            j, o, steps = key
            chosen = np.where(np.arange(len(self.names))[:, None] == j, o, self.chosen)
            now, cells = self.changed(chosen, self.values), self.cells
            for n in range(steps):
                cells = self.moved(now, cells, self.chance.ahead(k, n), k + n)
            self.rolled[key] = cells
        return self.rolled[key]

    def true(self, condition: Any, state: games.State, cells: dict[str, Array] | None = None) -> Array:
        """Whether a condition holds as the step begins, if the options of a state are in force."""
        facts = {**(self.cells if cells is None else cells), **self.read, **self.dated}
        options = {c: state.get(c, now) for c, now in enumerate(self.begun)}
        return np.broadcast_to(games.holds(condition, facts.__getitem__, options, self.plan.choices, np), self.count)

    def occasion(
        self, choice: PlannedChoice, state: games.State | None = None, cells: dict[str, Array] | None = None
    ) -> Array:
        """Whether the choice can be made: always, or while its condition holds."""
        return np.ones(self.count, bool) if choice.when is None else self.true(choice.when, state or {}, cells)

    def open(self, c: int, state: games.State, now: Array, cells: dict[str, Array] | None = None) -> list[Array] | None:
        """Whether each option is open in a state, from the option in force `now`; None where all are."""
        limits = self.plan.choices[c].restrictions
        if limits is None:
            return None
        assert not limits.binds, "the twin knows no option that cannot be left"
        return [
            np.array(limits.reachable)[now, o] & (True if when is None else self.true(when, state, cells))
            for o, when in enumerate(limits.when)
        ]

    def table(self, choice: PlannedChoice, viewer: str, cells: dict[str, Array]) -> games.Table:
        """Payoffs in the eyes of somebody, with some stocks."""
        view = self.plan.view(viewer, choice.actor)
        observed = {
            cell: value * self.now(view.stocks[cell]) if cell in view.stocks else value for cell, value in cells.items()
        }
        number, in_force = self.believed(view), self.held()[self.names.index(choice.name)]
        options = {other.name: other.options for other in self.plan.choices}

        def of(reason: Any) -> Any:
            assert not reason.horizon, "the twin does not look ahead"
            held = dict(zip(choice.options, in_force, strict=False))
            state = games.state_of(reason, {**observed, **self.dated}, number, held)
            return number(reason.weight), equations.filled(reason.part, number), state, options

        return games.table(choice, self.names, of, np.zeros(self.count, self.dtype))

    def believed(self, view: Perception) -> Any:
        """Parameters as somebody believes them."""
        return lambda i: self.now(i) * self.now(view.parameter_index[i]) if i in view.parameter_index else self.now(i)

    def solve(self, k: int) -> Array:
        """p (C, O, N): each actor's part of the equilibrium of the game that it believes in."""
        viewers = [choice.actor if choice.actor in self.plan.views else "" for choice in self.plan.choices]
        result = {viewer: self.solve_as(k, viewer) for viewer in dict.fromkeys(viewers)}
        return np.stack([result[viewer][c] for c, viewer in enumerate(viewers)])

    def solve_as(self, k: int, viewer: str) -> Array:
        """p (C, O, N) of a game; those who do not decide at `k` stay at the option that holds."""
        choices, p = self.plan.choices, self.held()
        deciders = [c for c, choice in enumerate(choices) if choice.is_free[k]]
        in_force = [list(p[c, : len(choice.options)]) for c, choice in enumerate(choices)]
        views = [self.plan.view(viewer, choice.actor) for choice in choices]
        tables: dict[tuple[int, int], games.Table] = {}

        def table(c: int, state: games.State | None) -> games.Table:
            cells = self.later(c, state, k)
            if (c, id(cells)) not in tables:  # `rolled` keeps them alive
                tables[c, id(cells)] = self.table(choices[c], viewer, cells)
            return tables[c, id(cells)]

        game = games.Game(
            choices,
            table,
            functools.cache(lambda c: self.believed(views[c])(choices[c].rationality)),
            in_force,
            lambda c, state: self.seat(c, state, k, in_force),
            functools.cache(self.kept),
            self.through,
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            found = game.solve(deciders, 1e-11 if self.dtype == np.float64 else 2e-6)
        for c in deciders:
            p[c, : len(found[c])] = found[c]
        return p

    def kept(self, r: int, months: float) -> Array | None:
        """Chance that reasons unknown of a choice last so many months; None where they never do."""
        half_life = self.plan.choices[r].half_life
        belief = self.plan.parameters[half_life]
        if belief.belief.shape == "point" and belief.quantile(0.5) == 0:
            return None
        with np.errstate(divide="ignore"):
            return np.where(self.now(half_life) > 0, 0.5 ** (months / self.now(half_life)), 0.0)

    def seat(self, c: int, state: games.State | None, k: int, in_force: Any) -> games.Seat:
        """A choice on the date of step `k`, or supposed to react there in a state."""
        choice = self.plan.choices[c]
        if state is None:
            decides = self.occasion(choice) if choice.is_free[k] else np.zeros(self.count, bool)
            there = self.open(c, {}, self.chosen[c])  # what was observed was open
            seen = there and [free | (choice.imposed_options[k] == o) for o, free in enumerate(there)]
            return games.Seat(decides, in_force[c], seen)
        cells = self.later(c, state, k)
        there = self.occasion(choice, state, cells)
        stays, last = np.where(there, self.begun[c], choice.status_quo), self.plan.scenario.calendar.steps - 1
        later = choice.imposed_options[min(k + round(12 / self.plan.scenario.calendar.dt), last)]
        if k >= self.plan.first_future_step and later >= 0:  # an intervention, known to all
            there, stays = np.zeros(self.count, bool), np.full(self.count, later)
        one_hot = [(stays == o).astype(self.dtype) for o in range(len(choice.options))]
        return games.Seat(there, one_hot, self.open(c, state, self.begun[c], cells))
