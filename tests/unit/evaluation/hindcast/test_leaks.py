"""Nothing published after an origin reaches a number: planted leaks over run, reconcile and hindcast."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff import catalog, run
from standoff.engine.build import planned
from standoff.errors import ModelError
from standoff.evaluation.hindcast import config, origins
from standoff.evaluation.hindcast.run import hindcast
from standoff.ledger import Ledger
from standoff.ledger.redact import UNSAID, redact_after
from standoff.plan import plan
from standoff.plan.leak_check import (
    assumed_paths,
    late_entries,
    leaking_paths,
    require_timely_reasons,
    widen_late_parameters,
)
from tests.unit.evaluation.hindcast.conftest import claim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORIGIN = dt.date(2023, 3, 31)
HOW = origins.HindcastSettings(months=6, draws=64, seed=1)
LEAK = claim("aaa-losses-leak", "2023-02-15", "losses", 900_000, "person", published="2023-09-01")  # about a day before


@pytest.fixture
def opened_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that gives everything, whenever it was published, to whoever asks what was known."""
    monkeypatch.setattr(Ledger, "as_of", lambda self, day: self)


def loaded(folder: Path, day: str = "2023-03-31") -> tuple[Any, Ledger]:
    return catalog.load(folder, changes={"as_of": day}, since="start")


def test_a_veiled_ledger_keeps_names_and_says_nothing_later(write: Callable[..., Path]) -> None:
    _, ledger = loaded(write((LEAK,)))
    hidden = redact_after(ledger, ORIGIN)
    assert [one.id for one in hidden] == [one.id for one in ledger]
    assert hidden["aaa-losses-leak"].numbers == () and hidden["aaa-losses-leak"].proposition == UNSAID
    assert hidden["aaa-losses-2023-03-31"] == ledger["aaa-losses-2023-03-31"]
    known = ledger.as_of(ORIGIN)
    assert all((one.id in known) == bool(one.numbers) for one in hidden)


def test_a_leak_reaches_no_number_of_a_run_and_an_open_gate_is_caught(
    write: Callable[..., Path], request: pytest.FixtureRequest
) -> None:
    with_leak = loaded(write((LEAK,)))
    assert leaking_paths(*with_leak) == ()
    clean = plan(*loaded(write()))
    assert plan(*with_leak).observations[0].values == clean.observations[0].values
    request.getfixturevalue("opened_gate")  # the plan now uses what came later: the veil differs, and that is seen
    assert leaking_paths(*with_leak) == ("observations.losses",)
    with pytest.raises(ModelError, match=r"published after as_of 2023-03-31 reach observations\.losses"):
        origins.model_at(*with_leak, ORIGIN, HOW)


def test_a_leak_reaches_no_future_of_a_hindcast(write: Callable[..., Path], tmp_path: Path) -> None:
    wild = claim("aaa-rate-2023-05", "2023-05-31", "rate", 3, "1")
    assert wild["published"] > str(ORIGIN)
    (one,), (other,) = (
        list(origins.simulate_origins(*catalog.load(write(more)), [ORIGIN], HOW, tmp_path / name))
        for name, more in (("clean", ()), ("leak", (LEAK,)))
    )
    assert one.ledger == other.ledger
    for cell, path in one.cells.items():
        np.testing.assert_array_equal(path, other.cells[cell])
    assert np.ptp(one.cells["losses"][:, one.now]) > 0


def test_a_leak_reaches_no_reconciled_number(write: Callable[..., Path]) -> None:
    pytest.importorskip("numpyro")
    from standoff.inference.reconcile import claim_arrays

    lines = [
        claim("rus-a", "2022-12-31", "personnel_losses", 100_000, "person"),
        claim("rus-b", "2023-02-28", "personnel_losses", 140_000, "person"),
    ]
    leak = claim("rus-leak", "2023-01-31", "personnel_losses", 900_000, "person", published="2023-09-01")
    from standoff.ledger import Claim

    def collected(*raw: dict[str, Any]) -> Any:
        ledger = Ledger(tuple(Claim.parse(item) for item in raw))
        return claim_arrays.collect(ledger, "personnel_losses", "AAA", str(ORIGIN), at=ORIGIN)

    clean, planted = collected(*lines), collected(*lines, leak)
    assert [item.claim.id for item in planted.claims] == ["rus-a", "rus-b"]
    np.testing.assert_array_equal(clean.arrays.observed_log, planted.arrays.observed_log)


def test_late_numbers_are_found_and_widened_about_their_middle(write: Callable[..., Path]) -> None:
    found = plan(*loaded(write()))
    (entry,) = late_entries(found)
    assert (entry.kind, entry.path, entry.claims) == ("parameter", "mechanisms.grind.mean", ("aaa-rate-2023-05",))
    assert entry.published == "2023-05-31" and late_entries(found, dt.date(2023, 5, 31)) == ()
    before, after = found.parameter("grind.mean"), widen_late_parameters(found, [entry], 2.0).parameter("grind.mean")
    assert after.quantile(0.5) == pytest.approx(before.quantile(0.5))
    ratio = np.log(after.quantile(0.95) / after.quantile(0.5)) / np.log(before.quantile(0.95) / before.quantile(0.5))
    assert ratio == pytest.approx(2.0)
    assert widen_late_parameters(found, [entry], 2.0).parameter("grind.speed") == found.parameter("grind.speed")


def test_the_dated_variant_that_knows_least_of_what_came_is_taken(write: Callable[..., Path], tmp_path: Path) -> None:
    """Its range cites no later claim: not an older one than the origin, and of two alike the newer."""
    folder, wide = write(), {"mechanisms": {"grind": {"mean": "15000 to 45000 person @assumption"}}}
    dated = {
        "then": {"text": "then", "change": {"as_of": "2022-12-31", **wide}},
        "older": {"text": "before", "change": {"as_of": "2022-06-30", **wide}},
        "newer": {"text": "after", "change": {"as_of": "2023-01-31", **wide}},
        "no-day": {"text": "no day", "change": wide},
    }
    case, ledger = catalog.load(folder)
    whole, day = case.over({"variants": dated}), dt.date(2022, 12, 31)
    assert origins.least_late_variant(case, ledger, [day], HOW) == ""
    assert origins.least_late_variant(whole, ledger, [day, ORIGIN], HOW) == "newer"
    assert origins.least_late_variant(whole, ledger, [dt.date(2023, 5, 31)], HOW) == ""  # its claim is known by then
    both = {"mechanisms": {"grind": {"mean": "15000 to 45000 person @aaa-rate-2023-05 @assumption"}}}
    excused = whole.over({"variants": {"newer": {"change": both}}})
    assert origins.least_late_variant(excused, ledger, [day], HOW) == "then"
    text = (folder / "scenario.yaml").read_text() + "variants: " + json.dumps({"then": dated["then"]}) + "\n"
    (folder / "scenario.yaml").write_text(text)
    result = hindcast(str(folder), tmp_path / "kept", draws=64, reconcile=False)
    assert result.made.variant == "then" and {item["late"] for item in result.made.origins} == {0}


def test_the_flagship_is_hindcast_from_the_case_of_march_2024() -> None:
    case, ledger = catalog.load("china-russia")
    settings = config.read(catalog.find("china-russia").with_name(config.FILE), case, ledger)
    days = origins.origins(settings.first, settings.last, settings.every)
    assert origins.least_late_variant(case, ledger, days, HOW) == "known-2024"


def test_an_origin_that_was_simulated_is_read_and_another_roll_is_not(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, folder = catalog.load(write()), tmp_path / "kept"
    (first,) = origins.simulate_origins(*case, [ORIGIN], HOW, folder)
    calls = []
    real = origins.simulate
    monkeypatch.setattr(origins, "simulate", lambda *a, **k: (calls.append(1), real(*a, **k))[1])
    (again,) = origins.simulate_origins(*case, [ORIGIN], HOW, folder)
    assert not calls and again.model == first.model
    np.testing.assert_array_equal(again.cells["mood"], first.cells["mood"])
    list(origins.simulate_origins(*case, [ORIGIN], origins.HindcastSettings(months=6, draws=32, seed=1), folder))
    assert calls == [1]
    other = origins.HindcastSettings(months=6, draws=32, seed=1)
    (last,) = origins.simulate_origins(*case, [ORIGIN], other, folder)
    assert calls == [1]
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for n, damaged in enumerate((whole[:50], whole[: len(whole) // 2] + b"?" + whole[len(whole) // 2 + 1 :]), 2):
        file.write_bytes(damaged)
        (anew,) = origins.simulate_origins(*case, [ORIGIN], other, folder)
        np.testing.assert_array_equal(anew.cells["mood"], last.cells["mood"])
        assert len(calls) == n  # what is damaged is made anew


ALLOWED_HISTORIES = {  #: what stood, or nobody did, on an earlier day; nobody said so then, and nothing else is possible
    "choices.PRK.history.2000-01.sales": "shells and missiles were first said to be sold in 2023; before the war it does nothing",
    "choices.EUR.secondary.history.2000-01.hold": "that nobody was sanctioned was no news",
    "choices.RUS.history.2000-01.sustain": "there was no war to sustain",
    "choices.CHN.mediation.history.2000-01.papers": "there was no war to end",
    "choices.EUR.guarantee.history.2000-01.words": "there was no war to guarantee an end of",
    "choices.USA.guarantee.history.2000-01.words": "there was no war to guarantee an end of",
    "choices.UKR.history.2000-01.sustain": "there was no war to sustain",
    "choices.USA.aid.history.2000-01.current": "there was no war to aid; the effect needs fighting",
    "choices.EUR.aid.history.2000-01.current": "there was no war to aid; the effect needs fighting",
    "choices.CHN.history.2022-02.dual_use": "dual-use trade went on; how much was first counted in 2023",
}


def test_the_flagship_rests_on_what_was_published_by_its_date() -> None:
    for variant in ("", "known-2024"):
        case, ledger = catalog.load("china-russia", variant)
        assert leaking_paths(case, ledger) == ()
        assert [item.path for item in late_entries(plan(case, ledger))] == []


@pytest.mark.parametrize("variant", ["known-2007", "known-2018", "known-2021", "known-2022"])
def test_histories_of_earlier_dates_are_those_that_are_allowed(variant: str) -> None:
    case, ledger = catalog.load("china-russia", variant)
    assert leaking_paths(case, ledger) == ()
    histories = {item.path for item in late_entries(plan(case, ledger)) if item.kind == "history"}
    assert histories <= set(ALLOWED_HISTORIES)


def test_an_assumption_counts_as_late_unless_its_author_declares_when_it_was_set(write: Callable[..., Path]) -> None:
    planned = plan(*loaded(write()))
    every = assumed_paths(planned, ORIGIN, {})
    assert {"mechanisms.grind.speed", "stocks.mood.initial"} <= {
        *every
    } and "mechanisms.grind.mean" not in every  # it has a claim
    assert "mechanisms.drift.mean" not in every  # a point, which is no range that could have been fitted
    early, late = ORIGIN, ORIGIN + dt.timedelta(1)
    assert assumed_paths(planned, ORIGIN, {"*": early}) == () and assumed_paths(planned, ORIGIN, {"*": late}) == every
    assert {*every} - {*assumed_paths(planned, ORIGIN, {"mechanisms.*": early})} == {
        item for item in every if item.startswith("mechanisms.")
    }


def test_a_fit_that_compares_claims_of_later_days_can_be_planned_before_them(write: Callable[..., Path]) -> None:
    """What they say is veiled, their unit too; they are no mistake of the scenario, and nothing to compare yet."""
    compare = {
        "losses": {"claims": {"subject": "AAA", "quantity": "losses"}, "value": "losses"},
        "rate": {"claims": {"subject": "AAA", "quantity": "rate"}, "value": "losses / (1000 person)"},
    }
    fit = {"since": "2022-06", "targets": compare}
    case, ledger = catalog.load(write(), changes={"as_of": str(ORIGIN), "fit": fit}, since="start")
    assert [item.name for item in plan(case, redact_after(ledger, ORIGIN)).compared] == ["losses", "rate"]
    model, _ = origins.model_at(case, ledger, ORIGIN, HOW)
    assert len(model.plan.compared) == 2


@pytest.mark.parametrize("day", ["2022-06-30", "2023-09-30", "2025-03-31"])
def test_the_flagship_can_be_built_at_origins_before_and_after_its_date(day: str) -> None:
    case, ledger = catalog.load("china-russia")
    origin = dt.date.fromisoformat(day)
    then, lates = origins.plan_at(case, ledger, origin, origins.HindcastSettings(months=12, draws=1, seed=1))
    assert then.scenario.as_of == day and then.compared
    numbers = {item.path for item in lates if item.kind == "parameter"}
    assert numbers or day >= "2025"
    assert all(then.ledger[name].numbers for item in then.observations for name in item.claims)


@pytest.mark.slow
def test_the_flagship_is_rolled_through_an_origin(tmp_path: Path) -> None:
    """Its program is compiled: a minute and a half on one core."""
    found = hindcast(
        "china-russia", tmp_path, first="2023-12", last="2023-12", horizons=(3,), draws=16, reconcile=False
    )
    assert {"losses_russia", "war_with_nato"} <= {line.forecast.question for line in found.scores.settled}
    assert found.made.origins[0]["failed"] == 0


def test_every_question_of_the_flagship_has_reports() -> None:
    case, ledger = catalog.load("china-russia")
    asked = config.read(catalog.find("china-russia").with_name(config.FILE), case, ledger)
    assert {item.group for item in asked.quantities.values()} == {"losses", "aid", "sanctions", "money", "opinion"}
    assert asked.horizons == (3, 6, 12)


def test_a_run_refuses_reasons_that_nobody_could_have_known(tmp_path: Path) -> None:
    """All claims of the three reasons were published after an earlier as_of; one earlier claim beside them is enough."""
    late = catalog.load("closed-form", changes={"as_of": "2029-12", "start": "2029-12"}, since="start")
    with pytest.raises(ModelError) as caught:
        run(planned(late), tmp_path / "run")
    assert len(caught.value.problems) == 3 and not (tmp_path / "run").exists()
    first = caught.value.problems[0]
    assert first.where.startswith("scenario.yaml:") and first.path.endswith("reasons.gain")
    assert "blu-gain-2030-01-blue-staff" in first.what and first.allowed == "claims published by 2029-12-31"
    assert "--allow-late-reasons" in first.fix
    require_timely_reasons(planned(catalog.load("closed-form")).plan)
