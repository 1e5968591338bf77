"""What a fit found: frozen records that turn into JSON. Nothing here imports JAX.

Triples are the 5, 50 and 95 per cent points.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.beliefs import BeliefUpdate, Contribution
from standoff.serialise import to_plain
from standoff.types import Floats

if TYPE_CHECKING:
    from standoff.engine.build import Model

Triple = tuple[float, float, float]
TAUGHT = 0.1  #: deviations of the prior, three standard errors of the mean of 1,000 draws: less is next to nothing
STANDS_OUT = 1000**-0.5  #: standard error of the mean of 1,000 draws as wide as the prior: less is lost in their noise
LIKELIHOOD = (
    "A claim about a size S at its day has the density of  log S + bias + noise  through what its words allow: within the last "
    "digit of a number, within a range, beyond a bound with a soft edge. A source has one bias a subject, whose prior leans "
    "the way of its interest for losses and no way else, and noise of its own; a count by name holds an unknown share; claims of "
    "one report share one error. S follows the processes from the first state on, with the chance of every step as unknown as "
    "the parameters. A seen choice has the probability that its quantal response gives to the whole sequence of options at its "
    "dates, unknown reasons lasting until they are drawn afresh (renewal). All unknowns are standard normal before the evidence. "
    "A claim that a prior rests on is left out, for it would count twice."
)


@dataclass(frozen=True)
class ParameterUpdate:
    """A number of the scenario, before and after."""

    path: str
    text: str
    unit: str  #: canonical
    before: Triple
    after: Triple
    contraction: float  #: 1 - deviation after / before, in coordinates in which the prior is a standard normal
    shift: float  #: of its middle, in deviations of the prior
    claims: tuple[str, ...]  #: that its prior rests on

    @property
    def identified(self) -> bool:
        """Whether the evidence said something about it."""
        return math.hypot(self.shift, self.contraction) >= TAUGHT


@dataclass(frozen=True)
class SourceBias:
    """A source, as the fit has come to see it."""

    subject: str
    family: str
    name: str
    interest: str
    claims: int
    reported_over_estimated: Triple  #: what it says over what the fit takes for the truth, over its claims


@dataclass(frozen=True)
class ChoiceFit:
    """A choice that was seen."""

    choice: str
    picked: str  #: in words
    before: float  #: probability of the sequence in the middle of the prior; of a rival theory, its mean given all else
    after: float  #: ... in the middle of the posterior; of a rival theory, its mean over draws
    claims: tuple[str, ...]
    theory: str = "quantal_response"


@dataclass(frozen=True)
class FittedClaim:
    """A claim that was compared."""

    claim: str
    day: str
    voice: str
    side: str
    comparator: str
    value: float  #: in the unit of its entry, the middle of what it allows


@dataclass(frozen=True)
class PredictiveCheck:
    """An entry of `fit.compare`: what the model said before and after, and what was claimed."""

    name: str
    unit: str
    times: tuple[str, ...]
    before: tuple[Triple, ...]
    after: tuple[Triple, ...]
    said: tuple[FittedClaim, ...]


@dataclass(frozen=True)
class Diagnostics:
    """How far to trust the draws."""

    method: str  #: laplace, hmc, or smc: hmc, and then by temperatures to choices of rival theories
    mode_found: bool
    steps: int
    rhat: float | None  #: largest, of chains
    ess: float | None  #: least effective number of draws, bulk and tails
    divergences: int | None
    weight_deviation: (
        float | None
    )  #: of the log density at draws of the normal, over the normal's own: 0 where it is exact
    passed: bool
    why: str  #: in words
    log_evidence: tuple[float, float] | None = (
        None  #: log probability of choices of rival theories, given all else; its error
    )


@dataclass(frozen=True)
class FitProvenance:
    """What was fitted, and by what."""

    title: str
    variant: str
    as_of: str
    since: str
    model: str  #: digest of scenario and ledger
    seed: int
    versions: Mapping[str, str]


def provenance_fields(model: Model, seed: int) -> tuple[str, str, str, str, str, int, Mapping[str, str]]:
    """The fields of `Made`, in their order."""
    from standoff.versions import versions

    scenario = model.scenario
    since = scenario.fit.since if scenario.fit else ""
    return scenario.title, model.plan.variant, scenario.as_of, since, model.hash, seed, versions()


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What was compared, and what it contributes to fitted numbers, see `case_deletion`."""

    entries: tuple[str, ...]  #: of `fit.compare`, and `choices.NAME`
    claims: tuple[str, ...]  #: one may stand under several entries
    entry: tuple[int, ...]  #: (claim,) that it stands under
    shift: Floats  #: (number, entry)
    narrowing: Floats  #: (number, entry)
    influence: Floats  #: (number, claim) of each claim with those of its report, or of the choice that it tells of

    def with_entry(self, entry: str, claims: Sequence[str], shift: Floats, narrowing: Floats) -> Evidence:
        """The same with one entry more: its claims, and what they contribute together (number,)."""
        columns = [(self.shift, shift), (self.narrowing, narrowing)]
        shifts, narrowings = (np.column_stack(pair) for pair in columns)
        alike = np.repeat(np.hypot(shift, narrowing)[:, None], len(claims), axis=1)
        return Evidence(
            entries=(*self.entries, entry), claims=(*self.claims, *claims),
            entry=(*self.entry, *[len(self.entries)] * len(claims)), shift=shifts, narrowing=narrowings,
            influence=np.hstack([self.influence, alike]),
        )  # fmt: skip

    def fit(self, number: int, shift: float, contraction: float) -> BeliefUpdate:
        """What a fit made of one number: entries whose influence stands out, or else the one with the largest."""
        if math.hypot(shift, contraction) < TAUGHT:
            return BeliefUpdate(shift=shift, contraction=contraction)
        sizes = np.hypot(self.shift[number], self.narrowing[number])
        result = [
            Contribution(
                entry=name, influence=_rounded(sizes[n]), shift=_rounded(self.shift[number, n]),
                narrowing=_rounded(self.narrowing[number, n]), claims=self._claims(number, n),
            ) for n, name in enumerate(self.entries)
        ]  # fmt: skip
        result.sort(key=lambda item: -item.influence)
        stored = [item for item in result if item.influence >= STANDS_OUT] or result[:1]
        return BeliefUpdate(shift=shift, contraction=contraction, evidence=tuple(stored))

    def _claims(self, number: int, entry: int) -> tuple[tuple[str, float], ...]:
        own = [
            (claim, _rounded(self.influence[number, n]))
            for n, claim in enumerate(self.claims)
            if self.entry[n] == entry
        ]
        return tuple(sorted(own, key=lambda pair: -pair[1]))


@dataclass(frozen=True, eq=False)
class FitResult(FitProvenance):
    """What `standoff fit` answers with."""

    diagnostics: Diagnostics
    parameters: tuple[ParameterUpdate, ...]  #: fitted ones, those that learned most first
    unidentified: int  #: numbers of the scenario that the evidence says nothing of, and that stay at their priors
    chance: int  #: random numbers of the path that were fitted beside them
    voices: tuple[SourceBias, ...]
    choices: tuple[ChoiceFit, ...]
    compared: tuple[PredictiveCheck, ...]
    left_out: tuple[tuple[str, str], ...]  #: claims and choices, and why
    warnings: tuple[str, ...]
    names: tuple[str, ...] = ()  #: of the columns of `draws`
    draws: Floats | None = None  #: (chain, draw, fitted parameter) canonical values
    evidence: Evidence | None = None  #: its numbers are those of `names`
    fits: Mapping[str, BeliefUpdate] = dataclasses.field(default_factory=dict)  #: of each of `names`

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, without the draws."""
        out = dataclasses.asdict(dataclasses.replace(self, draws=None, evidence=None))
        del out["draws"], out["evidence"]
        return {key: to_plain(value) for key, value in out.items()}


def _rounded(size: float) -> float:
    """To the fourth decimal: less is far below the error of a step of Newton."""
    return round(float(size), 4)


def triple(values: Floats) -> Triple:
    """5, 50 and 95 per cent points of draws."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)
