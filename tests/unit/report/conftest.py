"""A small war, compiled once: two sides, a choice, claims before and after as_of, one of them hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from standoff.analysis.verdict import Verdict, verdict
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.ledger import Claim, Ledger
from standoff.scenario import load_text

if TYPE_CHECKING:
    from standoff.engine.run import Run

SCENARIO = """
title: A & B <b>at odds</b>
as_of: 2024-03
start: 2024-01
end: 2025-12
step: month
actors:
  AAA: {name: Aland}
  BBB: {name: Borduria}
relations:
  - {kind: rivalry, between: [AAA, BBB], since: 2020-02, level: cold <i>war</i>, sources: aaa-vows-2024-01-king}
stocks:
  fear: {unit: share, text: fear of the other, initial: 0.4 to 0.6 @assumption, cap: 1}
  alignment: {unit: share, initial: {BBB: 0.2 to 0.4 @assumption}, cap: 1}
  partnership_level: {unit: "1", initial: {BBB: 2 @assumption}}
  men: {unit: thousand person, initial: {AAA: 900 to 1500 @aaa-men-2024-01-staff}}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5 @assumption, speed: 0.1 1/month @assumption,
          volatility: 0.05 @assumption}
choices:
  AAA:
    actor: AAA
    text: Whether to go
    options: {go: {effects: {drift.push: 0.05 1/month @assumption}}, stay: }
    status_quo: stay
    every: 3 months
    rationality: 1 to 4 @assumption
    half_life: 6.6 month @assumption
    history: [{since: 2024-01, option: stay}]
    reasons:
      norm: {use: stated_norm, weight: 1 to 2 @assumption, sources: assumption, claims: [aaa-vows-2024-01-king],
             lines: [3], breach: {go: 1, stay: 0}, commitment: 0.5 to 0.9}
      pride: {use: stated_norm, weight: 0.5 to 1.5 @assumption, sources: assumption, breach: {go: 0, stay: 1},
              commitment: 0.2 to 0.4}
observations:
  men.AAA: {claims: {subject: AAA, quantity: men}, scale: 0.9 to 1.1 @assumption}
variants:
  calm: {text: Nobody is afraid, change: {mechanisms: {drift: {mean: 0.2 @assumption}}}}
questions:
  goes: {text: Will A go?, lines: [3, 4], event: "AAA in [go]", by: 2025-06, resolution: look, compare_with: {value: 0.2
         @assumption, text: wars like it}}
  fear: {text: How afraid?, quantity: fear, at: 2025-06, resolution: look}
  men: {text: How many men?, quantity: men.AAA, at: 2025-06, resolution: look}
  when: {text: When is the fear great?, until: fear > 0.7, by: 2025-12, resolution: look}
  first: {text: What comes first?, first_of: {fear: fear > 0.6, calm: fear < 0.4}, by: 2025-12, resolution: look}
  place: {text: Who is first?, rank: {fear: fear, half: "0.5"}, of: fear, at: 2025-06, resolution: look}
  starved: {text: Who starves?, first_of: {"Aland, bread": fear > 0.5, "Borduria, bread": fear > 0.7,
            "Aland, coal": fear < 0.3}, by: 2025-12, resolution: look}
  why: {text: What does the vow do?, reason: [AAA, norm], option: go, at: 2025-06, resolution: look}
"""


def claim(name: str, **changes: Any) -> Claim:
    """A claim about the men of A with some keys changed."""
    data = {
        "id": name,
        "subject": "AAA",
        "quantity": "men",
        "value": 1200,
        "unit": "thousand person",
        "comparator": "about",
        "as_of": "2024-01",
        "published": "2024-01",
        "speaker": "Staff",
        "side": "aland",
        "source": {"title": "Numbers", "url": "https://example.org/a?b=1&c=2"},
        "basis": "found",
        "status": "accepted",
    }
    return Claim.parse({key: value for key, value in {**data, **changes}.items() if value is not None})


NO_NUMBER: dict[str, Any] = {"value": None, "unit": None, "comparator": None}
CLAIMS = [
    claim("aaa-men-2024-01-staff"),
    claim("aaa-men-2024-02-staff", as_of="2024-02", published="2024-02", value=1180),
    claim(
        "aaa-men-2024-03-enemy",
        as_of="2024-03",
        published="2024-03",
        value=None,
        low=1000,
        high=1100,
        comparator="range",
        side="borduria",
        speaker="<script>alert(1)</script>",
    ),
    claim(
        "aaa-men-2024-11-enemy", as_of="2024-11", published="2024-12", value=1_050_000, unit="person", side="borduria"
    ),
    claim("aaa-men-2024-12-guess", as_of="2024-12", published="2024-12", value=1, status="proposed"),
    claim(
        "aaa-vows-2024-01-king",
        **NO_NUMBER,
        quantity="vow",
        side="west",
        proposition="<script>alert(2)</script> & 'never'",
    ),
]


def hostile(good: Claim) -> Claim:
    """The same claim with a link that the ledger would refuse, as if the check were not there."""
    source = good.source.model_copy(update={"url": "javascript:alert(3)"})
    return good.model_copy(update={"source": source})


@pytest.fixture(scope="session")
def run() -> Run:
    """A run of the small war."""
    ledger = Ledger((*CLAIMS[:-1], hostile(CLAIMS[-1])))
    return simulate(build(load_text(SCENARIO), ledger), draws=300, seed=1)


@pytest.fixture(scope="session")
def found(run: Run) -> Verdict:
    """Its verdict."""
    return verdict(run)
