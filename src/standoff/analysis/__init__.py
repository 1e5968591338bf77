"""Analyses of runs, one per file; each returns a frozen finding."""

from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.explain import Explanation, StockDrivers, explain, stock_drivers
from standoff.analysis.finding import Finding
from standoff.analysis.verdict import Verdict, verdict

__all__ = [
    "Answer",
    "Answers",
    "Explanation",
    "Finding",
    "StockDrivers",
    "Verdict",
    "answer",
    "explain",
    "stock_drivers",
    "verdict",
]
