"""Base of findings: frozen records with provenance that convert to JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.serialise import to_plain

if TYPE_CHECKING:
    from standoff.engine.run import Outcomes
    from standoff.plan import InterventionRecord


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Provenance of a finding: all that is needed to reproduce it."""

    title: str
    variant: str
    as_of: str
    model: str  #: digest of scenario, ledger and components
    draws: int
    failed: int
    seed: int
    precision: str
    versions: Mapping[str, str]
    failure: str = ""  #: first failure of a draw: date and cause
    posterior: str = ""  #: number of fitted parameters and cut-off date of the fit; empty without a posterior
    interventions: tuple[InterventionRecord, ...] = ()  #: parameters that were set, with dates

    @classmethod
    def of(cls, run: Outcomes) -> Provenance:
        """The provenance of findings from `run`."""
        from standoff.engine import failure  # JAX comes with it, which checks of a plan do without

        model, settings = run.model, run.settings
        return cls(
            title=model.scenario.title,
            variant=model.plan.variant,
            as_of=model.scenario.as_of,
            model=model.hash,
            draws=settings.draws,
            failed=run.n_failed,
            seed=settings.seed,
            precision=settings.precision,
            versions=dict(run.versions),
            failure=failure.first(run),
            posterior=model.posterior_note,
            interventions=run.interventions,
        )


@dataclass(frozen=True)
class Finding:
    """Base of every finding."""

    origin: Provenance

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; NaN and infinity become null."""
        return to_plain(dataclasses.asdict(self))
