"""Claims about a part of a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.ledger.shares import is_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.ledger import Claim


@pytest.mark.parametrize(
    ("quantity", "unit", "share"),
    [
        ("settlement_share_rouble_yuan", "%", True),
        ("public_for_mediation", "%", True),
        ("share_of_aid", "1", True),
        ("public_for_mediation", "1", False),  # a number of people or of polls
        ("exports_growth", "%", False),
        ("share_change", "%", False),
        ("losses_share_of_prewar_force", "%", False),
        ("share_ratio", "1", False),
        ("share_of_aid", "item", False),
    ],
)
def test_parts_of_a_whole_are_told_by_quantity_and_unit(
    claim: Callable[..., Claim], quantity: str, unit: str, share: bool
) -> None:
    assert is_share(claim(quantity=quantity, unit=unit)) is share
