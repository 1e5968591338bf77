"""A fit for the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.inference.fit.fit import TheoryEvidence, TheoryLikelihood
from standoff.inference.fit.records import (
    ChoiceFit,
    FitDiagnostics,
    FitResult,
    FittedClaim,
    ParameterUpdate,
    PredictiveCheck,
    SourceBias,
)
from standoff.report.sections import fit
from tests.unit.report.plain import printed


def diagnostics(**changes: Any) -> FitDiagnostics:
    fields: dict[str, Any] = {
        "method": "hmc",
        "mode_found": True,
        "steps": 9,
        "rhat": 1.0021,
        "ess": 1234.0,
        "divergences": 2,
        "weight_deviation": 0.1,
        "passed": True,
        "why": "good",
    }
    return FitDiagnostics(**fields | changes)


def update(path: str, shift: float, contraction: float) -> ParameterUpdate:
    return ParameterUpdate(
        path, path.rpartition(".")[2], "t", "1/month", (1.0, 2.0, 4.0), (1500.0, 2000.0, 2500.0), contraction, shift, ()
    )


def result(**changes: Any) -> FitResult:
    claim = FittedClaim("a", "2024-02-29", "Staff", "aland", "about", 950.0)
    check = PredictiveCheck(
        "losses.AAA", "person", ("2024-01-31", "2024-02-29"), ((1.0, 2.0, 3.0),) * 2, ((4.0, 5.0, 6.0),) * 2, (claim,)
    )
    fields: dict[str, Any] = {
        "title": "North",
        "variant": "",
        "as_of": "2024-03",
        "since": "2024-01",
        "model": "a" * 64,
        "seed": 1,
        "versions": {},
        "diagnostics": diagnostics(),
        "parameters": (update("mechanisms.war.rate", 1.5, 0.6), update("still", 0.01, 0.01)),
        "unidentified": 40,
        "chance": 3,
        "sources": (SourceBias("AAA", "losses", "Staff", "own", 7, (0.8, 0.9, 1.1)),),
        "choices": (ChoiceFit("BLU", "Blue, what to do", "“wait” × 3", 0.25, 0.5, ()),),
        "compared": (check,),
        "left_out": (("b", "retracted"),),
        "warnings": ("a warning",),
    }
    return FitResult(**fields | changes)


def line(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.strip().startswith(start))


def test_only_what_the_evidence_moved_is_in_the_table() -> None:
    text = printed(fit.blocks(result()))
    assert (
        "2 (1 to 4)" in line(text, "Rate (mechanisms.war.rate), 1/month")
        and "2,000 (1,500 to 2,500)" in text
        and "+1.5 s.d." in text
    )
    assert (
        "60 %" in line(text, "Rate (mechanisms.war.rate), 1/month")
        and "still" not in text.partition("Not identified")[0]
    )


def test_what_was_not_identified_is_counted_and_named() -> None:
    text = fit.unidentified(result())
    assert "42 uncertain" in text and "40 keep" in text and text.endswith(": still.")
    assert "still" not in fit.unidentified(result(parameters=()))


def test_sources_choices_and_claims_have_their_lines() -> None:
    text = printed(fit.blocks(result()))
    assert "0.9 (0.8 to 1.1)" in line(text, "AAA losses") and "0.25" in line(text, "Blue, what to do")
    assert (
        "2024-02-29" in line(text, "losses.AAA")
        and "5 (4 to 6)" in text
        and "b: retracted" in text
        and "a warning" in text
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["1.0021", "1,234", "2 divergences", "good"]),
        ({"method": "laplace"}, ["good", "9 steps"]),
        ({"method": "smc", "log_evidence": (-3.14159, 0.25)}, ["1.0021", "-3.14 +- 0.25"]),
    ],
)
def test_diagnostics_are_those_of_the_method(changes: dict[str, Any], words: list[str]) -> None:
    text = fit.checks(diagnostics(**changes))
    assert all(word in text for word in words)
    assert ("divergences" in text) == (not changes)


def test_failed_checks_are_said_first() -> None:
    head = printed(fit.blocks(result(diagnostics=diagnostics(passed=False)))).partition("Updated")[0]
    assert "checks failed" in head


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
    text = fit.theory_verdict(evidence(theory("best_response", -5, error), theory("satisficing", -5 - behind, error)))
    assert word in text and f"{behind:.1f}" in text and "best response" in text


def test_one_theory_has_no_rival() -> None:
    assert "-5.00" in fit.theory_verdict(evidence(theory("best_response", -5)))


def test_the_table_has_shares_and_distances() -> None:
    text = printed(fit.theory_blocks(evidence(theory("best_response", -5), theory("satisficing", -7))))
    line = next(line for line in text.splitlines() if line.strip().startswith("satisficing"))
    assert "-7.00 ± 0.10" in line and "12 %" in line and "-2.00" in line
    assert "“go” × 3" in text and "0.12" in text and "17 claims" in text


def test_a_theory_that_fails_its_checks_is_a_warning() -> None:
    text = printed(fit.theory_blocks(evidence(theory("best_response", -5, passed=False, why="R-hat 1.3"))))
    assert "warning: best response" in text and "R-hat 1.3" in text
