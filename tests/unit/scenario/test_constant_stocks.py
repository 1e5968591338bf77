"""A stock that something reads and nothing moves is told, unless the analyst says that it is constant."""

from __future__ import annotations

import pytest

from standoff import catalog
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import load_text

CASE = """
title: t
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  fear: {unit: share, initial: 0.4 to 0.6 @assumption, cap: 1}
  arms: {unit: item, initial: {AAA: 3 @assumption, BBB: 4 @assumption}}
  unread: {unit: item, initial: 3 @assumption}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.1 1/month, volatility: 0.02, sources: assumption}
questions:
  q: {text: "?", quantity: arms.AAA + arms.BBB, at: 2024-12, resolution: x}
"""


def warnings(*changes: tuple[str, str]) -> tuple[str, ...]:
    text = CASE
    for right, wrong in changes:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    return plan(load_text(text, "case.yaml"), Ledger()).warnings


ARMS = "BBB: 4 @assumption}"


def test_a_stock_that_is_read_and_that_nothing_moves_is_told() -> None:
    (warning,) = warnings()
    assert warning.startswith("nothing changes arms.AAA, arms.BBB, ") and "questions.q" in warning
    assert "`constant: true` in stocks.arms" in warning
    (other,) = warnings((ARMS, f"{ARMS}, constant: [AAA]"))
    assert other.startswith("nothing changes arms.BBB, ")
    reading = warnings(
        (ARMS, f"{ARMS}, constant: true"), ("stock: fear,", "stock: fear, when: unread > 1 item @assumption,")
    )
    assert any(text.startswith("nothing changes unread, ") and "mechanisms.drift" in text for text in reading)


@pytest.mark.parametrize("value", ["true", "[AAA, BBB]"])
def test_a_stock_that_is_said_to_be_constant_is_not(value: str) -> None:
    assert warnings((ARMS, f"{ARMS}, constant: {value}")) == ()


def test_opinion_without_attrition_is_told_that_losses_do_not_grow() -> None:
    options = {"hold": {"effects": None}, "advance": {"effects": None}}  # they set what attrition has
    change = {"mechanisms": {"attrition": None}, "choices": {"USA": {"options": options}}, "consequences": None}
    loaded, ledger = catalog.load("korea-1950")
    told = plan(loaded.over(change), ledger).warnings
    (losses,) = [text for text in told if text.startswith("nothing changes losses.UNC")]
    assert "mechanisms.opinion" in losses


@pytest.mark.parametrize(
    ("right", "wrong", "what", "line"),
    [
        ("cap: 1}", "cap: 1, constant: true}", "`fear` is declared constant, but mechanisms.drift changes it", 9),
        (ARMS, f"{ARMS}, constant: CCC", "unknown holder `CCC`", 10),
    ],
)
def test_what_is_constant_must_be(right: str, wrong: str, what: str, line: int) -> None:
    with pytest.raises(ModelError) as caught:
        warnings((right, wrong))
    (problem,) = caught.value.problems
    assert (problem.what, problem.where) == (what, f"case.yaml:{line}")


@pytest.mark.parametrize("slug", catalog.slugs())
def test_the_catalogue_says_what_is_constant(slug: str) -> None:
    """What is told of the base: nothing, beside what all cases older than the decisions of history are told.

    In a case that goes on it is told of whose choices the ledger has been silent for long.
    """
    told = plan(*catalog.load(slug)).warnings
    silent = [text for text in told if "observed until as_of" in text]
    assert [text for text in told if "decisions of states" not in text and text not in silent] == []
    assert slug == "china-russia" or not silent
