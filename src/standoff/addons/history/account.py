"""Account of the panel: what each step takes, what it loses and why, and what it hands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from standoff.addons.history.sides import WarSide, WarSides
from standoff.addons.history.states import FIRST, States


@dataclass(frozen=True, kw_only=True)
class AccountStep:
    """One step: `total` is `remaining` and the sum of `lost`."""

    title: str  #: what is counted
    total: int
    lost: Mapping[str, int]  #: reason -> count
    remaining: int
    outcome: str  #: what those are that remain


def account(table: WarSides, states: States, *, from_year: int, rows: int, helps: int) -> tuple[AccountStep, ...]:
    """Steps to a panel from `from_year` on: `rows` decisions, of which `helps` are yes."""
    used = [side for side in table.sides if side.year >= from_year]
    early = [side for side in table.sides if side.year < from_year]
    read = table.dyad_years
    candidates = sum(int(states.exists[side.year - FIRST].sum()) for side in used)
    before = f"before {from_year}: help of the first year of the data may be older"
    steps = (
        ("dyad-years of the support table", read + sum(table.left.values()), table.left, "dyad-years at war"),
        ("dyad-years at war", read, {"another dyad of a side and year": read - len(table.sides)}, "side-years"),
        ("side-years", len(table.sides), {before: len(early)}, "side-years with decisions"),
        (
            "supporters named for dyad-years at war",
            table.named,
            {**table.unused, before: _helpers(early), "a state that was not in the system": _helpers(used) - helps},
            "decisions to help",
        ),
        ("states and years of the table of codes", states.rows, states.left, "states and years"),
        ("side-years x states", candidates, {"a party of the war": candidates - rows}, "decisions"),
    )
    return tuple(
        AccountStep(title=title, total=total, lost=lost, remaining=total - sum(lost.values()), outcome=outcome)
        for title, total, lost, outcome in steps
    )


def _helpers(sides: Iterable[WarSide]) -> int:
    return sum(len(side.helpers) for side in sides)


def carried_rows(years: np.ndarray, until: Mapping[str, int]) -> dict[str, int]:
    """Table -> decisions of these years that know only its last year, an earlier one."""
    return {table: int((years - 1 > last).sum()) for table, last in until.items()}
