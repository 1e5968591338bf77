"""Theories of how an actor decides; each file of this folder is one, and its name is the word that scenarios use.

A theory file has

`IS_DETERMINISTIC`  whether it leaves nothing to chance: each probability is 0 or 1
`GRADIENT_FIT`      whether a fit follows the gradient of its probabilities; choices under other theories are added to a
                    fit by sequential Monte Carlo
`choose`            the probability of each option in one decision (`Decision`)
`explain`           the numbers behind these probabilities (`DecisionSample`)
`describe`          the same as the end of a sentence that begins "best response: arms in 5 % of futures"

Theories differ in what an actor does and not in what it knows: all read the same reasons, weights and beliefs, and expect
of others the quantal response of everybody. Only the cognitive hierarchy has expectations of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from standoff import registry
from standoff.statistics import wilson_interval

if TYPE_CHECKING:
    import jax

    from standoff.games import polymatrix
    from standoff.games.information import Strategies

    Array = jax.Array
    Solve = Callable[[polymatrix.Game, Sequence[Array], polymatrix.Rows], Strategies]

PACKAGE = "standoff.theories"
DEFAULT = "quantal_response"  #: the theory of actors that name no other


class Decision(Protocol):
    """One choice at one date, as its actor believes it; arrays are (B,) over the draws of a block."""

    @property
    def status_quo(self) -> int:
        """Option that the others are compared with."""

    @property
    def rationality(self) -> Array:
        """Log odds per unit of utility."""

    @property
    def weights(self) -> Sequence[Array]:
        """Weight of each reason."""

    @property
    def parts(self) -> Sequence[Sequence[Array]]:
        """Weighted payoffs, by [reason][option]."""

    def equilibrium(self) -> list[Array]:
        """Probability of each option in the quantal response equilibrium."""

    def response(self, solve: Solve) -> list[Array]:
        """Probability of each option where `solve(game, not_deciding, current_options)` gives the strategies of all."""


@dataclass(frozen=True, kw_only=True)
class TheoryTerm:
    """One number behind a probability: of a reason, or of a step of the theory (a word that names no reason)."""

    name: str
    text: str
    value: float  #: part of the log odds, a share of draws, or a change of probability, as the theory has it
    mc_error: float


def mean_term(name: str, text: str, values: np.ndarray) -> TheoryTerm:
    """The mean of values (M,) with its standard error."""
    return TheoryTerm(
        name=name, text=text, value=float(values.mean()), mc_error=float(values.std()) / math.sqrt(len(values))
    )


def share_term(name: str, text: str, holds: np.ndarray) -> TheoryTerm:
    """The share of draws (M,) in which something holds, with its standard error."""
    share, _, error = wilson_interval(int(holds.sum()), len(holds))
    return TheoryTerm(name=name, text=text, value=share, mc_error=error)


@dataclass(frozen=True, kw_only=True)
class DecisionSample:
    """One option of a decision in M draws, of R reasons and O options."""

    parts: np.ndarray  #: (M, R, O) parts of the log odds against the status quo
    texts: Mapping[str, str]  #: reason -> its text, in the order of `parts`
    status_quo: int
    option: int  #: to be explained
    probabilities: np.ndarray  #: (M, O) as the theory chooses
    rationality: np.ndarray  #: (M,) as the actor sees itself
    weights: np.ndarray  #: (M, R)


@dataclass(frozen=True, kw_only=True)
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
        """Those terms that name a reason."""
        return [term for term in self.terms if term.name in self.reasons]


class TheoryWriter(Protocol):
    """How a report writes the numbers of a term, each with its Monte Carlo error."""

    def share(self, term: TheoryTerm) -> str:
        """A probability or share: `5.6 % ± 0.5`."""

    def log_odds(self, term: TheoryTerm) -> str:
        """A part of the log odds: `−0.66 ± 0.02`."""

    def points(self, term: TheoryTerm) -> str:
        """A change of a probability: `+3.58 ± 0.04 points`."""

    def quoted(self, terms: Iterable[TheoryTerm], number: Callable[[TheoryTerm], str]) -> str:
        """Texts with their numbers: `“A wider war” (47 % ± 2), “Cheap energy” (8 % ± 1)`."""

    def exceeds(self, term: TheoryTerm, other: TheoryTerm) -> bool:
        """Whether a term is above another by more than its Monte Carlo error explains."""


class Theory(Protocol):
    """A file of this folder."""

    IS_DETERMINISTIC: bool
    GRADIENT_FIT: bool

    def choose(self, decision: Decision) -> list[Array]:
        """Probability of each option, (B,)."""

    def explain(self, sample: DecisionSample) -> tuple[TheoryTerm, ...]:
        """Terms behind the probabilities of `sample.option`."""

    def describe(self, explanation: TheoryExplanation, write: TheoryWriter) -> str:
        """The terms as the end of a sentence, from its `;` or `.` on."""


def theory(name: str) -> Theory:
    """The theory of that name; `ImportError` where there is none (names of scenarios are checked before)."""
    return cast(Theory, registry.module(PACKAGE, name))


def names() -> tuple[str, ...]:
    """All theories, the default first."""
    return (DEFAULT, *(name for name in registry.names(PACKAGE) if name != DEFAULT))
