"""Records of a fit that convert to JSON.

Triples are the 5, 50 and 95 per cent points.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from standoff.belief_update import BeliefUpdate, Contribution
from standoff.engine.model import Model
from standoff.inference.convergence import Diagnostics
from standoff.plan import InterventionRecord
from standoff.record import record
from standoff.serialise import to_plain
from standoff.types import Floats
from standoff.versions import versions

Triple = tuple[float, float, float]
NEGLIGIBLE = 0.1  #: negligible shift: three standard errors of the mean of 1,000 draws, in prior deviations
STANDS_OUT = 1000**-0.5  #: standard error of the mean of 1,000 draws as wide as the prior
LIKELIHOOD = (
    "Likelihood of a claim about a size S on its day: log S + bias + noise, integrated over the values that the words of "
    "the claim allow (the rounding of a number, a range, a bound with a soft edge). Each source has its own noise and one "
    "bias per subject; the prior of the bias is shifted in the direction of the source's interest for losses and centred "
    "for other quantities. A count by name covers an unknown share. Claims of one report share one error. From the first "
    "free state on, S is simulated, and the noise of every step is estimated together with the parameters. The likelihood "
    "of an observed choice is the quantal response probability of the whole sequence of options at its dates, where unknown "
    "reasons persist until they are drawn again (half-life). All unknowns have standard normal priors. A claim that a prior "
    "cites is excluded, since it would count twice."
)


@dataclass(frozen=True)
class ParameterUpdate:
    """A parameter of the scenario, before and after the fit."""

    path: str
    label: str  #: its name in words
    text: str
    unit: str  #: canonical
    before: Triple
    after: Triple
    contraction: float  #: posterior contraction: 1 - sd after / before, in coordinates with a standard normal prior
    shift: float  #: shift of the median, in prior standard deviations
    claims: tuple[str, ...]  #: sources of its prior

    @property
    def identified(self) -> bool:
        """Whether the evidence updated it."""
        return math.hypot(self.shift, self.contraction) >= NEGLIGIBLE


@dataclass(frozen=True)
class SourceBias:
    """Estimated bias of a source."""

    subject: str
    family: str
    name: str
    interest: str
    claims: int
    reported_over_estimated: Triple  #: mean of reported / estimated over its claims


@dataclass(frozen=True)
class ChoiceFit:
    """Fit of an observed choice."""

    choice: str
    text: str  #: who decides, and what about
    picked: str  #: in words
    before: float  #: probability of the sequence at the prior median; under a rival theory, its mean
    after: float  #: probability at the posterior median; under a rival theory, its mean over draws
    claims: tuple[str, ...]
    theory: str = "quantal_response"


@dataclass(frozen=True)
class FittedClaim:
    """A compared claim."""

    claim: str
    day: str
    source: str
    side: str
    comparator: str
    value: float  #: in the unit of its entry, the midpoint of its range


@dataclass(frozen=True)
class PredictiveCheck:
    """Prior and posterior predictions and claims of an entry of `fit.targets`."""

    name: str
    unit: str
    times: tuple[str, ...]
    before: tuple[Triple, ...]
    after: tuple[Triple, ...]
    claims: tuple[FittedClaim, ...]


@record
class FitDiagnostics(Diagnostics):
    """Convergence diagnostics of the draws of a fit."""

    method: str  #: laplace, hmc, or smc (hmc, then tempering to choices of rival theories)
    mode_found: bool
    steps: int
    weight_deviation: float | None = None
    #: difference of log densities at draws of the normal approximation; 0 if it is exact
    why: str  #: in words
    log_evidence: tuple[float, float] | None = None
    #: log marginal likelihood of choices of rival theories, and its error


@dataclass(frozen=True)
class FitProvenance:
    """Inputs and software of a fit."""

    title: str
    variant: str
    as_of: str
    since: str
    model: str  #: digest of scenario and ledger
    seed: int
    versions: Mapping[str, str]
    interventions: tuple[InterventionRecord, ...] = dataclasses.field(
        default=(), kw_only=True
    )  #: parameters that were set


def provenance_fields(model: Model, seed: int) -> dict[str, Any]:
    """The fields of `FitProvenance`."""
    scenario = model.scenario
    since = scenario.fit.since if scenario.fit else ""
    return {
        "title": scenario.title,
        "variant": model.plan.variant,
        "as_of": scenario.as_of,
        "since": since,
        "model": model.hash,
        "seed": seed,
        "versions": versions(),
        "interventions": model.plan.intervention_records,
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """Evidence of a fit, and its contributions to parameters, see `case_deletion`."""

    entries: tuple[str, ...]  #: of `fit.targets`, and `choices.NAME`
    claims: tuple[str, ...]  #: claim ids; one may belong to several entries
    entry: tuple[int, ...]  #: (claim,) its entry
    shift: Floats  #: (parameter, entry)
    narrowing: Floats  #: (parameter, entry)
    influence: Floats  #: (parameter, claim) with the claims of its report, or of the choice that it reports

    def with_entry(self, entry: str, claims: Sequence[str], shift: Floats, narrowing: Floats) -> Evidence:
        """Add an entry: its claims, and their joint contributions (parameter,)."""
        alike = np.repeat(np.hypot(shift, narrowing)[:, None], len(claims), axis=1)
        return Evidence(
            entries=(*self.entries, entry),
            claims=(*self.claims, *claims),
            entry=(*self.entry, *[len(self.entries)] * len(claims)),
            shift=np.column_stack((self.shift, shift)),
            narrowing=np.column_stack((self.narrowing, narrowing)),
            influence=np.hstack([self.influence, alike]),
        )

    def fit(self, number: int, shift: float, contraction: float) -> BeliefUpdate:
        """Summary of one parameter: entries with significant influence, or the largest one."""
        if math.hypot(shift, contraction) < NEGLIGIBLE:
            return BeliefUpdate(shift=shift, contraction=contraction)
        sizes = np.hypot(self.shift[number], self.narrowing[number])
        each = [
            Contribution(
                entry=name,
                influence=_rounded(sizes[n]),
                shift=_rounded(self.shift[number, n]),
                narrowing=_rounded(self.narrowing[number, n]),
                claims=self._claims(number, n),
            )
            for n, name in enumerate(self.entries)
        ]
        each.sort(key=lambda item: -item.influence)
        largest = [item for item in each if item.influence >= STANDS_OUT] or each[:1]
        return BeliefUpdate(shift=shift, contraction=contraction, evidence=tuple(largest))

    def _claims(self, number: int, entry: int) -> tuple[tuple[str, float], ...]:
        own = [
            (claim, _rounded(self.influence[number, n]))
            for n, claim in enumerate(self.claims)
            if self.entry[n] == entry
        ]
        return tuple(sorted(own, key=lambda pair: -pair[1]))


@dataclass(frozen=True, eq=False, kw_only=True)
class FitResult(FitProvenance):
    """Result of `standoff fit`."""

    diagnostics: FitDiagnostics
    parameters: tuple[ParameterUpdate, ...]  #: fitted parameters, the most updated first
    unidentified: int  #: parameters without information in the evidence, which keep their priors
    chance: int  #: number of noise values fitted with them
    sources: tuple[SourceBias, ...]
    choices: tuple[ChoiceFit, ...]
    compared: tuple[PredictiveCheck, ...]
    left_out: tuple[tuple[str, str], ...]  #: excluded claims and choices, with reasons
    warnings: tuple[str, ...]
    without_slope: tuple[str, ...] = ()  #: numbers of conditions, in words: held at the middle of their beliefs
    names: tuple[str, ...] = ()  #: names of the columns of `draws`
    draws: Floats | None = None  #: (chain, draw, fitted parameter) canonical values
    evidence: Evidence | None = None  #: over the parameters `names`
    fits: Mapping[str, BeliefUpdate] = dataclasses.field(default_factory=dict)  #: prior sources of each of `names`

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, without the draws."""
        out = dataclasses.asdict(dataclasses.replace(self, draws=None, evidence=None))
        del out["draws"], out["evidence"]
        return {key: to_plain(value) for key, value in out.items()}


def _rounded(size: float) -> float:
    """Round to four decimals, far below the error of a Newton step."""
    return round(float(size), 4)


def triple(values: Floats) -> Triple:
    """5, 50 and 95 % quantiles of draws."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
    return low, middle, high
