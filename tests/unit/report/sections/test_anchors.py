"""Anchors in words."""

from __future__ import annotations

from standoff.analysis import AnchorEffect
from standoff.report.document import TableBlock, plain
from standoff.report.sections import anchors


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
    sentence = anchors.sentence(effect(0.05))
    assert "arms or troops" in sentence and "2027-12" in sentence
    assert "12 % → 5.0 %" in sentence and "(−7.0 points)" in sentence
    assert "+8 points" in anchors.sentence(effect(0.2, 0.01))


def test_what_chance_can_explain_is_no_change() -> None:
    assert anchors.change(effect(0.125)) == anchors.UNCLEAR
    assert "points" not in anchors.sentence(effect(0.125))


def test_a_part_of_the_report_has_a_row_for_each_anchor() -> None:
    table = anchors.part([effect(0.05)]).blocks[-1]
    assert isinstance(table, TableBlock)
    assert tuple(map(plain, table.rows[0][1:])) == ("12 %", "5.0 %", "−7.0", "−1.2", "× 0.29", "a-claim")
    assert len(table.heads) == len(table.rows[0])
