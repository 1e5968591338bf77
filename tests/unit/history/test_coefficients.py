"""What ships of a fit to history: beliefs about a new actor, the rung of a case, and files that do not fit."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from standoff.errors import DataError
from standoff.history import coefficients
from standoff.history.coefficients import DRAWS, HOME, SUMMARY, Coefficients, Rung, digest, load, save
from tests.unit.history.conftest import KINDS, MIDDLES, invented, invented_coefficients

Z90 = 1.6448536269514722


def one_draw(mean: float = 0.0, sd: float = 0.5) -> Rung:
    """A rung of a single draw, so that a weight is normal and a half-life lognormal."""
    return Rung(
        until=2017,
        kinds=("rivalry",),
        effect=np.full((1, 1), mean),
        effect_spread=np.full((1, 1), sd),
        renewal=np.array([math.log(0.25)]),
        renewal_spread=np.array([0.4]),
    )


def test_with_one_draw_a_weight_is_normal_and_a_half_life_lognormal() -> None:
    rung = one_draw(-0.7, 0.5)
    assert rung.weight("rivalry") == pytest.approx([-0.7 + z * 0.5 for z in (-Z90, 0, Z90)], rel=5e-3)
    assert rung.weight() == rung.weight("rivalry")  # the only kind there is
    years = math.log(2) / 0.25
    assert rung.half_life == pytest.approx([12 * years * math.exp(z * 0.4) for z in (-Z90, 0, Z90)], rel=5e-3)


def test_percentiles_are_those_of_a_sample_of_the_mixture() -> None:
    rung, rng = invented(2017), np.random.default_rng(5)
    picked = rng.integers(len(rung.renewal), size=400_000)
    for column, kind in enumerate(KINDS):
        z = rng.standard_normal(len(picked))
        sample = rung.effect[picked, column] + rung.effect_spread[picked, column] * z
        assert rung.weight(kind) == pytest.approx(np.quantile(sample, (0.05, 0.5, 0.95)), abs=0.006)
    column = rng.integers(len(KINDS), size=len(picked))
    sample = rung.effect[picked, column] + rung.effect_spread[picked, column] * rng.standard_normal(len(picked))
    assert rung.weight() == pytest.approx(np.quantile(sample, (0.05, 0.5, 0.95)), abs=0.01)


def test_a_skewed_posterior_keeps_its_percentiles() -> None:
    rung = one_draw()
    twice = Rung(
        **{name: getattr(rung, name) for name in ("until", "kinds")},
        **{name: np.concatenate([getattr(rung, name)] * 2) for name in coefficients._arrays()},
    )
    twice.effect[1] = 3.0
    low, middle, high = twice.weight("rivalry")
    from scipy.stats import norm

    for x, p in ((low, 0.05), (middle, 0.5), (high, 0.95)):
        assert norm.cdf((x - np.array([0.0, 3.0])) / 0.5).mean() == pytest.approx(p, abs=2e-3)


@pytest.mark.parametrize(("above", "sign"), [(96, 1), (94, 0), (50, 0), (6, 0), (4, -1)])
def test_a_sign_is_sure_where_nineteen_of_twenty_draws_have_it(above: int, sign: int) -> None:
    effect = np.where(np.arange(100) < above, 0.3, -0.3)[:, None]
    ones = np.ones(100)
    rung = Rung(
        until=2017, kinds=("a",), effect=effect, effect_spread=np.ones((100, 1)), renewal=ones, renewal_spread=ones
    )
    assert rung.sign("a") == sign


def correlation(rung: Rung) -> np.ndarray:
    """(kind, kind) correlation of weights of two new actors: that of the middles, diluted by the spread over actors."""
    middles = np.cov(rung.effect, rowvar=False).reshape(len(rung.kinds), -1)
    whole = np.sqrt(np.diag(middles) + (rung.effect_spread**2).mean(axis=0))
    return np.asarray(middles / np.outer(whole, whole))


def test_the_correlation_of_two_actors_is_that_of_the_middles_diluted() -> None:
    rng = np.random.default_rng(1)
    common = rng.standard_normal((100_000, 1))
    middles = 0.3 * (common + rng.standard_normal((100_000, 2)))  # correlated by one half, variance 0.18
    rest = {name: np.ones(100_000) for name in ("renewal", "renewal_spread")}
    rung = Rung(until=2017, kinds=("a", "b"), effect=middles, effect_spread=np.full_like(middles, 0.6), **rest)
    assert correlation(rung) == pytest.approx(np.array([[0.18, 0.09], [0.09, 0.18]]) / 0.54, abs=0.005)


@pytest.mark.parametrize(
    ("year", "until", "late"),
    [
        (2024, 2017, False),
        (2018, 2017, False),
        (2017, 2012, False),
        (2013, 2012, False),
        (2006, 2005, False),
        (2005, 2017, True),
        (1956, 2017, True),
    ],
)
def test_a_case_takes_the_last_rung_before_it_or_the_last_of_all(year: int, until: int, late: bool) -> None:
    rung, is_late = invented_coefficients().rung(year)
    assert (rung.until, is_late) == (until, late)


def test_what_is_saved_is_read(history: Path) -> None:
    made, read = invented_coefficients(), load()
    assert (read.data, read.panel, read.made) == (made.data, made.panel, made.made)
    assert [rung.until for rung in read.rungs] == [2005, 2012, 2017] and read.rungs[0].kinds == KINDS
    assert read.rungs[2].effect == pytest.approx(made.rungs[2].effect, abs=1e-6)
    entry = json.loads((history / SUMMARY).read_text())["rungs"]["2017"]
    assert entry["draws"] == 200 and entry["summary"]["weight"]["rivalry"] == list(read.rungs[2].weight("rivalry"))
    assert entry["summary"]["weight"]["another kind (assumption)"] == list(read.rungs[2].weight())
    assert entry["summary"]["sign"] == {"ally_need": -1, "rivalry": 1, "stated_norm": 0}
    assert read.rungs[2].weight("rivalry")[1] == pytest.approx(MIDDLES[1] + 0.1, rel=0.05)
    assert load() is read and len(digest()) == 64


def damaged(folder: Path, **changes: np.ndarray) -> None:
    with np.load(folder / DRAWS) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    np.savez(folder / DRAWS, **parts | {name.replace("_in_", "/", 1): value for name, value in changes.items()})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"2012_in_renewal": np.ones(3)}, "2012/renewal"),
        ({"2012_in_renewal_spread": np.zeros(200)}, "above 0"),
        ({"2005_in_effect": np.full((200, 3), np.nan)}, "2005/effect"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, change: dict[str, np.ndarray], words: str) -> None:
    save(invented_coefficients(), tmp_path)
    damaged(tmp_path, **change)
    with pytest.raises(DataError, match=words):
        load(tmp_path)


def test_damaged_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no coefficients of history: .*coefficients.json is missing"):
        load(tmp_path)
    assert digest(tmp_path) == ""
    (tmp_path / SUMMARY).write_text("[]")
    (tmp_path / DRAWS).write_bytes(b"x")
    with pytest.raises(DataError, match="damaged"):
        load(tmp_path)
    save(Coefficients(data={}, panel="", made="", rungs=()), other := tmp_path / "other")
    with pytest.raises(DataError, match="no rung"):
        load(other)


@pytest.mark.skipif(not (HOME / SUMMARY).is_file(), reason="no fit to history ships yet")
def test_the_weights_that_ship_may_be_taken_as_independent() -> None:
    """Two kinds have little in common, so that a scenario adds no correlations."""
    for rung in load().rungs:
        between = correlation(rung) - np.diag(np.diag(correlation(rung)))
        assert np.abs(between).max() < 0.3, (rung.until, rung.kinds)


@pytest.mark.skipif(not (HOME / SUMMARY).is_file(), reason="no fit to history ships yet")
def test_the_weights_that_ship_tell_kinds_apart() -> None:
    """Every rung knows the four kinds that the panel taught, and surely that distance holds back."""
    for rung in load().rungs:
        assert {"reach", "precedent", "company", "occasion"} <= set(rung.kinds)
        assert rung.sign("reach") == 1
        medians = sorted(rung.weight(kind)[1] for kind in rung.kinds)
        assert medians[-1] > 3 * medians[len(medians) // 2]


def test_the_part_above_zero_is_that_of_a_sample_of_the_mixture() -> None:
    rng = np.random.default_rng(3)
    rung = next(iter(invented_coefficients().rungs))
    for kind in rung.kinds:
        n = rung.kinds.index(kind)
        sample = rng.normal(rung.effect[:, n], rung.effect_spread[:, n], size=(4000, len(rung.effect))).ravel()
        expected = np.quantile(sample[sample > 0], (0.05, 0.5, 0.95))
        assert rung.weight_of_reason(kind) == pytest.approx(expected, rel=0.02, abs=0.01)
