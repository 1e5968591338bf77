"""The density of the model of help: probabilities, the sample of rows without help, reconsidering."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.addons.history import model
from standoff.addons.history.covariates import NAMES

COUNTS = (30, 40, 20)
LAYOUT = model.Layout(eras=3, actors=4, known=2, rows=COUNTS)
RNG = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def _precise() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def rows(before: int | None = None, share: float = 1.0) -> model.Rows:
    """Decisions with random covariates."""
    count = sum(COUNTS)
    x = RNG.normal(0, 0.3, (count, len(NAMES)))
    known = RNG.integers(0, 3, count)
    own = np.flatnonzero(known < 2)
    allowed = np.eye(3)[RNG.integers(0, 3, count)]
    allowed[:10] = (0, 1, 1)  # help of an unknown type
    return model.Rows(
        x=x,
        arena=np.repeat(np.arange(3), COUNTS),
        era=RNG.integers(0, 3, count),
        actor=RNG.integers(0, 5, count),
        known=known,
        own=own,
        x_own=x[own],
        before=RNG.integers(0, 3, count) if before is None else np.full(count, before),
        allowed=allowed,
        share=np.full(count, share),
        new_leader=RNG.integers(0, 2, count).astype(float),
        years=np.zeros(count),
    )


chances_of = jax.jit(model.probabilities, static_argnums=2)
numbers_at = jax.jit(model.numbers, static_argnums=1)


def point() -> jax.Array:
    """A point of the sampler."""
    return jnp.asarray(RNG.normal(0, 0.5, model.size(LAYOUT)))


def test_chances_add_up_to_one() -> None:
    chances = chances_of(numbers_at(point(), LAYOUT), rows(), COUNTS)
    assert np.asarray(sum(chances)) == pytest.approx(1.0)
    assert all((np.asarray(p) > 0).all() for p in chances)


def test_who_does_not_reconsider_goes_on() -> None:
    never = numbers_at(point(), LAYOUT)._replace(rate=jnp.full(3, -40.0), leader=jnp.zeros(()), actor_rate=jnp.zeros(3))
    for option in range(3):
        chances = chances_of(never, rows(before=option), COUNTS)
        assert np.asarray(chances[option]) == pytest.approx(1.0)


def test_who_reconsiders_chooses_by_the_log_odds() -> None:
    always = numbers_at(point(), LAYOUT)._replace(
        rate=jnp.full(3, 40.0), leader=jnp.zeros(()), actor_rate=jnp.zeros(3), cost=jnp.zeros(())
    )
    data = rows()
    none, support, troops = chances_of(always, data, COUNTS)
    by_support, by_troops = model.utilities(always, data, COUNTS)
    assert np.asarray(jnp.log(support / none)) == pytest.approx(np.asarray(by_support))
    assert np.asarray(jnp.log(troops / none)) == pytest.approx(np.asarray(by_troops))


def test_the_cost_of_changing_course_favours_what_is_done() -> None:
    n = numbers_at(point(), LAYOUT)
    data = rows(before=1)
    free = chances_of(n._replace(cost=jnp.zeros(())), data, COUNTS)[1]
    bound = chances_of(n._replace(cost=jnp.ones(())), data, COUNTS)[1]
    assert (np.asarray(bound) > np.asarray(free)).all()


def test_an_actor_with_its_own_weights_has_each_kind_times_its_factor() -> None:
    n = numbers_at(point(), LAYOUT)
    data = rows()
    parts = np.asarray(model.by_kind(n, data.x, data.arena))
    weights = np.exp(np.asarray(n.factor))[data.known]
    by_hand = (
        np.asarray(n.constant)[data.arena]
        + np.asarray(n.era)[data.arena, data.era]
        + np.asarray(n.actor)[data.actor]
        + (parts * weights).sum(1)
    )
    assert np.asarray(model.utilities(n, data, COUNTS)[0]) == pytest.approx(by_hand)


def test_the_likelihood_of_a_sample_is_the_chance_given_that_the_row_was_kept() -> None:
    """Rows without help are kept with a share: p(outcome | kept) by Bayes, from the chances of all rows."""
    n, share = numbers_at(point(), LAYOUT), 0.07
    data = rows(share=share)
    none, support, troops = (np.asarray(p) for p in chances_of(n, data, COUNTS))
    joint = np.stack([none * share, support, troops], axis=1)
    expected = np.log((joint * data.allowed).sum(1) / joint.sum(1))
    assert np.asarray(model.log_likelihood(n, data, COUNTS)) == pytest.approx(expected)


def test_help_of_an_unknown_type_is_help_of_either_type() -> None:
    n, data = numbers_at(point(), LAYOUT), rows()
    _, support, troops = (np.asarray(p) for p in chances_of(n, data, COUNTS))
    result = np.exp(np.asarray(model.log_likelihood(n, data, COUNTS)))[:10]
    assert result == pytest.approx((support + troops)[:10])


def test_the_slope_of_the_energy_is_that_of_differences() -> None:
    density, data = model.density(LAYOUT), rows()
    u, direction = point(), jnp.asarray(RNG.normal(0, 1, model.size(LAYOUT)))
    value = jax.jit(jax.value_and_grad(density.energy))
    slope, step = float(value(u, data)[1] @ direction), 1e-5
    difference = (value(u + step * direction, data)[0] - value(u - step * direction, data)[0]) / (2 * step)
    assert slope == pytest.approx(float(difference), rel=1e-5)


def test_scales_are_one_where_nothing_multiplies() -> None:
    scales = np.asarray(model.density(LAYOUT).scales(point(), rows()))
    blocks = model.split(jnp.asarray(scales), LAYOUT)
    assert all((np.asarray(blocks[name]) == 1).all() for name in blocks if name not in set(model.SCALES))
    assert all((np.asarray(blocks[name]) != 1).any() for name in model.SCALES)
