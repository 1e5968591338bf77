"""Scores and chances of `benchmarks/hindcast.py`, in closed form, and the page that it writes."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from benchmarks import hindcast


def test_a_sure_and_right_forecast_costs_nothing_and_a_coin_costs_a_bit() -> None:
    assert hindcast.brier([1, 0], [1, 0]).tolist() == [0, 0]
    assert hindcast.logarithmic([1, 0], [1, 0]).tolist() == [0, 0]
    assert hindcast.brier([0.5], [1])[0] == 0.25
    assert hindcast.logarithmic([0.5, 0.5], [1, 0]).tolist() == [math.log(2)] * 2


@pytest.mark.parametrize("score", [hindcast.brier, hindcast.logarithmic])
def test_either_score_is_proper(score: hindcast.Score) -> None:
    """Over three onsets in 24 years no constant forecast is better than 3 / 24."""
    y = np.array([1.0] * 3 + [0.0] * 21)
    grid = np.arange(1, 1000) / 1000
    assert grid[np.argmin([score(np.full(24, p), y).mean() for p in grid])] == 0.125


def test_climatology_begins_at_the_base_rate_and_never_sees_the_year_itself() -> None:
    found = hindcast.climatology(0.1, [0, 1, 0, 0])
    assert found.tolist() == [1 / 10, 1 / 11, 2 / 12, 2 / 13]


def test_the_gap_is_above_zero_for_the_better_one_and_says_how_many_years_it_takes() -> None:
    """Yearly differences 0.1 and 0.3: mean 0.2, spread sqrt(0.02), error 0.1, two errors at (2 sqrt(0.02) / 0.2)^2 = 2."""
    found = hindcast.gap(lambda p, y: np.asarray(p, float), [0.1, 0.1], [0.2, 0.4], [0, 0])
    assert math.isclose(found.mean, 0.2) and math.isclose(found.error, 0.1) and math.isclose(found.enough, 2)
    assert hindcast.gap(hindcast.brier, [0.9, 0.2], [0.5, 0.5], [1, 0]).mean > 0
    assert hindcast.gap(hindcast.brier, [0.5, 0.5], [0.5, 0.5], [1, 0]).enough == math.inf


def test_chances_of_quiet_conflicts_add_up_in_the_hazard() -> None:
    """Two draws: hazards 0.01 and 0.02 a month; in the second draw the second conflict is under way."""
    hazards = np.array([[0.01, 0.01], [0.02, 0.02]])
    found = hindcast.chance(hazards, np.array([[True, True], [True, False]]))
    assert np.allclose(found, [1 - math.exp(-0.36), 1 - math.exp(-0.12)], rtol=1e-12)
    assert hindcast.chance(0 * hazards, hazards > 0).tolist() == [0, 0]


def test_a_block_is_written_between_its_marks_and_nowhere_else() -> None:
    page = "a\n<!-- hindcast: x -->\nold\n<!-- end of x -->\nb\n"
    new = hindcast.filled(page, {"x": "new"})
    assert new == "a\n<!-- hindcast: x -->\nnew\n<!-- end of x -->\nb\n"
    assert hindcast.filled(new, {"x": "new"}) == new
    with pytest.raises(ValueError, match="no `<!-- hindcast: y -->`"):
        hindcast.filled(page, {"y": "new"})


def test_the_page_has_every_section_and_every_year() -> None:
    page = hindcast.PAGE.read_text(encoding="utf-8")
    blocks = dict(hindcast.MARKED.findall(page))
    assert set(blocks) == {"made", "upgrade", "onsets", "korea", "losses", "roll", "verdict"}
    assert re.findall(r"(?m)^\| (\d{4}) \|", blocks["onsets"]) == [str(year) for year in hindcast.YEARS]
    assert blocks["roll"].startswith("**") and "### Where it missed" in blocks["roll"]  # misses come first
    assert all(f"| {variant} |" in blocks["onsets"] for variant in hindcast.ONSETS)
