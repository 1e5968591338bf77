"""What the options observed up to as_of say about an actor's unstated reasons.

Three things make an actor do again what it did (Heckman 1981): what lasts in it (the constants of the reason
`alternative_constant`), what its last choice binds (`switching_cost`), and what fades (the taste shocks). Before as_of
options are imposed; here all three are conditioned on them, in every future by itself.

At a few dates before as_of the games are solved without the unobserved reasons: p. `CANDIDATES` values of the unobserved
parameters tilt p to q, and are weighted by the probability of what was observed; one of them, chosen by its weight, goes
on with the future. With E exponential numbers, the option with the least E / q wins, and the taste shock is -log E. An
option o that stays the best while q moves therefore says E_j >= R_j E_o, where R_j is the largest q_j / q_o since the
last redraw, and staying has the probability 1 / S, S = sum_j R_j. A redraw at a decision forgets R; o is then chosen
anew with q_o. Where both may have happened, R is their mean, weighted by their probabilities: exact while q stands still,
and exact without redraws, an approximation between (tests compare it with simulated actors).

Where an actor has types (`Plan.types`), p is that of each, and what was observed is weighed under each: the sum of these
weights is the evidence by which all others update their belief. Which type an actor is follows from that belief and from
one uniform number of the future. After as_of each option is weighed by the chance, under each type, of the change since the
decision before (`polymatrix.persisting`).

Sources: heckman1981; maddison2014 (shocks given the best option); the recursion is a derivation. C choices, O options of
the widest choice, T types of the actor with most, K dates, M candidates, B draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff import components
from standoff.engine import parameters
from standoff.engine.dynamics import Dynamics
from standoff.games import polymatrix

CANDIDATES = 7  #: of the unobserved parameters of a choice; a prime, so that the lattice below has no gaps
GENERATOR = 3  #: a primitive root of 7: its powers give each parameter an order of the candidates of its own
TINY = 1e-30
LEARNED = ("shock", "candidate", "observed", "sample_size", "learning")  #: values of a run that conditioning changes


class Spells(NamedTuple):
    """Options in force up to each date since the date before, (K, C)."""

    option: Array  #: in force at the date
    before: Array  #: in force before its last change since the date before; `option` if there was none
    months: Array  #: since the date before
    since: Array  #: months since that change; `months` if there was none


@dataclass(frozen=True)
class ConditionedShocks:
    """Result of conditioning under each type, for every draw."""

    index: Array  #: (C, T, B) chosen candidate
    shocks: Array  #: (C, O, T, B) taste shocks
    sample_size: Array  #: (C, T, B) effective number of candidates
    strategies: Array  #: (C, O, T, B) probabilities that would leave these shocks if chosen by now
    evidence: Array  #: (C, T, B) log likelihood of what was observed


def renewal_probability(months: Array, half_life: Array) -> Array:
    """Probability 1 - 2^(-months / half-life) that shocks are redrawn; 1 for a half-life of 0.

    Taste shocks are reasons unknown to the model. Those of all options of a choice are redrawn together, at the times of a
    Poisson process whose rate is set by their half-life. A finer calendar of decisions therefore resolves the same process
    better, and changes no probability by itself.
    """
    lasting = half_life > 0
    elapsed = months / jnp.where(lasting, half_life, 1.0)  # the branch that is not taken must have a slope too
    return jnp.where(lasting, -jnp.expm1(-math.log(2) * elapsed), 1.0)


# ---- candidates ---------------------------------------------------------------------------------------------------------


def candidates(dynamics: Dynamics, table: parameters.ParameterTable, seed: Array, ids: Array) -> Array:
    """(learned parameter, M, B) values: that of the draw first, then others of the same belief."""
    learned, layout = dynamics.learned_parameters, dynamics.layout
    if not learned:
        return jnp.zeros((0, CANDIDATES, *ids.shape), table.a.dtype)
    names, streams = [layout.names[i] for i in learned], table.stream[np.array([*learned], int)][:, None]
    u = parameters.uniforms(seed, names, streams, ids, table.a.dtype)
    moved = lattice(u, [n for _, n in learned.values()]).reshape(len(learned), -1)
    return parameters.values_of(layout, table, tuple(learned), moved).reshape(len(learned), CANDIDATES, -1)


def lattice(u: Array, numbers: Sequence[int]) -> Array:
    """(parameter, M, B) shifted lattice of uniforms: u + m g / M modulo 1.

    u: (parameter, B); numbers: of the parameters in their choice, which set the generators g

    Each parameter takes one value in each M-th of its belief, so that few candidates cover it; lecuyer2000.
    """
    generators = np.array([pow(GENERATOR, n % (CANDIDATES - 1), CANDIDATES) for n in numbers])
    shift = generators[:, None, None] * np.arange(CANDIDATES)[:, None] % CANDIDATES / CANDIDATES
    moved = u[:, None] + jnp.asarray(shift, u.dtype)
    return jnp.where(moved >= 1, moved - 1, moved)


def random_numbers(
    dynamics: Dynamics, table: parameters.ParameterTable, seed: Array, chance: Array, ids: Array
) -> dict[str, Array]:
    """Random numbers of conditioning.

    `candidates` by the seed of parameters; by that of chance `pick` (C, B), and `race`, a row for each option (row, B)
    """
    plan = dynamics.plan

    def uniforms(names: list[str]) -> Array:
        return parameters.uniforms(chance, names, 0, ids, table.a.dtype)

    rows = [f"recalled/{plan.choices[c].name}/{o}" for c, o in dynamics.option_rows]
    return {
        "candidates": candidates(dynamics, table, seed, ids),
        "pick": uniforms([f"condition/{choice.name}" for choice in plan.choices]),
        "race": -jnp.log(uniforms(rows)),
    }


def learned_values(dynamics: Dynamics, candidate: Array, values: Array) -> dict[int, Array]:
    """Learned parameter -> its value (B,), that of the candidate (C, B) of its choice.

    It is 0 where there is none yet (-1).

    values: (learned parameter, M, B)
    """
    numbers = np.arange(CANDIDATES)[:, None]
    return {
        i: jnp.sum(jnp.where(candidate[c] == numbers, of_parameter, 0.0), axis=0)
        for (i, (c, _)), of_parameter in zip(dynamics.learned_parameters.items(), values, strict=True)
    }


# ---- what was observed -------------------------------------------------------------------------------------------------


def spells(forced: Array, steps: tuple[int, ...], dt: float) -> Spells:
    """What was observed at each of `steps`, from the options (C, T) in force."""
    at, start = np.array(steps), np.array([0, *steps[:-1]])
    times = np.arange(forced.shape[1])
    moved = jnp.concatenate([jnp.zeros_like(forced[:, :1], bool), forced[:, 1:] != forced[:, :-1]], axis=1)
    within = (times > start[:, None]) & (times <= at[:, None])  # (K, T)
    last = jnp.max(jnp.where(moved & within[:, None], times, 0), axis=2)  # (K, C); 0 for no change
    option = forced[:, at].T
    before = jnp.where(last > 0, jnp.take_along_axis(forced, jnp.maximum(last - 1, 0).T, axis=1).T, option)
    months = jnp.broadcast_to(dt * (at - start)[:, None], last.shape)
    return Spells(option, before, months, jnp.where(last > 0, dt * (at[:, None] - last), months))


def tilts(
    dynamics: Dynamics,
    number: Callable[[int], Array],
    learned: Mapping[int, Array],
    shape: tuple[int, ...],
    option: Array,
) -> Array:
    """Log odds (C, O, M, B) that the learned parameters add, with `option` (C,) in force.

    They are counted from a value of 0 of these parameters.

    number: parameter -> (B,); learned: parameter -> (M, B); shape: (M, B)
    """
    zero = jnp.zeros(shape)
    out = []
    for c, choice in enumerate(dynamics.plan.choices):
        total = [zero] * dynamics.width
        for reason in dynamics.unobserved_reasons(c):
            in_force = {name: (option[c] == o).astype(zero.dtype) for o, name in enumerate(choice.options)}
            state = components.State({}, reason.part.kind, in_force)
            bound = dynamics.bind_parameters(reason.part, lambda i: learned[i] if i in learned else number(i))
            base = dynamics.bind_parameters(reason.part, lambda i: zero if i in learned else number(i))
            scale = number(choice.rationality) * number(reason.weight)
            for o, name in enumerate(choice.options):
                gains = [reason.part.module.payoff(p, state, name, components.Others({})) for p in (bound, base)]
                total[o] = total[o] + scale * (gains[0] - gains[1])
        out.append(jnp.stack([jnp.broadcast_to(part, zero.shape) for part in total]))
    return jnp.stack(out)


def posterior(
    p: Array, tilt: Callable[[Array], Array], record: Spells, every: Array, half_life: Array, pick: Array, race: Array
) -> ConditionedShocks:
    """Condition candidates and taste shocks on the observed options.

    p: (K, C, O, T, B) probabilities at each date, 0 for missing options and where the choice has no occasion
    tilt: option in force (C,) -> (C, O, M, B) log odds of the candidates
    record: options in force; every: (C,) months between decisions; half_life: (C, B)
    pick: (C, B) uniform numbers; race: (C, O, B) exponential numbers
    """
    options = jnp.arange(p.shape[2])[None, :, None, None]
    rate = renewal_probability(every[:, None], half_life)[:, None]  # (C, 1, B) of a redraw at a decision
    started = jnp.zeros((p.shape[1], 1, p.shape[4]), bool)

    def at(value: Array, option: Array) -> Array:  # (C, O, T M, B) at an option of each choice
        return jnp.take_along_axis(value, option[:, None, None, None], axis=1)[:, 0]

    def tilted(chances: Array, option: Array) -> Array:
        raw = chances[:, :, :, None] * jnp.exp(tilt(option))[:, :, None]
        raw = raw.reshape(*raw.shape[:2], -1, raw.shape[-1])
        return raw / jnp.maximum(jnp.sum(raw, axis=1, keepdims=True), TINY)

    def stay_probability(share: Array, months: Array) -> Array:
        """Probability that all decisions of some months keep an option; `share`: that a redraw does."""
        return (1 - rate * (1 - share)) ** (months / every)[:, None, None]

    def date(carry: tuple[Array, Array, Array, Array], at_date: tuple[Array, Spells]) -> tuple[Any, None]:
        """What is known of shocks and candidates after a date, from what was before."""
        ratios, log_weight, chosen_q, started = carry
        chances, (option, before, months, since) = at_date
        total = jnp.sum(ratios, axis=1)
        occasion = jnp.sum(chances, axis=1)[:, :1] > 0  # (C, 1, B)
        q = tilted(chances, option)
        q_now = jnp.maximum(at(q, option), TINY)
        current = q / q_now[:, None]
        # the first occasion: everybody chooses afresh
        moved = tilted(chances, before)
        first = jnp.maximum(at(moved, option), TINY)
        # the same option at every decision since the date before
        larger = jnp.maximum(ratios, current)
        sum_larger = jnp.sum(larger, axis=1)
        no_redraw = (1 - rate) ** (months / every)[:, None, None]
        lasting = no_redraw * total / sum_larger
        again = jnp.maximum(stay_probability((chosen_q + q_now) / 2, months) - no_redraw, 0.0)
        stays = jnp.maximum(lasting + again, TINY)
        mean = (lasting[:, None] * larger + again[:, None] * current) / stays[:, None]
        # another option, taken `since` months ago
        held = (options == before[:, None, None, None]).astype(p.dtype)
        fresh, present, in_force = ([*jnp.moveaxis(value, 1, 0)] for value in (moved, ratios / total[:, None], held))
        change = at(jnp.stack(polymatrix.persisting(fresh, present, in_force, 1 - rate), axis=1), option)
        earlier = jnp.maximum(months - since - every, 0.0)  # up to the decision before the change
        changes = stay_probability(chosen_q, earlier) * jnp.maximum(change, TINY) * stay_probability(q_now, since)
        same = (option == before)[:, None, None]
        likelihood = jnp.where(started, jnp.where(same, stays, changes), first)
        log_weight = log_weight + jnp.where(occasion, jnp.log(jnp.maximum(likelihood, TINY)), 0.0)
        after = jnp.where((started & same)[:, None], mean, current)
        ratios = jnp.where(occasion[:, None], after, ratios)
        return (ratios, log_weight, jnp.where(occasion, q_now, chosen_q), started | occasion), None

    like = jax.eval_shape(tilted, p[0], record.option[0])
    ones, zeros = jnp.ones(like.shape, like.dtype), jnp.zeros((like.shape[0], *like.shape[2:]), like.dtype)
    (ratios, log_weight, _, started), _ = lax.scan(date, (ones, zeros, zeros, started), (p, record))
    shape = (*p.shape[1:4], -1, p.shape[4])
    log_weight = log_weight.reshape(shape[0], *shape[2:])
    top = jnp.max(log_weight, axis=2, keepdims=True)
    weight = jnp.exp(log_weight - top)
    evidence = top[:, :, 0] + jnp.log(jnp.mean(weight, axis=2))
    weight = weight / jnp.sum(weight, axis=2, keepdims=True)  # (C, T, M, B)
    below = jnp.cumsum(weight, axis=2)
    index = jnp.minimum(jnp.sum(pick[:, None, None] >= below, axis=2), weight.shape[2] - 1)
    final = jnp.take_along_axis(ratios.reshape(shape), index[:, None, :, None], axis=3)[:, :, :, 0]  # (C, O, T, B)
    race, last = race[:, :, None], record.option[-1][:, None, None, None]
    strategies = final / jnp.sum(final, axis=1, keepdims=True)
    least = jnp.take_along_axis(race, last, axis=1) / jnp.sum(final, axis=1, keepdims=True)
    times = jnp.where(options == last, least, final * least + race)
    times = jnp.where(started[:, None], times, race)
    return ConditionedShocks(index, -jnp.log(times), 1 / jnp.sum(weight * weight, axis=2), strategies, evidence)


def condition(
    dynamics: Dynamics,
    carry: dict[str, Any],
    params: parameters.ParameterValues,
    k: Array,
    p: list[Array],
    random: Mapping[str, Any],
) -> dict[str, Any]:
    """Carry entries `LEARNED` after the games of a date.

    The solution `p` of a conditioning date, one (B,) for each row of strategies, is recorded; at the last of these dates
    types, parameters and taste shocks are conditioned.
    """
    steps, before = dynamics.conditioning_steps, {name: carry[name] for name in LEARNED}
    if not steps:
        return before
    rows = jnp.stack([jnp.where(jnp.isfinite(value), value, 0.0) for value in p])
    n = jnp.searchsorted(np.array(steps), k)
    there = jnp.isin(k, np.array(steps, np.int32))

    def record() -> dict[str, Any]:
        return before | {"observed": carry["observed"].at[n].set(rows)}

    after: dict[str, Any] = lax.cond(there, record, lambda: before)

    def conclude() -> dict[str, Any]:
        plan, learned = dynamics.plan, dynamics.learned_parameters
        blank = jnp.zeros_like(after["observed"][:, :1])
        rows, owners = dynamics.strategy_rows, dynamics.dependence.types
        at = np.full((len(plan.choices), *np.max(rows, axis=0)[1:] + 1), len(rows))
        first = np.full(at.shape[:2], len(dynamics.option_rows))
        for row, place in enumerate(rows):
            at[place] = row
        for row, pair in enumerate(dynamics.option_rows):
            first[pair] = row
        p = jnp.concatenate([after["observed"], blank], axis=1)[:, at]
        race = jnp.concatenate([random["race"], blank[0]])[first]
        values = dict(zip(learned, random["candidates"], strict=True))
        shape = (CANDIDATES if learned else 1, p.shape[-1])

        def tilt(option: Array) -> Array:
            return tilts(dynamics, params.__getitem__, values, shape, option)

        every = jnp.asarray(dynamics.decision_intervals, p.dtype)
        half_life = jnp.stack([jnp.broadcast_to(params[choice.half_life], shape[1:]) for choice in plan.choices])
        record = spells(jnp.maximum(dynamics.imposed(params), 0), steps, plan.scenario.calendar.dt)
        result = posterior(p, tilt, record, every, half_life, random["pick"], race)
        evidence = [jnp.zeros_like(seen) for seen in after["learning"]["evidence"]]
        for c, own in owners.items():
            evidence[own] = evidence[own] + result.evidence[c, : len(evidence[own])]
        types = dynamics.drawn_types(params, params.stocks, evidence)
        none = jnp.zeros_like(result.index[0, 0], jnp.int32)
        of = jnp.stack([types[owners[c]] if c in owners else none for c in range(len(plan.choices))])  # (C, B)
        known = np.array(dynamics.is_conditioned)[[c for c, _ in dynamics.option_rows]]

        def of_type(value: Array) -> Array:  # (C, T, B) of the type that the actor is of
            return jnp.take_along_axis(value, of[:, None], axis=1)[:, 0]

        shocks = jnp.stack([of_type(result.shocks[:, o])[c] for c, o in dynamics.option_rows])
        return after | {
            "shock": jnp.where(known[:, None], shocks, after["shock"]),
            "candidate": of_type(result.index).astype(jnp.int32),
            "sample_size": of_type(result.sample_size),
            "learning": {
                "evidence": evidence,
                "types": types,
                "strategies": {
                    c: result.strategies[c, :options, :count]
                    for c in owners
                    for options, count in [dynamics.shape_of(c)]
                },
                "seen": {c: jnp.broadcast_to(record.option[-1, c], none.shape) for c in owners},
            },
        }

    return lax.cond(k == steps[-1], conclude, lambda: after)


def seen_options(
    dynamics: Dynamics,
    before: Mapping[str, Any],
    params: parameters.ParameterValues,
    strategies: Mapping[int, Array],
    now: Sequence[Array],
    decides: Sequence[Array],
    k: Array,
) -> dict[str, Any]:
    """What is learned of types by the options `now` (C, B) of a date after as_of.

    before: what was learned up to it; strategies: choice -> (O, T, B) of each type; decides: whether a choice was made
    """
    evidence, recalled, seen = [*before["evidence"]], dict(before["strategies"]), dict(before["seen"])
    for c, own in dynamics.dependence.types.items():
        elapsed = jnp.asarray(dynamics.months_between_decisions[c], evidence[own].dtype)[k]
        lasts = 1 - renewal_probability(elapsed, params[dynamics.plan.choices[c].half_life])
        if not dynamics.has_history[c]:
            lasts = jnp.where(jnp.asarray(dynamics.first_decisions[c])[k], 0.0, lasts)
        held = [(seen[c] == o).astype(lasts.dtype) for o in range(len(recalled[c]))]
        chances = polymatrix.persisting([*strategies[c]], [*recalled[c]], held, lasts)
        likely = polymatrix.total(jnp.where(now[c] == o, p, 0.0) for o, p in enumerate(chances))  # (T, B)
        evidence[own] = evidence[own] + jnp.where(decides[c], jnp.log(jnp.maximum(likely, TINY)), 0.0)
        recalled[c] = jnp.where(decides[c], strategies[c], recalled[c])
        seen[c] = jnp.where(decides[c], now[c], seen[c])
    return {**before, "evidence": evidence, "strategies": recalled, "seen": seen}
