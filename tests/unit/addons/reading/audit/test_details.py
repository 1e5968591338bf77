"""Details in which a sentence differs from a claim that has all its words."""

from __future__ import annotations

import pytest

from standoff.addons.reading.audit import details
from tests.unit.addons.reading.conftest import claim

BOAT = "Oman's guard inspected a tour boat with 23 passengers and 11 crew."
SHIPS = "Two cruisers and six destroyers sail to within three miles of Oman."
VOTE = "No funds of this act for Oman: 54 for, 22 against."
EXPORTS = "Oman suspends exports to Yemen and will answer requests for fuel for Jordan."


def same(text: str, proposition: str, day: str = "2024-02-19") -> bool:
    return details.are_same(text, claim("c", "OMN", "act", proposition, day, "A ministry", "oman"), "2024-03-01")


@pytest.mark.parametrize(
    ("text", "proposition", "expected"),
    [
        (BOAT, BOAT, True),
        ("Oman's guard inspected a tour boat with 23 crew and 11 passengers.", BOAT, False),
        ("Six cruisers and two destroyers sail to within three miles of Oman.", SHIPS, False),
        ("Two cruisers and three destroyers sail to within six miles of Oman.", SHIPS, False),
        ("No funds of this act for Oman: 22 for, 54 against.", VOTE, False),
        ("No funds of this act against Oman: 54 for, 22 against.", VOTE, False),
        ("Oman suspends exports to Yemen.", EXPORTS, True),
        ("Oman suspends exports to Jordan.", EXPORTS, False),
        ("Oman stands by Yemen.", "Oman stands by Yemen.", True),
        ("Oman was about to stand by Yemen.", "Oman stands by Yemen.", False),
        ("Oman threatens to stand by Yemen.", "Oman stands by Yemen.", False),
        ("Oman applied to join the pact.", "Oman joins the pact.", False),
        ("Oman mediates before the war.", "Oman mediates after the war.", False),
        ("All the troops go home.", "Some of the troops go home.", False),
        ("Oman abstains on Resolution 1507.", "Oman abstains on Resolution 502.", False),
        ("Oman decides on troops on 13 November 2023.", "Oman decides on troops on 4 November 2023.", False),
        ("Oman decides on troops on 4 November 2023.", "Oman decides on troops on 4 November 2023.", True),
        ("On 19 February 2024 Oman decides on troops.", "Oman decides on troops.", True),
    ],
)
def test_the_details_of_a_sentence_are_those_of_a_claim(text: str, proposition: str, expected: bool) -> None:
    assert same(text, proposition) is expected


@pytest.mark.parametrize(
    ("text", "votes"),
    [
        ("The call was carried by 64 votes to 5.", (64, 5)),
        ("Resolution: 54 for, 22 against.", (54, 22)),
        ("There were 93 votes in favour and 24 against.", (93, 24)),
        ("The fleet had 40 ships and 20 boats.", None),
    ],
)
def test_the_votes_for_and_against_are_read(text: str, votes: tuple[float, float] | None) -> None:
    assert details.tally(text) == votes
