"""Responses are JSON whatever they hold, and errors have their status."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from standoff.addons.explorer.responses import JsonResponse, NotReady, UnknownName, plain, respond
from standoff.engine.session import Interruption
from standoff.errors import ModelError, Problem, StandoffError


@dataclass(frozen=True)
class _Record:
    value: float
    rows: tuple[float, ...]


def test_numbers_have_six_digits_and_what_is_not_finite_is_null() -> None:
    record = _Record(1 / 3, (float("nan"), 2.0, 1e300, 123456.78, -0.00012345678))
    assert plain(record) == {"value": 0.333333, "rows": [None, 2, 1e300, 123457, -0.000123457]}
    assert plain([record, np.float32(2.5), np.array([1, 2]), True, None, "x"])[1:] == [2.5, [1, 2], True, None, "x"]


def test_an_incomplete_character_is_escaped() -> None:
    assert json.loads(JsonResponse({"text": "é \ud800"}).body) == {"text": "é \ud800"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ModelError(Problem("wrong", "here", "path", "this")), 400),
        (NotReady("wait"), 409),
        (UnknownName("what"), 404),
        (Interruption("superseded"), 409),
    ],
)
def test_errors_have_a_status_and_say_what_is_allowed(error: StandoffError, status: int) -> None:
    def work() -> None:
        raise error

    response = respond(work)
    (problem,) = json.loads(response.body)["problems"]
    assert response.status_code == status and problem
    if status == 400:
        assert all(word in problem for word in ("here", "path", "wrong", "this"))
