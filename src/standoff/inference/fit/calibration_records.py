"""Records of a calibration: ranks of true numbers among draws, and what they say.

If sampler and likelihood are right, each rank is uniform (talts2018): chi squared over bins of equal size tells whether it
is, and the central 50 and 90 % of the draws hold half and nine tenths of the true numbers. One of many unknowns looks
uneven by chance, so that the verdict compares the least p with a level divided by their number (Bonferroni), which holds
however ranks of one set depend on one another. Nothing here imports JAX.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from standoff.inference.fit.records import NEGLIGIBLE, FitProvenance
from standoff.serialise import to_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standoff.types import Floats

    Ints = NDArray[np.int64]

RANKED = 59  #: draws of a set among which true numbers are ranked: 60 ranks, which 2 to 10 bins share evenly
BINS = (10, 6, 5, 4, 3, 2)  #: numbers of bins, all divisors of `RANKED` + 1
EXPECTED = 5  #: least expected count of a bin, from which chi squared may be used; cochran1954
FEWEST = EXPECTED * BINS[-1]  #: sets from which there is a verdict
LEVEL = 0.01  #: chance of a false alarm over all unknowns; assumption
CENTRAL = (0.5, 0.9)  #: intervals whose coverage is counted


@dataclass(frozen=True)
class Unknown:
    """An unknown of a fit, standard normal under the prior."""

    name: str
    label: str  #: in words
    kind: str  #: parameter, start, chance, source


@dataclass(frozen=True, kw_only=True)
class UnknownCalibration(Unknown):
    """Ranks of the true values of an unknown."""

    contraction: float  #: mean over sets of 1 - sd of the draws, in standard deviations of the prior
    counts: tuple[int, ...]  #: ranks by bin
    chi_squared: float | None  #: None where there are too few sets
    p: float | None
    covered: tuple[float, ...]  #: share of sets whose central 50 and 90 % hold the true value

    @property
    def informed(self) -> bool:
        """Whether claims inform it; the ranks of others are uniform by themselves."""
        return self.contraction >= NEGLIGIBLE


@dataclass(frozen=True)
class FailedSet:
    """A set of claims that could not be made or fitted."""

    label: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Calibration(FitProvenance):
    """Result of `standoff fit --calibrate`."""

    method: str  #: hmc or laplace
    sets: int  #: sets that were asked for
    failed: tuple[FailedSet, ...]  #: without ranks
    unconverged: tuple[str, ...]  #: sets whose chains did not agree, or without a mode; their ranks count all the same
    resampled: int  #: sets whose first, short chains did not agree
    claims: int  #: claims of each set
    choices_left_out: int  #: observed choices, of which the density of a calibration says nothing
    unknowns: tuple[UnknownCalibration, ...]  #: the least p first
    covered: tuple[float, ...]  #: coverage of the central 50 and 90 % over unknowns that claims inform
    covered_errors: tuple[float, ...]  #: its standard errors over sets

    @property
    def ranked(self) -> int:
        """Sets with ranks."""
        return self.sets - len(self.failed)

    @property
    def bins(self) -> int:
        """Number of bins; 0 where there are too few sets."""
        return bins(self.ranked)

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors of the coverages of one unknown, if it is calibrated."""
        return tuple(float(np.sqrt(share * (1 - share) / max(self.ranked, 1))) for share in CENTRAL)

    @property
    def least_p(self) -> float | None:
        """The least p, times the number of unknowns, and at most 1; None without any."""
        known = [item.p for item in self.unknowns if item.p is not None]
        return min(1.0, min(known) * len(known)) if known else None

    @property
    def passed(self) -> bool | None:
        """Whether all ranks may be uniform; None where there are too few sets to tell."""
        return None if self.least_p is None else self.least_p >= LEVEL

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        out = {key: to_plain(value) for key, value in dataclasses.asdict(self).items()}
        return out | {
            "ranked": self.ranked,
            "bins": self.bins,
            "standard_errors": list(self.errors),
            "adjusted_p": self.least_p,
            "level": LEVEL,
            "passed": self.passed,
        }


def bins(sets: int) -> int:
    """Number of bins for so many ranks; 0 where even two would hold too few."""
    return next((count for count in BINS if sets >= EXPECTED * count), 0)


def inside(ranks: Ints, share: float) -> Any:
    """Whether the central share of the draws holds the true value."""
    edge = (1 - share) / 2 * RANKED
    return (ranks > edge) & (ranks < RANKED - edge)


def calibration_of(unknown: Unknown, ranks: Ints, contraction: float) -> UnknownCalibration:
    """What the ranks (set,) of an unknown say."""
    count = bins(len(ranks))
    counts = np.bincount(ranks * max(count, 1) // (RANKED + 1), minlength=max(count, 1))
    test: Any = stats.chisquare(counts) if count else None
    return UnknownCalibration(
        unknown.name,
        unknown.label,
        unknown.kind,
        contraction=contraction,
        counts=tuple(counts.tolist()),
        chi_squared=None if test is None else float(test.statistic),
        p=None if test is None else float(test.pvalue),
        covered=tuple(float(inside(ranks, share).mean()) for share in CENTRAL),
    )


def coverage(ranks: Ints, share: float) -> tuple[float, float]:
    """Coverage of ranks (set, unknown), and its standard error over sets."""
    if not ranks.size:
        return float("nan"), float("nan")
    each: Floats = inside(ranks, share).mean(axis=1)
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(len(each))) if len(each) > 1 else float("nan")
