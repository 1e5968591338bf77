"""A forecast on disk is read within the bounds of its fields, or refused with its line and field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from standoff import catalog
from standoff.errors import RunError
from standoff.evaluation.hindcast import forecast_ledger

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("change", [{"draws": 10**300}, {"draws": 0}, {"months": 10**300}, {"months": -1}])
def test_a_number_beyond_its_bounds_is_refused_with_its_line_and_field(tmp_path: Path, change: dict[str, int]) -> None:
    """A count of draws of 300 digits ended in an OverflowError when the forecast was scored."""
    shipped = catalog.find("china-russia").with_name("forecasts.jsonl").read_text(encoding="utf-8").splitlines()
    file = tmp_path / "forecasts.jsonl"
    file.write_text("\n".join([shipped[0], json.dumps(json.loads(shipped[1]) | change)]), encoding="utf-8")
    with pytest.raises(RunError) as caught:
        forecast_ledger.read(file)
    (problem,) = caught.value.problems
    assert problem.where.endswith(":2") and problem.path == next(iter(change))
