"""Epistemic bands of the page: those beside the scenario file, or the reason why there is none."""

from __future__ import annotations

import pytest

from standoff import build, load
from standoff.addons.explorer import band_texts as module
from standoff.addons.explorer.band_texts import band_texts
from standoff.analysis import stored_bands as store
from standoff.analysis.stored_bands import Bands
from standoff.questions import EpistemicBand

BAND = EpistemicBand(
    low=0.002, high=0.17, mean=0.02, shares={}, parameters=7, variants=3, theories=1, draws=10, replicates=2
)


def test_a_stored_band_is_shown_with_what_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    number = EpistemicBand(low=None, high=None, mean=2.0, shares={}, parameters=7, draws=10, replicates=2)
    monkeypatch.setattr(module, "stored_bands", lambda _: Bands(of={"acts": BAND, "losses": number}))
    out = band_texts("closed-form", build(*load("closed-form")))
    assert {name: (item.ends, item.label) for name, item in out.of.items()} == {"acts": ("< 1 to 17 %", "")}
    assert "7 uncertain parameters" in out.over and "2 rival models" in out.over and not out.note


def test_a_variant_says_which_command_computes_its_band() -> None:
    variant = band_texts("closed-form", build(*load("closed-form", variant="word-is-talk")))
    assert not variant.of and "--variant word-is-talk" in variant.note


def test_a_case_without_stored_bands_says_how_to_store_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "stored_bands", lambda _: Bands(note=store.MISSING))
    out = band_texts("closed-form", build(*load("closed-form")))
    assert not out.of and not out.over and out.note == store.MISSING
