"""`standoff reconcile` and `standoff check-consistency`: doors, and errors that say what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_balance_prints_the_breaks(standoff: Any) -> None:
    page = standoff("check-consistency", "china-russia", "--subject", "UKR", "--as-of", "2024-04-30").stdout
    assert "arrived = killed" in page and "5,174 people" in page
    data = json.loads(
        standoff("check-consistency", "china-russia", "--subject", "UKR", "--as-of", "2024-04-30", "--json").stdout
    )
    assert data["breaks"][0]["rule"] and data["as_of"] == "2024-04-30"


def test_without_a_quantity_those_of_the_most_speakers_are_named(standoff: Any) -> None:
    told = standoff("reconcile", "china-russia", code=1).stderr
    assert "no quantity" in told and "--quantity personnel_" in told


def test_without_a_subject_the_actors_are_named(standoff: Any) -> None:
    told = standoff("reconcile", "china-russia", "--quantity", "personnel_losses", code=1).stderr
    assert "`personnel_losses` has claims about" in told and "write such as --subject" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--quantity", "personnel_loses", "--subject", "RUS"), "did you mean `personnel_losses`"),
        (("--quantity", "personnel_losses", "--subject", "RUS", "--as-of", "soon"), "'soon' is not a date"),
        (("--quantity", "personnel_losses", "--subject", "RUS", "-o", "x.png"), "does not end in .svg"),
        (("--quantity", "personnel_losses", "--subject", "RUS", "--without", "russland"), "no claim is by `russland`"),
    ],
)
def test_bad_options_say_what_is_allowed(standoff: Any, words: tuple[str, ...], message: str) -> None:
    assert message in standoff("reconcile", "china-russia", *words, code=1).stderr


def test_missing_packages_are_named_with_what_to_do(standoff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from standoff.inference import _optional

    monkeypatch.setattr(_optional, "NEEDED", ("no_such_package",))
    told = standoff("reconcile", "china-russia", "--quantity", "personnel_losses", "--subject", "RUS", code=1).stderr
    assert "fitting needs no_such_package" in told and 'pip install "arviz-stats>=' in told
