"""Three cases that make no sense: exactly what is wrong with each is found, and nothing in a sound one."""

from __future__ import annotations

import pytest

import standoff
from standoff.analysis import sanity
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import read_text

FRAME = """
title: no sense
as_of: 2030-01-31
start: 2030-01-31
end: 2031-01-31
step: {step}
actors: {{AAA: {{name: A}}}}
stocks:
  mood: {{unit: share, cap: 1, initial: 0.3 to 0.4, sources: assumption}}
mechanisms:
  sway: {{use: mean_reversion, stock: mood, mean: 0.35, speed: 0.1 1/month, volatility: 0.02, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options: {{wait: , talk: , march: }}
    status_quo: wait
    every: {every}
    rationality: 1
    half_life: {half_life}
    reasons:
      gain: {{use: stated_norm, weight: {weight}, breach: {{wait: 0, talk: 1, march: 1}}, commitment: 1}}
      cost: {{use: stated_norm, weight: {weight}, breach: {{wait: 0, talk: 0, march: 0.5}}, commitment: 1}}
    sources: assumption
questions:
  marches: {{text: "?", event: "AAA in [march]", by: 2031-01-31, resolution: x, main: true, data_rate: {{none: made up}}}}
  rises: {{text: "?", event: "mood > {threshold}", by: 2031-01-31, resolution: x, data_rate: {{none: made up}}}}
"""
SOUND = {"step": "month", "every": "3 months", "half_life": "24 month", "weight": "1 to 1.2", "threshold": 0.42}
UNSUPPORTED = ("chosen_without_reason", "choices.AAA")  # both reasons speak against talking and marching
NONSENSE = {
    "no weight": ({"weight": "0"}, {("uniform_choice", "choices.AAA"), UNSUPPORTED}),
    "weekly dice": (
        {"step": "week", "every": "1 week", "half_life": "0"},
        {("compounding", "questions.marches"), ("reversals", "choices.AAA"), UNSUPPORTED},
    ),
    "true already, and one number": (
        {"weight": "0 to 6", "threshold": 0.2},
        {("certain_threshold", "questions.rises"), ("invented_number", "choices.AAA.reasons.gain.weight"), UNSUPPORTED},
    ),
}


def case(**changes: object) -> str:
    return FRAME.format(**{**SOUND, **changes})


def model(text: str) -> Model:
    return build(load.load_document(read_text(text, "case.yaml"), None), Ledger(()))


@pytest.mark.parametrize("name", NONSENSE)
def test_exactly_what_is_wrong_with_a_case_is_found(name: str) -> None:
    changes, expected = NONSENSE[name]
    found = standoff.sanity(model(case(**changes)), draws=1000).findings
    assert {(item.check, item.subject) for item in found} == expected
    assert all(item.text and item.fix and item.number > 0 for item in found)


def test_nothing_is_found_in_a_sound_case() -> None:
    """With a reason that speaks for talking, and a little for marching."""
    sound = case().replace("{wait: 0, talk: 1, march: 1}", "{wait: 1, talk: 0, march: 0.9}")
    assert standoff.sanity(model(sound), draws=1000).findings == ()


def test_the_first_finding_of_each_check_comes_first() -> None:
    rows = [
        tuple(sanity.SanityFinding(check=check, subject="", label="", number=1, text="", fix="") for _ in range(count))
        for check, count in (("a", 3), ("b", 1), ("c", 2))
    ]
    assert [item.check for item in sanity.ordered(rows)] == ["a", "b", "c", "a", "c", "a"]


def test_every_check_has_a_title_and_a_place_of_its_own() -> None:
    assert len({check.ORDER for check in sanity.checks().values()}) == len(sanity.checks()) == len(sanity.titles()) >= 8
