"""Variants in the same futures: differences that are known, and processes that add up to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from standoff import catalog
from standoff.analysis.compare_variants import Comparison, _has, compare
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.errors import ModelError
from standoff.report.backends import markdown
from standoff.report.document import Block, TableBlock
from standoff.report.sections import compare as compared
from tests import closed_form

DRAWS = 2000


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    names = ("base", "word-is-talk", "red-spends-more")
    return {name: build(*catalog.load("closed-form", "" if name == "base" else name)) for name in names}


@pytest.fixture(scope="module")
def found(models: dict[str, Model]) -> Comparison:
    return compare(models, draws=DRAWS, seed=4)


def written(blocks: Sequence[Block]) -> str:
    return markdown.render(blocks).decode()


def change(found: Comparison, question: str, variant: str):
    asked = next(item for item in found.questions if item.id == question)
    return next(item for item in asked.changes if item.variant == variant)


def test_the_change_is_the_closed_form_and_pairs_make_it_exact(found: Comparison) -> None:
    known = closed_form.acts(word=0.0) - closed_form.acts()
    got = change(found, "acts", "word-is-talk")
    assert abs(got.change - known) < 4 * got.mc_error
    assert got.interval[0] < got.change < got.interval[1] and got.turned is not None
    assert got.turned[1] == 0  # a word less never makes it wait
    alone = np.sqrt(2 * known * (1 - known) / DRAWS) + np.sqrt(0.25 / DRAWS)
    assert got.mc_error < alone  # two runs that are not paired would leave more


def test_the_number_of_a_quantity_is_its_answer(found: Comparison) -> None:
    numbers = [item for item in found.questions if item.kind in {"quantity", "rank"}]
    assert numbers
    for item in numbers:
        assert item.value == pytest.approx(item.base.number)
        assert [change.value for change in item.changes] == pytest.approx(
            [change.answer.number for change in item.changes]
        )
        assert all(change.change == pytest.approx(change.value - item.value) for change in item.changes)


def test_what_does_not_depend_on_the_change_does_not_move(found: Comparison) -> None:
    got = change(found, "acts", "red-spends-more")
    assert got.change == 0 and got.turned == (0, 0)


def test_processes_add_up_to_the_change_of_a_stock_at_every_date(found: Comparison) -> None:
    assert {item.stock for item in found.moved if item.variant == "red-spends-more"} == {"money.RED"}
    for item in found.moved:
        for n in range(len(item.dates) - 1):
            shown = sum(process.by[n] for process in item.processes)
            assert shown + item.before == pytest.approx(
                item.changes[n], abs=1e-3 * max(1, abs(item.changes[n])) + abs(item.rest)
            )
        total = sum(process.total for process in item.processes)
        assert total + item.rest + item.before == pytest.approx(item.change, abs=1e-3 * max(1.0, abs(total)))
    money = next(item for item in found.moved if item.stock == "money.RED")
    spending = next(process for process in money.processes if process.part == "spending_red")
    assert spending.by[0] == pytest.approx(-0.5 * 12, rel=1e-4)  # half a billion a month more, in every future


def test_the_reason_that_changed_is_the_only_one_that_weighs_otherwise(found: Comparison) -> None:
    assert [(item.variant, item.reason) for item in found.reasons] == [("word-is-talk", "word")]
    assert found.reasons[0].log_odds == pytest.approx(0.5) and found.reasons[0].mc_error < 1e-6


def test_it_reads_and_every_table_is_whole(found: Comparison) -> None:
    made = compared.blocks(found)
    text = written(made)
    assert "by spending red" in text and "Money, Red," in text
    assert "Its word binds" in text and "no clear change" in text
    for block in made:
        if isinstance(block, TableBlock):
            assert all(len(row) == len(block.columns) for row in block.rows)


def test_a_reason_whose_change_rounds_to_nothing_has_no_row(found: Comparison) -> None:
    still = replace(found.reasons[0], reason="gain", text="What it would bring", log_odds=0.0004, mc_error=0.0001)
    grids = [
        block
        for block in compared.blocks(replace(found, reasons=(found.reasons[0], still)))
        if isinstance(block, TableBlock) and block.heads[0] == "reason"
    ]
    assert [[row[0] for row in grid.rows] for grid in grids] == [[found.reasons[0].text]]
    alone = compared.blocks(replace(found, reasons=(still,)))
    assert not any(isinstance(block, TableBlock) and block.heads[0] == "reason" for block in alone)


def test_a_row_in_which_both_answers_read_the_same_is_counted_and_not_shown(found: Comparison) -> None:
    first = found.questions[0]
    held = replace(first, kind="event", value=0.281, mc_error=0.01, unit="")
    change = replace(first.changes[0], value=0.284, change=0.003, mc_error=0.0005, size=0.02, interval=(0.002, 0.004))
    for by in (0.0005, 0.013):  # of an answer of 38.3 %
        changes = (replace(change, change=by),) * len(found.variants)
        other = replace(held, id="other", text="Other", changes=changes)
        text = markdown.render(compared.blocks(replace(found, questions=(first, other), moved=(), reasons=()))).decode()
        assert ("| Other" in text) == (by == 0.013), "answers are the base with the change added"
        assert ("1 more question" in text) == (by == 0.0005)


def test_probabilities_of_a_choice_are_told_apart(found: Comparison) -> None:
    first = found.questions[0]
    change = replace(first.changes[0], value=0.291, change=0.01, mc_error=0.004, interval=(0.004, 0.016))
    item = replace(first, kind="event", value=0.281, mc_error=0.004, unit="", changes=(change,) * len(found.variants))
    weighed = replace(found.reasons[0], probability=(0.278, 0.284))
    text = markdown.render(compared.blocks(replace(found, questions=(item,), reasons=(weighed,), moved=()))).decode()
    assert "28.4 % instead of 27.8 %" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_what_cannot_be_compared(models: dict[str, Model]) -> None:
    with pytest.raises(ModelError, match="only one model to compare, `base`"):
        compare({"base": models["base"]})
    with pytest.raises(ModelError, match=r"there is no stock `mony\.RED`"):
        compare(models, draws=2, stocks=("mony.RED",))


def test_a_question_that_only_one_asks_is_not_the_same(models: dict[str, Model]) -> None:
    plan = models["base"].plan
    assert all(_has(models["word-is-talk"].plan, item) for item in plan.questions)
    assert not _has(replace(plan, questions=plan.questions[1:]), plan.questions[0])
    assert not _has(replace(plan, questions=(replace(plan.questions[0], state=9),)), plan.questions[0])
