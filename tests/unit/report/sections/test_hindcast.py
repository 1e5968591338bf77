"""Hindcasts as a document."""

from __future__ import annotations

from standoff.evaluation.forecast_scores import score_forecasts
from standoff.evaluation.hindcast.run import Hindcast, HindcastProvenance
from standoff.report.sections import hindcast
from tests.unit.evaluation import made
from tests.unit.report.plain import row, written

MADE = HindcastProvenance(
    title="North",
    variant="",
    draws=1000,
    seed=2,
    wider=2.0,
    ledger="d" * 64,
    origins=(
        {
            "as_of": "2024-01",
            "late": 3,
            "assumed": 5,
            "late_paths": ["a", "b", "c"],
            "late_reasons": ["r"],
            "late_histories": ["a"],
            "ledger": "b" * 64,
            "failed": 2,
            "priors": {"arms": 0.08},
        },
    ),
    versions={"standoff": "0.1"},
)
FORECASTS = (made.number(), made.event())
FOUND = Hindcast(made=MADE, scores=score_forecasts(FORECASTS, lambda _: made.came(1.0)), forecasts=FORECASTS)
TEXT = written(hindcast.blocks(FOUND))


def test_scores_come_first_and_what_they_do_not_show_beside_them() -> None:
    assert TEXT.startswith("# Hindcasts: North")
    assert TEXT.index("up to 3 parameters") < TEXT.index("| skill on numbers |") and "2 draws failed" in TEXT


def test_origins_and_settings_are_named() -> None:
    assert row(TEXT, "2024-01")[1:] == ["3", "1", "1", "b" * 12] and "1 origin, 1,000 draws" in TEXT
    assert "`arms` 8 % (1 origin)" in TEXT
