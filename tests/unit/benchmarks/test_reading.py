"""The labelled sentences of reading: enough of them, well formed, and read better than by plain expressions."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks import reading as bench


@pytest.fixture(scope="module")
def sets() -> dict[str, Any]:
    return {name: bench.gold_sets.load(path) for name, path in bench.gold_sets.SETS.items()}


def test_there_are_enough_sentences_and_traps_and_none_twice(sets: dict[str, Any]) -> None:
    every = [one for each in sets.values() for one in each]
    assert sum(not one.trap for one in every) >= 150 and sum(one.trap for one in every) >= 40
    assert len({one.text for one in every}) == len(every)


@pytest.mark.parametrize("name", ["held out", "long"])
def test_each_slot_is_read_better_than_by_plain_expressions(sets: dict[str, Any], name: str) -> None:
    mine, plain = (bench.counted(sets[name], reader) for reader in (bench.ours, bench.reading_plain.read))
    for slot in bench.gold_sets.SLOTS:
        f1 = [
            2 * c[slot]["right"] / (2 * c[slot]["right"] + c[slot]["wrong"] + c[slot]["missed"]) for c in (mine, plain)
        ]
        assert f1[0] > f1[1] and f1[0] > 0.55, (slot, f1)


def test_traps_are_passed(sets: dict[str, Any]) -> None:
    for name, least in (("tuned", 20), ("held out", 16)):
        passed, count = bench.trapped(sets[name], bench.ours)
        assert count == 20 and passed >= least


def test_the_page_holds_the_figures_of_the_rules(sets: dict[str, Any]) -> None:
    page = bench.PAGE.read_text(encoding="utf-8")
    for sentences in sets.values():
        for line in bench.table(sentences):
            assert line in page, "stale: run `python -m benchmarks.reading --write`"
