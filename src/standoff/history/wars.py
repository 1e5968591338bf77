"""How soon wars end, how, and whether they come back: curves from coefficients of history.

A war of a kind that has lasted m months ends in the next with the chance h(m) = 1 - S(m + 1) / S(m), where

    S(m) = (1 + pace H(m))^(-1/pace),  H(m) = sum of exp(level + slope log(i + 1/2)) over months i = 0 ... m - 1

and `pace` is the variance between wars of a factor on the hazard. `wars.json` holds what `benchmarks.wars --ship` made of a
panel of wars: `hazard` has by kind the mean and covariance of level, slope and log pace, `shapes` the same of twelve other
fits that history cannot tell from it; `lengths` the months of wars that `ended` and of those `open`; `ways` a logit of how wars
end. See docs/wars.md for what must not be claimed.

Sources: sarkees2010 and kreutz2010 (data), vaupel1979 (the gamma factor).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from standoff.errors import require
from standoff.record import record
from standoff.statistics import central_90
from standoff.types import Floats

HOME = Path(__file__).with_name("wars.json")
KINDS = ("interstate", "small_interstate", "internationalised", "internal", "extrastate")
WAYS = ("deal", "victory", "dying_down")
AGES = (0, 6, 12, 24, 60)  #: months at which the bands of ages begin
MONTH = 365.2425 / 12  #: days
DRAWS = 6000  #: behind a band, so that its ends err by a hundredth of the chance at most
ENDS = (0.05, 0.95)


@record
class EndingChance:
    """Chance that a war ends within some months, its bands of 90 %, and plain counts."""

    within: int  #: months
    mean: float
    band: tuple[float, float]  #: over draws of the fit
    shapes: tuple[float, float]  #: over all shapes that fit as well
    ended: int
    of: int  #: wars of the kind that had lasted as long


def load() -> Mapping[str, Any]:
    """The coefficients, as stored."""
    return _stored()


@lru_cache(maxsize=1)
def _stored() -> Mapping[str, Any]:
    return dict(json.loads(HOME.read_text("utf-8")))


def numbers(kind: str, draws: int = 0, shapes: bool = False) -> Floats:
    """(draw, 3) level, slope and pace of a kind; without draws the mode of each fit."""
    require(kind, KINDS, "kind of war")
    found = load()
    fits = found["shapes"] if shapes else [found["hazard"]]
    out = np.concatenate([_normal(fit[kind], draws // len(fits)) for fit in fits])
    out[:, 2] = np.exp(out[:, 2])
    return out


def survival(kind: str, months: int, draws: int = 0, shapes: bool = False) -> Floats:
    """(draw, months + 1) chance that a war is not over after 0, 1, ... months."""
    level, slope, pace = numbers(kind, draws, shapes).T[..., None]
    total = np.cumsum(np.exp(level + slope * np.log(np.arange(months) + 0.5)), axis=1)
    return np.exp(-np.log1p(pace * np.pad(total, ((0, 0), (1, 0)))) / pace)


def hazard(kind: str, months: int, draws: int = 0, shapes: bool = False) -> Floats:
    """(draw, months) chance that a war ends in its month 0, 1, ..., if it has not before."""
    alive = survival(kind, months, draws, shapes)
    return 1 - alive[:, 1:] / alive[:, :-1]


@lru_cache(maxsize=64)
def ending_chance(kind: str, age: int, within: int) -> EndingChance:
    """Chance that a war that has lasted `age` months ends within some more."""
    ours, others = (survival(kind, age + within, DRAWS, shapes) for shapes in (False, True))
    chance = 1 - ours[:, -1] / ours[:, age]
    ended, still = map(np.array, load()["lengths"][kind].values())
    return EndingChance(
        within=within,
        mean=float(chance.mean()),
        band=central_90(chance),
        shapes=central_90(1 - others[:, -1] / others[:, age]),
        ended=int(((ended > age) & (ended <= age + within)).sum()),
        of=int((ended > age).sum() + (still > age).sum()),
    )


def ways(kind: str, age: float, severe: bool = True, recent: bool = True, draws: int = 0) -> Floats:
    """(draw, 3) shares of `WAYS` among wars that end at an age.

    severe: 1,000 dead in the last year; recent: ends after 1989. Wars between states are read as episodes between states.
    """
    require(kind, KINDS, "kind of war")
    x = np.r_[1, np.log(age + 0.5), severe, recent, np.eye(len(KINDS) - 1)[max(KINDS.index(kind) - 1, 0)]]
    odds = np.exp(np.pad(_normal(load()["ways"], draws).reshape(-1, 2, len(x)) @ x, ((0, 0), (1, 0))))
    return odds / odds.sum(1, keepdims=True)


def band_of(age: float) -> str:
    """The band of ages of a war, by its first month."""
    return str(max(first for first in AGES if first <= age))


def _normal(of: Mapping[str, Any], draws: int) -> Floats:
    middle = np.array(of["mean"])
    return np.random.default_rng(1).multivariate_normal(middle, of["covariance"], draws) if draws else middle[None]
