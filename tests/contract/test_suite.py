"""The suite itself: tests stand where the modules stand, and what is slow is named with a reason."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import slow_tests

import standoff

HOME = Path(standoff.__file__).parent
TESTS = Path(__file__).parents[1]
#: tests of several modules together, under tests/unit; the first line of each says of what
ACROSS = {
    "analysis/test_faced_game.py",
    "analysis/test_forecasts.py",
    "analysis/test_on_posterior.py",
    "benchmarks/test_crises.py",
    "benchmarks/test_hindcast.py",
    "benchmarks/test_reading.py",
    "benchmarks/test_theories.py",
    "catalog/test_article.py",
    "catalog/test_closed_form.py",
    "catalog/test_korea.py",
    "catalog/test_posterior.py",
    "catalog/test_series.py",
    "cli/test_comparing.py",
    "cli/test_reading.py",
    "cli/test_running.py",
    "connectors/test_cache.py",
    "connectors/test_fetch.py",
    "connectors/test_hostile.py",
    "connectors/test_parse.py",
    "connectors/test_real.py",
    "connectors/test_session.py",
    "considerations/test_every_consideration.py",
    "engine/test_games.py",
    "engine/test_held.py",
    "engine/test_history.py",
    "engine/test_occasions.py",
    "engine/test_twin.py",
    "evaluation/hindcast/test_leaks.py",
    "games/test_textbook.py",
    "ledger/test_ledger_docs.py",
    "plan/test_plan.py",
    "reading/test_article.py",
    "reading/test_cases.py",
    "reading/test_verdicts.py",
    "report/test_fitted_numbers.py",
    "report/test_notebook.py",
    "report/test_planted.py",
    "report/test_walk.py",
    "scenario/test_constant_stocks.py",
    "scenario/test_ranges.py",
    "theories/test_theories.py",
}


def test_every_unit_test_stands_where_its_module_stands() -> None:
    wrong = []
    for file in sorted((TESTS / "unit").rglob("test_*.py")):
        place = file.relative_to(TESTS / "unit")
        module = HOME / place.parent / place.name.removeprefix("test_")
        package = module.with_suffix("")
        private = module.with_name(f"_{module.name}")
        if not (module.exists() or private.exists() or package.is_dir() or str(place) in ACROSS):
            wrong.append(str(place))
    assert wrong == []


def test_files_that_mirror_no_module_say_what_they_are_about() -> None:
    for name in ACROSS:
        assert (TESTS / "unit" / name).read_text(encoding="utf-8").startswith('"""'), name


def test_what_is_slow_exists_and_has_a_reason() -> None:
    for name, reason in slow_tests().items():
        file, _, function = name.partition("::")
        text = (TESTS / file).read_text(encoding="utf-8")
        assert not function or re.search(rf"def {function.partition('[')[0]}\(", text), name
        assert len(reason.split()) > 3
