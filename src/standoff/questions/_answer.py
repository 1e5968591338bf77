"""Answer to one question: the number of the run, the one that is printed, and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from standoff.questions._base_rate import BaseRate
from standoff.questions._uncertainty import EpistemicBand, MonteCarlo

Interval: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one question.

    `answer` is a probability for an event, a median for a quantity or a time, a mean part of the log odds for a reason,
    a median rank, or the most likely label of a `first_of`, in the futures of the run: under its model and theory alone.
    `band` is its uncertainty from what is not known; None where it is missing. `point` is the number that is printed:
    the mean of the distribution whose band is printed where that is over rival models or theories, else the share of
    futures; of a number that is no probability the answer. `futures` is the central 90 % of the futures for quantities,
    times, ranks and reasons; `monte_carlo` the error of the answer from the number of draws. `claims` are the direct
    evidence, `provenance` all evidence by role: question, fitted, observed, parameters, reasons, indirect (see
    `standoff.analysis.provenance`). `influence` is the influence of each claim on the fitted parameters directly behind
    the answer, in standard deviations of the prior.
    """

    id: str
    kind: str
    lines: tuple[int, ...]
    text: str
    date: str
    unit: str
    answer: float | str | None
    futures: Interval | None
    monte_carlo: MonteCarlo | None
    baselines: Mapping[str, float | None]
    claims: tuple[str, ...]
    resolution: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    influence: Mapping[str, float] = field(default_factory=dict)
    band: EpistemicBand | None = None
    base_rates: tuple[BaseRate, ...] = ()  #: of an event: in the analyst's list, and in all data
    point: float | None = field(init=False)

    def __post_init__(self) -> None:
        """Set the point, which follows from the band and the answer."""
        own = self.number if self.share is None else self.share
        object.__setattr__(self, "point", own if self._models is None else self._models.mean)

    @property
    def _models(self) -> EpistemicBand | None:
        """The band of a probability, if it is over rival models or theories."""
        return self.band if self.band is not None and self.band_ends and self.band.is_over_models else None

    @property
    def share(self) -> float | None:
        """Share of futures in which it happens, or the label is first; None for other numbers."""
        if self.kind == "first_of":
            return float(self.detail["first"][self.answer])
        return self.detail.get("probability_by", self.number if self.kind == "event" else None)

    @property
    def point_error(self) -> float | None:
        """Monte Carlo standard error of the point; None where it is not known."""
        if self._models is not None:
            return self._models.error
        return self.detail.get("probability_mc_error", self.mc_error)

    def moved(self, change: float) -> float:
        """The point with a paired difference added; a probability stays between 0 and 1."""
        out = (self.point or 0.0) + change
        return out if self.share is None else min(max(out, 0.0), 1.0)

    @property
    def number(self) -> float | None:
        """The answer, if it is a number."""
        return None if isinstance(self.answer, str) else self.answer

    @property
    def ends(self) -> Interval:
        """Ends of the central 90 % of futures; empty without them."""
        return self.futures or (None, None)

    @property
    def mc_error(self) -> float | None:
        """Standard error from the number of draws."""
        return None if self.monte_carlo is None else self.monte_carlo.error

    @property
    def band_ends(self) -> tuple[float, float] | None:
        """Ends of the epistemic band of a probability."""
        band = self.band
        return None if band is None or band.low is None or band.high is None else (band.low, band.high)
