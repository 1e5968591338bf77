"""The flagship's ledger carries the main series of the war with citation, so that the package alone suffices."""

from __future__ import annotations

from datetime import date

import pytest

from standoff import catalog

LEDGER = catalog.load_claims(catalog.find("china-russia"))
START, END = date(2022, 3, 1), date(2025, 5, 31)
MONTHS = 39


@pytest.mark.parametrize(
    ("subject", "quantity", "speaker", "origin"),
    [
        ("RUS", "personnel_losses", "General Staff of Ukraine", "general-staff"),
        ("RUS", "personnel_losses_per_day", "UK Ministry of Defence", "general-staff"),
        ("RUS", "tanks_lost", "General Staff of Ukraine", "general-staff-equipment"),
        ("RUS", "artillery_lost", "General Staff of Ukraine", "general-staff-equipment"),
        ("RUS", "armoured_vehicles_lost", "General Staff of Ukraine", "general-staff-equipment"),
        ("RUS", "personnel_killed", "Mediazona and Meduza", None),
        ("WEST", "aid_allocations_in_month", "Kiel Institute", "kiel-release-28"),
        ("WEST", "aid_allocations_military_in_month", "Kiel Institute", "kiel-release-28"),
        ("UKR", "civilians_killed_in_month", "OHCHR", ""),
        ("UKR", "civilians_injured_in_month", "OHCHR", ""),
    ],
)
def test_a_series_has_every_month_with_its_source(
    subject: str, quantity: str, speaker: str, origin: str | None
) -> None:
    found = LEDGER.filter(subject=subject, quantity=quantity, speaker=speaker).not_retracted()
    inside = [claim for claim in found if START <= claim.as_of.last <= END]
    assert len({(claim.as_of.year, claim.as_of.month) for claim in inside}) == MONTHS
    assert all(claim.source.url and claim.source.publisher for claim in inside)
    assert origin is None or {claim.origin for claim in inside} == {origin}


@pytest.mark.parametrize("state", ["CHN", "RUS", "UKR", "USA"])
def test_ideal_points_have_every_year(state: str) -> None:
    found = LEDGER.filter(subject=state, quantity="un_ideal_point").not_retracted()
    assert {claim.as_of.year for claim in found} == set(range(2000, 2024))


@pytest.mark.parametrize("state", ["RUS", "UKR"])
def test_the_floor_of_equipment_seen_lost_has_its_last_count(state: str) -> None:
    found = LEDGER.filter(subject=state, quantity="tanks_lost", speaker="Oryx (visually confirmed)").not_retracted()
    assert {claim.comparator for claim in found} == {"at_least"} and str(list(found)[-1].as_of) == "2025-07-19"


def test_figures_that_every_edition_revises_are_not_known_before_it() -> None:
    known = LEDGER.as_of("2024-03-31")
    for quantity in ("aid_allocations_in_month", "civilians_killed_in_month", "un_ideal_point"):
        assert len(LEDGER.filter(quantity=quantity)) and not len(known.filter(quantity=quantity))
