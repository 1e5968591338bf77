"""What the page is told about the choices of a case: whom a person replaces, and which options are restricted."""

from __future__ import annotations

from standoff import build
from standoff.addons.explorer.description import HeldOption, case_description
from standoff.ledger import Ledger
from standoff.scenario.load import document as documents
from standoff.scenario.load import load_document

TEXT = """
title: a border
as_of: 2030-06
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  tension: {unit: share, initial: 0.2 to 0.4, cap: 1, sources: assumption}
choices:
  ALA:
    actor: ALA
    options:
      hold:
      probe: {text: test the border, lasts: 6 months}
      strike: {when: tension > 0.3}
      annex: {irreversible: true}
    ladder: [hold, probe, strike, annex]
    status_quo: hold
    every: 3 months
    rationality: 1
    half_life: 0
    sources: assumption
    reasons: {prize: {use: expression, weight: 1, value: {strike: tension}}}
  BOR:
    actor: BOR
    options: {wait: {text: wait}, arm: {text: take up arms}}
    status_quo: wait
    every: 3 months
    rationality: 1
    half_life: 0
    held: {2030-09: arm}
    sources: assumption
    reasons: {fear: {use: expression, weight: 1, value: {arm: tension}}}
questions:
  struck: {text: Will it strike?, event: "ALA in [strike]", by: 2031-12, resolution: papers}
"""


def test_restricted_options_say_when_and_a_person_is_named() -> None:
    model = build(load_document(documents.read_text(TEXT, "border"), None), Ledger())
    ala, bor = case_description("border", model, (), {}, "", (), holds=("BOR=arm@2030-09",)).choices
    limits = {option.id: option.limit for option in ala.options}
    assert limits["hold"] == "" and "6 months" in limits["probe"] and "tension > 0.3" in limits["strike"]
    assert "never left" in limits["annex"] and "only from “strike”" in limits["annex"]
    assert ala.held == () and ala.dates
    text = TEXT.replace("2030-09: arm}", "2030-09: arm, 2031-03: free}")
    freed = build(load_document(documents.read_text(text, "border"), None), Ledger())
    *_, again = case_description("border", freed, (), {}, "", ()).choices[1].held
    assert again.at == "2031-03" and "again" in again.text
    assert bor.held == (HeldOption(at="2030-09", text="take up arms"),) and bor.dates == ()
