# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.inference.fit.records import FitResult as FitResult
from standoff.inference.fit.theory_evidence import TheoryEvidence as TheoryEvidence
from standoff.inference.history.ask import HistoryAnswer as HistoryAnswer
from standoff.inference.history.fit import HistoryFit as HistoryFit
from standoff.inference.history.show import HistorySummary as HistorySummary
from standoff.inference.reconcile.records import ReconciledQuantity as ReconciledQuantity

__all__ = [
    "FitResult",
    "HistoryAnswer",
    "HistoryFit",
    "HistorySummary",
    "ReconciledQuantity",
    "TheoryEvidence",
]
