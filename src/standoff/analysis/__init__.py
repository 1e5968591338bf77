"""Questions to runs, one a file; each gives a frozen finding."""

from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.explain import StockDrivers, Explanation, stock_drivers, explain
from standoff.analysis.finding import Finding
from standoff.analysis.verdict import Verdict, verdict

__all__ = [
    "Answer",
    "Answers",
    "StockDrivers",
    "Explanation",
    "Finding",
    "Verdict",
    "answer",
    "stock_drivers",
    "explain",
    "verdict",
]
