"""`standoff fit`: what dated claims and seen choices teach about the parameters of a scenario.

The posterior is that of `target`; `quick` takes the normal distribution at its mode (`newton`), else NUTS draws from the
posterior itself, in coordinates that this normal whitens (`nuts`). Numbers of which the evidence says nothing keep their
priors; their spread is in the likelihood as variance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.calibrate import compared as claims
from standoff.calibrate import learned, newton, target
from standoff.calibrate.options import picked_words
from standoff.calibrate.target import Target
from standoff.engine import device
from standoff.engine.plan import PlannedComparison
from standoff.errors import Problem, RunError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standoff.calibrate.newton import Laplace
    from standoff.engine.build import Model

Floats = learned.Floats
DRAWS = 1_000
SHOWN = 256  #: draws simulated again for pictures and for the check of the normal; assumption
FAR = 2.5  #: deviations of the prior: 1.2 % of standard normal numbers lie further; assumption
NORMAL = 2.0  #: of the log density at draws: beyond, weights that mend them would rest on one draw in fifty; exp(-2^2)
Tell = Callable[[str], None]


def fit(
    model: Model, *, quick: bool = False, draws: int = DRAWS, seed: int = 1, tell: Tell | None = None
) -> learned.Fitted:
    """The posterior of a model's parameters given what was published by its as_of.

    Raises `ModelError` where the scenario does not say what to compare, nothing was published by then, or a prior rests on
    something that was published later. `tell` hears how far it is.
    """
    if draws < 1:
        raise RunError(Problem(f"{draws} draws", allowed="1 or more"))
    tell = tell or (lambda text: None)
    device.devices()
    with device.precision("double"):
        return _fit(model, quick, draws, seed, tell)


def _fit(model: Model, quick: bool, draws: int, seed: int, tell: Tell) -> learned.Fitted:
    claims.refuse_leaks(model.plan, ())
    tell("history up to the first state")
    looked = target.target(model)
    found = newton.laplace(looked, progress=tell)
    paths = [name for name in np.array(looked.window.names)[found.fitted] if name in model.plan.index]
    claims.refuse_leaks(model.plan, paths)
    rng = np.random.default_rng(seed)
    if quick:
        x = found.mode + rng.standard_normal((1, draws, len(found.mode))) @ found.root.T
        sampled: Any = None
    else:
        from standoff.calibrate import nuts

        sampled = nuts.sample(looked, found, draws=draws, seed=seed, tell=tell)
        x = sampled.draws
    tell("pictures")
    shown = _pictured(looked, found, x.reshape(-1, x.shape[-1]), rng)
    return _summed(looked, found, x, shown, sampled, seed, rng)


def _pictured(looked: Target, found: Laplace, x: Floats, rng: np.random.Generator) -> dict[str, Any]:
    """Simulations from the prior and at draws: what entries say at every state, and the density at the draws."""
    count, size = SHOWN, looked.size
    some = x[rng.choice(len(x), count, replace=len(x) < count)]
    before = rng.standard_normal((size, count))
    after = rng.standard_normal((size, count))
    after[found.fitted] = some[:, : len(found.fitted)].T
    nodes = [item.node for item in looked.window.model.plan.compared]
    at_fit = np.full((size, count), target.APART)
    at_fit[found.fitted] = after[found.fitted]
    said = looked.said._replace(unheard=jnp.asarray(found.unheard))

    @jax.jit
    def entries(z: Any) -> Any:
        from standoff import expression

        path = looked.window.path(z)[1]
        return jnp.stack([expression.evaluate(node, path.__getitem__, lambda asked: False, jnp) for node in nodes])

    @jax.jit
    def densities(z: Any, s: Any) -> Any:
        out = looked.outputs(z)
        return jax.vmap(lambda o, s: looked.log_lik(o, s, said), in_axes=(1, 0))(out, s)

    s = jnp.asarray(some[:, len(found.fitted) :])
    lik = np.asarray(densities(jnp.asarray(at_fit), s))
    return {"before": np.asarray(entries(jnp.asarray(before))), "after": np.asarray(entries(jnp.asarray(after))),
            "log_density": lik - 0.5 * np.square(some).sum(axis=1), "x": some}  # fmt: skip


def _summed(
    looked: Target, found: Laplace, x: Floats, shown: dict[str, Any], sampled: Any, seed: int, rng: np.random.Generator
) -> learned.Fitted:
    model, window = looked.window.model, looked.window
    flat, count = x.reshape(-1, x.shape[-1]), len(found.fitted)
    names = np.array(window.names)
    varying = len(model.layout.varying)
    own = [i for i, j in enumerate(found.fitted) if j < varying]  # parameters of the scenario, among what was fitted
    z = rng.standard_normal((looked.size, len(flat)))
    z[found.fitted] = flat[:, :count].T
    values = np.asarray(jax.jit(lambda z: window.given(z).varying)(jnp.asarray(z)))
    parameters = []
    for i in own:
        parameter = model.plan.parameters[model.layout.varying[found.fitted[i]]]
        parameters.append(learned.Parameter(
            parameter.path, parameter.doc, parameter.unit,
            (parameter.quantile(0.05), parameter.quantile(0.5), parameter.quantile(0.95)), learned.triple(values[found.fitted[i]]),
            float(1 - flat[:, i].std()), float(np.median(flat[:, i])),
            tuple(word for word in parameter.belief.sources if word in model.ledger),
        ))  # fmt: skip
    parameters.sort(key=lambda item: -item.contraction)
    order = [model.plan.index[item.path] for item in parameters]
    rows = [model.layout.place[i] for i in order]
    columns = values[rows].T.reshape(*x.shape[:2], len(rows))
    diagnostics = _diagnosed(found, shown, sampled)
    return learned.Fitted(
        model.scenario.title, model.plan.variant, model.scenario.as_of, model.scenario.fit.since if model.scenario.fit else "",
        model.hash, seed, _versions(), diagnostics, tuple(parameters), varying - len(own), count - len(own),
        _voices(looked, flat[:, count:]), _chosen(looked, found, flat),
        tuple(_compared(looked, n, item, shown) for n, item in enumerate(model.plan.compared)),
        (*looked.compared.left_out, *looked.options.left_out), _warnings(found, names), tuple(i.path for i in parameters),
        columns,
    )  # fmt: skip


def _diagnosed(found: Laplace, shown: dict[str, Any], sampled: Any) -> learned.Diagnostics:
    if sampled is not None:
        return sampled.diagnostics(found)  # type: ignore[no-any-return]
    white = np.linalg.solve(found.root, (shown["x"] - found.mode).T)
    gap = shown["log_density"] + found.energy + 0.5 * np.square(white).sum(axis=0)
    spread = float(np.std(gap))
    passed = found.found and spread <= NORMAL
    text = f"log densities at draws of the normal differ from its own by {spread:.1f} (standard deviation)"
    why = (
        "no mode was found"
        if not found.found
        else text
        if passed
        else f"{text}: the posterior is not normal, so draw from it"
    )
    return learned.Diagnostics("laplace", found.found, found.steps, None, None, None, spread, passed, why)


def _voices(looked: Target, s: Floats) -> tuple[learned.Voice, ...]:
    said = looked.said
    bias = np.asarray(jax.jit(jax.vmap(lambda s: target.spoken(s, said, looked.blocks)[1]))(jnp.asarray(s)))
    out, at = [], 0
    for group in looked.compared.groups:
        for i, voice in enumerate(group.voices):
            mine = at + np.flatnonzero(group.voice == i)
            out.append(learned.Voice(group.subject, group.family.name, voice.name, voice.interest, len(mine),
                                     learned.triple(np.exp(bias[:, mine]).mean(axis=1))))  # fmt: skip
        at += len(group.heard)
    return tuple(out)


def _chosen(looked: Target, found: Laplace, flat: Floats) -> tuple[learned.Chosen, ...]:
    if not looked.options.seen:
        return ()
    plan = looked.window.model.plan
    z = np.full((looked.size, 2), target.APART)
    z[found.fitted, 1] = np.median(flat[:, : len(found.fitted)], axis=0)
    lik = np.asarray(jax.jit(lambda z: jax.vmap(looked.of_choices, in_axes=1)(looked.outputs(z)))(jnp.asarray(z)))
    words = picked_words(looked.options.seen, plan.choices)
    return tuple(
        learned.Chosen(plan.choices[item.choice].name, words[plan.choices[item.choice].name], float(np.exp(lik[0, n])),
                       float(np.exp(lik[1, n])), item.claims)
        for n, item in enumerate(looked.options.seen)
    )  # fmt: skip


def _compared(looked: Target, n: int, item: PlannedComparison, shown: dict[str, Any]) -> learned.Compared:
    window, heard = looked.window, looked.compared
    mine = np.flatnonzero(heard.entry == n)
    factor = heard.factor[mine[0]] if len(mine) else 1.0
    unit = heard.claims[mine[0]].claim.unit if len(mine) else ""
    values = np.asarray(looked.said.value)
    said = tuple(learned.Said(heard.claims[i].claim.id, heard.claims[i].day.isoformat(), heard.claims[i].voice,
                              heard.claims[i].side, str(heard.claims[i].claim.comparator), float(np.exp(values[i])))
                 for i in mine)  # fmt: skip
    times = tuple(window.model.scenario.calendar.date(k).isoformat() for k in range(window.first, window.last + 1))
    before, after = (tuple(learned.triple(row) for row in shown[when][n] * factor) for when in ("before", "after"))
    return learned.Compared(item.name, unit, times, before, after, said)


def _warnings(found: Laplace, names: NDArray[Any]) -> tuple[str, ...]:
    far = [(names[j], found.mode[i]) for i, j in enumerate(found.fitted) if abs(found.mode[i]) > FAR]
    out = [f"{name} lies {abs(z):.1f} deviations {'above' if z > 0 else 'below'} the middle of its prior: the process, or the "
           "prior, does not fit what was claimed" for name, z in sorted(far, key=lambda pair: -abs(pair[1]))]  # fmt: skip
    return tuple(out)


def _versions() -> dict[str, str]:
    from standoff.engine.simulate import versions

    return versions()
