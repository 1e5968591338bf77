"""Specifications are valid Vega-Lite; what is drawn has every text at its size, and the margins that texts need."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import altair
import pytest
import vl_convert

from standoff.report import assets
from standoff.report.charts import stocks, vegalite
from tests.unit.report.plain import page

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def stamp(year: int, month: int = 1, day: int = 1) -> int:
    return stocks.stamp(dt.date(year, month, day))


def bars(unit: str = "kg", top: float = 3.0, name: str = "bars", **margins: float) -> str:
    """A small chart."""
    layers = [
        vegalite.layer("rows", "line", x=vegalite.number("x"), y=vegalite.value_axis()("y")),
        vegalite.texts("names", "n", 10.5, "top", x=5, y=5),
        stocks.HEADING,
    ]
    rows = {"rows": [{"x": 0, "y": 0}, {"x": 1, "y": top}], "names": [{"n": "a <b> 0.123456"}]}
    return vegalite.chart(layers, {**rows, **stocks.heading(unit)}, 'say "it"', name, 300, 200, **margins)


def test_every_specification_is_valid(run: Run, found: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Altair's schema is that of Vega-Lite; it is no part of the program."""
    seen: list[str] = []
    compiled = vegalite._compiled

    def watching(spec: str) -> vegalite.Spec:
        seen.append(spec)
        return compiled(spec)

    monkeypatch.setattr(vegalite, "_compiled", watching)

    page(run, found, with_causes=True)
    assert len(set(seen)) > 5
    for spec in set(seen):
        data: Any = json.loads(spec)
        altair.LayerChart.from_dict(data, validate=True)
    wrong = json.loads(seen[0])
    wrong["layer"][0]["mark"] = {"type": "no such mark"}
    with pytest.raises(Exception, match="no such mark"):
        altair.LayerChart.from_dict(wrong, validate=True)


def test_texts_have_their_size_again_and_only_numbers_in_tags_are_cut() -> None:
    svg = bars()
    ElementTree.fromstring(svg)
    assert "0px" not in svg and "font-family" not in svg
    assert 'font-size="10.5"' in svg and 'font-size="12"' in svg.partition(">")[0]
    assert "a &lt;b&gt; 0.123456" in svg
    assert not re.search(r"=\"[^\"]*\.\d\d[^\"]*\"", re.sub(r"xmlns[^ ]*", "", svg))
    assert 'aria-label="say &quot;it&quot;"' in svg


def test_texts_stand_where_vega_puts_texts_that_it_measures() -> None:
    """The same chart with sizes given to Vega: Vega rounds baselines to a whole pixel, `inside` all to a tenth."""
    mark = {"type": "text", "align": "left", "fontSize": 20, "text": "x"}
    for baseline in vegalite.BASELINES:
        spec = {
            "layer": [
                {
                    "data": {"values": [{}]},
                    "mark": {**mark, "baseline": baseline},
                    "encoding": {"x": {"value": 0}, "y": {"value": 50}},
                }
            ],
            "width": 99,
            "height": 99,
            "padding": 0,
            "autosize": "none",
        }
        measured = re.findall(r"translate\(0,([\d.]+)\)", vl_convert.vegalite_to_svg(spec))[-1]
        own = vegalite.texts("one", "", 20, baseline, text="x", x=0, y=50)
        mine = re.findall(r"translate\(0,([\d.]+)\)", vegalite.inside([own], {"one": [{}]}, 99, 99))[-1]
        assert float(mine) == pytest.approx(float(measured), abs=0.5 + 0.1)


def test_charts_of_one_kind_are_compiled_once() -> None:
    bars(top=1.0)
    before = vegalite._compiled.cache_info().misses
    bars("t", top=7.0, name="other")
    assert vegalite._compiled.cache_info().misses == before
    bars(left=60)
    assert vegalite._compiled.cache_info().misses == before + 1


def test_a_label_that_the_margin_does_not_hold_widens_the_chart() -> None:
    assert 'viewBox="0 0 300 200"' in bars(top=3)
    wide = re.search(r'viewBox="-(\d+) 0 (\d+) 200"', bars(top=3_000_000))
    assert wide is not None and int(wide[2]) == 300 + int(wide[1])
    assert int(wide[1]) >= len("3,000,000") * vegalite.LETTER + vegalite.TICK - vegalite.LEFT - 1


@pytest.mark.parametrize(
    ("first", "last", "room", "labels"),
    [
        (stamp(2000), stamp(2030, 12), 326, ["2000", "2005", "2010", "2015", "2020", "2025", "2030"]),
        (stamp(2000, 2), stamp(2030, 12), 196, ["2010", "2020", "2030"]),
        (stamp(2024, 1), stamp(2025, 12), 326, ["Jan 2024", "Jul 2024", "Jan 2025", "Jul 2025"]),
        (stamp(2024, 3, 31), stamp(2024, 6, 30), 326, ["Apr 2024", "May 2024", "Jun 2024"]),
        (stamp(2024, 3, 3), stamp(2024, 3, 20), 326, ["Mar 2024", "Mar 2024"]),
    ],
)
def test_time_has_round_labels_that_do_not_meet(first: int, last: int, room: float, labels: list[str]) -> None:
    axis = stocks.time_axis([first, last], room)["axis"]
    times = [dt.datetime.fromtimestamp(t / 1000, dt.UTC) for t in axis["values"]]
    assert [time.strftime(axis["format"]) for time in times] == labels
    assert all(first <= t <= last for t in axis["values"])
    places = [room * (t - first) / (last - first) for t in axis["values"]]
    if len(set(labels)) == len(labels):
        assert min(b - a for a, b in pairwise(places)) > len(labels[0]) * vegalite.LETTER


def test_a_file_has_the_size_font_and_colours_of_the_page_and_a_dark_twin() -> None:
    element = '<svg role="img" aria-label="a" viewBox="-5 0 100 50" font-size="12" data-chart="{}"><text fill="var(--ink)">a</text></svg>'
    light, dark = assets.themes()
    svg = vegalite.standalone(element)
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"] == f"-5 0 {100 + vegalite.ROOM} 50" and root.attrib["width"] == str(
        100 + vegalite.ROOM
    )
    assert "var(" not in svg and "data-chart" not in svg and "<style>" not in svg
    assert f'[fill="{light["--ink"]}"]{{fill:{dark["--ink"]}}}' in vegalite.standalone(element, dark=True)
