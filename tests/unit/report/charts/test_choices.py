from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from standoff.report import answer_text, formatting
from standoff.report.charts import choices
from standoff.report.sections import figures

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def test_the_waterfall_starts_at_zero_joins_up_and_ends_at_the_log_odds(found: Verdict) -> None:
    choice = found.choices[0]
    rows = choices.steps(choice)
    assert rows[0]["start"] == rows[-1]["start"] == 0
    *parts, total = rows
    assert all(a["end"] == b["start"] for a, b in pairwise(parts))
    assert total["end"] == pytest.approx(parts[-1]["end"], abs=1e-12)
    assert total["end"] == pytest.approx(choice.log_odds, abs=10 * choice.additivity_error + 1e-9)
    sizes = [row["end"] - row["start"] for row in parts]
    assert sizes == sorted(sizes), "from the largest against to the largest for"
    assert [row["c"] for row in parts] == ["var(--against)" if size < 0 else "var(--for)" for size in sizes]
    assert all(a["bottom"] < b["head"] < b["top"] < b["bottom"] for a, b in pairwise(rows)), "texts stand free"


def test_each_option_is_a_line_with_its_name_at_the_end_and_none_is_an_area(run: Run) -> None:
    chart, options = choices.active_share(run, 0, "x"), len(run.model.plan.choices[0].options)
    assert len(re.findall(r'<path [^>]*stroke="var\(--option-\d\)"', chart)) == options
    assert len(re.findall(r'<text [^>]*fill="var\(--option-\d\)"', chart)) == options
    assert 'fill="var(--option' not in re.sub("<text.*?</text>", "", chart)


def test_captions_say_what_the_numbers_say(run: Run, found: Verdict) -> None:
    explanation = found.choices[0]
    holds = figures.of_choice(run, explanation)
    shares = run.active_share[-1, 0, :2]
    likelier = explanation.options[int(shares.argmax())].option
    assert holds.finding.startswith(f"Aland at 2025-12: “{likelier}” ")
    assert f" {formatting.percent(float(shares.max()))}" in holds.finding
    decimals = answer_text.reason_decimals(explanation)
    waterfall = figures.of_reasons(explanation)
    for reason in explanation.reasons:
        side = "against" if reason.log_odds < 0 else "for"
        assert formatting.signed(reason.log_odds, decimals) in waterfall.finding, side
    assert formatting.signed(explanation.log_odds, decimals) in waterfall.finding
