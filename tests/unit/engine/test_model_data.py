"""Models as data: another process builds the same model, or refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.engine.build import case_of, model_of
from standoff.engine.parameters import with_posterior
from standoff.errors import RunError


def same(one, other):
    assert one.hash == other.hash and one.layout == other.layout
    for name, a, b in zip(one.table._fields, one.table, other.table, strict=True):
        np.testing.assert_array_equal(a, b, err_msg=name)


def test_a_model_comes_back(world):
    same(world(), model_of(case_of(world())))


def test_a_posterior_comes_back(world):
    model = world()
    fitted = model.layout.varying[:2]
    layout, table = with_posterior(model.layout, model.table, fitted, np.arange(6.0).reshape(3, 2))
    model = replace(model, layout=layout, table=table, posterior="digest", posterior_note="2 numbers")
    back = model_of(case_of(model))
    same(model, back)
    assert back.posterior_note == "2 numbers"


def test_another_model_than_the_one_that_was_sent_is_refused(calm):
    with pytest.raises(RunError, match="not the one of the job"):
        model_of(replace(case_of(calm()), expected="0" * 64))
