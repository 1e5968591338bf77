"""Evidence of observed choices for decision theories."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.inference.fit.fit import TheoryEvidence, TheoryLikelihood
from standoff.inference.fit.records import ChoiceFit
from standoff.report.sections import theory_evidence
from tests.unit.report.plain import printed


def theory(name: str, log: float, error: float = 0.1, **changes: Any) -> TheoryLikelihood:
    fields: dict[str, Any] = {"temperatures": 5, "passed": True, "why": ""} | changes
    choice = ChoiceFit("AAA", "Alpha, whether to go", "“go” × 3", 0.125, 0.5, ("seen",), name)
    return TheoryLikelihood(name=name, log_probability=log, error=error, choices=(choice,), **fields)


def evidence(*theories: TheoryLikelihood) -> TheoryEvidence:
    return TheoryEvidence(
        title="North",
        variant="",
        as_of="2024-03",
        since="2024-01",
        model="a" * 64,
        seed=1,
        versions={},
        claims=17,
        theories=theories,
    )


@pytest.mark.parametrize(
    ("behind", "error", "word"),
    [(0.9, 0.1, "not separate"), (1.5, 0.1, " favour "), (3.5, 0.1, "strongly favour"), (3.5, 1.5, "not separate")],
)
def test_strength_follows_the_factor_and_its_error(behind: float, error: float, word: str) -> None:
    text = theory_evidence.verdict(
        evidence(theory("best_response", -5, error), theory("satisficing", -5 - behind, error))
    )
    assert word in text and f"{behind:.1f}" in text and "best response" in text


def test_one_theory_has_no_rival() -> None:
    assert "-5.00" in theory_evidence.verdict(evidence(theory("best_response", -5)))


def test_the_table_has_shares_and_distances() -> None:
    text = printed(theory_evidence.blocks(evidence(theory("best_response", -5), theory("satisficing", -7))))
    line = next(line for line in text.splitlines() if line.strip().startswith("satisficing"))
    assert "-7.00 ± 0.10" in line and "12 %" in line and "-2.00" in line
    assert "“go” × 3" in text and "0.12" in text and "17 claims" in text


def test_a_theory_that_fails_its_checks_is_a_warning() -> None:
    text = printed(theory_evidence.blocks(evidence(theory("best_response", -5, passed=False, why="R-hat 1.3"))))
    assert "warning: best response" in text and "R-hat 1.3" in text
