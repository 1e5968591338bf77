"""`within` gives a question a date that moves with `as_of`."""

from __future__ import annotations

import pytest

from standoff.errors import ScenarioError
from standoff.scenario import dump, load_text
from standoff.scenario.load import LoadedScenario

ASKED = """
questions:
  gloom: {text: "?", event: mood < 0.3, within: 12 months, resolution: r}
  mood: {text: "?", quantity: mood, within: 6 months, resolution: r}
  soon: {text: "?", until: mood < 0.3, within: 2 weeks, resolution: r}
"""
CASE = """
title: t
as_of: 2023-06-30
start: 2022-01
end: 2025-12
step: month
actors: {AAA: {name: A}}
stocks:
  mood: {unit: share, initial: 0.5, sources: assumption}
mechanisms:
  drift: {use: mean_reversion, stock: mood, mean: 0.5, speed: 0.1 1/month, volatility: 0.02, sources: assumption}
"""


def dates(loaded: LoadedScenario) -> dict[str, str | None]:
    return {name: item.by or item.at for name, item in loaded.scenario.questions.items()}


def test_the_date_is_counted_from_as_of_and_moves_with_it() -> None:
    loaded = load_text(CASE + ASKED)
    assert dates(loaded) == {"gloom": "2024-06", "mood": "2023-12", "soon": "2023-07-14"}
    moved = loaded.over({"as_of": "2023-07-31"})
    assert dates(moved) == {"gloom": "2024-07", "mood": "2024-01", "soon": "2023-08-14"}
    again = load_text(dump(loaded.scenario))
    assert again.scenario == loaded.scenario and dates(again.over({"as_of": "2023-07-31"})) == dates(moved)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("within: 12 months", "within: 12 months, by: 2024-03"), "given twice"),
        (("within: 12 months", "within: 40 months"), "2026-10 lies outside"),
        (("within: 12 months", "within: soon"), "3 months"),
        (("within: 12 months, ", ""), "needs `by`"),
    ],
)
def test_mistakes_are_told(change: tuple[str, str], told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(CASE + ASKED.replace(*change))
    assert told in str(caught.value)


def test_the_same_date_may_be_written_too() -> None:
    assert (
        dates(load_text(CASE + ASKED.replace("within: 12 months", "within: 1 year, by: 2024-06")))["gloom"] == "2024-06"
    )
