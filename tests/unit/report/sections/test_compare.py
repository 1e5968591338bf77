"""Changes in words: those without an error, those of a median among equal values, and those of rounding."""

from __future__ import annotations

from typing import Any

import pytest

from standoff import build, load
from standoff.addons.explorer.explorer import MOVED, compare_outcomes
from standoff.analysis.compare_variants import QuestionComparison
from standoff.analysis.run_diff import DOT, AnswerChange, ChangedEntry, ChangeGroup, RunDiff, ShapleyShare
from standoff.engine.session import Session
from standoff.engine.session import session as open_session
from standoff.report.sections import compare
from standoff.report.sections.compare import change_text, is_clear
from tests.unit.report.plain import finding_with, row, written

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


GROUP = ChangeGroup("stocks", (ChangedEntry(f"stocks{DOT}men", "2", "3"),), added=("new-1",), removed=("old-1",))


def change(name: str, before: float, after: float, error: float, kind: str = "event", unit: str = "") -> AnswerChange:
    return AnswerChange(
        id=name,
        kind=kind,
        text=f"Will {name}?",
        date="2024-12",
        unit=unit,
        before=before,
        after=after,
        change=after - before,
        mc_error=error,
        parts=(ShapleyShare("stocks", after - before, error),),
        stored=(before, after),
    )


def diff(**fields: Any) -> RunDiff:
    given = {"folders": ("one", "two"), "groups": (GROUP,), "moves": (change("war", 0.2, 0.5, 0.01),), "only": ((), ())}
    return finding_with(RunDiff, **given | fields)


def test_changed_inputs_are_listed_with_their_claims() -> None:
    text = written(compare.diff_blocks(diff()))
    assert "stocks.men: 2 → 3" in text and "claim new-1: new" in text and "claim old-1: removed" in text


def test_a_changed_probability_is_in_points_with_its_parts() -> None:
    text = written(compare.diff_blocks(diff()))
    found = row(text, "Will war? (2024-12)")
    assert (
        found[1].startswith("20") and found[2].startswith("50") and found[3].startswith("+30") and found[4] == found[3]
    )


def test_changes_within_error_are_counted_only() -> None:
    text = written(compare.diff_blocks(diff(moves=(change("war", 0.2, 0.21, 0.02),), only=(("gone",), ()))))
    assert "Will war?" not in text and "1 answer " in text and "first run only: gone" in text


def test_long_groups_are_cut() -> None:
    group = ChangeGroup("claims", added=tuple(f"c{n}" for n in range(compare.SHOWN + 5)))
    text = written(compare.diff_blocks(diff(groups=(group,), moves=())))
    assert "c11" in text and "c12" not in text and "and 5 more" in text


def test_settings_and_versions_that_differ_are_named() -> None:
    text = written(compare.diff_blocks(diff(groups=(), settings={"seed": (1, 2)}, program={"jax": ("0.9", "")})))
    assert "seed 1 and 2" in text and "jax 0.9 and none" in text
