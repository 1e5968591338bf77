"""Skill by question and not by cell, kinds apart, misses, events that never came, and closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff.dates import add_months
from standoff.evaluation import forecast_scores
from standoff.evaluation.forecast_record import Forecast
from standoff.evaluation.forecast_scores import ForecastScores, number, score_forecasts, skill
from standoff.evaluation.hindcast.reports import Report
from standoff.report.charts import vegalite
from standoff.report.charts.forecast_record import pictures
from standoff.report.sections.forecast_record import TITLES, blocks, sentence
from tests.unit.evaluation import made
from tests.unit.report.plain import figure, written


def scored(forecasts: list[Forecast], outcomes: dict[str, float]) -> ForecastScores:
    """Scores of forecasts by the outcomes of their questions; others are open."""

    def outcome(item: Forecast) -> Report | str:
        value = outcomes.get(item.question)
        return "nobody says" if value is None else made.came(value, item.rule.date)

    return score_forecasts(forecasts, outcome)


def origins(count: int, question: str = "count", **changes: Any) -> list[Forecast]:
    days = [add_months(made.dt.date(2020, 3, 31), 3 * n) for n in range(count)]
    return [made.number(question, str(add_months(day, 3)), as_of=str(day), made_at=str(day), **changes) for day in days]


def flat(question: str, own: float, other: float) -> list[Forecast]:
    """Twelve forecasts that are numbers, of a model and of a rival."""
    given = {"forecast": (own,) * 39, "rivals": {"mean": (other,) * 39}}
    return origins(12, question, **given)


def test_a_number_is_scored_in_closed_form() -> None:
    """Two futures 0 and 2 against 1: CRPS E|X - y| - E|X - X'| / 2 = 1 - 1/2."""
    found = number(np.array([0.0, 2.0] * 100), (1.0,))
    assert found.crps == pytest.approx(0.5) and found.below == pytest.approx(0.5)
    assert found.inside == {"0.5": 1.0, "0.9": 1.0}
    assert number(np.array([0.0, 2.0] * 100), (5.0,)).inside == {"0.5": 0.0, "0.9": 0.0}


def test_half_the_error_is_half_the_skill_in_whatever_unit() -> None:
    lines = scored(flat("a", 5.0, 10.0) + flat("b", 0.005, 0.01), {"a": 0.0, "b": 0.0}).lines
    found = skill(lines, "crps", "model", "mean", 1)
    assert found is not None and found.skill == pytest.approx(0.5) and found.interval == pytest.approx((0.5, 0.5))


def test_a_question_of_many_cells_counts_once() -> None:
    """Twelve cells of skill 1/2 and one of -1: the geometric mean of the ratios 1/2 and 2 is 1."""
    forecasts = flat("many", 5.0, 10.0) + flat("one", 20.0, 10.0)[:1]
    found = skill(scored(forecasts, {"many": 0.0, "one": 0.0}).lines, "crps", "model", "mean", 1)
    assert found is not None and found.skill == pytest.approx(0.0, abs=1e-12)


def test_horizons_of_a_question_are_averaged_before_questions() -> None:
    long = [item.model_copy(update={"months": 12}) for item in flat("a", 20.0, 10.0)]
    found = skill(scored(flat("a", 5.0, 10.0) + long, {"a": 0.0}).lines, "crps", "model", "mean", 1)
    assert found is not None and found.skill == pytest.approx(0.0, abs=1e-12)


def test_few_questions_of_few_origins_have_no_interval() -> None:
    lines = scored(flat("a", 5.0, 10.0)[:3], {"a": 0.0}).lines
    found = skill(lines, "crps", "model", "mean", 1)
    assert found is not None and found.interval is None


def test_a_rival_that_was_never_wrong_gives_no_share() -> None:
    lines = scored([made.event(p=0.1)], {"gloom": 0.0}).lines
    assert skill(lines, "brier", "model", "persistence", 1) is None


def test_longer_blocks_widen_the_interval_where_origins_hang_together() -> None:
    def width(months: int) -> float:
        forecasts = [
            item.model_copy(update={"months": months, "forecast": (5.0 if n < 6 else 20.0,) * 39})
            for n, item in enumerate(flat("a", 5.0, 10.0))
        ]
        found = skill(scored(forecasts, {"a": 0.0}).lines, "crps", "model", "mean", 1)
        assert found is not None and found.interval is not None
        return found.interval[1] - found.interval[0]

    assert width(12) > width(3)


def test_blocks_keep_the_number_of_origins_and_draw_neighbours_together() -> None:
    drawn, single = (forecast_scores.blocks(12, length, np.random.default_rng(1)) for length in (4, 1))
    assert drawn.shape == (forecast_scores.RESAMPLES, 12) and (drawn.sum(axis=1) == 12).all()
    near = [float(np.corrcoef(part[:, 3], part[:, 4])[0, 1]) for part in (drawn, single)]
    assert near[0] > 0.5 > 0.1 > near[1]  # neighbours share three of four blocks; alone they crowd one another out


def test_the_best_rival_is_the_recorded_one_and_not_the_one_nearest_to_the_outcome() -> None:
    (line,) = scored([made.number()], {"count": 19.0}).lines
    assert line.given["best"] == line.given["mean"] != line.given["persistence"]


def test_kinds_are_never_mixed_and_what_proves_most_is_told_first() -> None:
    late = {"kind": "after_not_blind", "made_at": "2023-12-01"}
    forecasts = [made.number("a"), made.number("b", **late), made.event("c"), made.event("d", **late)]
    found = scored(forecasts, {"a": 18.0, "b": 18.0, "c": 1.0, "d": 0.0})
    for kind in ("before", "after_not_blind"):
        assert [part.forecasts for part in found.cuts[kind] if part.cut == "all"] == [1, 1]  # type: ignore[index]
    assert not found.cuts["after_blind"] and sentence(found).startswith(TITLES["before"])


def test_events_that_never_came_are_apart() -> None:
    found = scored([made.event("war", p=0.7), made.event("peace", p=0.1)], {"war": 1.0, "peace": 0.0})
    parts = {part.name: part for part in found.cuts["before"] if part.cut == "came"}
    assert parts["came"].means["model"] == pytest.approx(0.09) and parts["never came"].means["model"] == pytest.approx(
        0.01
    )
    assert "| events that never came | 0.010 |" in written(blocks(found, "x"))


def test_misses_come_first_and_open_lines_say_why() -> None:
    forecasts = [made.number("near", text="Near"), made.number("far", text="Far"), made.event("open")]
    found = scored(forecasts, {"near": 18.2, "far": 25.0})
    assert [line.forecast.question for line in found.lines if line.is_miss and line.outcome] == ["far"]
    text = written(blocks(found, "x"))
    assert text.index("Far") < text.index("Near") and "| Gloom | 1 | nobody says |" in text
    assert "2 of 3 forecasts" in text


def test_groups_without_skill_are_named() -> None:
    forecasts = [item.model_copy(update={"group": "bad"}) for item in flat("a", 20.0, 10.0)] + flat("b", 5.0, 10.0)
    told = sentence(scored(forecasts, {"a": 0.0, "b": 0.0}))
    assert "bad (numbers)" in told and "losses (numbers)" not in told


def test_coverage_counts_outcomes_by_their_place_in_the_forecast() -> None:
    found = scored(origins(4, "a", middle=18.0) + origins(4, "b", middle=30.0), {"a": 18.0, "b": 18.0})
    part = found.cut("before", "all", "crps")
    assert part is not None and part.inside == {"0.5": 0.5, "0.9": 0.5}


def test_pictures_show_how_a_forecast_moved_and_what_came() -> None:
    same_date = [
        made.number("a", "2023-06-30", as_of=f"2023-0{n}-28", made_at=f"2023-0{n}-28", middle=17.0 + n)
        for n in (1, 2, 3)
    ]
    events = [made.event(f"e{n}", p=0.1 + 0.2 * n, as_of=f"2023-0{n + 1}-28") for n in range(4)]
    found = scored(same_date + events, {"a": 19.0, "e0": 0.0, "e1": 0.0, "e2": 1.0, "e3": 1.0})
    drawn = {picture.name: picture for picture in pictures(found)}
    assert drawn.keys() == {"record-a", "record-pit", "record-reliability"}
    assert "2023-06-30" in drawn["record-a"].finding and "an office" in drawn["record-a"].finding
    for picture in drawn.values():
        figure(vegalite.standalone(picture.svg))


def test_data_leave_quantiles_to_the_record() -> None:
    data = scored([made.number()], {"count": 18.0}).to_data()
    (line,) = data["lines"]
    assert line["date"] == "2023-06-30" and line["outcome"]["value"] == 18.0 and "rivals" not in line
    assert data["cuts"]["before"][0]["forecasts"] == 1
