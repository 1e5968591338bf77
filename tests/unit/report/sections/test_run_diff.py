"""The difference of two runs as a document."""

from __future__ import annotations

from typing import Any

from standoff.analysis.run_diff import DOT, AnswerChange, ChangedEntry, ChangeGroup, RunDiff, ShapleyShare
from standoff.report.sections import run_diff
from tests.unit.report.plain import finding_with, row, written

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
    text = written(run_diff.blocks(diff()))
    assert "stocks.men: 2 → 3" in text and "claim new-1: new" in text and "claim old-1: removed" in text


def test_a_changed_probability_is_in_points_with_its_parts() -> None:
    text = written(run_diff.blocks(diff()))
    found = row(text, "Will war? (2024-12)")
    assert (
        found[1].startswith("20") and found[2].startswith("50") and found[3].startswith("+30") and found[4] == found[3]
    )


def test_changes_within_error_are_counted_only() -> None:
    text = written(run_diff.blocks(diff(moves=(change("war", 0.2, 0.21, 0.02),), only=(("gone",), ()))))
    assert "Will war?" not in text and "1 answer " in text and "first run only: gone" in text


def test_long_groups_are_cut() -> None:
    group = ChangeGroup("claims", added=tuple(f"c{n}" for n in range(run_diff.SHOWN + 5)))
    text = written(run_diff.blocks(diff(groups=(group,), moves=())))
    assert "c11" in text and "c12" not in text and "and 5 more" in text


def test_settings_and_versions_that_differ_are_named() -> None:
    text = written(run_diff.blocks(diff(groups=(), settings={"seed": (1, 2)}, program={"jax": ("0.9", "")})))
    assert "seed 1 and 2" in text and "jax 0.9 and none" in text
