"""A small panel with random covariates, and a posterior without a fit."""

from __future__ import annotations

import numpy as np
import polars as pl

from standoff.addons.history.covariates import NAMES
from standoff.addons.history.design import design
from standoff.addons.history.fit import HistoryFit
from standoff.addons.history.model import Layout, size
from standoff.addons.history.sides import ARENAS

ACTORS = ("FRA", "USA", "CHN", "TCD", "LBY")


def panel(rows: int = 3000, seed: int = 5) -> pl.DataFrame:
    """Decisions from 1976 to 2010, with about one in ten helping."""
    rng = np.random.default_rng(seed)
    helped = rng.random(rows) < 0.1
    helps = np.where(helped, rng.random(rows) < 0.8, rng.random(rows) < 0.05)
    troops = [
        None if not h else (None, True, False)[int(k)] for h, k in zip(helps, rng.integers(0, 3, rows), strict=True)
    ]
    table = {
        "side": [f"side {i}" for i in rng.integers(0, 40, rows)],
        "name": ["a side"] * rows,
        "year": rng.integers(1976, 2011, rows),
        "arena": [ARENAS[i] for i in rng.integers(0, 3, rows)],
        "host": rng.choice([483, 620, 700], rows),
        "actor": [ACTORS[i] for i in rng.integers(0, 5, rows)],
        "coalition": [False] * rows,
        "likely": rng.random(rows) < 0.5,
        "helped_last": helped,
        "helps": helps,
        "years_helping": np.where(helped, rng.integers(1, 9, rows), 0),
        "troops": troops,
        "troops_last": [False if h else None for h in helped],
        **{name: rng.normal(0, 0.4, rows).astype(np.float32) for name in NAMES},
    }
    return pl.DataFrame(table, schema_overrides={"troops": pl.Boolean, "troops_last": pl.Boolean})


def posterior(until: int = 2010, draws: int = 40, seed: int = 2) -> HistoryFit:
    """Draws around a point, as if sampled."""
    by = design(panel())
    count = size(Layout(eras=by.eras, actors=len(by.actors), known=len(by.known), rows=(0, 0, 0)))
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.5, count) + 0.1 * rng.normal(0, 1, (draws, count))
    return HistoryFit(
        until=until, by=by, draws=values, rows=3000, decisions=3000, rhat=1.004, ess=900.0, divergences=0, passed=True
    )
