"""Sensitivity charts of findings made by hand."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from standoff.analysis.sensitivity.gradient import AnswerGradient
from standoff.analysis.sensitivity.sensitivity import Sensitivity
from standoff.analysis.sensitivity.sobol import Index
from standoff.analysis.threshold import SwitchingValue, ThresholdAnalysis
from standoff.report.charts import tornado, vegalite
from tests.unit.report.plain import ORIGIN, drawn_texts, figure, finding_with


def slope(path: str, value: float, error: float = 0.001) -> AnswerGradient:
    return AnswerGradient(
        path=path, label=path, belief="1 to 2", unit="1", step=0.1, slope=value, mc_error=error, through_choices=0.0
    )


FOUND: dict[str, Any] = {
    "quantity_of_interest": "war",
    "text": "Will it?",
    "kind": "event",
    "answer": 0.5,
    "slopes": (slope("up.most", 0.2), slope("down", -0.1), slope("noise", 0.01, 0.02)),
    "indices": (Index("men", "men", 1, 0.3, 0.01, 0.6, 0.01), Index("none", "none", 1, 0.0, 0.0, 0.0, 0.0)),
    "inside": "it happens",
}


def bars(root: ElementTree.Element, colour: str) -> int:
    return sum(node.get("fill") == colour for node in root.iter() if node.tag.endswith("path"))


def test_the_tornado_shows_what_is_more_than_noise() -> None:
    root = figure(tornado.picture(Sensitivity(origin=ORIGIN, **FOUND)))
    texts = drawn_texts(root)
    assert "Up.most" in texts and "Down" in texts and "Noise" not in texts
    assert "Men" in texts and "None" not in texts, "an index of zero has no bar"


def test_a_finding_without_slopes_has_the_other_charts_only() -> None:
    part = {key: value for key, value in FOUND.items() if key != "slopes"}
    texts = drawn_texts(figure(tornado.picture(Sensitivity(origin=ORIGIN, **part))))
    assert "Men" in texts and "Up.most" not in texts


def test_captions_name_both_ends() -> None:
    label = ElementTree.fromstring(tornado.tornado(Sensitivity(origin=ORIGIN, **FOUND))).get("aria-label") or ""
    assert "Up.most 30 % to 70 %" in label and "Down 60 % to 40 %" in label


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
    parts = [tornado.tornado(found), tornado.shares(found)]
    height = sum(vegalite.view_box(part)[3] for part in parts)
    assert float(figure(tornado.alone(parts, "a & b")).attrib["height"]) == height
