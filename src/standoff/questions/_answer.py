"""Answer to one question: the number of the run, the one that is printed, and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal, TypeAlias

from standoff import registry
from standoff.record import record

Interval: TypeAlias = tuple[float | None, float | None]


@record
class MonteCarlo:
    """Error of an answer from the finite number of draws; it shrinks with more of them."""

    error: float  #: standard error
    interval: tuple[float, float] | None = None  #: central 90 %, for the probability of an event


@record
class EpistemicBand:
    """Uncertainty of an answer from parameters, rival models and theories, and rival authors.

    An event has a probability for each value of the parameters under each model; `mean` is the mean of these, and the
    band their central 90 % and the mean, without the noise of the replicates (`analysis.epistemic_band` says how). A number has no
    band: the central 90 % of futures, which an answer has already, contains what is not known; `shares` says which part.
    """

    low: float | None  #: of the probability, or of the share of `label`
    high: float | None
    mean: float  #: of the probability or the number over parameters and models
    error: float | None = None  #: Monte Carlo standard error of the mean; None where it was not stored
    label: str = ""  #: label of a `first_of` question
    parts: Mapping[str, tuple[float, tuple[float, float]]] = field(default_factory=dict)
    #: mean and band of further shares that the answer tells, see `Answer.other_shares`
    shares: Mapping[str, float]  #: shares of the variance of the outcome: variants, theories, both, parameters, chance
    parameters: int  #: number of uncertain parameters
    variants: int = 1  #: number of models of the case; one is the case itself
    theories: int = 1  #: number of decision theories; one is that of the case
    structure: int = 0  #: number of decisions of the author that rival authors take another way
    draws: int  #: values of the parameters
    replicates: int  #: futures for each value under each model

    @property
    def is_over_models(self) -> bool:
        """Whether it is over rival models, decision theories or rival authors, beside parameters."""
        return self.variants * self.theories > 1 or self.structure > 0


@record
class BaseRate:
    """How often the event happened in other cases, as a probability by the date of the question."""

    kind: Literal["list", "data"]
    rate: float | None  #: by the date of the question; None where no data set counts the event
    interval: tuple[float, float] | None = None  #: central 90 %
    count: int | None = None  #: cases with the event, before the conversion to the date of the question
    of: int | None = None  #: all cases
    per: str = ""  #: time in which a case may have the event: year, month, case
    months: float | None = None  #: time of the question, to which a rate per time was converted
    since: int | None = None  #: first year of the count
    until: int | None = None
    data: str = ""  #: name of the data set
    sources: tuple[str, ...] = ()
    text: str = ""  #: the rule of the count, or why there is none
    members: str = ""  #: of a reference class: who is counted
    start: str = (
        ""  #: the question from whose first class the choice of this question starts; empty: it is not anchored
    )

    @property
    def place(self) -> str:
        """Where the rate stands, as the end of a phrase."""
        over = "" if self.months is None else f", over {self.months:.0f} months"
        if self.members:
            return f"as {self.members}{over}"
        if self.kind == "data":
            return f"in all data{over}"
        if self.of:
            return f"in the analyst's list{over}"
        return f"{'assumed' if self.sources == ('assumption',) else 'stated'} in the case{over}"

    @property
    def has_horizon(self) -> bool:
        """Whether it says in which time; a share of the cases of a list does not."""
        return self.kind == "data" or not self.of or self.months is not None


@record
class Answer:
    """The answer to one question.

    `answer` is a probability for an event, a median for a quantity or a time, a mean part of the log odds for a reason,
    a median rank, or the most likely label of a `first_of`, in the futures of the run: under its model and theory alone.
    `band` is its uncertainty from what is not known; None where it is missing. `point` is the number that is printed:
    the mean of the distribution whose band is printed, without a band the share of futures; of a number that is no
    probability the answer. `futures` is the central 90 % of the futures for quantities,
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
        estimate = self.number if self.share is None else self.share
        object.__setattr__(self, "point", self.band.mean if self.band and self.band_ends else estimate)

    @property
    def _form(self) -> Any:
        return registry.module("standoff.questions", self.kind).FORM

    @property
    def share(self) -> float | None:
        """Share of futures in which it happens, or the label is first; None for other numbers."""
        if self._form.HAS_LABELS:
            return float(self.other_shares[self.answer])
        return self.detail.get("probability_by", self.number if self._form.COMPARED_BY == "probability" else None)

    @property
    def other_shares(self) -> Mapping[Any, float]:
        """Shares told beside it, by the part of the detail that its form names."""
        return self.detail.get(self._form.BESIDE, {})

    @property
    def printed(self) -> Mapping[Any, tuple[float, tuple[float, float] | None]]:
        """The same as printed, with bands: means over models where there are any."""
        parts, own = self.band.parts if self.band else {}, {self.answer: (self.point or 0.0, self.band_ends)}
        return {
            name: own.get(name) or parts.get(str(name)) or (share, None) for name, share in self.other_shares.items()
        }

    @property
    def is_over_models(self) -> bool:
        """Whether the point is a mean over rival models, not that of the case alone."""
        return self.band_ends is not None and self.band is not None and self.band.is_over_models

    @property
    def point_error(self) -> float | None:
        """Monte Carlo standard error of the point; None where it is not known."""
        if self.band and self.is_over_models:
            return self.band.error
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


def count_text(base: BaseRate) -> str:
    """The count of a data set in words: `57 of 798 within a year, UCDP, 1975 to 2017`."""
    per = "" if base.per == "case" else f" within a {base.per}"
    return f"{base.count:,} of {base.of:,}{per}, {base.data}, {base.since} to {base.until}"
