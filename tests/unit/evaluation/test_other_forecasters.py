"""Other forecasters: a table beside the record, and the pools of the literature in closed form."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.errors import RunError
from standoff.evaluation import other_forecasters
from standoff.evaluation.forecast_scores import score_forecasts
from standoff.evaluation.other_forecasters import beside, pooled, read_csv, recalibration
from tests.unit.evaluation import made

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2023, 1, 1)


def test_the_logit_pool_is_the_power_of_the_geometric_mean_of_odds() -> None:
    """satopaa2014, equation of the aggregator: odds of the pool = (geometric mean of the odds) ^ a."""
    p, a = [0.6, 0.7, 0.9], 2.5
    odds = math.prod(each / (1 - each) for each in p) ** (a / len(p))
    assert pooled(p, slope=a) == pytest.approx(odds / (1 + odds))
    assert pooled([0.8], slope=2.0) == pytest.approx(16 / 17)  # odds 4, squared
    assert pooled([0.5, 0.5], slope=3.0) == pytest.approx(0.5) and pooled([0.3]) == pytest.approx(0.3)


def test_recalibration_after_averaging_is_linear_in_log_odds() -> None:
    """turner2014: p' = d p^g / (d p^g + (1 - p)^g), of the pooled p, with g the slope and log d the shift."""
    p, slope, shift = 0.7, 1.8, -0.4
    scaled = math.exp(shift) * p**slope
    assert pooled([p, p], slope, shift) == pytest.approx(scaled / (scaled + (1 - p) ** slope))


def test_the_slope_of_a_shy_crowd_is_found_and_few_outcomes_hardly_move_it() -> None:
    """A crowd that halves the log odds of what happens needs a slope of two."""
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 1.5, 4000)
    came = rng.random(4000) < 1 / (1 + np.exp(-truth))
    past = [(x / 2, float(y), DAY) for x, y in zip(truth, came, strict=True)]
    slope, shift = recalibration(past)
    assert slope == pytest.approx(2.0, abs=0.15) and shift == pytest.approx(0.0, abs=0.1)
    assert recalibration(past[:2])[0] == pytest.approx(1.0, abs=0.3) and recalibration(()) == (1.0, 0.0)


def test_quantiles_are_averaged() -> None:
    assert pooled([made.spread_around(1.0), made.spread_around(3.0)]) == pytest.approx(made.spread_around(2.0))


def table(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "crowd.csv"
    file.write_text(text)
    return file


def test_a_table_is_scored_and_pooled_beside_the_last_forecast_it_could_know(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "question,date,source,made,probability,q0.05,q0.5,q0.95\n"
        "gloom,2023-06-30,a crowd,2023-04-05,0.9,,,\ncount,2023-06-30,an expert,,,18,18.5,19\n",
    )
    early, late = made.event(as_of="2022-12-31"), made.event(id="late", as_of="2023-05-31")
    forecasts = [early, made.event(), late, made.number()]
    outcomes = {"gloom": 1.0, "count": 18.5}
    found = beside(forecasts, read_csv(file), lambda item: made.came(outcomes[item.question]))
    assert found.keys() == {forecasts[1].id, forecasts[3].id}
    assert found[forecasts[1].id][other_forecasters.POOL] == pytest.approx(0.6)  # log odds of 0.2 and 0.9, their mean
    scores = score_forecasts(forecasts, lambda item: made.came(outcomes[item.question]), others=found)
    part = scores.cut("before", "all", "brier")
    assert part is not None and part.means["a crowd"] == pytest.approx(0.01)
    line = next(line for line in scores.lines if line.forecast.question == "count")
    assert line.given["an expert"].median == pytest.approx(18.5, abs=0.01) and "pool" in line.given


def test_outcomes_known_by_an_origin_recalibrate_the_pool(tmp_path: Path) -> None:
    days = [f"2023-{month:02d}-28" for month in range(1, 12)]
    forecasts = [made.event(f"e{n}", "2023-12-31", p=0.7, as_of=day, id=day) for n, day in enumerate(days)]
    rows = "".join(f"e{n},2023-12-31,a crowd,0.7\n" for n in range(len(days)))
    others = read_csv(table(tmp_path, f"question,date,source,probability\n{rows}"))
    found = beside(forecasts, others, lambda item: made.came(1.0, item.as_of))
    pools = [found[day]["pool"] for day in days]
    assert pools[0] == pytest.approx(0.7) and pools[-1] > 0.8  # type: ignore[operator]
    later = beside(forecasts, others, lambda _: made.came(1.0, "2023-12-31"))
    assert later[days[-1]]["pool"] == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("question,date,probability\n", "source"),
        ("question,date,source,probability\ngloom,2023-06-30,x,1.5\n", "crowd.csv:2"),
        ("question,date,source,probability\ngloom,soon,x,0.5\n", "soon"),
        ("question,date,source,q0.1\ncount,2023-06-30,x,5\n", "quantiles"),
        ("question,date,source,probability\nwar,2023-06-30,x,0.5\n", "war"),
        ("question,date,source,probability\ncount,2023-06-30,x,0.5\n", "quantiles"),
    ],
)
def test_a_row_that_is_no_forecast_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RunError) as caught:
        beside([made.event(), made.number()], read_csv(table(tmp_path, text)), lambda _: "open")
    assert told in str(caught.value)
