"""A rate in data is a whole count, or a reason why there is none."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from standoff.scenario.question import DataRate

COUNT = {"count": 1, "of": 9, "since": 1975, "until": 2017, "data": "UCDP", "text": "counted"}


def test_a_count_or_none() -> None:
    assert DataRate.model_validate(COUNT).per == "year"
    assert DataRate.model_validate({"none": "nobody counts it"}).count is None


@pytest.mark.parametrize(
    "fields", [{}, {"count": 1}, COUNT | {"count": 10}, COUNT | {"none": "x"}, COUNT | {"per": "week"}]
)
def test_half_a_count_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DataRate.model_validate(fields)


@pytest.mark.parametrize("name", sorted(COUNT))
def test_every_field_of_a_count_is_asked_for(name: str) -> None:
    with pytest.raises(ValidationError, match=f"`{name}` is missing"):
        DataRate.model_validate({key: value for key, value in COUNT.items() if key != name})
