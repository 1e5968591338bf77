"""Standard methods of time series as rivals of a model, fitted to reports of its origin.

Reports are put on months that end with the last report, by linear interpolation between reports. A cumulative quantity is
forecast by its increments x of a month, any other by its level x:

    ses          simple exponential smoothing of x
    theta        the Theta method: simple exponential smoothing with half the slope of a regression line as its drift
    auto_ets     exponential smoothing with additive or multiplicative errors, with or without a trend or a damped one, by AICc
    local_level  a random walk observed with error, of log x
    log_ar1      a first-order autoregression with a constant, of log x

Each is fitted by maximum likelihood, and simulated from the last month on; parameters are taken as known, and seasons are not
modelled. The means of a year add simulated months to known ones, where the reports have the stock by month.

What was fitted is on disk by the digest of the series: a roll fits the series of past origins again, to choose the best rival.

Sources: hyndman2008 (exponential smoothing, AICc), assimakopoulos2000 and hyndman2003 (Theta), harvey1989 (local level).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import numpy as np

from standoff import blas
from standoff.array_files import pack, unpack
from standoff.evaluation.hindcast.baselines import RANKS, YEAR, points_of
from standoff.evaluation.hindcast.reports import Report, between
from standoff.files import cache_dir, json_digest, read_cached, write_cached
from standoff.types import Floats
from standoff.versions import versions

Method: TypeAlias = Callable[[Floats, int], Floats]  # a series (T,) and steps H -> simulated paths (H, PATHS)
PATHS = 1000  #: simulated paths; the ends of a 90 % interval have an error of a twentieth of its length
STEPS = 16  #: months that are simulated at least; assumption: a year and what reports lag
FEWEST = 8  #: months from which a method is fitted: two more than the parameters of a damped trend; assumption
LEAST = 0.01  #: smallest month of a series, as a share of its mean, before logarithms are taken; assumption
SEED = 1
MOST = 3000  #: series whose fits are on disk, some 100 MB; assumption
WORDS = {
    "ses": "exponential smoothing",
    "theta": "Theta",
    "auto_ets": "AutoETS",
    "local_level": "local level",
    "log_ar1": "log AR(1)",
}


def distributions(
    known: Sequence[Report],
    days: Sequence[dt.date],
    grows: bool,
    zero: dt.date | None = None,
    by_month: Sequence[Report] = (),
) -> list[dict[str, Floats]]:
    """(200,) equally likely values for each of some later days by each method.

    Empty where the reports span too few months. zero: start of a cumulative quantity. by_month: reports of the same stock
    by month, where `known` are means of years.
    """
    points = points_of(by_month or known, grows, zero)
    none: list[dict[str, Floats]] = [{} for _ in days]
    if len(points) < 2:
        return none
    last = points[-1][0]
    months, value = np.array([between(at, last) for at, _ in points]), np.array([y for _, y in points])
    grid = -np.arange(math.floor(-months[0]) + 1)[::-1].astype(float)
    levels = np.interp(grid, months, value)
    series = np.diff(levels) if grows else levels
    if len(series) < FEWEST or not series.any():
        return none
    ahead = [between(day, last) for day in days]
    found = _kept(levels, ahead, grows, bool(by_month))
    return [{name: each[n] for name, each in found.items()} for n in range(len(ahead))]


def _kept(levels: Floats, ahead: Sequence[float], grows: bool, over_year: bool) -> dict[str, Floats]:
    """(day, 200) values by method, from the disk where they are there."""
    folder, parts = (
        cache_dir("rivals"),
        [levels.tolist(), list(ahead), grows, over_year, versions(), version("statsmodels"), SOURCE],
    )
    file = None if folder is None else folder / json_digest(parts)
    raw = None if file is None else read_cached(file)
    if raw is not None:
        return unpack(raw)
    found = _fitted(levels, ahead, grows, over_year)
    if file is not None:
        write_cached(file, pack(found), MOST)
    return found


def _fitted(levels: Floats, ahead: Sequence[float], grows: bool, over_year: bool) -> dict[str, Floats]:
    series, out = np.diff(levels) if grows else levels, dict[str, Floats]()
    for name, paths in _simulated(tuple(series.tolist()), max(STEPS, *map(math.ceil, ahead))).items():
        paths = levels[-1] + np.cumsum(np.maximum(paths, 0.0), axis=0) if grows else paths
        whole = np.vstack([np.repeat(levels[:, None], PATHS, axis=1), paths])
        values = [_at(whole, len(levels), lag, over_year) for lag in ahead]
        out[name] = np.array([np.quantile(each, RANKS) for each in values])
    return out


@lru_cache(maxsize=400)
def _simulated(series: tuple[float, ...], steps: int) -> dict[str, Floats]:
    """(step, path) of each method that fits; past origins ask for the same series at other days."""
    with blas.one_thread():
        each = {name: _finite(method, np.array(series), steps) for name, method in METHODS.items()}
    return {name: paths.astype(np.float32) for name, paths in each.items() if paths is not None}


def _at(paths: Floats, known: int, lag: float, over_year: bool) -> Floats:
    """(path,) values `lag` months after the last of `known` months, or the mean of a year."""
    stop = known + max(math.ceil(lag), 1)
    if over_year:
        return paths[stop - int(YEAR) : stop].mean(axis=0)
    part = stop - known - lag  # of the last step that lies beyond the day
    return paths[stop - 1] * (1 - part) + paths[stop - 2] * part


def _finite(method: Method, series: Floats, steps: int) -> Floats | None:
    """Paths of a method; None where its fit fails, as of a series of few different numbers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            paths = np.asarray(method(series, steps), float).reshape(steps, -1)
    except (ValueError, np.linalg.LinAlgError, ZeroDivisionError):
        return None
    return paths if np.isfinite(paths).all() else None


def _errors(variance: float, steps: int) -> Floats:
    return math.sqrt(variance) * np.random.default_rng(SEED).standard_normal((steps, PATHS))


def _smoothing(series: Floats, steps: int, **form: object) -> tuple[float, Floats]:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fit = ETSModel(series, **form).fit(disp=False)
    errors = _errors(fit.scale, steps)
    return float(fit.aicc), fit.simulate(steps, anchor="end", repetitions=PATHS, random_errors=errors)


def _ses(series: Floats, steps: int) -> Floats:
    return _smoothing(series, steps)[1]


def _auto_ets(series: Floats, steps: int) -> Floats:
    errors = ("add", "mul") if series.min() > 0 else ("add",)
    trends: tuple[dict[str, object], ...] = ({}, {"trend": "add"}, {"trend": "add", "damped_trend": True})
    fits = [_smoothing(series, steps, error=error, **trend) for error in errors for trend in trends]
    return min((fit for fit in fits if np.isfinite(fit[0])), key=lambda fit: fit[0])[1]


def _theta(series: Floats, steps: int) -> Floats:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fit = ThetaModel(series, period=1, deseasonalize=False).fit()
    errors = _errors(fit.sigma2, steps)
    before = np.vstack([np.zeros((1, PATHS)), np.cumsum(errors, axis=0)[:-1]])
    middle = np.asarray(fit.forecast(steps), float)[:, None]
    return middle + errors + float(fit.params["alpha"]) * before


def _local_level(series: Floats, steps: int) -> Floats:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    return _simulated_logs(UnobservedComponents(_logs(series), "llevel"), steps)


def _log_ar1(series: Floats, steps: int) -> Floats:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    return _simulated_logs(SARIMAX(_logs(series), order=(1, 0, 0), trend="c"), steps)


def _logs(series: Floats) -> Floats:
    return np.log(np.maximum(series, LEAST * np.abs(series).mean()))


def _simulated_logs(model: object, steps: int) -> Floats:
    fit = model.fit(disp=False)  # type: ignore[attr-defined]
    paths = fit.simulate(steps, anchor="end", repetitions=PATHS, rng=SEED)
    return np.exp(np.asarray(paths).reshape(steps, PATHS))


METHODS: Mapping[str, Method] = {
    "ses": _ses,
    "theta": _theta,
    "auto_ets": _auto_ets,
    "local_level": _local_level,
    "log_ar1": _log_ar1,
}
SOURCE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()  #: of what is fitted
