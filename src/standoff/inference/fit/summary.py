"""Summaries of draws: parameters, sources, choices and predictions before and after the fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtri

from standoff import expression, labels
from standoff.belief_update import BeliefUpdate
from standoff.inference.fit import case_deletion, log_density, records
from standoff.inference.fit.flow_coordinates import FlowCoordinates
from standoff.inference.fit.log_density import LogDensity
from standoff.inference.fit.observed_choices import picked_words
from standoff.inference.hmc import HmcResult
from standoff.inference.laplace import LaplaceFit
from standoff.inference.smc import SmcResult
from standoff.ledger.vocabulary import unknown_sides
from standoff.plan import Parameter, Plan, PlannedComparison, PlannedObservation
from standoff.statistics import Z90
from standoff.types import Floats, Ints

AT_ONCE = 256  #: futures simulated at once; assumption
FAR = 2.5  #: prior deviations: 1.2 % of standard normal numbers lie further out; assumption
ERRORS = 3.0  #: standard errors by which means of draws must differ; assumption
TAIL = 1e-9  #: that of `Belief.probability_below`
STEP = 1e-4  #: step of finite differences in a standard normal number
NORMAL = 2.0  #: of log density differences at draws, above which importance weights would degenerate (exp(-2^2))


@dataclass(frozen=True, eq=False)
class PredictiveDraws:
    """Simulations of the window: predictions (entry, state, draw), freed stocks (stock, draw)."""

    entries: Floats
    last: Floats  #: at the last state that claims impose in a run
    chance: Floats  #: (step, flow noise, draw) noise that may have flow coordinates


Simulate: TypeAlias = Callable[[Floats, FlowCoordinates], PredictiveDraws]


def summarise(
    density: LogDensity,
    laplace: LaplaceFit,
    x: Floats,
    sampled: HmcResult | SmcResult | None,
    seed: int,
    rng: np.random.Generator,
) -> records.FitResult:
    """Summarise draws `x` (chain, draw, coordinate) of a fit."""
    conditioned = sampled if isinstance(sampled, SmcResult) else None
    model, over, fitted = density.window.model, density.window, laplace.fitted
    plan, layout, count = model.plan, model.layout, len(laplace.fitted)
    flat = x.reshape(-1, x.shape[-1])
    numbers = laplace.plain(flat)
    simulate = simulator(density)
    z = rng.standard_normal((density.size, len(flat)))
    before = simulate(z[:, :AT_ONCE], over.without_flows)
    if conditioned:
        z = conditioned.particles.rest.reshape(len(flat), -1).T.copy()
    z[fitted] = numbers[:, :count].T
    after = simulate(z, laplace.how)
    plain = _with_chance(density, fitted, numbers, after)
    values = np.asarray(jax.jit(lambda z: over.given(z).varying)(jnp.asarray(z)))
    own = [j for j in fitted if j < len(layout.varying)]  # parameters of the scenario, among what was fitted
    chance, own = count - len(own), own + (_rival_parameters(density, laplace) if conditioned else [])
    scales = {  # by which an imposed path ends where the fitted one does
        item.scale: last / _last_value(item)
        for item, last in zip(over.freed, after.last, strict=True)
        if item.scale in layout.row_of
    }
    others = [j for j in own if layout.varying[j] not in scales]
    parameters = [_parameter(plan, layout.varying[j], z[j], values[j]) for j in others]
    order = np.argsort([-item.contraction for item in parameters])
    names = [*(parameters[i].path for i in order), *(layout.names[i] for i in scales)]
    draws = np.array([*(values[others[i]] for i in order), *scales.values()]).T.reshape(*x.shape[:2], -1)
    jumps = [layout.names[layout.varying[j]] for j in over.without_slope if j not in own]
    rows, apart = _rows(density, laplace, names, simulate)
    informs = case_deletion.evidence(density, laplace, rows, apart)
    choices, unconditioned = _choices_at_medians(density, laplace, plain), _choices_without_slope(density)
    if conditioned:
        unconditioned = []
        informs = _with_rivals(density, laplace, informs, conditioned, rows @ z, rows[:, fitted], apart)
        choices += choice_fits(density.rivals(), conditioned.particles.before, conditioned.particles.after)
    return records.FitResult(
        **records.provenance_fields(model, seed),
        diagnostics=sampled.diagnostics(laplace) if sampled else _diagnosed(density, laplace, flat, numbers),
        parameters=tuple(parameters[i] for i in order),
        unidentified=len(layout.varying) - len(names) - len(jumps),
        without_slope=tuple(labels.parameter(plan, name) for name in jumps),
        chance=chance,
        sources=_source_biases(density, plain[:, count:]),
        choices=choices,
        compared=tuple(_compared(density, n, item, before, after) for n, item in enumerate(plan.compared)),
        left_out=(*density.compared.left_out, *density.options.left_out, *unconditioned),
        warnings=_warnings(density, laplace, plain),
        names=tuple(names),
        draws=draws,
        evidence=informs,
        fits=fits(plan, names, draws, informs),
    )


def _with_chance(density: LogDensity, fitted: Ints, numbers: Floats, after: PredictiveDraws) -> Floats:
    """Draws (draw, parameter) with the noise itself in place of flow coordinates."""
    plain, followed = numbers.copy(), density.followed[fitted]
    for n in set(followed) - {-1}:
        plain[:, np.flatnonzero(followed == n)] = after.chance[:, n].T
    return plain


def _with_rivals(
    density: LogDensity,
    laplace: LaplaceFit,
    informs: records.Evidence,
    conditioned: SmcResult,
    after: Floats,
    rows: Floats,
    apart: Floats,
) -> records.Evidence:
    """Add choices of rival theories, from draws before and `after` (parameter, draw)."""
    first = conditioned.smooth.draws
    before = rows @ laplace.plain(first.reshape(-1, first.shape[-1]))[:, : len(laplace.fitted)].T
    shift = after.mean(axis=1) - before.mean(axis=1)
    narrowing = np.sqrt(before.var(axis=1) + apart) - after.std(axis=1)
    noise = ERRORS * np.sqrt(2 / after.shape[1])  # of a difference of means of draws as wide as the prior
    moved = np.hypot(shift, narrowing) > noise
    choices, rivals = density.window.program.plan.choices, density.options.under_other_theories
    return informs.with_entry(
        ", ".join(f"choices.{choices[item.choice].name}" for item in rivals),
        [claim for item in rivals for claim in item.claims],
        np.where(moved, shift, 0.0),
        np.where(moved, narrowing, 0.0),
    )


def fits(plan: Plan, names: Sequence[str], draws: Floats, informs: records.Evidence) -> dict[str, BeliefUpdate]:
    """Fit summary of each parameter, from draws (chain, draw, parameter) in canonical units."""
    both = zip(*moved(plan, names, draws), strict=True)
    return {name: informs.fit(n, *map(float, pair)) for n, (name, pair) in enumerate(zip(names, both, strict=True))}


def moved(plan: Plan, names: Sequence[str], draws: Floats) -> tuple[Floats, Floats]:
    """Shift of the mean and contraction of the standard deviation of each parameter."""
    flat = draws.reshape(-1, len(names)).T
    z = np.array([standardised(plan.parameter(name), values) for name, values in zip(names, flat, strict=True)])
    return z.mean(axis=1), 1 - z.std(axis=1)


def standardised(parameter: Parameter, values: Floats) -> Floats:
    """Canonical values as standard normal numbers under the prior, with tails capped at `TAIL`."""
    below, above = parameter.tails()
    belief, factor = parameter.belief, parameter.factor
    p = np.array([belief.probability_below(float(value) / factor) for value in values])
    return ndtri(np.clip((p - below) / (above - below), TAIL, 1 - TAIL))


def simulator(density: LogDensity) -> Simulate:
    """Simulate parameters `z` (parameter, draw) in batches."""
    over = density.window
    nodes = [item.node for item in over.model.plan.compared]

    @jax.jit
    def run(z: Any, how: FlowCoordinates) -> Any:
        _, path, observed = over.path(z, how)
        entries = [expression.evaluate(node, path.__getitem__, lambda asked: False, jnp) for node in nodes]
        return (
            jnp.stack(entries),
            jnp.array([path[item.cell][_end(item) - over.first] for item in over.freed]),
            observed.z,
        )

    def simulate(z: Floats, how: FlowCoordinates) -> PredictiveDraws:
        parts = []
        for at in range(0, z.shape[1], AT_ONCE):
            some = z[:, at : at + AT_ONCE]
            wide = np.pad(some, ((0, 0), (0, AT_ONCE - some.shape[1])))
            parts.append([np.asarray(part)[..., : some.shape[1]] for part in run(jnp.asarray(wide), how)])
        return PredictiveDraws(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))

    return simulate


def evidence(density: LogDensity, laplace: LaplaceFit, names: Sequence[str]) -> records.Evidence:
    """Contributions of each claim and observed choice to the parameters `names` of a posterior."""
    return case_deletion.evidence(density, laplace, *_rows(density, laplace, names, simulator(density)))


def _rows(density: LogDensity, laplace: LaplaceFit, names: Sequence[str], simulate: Simulate) -> tuple[Floats, Floats]:
    """Posterior parameters as linear functions of window parameters, and residual variances.

    Rows (name, parameter) are in prior standard deviations; variances are (name,).
    """
    over = density.window
    plan, layout = over.model.plan, over.model.layout
    scales = {plan.parameters[item.scale].path: n for n, item in enumerate(over.freed)}
    slopes = _last_slopes(density, laplace, simulate) if scales.keys() & set(names) else np.zeros(0)
    rows, apart = np.zeros((len(names), density.size)), np.zeros(len(names))
    for n, name in enumerate(names):
        number = plan.index[name]
        if name in scales:
            item, parameter = over.freed[scales[name]], plan.parameters[number]
            width = (parameter.quantile(0.95) - parameter.quantile(0.05)) / (2 * Z90)
            rows[n, laplace.fitted] = slopes[scales[name]] / _last_value(item) / width
            continue
        if number in layout.correlated:
            related = [layout.row_of[i] for i in layout.correlated]
            rows[n, related] = over.model.table.cholesky[layout.correlated.index(number)]
        else:
            rows[n, layout.row_of[number]] = 1.0
        apart[n] = np.square(np.delete(rows[n], laplace.fitted)).sum()
    return rows, apart


def _last_slopes(density: LogDensity, laplace: LaplaceFit, simulate: Simulate) -> Floats:
    """(stock, fitted parameter) slopes at the mode of freed stocks at the last imposed state."""
    fitted = laplace.fitted
    steps = STEP * np.eye(len(fitted))
    z = density.near_prior(fitted, laplace.mode[: len(fitted), None] + np.hstack([steps, -steps]))
    last = simulate(np.asarray(z), density.window.without_flows).last
    return (last[:, : len(fitted)] - last[:, len(fitted) :]) / (2 * STEP)


def _end(item: PlannedObservation) -> int:
    """The last state with a value in an observation."""
    return max(k for k, value in enumerate(item.values) if value is not None)


def _last_value(item: PlannedObservation) -> float:
    """Value at that state; 1 in place of 0, since a scale divides by it."""
    return float(item.values[_end(item)] or 1.0)


def _parameter(plan: Plan, number: int, z: Floats, values: Floats) -> records.ParameterUpdate:
    parameter = plan.parameters[number]
    return records.ParameterUpdate(
        parameter.path,
        labels.parameter(plan, parameter.path),
        parameter.doc,
        parameter.unit,
        (parameter.quantile(0.05), parameter.quantile(0.5), parameter.quantile(0.95)),
        records.triple(values),
        float(1 - z.std()),
        float(np.median(z)),
        tuple(source for source in parameter.belief.sources if source in plan.ledger),
    )


def _diagnosed(density: LogDensity, laplace: LaplaceFit, x: Floats, plain: Floats) -> records.FitDiagnostics:
    """Whether the normal approximation is close to the posterior, by densities at its draws."""
    some, count = x[:AT_ONCE], len(laplace.fitted)
    z = density.near_prior(laplace.fitted, plain[: len(some), :count].T)

    @jax.jit
    def densities(z: Any, s: Any) -> Any:
        one: Any = jax.vmap(lambda out, s: density.log_lik(out, s, laplace.arrays), in_axes=(1, 0))
        return one(density.outputs(z, laplace.how), s)

    lik = np.asarray(densities(z, jnp.asarray(plain[: len(some), count:])))
    prior = np.asarray(laplace.coordinates.all_priors(jnp.asarray(some), laplace.centring))
    white = np.linalg.solve(laplace.root, (some - laplace.mode).T)
    spread = float(np.std(lik - prior + 0.5 * np.square(white).sum(axis=0)))
    passed = laplace.converged and spread <= NORMAL
    why = f"log densities at draws of the normal differ from its own by {spread:.1f} (standard deviation)"
    why += "" if passed else ": the posterior is not normal, so draw from it, without --quick"
    return records.FitDiagnostics(
        method="laplace",
        mode_found=laplace.converged,
        steps=laplace.steps,
        rhat=None,
        ess=None,
        divergences=None,
        weight_deviation=spread,
        passed=passed,
        why=why if laplace.converged else "no mode was found",
    )


def _source_biases(density: LogDensity, s: Floats) -> tuple[records.SourceBias, ...]:
    level = jnp.zeros(density.claims)  # no bias depends on it
    of_draw = jax.vmap(lambda s: density.spoken(level, s, density.arrays).bias)
    bias = np.asarray(jax.jit(of_draw)(jnp.asarray(s)))
    out, first = [], 0
    for group in density.compared.groups:
        for i, source in enumerate(group.source_models):
            own = first + np.flatnonzero(group.arrays.source[:, i])
            factor = records.triple(np.exp(bias[:, own]).mean(axis=1))
            names = group.subject, group.family.name, source.name, source.interest
            out.append(records.SourceBias(*names, len(own), factor))
        first += len(group.claims)
    return tuple(out)


def _choices_at_medians(density: LogDensity, laplace: LaplaceFit, flat: Floats) -> tuple[records.ChoiceFit, ...]:
    if not density.options.with_gradient:
        return ()
    median = np.median(flat[:, : len(laplace.fitted)], axis=0)
    z = density.near_prior(laplace.fitted, np.column_stack([np.full(len(median), log_density.APART), median]))
    likely = jax.jit(lambda z, how: jax.vmap(density.of_choices, in_axes=1)(density.outputs(z, how)))
    return choice_fits(density, *np.exp(likely(z, density.window.without_flows)))


def choice_fits(choosing: LogDensity, before: Floats, after: Floats) -> tuple[records.ChoiceFit, ...]:
    """The observed choices of a density with their probabilities (choice,)."""
    plan, observed = choosing.window.model.plan, choosing.options.with_gradient
    words = picked_words(observed, plan)
    out = []
    for n, item in enumerate(observed):
        choice = plan.choices[item.choice]
        chances = float(before[n]), float(after[n])
        label = labels.choice(plan, choice.name)
        out.append(records.ChoiceFit(choice.name, label, words[choice.name], *chances, item.claims, choice.theory))
    return tuple(out)


def _rival_parameters(density: LogDensity, laplace: LaplaceFit) -> list[int]:
    """Rationality and weights of observed choices under rival theories, beside fitted ones."""
    model = density.window.model
    own = tuple(f"choices.{model.plan.choices[item.choice].name}." for item in density.options.under_other_theories)
    known = set(laplace.fitted.tolist())
    return [
        j
        for j, number in enumerate(model.layout.varying)
        if j not in known and model.layout.names[number].startswith(own)
    ]


def _choices_without_slope(density: LogDensity) -> list[tuple[str, str]]:
    """Choices that need conditioned draws, with the reason why they are left out."""
    choices = [density.window.model.plan.choices[item.choice] for item in density.options.under_other_theories]
    why = "decides by {}, a step function of the payoffs without a slope; draws of the posterior can heed it, the mode cannot"
    return [(choice.name, why.format(choice.theory)) for choice in choices]


def _compared(
    density: LogDensity, n: int, item: PlannedComparison, first: PredictiveDraws, then: PredictiveDraws
) -> records.PredictiveCheck:
    over, targets = density.window, density.compared
    own = np.flatnonzero(targets.entry == n)
    factor = targets.factor[own[0]] if len(own) else 1.0
    numbers = np.exp(np.asarray(density.arrays.observed_log))
    before, after = (tuple(map(records.triple, futures.entries[n] * factor)) for futures in (first, then))
    return records.PredictiveCheck(
        item.name,
        targets.claims[own[0]].claim.unit if len(own) else "",
        tuple(over.model.scenario.calendar.date(k).isoformat() for k in range(over.first, over.last + 1)),
        before,
        after,
        tuple(
            records.FittedClaim(
                sourced.claim.id,
                sourced.day.isoformat(),
                sourced.source,
                sourced.side,
                str(sourced.claim.comparator),
                float(numbers[i]),
            )
            for i in own
            for sourced in (targets.claims[i],)
        ),
    )


def _warnings(density: LogDensity, laplace: LaplaceFit, plain: Floats) -> tuple[str, ...]:
    middle, names = np.median(plain, axis=0), density.window.names
    far = [(names[j], middle[i]) for i, j in enumerate(laplace.fitted) if abs(middle[i]) > FAR]
    sides = sorted({side for group in density.compared.groups for side in group.unknown})
    return (unknown_sides(sides),) * bool(sides) + tuple(
        f"{name} lies {abs(z):.1f} deviations {'above' if z > 0 else 'below'} the middle of its prior: the process, or the "
        "prior, does not fit what was claimed"
        for name, z in sorted(far, key=lambda pair: -abs(pair[1]))
    )
