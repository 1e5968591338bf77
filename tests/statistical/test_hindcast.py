"""The page of hindcasts holds what a run gives: each of its figures again, under another seed, within Monte Carlo error.

Whether the figures are good is not tested here; docs/hindcast.md says where the model does worse than a base rate.
"""

from __future__ import annotations

import math
import re

import pytest
from benchmarks import hindcast

pytestmark = pytest.mark.slow
DRAWS, SEED = 1000, 7
SIGMAS = 4.5  # some twenty figures: a false alarm once in 7,000 runs
ROUNDED = 0.1  # percentage points, twice half of the last digit
FIGURE = re.compile(r"(\d+\.\d) % \(± (\d+\.\d)\)")


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    """Every section of the page, run again."""
    return hindcast.sections(DRAWS, SEED)


@pytest.fixture(scope="module")
def page() -> dict[str, str]:
    """Every section as it is written."""
    return dict(hindcast.MARKED.findall(hindcast.PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["upgrade", "onsets", "korea"])
def test_probabilities_of_the_page_are_those_of_a_run(blocks: dict[str, str], page: dict[str, str], name: str) -> None:
    found, written = FIGURE.findall(blocks[name]), FIGURE.findall(page[name])
    assert len(found) == len(written) > 0
    for (now, error), (then, then_error) in zip(found, written, strict=True):
        allowed = SIGMAS * math.hypot(float(error) + 0.05, float(then_error) + 0.05) + ROUNDED
        assert abs(float(now) - float(then)) <= allowed


def test_each_year_of_the_page_is_that_of_a_run(blocks: dict[str, str], page: dict[str, str]) -> None:
    row = re.compile(r"(?m)^\| (\d{4}) \| ([\d.]+) %")
    error = re.compile(r"largest Monte Carlo error of a year is ([\d.]+) percentage points")
    found, written = (
        (dict(row.findall(text["onsets"])), float(error.findall(text["onsets"])[0])) for text in (blocks, page)
    )
    allowed = SIGMAS * math.hypot(found[1] + 0.05, written[1] + 0.05) + ROUNDED
    assert found[0].keys() == written[0].keys() == {str(year) for year in hindcast.YEARS}
    for year, share in found[0].items():
        assert abs(float(share) - float(written[0][year])) <= allowed, year


def test_reports_of_2023_lie_inside_as_the_page_says(blocks: dict[str, str], page: dict[str, str]) -> None:
    """The same claims are counted; one of several may lie on the edge of its interval."""
    row = re.compile(r"(?m)^\| (`.*?) \| (\d+) \| (\d+) \|")
    found, written = (row.findall(text["losses"]) for text in (blocks, page))
    assert len(found) == len(written) == len(hindcast.COVERED) + len(hindcast.FLOWS)
    for (name, now, total), (then_name, then, then_total) in zip(found, written, strict=True):
        assert (name, total) == (then_name, then_total)
        assert abs(int(now) - int(then)) <= (total != "1")


def test_common_pressure_speaks_for_the_rise(blocks: dict[str, str]) -> None:
    """By construction: the same draws, with the term and without it."""
    adds, error = re.findall(r"adds (-?[\d.]+) percentage points \(± ([\d.]+)", blocks["upgrade"])[0]
    assert float(adds) > 2 * float(error) > 0
