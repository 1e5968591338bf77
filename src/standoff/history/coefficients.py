"""Coefficients learned from history: the shipped posterior, and beliefs of a scenario.

A rung is a fit to decisions up to the end of a year. Of each of its draws it has, for every kind of reason that the data
have, the weight in the middle of all actors (log odds for a payoff of 1, at rationality 1; with a sign) and its standard
deviation over actors and types of war; and the log of the rate a year at which an actor reconsiders. A scenario has an
actor and a case that the fit has not seen, so that a belief is the predictive distribution of a new actor: with draws m and
s, and z standard normal,

    W = m + s z                    of a kind that the data have
    W = m + s z of any such kind   of another kind: an assumption
    half-life = log 2 / exp(m + s z)

It is an equal mixture of normals over draws; its 5, 50 and 95 % are computed without sampling. Two numbers of a scenario
are independent: actors differ by themselves, and what two kinds have in common is the error of their middles alone (a test
holds that this is little). How a weight follows from the slopes of a fit is a rule of `benchmarks/history_weights.py`.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from standoff.errors import DataError
from standoff.files import write_atomic, write_text
from standoff.record import record

HOME = Path(__file__).parent
SUMMARY, DRAWS = "coefficients.json", "coefficients.npz"
ENDS = (0.05, 0.5, 0.95)
DIGITS = 3  # significant; assumption: half a per cent at most, far below the spread, and the same on every machine
BISECTIONS = 60  # halve any interval of weights below rounding
MONTHS = 12.0  # a year
SURE = 0.95  # share of the draws that have a sign, from which on it is sure; assumption: the usual level

Percentiles = tuple[float, float, float]
"""The 5, 50 and 95 % of a belief."""


@record
class Rung:
    """Posterior draws of the fit to decisions up to a year: (draw, kind), the last two (draw,)."""

    until: int
    kinds: tuple[str, ...]
    effect: np.ndarray  #: log odds of a payoff of 1, middle over actors; below 0 against what the kind says
    effect_spread: np.ndarray  #: standard deviation over actors and types of war
    renewal: np.ndarray  #: log of the rate a year of reconsidering
    renewal_spread: np.ndarray  #: over actors

    def weight(self, kind: str = "") -> Percentiles:
        """Weight of a kind of reason for a new actor; by default as of any kind.

        The default is the assumption for a kind that the data lack.
        """
        return self._weights[kind]

    def weight_of_reason(self, kind: str = "") -> Percentiles:
        """The part of `weight` above 0: who writes a reason says in which direction it counts.

        The sign of a payoff is the analyst's statement, with its claims; history says how much such a reason has counted.
        """
        return self._weights_of_reasons[kind]

    def sign(self, kind: str) -> int:
        """1 or -1 where `SURE` of the draws of a kind are above or below 0, else 0."""
        above = (self.effect[:, self.kinds.index(kind)] > 0).mean()
        return int(above >= SURE) - int(above <= 1 - SURE)

    @cached_property
    def _weights(self) -> Mapping[str, Percentiles]:
        known = zip(self.kinds, self.effect.T, self.effect_spread.T, strict=True)
        return {
            "": _percentiles(self.effect.ravel(), self.effect_spread.ravel()),
            **{kind: _percentiles(mean, sd) for kind, mean, sd in known},
        }

    @cached_property
    def _weights_of_reasons(self) -> Mapping[str, Percentiles]:
        columns = {kind: [n] for n, kind in enumerate(self.kinds)} | {"": [*range(len(self.kinds))]}
        return {
            kind: _percentiles(self.effect[:, n].ravel(), self.effect_spread[:, n].ravel(), above=0.0)
            for kind, n in columns.items()
        }

    @cached_property
    def half_life(self) -> Percentiles:
        """Months within which a new actor reconsiders with probability 1/2."""
        return _percentiles(math.log(MONTHS * math.log(2.0)) - self.renewal, self.renewal_spread, math.exp)


@record
class Coefficients:
    """The rungs, and what they were made from."""

    data: Mapping[str, str]  #: file -> SHA-256
    panel: str  #: digest of the panel of decisions
    made: str  #: day
    rungs: tuple[Rung, ...]  #: by year

    def rung(self, year: int) -> tuple[Rung, bool]:
        """The rung for a case of a year, and whether it knows decisions later than the case.

        It is the last one fitted to decisions before that year. Before the first rung (a case of 1956: the data begin in
        1975) it is the last of all, which knows later decisions, and is allowed for one reason: the fit leaves out the
        wars of the cases of the catalogue, so that it has not seen what it is to say.
        """
        earlier = [rung for rung in self.rungs if rung.until < year]
        return (earlier[-1], False) if earlier else (self.rungs[-1], True)


def load(folder: Path | None = None) -> Coefficients:
    """The coefficients of a folder, by default those that ship; raises `DataError`."""
    return _load(folder or HOME)


def digest(folder: Path | None = None) -> str:
    """SHA-256 of both files of a folder; empty if there are none."""
    files = [(folder or HOME) / name for name in (SUMMARY, DRAWS)]
    return hashlib.sha256(b"".join(map(Path.read_bytes, files))).hexdigest() if all(map(Path.is_file, files)) else ""


def save(coefficients: Coefficients, folder: Path) -> None:
    """Write the draws, and a summary of the beliefs that a scenario takes from them."""
    arrays = {
        f"{rung.until}/{name}": getattr(rung, name).astype(np.float32)
        for rung in coefficients.rungs
        for name in _arrays()
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_atomic(folder / DRAWS, buffer.getvalue())
    summary = {
        "data": dict(coefficients.data),
        "panel": coefficients.panel,
        "made": coefficients.made,
        "rungs": {str(rung.until): _summary(rung) for rung in coefficients.rungs},
    }
    write_text(folder / SUMMARY, json.dumps(summary, indent=1, ensure_ascii=False) + "\n")


def _summary(rung: Rung) -> dict[str, Any]:
    """A rung in the readable file: beliefs as p5, p50, p95."""
    weights = {kind: rung.weight(kind) for kind in rung.kinds} | {"another kind (assumption)": rung.weight()}
    return {
        "until": rung.until,
        "draws": len(rung.renewal),
        "kinds": list(rung.kinds),
        "summary": {
            "weight": {name: list(ends) for name, ends in weights.items()},
            "sign": {kind: rung.sign(kind) for kind in rung.kinds},
            "half_life_months": list(rung.half_life),
        },
    }


@lru_cache(maxsize=4)
def _load(folder: Path) -> Coefficients:
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        with np.load(folder / DRAWS, allow_pickle=False) as arrays:
            rungs = tuple(_rung(int(year), entry, arrays) for year, entry in sorted(summary["rungs"].items()))
        if not rungs:
            raise ValueError("it has no rung")
        return Coefficients(data=summary["data"], panel=summary["panel"], made=summary["made"], rungs=rungs)
    except FileNotFoundError as error:
        what = f"there are no coefficients of history: {error.filename} is missing"
        raise DataError(what, fix="install the package again: its files are incomplete") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"the coefficients of history in {folder} are damaged: {error}"
        raise DataError(what, allowed=f"{SUMMARY} and {DRAWS} of one fit", fix="install the package again") from None


def _rung(until: int, entry: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Rung:
    """A rung from the files; raises `ValueError` if they do not fit together."""
    kinds, draws = tuple(entry["kinds"]), int(entry["draws"])
    parts = {name: np.asarray(arrays[f"{until}/{name}"], float) for name in _arrays()}
    for name, part in parts.items():
        shape = (draws, len(kinds)) if name.startswith("effect") else (draws,)
        if part.shape != shape or not np.isfinite(part).all() or (name.endswith("spread") and (part <= 0).any()):
            raise ValueError(f"{until}/{name} is not {shape} finite numbers{', above 0' * name.endswith('spread')}")
    return Rung(until=until, kinds=kinds, **parts)


def _arrays() -> tuple[str, ...]:
    """Names of the arrays of a rung."""
    return tuple(field.name for field in fields(Rung) if field.name not in {"until", "kinds"})


def _percentiles(
    mean: np.ndarray, sd: np.ndarray, of: Callable[[float], float] = float, above: float = -math.inf
) -> Percentiles:
    """5, 50 and 95 % of a function of the part of x, a mixture of normals, `above` a number."""
    from scipy.special import ndtr  # imported late: a scenario without `history` does not need it

    cut = ndtr((above - mean) / sd).mean()
    ends = cut + (1 - cut) * np.array(ENDS)
    low = np.full(len(ENDS), float((mean - 9 * sd).min()))
    high = np.full(len(ENDS), float((mean + 9 * sd).max()))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = ndtr((middle[:, None] - mean) / sd).mean(axis=1) < ends
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    first, second, third = (float(f"{of(x):.{DIGITS}g}") for x in (low + high) / 2)
    return first, second, third
