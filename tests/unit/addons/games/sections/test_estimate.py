"""Estimates as data and as blocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.addons.games.estimate.estimate import StrategicEstimate, estimate
from standoff.addons.games.sections.estimate import blocks, data
from standoff.report.document import Notice, TableBlock
from tests.oracles.strategic_choice import table


@pytest.fixture(scope="module")
def result() -> StrategicEstimate:
    return estimate(table("egame12"), "y ~ x1 | 0 | x2 - 1 | x3", scale="x4 - 1")


def tables(result: StrategicEstimate) -> list[TableBlock]:
    return [block for block in blocks(result) if isinstance(block, TableBlock)]


def test_utilities_are_named_once_and_zeros_are_shown(result: StrategicEstimate) -> None:
    rows = tables(result)[1].rows
    assert [row[0] for row in rows] == ["u1(1)", "", "u1(2)", "u1(3)", "u2(3)", "", "log(sigma)"]
    assert rows[2][1:3] == ["fixed", "0"]
    assert [row[1] for row in rows] == ["(Intercept)", "x1", "fixed", "x2", "(Intercept)", "x3", "x4"]


def test_numbers_that_are_not_known_stay_empty(result: StrategicEstimate) -> None:
    unknown = replace(result, standard_errors=np.full(6, np.nan), converged=False, warnings=("no estimate",))
    assert set(tables(unknown)[1].rows[0][3:]) == {""}
    assert [block for block in blocks(unknown) if isinstance(block, Notice)] == [Notice("warning: no estimate")]
    assert data(unknown)["coefficients"][0]["standard_error"] is None


def test_shares_and_fit(result: StrategicEstimate) -> None:
    plain = data(result)
    assert [row["observed"] for row in plain["outcomes"]] == pytest.approx(np.bincount(result.observed) / 400)
    assert plain["log_likelihood"] == result.log_likelihood
    assert tables(result)[0].rows[0][:2] == ["1", "239"]


def test_profiles_are_data() -> None:
    profiled = estimate(table("egame12"), "y ~ x1 | 0 | x2 - 1 | x3", profile=True)
    plain = data(profiled)["profiles"]
    assert [row["term"] for row in plain] == list(profiled.terms)
    assert max(max(row["log_likelihoods"]) for row in plain) < profiled.log_likelihood
    assert len(blocks(profiled)) == len(blocks(replace(profiled, profiles=()))) + 1
