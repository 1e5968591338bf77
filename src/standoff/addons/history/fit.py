"""Fit the model of help to the panel: posterior draws, diagnostics, forecasts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from standoff import xla
from standoff.addons.history import design, model
from standoff.addons.history.design import Design
from standoff.addons.history.sides import ARENAS
from standoff.addons.history.start import start
from standoff.addons.tables import pl
from standoff.errors import ModelError
from standoff.inference import nuts
from standoff.record import record
from standoff.types import Floats

WARMUP, DRAWS = 150, 1200  #: of each of four chains
ACCEPT = (0.65, 0.8, 0.9)
#: target acceptance of successive tries: the usual 0.65, since the density is near normal and 0.85 takes twice the steps
NUMBERS = ("until", "rows", "decisions", "rhat", "ess", "divergences", "passed")  #: of a fit, as they are stored


@record
class CaseWar:
    """A war of a case of the catalogue, which the fit leaves out."""

    case: str
    hosts: tuple[int, ...]  #: codes of the Correlates of War
    years: tuple[int, int]
    arenas: tuple[str, ...] = ARENAS


CASE_WARS = (
    CaseWar(case="angola-1975", hosts=(540,), years=(1975, 1976)),
    CaseWar(case="vietnam-1979", hosts=(811, 816, 710), years=(1977, 1980)),
    CaseWar(case="falklands-1982", hosts=(160, 200), years=(1982, 1982), arenas=("interstate",)),
    CaseWar(case="kuwait-1990", hosts=(645, 690), years=(1990, 1991), arenas=("interstate",)),
    CaseWar(case="syria-2015", hosts=(652,), years=(2011, 2017)),
)


@record
class HistoryFit:
    """Posterior draws in the coordinates of the sampler, and what they rest on."""

    until: int  #: last year of the decisions
    by: Design
    draws: Floats  #: (draw, coordinate)
    rows: int  #: rows of the fit
    decisions: int  #: rows of the panel that they stand for
    rhat: float
    ess: float
    divergences: int
    passed: bool

    @property
    def layout(self) -> model.Layout:
        """Sizes of the coordinates; the numbers of rows do not matter for them."""
        return model.Layout(eras=self.by.eras, actors=len(self.by.actors), known=len(self.by.known), rows=(0, 0, 0))

    def thinned(self, count: int) -> Floats:
        """(draw, coordinate): up to `count` draws, evenly spaced."""
        rows = np.linspace(0, len(self.draws) - 1, min(count, len(self.draws))).astype(int)
        return self.draws[rows]

    def numbers(self) -> model.ModelNumbers:
        """The numbers of the model, each with the draws as first axis."""
        with jax.enable_x64(True):
            out: model.ModelNumbers = jax.vmap(lambda u: model.numbers(u, self.layout))(jnp.asarray(self.draws))
        return out


def bilateral(panel: pl.DataFrame, until: int) -> pl.DataFrame:
    """Decisions of single states up to a year, without missions and wars of the catalogue."""
    case_war = pl.lit(False)
    for war in CASE_WARS:
        case_war |= (
            pl.col("host").is_in(war.hosts) & pl.col("year").is_between(*war.years) & pl.col("arena").is_in(war.arenas)
        )
    return panel.filter(~pl.col("coalition") & (pl.col("year") <= until) & ~case_war)


def fit(panel: pl.DataFrame, *, until: int, warmup: int = WARMUP, draws: int = DRAWS, seed: int = 1) -> HistoryFit:
    """Sample the posterior of the model given decisions up to a year; needs the extra `fit`.

    Raises `ModelError` for a panel without decisions up to then.
    """
    chosen = bilateral(panel, until)
    if not chosen["helps"].any():
        first = int(panel["year"].min())  # type: ignore[arg-type]
        raise ModelError(f"no state helped anybody up to {until}", allowed=f"a year from {first} on")
    by = design.design(chosen)
    rows = design.arrays(design.thin(chosen, seed), by)
    layout = by.layout(rows)
    density = model.density(layout)
    xla.devices()
    with jax.enable_x64(True):
        centre = start(density, rows, layout)
        sample = nuts.fit(
            density, rows, model.size(layout), seed=seed, warmup=warmup, draws=draws, start=centre, accept=ACCEPT
        )
    return HistoryFit(
        until=until,
        by=by,
        draws=sample.flat,
        rows=len(rows.arena),
        decisions=len(chosen),
        rhat=sample.rhat,
        ess=sample.ess,
        divergences=sample.divergences,
        passed=sample.passed,
    )


def load(path: Path) -> HistoryFit:
    """Read a posterior that `save` wrote; raises `ModelError`."""
    try:
        with np.load(path, allow_pickle=False) as data:
            actors, known = (tuple(map(str, data[name])) for name in ("actors", "known"))
            by = Design(actors=actors, known=known, eras=data["eras"].item())
            numbers = {name: data[name].item() for name in NUMBERS}
            return HistoryFit(by=by, draws=np.asarray(data["draws"], float), **numbers)
    except (OSError, ValueError, KeyError) as error:
        what, fix = f"no posterior of history can be read: {error}", "make one with `standoff history fit`"
        raise ModelError(what, str(path), fix=fix) from None


def save(fitted: HistoryFit, path: Path, draws: int = 250) -> None:
    """Write draws of the posterior, thinned to `draws`, with what is needed to forecast."""
    numbers = {name: getattr(fitted, name) for name in NUMBERS}
    np.savez_compressed(path, draws=fitted.thinned(draws).astype(np.float32), **asdict(fitted.by), **numbers)
