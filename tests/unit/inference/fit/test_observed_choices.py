"""Observed choices of actors whose options are restricted."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from standoff.inference.fit import log_density
from tests.unit.inference import toy


@pytest.mark.slow
def test_dates_at_which_an_actor_is_bound_say_nothing_and_closed_options_have_no_share() -> None:
    restricted = {
        "AAA": {"options": {"press": {"irreversible": True}}},
        "BBB": {"options": {"punish": {"when": "fear > 0.9 @assumption"}, "plead": {"lasts": "6 months"}}},
    }
    with jax.enable_x64(True):
        looked = log_density.target(toy.model(choices=restricted))
        path = looked.window.path(np.zeros((looked.size, 1)))
        p = np.exp(np.asarray(looked.options.log_p(path.params, path.cells)))[..., 0]
    seen = {item.choice: item for item in looked.options.with_gradient}
    assert (len(seen[0].picked), len(seen[1].picked)) == (2, 4)  # AAA presses from July on, two of four dates after it
    rows = looked.window.program.rows_of[1]
    share = p[list(seen[1].dates)][:, rows]
    assert np.allclose(share.sum(axis=1), 1) and (share[:, 0] < 1e-29).all() and (share[:, 1:] > 0.01).all()
    bound = p[len(p) - 1][looked.window.program.rows_of[0]]
    assert np.allclose(bound, [1.0, 0.0])
