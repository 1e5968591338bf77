"""Passages: content without dates, actors as codes, and the part that a negation applies to."""

from __future__ import annotations

from standoff.addons.reading.audit.passages import actor, main, passage


def test_dates_are_no_content_and_actors_are_codes() -> None:
    found = passage("On 5 May 2020 Iran's army crossed the Aras.")
    assert found.actors == ("IRN",) and not any("May" in term.text for term in found.terms)
    assert {term.kind for term in found.terms} == {"actor", "word"}


def test_a_negation_applies_to_its_part() -> None:
    found = {term.text: term.negative for term in passage("Iran halted shipments, and Iraq opened the border.").terms}
    assert found["shipments"] and not found["border"]


def test_a_part_of_negation_alone_negates_the_one_before() -> None:
    assert all(term.negative for term in passage("Control by others is colonialism and is refused.").terms[:1])


def test_a_subordinate_clause_at_the_end_is_left_out() -> None:
    assert main("Iraq left the island before the term ended.") == "Iraq left the island"


def test_codes_that_name_one_actor_are_one() -> None:
    assert actor("SUN") == actor("USSR") and actor("RUS.public") == "RUS"
