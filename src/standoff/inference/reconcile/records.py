"""What reconciling claims gives: frozen records. Numbers are in the unit of the finding, intervals central 90 %."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standoff.serialise import to_plain

Interval = tuple[float, float]


@dataclass(frozen=True)
class PathPoint:
    """The quantity at the end of a day."""

    day: str
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float


@dataclass(frozen=True)
class SourceEstimate:
    """What the claims say of a source. Factors are on the truth: 1.2 is a fifth too high."""

    voice: str
    side: str
    interest: str
    claims: int
    bias: float  #: median factor of the mean over its claims; for a count by name, the share that it holds
    bias_interval: Interval
    bias_before: Interval  #: the same before any claim is heard
    noise: float  #: median of its error about that, one deviation of the logarithm
    noise_interval: Interval
    by_name: bool


@dataclass(frozen=True)
class ClaimResidual:
    """A claim beside the path."""

    id: str
    quantity: str
    voice: str
    side: str
    day: str
    said: str
    low: float  #: what it allows, in the unit of the finding (a day's or a year's number as it is)
    high: float | None
    truth: float  #: median of what it is about
    factor: float  #: the number over that
    residual: float  #: the number over what its source would say of the truth, bias and all, as a factor
    tail: float  #: chance that its source would say something more extreme, given all other claims; both sides
    surprising: bool


@dataclass(frozen=True)
class Influence:
    """What the answer would be without one claim."""

    id: str
    median: float  #: by importance weights
    interval: Interval
    change: float  #: of the median, as a share: by the fit anew where there was one, else by weights
    pareto_k: float  #: of the importance weights; above 0.7 they do not say (vehtari2024)
    refitted: float | None  #: the median of a fit without the claim, where there was one
    refitted_interval: Interval | None


@dataclass(frozen=True)
class Checks:
    """Whether the draws can be used."""

    passed: bool
    rhat: float
    ess: float  #: least effective draws of any parameter, in the bulk and the tails
    divergences: int
    draws: int
    steps: float


@dataclass(frozen=True)
class ReconcileSettings:
    """How it came about: enough to make it again."""

    as_of: str
    ledger: str  #: digest
    without: tuple[str, ...]
    independent_relays: bool
    seed: int
    prior: Mapping[str, Any]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class ReconciledQuantity:
    """Claims about one quantity reconciled: what it was, how far each source is off, and what each claim does."""

    title: str
    subject: str
    quantity: str
    unit: str
    at: PathPoint  #: the answer
    mc_error: float  #: of its median
    path: tuple[PathPoint, ...]
    sources: tuple[SourceEstimate, ...]
    claims: tuple[ClaimResidual, ...]
    influences: tuple[Influence, ...]  #: the largest first
    left_out: tuple[tuple[str, str], ...]  #: id, why
    conflicts: tuple[str, ...]  #: among the claims that are used
    definitions: Mapping[str, Interval]  #: other parts of the family for one of the first, as found
    warnings: tuple[str, ...]
    checks: Checks
    made: ReconcileSettings

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        out: dict[str, Any] = to_plain(dataclasses.asdict(self))
        return out
