"""Maximum of a log likelihood by Newton's method in a trust region.

Log likelihoods of games are not concave. The step solves the quadratic model exactly within a region that adapts to how
well the model predicts (Conn, Gould and Toint 2000, the `trust-exact` method of SciPy), so that it climbs from any start;
plain Newton steps finish. Coefficients are scaled by their regressors' root mean square, so that units do not matter.

Sources: conn2000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from standoff.addons.games.estimate.likelihood import LikelihoodPoint
from standoff.types import Floats

STEPS = 200  #: assumption: many times what a fit needs
NEAR = 1e-4  #: norm of the scaled gradient at which plain Newton steps take over
OUTSIDE = -1e300  #: log likelihood where numbers overflow, from which the search turns back
SETTLED = 1e-9  #: of log likelihood: what one more Newton step promises at a maximum


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where a search ended."""

    coefficients: Floats
    point: LikelihoodPoint
    steps: int  #: evaluations of the likelihood
    promise: float  #: log likelihood that one more Newton step would gain; infinite where the top is not curved

    @property
    def converged(self) -> bool:
        """Whether it is a maximum to working precision."""
        return self.promise < SETTLED and self.point.value > OUTSIDE


def maximise(at: Callable[[Floats], LikelihoodPoint], start: Floats, size: Floats, steps: int = STEPS) -> Maximum:
    """Climb from a start.

    size: typical size of each coefficient's regressor
    """
    memory: dict[bytes, LikelihoodPoint] = {}

    def point(scaled: Floats) -> LikelihoodPoint:
        key = scaled.tobytes()
        if key not in memory:
            memory[key] = _defined(at(scaled / size))
        return memory[key]

    if not len(start):
        return Maximum(start, at(start), 1, 0.0)
    with np.errstate(all="ignore"):
        try:
            scaled = minimize(
                lambda x: -point(x).value,
                start * size,
                jac=lambda x: -point(x).gradient / size,
                method="trust-exact",
                hess=lambda x: -point(x).hessian / np.outer(size, size),
                options={"gtol": NEAR, "maxiter": steps},
            ).x
        except OverflowError:  # of SciPy, where the likelihood is as good as flat
            scaled = np.frombuffer(max(memory, key=lambda key: memory[key].value))
        best = point(scaled)
        for _ in range(5):
            step, promise = newton_step(best)
            if not SETTLED * 1e-6 < promise < 1.0:
                break
            further = point(scaled + step * size)
            if further.value < best.value - SETTLED:
                break
            scaled, best = scaled + step * size, further
    return Maximum(scaled / size, best, len(memory), newton_step(best)[1])


def newton_step(point: LikelihoodPoint) -> tuple[Floats, float]:
    """The plain Newton step and the gain that it promises; infinite without a concave top."""
    try:
        root = np.linalg.cholesky(-point.hessian)
    except np.linalg.LinAlgError:
        return np.zeros_like(point.gradient), np.inf
    half = np.linalg.solve(root, point.gradient)
    return np.linalg.solve(root.T, half), float(half @ half) / 2


def _defined(point: LikelihoodPoint) -> LikelihoodPoint:
    """The point, or a very low one where its numbers overflow."""
    if np.isfinite(point.value) and np.isfinite(point.hessian).all() and np.isfinite(point.gradient).all():
        return point
    return LikelihoodPoint(OUTSIDE, np.zeros_like(point.gradient), -np.eye(len(point.gradient)), point.each)
