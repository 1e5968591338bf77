"""Uncertainty of an answer: Monte Carlo error, and the epistemic band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MonteCarlo:
    """Error of an answer from the finite number of draws; it shrinks with more of them."""

    error: float  #: standard error
    interval: tuple[float, float] | None = None  #: central 90 %, for the probability of an event


@dataclass(frozen=True, kw_only=True)
class EpistemicBand:
    """Uncertainty of an answer from parameters, rival models and decision theories.

    An event has a probability for each value of the parameters under each model; `mean` is the mean of these, and the
    band their central 90 %, without the noise of the replicates (`analysis.epistemic_band` says how). A number has no
    band: the central 90 % of futures, which an answer has already, contains what is not known; `shares` says which part.
    """

    low: float | None  #: of the probability, or of the share of `label`
    high: float | None
    mean: float  #: of the probability or the number over parameters and models
    error: float | None = None  #: Monte Carlo standard error of the mean; None where it was not stored
    label: str = ""  #: label of a `first_of` question
    shares: Mapping[str, float]  #: shares of the variance of the outcome: variants, theories, both, parameters, chance
    parameters: int  #: number of uncertain parameters
    variants: int = 1  #: number of models of the case; one is the case itself
    theories: int = 1  #: number of decision theories; one is that of the case
    draws: int  #: values of the parameters
    replicates: int  #: futures for each value under each model

    @property
    def is_over_models(self) -> bool:
        """Whether it is over rival models or decision theories, beside parameters."""
        return self.variants * self.theories > 1
