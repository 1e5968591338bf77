"""Design, sample, forecasts and files of the model of help."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from standoff.addons.history import design, fit
from standoff.errors import ModelError
from tests.unit.addons.history.small_fit import ACTORS, panel, posterior


def test_actors_that_helped_have_a_constant_and_the_busiest_weights_of_their_own() -> None:
    by = design.design(panel())
    assert by.actors == tuple(sorted(ACTORS))
    assert set(by.known) == {
        actor
        for (actor,) in panel()
        .filter("helps")
        .group_by("actor")
        .len()
        .filter(pl.col("len") >= design.OWN)
        .select("actor")
        .iter_rows()
    }
    assert by.eras == 7


def test_the_sample_keeps_all_help_and_says_which_share_of_the_rest() -> None:
    whole = panel(20_000)
    kept = design.thin(whole)
    assert kept["helps"].sum() == whole["helps"].sum() and kept["helped_last"].sum() == whole["helped_last"].sum()
    rest = kept.filter(~pl.col("helps") & ~pl.col("helped_last") & pl.col("likely"))
    of = whole.filter(~pl.col("helps") & ~pl.col("helped_last") & pl.col("likely"))
    assert set(rest["share"].to_list()) == {design.LIKELY_SHARE}
    assert len(rest) / len(of) == pytest.approx(design.LIKELY_SHARE, abs=0.02)  # standard error 0.005
    assert set(kept.filter("helped_last")["share"].to_list()) == {1.0}


def test_arrays_follow_the_arenas_and_unknown_actors_come_last() -> None:
    by = design.design(panel())
    rows = design.sort(panel().with_columns(actor=pl.lit("NZL")))
    arrays = design.arrays(rows, by)
    assert (np.diff(arrays.arena) >= 0).all() and set(arrays.actor) == {len(ACTORS)}
    assert len(arrays.own) == 0
    unknown = [t is None and h for t, h in zip(rows["troops"].to_list(), rows["helps"].to_list(), strict=True)]
    assert (arrays.allowed[unknown] == (0, 1, 1)).all()


def test_a_posterior_is_written_and_read(tmp_path) -> None:
    fitted = posterior()
    fit.save(fitted, tmp_path / "posterior.npz", draws=20)
    read = fit.load(tmp_path / "posterior.npz")
    assert read.by == fitted.by and read.draws.shape == (20, fitted.draws.shape[1]) and read.passed
    (tmp_path / "posterior.npz").write_bytes(b"no file of arrays")
    with pytest.raises(ModelError, match="no posterior of history"):
        fit.load(tmp_path / "posterior.npz")


def test_wars_of_the_catalogue_and_missions_are_left_out() -> None:
    rows = panel().with_columns(host=pl.lit(652), year=pl.lit(2012))
    assert len(fit.bilateral(rows, 2017)) == 0
    assert len(fit.bilateral(rows.with_columns(year=pl.lit(2010)), 2017)) == len(rows)
    assert len(fit.bilateral(rows.with_columns(year=pl.lit(2010), coalition=True), 2017)) == 0
    assert len(fit.bilateral(rows.with_columns(year=pl.lit(2010)), 2009)) == 0


def test_a_panel_in_which_nobody_helped_is_refused() -> None:
    with pytest.raises(ModelError, match="no state helped anybody up to 1980"):
        fit.fit(panel().with_columns(helps=False, helped_last=False), until=1980)
