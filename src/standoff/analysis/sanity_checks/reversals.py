"""Options undone and redone: adopted, abandoned and adopted again within one future."""

from __future__ import annotations

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "options undone and redone", 7
RETURNS = 2  # assumption: one return may be a change of mind, the second is a coin,
YEARS = 3  # and one more is allowed for every three years simulated (assumption: governments and their aims change)
COMMON = 0.1  # assumption: rarer futures are the tail


def returns_to(paths: np.ndarray, option: int) -> np.ndarray:
    """(K',) how often an option is taken up again in each path (K', T) of the options in force."""
    held = paths == option
    spells = held[:, 0] + (held[:, 1:] & ~held[:, :-1]).sum(axis=1)
    return np.maximum(spells - 1, 0)


def of_run(checked: CheckedRun) -> Findings:
    """Number: the share of futures in which the option came back so often."""
    start, calendar = checked.plan.first_future_step, checked.plan.scenario.calendar
    returns = RETURNS + int((calendar.steps - start) * calendar.dt / 12 / YEARS)
    for c, choice in enumerate(checked.plan.choices):
        paths, dates = checked.run.path_chosen[checked.run.valid_paths, max(start - 1, 0) :, c], sum(choice.is_free)
        if dates < 2 * returns or not len(paths):
            continue
        others = [o for o in range(len(choice.options)) if o != choice.status_quo]
        shares = {o: float((returns_to(paths, o) >= returns).mean()) for o in others}
        most = max(others, key=shares.__getitem__)
        if shares[most] < COMMON:
            continue
        text = (
            f"`{choice.options[most]}` is given up and taken up again at least {returns} times in "
            f"{percent(shares[most])} of futures ({dates} decision dates)"
        )
        fix = f"lengthen `half_life` of choices.{choice.name}, or add a reason `switching_cost`: what changing course costs"
        yield f"choices.{choice.name}", shares[most], text, fix
