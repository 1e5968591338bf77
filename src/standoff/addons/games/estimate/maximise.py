"""Maximum of a log likelihood: starting values, Newton's method in a trust region, checks.

Log likelihoods of games are not concave. The step solves the quadratic model exactly within a region that adapts to how
well the model predicts (Conn, Gould and Toint 2000, the `trust-exact` method of SciPy), so that it climbs from any start;
plain Newton steps finish. Coefficients are scaled by their regressors' root mean square, so that units do not matter.

Starting values are those of statistical backward induction: from the last decision to the first, the choice between two
branches is a probit or logit of the regressors of both, weighted by the fitted probabilities of the outcomes behind them.
Under agent error this is consistent. On the way, each decision is checked: collinear regressors are an error, separated
choices a warning, as are flat directions of the maximum.

Sources: conn2000, bas2007 (statistical backward induction), albert_anderson1984 (separation), konis2007 (by linear
programming), belsley1980 (condition index), liang_zeger1986 (clustered errors).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg import qr
from scipy.optimize import linprog, minimize

from standoff.addons.games.estimate.game_form import DecisionNode
from standoff.addons.games.estimate.likelihood import Jet, LikelihoodPoint, Link, StrategicLikelihood, log_cumulative
from standoff.errors import Problem, StandoffError, join_limited
from standoff.progress import SILENT, Progress, track
from standoff.types import Floats

STEPS = 200  #: assumption: many times what a fit needs
NEAR = 1e-4  #: norm of the scaled gradient at which plain Newton steps take over
OUTSIDE = -1e300  #: log likelihood where numbers overflow, from which the search turns back
SETTLED = 1e-9  #: of log likelihood: what one more Newton step promises at a maximum
DEPENDENT = 1e-8  #: relative size of what a regressor adds to the others: rounding
SHARE = 1e-4  #: of a column in a combination of length one below which it is rounding
QUICK = 25  #: steps; separated choices would climb for ever
CERTAIN = 1e-6  #: chance of the other branch below which separation is looked for
AT_LEAST = 1e-7  #: gain of a separating direction; the tolerance of the linear program
HIGH = 30.0  #: condition index above which belsley1980 speaks of strong dependence
WIDE = 30.0  #: standard error, for a regressor of size one, above which separation is looked for; assumption
EDGE = 1e-6  #: fitted probability of an observed outcome below which it is called surprising
PROFILE_STEPS = 5  #: values on each side of an estimate, as in the R package `games`
PROFILE_REACH = 3.0  #: standard errors to the outermost value, as there
HIGHER = 1e-6  #: log likelihood by which another maximum must be higher


class Maximum(NamedTuple):
    """Where a search ended."""

    coefficients: Floats
    point: LikelihoodPoint
    steps: int  #: evaluations of the likelihood
    promise: float  #: log likelihood that one more Newton step would gain; infinite where the top is not curved

    @property
    def converged(self) -> bool:
        """Whether it is a maximum to working precision."""
        return self.promise < SETTLED and self.point.value > OUTSIDE


class ProfileCurve(NamedTuple):
    """Highest log likelihood with one coefficient held at other values."""

    term: str
    values: Floats  #: of the coefficient
    log_likelihoods: Floats  #: NaN where a search did not settle


class DecisionData(NamedTuple):
    """A decision as a binary regression."""

    terms: tuple[str, ...]
    places: np.ndarray  #: of the terms among all coefficients
    design: Floats  #: (observation that reaches it, term): regressors, weighted by later probabilities
    choice: Floats  #: 1 right, -1 left


def maximise(at: Callable[[Floats], LikelihoodPoint], start: Floats, size: Floats, steps: int = STEPS) -> Maximum:
    """Climb from a start.

    size: typical size of each coefficient's regressor
    """
    memory: dict[bytes, LikelihoodPoint] = {}

    def point(scaled: Floats) -> LikelihoodPoint:
        key = scaled.tobytes()
        if key not in memory:
            memory[key] = current = at(scaled / size)
            if not all(np.isfinite(numbers).all() for numbers in current[:3]):  # numbers overflow
                flat = np.zeros_like(current.gradient), -np.eye(len(current.gradient))
                memory[key] = LikelihoodPoint(OUTSIDE, *flat, current.each)
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
    if (inverse := _inverse_root(point)) is None:
        return np.zeros_like(point.gradient), np.inf
    half = inverse @ point.gradient
    return inverse.T @ half, float(half @ half) / 2


def _inverse_root(point: LikelihoodPoint) -> Floats | None:
    """Inverse Cholesky factor of the observed information; None where that is not positive."""
    try:
        return np.linalg.inv(np.linalg.cholesky(-point.hessian))
    except np.linalg.LinAlgError:
        return None


# ---- starting values


def decision_data(lik: StrategicLikelihood, decision: DecisionNode, go: Sequence[Floats]) -> DecisionData:
    """Regressors of the gain from the right branch, given the chances of later choices."""
    rows, choice = lik.reached[decision.index]
    names: list[str] = []
    places: list[int] = []
    columns = [np.zeros((int(rows.sum()), 0))]
    for term, equation, block in zip(lik.form.utilities, lik.utilities, lik.blocks, strict=False):
        if term.player != decision.player or term.outcome not in {end.index for end in decision.outcomes}:
            continue
        path = lik.form.path(term.outcome)
        below = path[[d for d, _ in path].index(decision) :]
        weight = np.full(len(lik.observed), 1.0 if below[0][1] else -1.0)
        for later, right in below[1:]:
            weight *= go[later.index] if right else 1 - go[later.index]
        columns.append((equation.design * weight[:, None])[rows])
        names += equation.terms
        places += range(block.start, block.stop)
    return DecisionData(tuple(names), np.array(places, dtype=np.intp), np.hstack(columns), choice)


def start(lik: StrategicLikelihood) -> Floats:
    """Starting values; raises `StandoffError` for regressors that are collinear."""
    coefficients = np.zeros(len(lik.terms))
    go: list[Floats] = [np.empty(0)] * len(lik.form.decisions)
    problems = list(_scale_problems(lik))
    for decision in reversed(lik.form.decisions):
        data = decision_data(lik, decision, go)
        dependent = collinear(data.design)
        if dependent:
            problems.append(_collinear(data, decision.player, dependent))
            break  # earlier decisions depend on what could not be estimated
        if len(data.terms):
            coefficients[data.places] = _regression(data, lik.link)
        go[decision.index] = _chances(lik, coefficients)[decision.index]
    if problems:
        raise StandoffError(problems)
    return coefficients


def _chances(lik: StrategicLikelihood, coefficients: Floats) -> list[Floats]:
    """Chance of the right branch at each decision."""
    return [np.exp(log_cumulative(gain, lik.link).value) for gain in lik.gains(coefficients)]


def _scale_problems(lik: StrategicLikelihood) -> Iterator[Problem]:
    """Regressors of a scale that are collinear, or add up to a constant beside free utilities."""
    free = any(equation.columns for equation in lik.utilities)
    for equation in lik.scales:
        constant = np.ones((len(lik.observed), int(free)))
        dependent = collinear(np.hstack([constant, equation.design]))
        names = [equation.terms[k - int(free)] for k in dependent if k >= int(free)]
        if dependent and free and dependent[0] == 0:
            yield Problem(
                f"{_quoted(names)} cannot be told from the size of the utilities",
                "scale",
                allowed="regressors that vary, without a constant",
                fix="write such as `~ z - 1`",
            )
        elif dependent:
            yield Problem(f"{_quoted(names)} are collinear", "scale", fix="leave one of them out")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _regression(data: DecisionData, link: Link) -> Floats:
    """Probit or logit of one decision with the scale of a game."""
    x = data.design * data.choice[:, None] / np.sqrt(2)

    def at(coefficients: Floats) -> LikelihoodPoint:
        log = log_cumulative(Jet.predictor(x @ coefficients, 0, 1), link)
        return LikelihoodPoint(float(log.value.sum()), x.T @ log.slope[0], (x.T * log.bend[0, 0]) @ x, log.value)

    return maximise(at, np.zeros(x.shape[1]), root_mean_square(x), QUICK).coefficients


def root_mean_square(design: Floats) -> Floats:
    """Typical size of each column; one for columns of zeros."""
    size = np.sqrt((design**2).mean(0))
    return np.where(size > 0, size, 1.0)


def collinear(design: Floats) -> list[int]:
    """Columns with a linear combination that is zero; empty where there is none."""
    if not design.shape[1]:
        return []
    scaled = design / root_mean_square(design)
    if design.shape[0] >= design.shape[1]:
        size = np.abs(np.diag(qr(scaled, mode="r", pivoting=True)[0]))
        if size.min() > DEPENDENT * size.max():
            return []
    weights = np.linalg.eigh(scaled.T @ scaled)[1][:, 0]
    return [k for k, weight in enumerate(weights) if abs(weight) > SHARE]


def _collinear(data: DecisionData, player: int, dependent: Sequence[int]) -> Problem:
    names = [data.terms[k] for k in dependent]
    utilities = list(dict.fromkeys(name.partition(":")[0] for name in names))
    what, fix = f"{_quoted(names)} are collinear: choices tell only their combination", "leave one of them out"
    if len(data.design) < len(data.terms):
        what, fix = f"{len(data.design)} choices for {len(data.terms)} coefficients", "use fewer regressors"
    elif len(names) == 1:
        what, fix = f"`{names[0]}` is zero in every row that reaches the decision", "leave it out"
    elif len(utilities) > 1:
        fix += f", or set one of the utilities {join_limited(utilities)} to 0"
    return Problem(what, f"decision of player {player}", fix=fix)


def separated(lik: StrategicLikelihood, coefficients: Floats) -> list[str]:
    """Terms whose coefficients tend to infinity: they predict choices without error."""
    go = _chances(lik, coefficients)
    names: list[str] = []
    for decision in lik.form.decisions:
        data = decision_data(lik, decision, go)
        miss = np.minimum(go[decision.index], 1 - go[decision.index])[lik.reached[decision.index][0]]
        if not data.terms or not (miss < CERTAIN).any():
            continue
        lead = data.design * data.choice[:, None] / root_mean_square(data.design)
        solution = linprog(-lead.sum(0), A_ub=-lead, b_ub=np.zeros(len(lead)), bounds=(-1, 1), method="highs")
        if solution.x is not None and lead.sum(0) @ solution.x > AT_LEAST * len(lead):
            names += [name for name, weight in zip(data.terms, solution.x, strict=True) if abs(weight) > AT_LEAST]
    return names


# ---- checks of a maximum


def covariance(point: LikelihoodPoint) -> Floats:
    """Inverse of the observed information; NaN where the likelihood is not curved."""
    inverse = _inverse_root(point)
    return np.full_like(point.hessian, np.nan) if inverse is None else inverse.T @ inverse


def clustered(lik: StrategicLikelihood, maximum: Maximum, groups: Sequence[str]) -> Floats:
    """Covariance where observations of a group depend on each other (liang_zeger1986)."""
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    count = int(group.max()) + 1
    sums = np.zeros((count, len(lik.terms)))
    np.add.at(sums, group, lik.scores(maximum.coefficients))
    bread = covariance(maximum.point)
    return np.asarray(bread @ (sums.T @ sums) @ bread * count / (count - 1))


def warnings(lik: StrategicLikelihood, maximum: Maximum, size: Floats) -> Iterator[str]:
    """What a reader should know, in sentences."""
    errors = np.sqrt(np.diag(covariance(maximum.point)))
    if not maximum.converged:
        grown = [t for t, b in zip(lik.terms, maximum.coefficients * size, strict=True) if abs(b) > WIDE]
        far = f"; coefficients that grow without limit: {join_limited(grown)}" if grown else ""
        yield f"the search did not settle after {maximum.steps} steps, so there is no estimate{far}"
    lost = not maximum.converged or bool((errors * size > WIDE).any())
    if lost and (names := separated(lik, maximum.coefficients)):
        yield f"separation: {join_limited(names)} predict choices without error, and the likelihood rises without limit"
    if np.isfinite(errors).all() and len(errors) > 1:
        scale = np.sqrt(np.diag(-maximum.point.hessian))
        values, directions = np.linalg.eigh(-maximum.point.hessian / np.outer(scale, scale))
        condition = float(np.sqrt(values[-1] / values[0]))
        if condition > HIGH:
            close = [t for t, d in zip(lik.terms, directions[:, 0], strict=True) if abs(d) > 0.3]
            yield (
                f"the data hardly tell {join_limited(close)} apart: condition index {condition:.0f}, above {HIGH:.0f}; "
                "their standard errors are large and their estimates depend on each other"
            )
    surprising = int((np.exp(maximum.point.each) < EDGE).sum())
    if surprising:
        yield f"{surprising} observed outcomes have a fitted probability below one in a million"


def profiles(
    lik: StrategicLikelihood, maximum: Maximum, size: Floats, progress: Progress = SILENT
) -> tuple[list[ProfileCurve], Maximum]:
    """Likelihood profile of each coefficient, and the highest maximum that was met on the way."""
    errors = np.sqrt(np.diag(covariance(maximum.point)))
    best, curves = maximum, []
    name = f"profiles of {len(lik.terms)} coefficients, {2 * PROFILE_STEPS} searches each"
    for k, term in enumerate(track(progress, name, lik.terms)):
        steps = [s / PROFILE_STEPS * PROFILE_REACH for s in range(-PROFILE_STEPS, PROFILE_STEPS + 1) if s]
        values = maximum.coefficients[k] + errors[k] * np.array(steps)
        heights = []
        for value in values:
            profiled = maximise(_others(lik, k, value), np.delete(maximum.coefficients, k), np.delete(size, k))
            heights.append(profiled.point.value if profiled.converged else np.nan)
            if profiled.point.value > best.point.value + HIGHER:
                start = np.insert(profiled.coefficients, k, value)
                best = max(best, maximise(lik.at, start, size), key=lambda m: m.point.value)
        curves.append(ProfileCurve(term=term, values=values, log_likelihoods=np.array(heights)))
    return curves, best


def _others(lik: StrategicLikelihood, k: int, value: float) -> Callable[[Floats], LikelihoodPoint]:
    """The likelihood of the other coefficients, with one held at a value."""
    free = np.arange(len(lik.terms)) != k

    def at(rest: Floats) -> LikelihoodPoint:
        point = lik.at(np.insert(rest, k, value))
        return point._replace(gradient=point.gradient[free], hessian=point.hessian[np.ix_(free, free)])

    return at
