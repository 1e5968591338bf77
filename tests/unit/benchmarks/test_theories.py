"""The page that `benchmarks/theories.py` writes, on a small case, and the case of `benchmarks/horizon.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks import horizon
from benchmarks import theories as bench

from standoff.analysis.theory_comparison import theories
from standoff.plan.choices import rollout_factor
from standoff.report import formatting
from standoff.theories import names as theory_names

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def found():
    return theories(horizon.model(0), ["best_response", "satisficing"], draws=60)


@pytest.mark.slow
def test_the_page_says_what_the_finding_says(found) -> None:
    text = bench.page(found, "python -m benchmarks.theories --draws 60 --seed 1")
    assert text.startswith("# The flagship") and text.endswith("\n") and "\n\n\n" not in text
    told = found.disagreement
    (issue,) = told.issues
    for item in told.deciding:
        assert f"{formatting.capital(formatting.humanise(item.theory))}: “{told.texts[issue.option]}” in" in text
    assert all(f"| {reason.text} |" in text for reason in issue.reasons)


def test_the_page_in_the_documentation_is_of_every_theory_and_of_this_code() -> None:
    text = (ROOT / "docs" / "theories.md").read_text(encoding="utf-8")
    assert re.search(r"benchmarks.theories .* --seed \d+`", text)
    head = next(line for line in text.splitlines() if line.startswith("| option |"))
    assert head.split(" | ")[1:-1] == [formatting.humanise(name) for name in theory_names()]
    assert bench.HEAD.strip() in text and bench.CAVEATS.strip() in text


def test_the_factor_of_the_case_that_is_measured() -> None:
    """Two choices of three and two options, decided in a third of the months."""
    for months in (0, 12):
        built = horizon.model(months)
        assert rollout_factor(built.plan.choices, built.program.steps) == (3 + 2) * months / 3
