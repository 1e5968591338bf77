"""Sensitivity charts of findings made by hand."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from standoff.analysis.sensitivity.sensitivity import Sensitivity
from standoff.analysis.sensitivity.sobol import Index
from standoff.analysis.threshold import SwitchingValue, ThresholdAnalysis
from standoff.report.charts import tornado, vegalite
from tests.unit.report.plain import ORIGIN, drawn_texts, figure, finding_with

FOUND: dict[str, Any] = {
    "quantity_of_interest": "war",
    "text": "Will it?",
    "kind": "event",
    "answer": 0.5,
    "indices": (Index("men", "men", 1, 0.3, 0.01, 0.6, 0.01), Index("none", "none", 1, 0.0, 0.0, 0.0, 0.0)),
    "inside": "it happens",
}


def bars(root: ElementTree.Element, colour: str) -> int:
    return sum(node.get("fill") == colour for node in root.iter() if node.tag.endswith("path"))


def test_an_index_of_zero_has_no_bar() -> None:
    texts = drawn_texts(ElementTree.fromstring(tornado.shares(Sensitivity(origin=ORIGIN, **FOUND))))
    assert "Men" in texts and "None" not in texts


def switch(name: str, flips: bool, answer: float) -> SwitchingValue:
    return SwitchingValue(
        path=f"path.{name}",
        kind="parameter",
        name=name,
        label=name,
        belief="1 to 2",
        unit="1",
        middle=1.5,
        flips=flips,
        value=2.0,
        interval=None,
        standardised_shift=1.0,
        tail_probability=0.1,
        answer=answer,
        answer_error=0.01,
    )


def test_switching_values_have_the_colour_of_a_change() -> None:
    analysis = finding_with(
        ThresholdAnalysis,
        quantity_of_interest="war",
        text="Will it?",
        kind="event",
        answer=0.4,
        to=0.5,
        flips=(switch("bread", True, 0.5), switch("coal", False, 0.45)),
    )
    root = ElementTree.fromstring(tornado.threshold_chart(analysis))
    assert {"Bread", "Coal"} <= set(drawn_texts(root))
    assert bars(root, "var(--for)") == 1


def test_stacked_charts_keep_their_heights() -> None:
    found = Sensitivity(origin=ORIGIN, **FOUND)
    parts = [tornado.shares(found)] * 2
    height = sum(vegalite.view_box(part)[3] for part in parts)
    assert float(figure(tornado.alone(parts, "a & b")).attrib["height"]) == height
