"""What the page is told about a case: choices of persons, restricted options, and epistemic bands."""

from __future__ import annotations

from typing import Any

import pytest

from standoff import build, load
from standoff.addons.explorer import description
from standoff.addons.explorer.charts import first_charts
from standoff.addons.explorer.description import case_description
from standoff.analysis import stored_bands as store
from standoff.analysis.stored_bands import Bands
from standoff.ledger import Ledger
from standoff.questions import EpistemicBand
from standoff.scenario.load import document as documents
from standoff.scenario.load import load_document

from .runs import seen

TEXT = """
title: a border
as_of: 2030-06
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  tension: {unit: share, initial: 0.2 to 0.4, cap: 1, sources: assumption}
  calm: {unit: share, initial: 0.5, cap: 1, sources: assumption}
mechanisms:
  mood: {use: mean_reversion, stock: tension, mean: 0.3, speed: 0.1 1/month, volatility: 0, sources: assumption}
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
    ala, bor = seen(case_description("border", model, holds=("BOR=arm@2030-09",))).choices
    limits = {option.id: option.limit for option in ala.options}
    assert limits["hold"] == "" and "6 months" in limits["probe"] and "tension > 0.3" in limits["strike"]
    assert "never left" in limits["annex"] and "only from “strike”" in limits["annex"]
    assert ala.held == [] and ala.dates
    text = TEXT.replace("2030-09: arm}", "2030-09: arm, 2031-03: free}")
    freed = build(load_document(documents.read_text(text, "border"), None), Ledger())
    *_, again = seen(case_description("border", freed)).choices[1].held
    assert again.at == "2031-03" and "again" in again.text
    assert [vars(item) for item in bor.held] == [{"at": "2030-09", "text": "take up arms"}] and bor.dates == []


BAND = EpistemicBand(
    low=0.002, high=0.17, mean=0.02, shares={}, parameters=7, variants=3, theories=1, draws=10, replicates=2
)


def told(variant: str = "") -> Any:
    """The description of a small case."""
    return seen(case_description("closed-form", build(*load("closed-form", variant=variant))))


def test_a_stored_band_is_shown_with_what_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    number = EpistemicBand(low=None, high=None, mean=2.0, shares={}, parameters=7, draws=10, replicates=2)
    monkeypatch.setattr(description, "stored_bands", lambda _: Bands(of={"acts": BAND, "losses": number}))
    out = told()
    assert {item.id: item.band for item in out.questions if item.band} == {"acts": "< 1 to 17 %"}
    assert "7 uncertain parameters" in out.band_over and "2 rival models" in out.band_over and not out.band_note


def test_a_variant_says_which_command_computes_its_band() -> None:
    out = told("word-is-talk")
    assert not any(item.band for item in out.questions) and "--variant word-is-talk" in out.band_note


def test_a_case_without_stored_bands_says_how_to_store_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "stored_bands", lambda _: Bands(note=store.MISSING))
    out = told()
    assert not out.band_over and out.band_note == store.MISSING


def test_the_first_charts_are_of_what_moves() -> None:
    assert first_charts(build(load_document(documents.read_text(TEXT, "border"), None), Ledger()).plan) == ("tension",)
