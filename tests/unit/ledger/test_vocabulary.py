"""Sides and quantities as data: what the package knows, what a scenario adds, and what nobody has described."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from standoff import catalog
from standoff.addons.reading import gazetteer
from standoff.addons.reading.draft_claims import side_of
from standoff.errors import ScenarioError
from standoff.ledger import Ledger
from standoff.ledger.vocabulary import SIDE, Quantities, Side, mistakes, package
from standoff.plan import plan
from standoff.scenario import load_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema.protocols import Validator

CASE = """\
title: t
as_of: 2024-03
start: 2024-01
end: 2024-12
step: month
actors: {BLU: {name: Blue Land}, RED: {name: Red}}
stocks: {fear: {unit: share, initial: 0.5 @assumption}}
"""


def test_what_the_package_knows_holds_together() -> None:
    words = package()
    assert not list(mistakes(words.sides, words.quantities))
    assert all(re.fullmatch(SIDE, side) for side in words.sides)
    marks = [side.mark for side in words.sides.values() if side.mark is not None]
    assert len(set(marks)) == len(marks)


def test_every_state_of_the_gazetteer_has_a_side() -> None:
    codes = [line.split("|")[0] for line in gazetteer.STATES.strip().splitlines()]
    assert [code for code in codes if side_of((code,)) == "neutral"] == []
    assert side_of(("FRA",)) == "west" and side_of(("PRK.public",)) == "dprk"
    assert side_of(("UN",)) == "un" and side_of(()) == "neutral"


@pytest.mark.parametrize("slug", catalog.slugs())
def test_every_side_of_the_catalogue_is_known(slug: str) -> None:
    loaded, ledger = catalog.load(slug)
    assert loaded.scenario.vocabulary.unknown(ledger) == ()


@pytest.mark.parametrize(
    ("side", "subject", "interest"),
    [
        ("austria", "SRB", "enemy"),
        ("serbia", "SRB", "own"),
        ("serbia", "AUT.public", "enemy"),
        ("sweden", "SRB", "third"),
        ("portugal", "PRT", "own"),
        ("ussr", "SUN", "own"),
        ("pretoria", "ZAF", "own"),
        ("damascus", "SYR", "own"),
        ("west", "SRB", "third"),
        ("un", "SRB", "independent"),
        ("author", "SRB", "relay"),
        ("martians", "SRB", "third"),
    ],
)
def test_whose_interest_a_number_serves(side: str, subject: str, interest: str) -> None:
    assert package().interest(side, subject, frozenset({"AUT", "SRB"})) == interest


def test_an_actor_is_a_side_by_its_name_and_a_scenario_adds_others(scenario_validator: Validator) -> None:
    text = CASE + "sides: {rebels: {speaks_for: [RED]}, west: {interest: independent}}\n"
    words = load_text(text).scenario.vocabulary
    war = frozenset({"BLU", "RED"})
    assert words.interest("blue-land", "BLU", war) == "own" and words.interest("red", "BLU", war) == "enemy"
    assert words.interest("rebels", "RED", war) == "own" and words.interest("west", "RED", war) == "independent"
    assert package().sides["west"].interest == "third" and "rebels" not in package().sides
    scenario_validator.validate(yaml.safe_load(text))


def test_quantities_of_a_scenario_stand_beside_those_of_the_package(scenario_validator: Validator) -> None:
    text = (
        CASE
        + """\
quantities:
  families:
    ships:
      root: sunk
      losses_in_war: true
      parts: {damaged: {low: 0.5, high: 3, source: assumption}}
      quantities: {ships_sunk: {parts: [sunk]}, ships_hit: {parts: [sunk, damaged]}}
  never_falls: [_sunk]
  losses: [sunk]
  counted_by_name: [wreck dived to]
"""
    )
    words = load_text(text).scenario.vocabulary
    family = words.family_of("ships_hit")
    assert (
        family.name == "ships"
        and next(part.high for part in family.parts.values()) == 3
        and family.quantities["ships_hit"].parts == ("sunk", "damaged")
    )
    assert words.family_of("personnel_losses") == package().family_of("personnel_losses")
    assert words.is_loss("ships_sunk") and not package().is_loss("ships_sunk")
    assert words.family_of("boats_sunk").cumulative and not package().family_of("boats_sunk").cumulative
    assert words.counted_by_name("the wreck dived to in may") and words.counted_by_name("oryx")
    scenario_validator.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("entry", "path", "message"),
    [
        ("sides: {rebels: {}}", "sides.rebels", "neither of speaks_for and interest"),
        ("sides: {rebels: {speaks_for: [RED], interest: third}}", "sides.rebels", "both of speaks_for and interest"),
        ("sides: {rebels: {interest: own}}", "sides.rebels.interest", "`own` is not allowed"),
        ("sides: {Rebels: {interest: third}}", "sides.Rebels", "a word such as russia"),
        ("quantities: {never_fall: [_sunk]}", "quantities.never_fall", "never_falls"),
        (
            "quantities: {families: {a: {root: x, quantities: {q: {parts: [y]}}}}}",
            "quantities.families.a.quantities.q",
            "`y` is not a part of the family",
        ),
        (
            "quantities: {families: {a: {root: x, parts: {y: {low: 2, high: 1, source: s}}, quantities: {q: {parts: [y]}}}}}",
            "quantities.families.a.parts.y",
            "low 2 is not below high 1",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(entry: str, path: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(CASE + entry + "\n", "case.yaml")
    (problem,) = caught.value.problems
    assert problem.where == "case.yaml:8" and problem.path == path and message in str(problem)


def test_an_unknown_side_is_a_warning(claim: Callable[..., Any]) -> None:
    ledger = Ledger((claim(side="martians"), claim(id="two", side="russia")))
    assert any("martians" in text and "third parties" in text for text in plan(load_text(CASE), ledger).warnings)
    told = load_text(CASE + "sides: {martians: {interest: independent}}\n")
    assert not any("martians" in text for text in plan(told, ledger).warnings)


def test_a_ledger_keeps_its_vocabulary() -> None:
    words = package().extended({"rebels": Side(speaks_for=("RED",))}, Quantities())
    ledger = Ledger().read_with(words)
    for derived in (ledger.as_of("2024-01"), ledger.not_retracted(), ledger.filter(subject="RED"), ledger.add([])):
        assert derived.vocabulary is words
    assert Ledger().vocabulary is package() and ledger == Ledger()
