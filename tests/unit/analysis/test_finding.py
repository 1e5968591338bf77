"""Findings as frames: one row for each record."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pytest

import standoff.analysis
from standoff import build, load
from standoff.analysis.finding import Finding, Provenance
from standoff.engine.simulate import simulate
from standoff.errors import ModelError


@dataclass(frozen=True)
class Inner:
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    name: str
    ends: Inner


@dataclass(frozen=True, kw_only=True)
class Example(Finding):
    words: tuple[str, ...] = ("a", "b")
    rows: tuple[Row, ...] = (Row("x", Inner(0.0, 1.0)), Row("y", Inner(2.0, 3.0)))
    others: tuple[Row, ...] = ()


@pytest.fixture(scope="module")
def origin() -> Provenance:
    return Provenance.of(simulate(build(*load("closed-form")), draws=2))


def test_a_frame_has_a_row_for_each_record(origin: Provenance) -> None:
    frame = Example(origin).to_frame()
    assert frame.to_dict("list") == {"name": ["x", "y"], "ends.low": [0.0, 2.0], "ends.high": [1.0, 3.0]}
    assert Example(origin).to_frame("others").empty


def test_what_holds_no_records_is_refused_with_what_does(origin: Provenance) -> None:
    with pytest.raises(ModelError) as caught:
        Example(origin).to_frame("words")
    assert caught.value.problems[0].allowed == "rows, others"


def test_the_main_table_of_a_finding_is_one_of_its_fields() -> None:
    findings = [getattr(standoff.analysis, name) for name in standoff.analysis.__all__]
    for finding in findings:
        if isinstance(finding, type) and issubclass(finding, Finding) and finding.FRAME:
            assert finding.FRAME in {item.name for item in fields(finding)}
