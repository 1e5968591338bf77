"""Each connector on its sample: exact values, what is left out and why, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff import registry
from standoff.addons.data.connectors._dataset import outliers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from standoff.addons.data.connectors._dataset import ParseResult
    from standoff.ledger import Claim

    Sample = Callable[[str], bytes]


@pytest.fixture
def parsed(sample: Sample) -> Callable[[str], ParseResult]:
    return lambda name: registry.module("standoff.connectors", name).parse(sample(name))


def by_id(found: ParseResult) -> dict[str, Claim]:
    return {claim.id: claim for claim in found.claims}


def last_words(left: Mapping[str, int]) -> dict[str, int]:
    """Counts of rows left out, by what follows the last colon of their reason."""
    return {reason.rpartition(": ")[2]: count for reason, count in left.items()}


def said(found: ParseResult) -> dict[str, str]:
    return {claim.id: claim.statement for claim in found.claims}


def test_general_staff_personnel(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("general_staff_personnel")
    assert said(found) == {
        "rus-personnel-losses-2022-02-25-general-staff": "about 1000 person",
        "rus-personnel-losses-2022-02-26-general-staff": "over 1500 person",
        "rus-personnel-losses-2022-03-01-general-staff": "about 2200 person",
    }
    assert (found.rows, found.converted, found.skipped_rows) == (5, 3, 2)
    assert [(why.split(" in ")[0].split(":")[0], n) for why, n in found.left.items()] == [
        ("no figure", 1),
        ("a misprint", 1),
    ]
    claim = found.claims[0]
    assert (claim.side, claim.origin, claim.basis, claim.status) == ("ukraine", "general-staff", "found", "proposed")


def test_general_staff_equipment(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("general_staff_equipment")
    have = said(found)
    assert have["rus-tanks-lost-2022-05-02-general-staff"] == "about 109 item"
    assert have["rus-armoured-vehicles-lost-2022-04-29-general-staff"] == "about 300 item"
    assert have["rus-lorries-lost-2022-04-29-general-staff"] == "about 500 item"
    assert have["rus-vehicles-lost-2022-05-01-general-staff"] == "about 530 item"
    assert "rus-lorries-lost-2022-05-01-general-staff" not in have, "an empty cell is missing, not zero"
    assert have["rus-uav-lost-2022-04-29-general-staff"] == "about 0 item", "a zero that is written is a zero"
    assert last_words(found.left) == {"hovercraft": 1}
    assert found.empty == 12 and found.converted == 3
    assert len(found.claims) == 11 + 12 + 10
    assert {claim.origin for claim in found.claims} == {"general-staff-equipment"}


def test_economist_claims(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("economist_claims")
    have = by_id(found)
    assert said(found) == {
        "rus-personnel-losses-2031-01-16-us-dod": "about 1234 person",
        "rus-personnel-killed-2031-05-07-burns": "200 to 1300 person",
        "ukr-personnel-killed-2031-05-08-ualosses": "at least 400 person",
        "ukr-personnel-killed-2031-05-09-western-intelligence": "at most 500 person",
        "ukr-personnel-killed-2031-05-10-institute-of-guesses": "about 600 person",
        "ukr-personnel-losses-2031-05-14-iiss": "about 300 person",
    }
    late = have["rus-personnel-losses-2031-01-16-us-dod"]
    assert str(late.published) == "2031-02-06", "the address tells the day of printing"
    assert have["ukr-personnel-killed-2031-05-10-institute-of-guesses"].side == "unknown"
    assert [note.rpartition(": ")[2] for note in found.notes] == ["Institute of Guesses"]
    assert (found.rows, found.converted) == (11, 6) and sum(found.left.values()) == 5
    assert have["rus-personnel-killed-2031-05-07-burns"].note.startswith("Middle figure 700.")


@pytest.mark.parametrize(("name", "quantity"), [("economist_deaths", "killed"), ("economist_casualties", "losses")])
def test_economist_estimates(parsed: Callable[[str], ParseResult], name: str, quantity: str) -> None:
    found = parsed(name)
    assert [claim.statement for claim in found.claims] == ["20 to 46 person", "5 to 21 person"]
    assert {(claim.quantity, str(claim.published)) for claim in found.claims} == {
        (f"personnel_{quantity}", "2031-03-03")
    }
    assert list(found.left.values()) == [1] and "interval" in next(iter(found.left))
    assert {claim.origin for claim in found.claims} == {"economist-estimate"}


def test_mediazona_adds_weeks_up_and_stops_at_a_gap(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("mediazona")
    assert said(found) == {
        "rus-personnel-killed-2022-02-27-mediazona-bbc-2026": "at least 10 person",
        "rus-personnel-killed-2022-02-27-mediazona-meduza-2026": "8 to 16 person",
        "rus-personnel-killed-2022-03-06-mediazona-bbc-2026": "at least 30 person",
        "rus-personnel-killed-2022-03-06-mediazona-meduza-2026": "27 to 43 person",
        "rus-personnel-killed-2022-03-13-mediazona-bbc-2026": "at least 35 person",
        "rus-personnel-killed-2022-03-20-mediazona-bbc-2026": "at least 42 person",
    }
    assert [(why.split(":")[0], n) for why, n in found.left.items()] == [("estimated dead", 2)]
    assert {str(claim.published) for claim in found.claims} == {"2026"}


def test_uk_mod(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("uk_mod")
    assert [(claim.id, claim.statement, str(claim.published)) for claim in found.claims] == [
        ("rus-personnel-losses-per-day-2024-02-29-uk-mod", "about 30.5 person/day", "2024-03-01"),
        ("rus-personnel-losses-per-day-2024-12-31-uk-mod", "about 40 person/day", "2025-01-01"),
    ]
    assert {claim.origin for claim in found.claims} == {"general-staff"}
    assert list(found.left.values()) == [1] and "no mean" in next(iter(found.left))


def test_oryx(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("oryx")
    assert said(found) == {
        "rus-tanks-lost-2031-03-19-oryx": "at least 11 item",
        "ukr-tanks-lost-2031-03-19-oryx": "at least 4 item",
        "rus-equipment-lost-2031-03-19-oryx": "at least 26 item",
        "rus-sam-systems-lost-2031-03-20-oryx": "at least 1 item",
    }
    assert list(found.left.values()) == [1, 1, 1] and last_words(found.left)["balloons"] == 1


def test_kiel(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("kiel")
    have = said(found)
    assert have["west-aid-allocations-military-in-month-2031-01-31-kiel-r99"] == "about 1.25 bn EUR/month"
    assert "west-aid-allocations-humanitarian-in-month-2031-02-28-kiel-r99" not in have, "null is missing, not zero"
    assert have["usa-aid-allocations-2031-02-28-kiel-r99"] == "about 3.75 bn EUR"
    assert have["eu-aid-allocations-military-2031-02-28-kiel-r99"] == "about 0 bn EUR"
    assert have["eur-aid-allocations-2031-02-28-kiel-r99"] == "about 4.5 bn EUR", "Europe together"
    assert last_words(found.left) == {"Atlantis": 1}
    assert (found.rows, found.converted, found.empty) == (6, 5, 1)
    assert {str(claim.published) for claim in found.claims} == {"2031-05-31"}


def test_brent(parsed: Callable[[str], ParseResult]) -> None:
    assert said(parsed("brent")) == {
        "world-oil-price-in-month-2031-01-eia": "0.5 ratio",
        "world-oil-price-in-month-2031-03-eia": "1.31 ratio",
    }


def test_ruble(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("ruble")
    assert said(found) == {
        "rus-rubles-per-dollar-in-month-2031-01-31-cbr": "about 91 RUB/USD",
        "rus-rubles-per-dollar-in-month-2031-02-03-cbr": "about 93 RUB/USD",
    }
    assert (found.rows, found.converted) == (3, 2)


def test_polls(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("polls")
    assert said(found) == {
        "rus.public-public-supporting-army-actions-2031-01-levada": "about 71 %",
        "usa.public-public-says-too-much-aid-2031-03-pew-research-center": "about 31.5 %",
    }
    assert last_words(found.left) == {"no source": 1, "right_amount": 1}


def test_territory(parsed: Callable[[str], ParseResult]) -> None:
    assert said(parsed("territory")) == {
        "rus-land-held-in-ukr-2031-02-22-isw": "about 1235 km2",
        "rus-land-held-in-ukr-2031-02-24-isw": "about 2000 km2",
    }


def test_names_of_the_dead_of_the_edition_before() -> None:
    raw = (
        b"Date,Estimate based on probate data,Number of confirmed deaths (by date of death)\n"
        b"21/02/2022,433.6,426\n28/02/2022,649.1,592\n,,\n"
    )
    found = registry.module("standoff.connectors", "mediazona").parse(raw)
    assert [(str(each.as_of), each.value, str(each.published)) for each in found.claims] == [
        ("2022-02-27", 426, "2025"),
        ("2022-03-06", 1018, "2025"),
    ]


def test_ohchr(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("ohchr")
    assert said(found) == {
        "ukr-civilians-killed-in-month-2031-02-ohchr": "at least 4 person/month",
        "ukr-civilians-injured-in-month-2031-02-ohchr": "at least 9 person/month",
        "ukr-civilians-killed-in-month-2031-03-ohchr": "at least 11 person/month",
        "ukr-civilians-injured-in-month-2031-03-ohchr": "at least 18 person/month",
    }
    assert found.claims[0].note == "Feb 24-28 only" and str(found.claims[0].published) == "2031-04-30"


def test_unga_ideal_points(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("unga_ideal_points")
    who = "bailey-strezhnev-voeten-2032"
    assert said(found) == {
        f"usa-un-ideal-point-2030-{who}": "2.1 to 2.4 1",
        f"usa-un-ideal-point-final-passage-2030-{who}": "about 2.1234 1",
        f"usa-un-ideal-point-final-passage-2031-{who}": "about 2.5 1",
        f"chn-un-ideal-point-2031-{who}": "-0.9 to -0.7 1",
        f"chn-un-ideal-point-final-passage-2031-{who}": "about -0.75 1",
    }
    assert list(found.left.values()) == [1, 1] and "ISO code" in next(iter(found.left))
    assert found.empty == 1


def test_sipri_milex(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("sipri_milex")
    assert said(found) == {
        "dza-military-expenditure-1951-12-31-sipri-1952": "about 1.2345 bn USD/year",
        "dza-military-burden-1951-12-31-sipri-1952": "about 1.23 %",
    }
    assert last_words(found.left)["Yemen, North"] == 1 and sorted(found.left.values()) == [1, 3]
    assert found.empty == 4, "`...` and `xxx` are missing"


def test_world_bank(parsed: Callable[[str], ParseResult]) -> None:
    found = parsed("world_bank")
    assert said(found) == {
        "chn-gdp-current-dollars-2029-12-31-world-bank-2031-07-01": "about 1234.57 bn USD/year",
        "chn-gdp-growth-2029-12-31-world-bank-2031-07-01": "about -1.25 %/year",
        "rus-military-burden-2030-12-31-world-bank-2031-07-01": "about 5.5 %",
        "ukr-population-2030-12-31-world-bank-2031-07-01": "about 1.5 mn person",
    }
    assert list(found.left.values()) == [1] and "year" in next(iter(found.left))


def test_misprints_are_told_from_growth() -> None:
    assert outliers([80, 146, 150, 250]) == set(), "an early doubling"
    assert outliers([1000, 1010, 102, 1030]) == {2}, "a digit lost"
    assert outliers([1000, 1010, 10200, 1030]) == {2}, "a digit too many, and those after it stay"
    assert outliers([1000, 1010, None, 102]) == {3}, "the last one"
    assert outliers([1000, 1010, 9990]) == {2}
    assert outliers([10, 25, 30]) == set()
    assert outliers([1000, 998, 999]) == set(), "a correction"
    assert outliers([]) == set()
