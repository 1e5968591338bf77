"""Forecasts of crises out of sample by the rivals of the rule, and their scores.

Skill is the share of the Brier score of the base rate of the training years that a rival saves, `own` of that of the test
years. The slope is that of a logit of outcomes on log odds: 1 is right, below it forecasts are too bold. Intervals are central
90 % over resamples of protracted conflicts; a crisis outside one stands for itself.

Sources: brier1950, hanley1982 (area), cox1958 (slope); penalty, trees and weights are those of `crises_rule.yaml`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from standoff.addons.history import crises
from standoff.addons.history.crises import TRIGGERS, CrisisTable, area
from standoff.addons.tables import pl
from standoff.errors import DataError
from standoff.files import json_digest, write_json
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.types import Floats
from standoff.versions import require_packages

EXTRA = "crises"
SPLIT, FIRST, LAST, BLOCK = 1985, 1966, 2017, 5  #: years of the tests of the rule
LEAST = 0.005  #: of a forecast; assumption
POWERS = {"us": ("usinv", "usfavr", 2), "russia": ("suinv", "sufavr", 365)}
ACTS = (7, 8)  #: semi-military or direct, by a power that is no actor
MIDDLE = (0.1, 0.9)


@record
class RivalScore:
    """Score of one rival on one line."""

    rival: str
    area: float
    area_band: tuple[float, float]
    skill: float
    skill_band: tuple[float, float]
    own: float
    slope: float
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
    """All lines."""

    lines: tuple[CrisisLine, ...]
    length: tuple[Mapping[str, Any], ...]
    seen: str

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        rows = [{**vars(line), "scores": [vars(each) for each in line.scores]} for line in self.lines]
        return {"lines": rows, "length": list(self.length), "seen": self.seen}


def score(folder: Path, parts: Path | None = None, progress: Progress = SILENT) -> CrisisScores:
    """Score every outcome, line and test of the rule on the publishers' files.

    parts: folder of finished lines, from which an interrupted run goes on. Raises `DataError`.
    """
    require_packages("scoring crises", EXTRA, "sklearn", kind=DataError)
    table, rule = crises.build(folder), crises.rule()
    mark = json_digest([rule, {name: file.sha256 for name, file in table.files.items()}])[:12]
    cases = [(outcome, line, test) for outcome in rule["outcomes"] for line in rule["lines"] for test in rule["tests"]]
    lines = []
    for (outcome, line, test), _ in track(progress, "lines", [(case, "-".join(case)) for case in cases]):
        path = parts / f"{outcome}-{line}-{test}-{mark}.json" if parts else None
        rows = _stored(path) if path and path.is_file() else _forecasts(table, outcome, line, test)
        if path and not path.is_file():
            write_json(path, rows)
        lines.append(_line(outcome, line, test, rows))
    helped = [_line(f"helped_by_{power}", "all", test, _helped(table, power, test)) for power in POWERS for test in rule["tests"]]
    return CrisisScores(lines=(*lines, *helped), length=tuple(_length(table, test) for test in rule["tests"]), seen=rule["seen"])


def _stored(path: Path) -> dict[str, list[Any]]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except ValueError as error:
        raise DataError(f"the finished line cannot be read: {error}", str(path), fix="remove it") from None


def _splits(rows: pl.DataFrame, test: str) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Training and test rows of each fit of a test; with `yrtrig` and `last`."""
    year = pl.col("yrtrig")
    if test == "to_1985":
        yield rows.filter(year <= SPLIT), rows.filter(year > SPLIT)
        return
    for first in range(FIRST, LAST + 1, BLOCK):
        before = pl.col("last") < pl.date(first, 1, 1)
        yield rows.filter(before), rows.filter(year.is_between(first, first + BLOCK - 1))


def _forecasts(table: CrisisTable, outcome: str, line: str, test: str) -> dict[str, list[Any]]:
    """Test rows of a line: its event, protracted conflict and the forecast of each rival."""
    rows = (table.actors if outcome == "answer" else table.crises).with_columns(
        event=pl.col({"war": "full"}.get(outcome, outcome)).cast(pl.Int64),
        feud=pl.col("pcid").fill_null(-pl.col("crisno")),
        cell=pl.format("{} {}", "under_way", pl.col("break").replace_strict(TRIGGERS, default="other")),
    )
    rows = rows.filter({"all": True, "no_war": ~pl.col("under_way")}.get(line, ~pl.col("under_way") & (pl.col("break") < 8)))
    return _collected(_splits(rows, test), [*crises.columns(crises.rule()["variables"])])


def _helped(table: CrisisTable, power: str, test: str) -> dict[str, list[Any]]:
    """The same for whom a great power helps, of actors towards whom it acts semi-militarily or more; by tie alone."""
    acts, favours, code = POWERS[power]
    rows = table.entries.filter(pl.col(acts).is_in(ACTS) & pl.col(favours).is_in((1, 3)) & (pl.col("b") != code))
    rows = rows.with_columns(
        event=(pl.col(favours) == 1).cast(pl.Int64),
        feud=pl.col("pcid").fill_null(-pl.col("crisno")),
        cell=pl.format("{} {}", f"ally_{code}", f"rival_{code}"),
    )
    return _collected(_splits(rows, test), [])


def _collected(splits: Iterator[tuple[pl.DataFrame, pl.DataFrame]], columns: list[str]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for train, test in splits:
        found = {"event": test["event"], "feud": test["feud"]} | _rivals(train, test, columns)
        for name, values in found.items():
            out.setdefault(name, []).extend(np.asarray(values).tolist())
    return out


def _rivals(train: pl.DataFrame, test: pl.DataFrame, columns: list[str]) -> dict[str, Floats]:
    """The forecast of each rival; without columns those of rates alone."""
    numbers = crises.rule()["numbers"]
    mean = float(train["event"].mean())  # type: ignore[arg-type]
    known = {cell: (hits, many) for cell, hits, many in train.group_by("cell").agg(pl.col("event").sum(), pl.len()).rows()}
    pairs = [known.get(cell, (0, 0)) for cell in test["cell"]]
    weight = numbers["weight"]
    out = {
        "base_rate": np.full(test.height, mean),
        "cells": np.array([(hits + weight * mean) / (many + weight) for hits, many in pairs]),
    }
    if not columns:
        return out
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folds = StratifiedKFold(numbers["folds"], shuffle=True, random_state=1)
    models = {
        "ridge": (
            StandardScaler(),
            LogisticRegressionCV(
                Cs=np.logspace(-4, 1, 11), cv=folds, scoring="neg_log_loss", max_iter=1000, l1_ratios=(0,), use_legacy_attributes=False
            ),
        ),
        "trees": (
            GradientBoostingClassifier(
                n_estimators=numbers["trees"], max_depth=numbers["depth"], learning_rate=numbers["learning_rate"], random_state=1
            ),
        ),
    }
    x, new = (rows.select(pl.col(columns).cast(pl.Float64)).to_numpy() for rows in (train, test))
    for name, steps in models.items():
        model = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), *steps)
        out[name] = model.fit(x, train["event"].to_numpy()).predict_proba(new)[:, 1].clip(LEAST, 1 - LEAST)
    for name, two in {"blend": ("ridge", "trees"), "stack": ("cells", "blend")}.items():
        out[name] = 1 / (1 + np.exp(-np.mean([_log_odds(out[each]) for each in two], axis=0)))
    return out


def _log_odds(p: Floats) -> Floats:
    p = p.clip(LEAST, 1 - LEAST)
    return np.log(p / (1 - p))


def _line(outcome: str, line: str, test: str, rows: Mapping[str, list[Any]]) -> CrisisLine:
    event, feuds = np.array(rows["event"]), np.unique(rows["feud"], return_inverse=True)[1]
    numbers, size = crises.rule()["numbers"], feuds.max() + 1
    drawn = np.random.default_rng(1).multinomial(size, np.full(size, 1 / size), numbers["resamples"])[:, feuds]
    rivals = [name for name in crises.rule()["rivals"] if name in rows]
    loss = {name: (np.array(rows[name]) - event) ** 2 for name in rivals}
    scores = tuple(_scored(name, np.array(rows[name]), loss[name], loss[rivals[0]], event, drawn) for name in rivals)
    highest = max(each.skill for each in scores)
    return CrisisLine(
        outcome=outcome,
        line=line,
        test=test,
        forecasts=len(event),
        events=int(event.sum()),
        scores=scores,
        best=tuple(each.rival for each in scores if each.skill >= highest - numbers["same"] / 100),
    )


def _scored(name: str, p: Floats, loss: Floats, base: Floats, event: Floats, drawn: Floats) -> RivalScore:
    from sklearn.linear_model import LogisticRegression

    above, below = p[event > 0, None], p[event == 0]
    right = (above > below) + 0.5 * (above == below)
    yes, no = drawn[:, event > 0], drawn[:, event == 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        areas = ((yes @ right) * no).sum(1) / (yes.sum(1) * no.sum(1))
        skills = 1 - drawn @ loss / (drawn @ base)
    odds = _log_odds(p)[:, None]
    fit = LogisticRegression(C=np.inf).fit(odds, event) if np.ptp(odds) > 0 else None
    return RivalScore(
        rival=name,
        area=area(p, event),
        area_band=_band(areas),
        skill=float(1 - loss.sum() / base.sum()),
        skill_band=_band(skills),
        own=float(1 - loss.mean() / event.var()),
        slope=float(fit.coef_[0, 0]) if fit else math.nan,
        mean=float(p.mean()),
    )


def _band(values: Floats) -> tuple[float, float]:
    low, high = np.nanquantile(values, (0.05, 0.95))
    return float(low), float(high)


def _length(table: CrisisTable, test: str) -> dict[str, Any]:
    """How often the 10 to 90 % of lengths of the training years held, and that band of the last fit in weeks."""
    rows = table.crises.drop_nulls("last").with_columns(days=(pl.col("last") - pl.col("day")).dt.total_days().clip(1))
    held, ends = list[bool](), (math.nan, math.nan)
    for train, new in _splits(rows, test):
        low, high = np.quantile(train["days"].to_numpy(), MIDDLE)
        held += new["days"].is_between(low, high).to_list()
        ends = (float(low) / 7, float(high) / 7)
    return {"test": test, "crises": len(held), "covered": float(np.mean(held)), "weeks": ends}
