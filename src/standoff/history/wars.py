"""How soon wars end, how, and whether they come back: coefficients of history, and curves and shares from them.

A war of a kind that has lasted m months ends in the next with the chance h(m) = 1 - S(m + 1) / S(m), where

    S(m) = (1 + pace H(m))^(-1/pace),  H(m) = sum of exp(level + slope log(i + 1/2)) over months i = 0 ... m - 1

`pace` is the variance between wars of a factor on the hazard. The coefficients are those of `standoff history wars build`;
`shapes` are twelve other fits of one likelihood that history cannot tell apart. See docs/wars.md for what must not be claimed.

Sources: sarkees2010 and kreutz2010 (data), vaupel1979 (the gamma factor).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from standoff.errors import DataError, require
from standoff.record import record
from standoff.types import Floats

HOME = Path(__file__).with_name("wars.json")
KINDS = ("interstate", "small_interstate", "internationalised", "internal", "extrastate")
WAYS = ("deal", "victory", "dying_down")
AGES = (0, 6, 12, 24, 60)  #: months at which the bands of ages begin
HORIZONS = (6, 12, 24, 60)  #: months
MONTH = 365.2425 / 12  #: days
DRAWS = 6000  #: behind a band: its ends err by a hundredth of the chance at most
ENDS = (0.05, 0.95)


@record
class WarHistory:
    """Coefficients and counts of the panel of wars."""

    made: str  #: day
    data: Mapping[str, str]  #: file -> SHA-256
    counts: Mapping[str, float]
    hazard: Mapping[str, Mapping[str, Any]]  #: kind -> mean and covariance of level, slope and log pace
    shapes: Sequence[Mapping[str, Mapping[str, Any]]]  #: the same of each fit that fits as well
    lengths: Mapping[str, Mapping[str, Sequence[float]]]  #: kind -> months of those that ended, and of those `open`
    ways: Mapping[str, Any]  #: mean and covariance of a multinomial logit, see `ways`
    counted_ways: Mapping[
        str, Mapping[str, Sequence[int]]
    ]  #: kind -> first month of a band of ages -> endings by `WAYS`
    won: Mapping[str, Sequence[int]]  #: first month of a band -> wars with a victor by the Correlates of War, and all
    relapse: Sequence[Mapping[str, Any]]  #: after which end, within how many months, of how many: chance and its error
    scores: Sequence[Mapping[str, Any]] = ()  #: of forecasts from the past alone, by `benchmarks.wars`

    def to_data(self) -> dict[str, Any]:
        """Plain data, as stored."""
        return dict(vars(self))


@record
class EndingChance:
    """Chance that a war ends within some months, with its bands of 90 %, and plain counts."""

    within: int  #: months
    mean: float
    band: tuple[float, float]  #: over draws of the fit
    shapes: tuple[float, float]  #: over all shapes that fit as well
    ended: int  #: of wars of the kind that had lasted as long
    of: int


@lru_cache(maxsize=1)
def load() -> WarHistory:
    """The coefficients that ship; raises `DataError`."""
    try:
        return WarHistory(**json.loads(HOME.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        what = f"the coefficients of wars are damaged: {error}"
        raise DataError(what, str(HOME), fix="install the package again") from None


def numbers(kind: str, draws: int = 0, shapes: bool = False) -> Floats:
    """(draw, 3) level, slope and pace of a kind; without draws at the mode, one row for each fit."""
    require(kind, KINDS, "kind of war")
    fits = load().shapes if shapes else (load().hazard,)
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


def ending_chance(kind: str, age: int, within: int, draws: int = DRAWS) -> EndingChance:
    """Chance that a war that has lasted `age` months ends within some more."""
    require(kind, KINDS, "kind of war")
    ours, others = (
        1 - alive[:, -1] / alive[:, age]
        for alive in (survival(kind, age + within, draws, shapes) for shapes in (False, True))
    )
    ended, still = (np.array(load().lengths[kind][each]) for each in ("ended", "open"))
    return EndingChance(
        within=within,
        mean=float(ours.mean()),
        band=_band(ours),
        shapes=_band(others),
        ended=int(((ended > age) & (ended <= age + within)).sum()),
        of=int((ended > age).sum() + (still > age).sum()),
    )


def ways(kind: str, age: float, severe: bool = True, recent: bool = True, draws: int = 0) -> Floats:
    """(draw, 3) shares of `WAYS` among wars that end at an age.

    severe: 1,000 dead in the last year; recent: ends after 1989. Wars between states are read as episodes between states.
    """
    require(kind, KINDS, "kind of war")
    place = max(KINDS.index(kind) - 1, 0)
    x = np.r_[1, np.log(age + 0.5), severe, recent, np.eye(len(KINDS) - 1)[place]]
    b = _normal(load().ways, draws).reshape(-1, 2, len(x))
    odds = np.exp(np.pad(b @ x, ((0, 0), (1, 0))))
    return odds / odds.sum(1, keepdims=True)


def band_of(age: float) -> str:
    """The band of ages of a war, by its first month."""
    return str(max(first for first in AGES if first <= age))


def _normal(of: Mapping[str, Any], draws: int) -> Floats:
    mean = np.array(of["mean"])
    return np.random.default_rng(1).multivariate_normal(mean, of["covariance"], draws) if draws else mean[None]


def _band(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, ENDS)
    return float(low), float(high)
