"""What an observation imposes: one number for a day, never a bound in the place of one, and nothing in silence."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.errors import ModelError
from standoff.ledger import Claim, Ledger
from standoff.plan import Plan, plan
from standoff.scenario import load_text

CASE = """
title: t
as_of: 2024-06
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks:
  losses: {unit: person, initial: 0 @assumption}
observations:
  losses: {claims: {quantity: losses}, scale: 1 @assumptionMORE}
"""


def claim(name: str, value: float | tuple[float, float], comparator: str = "exact", day: str = "2024-03-31") -> Claim:
    number = {"value": value} if not isinstance(value, tuple) else {"low": value[0], "high": value[1]}
    data: dict[str, Any] = {
        "id": name,
        "subject": "AAA",
        "quantity": "losses",
        **number,
        "unit": "person",
        "comparator": comparator,
        "as_of": day,
        "published": "2024-06-01",
        "speaker": "an office",
        "side": "neutral",
        "source": {"title": "a report"},
        "basis": "found",
        "status": "accepted",
    }
    return Claim.parse(data)


ENDS = (claim("first", 100, day="2024-01-31"), claim("last", 500, day="2024-05-31"))


def planned(*claims: Claim, more: str = "", ends: tuple[Claim, ...] = ENDS) -> Plan:
    text = CASE.replace("MORE", f", {more}" if more else "")
    return plan(load_text(text, "case.yaml"), Ledger((*ends, *claims)))


def imposed(found: Plan) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    return found.observations[0].values[:5], found.observations[0].claims


@pytest.mark.parametrize(
    ("value", "comparator", "number"),
    [(240, "exact", 240), (240, "about", 240), ((200, 280), "range", 240), (240, "nearly", 228)],
)
def test_a_number_is_imposed_as_its_words_mean_it(value: Any, comparator: str, number: float) -> None:
    values, used = imposed(planned(claim("mid", value, comparator)))
    assert values == pytest.approx(
        (100, (100 + number) / 2, number, (number + 500) / 2, 500), rel=0.03
    )  # months differ
    assert values[2] == pytest.approx(number) and set(used) == {"first", "mid", "last"}


@pytest.mark.parametrize("comparator", ["over", "at_least", "at_most"])
def test_a_bound_is_no_value(comparator: str) -> None:
    plain = planned()
    kept = {"over": 200, "at_least": 200, "at_most": 400}[comparator]
    found = planned(claim("bound", kept, comparator))
    assert imposed(found) == imposed(plain) and found.warnings == ()
    broken = planned(claim("bound", 600 - kept, comparator))
    assert imposed(broken) == imposed(plain)
    (warning,) = broken.warnings
    assert warning.startswith("observations.losses: ") and "violates `bound` (" in warning


def test_a_bound_where_nothing_else_is_known_is_told_and_may_be_taken_for_its_number() -> None:
    bound = claim("bound", 240, "over")
    alone = planned(bound, ends=())
    assert imposed(alone) == ((None,) * 5, ())
    assert "`bound` (over 240 person)" in alone.warnings[0]
    taken = planned(bound, ends=(), more="bounds: value")
    assert imposed(taken)[0][2] == 240 and imposed(taken)[1] == ("bound",) and taken.warnings == ()


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_numbers_for_a_day_that_agree_the_more_exact_counts(order: int) -> None:
    for other in (claim("near", 250, "about"), claim("near", (200, 300), "range"), claim("near", 250, "nearly")):
        values, used = imposed(planned(*(claim("mid", 240), other)[::order]))
        assert values[2] == 240 and "near" not in used
    values, used = imposed(planned(*(claim("mid", 240), claim("near", 200, "over"))[::order], more="bounds: value"))
    assert values[2] == 240 and "near" not in used


@pytest.mark.parametrize("order", [1, -1])
def test_two_numbers_for_a_day_that_differ_are_refused_until_one_is_preferred(order: int) -> None:
    pair = (claim("mid", 240), claim("recount", 260))[::order]
    with pytest.raises(ModelError) as caught:
        planned(*pair)
    (problem,) = caught.value.problems
    assert problem.what.startswith("claims about 2024-03-31 differ: ") and problem.where == "case.yaml:11"
    assert "`mid` 240 person" in problem.what and "`recount` 260 person" in problem.what and "prefer" in problem.fix
    for name, number in (("mid", 240), ("recount", 260)):
        values, used = imposed(planned(*pair, more=f"prefer: {name}"))
        assert values[2] == number and set(used) == {"first", name, "last"}


def test_what_is_preferred_must_be_there() -> None:
    with pytest.raises(ModelError, match="`recont` is not one of the matching claims") as caught:
        planned(claim("recount", 260), more="prefer: recont")
    assert caught.value.problems[0].fix == "did you mean `recount`?"
