"""Forecasts of an origin: the model set to what was known, rivals that saw no later claim, the file that asks."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff import beliefs, catalog
from standoff.errors import RunError, ScenarioError
from standoff.evaluation.forecast_record import Forecast
from standoff.evaluation.hindcast import config, origins
from standoff.evaluation.hindcast.forecasts import RIVALS, HindcastCase, learn, make_forecasts
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.hindcast.stacking import Stack
from standoff.evaluation.settlement import event_by
from standoff.ledger import Claim, Ledger
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


def test_the_model_is_set_to_the_last_report_that_was_known(toy: Any) -> None:
    loaded, ledger, asked, one = toy
    case, count, poll = HindcastCase(asked, loaded, ledger), asked.quantities["count"], asked.quantities["poll"]
    before = case.reports(count, ORIGIN)
    assert before[-1].day == ORIGIN
    at = case.model_values(one, count, ORIGIN, before)
    np.testing.assert_allclose(at, before[-1].value, rtol=1e-5)
    polled = case.reports(poll, ORIGIN)
    last = case.model_values(one, poll, polled[-1].day, polled)
    np.testing.assert_allclose(last, polled[-1].value, atol=1e-3)
    assert case.model_values(one, poll, ORIGIN, ()) is None


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
    rule, day = event.rule(dt.date(2023, 8, 31)), dt.date(2023, 8, 31)
    assert isinstance(event_by(rule, day, ledger), str)
    assert isinstance(event_by(rule, day, ledger.as_of("2023-09-14")), Report)


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
        "hindcast.yaml:20",
    ):
        assert part in told, part
    with pytest.raises(ScenarioError, match="has no hindcast configuration"):
        config.read(folder / "other.yaml", *catalog.load(folder))
    (folder / config.FILE).write_text(ASKED.replace("cumulative: true", "cumulativ: true"))
    with pytest.raises(ScenarioError, match="unknown key `cumulativ`"):
        config.read(folder / config.FILE, *catalog.load(folder))


def test_an_event_that_can_never_settle_is_refused(write: Callable[..., Path]) -> None:
    asked = ASKED.replace("claims: {subject: AAA, quantity: gloom}", "not_by: aaa-losses-2023-05-31")
    folder = write(asked=asked)
    with pytest.raises(ScenarioError, match="can never settle from 2023-03 on") as failure:
        config.read(folder / config.FILE, *catalog.load(folder))
    assert "2023-06-30 or later" in str(failure.value)
    later = write(asked=asked.replace("2023-05-31", "2023-07-31"))
    assert config.read(later / config.FILE, *catalog.load(later)).events["gloom"].not_by


# ---- lines ---------------------------------------------------------------------------------------------------------


def made(toy: Any, ledger: Ledger | None = None, stack: Stack | None = None) -> dict[tuple[str, int], Forecast]:
    """Forecasts of the toy in April 2023, by question and months."""
    loaded, own, asked, one = toy
    case = HindcastCase(asked, loaded, ledger or own)
    lines = make_forecasts(one, case, "toy", HOW.draws, stack or Stack(), made_at="2023-04-01")
    return {(item.question, item.months): item for item in lines}


def more(ledger: Ledger, *claims: dict[str, Any]) -> Ledger:
    return Ledger((*ledger, *(Claim.parse(each) for each in claims)))


def test_a_line_holds_question_basis_forecasters_and_rule(toy: Any) -> None:
    _, ledger, _, one = toy
    found = made(toy)
    assert found.keys() == {(name, months) for name in ("count", "poll", "gloom") for months in (3, 6)}
    count, gloom = found["count", 3], found["gloom", 3]
    assert count.kind == "before" and count.claims == ledger.as_of(ORIGIN).hash and count.model == one.definition
    assert set(count.rivals) == set(RIVALS) and count.best in RIVALS
    assert count.rule.within == 3 and count.rule.interpolated and count.last_claim == "2023-03-31"
    assert isinstance(count.forecast, tuple) and list(count.forecast) == sorted(count.forecast)
    assert isinstance(gloom.forecast, float) and set(gloom.rivals) == {"persistence", "base_rate"}
    assert gloom.rule.comparator == "at_least"


def test_a_model_that_forecasts_reports_has_their_error_too(toy: Any) -> None:
    """The variance of the logarithm of a forecast grows by twice that of a report: of the last one, and of the next."""
    loaded, ledger, asked, one = toy
    case, day = HindcastCase(asked, loaded, ledger), dt.date(2023, 6, 30)
    count = asked.quantities["count"]
    found = []
    for question in (count, count.model_copy(update={"error": beliefs.parse("0.1 @assumption")})):
        values = case.model_values(one, question, day, case.reports(question, ORIGIN))
        assert values is not None
        found.append(np.log(values))
    assert found[1].var() == pytest.approx(found[0].var() + 2 * 0.1**2, rel=0.2)
    assert found[1].mean() == pytest.approx(found[0].mean(), abs=0.01)


def test_a_stock_is_not_scaled_to_a_report_of_nothing(toy: Any) -> None:
    loaded, ledger, asked, one = toy
    case, day, count = HindcastCase(asked, loaded, ledger), dt.date(2023, 6, 30), asked.quantities["count"]
    reports = case.reports(count, ORIGIN)
    nothing = replace(reports[0], value=0.0, low=0.0, high=0.0)
    assert case.model_values(one, count, day, (nothing,)) is None
    values = [case.model_values(one, count, day, known) for known in (reports, (*reports, nothing))]
    assert values[0] is not None and np.array_equal(*values)


def test_no_forecaster_sees_a_later_claim(toy: Any) -> None:
    wild = [claim(f"aaa-losses-{k}", f"2023-{k:02d}-15", "losses", 9e6, "person") for k in (4, 5)]
    plain, other = made(toy), made(toy, more(toy[1], *wild))
    assert plain == other


def test_the_best_rival_is_that_of_the_past(toy: Any) -> None:
    """The count grows faster each month, so that a trend or a level of increments was best, and no mean since the start."""
    best = made(toy)["count", 3].best
    assert best not in ("base_rate", "mean", "")


def test_outcomes_that_are_known_give_an_ensemble(toy: Any) -> None:
    loaded, ledger, asked, _ = toy
    case, stack, first = HindcastCase(asked, loaded, ledger), Stack(), made(toy)
    found = {item.id: case.outcome(item) for item in first.values()}
    learn(stack, first.values(), {name: each for name, each in found.items() if isinstance(each, Report)})
    ensemble = made(toy, stack=stack)["count", 3].ensemble
    assert ensemble == first["count", 3].ensemble != first["count", 3].forecast  # of March 2023: outcomes came later
    early = {name: Report(ORIGIN, 1.0, 1.0, 1.0, (), "x", ORIGIN) for name in found}
    learn(stack, first.values(), early)
    assert made(toy, stack=stack)["count", 3].ensemble != ensemble


def test_an_event_that_had_come_is_asked_no_more(toy: Any) -> None:
    came = claim("aaa-gloom-came", "2023-02-28", "gloom", 1, "1")
    assert ("gloom", 3) not in made(toy, more(toy[1], came))
    late = claim("aaa-gloom-came", "2023-02-28", "gloom", 1, "1", published="2023-05-01")
    assert ("gloom", 3) in made(toy, more(toy[1], late))  # nobody knew


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"at_least": 2, "at_most": 1}, "the threshold is given twice"),
        ({"complete": {"quantty": "x"}}, "quantty"),
    ],
)
def test_mistakes_of_an_event_are_told(write: Callable[..., Path], change: dict[str, Any], told: str) -> None:
    lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in change.items())
    folder = write(asked=ASKED + lines)
    with pytest.raises(ScenarioError, match=told):
        config.read(folder / config.FILE, *catalog.load(folder))


def test_claims_coded_later_leave_the_digest_of_the_model_as_it_is(toy: Any) -> None:
    loaded, ledger, _, one = toy
    coded = more(ledger, claim("aaa-noise-2022-12-31", "2022-12-31", "noise", 1, "1"))
    model, _ = origins.model_at(loaded, coded, ORIGIN, HOW)
    assert model.definition == one.definition and model.hash != one.model
    edited = loaded.over({"stocks": {"mood": {"initial": "0.5 to 0.6"}}})
    assert origins.model_at(edited, ledger, ORIGIN, HOW)[0].definition != one.definition
