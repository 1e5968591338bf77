"""Records of a reconciliation. Numbers in the unit of the finding, intervals central 90 %."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standoff.inference.convergence import Diagnostics
from standoff.record import record
from standoff.serialise import to_plain

Interval = tuple[float, float]
RELIABLE_SHAPE = 0.7  #: largest Pareto shape of reliable weights; vehtari2024


@dataclass(frozen=True)
class PathPoint:
    """The quantity at the end of a day."""

    day: str
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float


@record
class SourceEstimate:
    """Estimated bias of a source. Factors are relative to the truth: 1.2 is a fifth too high."""

    source: str
    side: str
    interest: str
    claims: int
    bias: float  #: median mean factor over its claims; for a count by name, the recorded share
    bias_interval: Interval
    bias_before: Interval  #: the same before any claim
    noise: float  #: median error around it, one standard deviation of the log
    noise_interval: Interval
    by_name: bool


@record
class ClaimResidual:
    """A claim compared with the estimated path."""

    id: str
    quantity: str
    source: str
    side: str
    day: str
    statement: str
    low: float  #: its range, in the unit of the finding (a day's or a year's number as it is)
    high: float | None
    truth: float  #: median of the size that it is about
    factor: float  #: number / size
    residual: float  #: number / expected number of its source, bias included
    tail: float  #: two-sided tail probability given all other claims
    surprising: bool


@dataclass(frozen=True)
class Influence:
    """The estimate without one claim."""

    id: str
    median: float  #: by importance weights
    interval: Interval
    change: float  #: relative change of the median: by a refit if there is one, else by weights
    pareto_k: float  #: Pareto shape of the weights
    refitted: float | None  #: median of a refit without the claim, if there is one
    refitted_interval: Interval | None

    @property
    def is_reliable(self) -> bool:
        """Whether the weights can be trusted."""
        return self.pareto_k <= RELIABLE_SHAPE


@record
class ReconcileDiagnostics(Diagnostics):
    """Convergence diagnostics of the draws."""

    draws: int
    steps: float


@dataclass(frozen=True)
class ReconcileSettings:
    """Settings and provenance of a reconciliation."""

    as_of: str
    ledger: str  #: digest
    without: tuple[str, ...]
    independent_relays: bool
    seed: int
    prior: Mapping[str, Any]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class ReconciledQuantity:
    """Result of `standoff reconcile`: path, source biases, and influence of each claim."""

    title: str
    subject: str
    quantity: str
    unit: str
    at: PathPoint  #: the estimate
    mc_error: float  #: error of its median
    path: tuple[PathPoint, ...]
    sources: tuple[SourceEstimate, ...]
    claims: tuple[ClaimResidual, ...]
    influences: tuple[Influence, ...]  #: the largest first
    left_out: tuple[tuple[str, str], ...]  #: id, reason
    conflicts: tuple[str, ...]  #: among the claims in use
    definitions: Mapping[str, Interval]  #: other parts of the family per unit of the first, estimated
    warnings: tuple[str, ...]
    checks: ReconcileDiagnostics
    made: ReconcileSettings

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(dataclasses.asdict(self))


@record
class CategoryItem:
    """One question that claims answer in categories. Chances are in the order of the categories."""

    subject: str
    item: str  #: `conflict` group of its claims, or their day
    day: str  #: the last that they are about
    likeliest: str
    chances: tuple[float, ...]
    without_one: Interval | None  #: least and largest chance of the likeliest where any one source is left out
    speakers: Mapping[str, tuple[str, ...]]  #: category -> sources that report it
    claims: tuple[str, ...]


@record
class CategorySource:
    """How often a source reports which category."""

    source: str
    side: str
    reports: int
    rates: tuple[tuple[float, ...], ...]  #: (true, reported) mean
    right: tuple[Interval, ...]  #: of each category where it is true


@record
class ReconciledCategories:
    """Result of `standoff reconcile` for claims in categories."""

    title: str
    quantity: str
    subject: str  #: empty for all
    as_of: str
    categories: tuple[str, ...]
    shares: tuple[float, ...]  #: of items, in the order of the categories
    items: tuple[CategoryItem, ...]  #: by the day of their first claim
    sources: tuple[CategorySource, ...]
    left_out: tuple[tuple[str, str], ...]  #: id, reason
    warnings: tuple[str, ...]
    ledger: str  #: digest

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(dataclasses.asdict(self))
