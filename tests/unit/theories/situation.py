"""A decision of plain numbers, and a writer that shows a term by its value alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from standoff.theories import DecisionSample, TheoryTerm


@dataclass(frozen=True)
class Situation:
    """Payoffs [reason][option] of one future; the first option is the status quo."""

    payoffs: Sequence[Sequence[float]]
    weight: Sequence[float]
    sharpness: float = 1.0
    status_quo: int = 0
    strategy: list[Any] = field(default_factory=list)
    available: list[Any] | None = None

    @property
    def rationality(self) -> Any:
        return jnp.asarray([self.sharpness])

    @property
    def weights(self) -> list[Any]:
        return [jnp.asarray([w]) for w in self.weight]

    @property
    def parts(self) -> list[list[Any]]:
        return [
            [jnp.asarray([w * value]) for value in options]
            for w, options in zip(self.weight, self.payoffs, strict=True)
        ]

    def equilibrium(self) -> list[Any]:
        return self.strategy

    def response(self, solve: Any) -> list[Any]:
        return [solve]


def chosen(probabilities: Sequence[Any]) -> list[float]:
    """Probabilities of the one future."""
    return [float(p[0]) for p in probabilities]


def sample(parts: Any, probabilities: Any, option: int = 1, **others: Any) -> DecisionSample:
    """Parts (M, R, O) of reasons a, b, ...; rationality and weights are 1 unless given."""
    values = np.asarray(parts, float)
    draws, reasons = values.shape[:2]
    given = {
        "rationality": np.ones(draws),
        "weights": np.ones((draws, reasons)),
        "status_quo": 0,
        "available": np.ones((draws, values.shape[2]), bool),
    } | others
    texts = {name: f"text of {name}" for name in "abcdef"[:reasons]}
    return DecisionSample(
        parts=values, texts=texts, option=option, probabilities=np.asarray(probabilities, float), **given
    )


class Plain:
    """Every number as `name=value`."""

    def share(self, term: TheoryTerm) -> str:
        return f"{term.name}={term.value:g}"

    log_odds = points = share

    def quoted(self, terms: Iterable[TheoryTerm], number: Callable[[TheoryTerm], str]) -> str:
        return ", ".join(map(number, terms))

    def exceeds(self, term: TheoryTerm, other: TheoryTerm) -> bool:
        return term.value > other.value
