"""Draws led to choices without slopes: closed forms of steps on normal numbers, and a small war under a rival theory."""

from __future__ import annotations

import functools
import math
from pathlib import Path

import jax
import numpy as np
import pytest
from scipy.stats import norm

from standoff.analysis.theory_comparison import with_theory
from standoff.engine.model import Model
from standoff.errors import ModelError
from standoff.inference import smc
from standoff.inference.fit import log_density, observed_choices, posterior
from standoff.inference.fit.fit import fit
from standoff.inference.fit.records import FitResult
from standoff.inference.hmc import Density
from standoff.progress import NullProgress
from tests.unit.inference import toy

POPULATIONS, SIZE = 8, 250
EDGE, OTHER = 2.0, 1.0  #: where steps are
LIKELY, SELDOM = 0.9, 1e-3
SIBLINGS = 2.0  #: deviations over 40 seeds are up to 1.5 times those of independent draws, for some have one ancestor; rounded up


def smooth() -> Density:
    """Standard normal numbers."""

    def value(x: np.ndarray) -> np.ndarray:
        return np.asarray(0.5 * np.square(x).sum(axis=1))

    return Density(value, lambda x: (value(x), x))


def heard(x: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Two choices: one is likely beyond a step of the first fitted number, the other beyond one of the first number apart."""
    return np.log(np.where(np.stack([x[:, 0] > EDGE, rest[:, 0] > OTHER], axis=1), LIKELY, SELDOM))


@functools.cache
def led(seed: int = 3) -> smc.Particles:
    rng = np.random.default_rng(seed)
    x, rest = (rng.standard_normal((POPULATIONS, SIZE, count)) for count in (3, 4))
    return smc.temper(smc.SmcDensities(smooth(), heard), x, rest, 0.4, rng, NullProgress())


def mean(edge: float) -> float:
    """Of what one choice is given, before it is heard."""
    beyond = float(norm.sf(edge))
    return LIKELY * beyond + SELDOM * (1 - beyond)


def share(edge: float) -> float:
    """Of draws beyond a step, after it was heard."""
    return LIKELY * float(norm.sf(edge)) / mean(edge)


def off(share: float) -> float:
    """Standard error of a share."""
    return SIBLINGS * math.sqrt(share * (1 - share) / (POPULATIONS * SIZE))


def test_log_probability_is_the_closed_form() -> None:
    exact = math.log(mean(EDGE) * mean(OTHER))
    found = led()
    assert len(found.temperatures) > 2 and found.temperatures[-1] == 1.0
    assert list(found.temperatures) == sorted(found.temperatures)
    assert 0 < found.error < 0.3
    assert abs(found.log_evidence - exact) < 4 * found.error


def test_draws_are_those_of_the_posterior() -> None:
    """Shares beyond the steps, by population, and what nobody speaks of."""
    found = led()
    for values, edge in ((found.x[..., 0], EDGE), (found.rest[..., 0], OTHER)):
        assert abs((values > edge).mean() - share(edge)) < 4 * off(share(edge))
        above, inside = values[values > edge], norm.pdf(edge) / norm.sf(edge)  # mean of a normal number beyond an edge
        assert abs(above.mean() - inside) < 4 * SIBLINGS * above.std() / math.sqrt(above.size)
    silent = found.rest[..., 1:].mean(axis=2)
    assert abs(silent.mean()) < 4 * SIBLINGS * silent.std() / math.sqrt(silent.size)


def test_what_was_chosen_is_likelier_afterwards() -> None:
    found = led()
    for n, edge in enumerate((EDGE, OTHER)):
        beyond = float(norm.sf(edge))
        error = LIKELY * math.sqrt(beyond / (POPULATIONS * SIZE))
        assert abs(found.before[n] - mean(edge)) < 4 * error
        exact = LIKELY * share(edge) + SELDOM * (1 - share(edge))
        assert abs(found.after[n] - exact) < 4 * (LIKELY - SELDOM) * off(share(edge))


def test_the_same_seed_gives_the_same_draws() -> None:
    again = led.__wrapped__()
    assert np.array_equal(again.x, led().x) and np.array_equal(again.rest, led().rest)
    assert not np.array_equal(led.__wrapped__(4).x, led().x)


def test_what_is_no_number_is_never_accepted() -> None:
    rng = np.random.default_rng(1)
    assert not smc._accepts(rng, np.array([np.nan, -np.inf] * 50)).any()
    assert smc._accepts(rng, np.full(50, 0.0)).all()


def test_batches_are_of_one_shape_and_nothing_is_lost() -> None:
    shapes: set[int] = set()

    def double(part: jax.Array) -> tuple[jax.Array, jax.Array]:
        shapes.add(len(part))
        return 2 * part, part.sum(axis=1)

    rows = np.arange(2 * 601.0).reshape(601, 2)
    twice, total = smc._batched(double, rows)
    assert np.array_equal(twice, 2 * rows) and np.array_equal(total, rows.sum(axis=1))
    assert len(shapes) == 1 and min(shapes) <= smc.BATCH


def test_choices_of_rival_theories_are_kept_apart() -> None:
    with jax.enable_x64(True):
        looked = log_density.target(with_theory(toy.model(), "best_response"))
    seen = looked.options
    assert not seen.with_gradient and [len(item.picked) for item in seen.under_other_theories] == [4, 4]
    assert (
        looked.rivals().options.with_gradient == seen.under_other_theories
        and not looked.rivals().options.under_other_theories
    )


@pytest.mark.slow
def test_a_sure_theory_trembles() -> None:
    with jax.enable_x64(True):
        looked = log_density.target(with_theory(toy.model(), "best_response"))
        path = looked.window.path(np.full((looked.size, 2), log_density.APART))
        p = np.exp(np.asarray(looked.options.log_p(path.params, path.cells)))
    rows = looked.window.program.rows_of[looked.options.under_other_theories[0].choice]
    shares = p[list(looked.options.under_other_theories[0].dates)][:, rows]
    count, wrong = shares.shape[1], observed_choices.TREMBLE
    assert np.allclose(shares.sum(axis=1), 1)
    assert set(np.unique(shares.round(9))) == {round(wrong / count, 9), round(1 - wrong + wrong / count, 9)}


def torn() -> Model:
    """The small war, AAA being drawn to press on by a reason whose weight is open: by best response it presses on or not."""
    pressed = {
        "history": [{"since": "2023-12", "option": "press", "sources": "aaa-presses"}],
        "reasons": {"spirit": {"weight": "0.3 to 6 @assumption"}},
    }
    return with_theory(toy.model(choices={"AAA": pressed}), "best_response")


@functools.cache
def fitted() -> FitResult:
    return fit(torn(), draws=300, seed=3)


@pytest.mark.slow
def test_a_fit_under_a_rival_theory_hears_choices(tmp_path: Path) -> None:
    found, model = fitted(), torn()
    trust = found.diagnostics
    assert trust.method == "smc" and trust.log_evidence is not None and np.isfinite(trust.log_evidence).all()
    assert [item.theory for item in found.choices] == ["best_response"] * 2
    pressed, waited = found.choices
    assert pressed.after > 2 * pressed.before and waited.after > waited.before
    together = math.log(pressed.before * waited.before)  # what one does hardly depends on the other here
    assert abs(trust.log_evidence[0] - together) < 1 and trust.log_evidence[1] < smc.MAX_ERROR
    assert not [name for name, _ in found.left_out if name in model.plan.scenario.choices]
    spirit = next(item for item in found.parameters if item.path == "choices.AAA.reasons.spirit.weight")
    assert abs(spirit.shift) > 0.3 and spirit.path in found.names
    posterior.save(found, model, tmp_path / "posterior.nc")
    assert posterior.load(model, tmp_path / "posterior.nc").posterior
    with pytest.raises(ModelError, match="fitted on other claims or seen options"):
        posterior.load(with_theory(model, "satisficing"), tmp_path / "posterior.nc")


@pytest.mark.slow
def test_the_mode_cannot_hear_them_and_says_so() -> None:
    found = fit(with_theory(toy.model(), "best_response"), quick=True, draws=100, seed=3)
    assert {name for name, why in found.left_out if "without a slope" in why} == {"AAA", "BBB"}
    assert not found.choices and found.diagnostics.log_evidence is None
