"""A war that ends by a deal from which nobody gains: fighting on is worth more to both.

The most that one side would leave the other is then less than the least that the other would take.
"""

from __future__ import annotations

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "an ending nobody gains from", 13
MOST = 0.5  # assumption: the floor of openness makes some such deals, but not most
LEAST = 20  # deals; assumption: of fewer no share is told


def of_run(checked: CheckedRun) -> Findings:
    """Number: share of deals that are made without room."""
    if "terms_least" not in checked.plan.cells:
        return
    start = checked.plan.first_future_step
    made, least, most = (checked.run.path(cell)[:, start:] for cell in ("ended.deal", "terms_least", "terms_most"))
    first = (made[:, 1:] > 0.5) & (made[:, :-1] < 0.5)
    share = float((most < least)[:, 1:][first].mean()) if first.sum() >= LEAST else 0.0
    if share > MOST:
        text = f"in {percent(share)} of {first.sum():,} deals no terms were better for both sides than to fight on"
        fix = "check what each side believes and what the war costs it, or lower the least openness of the mechanism"
        yield "stocks.ended.deal", share, text, fix
