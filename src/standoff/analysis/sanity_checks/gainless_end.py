"""A war that ends by a deal from which nobody gains: fighting on is worth more to both.

`room` is what a deal has to offer beyond fighting on, as each side believes; below 0 no terms suit both.
"""

from __future__ import annotations

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "an ending nobody gains from", 13
MOST = 0.5  # assumption: the floor of openness makes some such deals, but not most
LEAST = 20  # deals; assumption: of fewer no share is told


def of_run(checked: CheckedRun) -> Findings:
    """Number: share of deals that are made without room."""
    if not {"room", "ended.deal"} <= {*checked.plan.cells}:
        return
    start = checked.plan.first_future_step
    made, room = checked.run.path("ended.deal")[:, start:] > 0.5, checked.run.path("room")[:, start + 1 :]
    first = made[:, 1:] & ~made[:, :-1]
    share = float((room[first] < 0).mean()) if first.sum() >= LEAST else 0.0
    if share > MOST:
        text = f"in {percent(share)} of {first.sum():,} deals no terms were better for both sides than to fight on"
        fix = "check what each side believes and what the war costs it, or lower the least openness of the mechanism"
        yield "stocks.room", share, text, fix
