"""Under one seed every parameter and every answer of a case is what `same_seed.json` says."""

from __future__ import annotations

import json
import math
import os

import pytest

from standoff.catalog import slugs

from .same_seed import DRAWS, FILE, numbers, processor

QUICK = {"closed-form", "korea-1950"}  # the others by `make test-all`
FLIPPED = 3  # assumption: futures that the rounding of another processor or compiler setting puts on the other side of an event
ROUNDING = 1.2e-7  # of numbers of 32 bits beside 1: of a mean near zero, from terms of order one
SPREAD = 0.01  # assumption: what these few futures move another answer by, relative


@pytest.mark.parametrize(
    "slug", [slug if slug in QUICK else pytest.param(slug, marks=pytest.mark.slow) for slug in slugs()]
)
def test_the_case_gives_the_same_numbers_as_before(slug: str) -> None:
    golden = json.loads(FILE.read_text(encoding="utf-8"))
    expected, now = golden["cases"][slug], numbers(slug)
    assert now["parameters"].keys() == expected["parameters"].keys()
    for path, values in expected["parameters"].items():
        if path.endswith(".compare_with.value"):  # nothing reads its draws, which go by its name
            continue
        assert now["parameters"][path] == pytest.approx(values, rel=2e-6, abs=ROUNDING), path
    same = golden["processor"] == processor() and "optimization_level" not in os.environ.get("XLA_FLAGS", "")
    if same:
        assert now["digest"] == expected["digest"]
    relative, absolute = (1e-5, 1e-5) if same else (SPREAD, FLIPPED / DRAWS)
    wrong = {
        name: (value, now["answers"].get(name))
        for name, value in expected["answers"].items()
        if not agree(now["answers"].get(name), value, relative, absolute)
    }
    assert not wrong
    assert now["answers"].keys() == expected["answers"].keys()


def agree(now: object, before: object, relative: float, absolute: float) -> bool:
    """Whether two answers are the same number to a tolerance, or the same word."""
    if isinstance(now, float) and isinstance(before, float):
        return math.isclose(now, before, rel_tol=relative, abs_tol=absolute)
    return now == before
