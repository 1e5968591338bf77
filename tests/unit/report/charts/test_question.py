"""The chart at the top ends at the date of the question, and its title is what it shows there."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from standoff.report import formatting
from standoff.report.sections import main_answer

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def test_the_title_has_the_shares_at_the_date_of_the_question(run: Run, found: Verdict) -> None:
    chart = main_answer.chart(run, found)
    assert chart is not None
    plan, calendar = run.model.plan, run.model.scenario.calendar
    query = plan.question(plan.main_question)
    name = chart.evidence.removeprefix("choice-")
    index = [choice.name for choice in plan.choices].index(name)
    options = plan.choices[index].options
    shares = dict(zip(options, run.active_share[query.state - 1, index], strict=False))
    (wanted,) = [names for choice, names in plan.options_of(query).items() if choice == name]
    assert formatting.percent(float(sum(shares[name] for name in wanted))) in chart.title
    for svg in (chart.svg, chart.narrow):
        (data,) = re.findall(r'data-chart="([^"]*)"', svg)
        *_, last = json.loads(html.unescape(data))["rows"]
        assert last[0] == calendar.date(query.state).isoformat()
        assert last[1:] == pytest.approx([100 * float(share) for share in shares.values()], abs=0.06)  # one decimal
