"""What every finding is: a frozen record that says how it came about and turns into JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.engine import failure
from standoff.serialise import to_plain

if TYPE_CHECKING:
    from standoff.engine.run import Outcomes
    from standoff.plan import InterventionRecord


@dataclass(frozen=True)
class Provenance:
    """Where a finding comes from: enough to make it again."""

    title: str
    variant: str
    as_of: str
    model: str  #: digest of scenario, ledger and parts
    draws: int
    failed: int
    seed: int
    precision: str
    versions: Mapping[str, str]
    failure: str = ""  #: of the draw that failed first, when and what of
    posterior: str = ""  #: how many numbers a posterior gives, and up to when its evidence goes; empty on beliefs alone
    interventions: tuple[InterventionRecord, ...] = ()  #: numbers that were set, and from when on

    @classmethod
    def of(cls, run: Outcomes) -> Provenance:
        """The origin of findings from `run`."""
        model, settings = run.model, run.settings
        return cls(model.scenario.title, model.plan.variant, model.scenario.as_of, model.hash, settings.draws,
                   int((run.failed >= 0).sum()), settings.seed, settings.precision, dict(run.versions),
                   failure.first(run), model.posterior_note, run.interventions)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Base of every finding."""

    origin: Provenance

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON: no NaN and no infinity, which become null."""
        out: dict[str, Any] = to_plain(dataclasses.asdict(self))
        return out
