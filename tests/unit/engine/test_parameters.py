"""Random numbers: beliefs come out as they were written, correlations as declared, and a name keeps its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtri

from standoff import beliefs
from standoff.engine import parameters
from standoff.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model

N = 20_000
SHARES = np.array([0.02, 0.05, 0.25, 0.5, 0.75, 0.95, 0.98])
WRITTEN = {
    "point": 0.3,
    "range": "4 to 9",
    "signed_range": "-3 to 9",
    "normal": "normal(5, 2)",
    "lognormal": "lognormal(5, 1.4)",
    "uniform": "uniform(1, 3)",
    "triangular": "triangular(1, 2, 4)",
    "beta": "beta(2, 5)",
    "percentiles": {"p5": 1, "p50": 2, "p95": 6},
    "left_skewed": {"p5": -6, "p50": -2, "p95": -1},
}


def sampled(model: Model, count: int = N) -> dict[str, np.ndarray]:
    """Values of every parameter, by path."""
    ids, layout = jnp.arange(count, dtype=jnp.uint32), model.layout
    arrays = jax.tree.map(lambda part: jnp.asarray(part, jnp.float32), model.table)
    names = [layout.names[i] for i in layout.varying]
    u = parameters.uniforms(jnp.asarray(5, jnp.uint32), names, 0, ids, jnp.float32)
    values = parameters.ParameterValues(layout, parameters.parameters(layout, arrays, u), arrays.a).stacked()
    return dict(zip(layout.names, np.asarray(values), strict=True))


def stocks(**initial: Any) -> dict[str, Any]:
    return {
        name: {"unit": "share", "initial": value, "floor": None, "sources": "assumption"}
        for name, value in initial.items()
    }


def agrees(values: np.ndarray, quantile: Callable[[float], float]) -> None:
    """The share of values below each quantile is the quantile's, to four standard errors."""
    for share in SHARES:
        below = np.mean(values <= quantile(share))
        assert abs(below - share) < 4 * np.sqrt(share * (1 - share) / N), share


@pytest.fixture(scope="module")
def shapes(calm) -> Model:
    bounded = {
        "cut_low": {"unit": "share", "initial": "0 to 3", "floor": 0, "sources": "assumption"},
        "cut_both": {"unit": "%", "initial": "20 to 80", "floor": 20, "cap": 80, "sources": "assumption"},
        "cut_table": {"unit": "share", "initial": "beta(2, 2)", "cap": 0.87, "sources": "assumption"},
    }
    return calm({"stocks": {**stocks(**WRITTEN), **bounded}})


def test_every_uniform_gives_its_normal_number():
    u = parameters.unit(jnp.arange(2**23, dtype=jnp.uint32) << 9)
    exact = ndtri(np.asarray(u, float))
    np.testing.assert_allclose(parameters.normal(u), exact, rtol=0, atol=1e-6)
    np.testing.assert_allclose(parameters.normal(u), exact, rtol=4e-7)


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "point"])
def test_samples_follow_the_belief(shapes, name):
    agrees(sampled(shapes)[f"stocks.{name}.initial"], beliefs.parse(WRITTEN[name]).quantile)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("cut_low", 0, np.inf), ("cut_both", 0.2, 0.8), ("cut_table", 0, 0.87)]
)
def test_a_bounded_belief_is_cut_off_and_not_clipped(shapes, name, low, high):
    values = sampled(shapes)[f"stocks.{name}.initial"]
    assert low <= values.min() and values.max() <= high * (1 + 1e-6)
    assert len(np.unique(values)) > N * 0.95  # no pile at a bound
    raw = beliefs.parse(shapes.scenario.stocks[name].initial)
    factor = 0.01 if name == "cut_both" else 1.0
    below, above = (raw.probability_below(bound / factor) if np.isfinite(bound) else 1.0 for bound in (low, high))
    agrees(values, lambda share: raw.quantile(below + (above - below) * share) * factor)
    agrees(values, shapes.plan.parameter(f"stocks.{name}.initial").quantile)


def test_a_half_without_width_is_a_point_of_half_the_mass(calm):
    values = sampled(calm({"stocks": stocks(x={"p5": 1, "p50": 1, "p95": 3})}))["stocks.x.initial"]
    assert abs((values == 1).mean() - 0.5) < 4 * np.sqrt(0.25 / N)
    assert abs((values > 3).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / N)


def test_a_point_is_exact(shapes):
    assert (sampled(shapes)["stocks.point.initial"] == np.float32(0.3)).all()


def correlations(values: dict[tuple[str, str], float]) -> list[dict[str, Any]]:
    return [
        {"between": [f"stocks.{a}.initial", f"stocks.{b}.initial"], "value": value, "sources": "assumption"}
        for (a, b), value in values.items()
    ]


def test_declared_rank_correlation_comes_out(calm):
    written = {"a": "4 to 9", "b": "uniform(1, 3)", "c": "normal(0, 1)", "d": "beta(2, 5)"}
    pairs = {("a", "b"): 0.7, ("b", "c"): -0.5}
    many = 10 * N  # tells Spearman's 0.7 from the 0.683 that a Gaussian copula of r = 0.7 gives
    values = sampled(calm({"stocks": stocks(**written), "correlations": correlations(pairs)}), many)
    ranks = {name: values[f"stocks.{name}.initial"].argsort().argsort() for name in written}
    for a, b in (("a", "b"), ("b", "c"), ("a", "d"), ("c", "d")):
        got = np.corrcoef(ranks[a], ranks[b])[0, 1]
        assert abs(got - pairs.get((a, b), 0.0)) < 4 / np.sqrt(many), (a, b)
    agrees(values["stocks.a.initial"][:N], beliefs.parse(written["a"]).quantile)  # the margins stay what they are
    agrees(values["stocks.b.initial"][:N], beliefs.parse(written["b"]).quantile)


def test_correlations_that_contradict_one_another_are_refused(calm):
    triple = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}
    with pytest.raises(ModelError, match="contradict"):
        calm({"stocks": stocks(a="1 to 2", b="1 to 2", c="1 to 2"), "correlations": correlations(triple)})


def test_a_parameter_keeps_its_noise_when_its_range_changes(calm):
    """So two variants differ by what they change, and not by luck."""
    base = sampled(calm({"stocks": stocks(x="0.4 to 0.6")}))
    moved = sampled(calm({"stocks": stocks(x="0.1 to 0.3"), "mechanisms": {"lift": None}}))
    wide, narrow = base["stocks.x.initial"], moved["stocks.x.initial"]
    standard = [np.log(x / np.sqrt(a * b)) / np.log(b / a) for x, a, b in ((wide, 0.4, 0.6), (narrow, 0.1, 0.3))]
    np.testing.assert_allclose(standard[0], standard[1], atol=1e-5)
    for path in set(base) & set(moved) - {"stocks.x.initial"}:
        np.testing.assert_array_equal(base[path], moved[path])


def test_numbers_differ_between_seeds_names_draws_and_positions():
    ids = jnp.arange(1000, dtype=jnp.uint32)

    def drawn(seed: int, names: tuple[str, ...] = ("a", "b"), ids: Any = ids, count: int = 2) -> np.ndarray:
        return np.stack(
            [parameters.uniforms(jnp.asarray(seed, jnp.uint32), names, n, ids, jnp.float32) for n in range(count)]
        )

    one, two = drawn(1), drawn(2)
    assert one.shape == (2, 2, 1000)
    rows = np.stack([one[0, 0], one[1, 0], one[0, 1], one[1, 1], two[0, 0]])
    assert np.abs(np.corrcoef(rows) - np.eye(5)).max() < 4 / np.sqrt(1000)
    assert rows.min() > 0 and rows.max() < 1
    alone = drawn(1, ("b",), ids[500:], 1)
    np.testing.assert_array_equal(alone[0, 0], one[0, 1, 500:])  # whatever else is asked for, and in whatever block


def test_a_stream_has_an_address_and_is_not_that_of_a_neighbouring_seed():
    ids = jnp.arange(1000, dtype=jnp.uint32)

    def drawn(seed: int, stream: float) -> np.ndarray:
        word = parameters.stream(jnp.asarray(seed, jnp.uint32), jnp.asarray(stream, jnp.float32))
        return np.asarray(parameters.uniforms(word, ["a"], 0, ids, jnp.float32))[0]

    plain = np.asarray(parameters.uniforms(jnp.asarray(1, jnp.uint32), ["a"], 0, ids, jnp.float32))[0]
    np.testing.assert_array_equal(drawn(1, 0.0), plain)
    rows = np.stack([drawn(seed, stream) for seed in range(1, 5) for stream in (0.0, 1.0, 2.0)])
    assert np.abs(np.corrcoef(rows) - np.eye(len(rows))).max() < 5 / np.sqrt(1000)  # 66 pairs


def test_no_word_gives_0_or_1():
    """2**24 steps would not do: 2**24 - 0.5 rounds to 2**24 in single precision, which is a 1, and an infinite normal."""
    ends = parameters.unit(jnp.asarray([0, 2**32 - 1], jnp.uint32))
    assert float(ends[0]) == 2.0**-24 and float(ends[1]) == 1 - 2.0**-24
    assert np.isfinite(parameters.normal(ends)).all() and np.isfinite(parameters.gumbel(ends)).all()


def test_double_precision_takes_the_same_numbers():
    import jax

    ids = jnp.arange(100, dtype=jnp.uint32)
    single = np.asarray(parameters.uniforms(jnp.asarray(1, jnp.uint32), ["a"], 1, ids, jnp.float32))
    with jax.enable_x64(True):
        double = np.asarray(parameters.uniforms(jnp.asarray(1, jnp.uint32), ["a"], 1, ids, jnp.float64))
    assert double.dtype == np.float64
    np.testing.assert_array_equal(single.astype(np.float64), double)
