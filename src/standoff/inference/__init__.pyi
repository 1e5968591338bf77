# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.inference.fit.fit import TheoryEvidence as TheoryEvidence
from standoff.inference.fit.records import FitResult as FitResult
from standoff.inference.reconcile.records import ReconciledCategories as ReconciledCategories
from standoff.inference.reconcile.records import ReconciledQuantity as ReconciledQuantity

__all__ = [
    "FitResult",
    "ReconciledCategories",
    "ReconciledQuantity",
    "TheoryEvidence",
]
