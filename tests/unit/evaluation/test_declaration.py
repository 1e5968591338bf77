"""What dates and a declaration prove of a forecast."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from standoff.errors import ScenarioError
from standoff.evaluation import declaration
from tests.unit.evaluation.hindcast.conftest import write  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KNOWN = declaration.Declaration(
    recorded_until="2024-01-31",
    known_until="2023-03-31",
    sightings=(declaration.Sighting(asks=("gloom",), until="2023-06-30", text="a table"),),
)


@pytest.mark.parametrize(
    ("made", "declared", "question", "kind"),
    [
        ("2023-04-01", None, "count", "before"),
        ("2023-06-30", KNOWN, "count", "after_blind"),  # on the day itself the outcome may be out
        ("2023-12-01", None, "count", "after_not_blind"),
        ("2023-12-01", KNOWN, "count", "after_blind"),
        ("2024-02-01", KNOWN, "count", "after_not_blind"),  # later than the declaration speaks of
        ("2023-12-01", KNOWN, "gloom", "after_not_blind"),
    ],
)
def test_the_kind_of_a_line_is_what_is_proved_of_it(
    made: str, declared: declaration.Declaration | None, question: str, kind: str
) -> None:
    found, why = declaration.kind_of(dt.date.fromisoformat(made), dt.date(2023, 6, 30), question, declared)
    assert found == kind and bool(why) == (kind == "after_not_blind")


def test_an_outcome_at_hand_counts_up_to_its_day() -> None:
    made, late, early = dt.date(2023, 12, 1), dt.date(2023, 9, 30), dt.date(2023, 3, 31)
    assert declaration.kind_of(made, late, "gloom", KNOWN)[0] == "after_blind"
    assert declaration.kind_of(made, early, "count", KNOWN) == ("after_not_blind", declaration.LEDGER_SPOKE)


def test_a_mistake_of_the_declaration_is_told_with_its_line(write: Callable[..., Path]) -> None:  # noqa: F811
    folder = write()
    assert declaration.read_declaration(str(folder)) is None
    (folder / declaration.FILE).write_text("recorded_until: 2024-01-31\nknown_untl: 2023-03-31\n")
    with pytest.raises(ScenarioError, match=r"forecasts\.yaml:2.*known_untl"):
        declaration.read_declaration(str(folder))
