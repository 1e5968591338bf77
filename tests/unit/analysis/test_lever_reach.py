"""What a lever does to the odds, and which reasons it reaches, against log odds that are known on paper."""

from __future__ import annotations

import pytest

from standoff import build
from standoff.analysis.answer import answer
from standoff.analysis.lever_reach import LeverReach, lever_reach, odds
from standoff.analysis.movements import Movement, levers, movements
from standoff.engine.session import Session, session
from standoff.ledger import Ledger
from standoff.report import lever_text
from standoff.scenario import load as load_scenario
from tests.unit.analysis.test_response_surface import TEXT

DRAWS = 512


@pytest.fixture(scope="module")
def opened() -> Session:
    return session(build(load_scenario.load_text(TEXT), Ledger()))


@pytest.fixture(scope="module")
def moved(opened: Session) -> dict[str, Movement]:
    first = answer(opened.move(draws=DRAWS), "sends")
    return {
        item.mover.name: item for item in movements(opened, levers(opened.model.plan), first.answers[:1], draws=DRAWS)
    }


@pytest.fixture(scope="module")
def reach(opened: Session, moved: dict[str, Movement]) -> dict[str, LeverReach]:
    sends = opened.model.plan.question("sends")
    found = {name: lever_reach(opened, sends, item) for name, item in moved.items()}
    return {name: item for name, item in found.items() if item is not None}


def told(opened: Session, item: Movement, reach: LeverReach | None) -> str:
    return lever_text.between_ends(opened.model.plan.question("sends"), item, reach)


def test_a_number_has_no_odds(opened: Session) -> None:
    late = opened.model.plan.question("late")
    (item, *_) = movements(opened, levers(opened.model.plan), answer(opened.move(draws=64), "late").answers, draws=64)
    assert odds(late, item) is None and lever_reach(opened, late, item) is None
    assert lever_text.between_ends(late, item, None) == ""


def test_a_lever_that_moves_the_odds_by_a_quarter_is_asked_no_reason(
    opened: Session, moved: dict[str, Movement], reach: dict[str, LeverReach]
) -> None:
    item = moved["pull"]
    low, high = (end.after for end in item.changes["sends"])
    factor = odds(opened.model.plan.question("sends"), item)
    assert factor == pytest.approx(high * (1 - low) / (low * (1 - high))) and factor > 2
    assert "pull" not in reach and told(opened, item, None).endswith(f"{factor:.2f}.")


def test_a_weak_lever_names_the_reason_that_it_reaches_with_its_log_odds(
    opened: Session, moved: dict[str, Movement], reach: dict[str, LeverReach]
) -> None:
    """A tenth of a danger of 0 or 1, at weight and rationality 1."""
    (reason,) = reach["danger"].reasons
    assert reason.log_odds == pytest.approx((0, -0.1), abs=1e-4) and reason.change == pytest.approx(-0.1, abs=1e-4)
    text = told(opened, moved["danger"], reach["danger"])
    assert "it is dangerous" in text and "0.000 to −0.100" in text and "0.22" in text


def test_what_no_reason_reads_reaches_none(
    opened: Session, moved: dict[str, Movement], reach: dict[str, LeverReach]
) -> None:
    item = reach["noise"]
    assert (item.odds, item.reasons, item.arises) == (1, (), (1, 1))
    assert lever_text.NONE in told(opened, moved["noise"], item)


def test_two_reasons_that_cancel_are_both_named(
    opened: Session, moved: dict[str, Movement], reach: dict[str, LeverReach]
) -> None:
    """No log odds move: the same futures send."""
    item = reach["tilt"]
    assert item.odds == pytest.approx(1)
    assert [round(part.change, 6) for part in item.reasons] in ([-1, 1], [1, -1])
    text = told(opened, moved["tilt"], item)
    assert "it is dangerous" in text and "it pays" in text and text.endswith("which cancel.")
