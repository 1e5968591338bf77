"""The suite itself: tests stand where the modules stand, and what is slow is named with a reason."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from tests import shards
from tests.conftest import slow_tests

import standoff

HOME = Path(standoff.__file__).parent
TESTS = Path(__file__).parents[1]
#: tests of several modules together, under tests/unit; the first line of each says of what
ACROSS = {
    "analysis/test_on_posterior.py",
    "catalog/test_article.py",
    "catalog/test_closed_form.py",
    "catalog/test_declared_units.py",
    "catalog/test_exhaustion_limits.py",
    "catalog/test_korea.py",
    "catalog/test_series.py",
    "cli/test_comparing.py",
    "engine/test_consequences.py",
    "engine/test_learning.py",
    "cli/test_reading.py",
    "cli/test_running.py",
    "addons/data/connectors/test_fetch.py",
    "addons/data/connectors/test_hostile.py",
    "addons/data/connectors/test_parse.py",
    "addons/data/connectors/test_real.py",
    "considerations/test_every_consideration.py",
    "engine/test_condition_numbers.py",
    "engine/test_design.py",
    "engine/test_failure.py",
    "engine/test_games.py",
    "engine/test_held.py",
    "engine/test_history.py",
    "engine/test_model_data.py",
    "engine/test_occasions.py",
    "engine/test_option_availability.py",
    "engine/test_twin.py",
    "evaluation/hindcast/test_leaks.py",
    "ledger/test_ledger_docs.py",
    "plan/test_plan.py",
    "theories/test_weights.py",
    "addons/reading/test_article.py",
    "addons/reading/test_cases.py",
    "report/test_fitted_numbers.py",
    "report/test_notebook.py",
    "report/test_planted.py",
    "report/test_walk.py",
    "scenario/test_constant_stocks.py",
    "plan/test_constants.py",
    "plan/test_entry_numbers.py",
    "plan/test_option_restrictions.py",
    "plan/test_rollout_cost.py",
    "plan/test_same_number.py",
    "questions/test_base_rate.py",
    "scenario/test_base_rate.py",
    "scenario/test_held_options.py",
    "scenario/test_ladder.py",
}
#: files whose asserts may hold a sentence: the golden text of a layout, or words of the test's own data
GOLDEN_TEXTS = {
    "unit/ledger/test_conflicts.py",  # the text of a conflict
    "unit/report/sections/test_main_answer.py",  # a question of the test's scenario
    "unit/report/test_outputs.py",  # a rule of the style sheet
    "unit/test_errors.py",  # the layout of a problem
    "unit/theories/test_best_response.py",  # the sentence of a theory
    "unit/theories/test_cognitive_hierarchy.py",
    "unit/theories/test_satisficing.py",
}
SENTENCE = 5  #: words
COMPARISONS = {"startswith", "endswith", "index", "count", "search", "match"}


def compared_texts(node: ast.AST) -> Iterator[str]:
    """Texts that an expression compares with; not those that it passes to what is tested."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call):
        yield from compared_texts(node.func)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        for argument in node.args if name in {*COMPARISONS, "any", "all"} else ():
            yield from compared_texts(argument)
    else:
        for child in ast.iter_child_nodes(node):
            yield from compared_texts(child)


def pinned_sentences(source: str) -> list[str]:
    """English sentences in the asserts of a test."""
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    return [
        text
        for node in asserts
        for text in compared_texts(node.test)
        if min(len(text.split()), len(re.findall("[A-Za-z]{2,}", text))) >= SENTENCE
    ]


def test_asserts_pin_keys_and_numbers_not_sentences() -> None:
    found = {
        str(file.relative_to(TESTS)): texts
        for file in sorted(TESTS.rglob("*.py"))
        if (texts := pinned_sentences(file.read_text(encoding="utf-8")))
    }
    assert {name: found[name] for name in found.keys() - GOLDEN_TEXTS} == {}
    assert found.keys() >= GOLDEN_TEXTS, "and the list holds no more than it must"


def test_a_pinned_sentence_is_noticed() -> None:
    assert pinned_sentences('assert told == f"{x}: nobody knows why this happens"') != []
    assert pinned_sentences('assert any("nobody knows why this happens" in t for t in told)') != []
    assert pinned_sentences('assert read("nobody knows why this happens").kind == "text"') == []


def test_every_unit_test_stands_where_its_module_stands() -> None:
    wrong = []
    for file in sorted((TESTS / "unit").rglob("test_*.py")):
        place = file.relative_to(TESTS / "unit")
        home = TESTS.parent if place.parts[0] == "benchmarks" else HOME
        module = home / place.parent / place.name.removeprefix("test_")
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
        assert ("[" in name) == name.endswith("]"), "parameters have no spaces"
        assert len(reason.split()) > 3


def test_every_landing_has_its_shard_and_the_table_is_read_as_it_is_written() -> None:
    assert 1 <= shards.turn() <= shards.SHARDS
    row = shards.Row(
        2, "browser.test_try", "golden.test_catalog", 80, 512, "red: test_a, test_b[x]", "0a1b2c3d and changes"
    )
    assert shards.rows(f"{shards.HEAD}| {' | '.join(map(str, row))} |\n") == {2: row}


def test_recorded_durations_fit_the_shards() -> None:
    """On two cores, with a fifth to spare for what a shard compiles and begins."""
    durations = json.loads(shards.DURATIONS.read_text(encoding="utf-8"))
    assert max(durations.values()) < shards.LONGEST / 2
    assert sum(durations.values()) / 2 / shards.SHARDS < 0.8 * shards.LONGEST
