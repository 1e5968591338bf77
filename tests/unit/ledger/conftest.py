"""A valid claim to change."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from standoff.ledger import Claim
from tests.unit.inference.conftest import say, war

if TYPE_CHECKING:
    from collections.abc import Callable

VALID: dict[str, Any] = {
    "id": "rus-personnel-losses-2024-02-29-general-staff",
    "subject": "RUS",
    "quantity": "personnel_losses",
    "value": 413760,
    "unit": "person",
    "comparator": "exact",
    "as_of": "2024-02-29",
    "published": "2024-02-29",
    "speaker": "General Staff of Ukraine",
    "side": "ukraine",
    "source": {"title": "Losses of the day"},
    "basis": "found",
    "status": "accepted",
}


@pytest.fixture
def data() -> Callable[..., dict[str, Any]]:
    """Plain data of a valid claim with some keys changed; None takes a key away."""

    def make(**changes: Any) -> dict[str, Any]:
        return {key: value for key, value in {**deepcopy(VALID), **changes}.items() if value is not None}

    return make


@pytest.fixture
def claim(data: Callable[..., dict[str, Any]]) -> Callable[..., Claim]:
    """A valid claim with some keys changed."""

    def make(**changes: Any) -> Claim:
        return Claim.parse(data(**changes))

    return make


__all__ = ["say", "war"]
