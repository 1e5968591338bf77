"""Invented coefficients, written into a folder: three rungs, three kinds, two hundred draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from standoff.history import coefficients
from standoff.history.coefficients import Coefficients, Rung

KINDS = ("ally_need", "rivalry", "stated_norm")
MIDDLES = (-0.9, 1.3, 0.05)


def invented(until: int, shift: float = 0.0, draws: int = 200) -> Rung:
    """A rung whose weights are MIDDLES and `shift`, 0.1 apart between draws and 0.4 between actors."""
    rng = np.random.default_rng(until)
    effect = np.array(MIDDLES) + shift + 0.1 * rng.standard_normal((draws, len(KINDS)))
    return Rung(
        until=until,
        kinds=KINDS,
        effect=effect,
        effect_spread=rng.uniform(0.35, 0.45, effect.shape),
        renewal=np.log(0.3) + 0.1 * rng.standard_normal(draws),
        renewal_spread=rng.uniform(0.4, 0.6, draws),
    )


def invented_coefficients() -> Coefficients:
    """Three rungs; weights grow by a twentieth of log odds from each to the next."""
    rungs = tuple(invented(until, 0.05 * n) for n, until in enumerate((2005, 2012, 2017)))
    return Coefficients(data={"ucdp.csv": "0" * 64}, panel="1" * 64, made="2026-11-27", rungs=rungs)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with invented coefficients in place of those that ship."""
    folder = tmp_path / "history"
    coefficients.save(invented_coefficients(), folder)
    monkeypatch.setattr(coefficients, "HOME", folder)
    yield folder
