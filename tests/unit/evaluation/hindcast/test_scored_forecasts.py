"""What was known, what came, and what cannot be said; the file that asks; forecasts that later claims resolve."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff import catalog
from standoff.errors import RunError, ScenarioError
from standoff.evaluation.hindcast import config, forecast_ledger, origins, record, reports
from standoff.evaluation.hindcast.scored_forecasts import HindcastCase, cases, verdict
from standoff.evaluation.hindcast.stacking import Stack
from standoff.ledger import Ledger
from tests.unit.evaluation.hindcast.conftest import ASKED, claim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORIGIN = dt.date(2023, 3, 31)
HOW = origins.HindcastSettings(months=6, draws=64, seed=1)


@pytest.fixture
def toy(
    write: Callable[..., Path], tmp_path: Path
) -> tuple[Any, Ledger, config.HindcastConfig, origins.OriginForecasts]:
    folder = write()
    loaded, ledger = catalog.load(folder)
    asked = config.read(folder / config.FILE, loaded, ledger)
    (one,) = origins.simulate_origins(loaded, ledger, [ORIGIN], HOW, tmp_path / "kept")
    return loaded, ledger, asked, one


def test_origins_are_ends_of_months(toy: object) -> None:
    days = origins.origins("2022-06", "2023-01", "quarter")
    assert [str(day) for day in days] == ["2022-06-30", "2022-09-30", "2022-12-31"]
    assert len(origins.origins("2022-01", "2023-01", "6 months")) == 3
    with pytest.raises(RunError, match="no origin lies between"):
        origins.origins("2023-01", "2022-01", "quarter")


def test_a_case_names_speaker_and_claim_and_beats_nobody_by_construction(toy: Any) -> None:
    loaded, ledger, asked, one = toy
    found = {(case.id, case.months): case for case in cases(one, HindcastCase(asked, loaded, ledger), Stack())}
    count = found["count", 3]
    assert (count.day, count.speaker, count.claims) == ("2023-06-30", "an office", ("aaa-losses-2023-06-30",))
    assert count.outcome == pytest.approx((18_000 + 7 * 18**2) / 1000)
    assert set(count.given) == {"model", "persistence", "trend", "base_rate", "mean", "stacked"}
    assert count.given["persistence"].median == pytest.approx(count.outcome, rel=0.01)  # the count is nearly straight
    assert all(each.crps > 0 and each.low <= each.median <= each.high for each in count.given.values())
    faster = found["count_faster", 3]
    assert faster.outcome == 1 and faster.given["model"].brier == pytest.approx((1 - faster.given["model"].p) ** 2)


def test_the_model_is_set_to_the_last_report_that_was_known(toy: Any) -> None:
    loaded, ledger, asked, one = toy
    case, count, poll = HindcastCase(asked, loaded, ledger), asked.quantities["count"], asked.quantities["poll"]
    before, _ = case.reports(ORIGIN, dt.date(2023, 6, 30), count)
    assert before[-1].day == ORIGIN
    at = case.model_values(one, count, ORIGIN, before)
    np.testing.assert_allclose(at, before[-1].value, rtol=1e-5)
    polled, _ = case.reports(ORIGIN, dt.date(2023, 6, 30), poll)
    last = case.model_values(one, poll, polled[-1].day, polled)
    np.testing.assert_allclose(last, polled[-1].value, atol=1e-3)
    assert case.model_values(one, poll, ORIGIN, ()) is None


def test_what_nobody_says_is_not_scored(toy: Any) -> None:
    loaded, ledger, asked, one = toy
    found = {(case.id, case.months): case for case in cases(one, HindcastCase(asked, loaded, ledger), Stack())}
    assert found["gloom", 3].outcome == 0 and found["gloom", 3].unresolved == ""
    open_ = found["gloom", 6]
    assert open_.outcome is None and open_.given == {} and "2023-09-30" in open_.unresolved
    assert "1.5 months of 2023-09-30" in found["count", 6].unresolved or found["count", 6].outcome


@pytest.mark.parametrize(("value", "when", "came"), [(0, "2023-08-31", None), (1, "2023-05-31", dt.date(2023, 5, 31))])
def test_an_event_is_settled_by_the_first_claim_that_it_came(value: float, when: str, came: dt.date | None) -> None:
    from standoff.ledger import Claim

    ledger = Ledger(
        tuple(
            Claim.parse(claim(f"aaa-g-{n}", day, "gloom", v, "1"))
            for n, (day, v) in enumerate([("2023-01-31", 0), (when, value)])
        )
    )
    event = config.Event(
        text="x", event="mood < 0.3", since="2022-01-01", claims={"subject": "AAA", "quantity": "gloom"}
    )
    found = reports.settled(ledger, event)
    assert found is not None and found.occurrence == came and str(found.until) == when
    told, why = verdict(found, dt.date(2023, 6, 30))
    assert (told, why) == (came is not None, "")


@pytest.mark.parametrize("key", ["occurrence", "not_by"])
def test_a_claim_that_does_not_stand_settles_nothing(key: str, write: Callable[..., Path]) -> None:
    withdrawn = {
        "value": None,
        "unit": "",
        "comparator": None,
        "status": "retracted",
        "retracts": "aaa-gloom-2023-08-31",
    }
    retraction = claim("aaa-no-gloom", "2023-08-31", "gloom", 0, "1", published="2023-09-15") | withdrawn
    folder = write(
        (retraction,), ASKED.replace("claims: {subject: AAA, quantity: gloom}", f"{key}: aaa-gloom-2023-08-31")
    )
    loaded, ledger = catalog.load(folder)
    with pytest.raises(ScenarioError, match="is retracted since 2023-09-15, by `aaa-no-gloom`"):
        config.read(folder / config.FILE, loaded, ledger)
    event = config.Event(text="x", event="mood < 0.3", since="2022-01-01", **{key: "aaa-gloom-2023-08-31"})
    assert reports.settled(ledger, event) is None and reports.settled(ledger.as_of("2023-09-14"), event) is not None


def test_every_mistake_of_the_file_is_told_with_its_line(write: Callable[..., Path]) -> None:
    text = ASKED.replace('unit: "%"', "unit: person").replace("AAA, quantity: mood", "AAA, quantity: moon")
    text = text.replace("event: mood < 0.3", "event: moodd < 0.3").replace("spread: 5 @assumption", "spread: 5 @nobody")
    folder = write(asked=text)
    with pytest.raises(ScenarioError) as caught:
        config.read(folder / config.FILE, *catalog.load(folder))
    told = str(caught.value)
    for part in (
        "`mood` is not of the kind of `person`",
        "no claim of the ledger matches",
        "unknown stock `moodd`",
        "did you mean `mood`?",
        "this number has no source",
        "hindcast.yaml:21",
    ):
        assert part in told, part
    with pytest.raises(ScenarioError, match="has no hindcast configuration"):
        config.read(folder / "other.yaml", *catalog.load(folder))
    (folder / config.FILE).write_text(ASKED.replace("cumulative: true", "cumulativ: true"))
    with pytest.raises(ScenarioError, match="unknown key `cumulativ`"):
        config.read(folder / config.FILE, *catalog.load(folder))


def test_forecasts_are_added_once_and_resolve_when_a_claim_comes(toy: Any, tmp_path: Path) -> None:
    loaded, ledger, asked, one = toy
    then = ledger.as_of(ORIGIN)
    made = forecast_ledger.make_forecasts(one, HindcastCase(asked, loaded, then), "toy", HOW.draws, dt.date(2023, 4, 1))
    assert {item.asks for item in made} == {"count", "poll", "gloom"} and len(made) == 6
    file = tmp_path / "forecasts.jsonl"
    assert forecast_ledger.append(file, made) == 6 and forecast_ledger.append(file, made) == 0
    read = forecast_ledger.read(file)
    assert read == made and all(item.ledger == then.hash for item in read)
    early = record.settle(read, then, loaded.scenario.units).lines
    assert all(line.scored.unresolved and line.is_reproduced for line in early)
    lines = record.settle(read, ledger, loaded.scenario.units).lines
    now = {(line.scored.id, line.scored.months): line.scored for line in lines}
    scored = {(case.id, case.months): case for case in cases(one, HindcastCase(asked, loaded, ledger), Stack())}
    mine, theirs = (each["count", 3] for each in (now, scored))
    assert mine.outcome == theirs.outcome and mine.given["model"].crps == pytest.approx(
        theirs.given["model"].crps, rel=0.05
    )
    assert now["gloom", 3].given["model"].brier == pytest.approx(scored["gloom", 3].given["model"].brier)
    assert now["gloom", 6].unresolved


def test_a_ledger_of_forecasts_that_was_edited_is_refused(tmp_path: Path) -> None:
    line = {
        "id": "a",
        "case": "toy",
        "as_of": "2023-03-31",
        "created": "2023-04-01",
        "date": "2023-06-30",
        "months": 3,
        "asks": "gloom",
        "group": "events",
        "text": "x",
        "kind": "event",
        "p": 0.2,
        "draws": 10,
        "resolution": {},
        "model": "m",
        "ledger": "l",
        "version": "0",
    }
    file = tmp_path / "forecasts.jsonl"
    file.write_text(
        "\n".join(json.dumps(item) for item in (line, line, {**line, "id": "b", "p": None}, {"id": "c"})) + "\n{"
    )
    with pytest.raises(RunError) as caught:
        forecast_ledger.read(file)
    told = str(caught.value)
    for part in (
        "forecasts.jsonl:2",
        "the id `a` is given twice",
        "neither a probability nor a complete distribution",
        ":5",
    ):
        assert part in told, part


@pytest.mark.parametrize("filters", [{"quantityx": "losses"}, {"quantity": 5}, {"since": []}, {"status": "odd"}])
def test_a_rule_that_asks_for_no_claims_is_told_and_resolves_nothing(
    tmp_path: Path, filters: dict[str, object]
) -> None:
    line = {
        "id": "a",
        "case": "toy",
        "as_of": "2023-03-31",
        "created": "2023-04-01",
        "date": "2023-06-30",
        "months": 3,
        "asks": "gloom",
        "group": "events",
        "text": "x",
        "kind": "event",
        "p": 0.2,
        "draws": 10,
        "resolution": {"text": "x", "event": "fear > 1", "since": "2023-01", "claims": filters},
        "model": "m",
        "ledger": "l",
        "version": "0",
    }
    file = tmp_path / "forecasts.jsonl"
    file.write_text(json.dumps(line))
    (line,) = record.settle(forecast_ledger.read(file), catalog.load("korea-1950")[1], {}).lines
    assert line.scored.unresolved.startswith("its rule ")


def test_an_event_that_had_come_is_settled_and_is_asked_no_more(toy: Any) -> None:
    from standoff.ledger import Claim

    loaded, ledger, asked, one = toy
    came = Claim.parse(claim("aaa-gloom-came", "2023-02-28", "gloom", 1, "1"))
    known = Ledger((*(item for item in ledger if item.quantity != "gloom"), came))
    found = {(case.id, case.months): case for case in cases(one, HindcastCase(asked, loaded, known), Stack())}
    assert found["gloom", 3].outcome == 1 and found["gloom", 3].unresolved == ""
    assert found["gloom", 3].given["persistence"].p == found["gloom", 3].given["base_rate"].p == 1
    day = dt.date(2023, 4, 1)
    made = forecast_ledger.make_forecasts(one, HindcastCase(asked, loaded, known), "toy", 64, day)
    assert "gloom" not in {item.asks for item in made}
    asks = forecast_ledger.make_forecasts(one, HindcastCase(asked, loaded, ledger), "toy", 64, day)
    (early,) = [item for item in asks if (item.asks, item.months) == ("gloom", 3)]
    (settled,) = record.settle([early], known, {}).lines
    assert settled.scored.outcome == 1 and settled.scored.unresolved == ""
    assert settled.scored.given["persistence"].brier == 0  # it had come, and that was known


def test_an_event_that_can_never_settle_is_refused(write: Callable[..., Path]) -> None:
    asked = ASKED.replace("claims: {subject: AAA, quantity: gloom}", "not_by: aaa-losses-2023-05-31")
    folder = write(asked=asked)
    with pytest.raises(ScenarioError, match="can never settle from 2023-03 on") as failure:
        config.read(folder / config.FILE, *catalog.load(folder))
    assert "2023-06-30 or later" in str(failure.value)
    later = write(asked=asked.replace("2023-05-31", "2023-07-31"))
    assert config.read(later / config.FILE, *catalog.load(later)).events["gloom"].not_by
