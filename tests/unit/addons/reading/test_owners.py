"""Whose equipment is destroyed or launched: never that of whoever destroys it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.addons.reading.audit import audit
from standoff.addons.reading.pipeline import read
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from collections.abc import Iterator

ARMS = [
    ("Iran shot down 22 of 25 drones that Iraq launched.", [("IRQ", "drones_lost", 22), ("IRQ", "drones_fired", 25)]),
    ("Iran shot down 22 of 25 drones.", [("", "drones_lost", 22), ("", "drones", 25)]),
    ("Iran said it shot down 22 drones.", [("", "drones_lost", 22)]),
    (
        "Iran intercepted 22 of the 25 missiles fired by Iraqi forces.",
        [("IRQ", "missiles_lost", 22), ("IRQ", "missiles_fired", 25)],
    ),
    (
        "Iraq launched 25 drones and Iran shot down 22 of them.",
        [("IRQ", "drones_fired", 25), ("IRQ", "drones_lost", 22)],
    ),
    ("Iran destroyed 30 of Iraq's tanks.", [("IRQ", "tanks_lost", 30)]),
    ("Iran destroyed 30 Iraqi tanks.", [("IRQ", "tanks_lost", 30)]),
    ("30 tanks were destroyed by Iran.", [("", "tanks_lost", 30)]),
    ("Iraq had 30 tanks destroyed by Iran.", [("IRQ", "tanks_lost", 30)]),
    ("Iraq lost 22 of its 25 tanks.", [("IRQ", "tanks_lost", 22), ("IRQ", "tanks", 25)]),
    ("Iraq lost 30 tanks that Iran captured.", [("IRQ", "tanks_lost", 30)]),
    ("Iraq fired 300 shells that Japan had made.", [("IRQ", "shells_fired", 300)]),
    ("Japan sent Iraq 18 tanks, of which 6 were destroyed.", [("JPN", "tanks_delivered", 18), ("", "tanks_lost", 6)]),
    ("Iran destroyed 12 tanks sent by Japan.", [("", "tanks_lost", 12)]),
    ("Iraq lost 12 tanks sent by Japan.", [("IRQ", "tanks_lost", 12)]),
    ("Iran shot down 12 drones sent by Iraq.", [("IRQ", "drones_lost", 12)]),
    ("Iraq said 30 of its tanks were destroyed.", [("IRQ", "tanks_lost", 30)]),
    ("Iraq says 30 tanks were destroyed.", [("", "tanks_lost", 30)]),
    ("In the fighting around Basra 30 tanks were destroyed.", [("", "tanks_lost", 30)]),
    ("Iraq killed 900 soldiers.", [("", "personnel_killed", 900)]),
    ("Iraq killed 900 Iranian soldiers.", [("IRN", "personnel_killed", 900)]),
    ("Iraq killed or wounded about 900 soldiers of Iran.", [("IRN", "personnel_losses", 900)]),
    ("Iraq lost 900 killed and wounded.", [("IRQ", "personnel_losses", 900)]),
    ("Iraq put the number of Iranian soldiers killed at 900.", [("IRN", "personnel_killed", 900)]),
    ("Iraq killed 650 militants.", [("IRQ", "personnel_killed", 650)]),
]


def numbers(text: str) -> Iterator[tuple[str, str, float | None]]:
    return ((row.subject, row.quantity, row.value) for row in read(text) if row.comparator)


@pytest.mark.parametrize(("text", "expected"), ARMS, ids=[text for text, _ in ARMS])
def test_the_owner_is_whoever_launched_or_lost_it(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert list(numbers(text)) == expected


def test_equipment_of_an_unknown_owner_is_compared_with_nobodys() -> None:
    ledger = Ledger((claim("c", "IRN", "drones_lost", 400, "2020-04-28", "staff", "iraq", "item"),))
    assert [one.kind for one in audit("By 28 April 2020, Iran had shot down 22 drones.", ledger).verdicts] == [
        "not matched"
    ]
    assert [one.kind for one in audit("By 28 April 2020, Iran had lost 22 drones.", ledger).verdicts] == ["low"]


LOSSES = [
    ("Iran said that 900 soldiers were killed.", ""),
    ("Iran said that the enemy had lost 900 soldiers.", ""),
    ("Iran said that enemy losses were 900 soldiers.", ""),
    ("Iran said the rebels had lost 900 of their soldiers.", ""),
    ("Iran said by May 2020 the invaders had lost 900 soldiers.", ""),
    ("The Iranian general staff put the toll at 900 soldiers.", ""),
    ("The Iranian general staff reported 900 enemy soldiers killed.", ""),
    ("Iran said its forces inflicted losses of 900 soldiers.", ""),
    ("Iran inflicted 900 casualties.", ""),
    ("The UN said that 900 soldiers died.", ""),
    ("The Iranian-backed militia lost 900 soldiers.", ""),
    ("Iran's opponents lost 900 soldiers.", ""),
    ("The opponents of Iran lost 900 soldiers.", ""),
    ("In Iran, the invaders lost 900 soldiers.", ""),
    ("Unlike Iran, the militia lost 900 soldiers.", ""),
    ("The opponents of Iran have 900 tanks.", ""),
    ("Iran's 900 tanks were lost.", "IRN"),
    ("Iran said Iraq lost 900 of its soldiers.", "IRQ"),
    ("Iran said that 900 of its soldiers were killed.", "IRN"),
    ("Iran said it had lost 900 soldiers.", "IRN"),
    ('"We lost 900 soldiers," the Iranian army said.', "IRN"),
    ("Iran admitted the loss of 900 soldiers.", "IRN"),
    ("Iran reported losses of over 900 soldiers.", "IRN"),
    ("Iran's army lost 900 soldiers.", "IRN"),
    ("Iranian losses reached 900 soldiers.", "IRN"),
    ("Iran attacked in May 2020, and lost 900 soldiers.", "IRN"),
]


@pytest.mark.parametrize(("text", "loser"), LOSSES, ids=[text for text, _ in LOSSES])
def test_a_loss_is_of_the_speaker_only_where_the_words_say_so(text: str, loser: str) -> None:
    assert [subject for subject, _, _ in numbers(text)] == [loser]


@pytest.mark.parametrize("words", ["the enemy had lost 900 soldiers", "900 soldiers had been killed"])
def test_losses_of_nobody_named_are_not_compared_with_those_of_the_speaker(words: str) -> None:
    rows = (
        claim(name, "IRN", f"personnel_{name}", 300, "2020-04-28", "staff", "iran") for name in ("losses", "killed")
    )
    found = audit(f"Iran said that {words} by 28 April 2020.", Ledger(tuple(rows))).verdicts
    assert [one.kind for one in found] == ["not matched"]


@pytest.mark.parametrize("victims", ["soldiers", "militants"])
def test_the_dead_are_compared_with_nobodys_who_killed_them(victims: str) -> None:
    ledger = Ledger((claim("c", "IRN", "personnel_killed", 900, "2020-04-28", "staff", "iraq"),))
    for text, kind in (
        (f"Iran had killed 900 {victims}.", "not matched"),
        ("Iran had lost 900 men killed.", "consistent"),
    ):
        found = audit(f"By 28 April 2020, {text}", ledger).verdicts
        assert [one.kind for one in found] == [kind]
