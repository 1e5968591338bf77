"""Summaries of draws: parameters, sources, choices and predictions before and after the fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtri

from standoff import expression
from standoff.belief_update import BeliefUpdate
from standoff.inference.fit import case_deletion, log_density, records, window
from standoff.inference.fit.observed_choices import picked_words
from standoff.ledger.vocabulary import unknown_sides
from standoff.plan import labels
from standoff.statistics import Z90
from standoff.types import Floats

if TYPE_CHECKING:
    from standoff.inference.fit.flow_coordinates import FlowCoordinates
    from standoff.inference.fit.log_density import LogDensity
    from standoff.inference.hmc import HmcResult
    from standoff.inference.laplace import LaplaceFit
    from standoff.inference.smc import SmcResult
    from standoff.plan import Parameter, Plan, PlannedComparison, PlannedObservation

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


Simulate: TypeAlias = "Callable[[Floats, FlowCoordinates], PredictiveDraws]"


def summarise(
    density: LogDensity,
    laplace: LaplaceFit,
    x: Floats,
    sampled: HmcResult | SmcResult | None,
    seed: int,
    rng: np.random.Generator,
) -> records.FitResult:
    """Summarise draws `x` (chain, draw, coordinate) of a fit."""
    from standoff.inference.smc import SmcResult

    led = sampled if isinstance(sampled, SmcResult) else None
    model, over, count = density.window.model, density.window, len(laplace.fitted)
    flat = x.reshape(-1, x.shape[-1])
    numbers = laplace.plain(flat)
    freed = _freed(density)
    simulate = simulator(density, freed)
    z = rng.standard_normal((density.size, len(flat)))
    before = simulate(z[:, :AT_ONCE], over.gauges.off(over.steps))
    if led:
        z = led.led.rest.reshape(len(flat), -1).T.copy()
    z[laplace.fitted] = numbers[:, :count].T
    after = simulate(z, laplace.how)
    plain = numbers.copy()
    for n in set(density.followed[laplace.fitted]) - {-1}:  # from coordinates to the chance itself
        plain[:, np.flatnonzero(density.followed[laplace.fitted] == n)] = after.chance[:, n].T
    values = np.asarray(jax.jit(lambda z: over.given(z).varying)(jnp.asarray(z)))
    varying = len(model.layout.varying)
    own = [j for j in laplace.fitted if j < varying]  # parameters of the scenario, among what was fitted
    chance, own = count - len(own), own + (_rival_parameters(density, laplace) if led else [])
    scales = {
        item.scale: after.last[n] / float(item.values[_end(item)] or 1.0)
        for n, item in enumerate(freed)
        if item.scale in model.layout.row_of
    }
    parameters, columns = [], []
    for j in own:
        number = model.layout.varying[j]
        if number not in scales:
            parameters.append(_parameter(density, number, z[j], values[j]))
            columns.append(values[j])
    order = np.argsort([-item.contraction for item in parameters])
    names = [*(parameters[i].path for i in order), *(model.layout.names[i] for i in scales)]
    stored = np.array([*(columns[i] for i in order), *scales.values()]).T.reshape(*x.shape[:2], -1)
    jumps = [model.layout.names[model.layout.varying[j]] for j in over.without_slope if j not in own]
    rows, apart = _rows(density, laplace, names, simulate)
    informs = case_deletion.evidence(density, laplace, rows, apart)
    if led:
        informs = _with_rivals(density, laplace, informs, led, rows @ z, rows[:, laplace.fitted], apart)
    return records.FitResult(
        **records.provenance_fields(model, seed),
        diagnostics=sampled.diagnostics(laplace) if sampled else _diagnosed(density, laplace, flat, numbers),
        parameters=tuple(parameters[i] for i in order),
        unidentified=varying - len(names) - len(jumps),
        without_slope=tuple(labels.parameter(model.plan, name) for name in jumps),
        chance=chance,
        sources=_voices(density, plain[:, count:]),
        choices=(*_chosen(density, laplace, plain), *(chosen_by(density.rivals(), led) if led else ())),
        compared=tuple(_compared(density, n, item, before, after) for n, item in enumerate(model.plan.compared)),
        left_out=(*density.compared.left_out, *density.options.left_out, *_unheard(density, led)),
        warnings=_warnings(density, laplace, plain),
        names=tuple(names),
        draws=stored,
        evidence=informs,
        fits=fits(model.plan, names, stored, informs),
    )


def _with_rivals(
    density: LogDensity,
    laplace: LaplaceFit,
    informs: records.Evidence,
    led: SmcResult,
    after: Floats,
    rows: Floats,
    apart: Floats,
) -> records.Evidence:
    """Add choices of rival theories, from draws before and `after` (parameter, draw)."""
    first = led.smooth.draws
    before = rows @ laplace.plain(first.reshape(-1, first.shape[-1]))[:, : len(laplace.fitted)].T
    shift = after.mean(axis=1) - before.mean(axis=1)
    narrowing = np.sqrt(before.var(axis=1) + apart) - after.std(axis=1)
    noise = ERRORS * np.sqrt(
        2 / after.shape[1]
    )  # standard error of a difference of means of draws as wide as the prior
    message = np.hypot(shift, narrowing) > noise
    choices = density.window.program.plan.choices
    names = ", ".join(f"choices.{choices[item.choice].name}" for item in density.options.under_other_theories)
    return informs.with_entry(
        names,
        [claim for item in density.options.under_other_theories for claim in item.claims],
        np.where(message, shift, 0.0),
        np.where(message, narrowing, 0.0),
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


def simulator(density: LogDensity, freed: list[PlannedObservation]) -> Simulate:
    """Simulate parameters `z` (parameter, draw) in batches."""
    nodes, first = [item.node for item in density.window.model.plan.compared], density.window.first

    @jax.jit
    def run(z: Any, how: FlowCoordinates) -> Any:
        _, path, observed = density.window.path(z, how)
        entries = [expression.evaluate(node, path.__getitem__, lambda asked: False, jnp) for node in nodes]
        return jnp.stack(entries), jnp.array([path[item.cell][_end(item) - first] for item in freed]), observed.z

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
    return case_deletion.evidence(
        density, laplace, *_rows(density, laplace, names, simulator(density, _freed(density)))
    )


def _rows(density: LogDensity, laplace: LaplaceFit, names: Sequence[str], simulate: Simulate) -> tuple[Floats, Floats]:
    """Posterior parameters as linear functions of window parameters, and residual variances.

    Rows (name, parameter) are in prior standard deviations; variances are (name,).
    """
    over, freed = density.window, _freed(density)
    plan, layout = over.model.plan, over.model.layout
    scales = {plan.parameters[item.scale].path: n for n, item in enumerate(freed)}
    slopes = _last_slopes(density, laplace, simulate) if scales.keys() & set(names) else np.zeros(0)
    rows, apart = np.zeros((len(names), density.size)), np.zeros(len(names))
    for n, name in enumerate(names):
        number = plan.index[name]
        if name in scales:
            item, parameter = freed[scales[name]], plan.parameters[number]
            width = (parameter.quantile(0.95) - parameter.quantile(0.05)) / (2 * Z90)
            rows[n, laplace.fitted] = slopes[scales[name]] / float(item.values[_end(item)] or 1.0) / width
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
    z = np.full((density.size, 2 * len(fitted)), log_density.APART)
    z[fitted] = laplace.mode[: len(fitted), None]
    columns = np.arange(len(fitted))
    z[fitted, columns] += STEP
    z[fitted, len(fitted) + columns] -= STEP
    last = simulate(z, density.window.gauges.off(density.window.steps)).last
    return (last[:, : len(fitted)] - last[:, len(fitted) :]) / (2 * STEP)


def _freed(density: LogDensity) -> list[PlannedObservation]:
    """Observations of the scenario that a run imposes and the window predicts."""
    plan = density.window.model.plan
    free = window.free_stocks(plan)
    return [item for item in plan.observations if item.cell in free and any(item.values[free[item.cell] + 1 :])]


def _end(item: PlannedObservation) -> int:
    """The last state with a value in an observation."""
    return max(k for k, value in enumerate(item.values) if value is not None)


def _parameter(density: LogDensity, number: int, z: Floats, values: Floats) -> records.ParameterUpdate:
    plan = density.window.model.plan
    parameter = plan.parameters[number]
    before = (parameter.quantile(0.05), parameter.quantile(0.5), parameter.quantile(0.95))
    claims = tuple(word for word in parameter.belief.sources if word in plan.ledger)
    return records.ParameterUpdate(
        parameter.path,
        labels.parameter(plan, parameter.path),
        parameter.doc,
        parameter.unit,
        before,
        records.triple(values),
        float(1 - z.std()),
        float(np.median(z)),
        claims,
    )


def _diagnosed(density: LogDensity, laplace: LaplaceFit, x: Floats, plain: Floats) -> records.Diagnostics:
    """Whether the normal approximation is close to the posterior, by densities at its draws."""
    some, count = x[:AT_ONCE], len(laplace.fitted)
    z = np.full((density.size, len(some)), log_density.APART)
    z[laplace.fitted] = plain[: len(some), :count].T
    statement = laplace.arrays

    @jax.jit
    def densities(z: Any, s: Any) -> Any:
        return jax.vmap(lambda out, s: density.log_lik(out, s, statement), in_axes=(1, 0))(
            density.outputs(z, laplace.how), s
        )

    lik = np.asarray(densities(jnp.asarray(z), jnp.asarray(plain[: len(some), count:])))
    prior = np.asarray(laplace.coordinates.all_priors(jnp.asarray(some), laplace.centring))
    white = np.linalg.solve(laplace.root, (some - laplace.mode).T)
    spread = float(np.std(lik - prior + 0.5 * np.square(white).sum(axis=0)))
    text = f"log densities at draws of the normal differ from its own by {spread:.1f} (standard deviation)"
    why = "no mode was found" if not laplace.converged else text
    passed = laplace.converged and spread <= NORMAL
    why += "" if passed or not laplace.converged else ": the posterior is not normal, so draw from it, without --quick"
    return records.Diagnostics(
        method="laplace",
        mode_found=laplace.converged,
        steps=laplace.steps,
        rhat=None,
        ess=None,
        divergences=None,
        weight_deviation=spread,
        passed=passed,
        why=why,
    )


def _voices(density: LogDensity, s: Floats) -> tuple[records.SourceBias, ...]:
    statement = density.arrays
    level = jnp.zeros(density.claims)  # no bias depends on it
    bias = np.asarray(
        jax.jit(jax.vmap(lambda s: log_density.spoken(level, s, statement, density.blocks).bias))(jnp.asarray(s))
    )
    out, at = [], 0
    for group in density.compared.groups:
        for i, source in enumerate(group.source_models):
            selected = at + np.flatnonzero(group.source_model == i)
            out.append(
                records.SourceBias(
                    group.subject,
                    group.family.name,
                    source.name,
                    source.interest,
                    len(selected),
                    records.triple(np.exp(bias[:, selected]).mean(axis=1)),
                )
            )
        at += len(group.claims)
    return tuple(out)


def _chosen(density: LogDensity, laplace: LaplaceFit, flat: Floats) -> tuple[records.ChoiceFit, ...]:
    if not density.options.with_gradient:
        return ()
    plan = density.window.model.plan
    z = np.full((density.size, 2), log_density.APART)
    z[laplace.fitted, 1] = np.median(flat[:, : len(laplace.fitted)], axis=0)
    likely = jax.jit(lambda z, how: jax.vmap(density.of_choices, in_axes=1)(density.outputs(z, how)))
    lik = np.asarray(likely(jnp.asarray(z), density.window.gauges.off(density.window.steps)))
    words = picked_words(density.options.with_gradient, plan)
    return tuple(
        records.ChoiceFit(
            name,
            labels.choice(plan, name),
            words[name],
            float(np.exp(lik[0, n])),
            float(np.exp(lik[1, n])),
            item.claims,
        )
        for n, item in enumerate(density.options.with_gradient)
        for name in (plan.choices[item.choice].name,)
    )


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


def chosen_by(choosing: LogDensity, led: SmcResult) -> tuple[records.ChoiceFit, ...]:
    """Probabilities of conditioned choices, before and after conditioning."""
    plan, observed = choosing.window.model.plan, choosing.options.with_gradient
    choices, words = plan.choices, picked_words(observed, plan)
    return tuple(
        records.ChoiceFit(
            name,
            labels.choice(plan, name),
            words[name],
            float(led.led.before[n]),
            float(led.led.after[n]),
            item.claims,
            choices[item.choice].theory,
        )
        for n, item in enumerate(observed)
        for name in (choices[item.choice].name,)
    )


def _unheard(density: LogDensity, led: SmcResult | None) -> list[tuple[str, str]]:
    """Choices that need conditioned draws, if there are none."""
    choices = density.window.model.plan.choices
    why = "decides by {}, a step function of the payoffs without a slope; draws of the posterior can heed it, the mode cannot"
    return (
        []
        if led
        else [
            (choices[item.choice].name, why.format(choices[item.choice].theory))
            for item in density.options.under_other_theories
        ]
    )


def _compared(
    density: LogDensity, n: int, item: PlannedComparison, first: PredictiveDraws, then: PredictiveDraws
) -> records.PredictiveCheck:
    over, heard = density.window, density.compared
    selected = np.flatnonzero(heard.entry == n)
    factor = heard.factor[selected[0]] if len(selected) else 1.0
    unit = heard.claims[selected[0]].claim.unit if len(selected) else ""
    values = np.asarray(density.arrays.claims.observed_log)
    statement = tuple(
        records.FittedClaim(
            heard.claims[i].claim.id,
            heard.claims[i].day.isoformat(),
            heard.claims[i].source,
            heard.claims[i].side,
            str(heard.claims[i].claim.comparator),
            float(np.exp(values[i])),
        )
        for i in selected
    )
    times = tuple(over.model.scenario.calendar.date(k).isoformat() for k in range(over.first, over.last + 1))
    before, after = (tuple(map(records.triple, futures.entries[n] * factor)) for futures in (first, then))
    return records.PredictiveCheck(item.name, unit, times, before, after, statement)


def _warnings(density: LogDensity, laplace: LaplaceFit, plain: Floats) -> tuple[str, ...]:
    middle, names = np.median(plain, axis=0), density.window.names
    far = [(names[j], middle[i]) for i, j in enumerate(laplace.fitted) if abs(middle[i]) > FAR]
    sides = sorted({side for group in density.compared.groups for side in group.unknown})
    return (unknown_sides(sides),) * bool(sides) + tuple(
        f"{name} lies {abs(z):.1f} deviations {'above' if z > 0 else 'below'} the middle of its prior: the process, or the "
        "prior, does not fit what was claimed"
        for name, z in sorted(far, key=lambda pair: -abs(pair[1]))
    )
