"""Claims of the explorer are those of the ledger; rules of what may be supposed are those of `standoff flip`."""

from __future__ import annotations

import pytest

from standoff.addons.explorer import claims
from standoff.addons.explorer.charts import ChartScale
from standoff.analysis.claim_removal import claim_effects
from standoff.catalog import load
from standoff.engine.build import planned
from standoff.engine.model import Model
from standoff.errors import LedgerError, ModelError
from standoff.ledger.conflicts import implied_interval
from standoff.report import claim_labels
from standoff.report.charts import stocks

from . import runs
from .runs import seen


@pytest.fixture(scope="module")
def flagship() -> Model:
    """The case with thousands of claims and observed stocks; nothing of it is simulated."""
    return planned(load("china-russia"))


def test_a_search_finds_what_the_ledger_finds_forty_a_page(flagship: Model) -> None:
    ledger, plan = flagship.ledger, flagship.plan
    first = seen(claims.search_claims(plan, "shells", "russia"))
    direct = ledger.filter(text="shells", side="russia")
    assert first.total == len(direct) and {item.id for item in first.claims} <= {claim.id for claim in direct}
    everything = [seen(claims.search_claims(plan, page=page)) for page in (0, -(-len(ledger) // 40) - 1)]
    assert everything[0].total == len(ledger) and everything[0].pages == -(-len(ledger) // 40)
    assert len(everything[0].claims) == 40 and len(everything[1].claims) == (len(ledger) - 1) % 40 + 1
    assert all(len(item.statement) <= 160 for item in everything[0].claims)
    assert claims.search_claims(plan, "no claim says this")["total"] == 0


def test_sides_quantities_and_claims_are_in_words(flagship: Model) -> None:
    page = seen(claims.search_claims(flagship.plan, "", "ukraine", "personnel_losses"))
    assert {item.id: item.text for item in page.sides}["ukraine"] == "Ukraine"
    assert {item.id: item.text for item in page.quantities}["personnel_losses"] == "personnel losses"
    assert {item.side for item in page.claims} == {"Ukraine"}
    for item in page.claims:
        claim = flagship.ledger[item.id]
        assert (item.about == "") == (claim.quote is None), "the number stands beside a quote, and else once"
        assert "people" in (item.about or item.statement) and claim.subject not in (item.about or item.statement)


@pytest.mark.parametrize("wrong", [{"side": "moon"}, {"quantity": "moons"}, {"page": 99}, {"page": -1}])
def test_unknown_words_and_pages_are_refused(flagship: Model, wrong: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        claims.search_claims(flagship.plan, **wrong)  # type: ignore[arg-type]


def test_rivals_are_the_other_claims_of_the_ledger_in_one_unit(flagship: Model) -> None:
    ledger = flagship.ledger
    name = next(claim.id for claim in ledger if (claim.subject, claim.quantity) == ("RUS", "personnel_losses"))
    view = seen(claims.claim_view(flagship, name))
    assert view.number == claim_labels.value(ledger[name]) and view.number.endswith("people")
    assert (view.subject, view.quantity) == ("Russia", "personnel losses")
    assert (view.statement == "") == (ledger[name].quote is None), "its number is told once"
    others = ledger.not_retracted().filter(subject="RUS", quantity="personnel_losses")
    assert {item.id for item in view.rivals} == {claim.id for claim in others if claim.numbers} - {name}
    for item in view.rivals:
        other = ledger[item.id]
        assert (other.unit, item.unit, view.unit) == ("person", "people", "people")
        assert (item.side, item.side_text) == (other.side, claim_labels.side(flagship.plan, other.side))
        low, high = implied_interval(other)
        assert (item.low, item.high) == (low, high if high < float("inf") else None)
        assert item.value == pytest.approx(sum(other.numbers) / len(other.numbers))
    days = [abs((ledger[item.id].as_of.last - ledger[name].as_of.last).days) for item in view.rivals]
    assert days == sorted(days)


def test_points_are_those_of_the_report() -> None:
    flagship = planned(load("china-russia", "known-2024"))  # whose ledger goes on
    plan = flagship.plan
    (observed,) = [item for item in plan.observations if item.cell == "losses.RUS"]
    shown = ChartScale.of([315_000.0], "person")
    points = seen(claims.claim_points(flagship, "losses.RUS", shown))
    direct = stocks.points(plan, observed)
    assert [(item.claim, item.value * shown.scale, item.used) for item in points] == [
        (point.claim.id, pytest.approx(point.value), point.used) for point in direct
    ]
    assert {item.claim for item in points if item.used} == set(observed.claims)
    late = {claim.id for claim in flagship.ledger if claim.published.last > plan.scenario.as_of_day}
    assert {item.claim for item in points if item.later} == {item.claim for item in points} & late
    assert not any(item.later and item.used for item in points) and any(item.later for item in points)
    labels = [plan.scenario.calendar.label(k) for k in range(plan.scenario.calendar.steps + 1)]
    assert {item.time for item in points} <= set(labels)
    assert claims.claim_points(runs.model("closed-form"), "gain", shown) == []


def test_what_rests_on_a_claim_and_what_may_be_supposed() -> None:
    model = runs.model("closed-form")
    gain = seen(claims.claim_view(model, "blu-gain-2030-01-blue-staff"))
    assert [item.path for item in gain.numbers] == ["stocks.gain.initial"]
    assert [(item.choice, item.actor, item.reason) for item in gain.reasons] == [("BLU", "Blue", "gain")]
    assert gain.can == ["aside", "doubt", "false_low", "false_high"] and not gain.why_not
    word = seen(claims.claim_view(model, "blu-no-action-2030-01-blue-president"))
    assert word.can == ["aside", "doubt"] and word.why_not and not word.numbers
    with pytest.raises(LedgerError):
        claims.claim_view(model, "no-such-claim")


def test_every_claim_that_nothing_rests_on_says_why_it_cannot_be_tried(flagship: Model) -> None:
    effects = claim_effects(flagship)
    observed = next(claim for item in flagship.plan.observations for claim in item.claims if claim not in effects)
    view = seen(claims.claim_view(flagship, observed))
    assert view.can == [] and str(flagship.scenario.as_of) in view.why_not and view.stocks
    used = {*effects, *(claim for item in flagship.plan.observations for claim in item.claims)}
    unused = next(claim.id for claim in flagship.ledger if claim.id not in used)
    assert claims.claim_view(flagship, unused)["why_not"]
