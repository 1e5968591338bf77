"""Claims against the reconciled path."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from standoff.inference.reconcile.records import ClaimResidual, PathPoint
from standoff.report.charts import claim_path
from tests.unit.report.plain import drawn_texts, figure


def residual(name: str, side: str, **changes: Any) -> ClaimResidual:
    fields: dict[str, Any] = {
        "quantity": "losses",
        "source": name,
        "day": "2024-02-15",
        "statement": "1",
        "low": 900.0,
        "high": 900.0,
        "truth": 1000.0,
        "factor": 0.9,
        "residual": 1.0,
        "tail": 0.5,
        "surprising": False,
    }
    return ClaimResidual(id=name, side=side, **fields | changes)


def estimate(*claims: ClaimResidual) -> Any:
    points = tuple(
        PathPoint(day, *(scale * n for n in (0.8, 0.9, 1, 1.1, 1.2)))
        for day, scale in (("2024-01-31", 1000), ("2024-02-29", 1100), ("2024-03-31", 1200))
    )
    return SimpleNamespace(at=points[-1], unit="person", quantity="losses", subject="AAA", path=points, claims=claims)


def test_each_side_has_its_mark_and_other_quantities_are_left_out() -> None:
    claims = (residual("a", "aland"), residual("b", "borduria"), residual("c", "west", quantity="killed"))
    root = figure(claim_path.picture(estimate(*claims)))
    texts = drawn_texts(root)
    assert {"aland", "borduria"} <= set(texts) and "west" not in texts
    assert (root.get("aria-label") or "").startswith("2 claims")


def test_a_claim_without_an_upper_end_has_an_arrow() -> None:
    assert "↑" in drawn_texts(figure(claim_path.picture(estimate(residual("a", "aland", high=None)))))
    assert "↑" not in drawn_texts(figure(claim_path.picture(estimate(residual("a", "aland", low=800.0, high=1300.0)))))
