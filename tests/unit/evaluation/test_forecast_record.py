"""A record holds a forecast once, a later one of an edited case supersedes it, and none that proves more is replaced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from standoff.errors import RunError
from standoff.evaluation import chained_file, forecast_record
from tests.unit.evaluation.made import came, event, number

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


def test_forecasts_come_back_with_rule_rivals_and_head(file: Path) -> None:
    made = [number(), event(ensemble=0.25)]
    assert forecast_record.append(file, made, "toy", text="from elsewhere") == (2, 0)
    found = forecast_record.read(file)
    assert list(found.forecasts) == made == list(found.counted)
    head = found.lines[0]
    assert isinstance(head, forecast_record.RecordHead) and (head.case, head.text) == ("toy", "from elsewhere")
    assert found.head == chained_file.read(file).head
    assert forecast_record.values_of(made[0].forecast)[100] == pytest.approx(18.2, abs=0.02)  # type: ignore[arg-type]


def test_later_claims_do_not_make_a_line_new_and_an_edit_supersedes(file: Path) -> None:
    forecast_record.append(file, [number()])
    assert forecast_record.append(file, [number(claims="more", made_at="2023-05-01")]) == (0, 0)
    assert forecast_record.append(file, [number(model="edited", middle=20.0), event()]) == (2, 1)
    found = forecast_record.read(file)
    assert [item.model for item in found.counted] == ["edited", "m"] and len(found.forecasts) == 3
    assert len({line.id for line in found.lines}) == len(found.lines)
    assert forecast_record.append(file, [number(model="edited")]) == (0, 0)
    assert forecast_record.append(file, [number()]) == (1, 1)  # edited back: the last one counts


def test_what_is_proved_is_not_replaced_by_what_was_made_with_the_outcome_at_hand(file: Path) -> None:
    late = {"model": "edited", "made_at": "2023-08-01", "kind": "after_not_blind"}
    forecast_record.append(file, [number()])
    forecast_record.append(file, [number(**late)])
    (held,) = forecast_record.read(file).counted
    assert held.model == "m" and held.kind == "before"


def test_a_supersession_that_a_killed_writer_left_out_is_added(file: Path) -> None:
    forecast_record.append(file, [number()])
    forecast_record.append(file, [number(model="edited")])
    whole = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(whole[:-1]) + whole[-1][:20])
    assert forecast_record.append(file, [number(model="edited")]) == (0, 1)


def test_settlements_are_added_once_and_a_corrected_one_replaces_the_first(file: Path) -> None:
    forecast_record.append(file, [number(), event()])
    first = {number().id: came(18.5), "nobody's": came(1)}
    assert forecast_record.settle(file, first) == 1 and forecast_record.settle(file, first) == 0
    assert forecast_record.settle(file, {number().id: came(19.0)}) == 1
    held = forecast_record.read(file).settlements
    assert held.keys() == {number().id} and held[number().id].report == came(19.0)


@pytest.mark.parametrize("change", [{"value": 0.5}, {"forecast": "nobody's"}])
def test_a_settlement_is_of_a_forecast_and_an_event_came_or_did_not(file: Path, change: dict[str, Any]) -> None:
    forecast_record.append(file, [event()])
    forecast_record.settle(file, {event().id: came(1)})
    line = chained_file.read(file).lines[-1] | change
    chained_file.append(file, lambda _: [line])
    with pytest.raises(RunError, match=r"record\.jsonl:4"):
        forecast_record.read(file)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"forecast": (1.0, 2.0)}, "39 quantiles"),
        ({"forecast": 0.5}, "39 quantiles"),
        ({"best": "nobody"}, "nobody"),
        ({"made_at": "2023-06-30"}, "not before 2023-06-30"),
        ({"draws": 10**300}, "draws"),
        ({"months": -1}, "months"),
    ],
)
def test_a_line_that_is_no_forecast_is_refused_with_its_number(file: Path, change: dict[str, Any], told: str) -> None:
    data = {"line": "forecast", **number().model_dump(mode="json"), **change}
    head = {"line": "head", "id": "head", "made_at": "2023-04-01", "case": "toy"}
    chained_file.append(file, lambda _: [head, data])
    with pytest.raises(RunError) as caught:
        forecast_record.read(file)
    assert told in str(caught.value) and "record.jsonl:2" in str(caught.value)


def test_a_record_begins_with_its_head_and_names_a_forecast_once(file: Path) -> None:
    data = {"line": "forecast", **number().model_dump(mode="json")}
    chained_file.append(file, lambda _: [data, data])
    with pytest.raises(RunError) as caught:
        forecast_record.read(file)
    assert [problem.where[-2:] for problem in caught.value.problems] == [":1", ":2"]


def test_an_event_has_no_quantiles(file: Path) -> None:
    data = {"line": "forecast", **event().model_dump(mode="json"), "forecast": [0.0] * 39}
    file.write_text(json.dumps(data) + "\n")
    with pytest.raises(RunError, match="was changed"):  # and a line without a digest is none
        forecast_record.read(file)
    with pytest.raises(ValueError, match="quantiles of an event"):
        event(forecast=tuple(float(n) for n in range(39)))
