"""Inference from claims and choices, and the records that it returns.

`fit`, `reconcile` and those of `history` are public as `standoff.NAME`. Only this package imports NumPyro.
"""

from typing import Any

from standoff import registry

_HOMES = {
    "FitResult": "fit.records",
    "HistoryAnswer": "history.ask",
    "HistoryFit": "history.fit",
    "HistorySummary": "history.show",
    "ReconciledQuantity": "reconcile.records",
    "TheoryEvidence": "fit.theory_evidence",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
