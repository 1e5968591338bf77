"""The reasons behind an answer in words and tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from standoff import labels
from standoff.analysis import AnchorEffect
from standoff.analysis.quantity_of_interest import question_outcome
from standoff.analysis.reason_attribution import attributed
from standoff.report import belief_text, formatting
from standoff.report.document import Paragraph, TableBlock, plain
from standoff.report.sections import reason_attribution

if TYPE_CHECKING:
    from standoff.analysis.reason_attribution import ReasonAttribution
    from standoff.engine.run import Run


@pytest.fixture(scope="module")
def result(closed: Run) -> ReasonAttribution:
    made = attributed(closed, question_outcome(closed.model, "acts"), futures=800)
    assert made is not None
    return made


def test_the_sentences_have_the_numbers_of_the_finding(result: ReasonAttribution) -> None:
    text = reason_attribution.total(result)
    size = reason_attribution.points(-result.total, result.total_error).lstrip("+")
    assert f"{formatting.percent(result.without_all, result.answer_error)}" in text
    assert "3 reasons" in text and f"take away {size} points" in text
    deciding = reason_attribution.deciding(result.deciding[0])
    assert "“acts for a year” (Blue)" in deciding
    assert all(formatting.likelier(value) in deciding for value in result.deciding[0].sums)
    changes = {item.reason: reason_attribution.change(result, item) for item in reason_attribution.largest(result)}
    assert "” +" in changes["gain"] and "” −" in changes["cost"]
    assert all("without it" in text for text in changes.values())


def test_effects_are_added_to_the_answer_of_the_page(result: ReasonAttribution) -> None:
    (first, *_) = result.reasons
    told = reason_attribution.change(replace(result, point=0.5), replace(first, effect=0.2))
    assert told.endswith("without it 30 %.")
    assert reason_attribution.sample(result).count("%") == 0, "no other answer stands beside it"


def test_reasons_that_move_no_future_are_counted_and_not_shown(result: ReasonAttribution) -> None:
    idle = replace(result.reasons[-1], effect=0.0, mc_error=0.0, gained=0, lost=0)
    grid = next(
        block
        for block in reason_attribution.body(replace(result, reasons=(*result.reasons[:-1], idle)))
        if isinstance(block, TableBlock)
    )
    assert len(grid.rows) == 2
    assert "; 1 with" in grid.caption


def test_many_decision_dates_are_thinned_from_the_first_to_the_last(result: ReasonAttribution) -> None:
    (one,) = result.paths
    dates = tuple(f"20{n}-01" for n in range(10, 41))
    values = tuple(tuple(float(n) for n in range(31)) for _ in one.reasons)
    long = replace(one, dates=dates, futures=(1,) * 31, log_odds=values)
    grid = reason_attribution.body(replace(result, paths=(long,)))[-1]
    assert isinstance(grid, TableBlock)
    assert grid.heads == ("reason", *(dates[n] for n in (0, 6, 12, 18, 24, 30)))
    assert "6 of 31" in grid.caption
    assert tuple(map(plain, grid.rows[-1][1:])) == ("0.00", "+18.00", "+36.00", "+54.00", "+72.00", "+90.00")
    short = replace(long, dates=dates[:2], log_odds=tuple(value[:2] for value in values))
    grid = reason_attribution.body(replace(result, paths=(short,)))[-1]
    assert isinstance(grid, TableBlock) and grid.heads == ("reason", *dates[:2])


def test_shares_end_in_their_total(result: ReasonAttribution) -> None:
    _, grid, *_ = (block for block in reason_attribution.body(result) if isinstance(block, TableBlock))
    *rows, last = grid.rows
    assert tuple(map(plain, last)) == ("all reasons", "3", reason_attribution.points(result.total, result.total_error))
    assert len(rows) == 3


def test_an_answer_without_a_decision_says_so(result: ReasonAttribution) -> None:
    (only,) = reason_attribution.body(replace(result, choices=()))
    assert only == Paragraph(reason_attribution.NO_CHOICE)
    assert any(isinstance(block, TableBlock) for block in reason_attribution.body(result))


@pytest.mark.parametrize(
    ("effect", "error", "text"), [(0.1234, 0.01, "+12 ± 1"), (-0.0123, 0.002, "−1.2 ± 0.2"), (0.0, 0.0, "0.0 ± 0")]
)
def test_points_have_the_digits_of_their_error(effect: float, error: float, text: str) -> None:
    assert reason_attribution.points(effect, error) == text


def effect(posterior: float, error: float = 0.004) -> AnchorEffect:
    return AnchorEffect(
        choice="CHN",
        options=("arms", "troops"),
        question="",
        date="2027-12",
        prior=0.12,
        posterior=posterior,
        change=posterior - 0.12,
        shift=-1.234,
        monte_carlo=error,
        sources=("a-claim",),
    )


def test_the_change_is_in_points_with_the_digits_that_are_known() -> None:
    sentence = reason_attribution.anchor_sentence(effect(0.05))
    assert "arms or troops" in sentence and "2027-12" in sentence
    assert "12 % → 5.0 %" in sentence and "(−7.0 points)" in sentence
    assert "+8 points" in reason_attribution.anchor_sentence(effect(0.2, 0.01))


def test_what_chance_can_explain_is_no_change() -> None:
    assert belief_text.UNCLEAR in reason_attribution.anchor_sentence(effect(0.125))
    assert "points" not in reason_attribution.anchor_sentence(effect(0.125))


def test_a_part_of_the_report_has_a_row_for_each_anchor() -> None:
    table = reason_attribution.anchor_part([effect(0.05)]).blocks[-1]
    assert isinstance(table, TableBlock)
    assert tuple(map(plain, table.rows[0][1:])) == ("12 %", "5.0 %", "−7.0", "× 0.29", "a-claim")
    assert len(table.heads) == len(table.rows[0])


def test_what_nobody_has_stated_stands_apart_from_the_reasons(result: ReasonAttribution) -> None:
    """However large it is: behind them, and in a table of its own."""
    (first, *others) = sorted(result.reasons, key=lambda item: -abs(item.effect))
    constant = replace(first, text=first.text + labels.CONSTANT)
    mixed = replace(result, reasons=(*others, constant))
    assert reason_attribution.largest(mixed)[-1] == constant
    assert reason_attribution.change(mixed, constant).startswith(reason_attribution.LEFT_OVER)
    tables = [block for block in reason_attribution.body(mixed) if isinstance(block, TableBlock)]
    assert plain(tables[1].rows[0][0]) == constant.text and len(tables[1].rows) == 1
    assert constant.text not in [plain(row[0]) for row in tables[0].rows]
