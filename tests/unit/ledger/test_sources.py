"""Who is heard: relays of one origin are one voice."""

from __future__ import annotations

import pytest

from standoff.errors import ModelError
from standoff.inference.reconcile import claim_arrays
from standoff.ledger import Ledger
from standoff.ledger.sources import exclude, resolve_sources
from standoff.ledger.vocabulary import Quantities, Side, package


def test_a_relay_of_a_running_count_adds_nothing(war: Ledger) -> None:
    heard = {item.claim.speaker: item for item in resolve_sources(war, war)}
    assert heard["Other office"].source == "General Staff of Ukraine"
    assert heard["Other office"].exclusion_reason.endswith("General Staff of Ukraine")
    assert not heard["Office"].exclusion_reason


def test_counted_as_independent_it_speaks_for_itself(war: Ledger) -> None:
    heard = {item.claim.speaker: item for item in resolve_sources(war, war, relays=False)}
    assert heard["Other office"].source == "Other office" and not heard["Other office"].exclusion_reason


def test_relays_of_one_report_share_its_error_and_its_day(say) -> None:  # type: ignore[no-untyped-def]
    told = say("Press", 41_000, "2022-07-12", origin="office-2022-07", side="press")
    claims = [say("Office", 40_000, "2022-07-10", origin="office-2022-07"), told]
    first, second = resolve_sources(claims, claims)
    assert (second.source, second.day, second.shared_report) == ("Office", first.day, first.shared_report)
    facts = claim_arrays.collect(Ledger(tuple(claims)), "personnel_losses", "RUS", "2022-08-01")
    assert facts.arrays.report.tolist() == [[1], [1]] and len(facts.source_models) == 1
    apart = claim_arrays.collect(Ledger(tuple(claims)), "personnel_losses", "RUS", "2022-08-01", relays=False)
    assert apart.arrays.report.shape == (2, 0) and len(apart.source_models) == 2


def test_a_count_by_name_is_a_floor_and_a_voice_of_its_own(war: Ledger) -> None:
    facts = claim_arrays.collect(war, "personnel_losses", "RUS", "2022-12-31")
    assert {voice.name: voice.floor for voice in facts.source_models if "Counters" in voice.name} == {
        "Counters, by name": True,
        "Counters": False,
    }


def test_interest_follows_who_speaks_about_whom() -> None:
    at_war = frozenset({"RUS", "UKR"})
    found = [
        package().interest(side, "RUS", at_war) for side in ("russia", "ukraine", "west", "china", "neutral", "author")
    ]
    assert found == ["own", "enemy", "third", "third", "independent", "relay"]


def test_an_unknown_side_counts_as_a_third_party_and_is_named(say) -> None:  # type: ignore[no-untyped-def]
    claims = [
        say("Office", 40_000, "2022-07-10", side="pretenders"),
        say("Press", 41_000, "2022-07-12", side="press"),
        say("Staff", 900, "2022-07-12", subject="UKR", side="ukraine"),
    ]
    ledger = Ledger(tuple(claims))
    facts = claim_arrays.collect(ledger, "personnel_losses", "RUS", "2022-08-01")
    assert facts.unknown == ("pretenders",) and facts.source_models[0].interest == "third"
    told = package().extended({"pretenders": Side(speaks_for=("UKR",))}, Quantities())
    facts = claim_arrays.collect(ledger.read_with(told), "personnel_losses", "RUS", "2022-08-01")
    assert facts.unknown == () and facts.source_models[0].interest == "enemy"


def test_a_side_is_silenced_with_those_who_repeat_it(war: Ledger) -> None:
    facts = claim_arrays.collect(war, "personnel_losses", "RUS", "2022-12-31", without=["ukraine"])
    assert {voice.side for voice in facts.source_models} == {"russia", "west", "neutral"}
    assert sum(why == "left out on request" for _, why in facts.left_out) == 7


def test_an_unknown_word_is_refused_with_the_nearest(war: Ledger) -> None:
    with pytest.raises(ModelError, match=r"no claim is by `ukrain`(?s:.*)did you mean `ukraine`"):
        exclude(resolve_sources(war, war), ["ukrain"])
