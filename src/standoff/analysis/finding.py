"""Base of findings: frozen records with provenance that convert to JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from standoff.errors import ModelError, unknown_word
from standoff.record import record
from standoff.serialise import to_plain

if TYPE_CHECKING:
    import pandas

    from standoff.engine.run import Outcomes
    from standoff.plan import InterventionRecord


@record
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
            failure=run.first_failure,
            posterior=model.posterior_note,
            interventions=run.interventions,
        )


@dataclass(frozen=True)
class Finding:
    """Base of every finding."""

    FRAME: ClassVar[str] = ""  #: field whose records are the rows of `to_frame`; by default the first that has any

    origin: Provenance

    def to_frame(self, of: str = "") -> pandas.DataFrame:
        """One row for each record of a field; a record within becomes columns `outer.inner`.

        of: the field, as in `flip(model).to_frame("claims")`; by default the main one. Raises `ModelError` for one that holds no records.
        """
        import pandas  # takes longer than most commands, of which none needs it

        tables = [
            name
            for name, value in vars(self).items()
            if isinstance(value, tuple) and all(map(dataclasses.is_dataclass, value))
        ]
        name = of or self.FRAME or tables[0]
        if name not in tables:
            raise ModelError(unknown_word(f"`{name}` holds no records", name, tables))
        return pandas.json_normalize([dataclasses.asdict(row) for row in getattr(self, name)])

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; NaN and infinity become null."""
        return to_plain(dataclasses.asdict(self))
