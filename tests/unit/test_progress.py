"""Progress: tasks count units, nest, end with their context, and are silent unless somebody shows them."""

from __future__ import annotations

import pytest

from standoff.progress import SILENT, track
from tests.progress_log import ProgressLog


def test_each_item_is_a_unit_that_counts_once_it_is_done() -> None:
    log = ProgressLog()
    done_before = [len(log.updates) for _ in track(log, "cases", "abc")]
    assert done_before == [0, 1, 2] and log.of("cases") == [(1, 3), (2, 3), (3, 3)] and log.ended == ["cases"]


def test_a_task_ends_where_its_work_fails() -> None:
    log = ProgressLog()
    with pytest.raises(ZeroDivisionError), log.task("outer"), log.task("inner", 2) as task:
        task.update(0.5)
        raise ZeroDivisionError
    assert log.updates == [("inner", 0.5, 2)] and log.ended == ["inner", "outer"]


def test_without_anybody_to_show_it_work_goes_on_all_the_same() -> None:
    with SILENT.task("work", 3) as task:
        task.update(2)
    assert list(track(SILENT, "work", range(3))) == [0, 1, 2]
