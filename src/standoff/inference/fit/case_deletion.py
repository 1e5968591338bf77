"""Influence of each claim and observed choice on a fit: case deletion at the mode.

Near the mode x the log posterior density is quadratic, with curvature H; a piece of evidence T (a claim with all that pass on
the same report, a sequence of choices, or everything that is compared with one quantity) adds the slope g and the curvature
H_T to it. Without T, one step of Newton leads to the new mode, and the new normal is

    mean    x - (H - H_T)^-1 g        covariance    (H - H_T)^-1

For a number with the prior mean 0 and deviation 1, T contributes the `shift` of its mean (with T less without), the
`narrowing` of its deviation (without T less with), and its influence is sqrt(shift^2 + narrowing^2): how far the normal belief
moves, in the metric of Wasserstein. This is exact where sizes are linear in the numbers and all noise is normal, and for the
prior itself: without all evidence mean and deviation are 0 and 1, since the slopes of all pieces add up to x. (A slope r that is
left where the search for the mode ends is made up for by a step too: r + g stands for g, and x - H^-1 r for x.) Claims that say
the same stand in for one another: each alone has little influence, and what they are compared with has much.

Sources: cook1977 (case deletion), pregibon1981 (one step of Newton in its place), giordano2019 (slopes of a fit in its data),
derivation (the rest).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from standoff.inference.fit.log_density import LogDensity
from standoff.inference.fit.records import Evidence
from standoff.inference.laplace import LaplaceFit, own_slopes
from standoff.inference.mode import inverse_root
from standoff.types import Floats, Ints
from standoff.xla import UNOPTIMISED


class Terms(NamedTuple):
    """Terms of the log likelihood at the mode, one per claim and observed choice."""

    slope: Floats  #: (term, parameter)
    curvature: Floats  #: (term, parameter, parameter) negative curvature of the term


class Contributions(NamedTuple):
    """Contributions of pieces of evidence to fitted parameters, in prior standard deviations."""

    shift: Floats  #: (parameter, piece)
    narrowing: Floats  #: (parameter, piece)


def contributions(
    mode: Floats, curvature: Floats, terms: Terms, pieces: Sequence[Ints], rows: Floats, apart: Floats
) -> Contributions:
    """Contribution of each of the `pieces`; a piece is a set of terms.

    mode: (number,) that of standard normal numbers, given the terms
    curvature: (number, number) minus that of the log posterior density there
    rows: (asked, number) what is asked about, as linear functions of the numbers, in deviations of its prior
    apart: (asked,) its variance that comes from numbers which no evidence reaches
    """

    def deviation(root: Floats) -> Floats:
        return np.sqrt(np.square(rows @ root).sum(axis=1) + apart)

    root = inverse_root(curvature)
    left = mode - terms.slope.sum(axis=0)
    now, ahead = deviation(root), rows @ (root @ (root.T @ left))
    shift, narrowing = np.zeros((2, len(rows), len(pieces)))
    for n, piece in enumerate(pieces):
        root = inverse_root(curvature - terms.curvature[piece].sum(axis=0))
        shift[:, n] = rows @ (root @ (root.T @ (left + terms.slope[piece].sum(axis=0)))) - ahead
        narrowing[:, n] = deviation(root) - now
    return Contributions(shift, narrowing)


def evidence(density: LogDensity, result: LaplaceFit, rows: Floats, apart: Floats) -> Evidence:
    """Contributions of every claim and observed choice.

    `rows` and `apart` are those of `contributions`, over the parameters of the window.

    Claims that pass on one report count once, and have its influence. Call under double precision.
    """
    rows = np.hstack([rows[:, result.fitted], np.zeros((len(rows), density.sources))])
    plan, observed = density.window.program.plan, density.options.with_gradient
    report, entry = np.asarray(density.arrays.report), density.compared.entry
    together = report @ report.T + np.eye(density.claims) > 0  # (claim, claim) of one report
    choices = [np.array([density.claims + n]) for n in range(len(observed))]
    compared = [n for n in range(len(plan.compared)) if (entry == n).any()]
    entries = [np.flatnonzero(entry == n) for n in compared] + choices
    alone = [np.flatnonzero(row) for row in together] + choices
    params, at_mode = terms(density, result), result.plain_point.curvature
    joint = contributions(result.mode, at_mode, params, entries, rows, apart)
    each = contributions(result.mode, at_mode, params, alone, rows, apart)
    influence = np.hypot(each.shift, each.narrowing)
    columns = [(item.claim.id, compared.index(int(entry[n])), n) for n, item in enumerate(density.compared.claims)]
    columns += [
        (claim, len(compared) + n, density.claims + n) for n, item in enumerate(observed) for claim in item.claims
    ]
    ids, places, terms_of = zip(*columns, strict=True)
    names = [
        *(plan.compared[n].name for n in compared),
        *(f"choices.{plan.choices[item.choice].name}" for item in observed),
    ]
    return Evidence(
        entries=tuple(names),
        claims=ids,
        entry=places,
        shift=joint.shift,
        narrowing=joint.narrowing,
        influence=influence[:, list(terms_of)],
    )


def terms(density: LogDensity, result: LaplaceFit) -> Terms:
    """Terms of a fit, by target parameters: fitted, then sources'. Call in double precision."""
    point, count, fitted = result.plain_point, density.claims, len(result.fitted)
    both = jnp.concatenate([point.outputs[:count], jnp.asarray(result.mode[fitted:])])

    def of_claims(both: jax.Array) -> jax.Array:
        return density.of_claims(both[:count], both[count:], result.plain_arrays)

    @partial(jax.jit, compiler_options=UNOPTIMISED)
    def bent_claims(both: jax.Array) -> tuple[jax.Array, jax.Array]:
        return jax.jacrev(of_claims)(both), -jax.jacfwd(jax.jacrev(of_claims))(both)

    slope, bends = map(np.asarray, bent_claims(both))
    size = fitted + density.sources
    by_number = np.zeros((count + density.sources, size))
    by_number[:count, :fitted], by_number[count:, fitted:] = point.slopes[:count], np.eye(density.sources)
    slopes, curvatures = [slope @ by_number], [by_number.T @ bends @ by_number]
    if density.options.with_gradient:
        steep = np.asarray(density.by_choice(point.derivatives.by_out))
        own = np.zeros((*steep.shape, size))
        own[:, :, :fitted] = own_slopes(density, point.slopes)
        slopes.append(np.einsum("to,ton->tn", steep, own))
        curvatures.append(own.transpose(0, 2, 1) @ np.asarray(point.derivatives.choices) @ own)
    return Terms(np.concatenate(slopes), np.concatenate(curvatures))
