"""A case: a scenario with the claims of its ledger."""

from __future__ import annotations

from typing import Any, NamedTuple

from standoff.ledger import Ledger
from standoff.scenario.load import LoadedScenario


class Case(NamedTuple):
    """A scenario with its ledger; it has the attributes of `Scenario`, and unpacks to both."""

    scenario: LoadedScenario
    ledger: Ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self.scenario, name)  # of fields alone, or an error that names them

    def __repr__(self) -> str:
        """The name of the scenario, its title and variant, and the number of claims."""
        return f"{repr(self.scenario).removesuffix('>').replace('<scenario', '<case', 1)}, {len(self.ledger)} claims>"
