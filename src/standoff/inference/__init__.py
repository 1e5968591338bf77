"""Inference from claims and choices, and the records that it returns.

`fit` and `reconcile` are public as `standoff.NAME`.
"""

from typing import Any

from standoff import registry

_HOMES = {
    "FitResult": "fit.records",
    "ReconciledCategories": "reconcile.records",
    "ReconciledQuantity": "reconcile.records",
    "TheoryEvidence": "fit.fit",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
