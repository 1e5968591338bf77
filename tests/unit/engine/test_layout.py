"""What a run keeps of each draw: conditions of one form are read together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff import expression
from standoff.engine.simulate import simulate

if TYPE_CHECKING:
    from standoff.engine.model import Model

FORMS: dict[str, dict[str, Any]] = {
    "event": {"event": "{stock} > {number}", "by": "2024-{month:02d}"},
    "until": {"until": "{stock} < {number} or fear > 0.9", "by": "2024-{month:02d}"},
    "quantity": {"quantity": "{stock} * {number} + calm ^ 2", "at": "2024-{month:02d}"},
    "ratio": {"event": "{number} / {stock} > 1.5", "by": "2024-{month:02d}"},
}


def questions(count: int) -> dict[str, Any]:
    """`count` questions of each form, which differ in their stock, number and month."""
    return {
        f"{form}{n}": {"text": "?", "resolution": "x"}
        | {
            key: value.format(stock=("fear", "calm")[n % 2], number=round(0.1 + 0.8 * n / count, 3), month=2 + n % 11)
            for key, value in keys.items()
        }
        for form, keys in FORMS.items()
        for n in range(count)
    }


def test_as_many_programs_are_made_as_there_are_forms(calm: Callable[..., Model]) -> None:
    few, many = (calm({"questions": questions(count)}).program for count in (4, 200))
    assert len(many.groups) == len(few.groups) == len(FORMS)
    assert sorted(row for group in many.groups for row in group.rows) == list(range(len(many.of_states)))


def test_a_number_is_what_it_is_where_it_is_asked_alone(calm: Callable[..., Model]) -> None:
    every = questions(6)
    together = simulate(calm({"questions": every}), draws=64, seed=1)
    for name in ("event3", "until2", "quantity2", "ratio4"):
        alone = simulate(calm({"questions": {name: every[name]}}), draws=64, seed=1)
        np.testing.assert_array_equal(together.answer(name), alone.answer(name))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a > 3 and b < 2", ("a", 3.0, "b", 2.0)),
        ("-(a + 1)", ("a", 1.0)),
        ("a ^ 2 > b", ("a", "b")),  # a constant exponent stays in the template
        ("not X in [go]", ()),
    ],
)
def test_a_template_takes_out_numbers_and_stocks(text: str, terms: tuple[float | str, ...]) -> None:
    node = expression.parse(text)
    form, found = expression.template(node)
    assert found == terms
    values = {f"#{n}": (2.5 if isinstance(term, str) else term) for n, term in enumerate(found)}
    direct = expression.evaluate(node, lambda name: 2.5, lambda condition: True, np)
    assert direct == expression.evaluate(form, values.__getitem__, lambda condition: True, np)
