"""Tables, pictures and the part of the page on what would turn an answer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from standoff.analysis.sensitivity.sensitivity import sensitivity
from standoff.analysis.value_of_information import voi
from standoff.analysis.verdict import verdict
from standoff.report import render
from standoff.report.charts import tornado
from standoff.report.sections import findings
from tests.unit.report.plain import page

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run
    from standoff.report.document import Block


@pytest.fixture(scope="module")
def found(closed: Run) -> Verdict:
    return verdict(closed, threshold=True)


def text(thing: list[Block]) -> str:
    console = Console(width=160)
    with console.capture() as caught:
        console.print(render.terminal(thing))
    return caught.get()


def test_the_terminal_says_what_turns_it_and_what_to_check(found: Verdict) -> None:
    assert found.flips is not None and found.value is not None
    shown = text(findings.flips(found.flips))
    for word in (
        "It is less likely than wait",
        "choices.BLU.reasons.gain.weight",
        "2.00",
        "switching value",
        "restraint",
        "Joint changes",
        "blu-no-action-2030-01-blue-president",
        "withdrawn",
    ):
        assert word in shown
    assert "nan" not in shown
    checked = text(findings.values(found.value))
    assert "blu-gain-2030-01-blue-staff" in checked and "Variance explained" in checked


def test_sensitivity_says_what_it_found_and_draws_it(closed: Run) -> None:
    seen = sensitivity(closed.model, question="corner", indices=True, pairs=256)
    shown = text(findings.sensitivity(seen))
    for word in (
        "Variance decomposition",
        "stocks.gain.initial",
        "Futures in which it happens",
    ):
        assert word in shown
    picture = tornado.alone([tornado.shares(seen)], seen.text)
    root = ET.fromstring(picture)
    assert root.tag.endswith("svg") and "var(--" not in picture
    assert "Gain at the start" in picture and len(root.findall("{*}svg")) == 1  # a chart, on a sheet of paper


def test_the_page_leads_with_three_changes_and_has_a_part_on_them(closed: Run, found: Verdict) -> None:
    html = page(closed, found)
    assert "“acts for a year” rather" in html
    assert "Claims to check first" in html
    part = html[html.index('id="turning"') : html.index('id="choices"')]
    for words in ("Single parameters that change the answer", "Without a claim", "Joint changes", "#claim-blu-cost"):
        assert words in part
    for key in re.findall(r'popovertarget="(behind-parameter-[^"]+)"', html):
        assert f'id="{key}"' in html
    data = found.to_data()
    assert data["flips"]["flips"][0]["flips"] and data["value"]["claims"]
    levels = [int(level) for level in re.findall("<h([1-6])", html)]
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert 'id="turning"' not in page(closed, verdict(closed))


def test_a_value_without_any_claim_says_so(closed: Run) -> None:
    assert "Monte Carlo error" in text(findings.values(voi(closed.model, question="sum", draws=1024)))
