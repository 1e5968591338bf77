"""Records of interventions: plain data, no JAX."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from standoff import beliefs
from standoff.errors import StandoffError


@dataclass(frozen=True)
class PlannedIntervention:
    """Replacement of a parameter by another from a step on."""

    target: int
    value: int  #: the replacement
    first: int  #: first step with the replacement


@dataclass(frozen=True, kw_only=True)
class InterventionRecord:
    """An intervention as shown to readers."""

    path: str  #: name of the lever, or path
    value: str
    since: str  #: label of the first step, or `start`

    @classmethod
    def of(cls, path: str, value: Any, since: str) -> InterventionRecord:
        """The record of a value as written, without its sources."""
        try:
            text = str(replace(beliefs.parse(value), sources=()))
        except StandoffError:  # no number
            text = str(value)
        return cls(path=path, value=text, since=since)

    def __str__(self) -> str:
        return f"{self.path} = {self.value} from {'the start' if self.since == 'start' else f'{self.since} on'}"
