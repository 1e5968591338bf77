"""What coders make of an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff import build, load
from standoff.addons.coding.pool import AUTHOR, POOLED, pool
from standoff.addons.coding.sections.pool import blocks
from standoff.analysis.paired import outcome_values
from standoff.engine.session import session
from standoff.errors import DataError
from tests.unit.addons.coding.test_sheet import CASE, CELLS, filled

DRAWS = 256
RISK = ("CHN", "wider_war", "troops")
PATH = "choices.CHN.reasons.wider_war.risk.troops"


def test_answers_are_those_of_the_codes_and_the_largest_disagreement_comes_first(tmp_path: Path) -> None:
    low = {cell.key: 0.0 for cell in CELLS if cell.low <= 0} | {RISK: 0.1}
    high = low | {RISK: 0.9, CELLS[1].key: 0.05}
    pooled = pool(CASE, [filled(tmp_path / "ann.xlsx", low), filled(tmp_path / "bob.xlsx", high)], draws=DRAWS)
    model = build(load(CASE))
    question = model.plan.question(model.plan.main_question)
    paths = {cell.key: cell.path for cell in CELLS}
    with session(model) as warm:
        for coder, codes in (("ann", low), ("bob", high)):
            run = warm.move(beliefs={paths[key]: code for key, code in codes.items()}, draws=DRAWS)
            told = next(item for item in pooled.answers if item.coder == coder)
            assert told.after == outcome_values(run, question).mean() and told.cells == len(codes)
        runs = [warm.move(beliefs={PATH: code}, draws=DRAWS) for code in (0.1, 0.9)]
        change = outcome_values(runs[1], question).mean() - outcome_values(runs[0], question).mean()
    first = pooled.disagreements[0]
    assert (
        (first.choice, first.row, first.option) == RISK and first.change == pytest.approx(change) and first.change < 0
    )
    assert (first.low, first.lowest, first.high, first.highest) == (0.1, "ann", 0.9, "bob")
    assert [item.coder for item in pooled.answers] == [AUTHOR, "ann", "bob", POOLED]
    assert pooled.shared == len(low) and pooled.cells == len(CELLS)
    assert pooled.table[PATH] == "0 to 1" and pooled.table[CELLS[0].path] == "0"


def test_one_coder_is_read_alone_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    one = filled(tmp_path / "ann.xlsx", {RISK: 0.9})
    pooled = pool(CASE, [one], draws=DRAWS)
    assert [item.coder for item in pooled.answers] == [AUTHOR, "ann"] and not pooled.coders and not pooled.disagreements
    with pytest.raises(DataError):
        pool(CASE, [one, one], draws=DRAWS)


def test_of_three_coders_one_who_says_none_too_often_is_outvoted(tmp_path: Path) -> None:
    keys = [cell.key for cell in CELLS if cell.low <= 0]
    codes = {key: 0.4 if place % 2 else 0.0 for place, key in enumerate(keys)}
    shy = dict.fromkeys(keys, 0.0)
    sheets = [filled(tmp_path / f"{name}.xlsx", of) for name, of in (("ann", codes), ("bob", codes), ("cy", shy))]
    pooled = pool(CASE, sheets, draws=DRAWS)
    none, some, full = next(item.rates for item in pooled.errors if item.coder == "cy")
    assert none[0] > 0.9 and some[0] > 0.8, "says none, whatever is true"
    assert full == pytest.approx((1 / 8, 1 / 8, 3 / 4), abs=0.1), "nobody says full: what was assumed"
    paths = {cell.key: cell.path for cell in CELLS}
    assert pooled.table[paths[keys[0]]] == "0" and pooled.table[paths[keys[1]]] == "0 to 0.6"
    assert "Error rates" in str(blocks(pooled))


def test_of_three_coders_one_who_says_some_where_two_say_none_leaves_none(tmp_path: Path) -> None:
    keys = [cell.key for cell in CELLS if cell.low <= 0]
    codes = {key: 0.4 if place % 2 else 0.0 for place, key in enumerate(keys)}
    sheets = [
        filled(tmp_path / f"{name}.xlsx", of)
        for name, of in (("ann", codes), ("bob", codes), ("cy", codes | {keys[0]: 0.3}))
    ]
    assert pool(CASE, sheets, draws=DRAWS).table[next(cell.path for cell in CELLS if cell.key == keys[0])] == "0"
