"""Rows of the panel as arrays of the model, and the sample of rows without help."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from standoff.addons.history.covariates import NAMES
from standoff.addons.history.model import Layout, Rows
from standoff.addons.history.sides import ARENAS
from standoff.addons.tables import pl
from standoff.record import record

FIRST_ERA, ERA_YEARS = 1976, 5
OWN = 50  #: years of help from which an actor has weights of its own; assumption: fewer say little beyond the prior
LIKELY_SHARE, OTHER_SHARE = 0.2, 0.02
#: shares of rows without help that are kept (see `thin`); assumption: twenty thousand rows, a fit of minutes


@record
class Design:
    """Which actors have numbers of their own, and up to which year."""

    actors: tuple[str, ...]
    known: tuple[str, ...]
    eras: int

    def layout(self, rows: Rows) -> Layout:
        """Sizes of the model for these rows."""
        counts = np.bincount(np.asarray(rows.arena), minlength=len(ARENAS))
        return Layout(eras=self.eras, actors=len(self.actors), known=len(self.known), rows=tuple(map(int, counts)))


def design(panel: pl.DataFrame) -> Design:
    """Actors of a panel: those that ever helped, and those with weights of their own."""
    years = panel.filter("helps").group_by("actor").len().sort("len", "actor", descending=[True, False])
    actors = tuple(sorted(years["actor"].to_list()))
    known = tuple(years.filter(pl.col("len") >= OWN)["actor"].to_list())
    return Design(actors=actors, known=known, eras=(int(panel["year"].max()) - FIRST_ERA) // ERA_YEARS + 1)  # type: ignore[arg-type]


def thin(panel: pl.DataFrame, seed: int = 0) -> pl.DataFrame:
    """Rows with help before or now, and a sample of the others with the `share` kept."""
    share = np.where(panel["likely"].to_numpy(), LIKELY_SHARE, OTHER_SHARE)
    whole = (panel["helps"] | panel["helped_last"]).to_numpy()
    sampled = np.random.default_rng(seed).random(len(share)) < share
    share = np.where(panel["helped_last"].to_numpy(), 1.0, share)
    return panel.with_columns(pl.Series("share", share)).filter(pl.Series(whole | sampled)).pipe(sort)


def sort(panel: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of arenas, otherwise as they are."""
    return panel.sort(pl.col("arena").replace_strict({name: i for i, name in enumerate(ARENAS)}), maintain_order=True)


def arrays(panel: pl.DataFrame, by: Design) -> Rows:
    """Arrays of a panel in the order of arenas (see `sort`); without `share` it is complete."""
    helps = panel["helps"].to_numpy()
    may_support, may_send = (~panel["troops"].fill_null(False)).to_numpy(), panel["troops"].fill_null(True).to_numpy()
    troops_before = panel["troops_last"].fill_null(False).to_numpy()
    known = _places(panel["actor"], by.known)
    x, own = panel.select(NAMES).to_numpy().astype(float), np.flatnonzero(known < len(by.known))
    return Rows(
        x=x,
        own=own,
        x_own=x[own],
        arena=_places(panel["arena"], ARENAS),
        era=np.minimum((panel["year"].to_numpy() - FIRST_ERA) // ERA_YEARS, by.eras - 1),
        actor=_places(panel["actor"], by.actors),
        known=known,
        before=np.where(panel["helped_last"].to_numpy(), np.where(troops_before, 2, 1), 0),
        allowed=np.stack([~helps, helps & may_support, helps & may_send], axis=1).astype(float),
        share=panel["share"].to_numpy() if "share" in panel.columns else np.ones(len(panel)),
        years=np.log1p(panel["years_helping"].to_numpy()),
        new_leader=panel["new_leader"].to_numpy().astype(float),
    )


def _places(names: pl.Series, known: Sequence[str]) -> np.ndarray:
    """Place of each name among the known; the number of these for all others."""
    places = {name: i for i, name in enumerate(known)}
    return names.replace_strict(places, default=len(known), return_dtype=pl.Int64).to_numpy()
