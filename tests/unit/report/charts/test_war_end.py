"""Pictures of the end of a war."""

from __future__ import annotations

import re

import numpy as np
import pytest

from standoff.analysis.answer import Answer, answer
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.history import wars
from standoff.questions import ends
from standoff.report.charts import war_end
from tests import small_war


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(small_war.model(), draws=300, seed=1)


@pytest.fixture(scope="module")
def found(run: Run) -> Answer:
    return answer(run)["end"]


def test_survival_terms_and_ways_are_drawn(run: Run, found: Answer) -> None:
    lasts, terms, ways = war_end.pictures(run, found)
    assert f"{100 * (1 - (found.number or 0)):.0f} %" in lasts.finding
    assert "Redland" in terms.finding and "Bluland" in terms.finding and war_end.ASSUMED in terms.finding
    shares = [int(number) for number in re.findall(r"(\d+) %", ways.finding)]
    assert len(shares) == 5 and abs(sum(shares) - 100) <= 2
    assert "victory of Redland" in ways.svg and all(item.svg.startswith("<svg") for item in (lasts, terms, ways))


def test_history_stands_behind_the_war_where_its_kind_is_known(
    run: Run, found: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = war_end._survival(run, found, [2, 14, 26]).finding
    alive = wars.survival("interstate", 49, wars.DRAWS, True)
    low, high = np.quantile(alive[:, 49] / alive[:, 25], wars.ENDS)
    assert f"({100 * low:.0f} % to {100 * high:.0f} % over shapes)" in finding and "Light: " in finding
    monkeypatch.setattr(ends, "kind_of", lambda plan, name: "")
    assert "Light" not in war_end._survival(run, found, [2, 14, 26]).finding


def test_futures_that_are_over_have_no_terms(run: Run, found: Answer) -> None:
    fights = run.path("fighting") > 0
    data = re.search(r'data-chart="([^"]*)"', war_end._terms(run, found, [2, 50]).svg)
    assert data is not None
    middle = 100 * np.median(run.path("terms_least")[fights[:, 50], 50])
    assert f"{middle:.1f}" in data[1]


def test_terms_are_not_drawn_where_too_few_futures_fight(
    run: Run, found: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(war_end, "FEWEST", 301)
    assert len([*war_end.pictures(run, found)]) == 2
