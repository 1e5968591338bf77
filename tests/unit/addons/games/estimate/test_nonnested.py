"""Tests of rival models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from standoff.addons.games.estimate.nonnested import clarke, compare, vuong
from standoff.errors import StandoffError
from tests.oracles.strategic_choice import table

GOOD, BAD = "y ~ x1 | 0 | x2 - 1 | x3", "y ~ x1 + x6 | 0 | x5 - 1 | x4 + x7"


def test_the_true_model_is_preferred() -> None:
    first, second, tests = compare(table("egame12"), GOOD, BAD)
    assert [test.preferred for test in tests] == [1, 1]
    assert max(test.p_value for test in tests) < 1e-4
    back = vuong(second, first)
    assert (back.statistic, back.preferred) == (pytest.approx(-tests[0].statistic), 2)


def test_statistics_by_definition() -> None:
    first, second, _ = compare(table("egame12"), GOOD, BAD)
    each = first.log_likelihoods - second.log_likelihoods + 2 * np.log(400) / 2 / 400  # two coefficients fewer
    z = each.sum() / np.sqrt(400 * each.var())
    assert vuong(first, second).statistic == pytest.approx(z)
    assert vuong(first, second).p_value == pytest.approx(2 * norm.sf(abs(z)))
    sign = clarke(first, second)
    assert sign.statistic == (each > 0).sum()
    assert sign.p_value == pytest.approx(binomtest(int(sign.statistic), 400).pvalue)


def test_both_use_the_rows_that_are_complete_for_both() -> None:
    data = table("egame12")
    hole = {**data, "x7": [None] * 20 + list(data["x7"][20:])}
    first, second, _ = compare(hole, GOOD, BAD, drop_missing=True)
    assert len(first.rows) == len(second.rows) == 380
    with pytest.raises(StandoffError):
        vuong(first, replace(second, rows=second.rows + 1))


def test_a_model_against_itself() -> None:
    first, _, _ = compare(table("egame12"), GOOD, BAD)
    with pytest.raises(StandoffError):
        vuong(first, first)
