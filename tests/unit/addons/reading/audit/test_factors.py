"""Numbers and their ratios in the text of a verdict."""

from __future__ import annotations

import pytest

from standoff.addons.reading.audit.factors import factor_text, number_text, ratio


@pytest.mark.parametrize(
    ("value", "text"), [(1.03, "1.03"), (0.5, "2"), (1.44, "1.4"), (1 / 350, "350"), (12_345.0, "12,000")]
)
def test_a_factor_is_above_one_and_has_no_power_of_ten(value: float, text: str) -> None:
    assert factor_text(value) == text


def test_a_ratio_needs_one_sign_and_no_zero() -> None:
    assert ratio(4, 2) == 2 and ratio(-4, 2) is None and ratio(4, 0) is None
    assert (number_text(12_345.6), number_text(0.25)) == ("12,346", "0.25")
