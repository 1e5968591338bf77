"""The counts that docs/language.md quotes are those of the data, and a made-up state is counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks import base_rates, leader_exits


def test_a_spell_is_what_a_leader_serves_of_a_year(tmp_path: Path) -> None:
    """An autocrat from July 1950 to March 1952, removed; then a democrat who stays."""
    for name in ("economy_regime", "states", "leaders"):
        (tmp_path / name).mkdir()
    years = range(1949, 1953)
    pl.DataFrame({"ccode": [7] * 4, "year": years, "v2x_polyarchy": [0.2, 0.2, 0.2, 0.8]}).write_parquet(
        tmp_path / "economy_regime" / "isard_cow_democracy.parquet"
    )
    pl.DataFrame({"gwcode": [7] * 4, "ccode": [7] * 4, "year": years}).write_parquet(
        tmp_path / "states" / "gw_cow_state_year.parquet"
    )
    pl.DataFrame(
        {
            "gwcode": [7, 7],
            "yrborn": [1900, 1910],
            "startdate": [date(1950, 7, 1), date(1952, 4, 1)],
            "enddate": [date(1952, 3, 31), date(1953, 12, 31)],
            "exit": ["Irregular", "Still in Office"],
        }
    ).write_parquet(tmp_path / "leaders" / "archigos.parquet")
    found = leader_exits.spells(tmp_path)
    assert [(spell.democracy, spell.age, spell.exit) for spell in found] == [
        (False, 50, ""),
        (False, 51, ""),
        (False, 52, "Irregular"),
        (False, 42, ""),
        (True, 43, ""),
    ]
    autocrats = leader_exits.counted([spell for spell in found if not spell.democracy])
    assert (autocrats.exits, autocrats.irregular, autocrats.bodily) == (1, 1, 0)
    assert autocrats.years == pytest.approx((184 + 365 + 91 + 275) / 365.25)


def test_coefficients_are_those_that_made_the_spells() -> None:
    rng, truth = np.random.default_rng(1), np.array([-1.0, 0.3, -0.5])
    spells = []
    for age, tenure, u in zip(rng.uniform(40, 80, 20_000), rng.uniform(0, 20, 20_000), rng.random(20_000), strict=True):
        hazard = np.exp(truth @ (1, (age - 60) / 10, np.log1p(tenure)))
        until = -np.log(u) / hazard
        spells.append(leader_exits.Spell(False, age, tenure, min(until, 1.0), "Regular" if until < 1 else ""))
    found, error = leader_exits.fitted(spells)
    assert (np.abs(found - truth) < 4 * error).all()
    assert error.max() < 0.1


def test_the_page_quotes_the_counts_of_the_data() -> None:
    home = base_rates.folder()
    if home is None or not (home / "leaders").is_dir():
        pytest.skip("no tables beside the checkout: ../shared/data")
    every = leader_exits.spells(home)
    own = [spell for spell in every if not spell.democracy]
    long = [spell for spell in own if spell.tenure >= 10]
    old = leader_exits.counted([spell for spell in long if spell.age >= 70])
    free = leader_exits.counted([spell for spell in every if spell.democracy])
    assert (free.exits, round(free.years)) == (916, 3459)
    assert (leader_exits.counted(own).exits, leader_exits.counted(long).exits, old.exits) == (996, 161, 71)
    np.testing.assert_allclose(leader_exits.fitted(own)[0], [-0.82, 0.261, -0.615], atol=0.001)
