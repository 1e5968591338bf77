"""Forecasts of crises out of sample by the rivals of the rule, and their scores.

Skill is the share of the Brier score of the base rate of the training years that a rival saves. The slope is that of a
logit of outcomes on log odds: 1 is right, below it forecasts are too bold. Intervals are central 90 % over resamples of
protracted conflicts; a crisis outside one stands for itself.

Sources: brier1950, hanley1982 (area), cox1958 (slope); penalty, trees and weights are those of `crises_rule.yaml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from standoff import blas
from standoff.addons.history.crises import FULL, VIOLENT, CrisisTable, area, build, rule
from standoff.addons.tables import pl
from standoff.errors import DataError
from standoff.files import json_digest, write_json
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.serialise import to_plain
from standoff.statistics import central_90, jeffreys_interval
from standoff.types import Floats, Ints
from standoff.versions import install_command

try:
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
except ModuleNotFoundError:
    missing = "scoring crises needs scikit-learn, which is not installed"
    raise DataError(missing, fix=install_command("crises")) from None

SPLIT, FIRST, LAST, BLOCK, SINCE = 1985, 1966, 2017, 5, 1945  #: years of the tests of the rule; since when rates count
LEAST = 0.005  #: of a forecast; assumption
ACTS = {"us": ("usinv", "usfavr", 2), "russia": ("suinv", "sufavr", 365)}
SEMI_MILITARY = (7, 8)  #: acts that are semi-military or direct, by a power that is no actor
TRIGGER = pl.col("break").replace_strict({7: "show of force", 8: "indirect violence", 9: "violence"}, default="other")
FEUD = pl.col("pcid").fill_null(-pl.col("crisno"))
CLASSES = {
    "all": pl.lit("all"),
    "trigger": TRIGGER,
    "war under way": pl.col("under_way"),
    "strategic rivals": pl.col("rivalry") > 0,
    "pact of defence": pl.col("defence") > 0,
    "great powers": pl.sum_horizontal(pl.col("great_a", "great_b") > 0),
}
#: what crises are divided by, one at a time; great powers are counted among the two sides
ANSWERS = ("none", "threat", "show", "limited_force", "full_force")
GIVEN = {1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 2, 7: 2}  #: code of an answer -> its place in `ANSWERS`; force from there on


@record
class RivalScore:
    """Score of one rival on one line."""

    rival: str
    area: float
    area_band: tuple[float, float]
    skill: float
    skill_band: tuple[float, float]
    slope: float | None  #: None of a constant forecast
    mean: float  #: forecast


@record
class CrisisLine:
    """Rivals on one outcome, line and test."""

    outcome: str
    line: str
    test: str
    forecasts: int
    events: int
    scores: tuple[RivalScore, ...]
    best: tuple[str, ...]  #: rivals within the rule's `same` of the highest skill: none of them is better than another


@record
class CrisisScores:
    """All lines, how often lengths fell into a band of earlier ones, and rates since 1945."""

    lines: tuple[CrisisLine, ...]
    length: tuple[Mapping[str, Any], ...]
    rates: tuple[Mapping[str, Any], ...]  #: by class, each with its 90 % interval
    note: str  #: what was known when the rule was made

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, rounded to four digits."""
        return dict(json.loads(json.dumps(to_plain(asdict(self))), parse_float=lambda text: round(float(text), 4)))


def score(folder: Path, parts: Path | None = None, progress: Progress = SILENT) -> CrisisScores:
    """Score every outcome, line and test of the rule on the publishers' files.

    parts: folder of finished lines, from which an interrupted run goes on. Raises `DataError`.
    """
    table, how = build(folder), rule()
    mark = json_digest([how, [file.sha256 for file in table.files.values()]])[:12]
    cases = [(outcome, line, test) for outcome in how["outcomes"] for line in how["lines"] for test in how["tests"]]
    lines = []
    with blas.one_thread():
        for case in track(progress, "lines", cases):
            path = parts / f"{'-'.join(case)}-{mark}.json" if parts else None
            kept = path is not None and path.is_file()
            rows = _stored(path) if path and kept else _forecasts(table, *case)
            if path and not kept:
                write_json(path, rows)
            lines.append(_line(*case, rows))
        lines += [
            _line(f"helped_by_{power}", "all", test, _helped(table, power, test))
            for power in ACTS
            for test in how["tests"]
        ]
    length = tuple(_length(table, test) for test in how["tests"])
    return CrisisScores(lines=tuple(lines), length=length, rates=tuple(_rates(table)), note=how["seen"])


def _stored(path: Path) -> dict[str, list[Any]]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except ValueError as error:
        raise DataError(f"the finished line cannot be read: {error}", str(path), fix="remove it") from None


def _splits(rows: pl.DataFrame, test: str) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Training and test rows of each fit of a test."""
    year = pl.col("yrtrig")
    if test == "to_1985":
        yield rows.filter(year <= SPLIT), rows.filter(year > SPLIT)
        return
    for first in range(FIRST, LAST + 1, BLOCK):
        yield rows.filter(pl.col("last") < first), rows.filter(year.is_between(first, first + BLOCK - 1))


def _forecasts(table: CrisisTable, outcome: str, line: str, test: str) -> dict[str, list[Any]]:
    """Test rows of a line: its event, protracted conflict and the forecast of each rival."""
    worst = {"war": FULL, "serious": FULL - 1}
    event = pl.col("majres") >= VIOLENT if outcome == "answer" else pl.col("viol") >= worst[outcome]
    rows = table.actors if outcome == "answer" else table.crises
    rows = rows.with_columns(event=event.cast(pl.Int64), feud=FEUD, cell=pl.format("{} {}", "under_way", TRIGGER))
    if line != "all":
        rows = rows.filter(~pl.col("under_way") & ((pl.col("break") < VIOLENT) | (line == "no_war")))
    return _collected(rows, test, [*rule()["variables"]])


def _helped(table: CrisisTable, power: str, test: str) -> dict[str, list[Any]]:
    """The same for whom a great power helps, by tie alone.

    Rows are actors towards whom it acts semi-militarily or more.
    """
    acts, favours, code = ACTS[power]
    rows = table.entries.filter(
        pl.col(acts).is_in(SEMI_MILITARY) & pl.col(favours).is_in((1, 3)) & (pl.col("b") != code)
    )
    cell = pl.format("{} {}", f"defence_{code}", f"rivalry_{code}")
    rows = rows.with_columns(event=(pl.col(favours) == 1).cast(pl.Int64), feud=FEUD, cell=cell)
    return _collected(rows, test, [])


def _collected(rows: pl.DataFrame, test: str, columns: Sequence[str]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for train, new in _splits(rows, test):
        given = {"event": new["event"].to_numpy(), "feud": new["feud"].to_numpy(), **_rivals(train, new, columns)}
        for name, values in given.items():
            out.setdefault(name, []).extend(values.tolist())
    return out


def _rivals(train: pl.DataFrame, new: pl.DataFrame, columns: Sequence[str]) -> dict[str, Floats]:
    """The forecast of each rival; without columns those of rates alone."""
    numbers, event = rule()["numbers"], train["event"].to_numpy()
    weight, mean = numbers["weight"], event.mean()
    hits = (pl.col("event").sum() + weight * mean) / (pl.len() + weight)
    cells = dict(train.group_by("cell").agg(hits).iter_rows())
    out = {
        "base_rate": np.full(new.height, mean),
        "cells": np.array([cells.get(cell, mean) for cell in new["cell"]]),
    }
    if not columns:
        return out
    x, there = (rows.select(pl.col(columns).cast(pl.Float64)).to_numpy() for rows in (train, new))
    folds = StratifiedGroupKFold(numbers["folds"], shuffle=True, random_state=1).split(x, event, train["feud"])
    penalties = {"Cs": np.logspace(-4, 1, 11), "l1_ratios": (0,), "use_legacy_attributes": False}
    boosting = {
        "n_estimators": numbers["trees"],
        "max_depth": numbers["depth"],
        "learning_rate": numbers["learning_rate"],
    }
    ridge = LogisticRegressionCV(cv=list(folds), scoring="neg_log_loss", solver="newton-cholesky", **penalties)
    models = {
        "ridge": (StandardScaler(), ridge),
        "trees": (GradientBoostingClassifier(random_state=1, **boosting),),
    }
    for name, steps in models.items():
        model = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), *steps)
        out[name] = model.fit(x, event).predict_proba(there)[:, 1]
    for name, two in {"blend": ("ridge", "trees"), "stack": ("cells", "blend")}.items():
        out[name] = 1 / (1 + np.exp(-np.mean([_log_odds(out[each]) for each in two], axis=0)))
    return out


def _log_odds(p: Floats) -> Floats:
    p = p.clip(LEAST, 1 - LEAST)
    return np.log(p / (1 - p))


def _line(outcome: str, line: str, test: str, rows: Mapping[str, list[Any]]) -> CrisisLine:
    event, feuds = np.array(rows["event"], float), np.unique(rows["feud"], return_inverse=True)[1]
    size, how = feuds.max() + 1, rule()
    times = np.random.default_rng(1).multinomial(size, np.full(size, 1 / size), how["numbers"]["resamples"])[:, feuds]
    base = (np.array(rows["base_rate"]) - event) ** 2
    scores = tuple(
        _scored(name, np.array(rows[name]), base, event, times) for name in rows if name not in ("event", "feud")
    )
    highest = max(each.skill for each in scores)
    return CrisisLine(
        outcome=outcome,
        line=line,
        test=test,
        forecasts=len(event),
        events=int(event.sum()),
        scores=scores,
        best=tuple(each.rival for each in scores if each.skill >= highest - how["numbers"]["same"] / 100),
    )


def _scored(name: str, p: Floats, base: Floats, event: Floats, times: Ints) -> RivalScore:
    """Score of a forecast; `base`: loss of the base rate, `times`: (resample, forecast) counts."""
    yes, loss, odds = event > 0, (p - event) ** 2, _log_odds(p)[:, None]
    right = (p[yes, None] > p[~yes]) + 0.5 * (p[yes, None] == p[~yes])
    with np.errstate(invalid="ignore"):
        areas = ((times[:, yes] @ right) * times[:, ~yes]).sum(1) / (times[:, yes].sum(1) * times[:, ~yes].sum(1))
    varies = np.ptp(odds) > 0
    return RivalScore(
        rival=name,
        area=area(p, event),
        area_band=_band(areas),
        skill=float(1 - loss.sum() / base.sum()),
        skill_band=_band(1 - times @ loss / (times @ base)),
        slope=float(LogisticRegression(C=np.inf).fit(odds, event).coef_[0, 0]) if varies else None,
        mean=float(p.mean()),
    )


def _band(values: Floats) -> tuple[float, float]:
    return central_90(values[np.isfinite(values)])


def _length(table: CrisisTable, test: str) -> dict[str, Any]:
    """How often the 10 to 90 % of lengths of the training years held.

    The band in weeks is that of the last fit.
    """
    weeks = (pl.col("last") - pl.col("time")).clip(1 / 365) * 365.25 / 7
    rows, held, ends = table.crises.drop_nulls("last").with_columns(weeks=weeks), list[bool](), [0.0, 0.0]
    for train, new in _splits(rows, test):
        ends = np.quantile(train["weeks"].to_numpy(), (0.1, 0.9)).tolist()
        held += new["weeks"].is_between(*ends).to_list()
    return {"test": test, "crises": len(held), "covered": float(np.mean(held)), "weeks": ends}


def _rates(table: CrisisTable) -> Iterator[dict[str, Any]]:
    """How far crises went, and how first actors answered, by class."""
    force = len(ANSWERS) - 2 + (pl.col("sevvio") == FULL).fill_null(value=False).cast(pl.Int64)
    answer = pl.col("majres").replace_strict(GIVEN, default=None, return_dtype=pl.Int64).fill_null(force)
    late, actors = (rows.filter(pl.col("yrtrig") >= SINCE) for rows in (table.crises, table.actors))
    for by, key in CLASSES.items():
        of = key.cast(pl.String).alias("class")
        answers = dict(actors.group_by(of).agg(answer).iter_rows())
        for name, violence in sorted(late.group_by(of).agg("viol").iter_rows()):
            hits = {"serious": np.array(violence) >= FULL - 1, "full_scale_war": np.array(violence) == FULL}
            hits |= {each: np.array(answers[name]) == place for place, each in enumerate(ANSWERS)}
            shares = {each: (hit.mean(), *jeffreys_interval(int(hit.sum()), len(hit))) for each, hit in hits.items()}
            yield {"by": by, "class": name, "crises": len(violence), "answers": len(answers[name])} | shares
