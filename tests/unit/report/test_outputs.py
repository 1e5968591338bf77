from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import html
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from standoff.report import evidence_panels, outputs, report
from standoff.report.backends.html import web
from standoff.report.charts import choices, stocks
from standoff.report.sections import figures
from tests.unit.report.plain import page

if TYPE_CHECKING:
    from pathlib import Path

    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Collects tags, ids, links and heading levels, and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing that is open"


@pytest.fixture(scope="session")
def text(run: Run, found: Verdict) -> str:
    return page(run, found)


@pytest.fixture(scope="session")
def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert not reader.open
    return reader


def test_claims_are_escaped_and_only_web_links_become_links(text: str, read: Reader) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;script&gt;alert(2)&lt;/script&gt; &amp; &#39;never&#39;" in text
    assert "<b>at odds" not in text
    assert "javascript:" not in text
    assert "<i>war" not in text
    assert text.count("<script") == 1
    links = {attrs["href"] for tag, attrs in read.tags if tag == "a"}
    assert "https://example.org/a?b=1&c=2" in links
    assert all(link.startswith(("#", "https://", "http://")) for link in links)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "", "//x", "http://[x"]
)
def test_what_is_not_a_web_address_is_no_link(url: str) -> None:
    assert web(url) == ""


def test_every_claim_named_links_to_its_row(run: Run, found: Verdict, text: str, read: Reader) -> None:
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), "an id is given twice"
    inner = {attrs["href"][1:] for tag, attrs in read.tags if tag == "a" and attrs["href"].startswith("#")}
    assert inner <= set(ids)
    rows = {name.removeprefix("claim-") for name in ids if name.startswith("claim-")}
    assert {claim for item in found.answers for claim in item.claims} <= rows
    assert {claim for choice in found.choices for claim in choice.claims} <= rows
    assert "aaa-men-2024-11-enemy" in rows, "plotted, though published later"
    assert rows == {claim.id for claim in run.model.ledger}, "the whole ledger is on the page"
    unused = {attrs["id"][6:] for tag, attrs in read.tags if tag == "tr" and attrs.get("class") == "unused"}
    assert unused == {"aaa-men-2024-12-guess"}, "proposed, so nothing rests on it"


def test_every_number_that_opens_has_its_panel_and_shows_its_claims(found: Verdict, text: str, read: Reader) -> None:
    opened = {attrs["popovertarget"] for tag, attrs in read.tags if tag == "button" and "popovertarget" in attrs}
    panels = {attrs["id"] for tag, attrs in read.tags if "popover" in attrs}
    assert opened == panels
    for item in found.answers:
        panel = text.partition(f'id="behind-answer-{item.id}"')[2].partition("</div>")[0]
        assert all(f'href="#claim-{name}"' in panel for name in item.claims)
        assert len(re.findall("href=.#claim-", panel)) == len(item.claims)
    men = text.partition('id="behind-answer-men"')[2].partition("</div>")[0]
    for part in (
        "Aland, men:",
        "about 1200 thousand people",
        "Staff",
        "published 2024-01",
        "https://example.org/a?b=1&amp;c=2",
    ):
        assert part in men, part


def test_lines_of_an_article_have_a_column_where_a_question_has_some(run: Run, found: Verdict, text: str) -> None:
    bare = dataclasses.replace(found, answers=tuple(dataclasses.replace(item, lines=()) for item in found.answers))
    head = '<th scope="col" class="n">line</th>'
    assert head in text and head not in page(run, bare)


def test_the_script_is_the_one_that_the_page_allows(text: str) -> None:
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in text or f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text
    assert "fetch" not in script
    assert "innerHTML" not in script


def test_nothing_is_loaded_from_elsewhere(text: str, read: Reader) -> None:
    for tag, attrs in read.tags:
        assert not {"src", "srcset", "data", "poster", "xlink:href", "style"} & set(attrs) or tag == "span", (
            tag,
            attrs,
        )
        assert tag not in {"link", "img", "iframe", "object", "embed", "use", "image"}
        if "href" in attrs:
            assert tag == "a"
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#{name}" for name in re.findall(r'id="([^"]+)"', text)}


def test_the_markup_says_what_things_are(found: Verdict, text: str, read: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert ("html", {"lang": "en"}) in read.tags
    assert all(attrs.get("scope") in {"row", "col", "rowgroup"} for tag, attrs in read.tags if tag == "th")
    pictures = [attrs for tag, attrs in read.tags if tag == "svg" and attrs.get("role") in {"img", "group"}]
    assert text.count("<figcaption>") == text.count("<figure")
    assert len(pictures) == text.count("<figure") + 1, "the map of actors is there in two widths"
    assert all(attrs["aria-label"] for attrs in pictures)
    assert text.count("<caption") == text.count("<table")


def test_on_paper_stand_pictures_and_the_claims_cited_by_name(
    run: Run, found: Verdict, text: str, read: Reader
) -> None:
    parts = {
        attrs["id"]: attrs["class"].split() for tag, attrs in read.tags if "part" in attrs.get("class", "").split()
    }
    printed = {name for name, classes in parts.items() if "printed" in classes}
    assert printed == {
        "measured",
        "choices",
        "race",
        "stocks",
        "claims",
        "assumptions",
        "method",
        "versions",
    }
    cited = evidence_panels.cited(run, found)
    assert cited == {"aaa-vows-2024-01-king"}, "the men are points of a chart, of which no question or reason speaks"
    rows = {attrs["id"][6:]: attrs.get("class", "") for tag, attrs in read.tags if tag == "tr" and "id" in attrs}
    assert {name for name, word in rows.items() if not word} == cited
    count = sum(word != "unused" for word in rows.values()) - len(cited)
    assert "1 claim cited by questions" in text and f"Another {count} are used in charts" in text
    assert 'querySelectorAll("details.printed:not([open])")' in text, "nothing else opens for the printer"
    assert "details.part:not(.printed, [open]) { display: none; }" in text, "nor does it leave its bare heading"


def test_assumed_ranges_do_not_say_so_in_every_row(found: Verdict, text: str) -> None:
    rows = text.partition("Widest assumed ranges</caption>")[2].partition("</table>")[0]
    assert rows.count('scope="row"') == min(20, len(found.assumptions)) and "@assumption" not in rows


def test_it_is_written_and_small(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert report(run, target) == target
    assert 10_000 < target.stat().st_size < 1_000_000
    text = target.read_text(encoding="utf-8")
    assert '<details class="part" id="causes">' in text and "processes</caption>" in text
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_figure_has_a_point_for_every_claim_with_a_number(run: Run) -> None:
    points = stocks.points(run.model.plan, run.model.plan.observations[0])
    assert {point.claim.id: point.used for point in points} == {
        "aaa-men-2024-01-staff": True,
        "aaa-men-2024-02-staff": True,
        "aaa-men-2024-03-enemy": True,
        "aaa-men-2024-11-enemy": False,
    }
    assert points[3].value == pytest.approx(1050)  # 1,050,000 people in thousands
    assert (points[2].low, points[2].value, points[2].high) == (1000, 1050, 1100)
    chart = next(picture for picture in figures.of_stocks(run) if picture.evidence == "stock-men.AAA")
    symbols = re.findall(r'<g class="mark-symbol.*?</g>', chart.svg)
    drawn = re.findall(r"<path ", "".join(symbols))
    assert len(drawn) == len(points)
    assert "".join(symbols).count('fill="var(--paper)"') == 1, "the later claim is hollow"
    assert "3 claims used, 1 not" in chart.finding
    assert "at 2025-12, as at 2024-03 (90 %:" in chart.finding
    assert re.search(r"Of 1 claim .* 90 % band", chart.finding)


def test_charts_carry_the_numbers_that_are_saved_and_shown_under_the_pointer(run: Run, text: str) -> None:
    found = [json.loads(html.unescape(data)) for data in re.findall(r'data-chart="([^"]*)"', text)]
    over_time = [data for data in found if "axis" in data]
    assert len(over_time) >= 3 and len(found) > len(over_time), "waterfalls have rows that are no dates"
    for data in found:
        assert all(len(row) == len(data["head"]) for row in data["rows"])
    for data in over_time:
        days = [dt.date.fromisoformat(row[0]) for row in data["rows"]]
        calendar, asked = run.model.scenario.calendar, run.model.plan.question(run.model.plan.main_question)
        assert days == sorted(days) and days[-1] in {calendar.date(calendar.steps), calendar.date(asked.state)}
        assert data["axis"][0] < data["axis"][1]
    men = next(data for data in over_time if data["head"][1:] == list(stocks.QUANTILES))
    assert all(row[1] <= row[3] <= row[5] for row in men["rows"])


def test_figures_take_their_colours_from_the_page(text: str) -> None:
    charts = re.findall(r'<svg role="img".*?</svg>', text, re.DOTALL)
    for chart in charts:
        colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', chart))
        assert {colour for colour in colours if not colour.startswith("var(--")} <= {"none", "transparent"}, colours


def test_sides_look_the_same_in_every_war_and_differ_from_one_another() -> None:
    shown = stocks.marks(["russia", "west", "prc", "historian"])
    assert shown["russia"] == stocks.marks(["russia", "ukraine"])["russia"]
    assert len({mark.shape for mark in shown.values()}) == 4
    assert len({mark.colour for mark in shown.values()}) == 4
    assert set(stocks.OUTLINES) == set(stocks.SHAPES) == set(stocks.LETTERS)
    assert stocks.glyph(shown["russia"]) == '<span class="side-0" aria-hidden="true">■</span>'


@pytest.mark.parametrize("places", [[0.1, 0.5, 0.97, 0.99, 1.0], [0.0, 0.01, 0.02, 1.0], [0.3, 0.3, 0.3]])
def test_labels_keep_their_order_and_their_distance(places: list[float]) -> None:
    placed = choices.separate_labels(places, [0.075] * len(places))
    assert min(b - a for a, b in pairwise(placed)) >= 0.075 - 1e-12  # rounding of sums of a few numbers below 1
    assert placed[0] >= 0.075 / 2 - 1e-12
    assert placed[-1] <= 1


def test_importing_the_report_is_light() -> None:
    heavy = {"altair", "jinja2", "rich", "jax", "vl_convert"}
    code = f"import sys, standoff.report; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_chart_has_no_more_points_than_it_can_show_and_keeps_its_ends(run: Run) -> None:
    assert stocks.states(run) == list(range(len(run.times)))
    assert stocks.states(run, 3)[0] == 3

    calendar = SimpleNamespace(steps=1000)
    long: Any = SimpleNamespace(model=SimpleNamespace(scenario=SimpleNamespace(calendar=calendar)))
    shown = stocks.states(long, 7)
    assert (shown[0], shown[-1]) == (7, 1000)
    assert len(shown) <= stocks.POINTS + 1


def test_claims_that_count_something_else_are_drawn_on_the_scale_of_the_stock(run: Run) -> None:
    observation = run.model.plan.observations[0]
    assert stocks.conversion(run.model.plan, observation) == 1, "0.9 to 1.1 is a source that may be off"
    scale = dataclasses.replace(run.model.plan.parameters[observation.scale], factor=0.01)
    parameters = tuple(scale if i == observation.scale else p for i, p in enumerate(run.model.plan.parameters))
    plan = dataclasses.replace(run.model.plan, parameters=parameters)
    other = dataclasses.replace(run, model=dataclasses.replace(run.model, plan=plan))
    factor = stocks.conversion(other.model.plan, observation)
    assert factor == pytest.approx(0.01, rel=0.01), "the median of 0.9 to 1.1 lies within a hundredth of 1"
    pairs = zip(stocks.points(run.model.plan, observation), stocks.points(other.model.plan, observation), strict=True)
    assert all(b.value == pytest.approx(factor * a.value) for a, b in pairs)


def test_rounding_a_chart_leaves_its_numbers_as_they_are(run: Run, found: Verdict) -> None:
    drawn = choices.waterfall(found.choices[0], "x")
    assert max(len(number) for number in re.findall(r"translate\(\d+\.(\d+)", drawn)) == 1
    printed = re.findall(r">([+−]\d\.\d\d+ \(× [^)]+\))</text>", drawn)
    assert printed == [row["value"] for row in choices.steps(found.choices[0])], "texts are not cut"


def test_a_report_is_a_text_or_a_file_as_often_as_it_is_asked_for(
    run: Run, found: Verdict, text: str, tmp_path: Path
) -> None:
    assert (
        report(run, with_causes=False, verdict=found)
        == report(run, None, (), False, found)
        == outputs.page(run, (), False, found)
    )
    for name in ("one.html", "two.html"):
        assert report(run, tmp_path / name, with_causes=False, verdict=found) == tmp_path / name
        assert (tmp_path / name).read_text(encoding="utf-8") == outputs.page(run, (), False, found)
