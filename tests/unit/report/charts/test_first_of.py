from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.analysis.exhaustion import side_shares
from standoff.questions import NONE
from standoff.report import formatting
from standoff.report.charts import first_of
from standoff.report.sections import main_answer

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def test_labels_with_a_comma_have_a_side_and_a_constraint() -> None:
    assert first_of.split_label("Aland, bread and coal") == ("Aland", "bread and coal")
    assert first_of.split_label("fear") == ("fear", "")


def test_a_panel_for_each_constraint_and_a_line_for_each_side(run: Run) -> None:
    found = answer(run, ("starved",))["starved"]
    bread, coal = first_of.pictures(run, found)
    assert (bread.title, coal.title) == ("Who starves? Bread", "Who starves? Coal")
    assert (bread.svg.count('stroke-width="2"'), coal.svg.count('stroke-width="2"')) == (2, 1)
    for side, panel in (("Aland", bread), ("Borduria", bread)):
        share = float(np.isfinite(run.answer(f"starved/{side}, bread")).mean())
        assert f"{side} {formatting.percent(share, found.mc_error)}" in panel.finding
    assert bread.finding.startswith("Most often Aland."), "fear passes 0.5 before 0.7"


def test_shares_of_sides_add_up_to_one(run: Run) -> None:
    found = answer(run, ("starved",))["starved"]
    shares = side_shares(found)
    assert set(shares) == {"Aland", "Borduria", NONE}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert side_shares(answer(run, ("first",))["first"]) == {}, "these labels name no sides"


def test_labels_without_sides_share_one_panel(run: Run) -> None:
    (panel,) = first_of.pictures(run, answer(run, ("first",))["first"])
    assert panel.title == "What comes first?"
    assert panel.svg.count('stroke-width="2"') == 2
    assert re.search(r"By 2025-12: fear .* %; calm .* %\.", panel.finding)


def test_every_race_of_the_verdict_is_shown(found: Verdict) -> None:
    shown = main_answer.races(found, None)
    assert [item.id for item, _ in shown] == ["first", "starved"]
    assert shown[1][1].startswith("Share of futures ")
