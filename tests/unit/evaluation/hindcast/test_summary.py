"""Skill of a roll, blocks of origins, and the first lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.evaluation.hindcast import summary
from standoff.evaluation.hindcast.scored_forecasts import ForecasterScore, ScoredForecast, number

ORIGINS = [f"20{20 + k // 4}-{3 * (k % 4) + 3:02d}-28" for k in range(12)]
MADE = summary.HindcastProvenance(
    title="a toy",
    variant="",
    draws=100,
    seed=1,
    wider=2.0,
    posterior=False,
    ledger="x",
    origins=tuple({"as_of": o, "late": 0, "failed": 0} for o in ORIGINS),
    versions={},
)


def case(
    origin: str, mine: float, other: float, name: str = "q", group: str = "losses", months: int = 3
) -> ScoredForecast:
    given = {"model": ForecasterScore(crps=mine, inside={"0.5": 1.0, "0.9": 1.0}), "mean": ForecasterScore(crps=other)}
    return ScoredForecast(
        origin=origin,
        months=months,
        id=name,
        group=group,
        text=name,
        kind="quantity",
        day=origin,
        unit="person",
        outcome=1.0,
        came_low=1.0,
        came_high=1.0,
        claims=("c",),
        speaker="s",
        unresolved="",
        given=given,
    )


def test_half_the_score_is_half_the_skill_in_whatever_unit() -> None:
    found = [case(o, 5.0, 10.0) for o in ORIGINS] + [case(o, 0.005, 0.01, "r") for o in ORIGINS]
    told = summary.skill(found, "crps", "mean", 3, 1)
    assert told is not None and (told.questions, told.origins, told.reports, told.better) == (24, 12, 24, 24)
    assert told.skill == pytest.approx(0.5) and told.interval == pytest.approx((0.5, 0.5))


def test_one_report_of_many_origins_shows_nothing() -> None:
    found = [
        ScoredForecast(
            origin=o,
            months=3,
            id="q",
            group="g",
            text="q",
            kind="quantity",
            day="2024-01-01",
            unit="",
            outcome=1.0,
            came_low=1.0,
            came_high=1.0,
            claims=("c",),
            speaker="s",
            unresolved="",
            given={"model": ForecasterScore(crps=1.0), "mean": ForecasterScore(crps=9.0)},
        )
        for o in ORIGINS
    ]
    assert summary.skill(found, "crps", "mean", 3, 1).interval is None  # type: ignore[union-attr]


def test_a_rival_that_was_never_wrong_gives_no_share() -> None:
    one = ScoredForecast(
        origin=ORIGINS[0],
        months=3,
        id="e",
        group="events",
        text="e",
        kind="event",
        day=ORIGINS[0],
        unit="",
        outcome=0.0,
        came_low=None,
        came_high=None,
        claims=("c",),
        speaker="s",
        unresolved="",
        given={"model": ForecasterScore(p=0.1, brier=0.01), "persistence": ForecasterScore(p=0.0, brier=0.0)},
    )
    assert summary.skill([one], "brier", "persistence", 3, 1) is None


def test_blocks_keep_the_number_of_origins_and_draw_neighbours_together() -> None:
    drawn = summary.blocks(12, 4, 1)
    assert drawn.shape == (summary.RESAMPLES, 12) and (drawn.sum(axis=1) == 12).all()
    single = summary.blocks(12, 1, 1)
    near = [float(np.corrcoef(part[:, 3], part[:, 4])[0, 1]) for part in (drawn, single)]
    assert near[0] > 0.5 > 0.1 > near[1]  # neighbours share three of four blocks; alone they crowd one another out
    assert drawn.mean() == pytest.approx(1.0)


def test_longer_blocks_widen_the_interval_where_origins_hang_together() -> None:
    runs = [case(o, 5.0 if k < 6 else 20.0, 10.0, months=12) for k, o in enumerate(ORIGINS)]
    long, short = (summary.skill(runs, "crps", "mean", every, 1).interval for every in (3, 12))  # type: ignore[union-attr]
    assert long[1] - long[0] > short[1] - short[0]


def test_the_first_lines_say_where_there_is_no_skill_before_where_there_is() -> None:
    found = [case(o, 12.0, 10.0) for o in ORIGINS] + [case(o, 5.0, 10.0, "r", "opinion") for o in ORIGINS]
    result = summary.scored(found, MADE, 3, 1)
    assert result.verdict[0].index("losses (−20 % over weighted mean") < result.verdict[0].index(
        "skill on opinion (+50 %"
    )
    assert not any("test foresight" in text for text in result.verdict)
    late = replace(MADE, origins=({"late": 3, "failed": 2},))
    told = summary.scored(found, late, 3, 1)
    assert "up to 3 parameters" in told.verdict[-1] and told.notes[0].startswith("2 draws failed")


def test_a_number_is_scored_in_closed_form() -> None:
    """Two futures 0 and 2 against 1: CRPS E|X - y| - E|X - X'| / 2 = 1 - 1/2."""
    found = number(np.array([0.0, 2.0] * 100), (1.0,))
    assert found.crps == pytest.approx(0.5) and found.below == pytest.approx(0.5)
    assert found.inside == {"0.5": 1.0, "0.9": 1.0}
    assert number(np.array([0.0, 2.0] * 100), (5.0,)).inside == {"0.5": 0.0, "0.9": 0.0}
