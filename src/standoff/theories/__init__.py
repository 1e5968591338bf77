"""Decision theories, one per file; the file name is the name in scenarios.

A theory file has

`IS_DETERMINISTIC`  whether each probability is 0 or 1
`GRADIENT_FIT`      whether a fit follows the gradient of its probabilities; choices under other theories are added to a
                    fit by sequential Monte Carlo
`choose`            the probability of each option in one decision (`Decision`)
`explain`           the numbers behind these probabilities (`DecisionSample`)
`describe`          the same as the end of a sentence that begins "best response: arms in 5 % of futures"

Theories differ in how an actor decides and not in its information: all read the same reasons, weights and beliefs, and
expect other actors to follow the quantal response. Only the cognitive hierarchy has expectations of its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from standoff import registry
from standoff.record import record
from standoff.statistics import wilson_interval

if TYPE_CHECKING:
    import jax

    from standoff.games import polymatrix
    from standoff.games.information import Strategies

    Array = jax.Array
    Solve = Callable[[polymatrix.Game, Sequence[Array], polymatrix.Rows], Strategies]

PACKAGE = "standoff.theories"
DEFAULT = "quantal_response"  #: default theory
SCORES = Path(__file__).parent / "scores.json"  #: of theories on past crises, written by `python -m benchmarks.crises`


class Decision(Protocol):
    """One choice at one date, as its actor perceives it; arrays are (B,) over draws."""

    @property
    def status_quo(self) -> int:
        """Reference option."""

    @property
    def rationality(self) -> Array:
        """Log odds per unit of utility."""

    @property
    def weights(self) -> Sequence[Array]:
        """Weight of each reason."""

    @property
    def parts(self) -> Sequence[Sequence[Array]]:
        """Weighted payoffs, by [reason][option]."""

    @property
    def available(self) -> Sequence[Array] | None:
        """Whether each option may be chosen; None where all may."""

    def equilibrium(self) -> list[Array]:
        """Probability of each option in the quantal response equilibrium."""

    def response(self, solve: Solve) -> list[Array]:
        """Probability of each option under `solve(game, not_deciding, current_options)`."""


@record
class TheoryTerm:
    """One number behind a probability: of a reason, or of a named step of the theory."""

    name: str
    text: str
    value: float  #: contribution to the log odds, share of draws, or change of probability
    mc_error: float


def mean_term(name: str, text: str, values: np.ndarray) -> TheoryTerm:
    """Mean of values (M,) with its standard error."""
    return TheoryTerm(
        name=name, text=text, value=float(values.mean()), mc_error=float(values.std()) / math.sqrt(len(values))
    )


def share_term(name: str, text: str, holds: np.ndarray) -> TheoryTerm:
    """Share of draws (M,) with a property, with its standard error."""
    share, _, error = wilson_interval(int(holds.sum()), len(holds))
    return TheoryTerm(name=name, text=text, value=share, mc_error=error)


@record
class DecisionSample:
    """One option of a decision in M draws, of R reasons and O options."""

    parts: np.ndarray  #: (M, R, O) contributions to the log odds against the status quo
    texts: Mapping[str, str]  #: reason -> its text, in the order of `parts`
    status_quo: int
    option: int  #: index of the explained option
    probabilities: np.ndarray  #: (M, O) choice probabilities of the theory
    rationality: np.ndarray  #: (M,) as the actor perceives itself
    weights: np.ndarray  #: (M, R)
    available: np.ndarray  #: (M, O) whether the option may be chosen


@record
class TheoryExplanation:
    """The terms of one option, for `describe`."""

    status_quo: str
    terms: Sequence[TheoryTerm]
    reasons: frozenset[str]

    def __getitem__(self, name: str) -> TheoryTerm:
        return next(term for term in self.terms if term.name == name)

    def __contains__(self, name: str) -> bool:
        return any(term.name == name for term in self.terms)

    @property
    def of_reasons(self) -> list[TheoryTerm]:
        """The terms that name a reason."""
        return [term for term in self.terms if term.name in self.reasons]


class TheoryWriter(Protocol):
    """Number formatting of a report for terms, with Monte Carlo errors."""

    def share(self, term: TheoryTerm) -> str:
        """A probability or share: `5.6 % ± 0.5`."""

    def log_odds(self, term: TheoryTerm) -> str:
        """A contribution to the log odds: `−0.66 ± 0.02`."""

    def points(self, term: TheoryTerm) -> str:
        """A change of a probability: `+3.58 ± 0.04 points`."""

    def quoted(self, terms: Iterable[TheoryTerm], number: Callable[[TheoryTerm], str]) -> str:
        """Texts with their numbers: `“A wider war” (47 % ± 2), “Cheap energy” (8 % ± 1)`."""

    def exceeds(self, term: TheoryTerm, other: TheoryTerm) -> bool:
        """Whether a term exceeds another beyond Monte Carlo error."""


class Theory(Protocol):
    """Interface of a theory file."""

    IS_DETERMINISTIC: bool
    GRADIENT_FIT: bool

    def choose(self, decision: Decision) -> list[Array]:
        """Probability of each option, (B,)."""

    def explain(self, sample: DecisionSample) -> tuple[TheoryTerm, ...]:
        """Terms behind the probabilities of `sample.option`."""

    def describe(self, explanation: TheoryExplanation, write: TheoryWriter) -> str:
        """The terms as the end of a sentence, from its `;` or `.` on."""


def theory(name: str) -> Theory:
    """The theory of that name; `ImportError` if it does not exist."""
    return cast(Theory, registry.module(PACKAGE, name))


def names() -> tuple[str, ...]:
    """All theories, the default first."""
    return (DEFAULT, *(name for name in registry.names(PACKAGE) if name != DEFAULT))


def weights(theories: Sequence[str]) -> tuple[float, ...]:
    """Weights of theories in a mean over models, by their scores on past crises.

    With L the mean log score of a theory over the settled questions of C crises (`SCORES`),

        weight = exp(-C L) / sum of exp(-C L)

    These are Akaike-type weights of expected log predictive density, as in pseudo-Bayesian model averaging, with one
    shrinkage: questions of one crisis share its history and its coder, so that a crisis counts as one question and not as
    its five or six. A theory that is not scored has the log score of equal chances, log 2. The rule was fixed before any
    score was made for it, and its scores are those that `docs/crises.md` had already. Sources: yao2018 (section 3.4),
    hoeting1999.
    """
    scored = json.loads(SCORES.read_text(encoding="utf-8"))
    losses = np.array([scored["log"].get(name, math.log(2)) for name in theories])
    raw = np.exp(scored["crises"] * (losses.min() - losses))
    return tuple((raw / raw.sum()).tolist())
