"""Reconciled quantities and consistency checks for the terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from standoff.analysis.consistency import ConsistencyReport, Inconsistency, SuspectClaim
from standoff.inference.reconcile.records import (
    RELIABLE_SHAPE,
    ClaimResidual,
    Influence,
    PathPoint,
    ReconcileDiagnostics,
    ReconciledQuantity,
    ReconcileSettings,
    SourceEstimate,
)
from standoff.report.sections import reconcile
from tests.unit.report.plain import printed

POINTS = tuple(PathPoint(f"2024-{month:02}-28", 800.0, 900.0, 1000.0 + month, 1100.0, 1200.0) for month in range(1, 13))


def residual(name: str, **changes: Any) -> ClaimResidual:
    fields: dict[str, Any] = {
        "quantity": "losses",
        "source": "Staff",
        "side": "aland",
        "day": "2024-02-28",
        "statement": "950 person",
        "low": 950.0,
        "high": 950.0,
        "truth": 1000.0,
        "factor": 0.95,
        "residual": 1.25,
        "tail": 0.5,
        "surprising": False,
    }
    return ClaimResidual(id=name, **fields | changes)


def source(**changes: Any) -> SourceEstimate:
    fields: dict[str, Any] = {
        "source": "Staff",
        "side": "aland",
        "interest": "own",
        "claims": 2,
        "bias": 0.9,
        "bias_interval": (0.8, 1.0),
        "bias_before": (0.5, 2.0),
        "noise": 0.1,
        "noise_interval": (0.05, 0.2),
        "by_name": False,
    }
    return SourceEstimate(**fields | changes)


def estimate(**changes: Any) -> ReconciledQuantity:
    fields: dict[str, Any] = {
        "title": "North",
        "subject": "AAA",
        "quantity": "losses",
        "unit": "person",
        "at": POINTS[-1],
        "mc_error": 5.0,
        "path": POINTS,
        "sources": (source(),),
        "claims": (residual("a"), residual("b", surprising=True, tail=0.001)),
        "influences": (
            Influence("a", 990.0, (900.0, 1100.0), -0.02, RELIABLE_SHAPE + 0.1, None, None),
            Influence("b", 1010.0, (900.0, 1100.0), 0.01, RELIABLE_SHAPE, None, None),
        ),
        "left_out": (("c", "proposed"), ("d", "proposed")),
        "conflicts": ("a and b",),
        "definitions": {"killed": (0.2, 0.3)},
        "warnings": (),
        "checks": ReconcileDiagnostics(passed=True, rhat=1.001, ess=900.0, divergences=0, draws=4000, steps=7.0),
        "made": ReconcileSettings("2024-12", "d" * 64, ("enemy",), True, 3, {}, {"numpyro": "0.1"}),
    }
    return ReconciledQuantity(**fields | changes)


def lines(**changes: Any) -> dict[str, str]:
    text = printed(reconcile.blocks(estimate(**changes)))
    return {line.split()[0]: line for line in text.splitlines() if line.strip()}


def test_the_answer_has_its_interval_and_error() -> None:
    text = reconcile.answer(estimate())
    assert text.startswith("1,012 people on 2024-12-28") and "800 to 1,200" in text and "± 5" in text


def test_the_path_is_thinned_but_ends_at_the_last_day() -> None:
    found = [word for word in lines() if word.startswith("2024-")]
    assert len(found) <= reconcile.DAYS and found[-1] == "2024-12-28"


def test_a_doubtful_change_is_marked_and_a_refit_lifts_the_doubt() -> None:
    found = lines()
    assert "−2.0 % ?" in found["a"]
    assert "+1.0 % ?" not in printed(reconcile.blocks(estimate()))
    refitted = Influence("a", 990.0, (900.0, 1100.0), -0.02, RELIABLE_SHAPE + 0.1, 985.0, (900.0, 1000.0))
    assert "?" not in lines(influences=(refitted,), claims=(residual("a"),))["a"]


def test_options_are_in_the_head_and_left_out_claims_in_the_foot() -> None:
    assert {"without enemy", "seed 3", "2 claims of 1 source"} <= set(reconcile.head(estimate()))
    foot = reconcile.foot(estimate())
    assert foot[0] == "killed: 0.20 to 0.30" and foot[1] == "2 claims left out: proposed" and "4,000 draws" in foot[2]


def test_sources_have_their_factor_and_a_count_by_name_is_so_called() -> None:
    assert "0.90" in lines()["Staff"] and "0.50 to 2.00" in lines()["Staff"]
    assert "counts by name" in lines(sources=(source(by_name=True),))["Staff"]


def test_consistent_claims_make_no_table() -> None:
    report = ConsistencyReport(title="North", as_of="2024-12", ledger="d" * 64, looked_at=1234, breaks=(), doubts=())
    assert "1,234 sets" in printed(reconcile.balance_blocks(report))
    assert "consistent" not in printed(reconcile.balance_blocks(replace(report, looked_at=0))), "nothing was checked"


def test_actors_of_inconsistent_claims_have_their_names_before_their_codes() -> None:
    broken = Inconsistency(
        subject="AAA",
        rule="losses >= killed",
        claims=("a", "b"),
        statements=("1", "2"),
        by=1.0,
        share=0.5,
        unit="person",
        days=1,
        one_speaker=False,
        text="1 falls short of 2",
    )
    doubt = SuspectClaim("a", "AAA", "losses >= killed", 1, 1, 1.0, "person")
    report = ConsistencyReport(
        title="North", as_of="2024-12", ledger="d" * 64, looked_at=9, breaks=(broken,), doubts=(doubt,)
    )
    text = printed(reconcile.balance_blocks(report, {"AAA": "Aland"}))
    assert "Aland (AAA)" in text and "about Aland" in text
    assert "about AAA" in printed(reconcile.balance_blocks(report))
