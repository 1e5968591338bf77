"""Each case of the catalogue gives what its `expected.json` says, within Monte Carlo error, under another seed."""

from __future__ import annotations

import json
import math

import pytest

from standoff.catalog import slugs

from .summaries import path, summary

DRAWS, SEED = 2048, 7
SIGMAS = 4.5  # about 50 numbers a case: a false alarm once in 3,000 runs


QUICK = {"china-russia", "closed-form", "korea-1950"}  # the others by `make test-all`


@pytest.mark.parametrize(
    "slug", [slug if slug in QUICK else pytest.param(slug, marks=pytest.mark.slow) for slug in slugs()]
)
def test_the_case_gives_its_golden_summary(slug: str) -> None:
    expected = json.loads(path(slug).read_text(encoding="utf-8"))
    found = summary(slug, DRAWS, SEED)
    assert found["values"].keys() == expected["values"].keys()
    wrong = {}
    for name, (value, error) in expected["values"].items():
        now, now_error = found["values"][name]
        allowed = SIGMAS * math.hypot(error, now_error) + 1e-6 * abs(value)
        if abs(now - value) > allowed:
            wrong[name] = f"{now} instead of {value}, allowed {allowed:.3g}"
    assert not wrong
