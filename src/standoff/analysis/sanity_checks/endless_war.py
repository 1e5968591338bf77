"""A war that outlasts the wars of its kind that had lasted as long.

Of a question `ends`: more futures are still at war than the upper end of history's band over shapes of the hazard.
"""

from __future__ import annotations

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "a war that outlasts all wars of its age", 12


def of_run(checked: CheckedRun) -> Findings:
    """Number: share of futures still at war, less the upper end of history's band."""
    for answer in checked.answers:
        history, chances = answer.detail.get("history", {}), {n: share for n, (share, _) in answer.printed.items()}
        beyond = {months: low - chances[months] for months, (_, low, _) in history.items()}
        months = max(beyond, key=beyond.__getitem__, default=0)
        if months and beyond[months] > 2 * (answer.mc_error or 0.0):
            mean, low, high = history[months]
            text = (
                f"it ends within {months} months in {percent(chances[months])} of futures, where wars of its kind that had "
                f"lasted as long did in {percent(mean)} ({percent(low)} to {percent(high)})"
            )
            fix = "check that deals, dying down and victory are all open; say what follows where a side runs short"
            yield f"questions.{answer.id}", beyond[months], text, fix
