"""Changes in words: those without an error, those of a median among equal values, and those of rounding."""

from __future__ import annotations

import pytest

from standoff import build, load
from standoff.addons.explorer.explorer import MOVED, compare_outcomes
from standoff.analysis.compare_variants import QuestionComparison
from standoff.engine.session import Session
from standoff.engine.session import session as open_session
from standoff.report.sections.compare import change_text, is_clear

TEXT = """
title: A share without chance
as_of: 2030-01
start: 2030-01
end: 2030-12
step: month
actors: {ALA: {name: Aland}}
stocks:
  backing: {unit: "%", initial: 40 @assumption, constant: true}
  need: {unit: bn USD, initial: "normal(10, 3) @assumption", floor: null, constant: true}
  means: {unit: bn USD, initial: 20 @assumption, constant: true}
questions:
  backing: {text: How much backing?, quantity: backing, at: 2030-06, resolution: counted, main: true}
  spent: {text: How much is spent?, quantity: "max(need, means)", at: 2030-06, resolution: counted}
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    file = tmp_path_factory.mktemp("share") / "scenario.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return open_session(build(*load(str(file))))


def compared(session: Session, **beliefs: float | str) -> dict[str, QuestionComparison]:
    """Answers as the case stands beside those under other numbers, by question."""
    changed = {f"stocks.{name}.initial": value for name, value in beliefs.items()}
    before, now = session.move(draws=256), session.move(beliefs=changed, draws=256)
    return {item.id: item for item in compare_outcomes(before, now, MOVED)}


def test_a_change_that_is_the_same_in_all_futures_is_clear_and_has_no_interval(session: Session) -> None:
    item = compared(session, backing="43 %")["backing"]
    assert item.changes[0].mc_error == 0 and is_clear(item.changes[0])
    assert change_text(item, item.changes[0]).split() == ["+3.00", "points", "in", "every", "future"]


def test_a_change_of_the_size_of_rounding_is_not_clear(session: Session) -> None:
    item = compared(session, backing="40.000004 %")["backing"]
    assert item.changes[0].change != 0 and not is_clear(item.changes[0])


def test_a_change_beyond_the_squares_of_single_precision_is_clear(session: Session) -> None:
    change = compared(session, means="1e20 bn USD")["spent"].changes[0]
    assert is_clear(change) and change.change == pytest.approx(1e20, rel=1e-6)


def test_a_median_among_equal_values_has_the_error_of_the_mean(session: Session) -> None:
    change = compared(session, means="12 bn USD")["spent"].changes[0]
    pairs = (
        session.move(beliefs={"stocks.means.initial": "12 bn USD"}, draws=256).answers[1]
        - session.move(draws=256).answers[1]
    )
    assert change.change == -8 and change.mc_error == pytest.approx(pairs.std() / 16e9, rel=1e-3)
