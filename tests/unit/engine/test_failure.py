"""A draw that breaks is counted with its date and left out; the others do not notice."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from standoff import parts, registry
from standoff.analysis import answer
from standoff.engine.plan import part
from standoff.engine.simulate import simulate
from standoff.errors import RunError


class Params(parts.Params):
    stock: str = parts.role("the stock", of="stock")
    limit: parts.Scalar = parts.param("what it bears", unit="1", source="assumption")


def flows(p: Params, s: parts.State, t: parts.Time, z: parts.Noise) -> parts.Flows:
    """The logarithm of a number below zero once the stock is past its limit."""
    return {p.stock: 0.1 + parts.jnp.log(p.limit - s[p.stock]) * 0}


BRITTLE = ModuleType("brittle")
BRITTLE.Params, BRITTLE.flows = Params, flows  # type: ignore[attr-defined]
BRITTLE.READS = BRITTLE.WRITES = {"{stock}": parts.stock("1")}  # type: ignore[attr-defined]


def change(limit: str) -> dict:
    return {
        "mechanisms": {
            "lift": None,
            "crack": {"use": "brittle", "stock": "hope", "limit": limit, "sources": "assumption"},
        },
        "questions": {"f": {"text": "?", "quantity": "fear", "at": "2024-12", "resolution": "x"}},
    }


@pytest.fixture(scope="module")
def brittle(calm):
    """`brittle(limit)`: a run with a mechanism that breaks where the stock is past the limit."""

    def run(limit: str, draws: int = 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(part, "registry", SimpleNamespace(
                names=lambda package: (*registry.names(package), "brittle"),
                get=lambda package, name: BRITTLE if name == "brittle" else registry.get(package, name),
            ))  # fmt: skip
            model = calm(change(limit))
        return simulate(model, draws=draws, seed=1, paths="all")

    return run


@pytest.fixture(scope="module")
def some(brittle):
    return brittle("normal(3, 0.5) @assumption")


def test_failed_draws_are_counted_with_their_first_date(some):
    finite = np.isfinite(some.cells).all(axis=2)  # (draw, state)
    first = np.where(finite.all(axis=1), -1, np.argmin(finite, axis=1))
    np.testing.assert_array_equal(some.failed, first)
    assert 10 < (some.failed >= 0).sum() < 500 and len(set(some.failed)) > 5
    np.testing.assert_array_equal(some.count, [((first < 0) | (first > k + 1)).sum() for k in range(11)])


def test_the_other_draws_do_not_notice(some, brittle):
    sound = brittle("1e6 @assumption")
    assert (sound.failed == -1).all()
    np.testing.assert_array_equal(some.cells[some.good], sound.cells[some.good])
    np.testing.assert_array_equal(some.answer("f"), sound.answers[0][some.good])


def test_sums_leave_failed_draws_out(some):
    for k in range(11):
        standing = (some.failed < 0) | (some.failed > k + 1)
        np.testing.assert_allclose(
            some.mean[k], some.cells[standing, k + 1].mean(axis=0, dtype=float), rtol=1e-5, atol=1e-6
        )
    assert np.isfinite(some.variance).all() and np.isfinite(some.flows).all()
    assert np.isfinite(some.path("hope")).all() and len(some.path("hope")) == (some.failed < 0).sum()
    assert answer(some)["f"].answer == pytest.approx(np.median(some.path("fear")[:, -1]), abs=1e-3)
    assert answer(some).origin.failed == (some.failed >= 0).sum()


def test_a_run_of_which_nothing_is_left_is_an_error_at_the_edge(brittle):
    run = brittle("-1e6 @assumption", draws=20)
    assert (run.failed == 1).all() and (run.count == 0).all()
    with pytest.raises(RunError, match="all 20 draws failed, first at 2024-02"):
        answer(run)
