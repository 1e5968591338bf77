"""Questions to runs, one a file; each gives a frozen finding."""

from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.explain import Drivers, Explanation, drivers, explain
from standoff.analysis.finding import Finding
from standoff.analysis.verdict import Verdict, verdict

__all__ = [
    "Answer",
    "Answers",
    "Drivers",
    "Explanation",
    "Finding",
    "Verdict",
    "answer",
    "drivers",
    "explain",
    "verdict",
]
