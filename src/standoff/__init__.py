"""Analyse standoffs between states: attributed claims, simulated futures, choices solved as games."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
_HOMES = {
    "Belief": "standoff.beliefs",
    "Claim": "standoff.ledger",
    "Finding": "standoff.analysis",
    "Ledger": "standoff.ledger",
    "Model": "standoff.engine.build",
    "Run": "standoff.engine.run",
    "Scenario": "standoff.scenario",
    "Source": "standoff.ledger",
    "StandoffError": "standoff.errors",
    "answer": "standoff.analysis",
    "build": "standoff.engine.build",
    "explain": "standoff.analysis",
    "load": "standoff.catalog",
    "report": "standoff.report",
    "simulate": "standoff.engine.simulate",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `import standoff` must stay quick."""
    if name not in _HOMES:
        raise AttributeError(f"module `standoff` has no `{name}`; it has {', '.join(__all__)}")
    found = getattr(importlib.import_module(_HOMES[name]), name)
    return globals().get(name, found)  # `report` is a package too, which the import has set, and can be called


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
