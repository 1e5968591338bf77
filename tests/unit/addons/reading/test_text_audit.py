"""An audit of a text with reconciled intervals in place of single claims."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from standoff.addons.reading import text_audit
from standoff.ledger import Ledger
from tests.unit.report.plain import claim

LEDGER = Ledger(
    (
        claim(
            "ukr-losses",
            subject="RUS",
            quantity="personnel_losses",
            value=300_000,
            as_of="2023-12-31",
            published="2024-01-01",
            speaker="General Staff of Ukraine",
            side="ukraine",
        ),
    )
)
TEXT = "By 31 December 2023, Russia had lost 500,000 soldiers."


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the cache of intervals is asked for; it holds 400 to 600 thousand, which the claim is not in."""
    calls: list[dict[str, Any]] = []

    def cached_interval(used: Ledger, quantity: str, subject: str, day: Any, *, as_of: str, compute: bool) -> Any:
        calls.append({"quantity": quantity, "subject": subject, "day": str(day), "as_of": as_of, "compute": compute})
        return SimpleNamespace(low=4e5, median=5e5, high=6e5, unit="person", claims=("ukr-losses",))

    monkeypatch.setattr(text_audit.interval_cache, "cached_interval", cached_interval)
    return calls


def test_a_number_is_compared_with_the_reconciled_interval(asked: list[dict[str, Any]]) -> None:
    found = text_audit.audit(TEXT, LEDGER, as_of="2024-06", reconcile=True)
    (verdict,) = found.verdicts
    assert verdict.kind == "disputed" and (verdict.low, verdict.high) == (4e5, 6e5)
    assert asked[0] == {
        "quantity": "personnel_losses",
        "subject": "RUS",
        "day": "2023-12-31",
        "as_of": "2024-06",
        "compute": True,
    }


def test_nothing_is_reconciled_unless_asked_for(asked: list[dict[str, Any]]) -> None:
    text_audit.audit(TEXT, LEDGER, published="2024-01-05")
    assert asked and not any(call["compute"] for call in asked)


def test_without_an_interval_the_claims_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_audit.interval_cache, "cached_interval", lambda *_, **__: None)
    (verdict,) = text_audit.audit(TEXT, LEDGER, name="a.txt", case="north", published="2024-01-05").verdicts
    assert verdict.kind == "high" and [one.id for one in verdict.claims] == ["ukr-losses"]
