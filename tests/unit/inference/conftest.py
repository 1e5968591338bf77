"""Claims about two countries at war, as few as say something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from standoff.ledger import Claim, Ledger

Says = Callable[..., Claim]
SIDES = {"General Staff of Ukraine": "ukraine", "Ministry of Russia": "russia", "Office": "west", "Counters": "neutral"}


def says(speaker: str, value: float, as_of: str, **more: Any) -> Claim:
    """`speaker` says that so many soldiers of Russia were lost by `as_of`; `more` changes fields."""
    raw = {
        "subject": "RUS",
        "quantity": "personnel_losses",
        "value": value,
        "unit": "person",
        "comparator": "exact",
        "as_of": as_of,
        "published": as_of,
        "speaker": speaker,
        "side": SIDES.get(speaker, "west"),
        "source": {"title": "paper"},
        "basis": "found",
        "status": "accepted",
        **more,
    }
    name = f"{raw['subject']}-{raw['quantity']}-{as_of}-{speaker}-{value}".lower()
    return Claim.parse({"id": "".join(c if c.isalnum() else "-" for c in name).strip("-"), **raw})


@pytest.fixture(scope="session")
def say() -> Says:
    return says


@pytest.fixture(scope="session")
def war() -> Ledger:
    """A running count by the enemy, an admission, two offices of which one repeats the count, and counters of names."""
    months = ("2022-03", "2022-04", "2022-05", "2022-06", "2022-07", "2022-08")
    running = [
        says("General Staff of Ukraine", 13_000 * (i + 1), f"{month}-28", comparator="about", origin="general-staff")
        for i, month in enumerate(months)
    ]
    return Ledger(
        (
            *running,
            says("Ministry of Russia", 16_000, "2022-06-15"),
            says("Office", 40_000, "2022-07-10", comparator="over"),
            says(
                "Other office",
                430,
                "2022-08-28",
                quantity="personnel_losses_per_day",
                unit="person/day",
                origin="general-staff",
            ),
            says(
                "Counters", 4_000, "2022-07-28", quantity="personnel_killed", comparator="at_least", note="named dead"
            ),
            says("Counters", 9_000, "2022-08-20", quantity="personnel_killed", published="2022-09-30"),
        )
    )
