"""Crises by rule: what is admitted, what is refused, and the publishers' tables where they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from standoff.addons.history import crises, crisis_scores
from standoff.errors import DataError
from tests.unit.addons.history.six_wars import NO_TABLES, STAGED

staged = pytest.mark.skipif(STAGED is None or not (STAGED / "icb").is_dir(), reason=NO_TABLES)


@pytest.fixture(scope="module")
def table() -> crises.CrisisTable:
    assert STAGED
    return crises.build(STAGED)


def changed(tmp_path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Path:
    """A folder with the publishers' tables, in which the two of crises are changed."""
    assert STAGED
    for name, file in crises.build(STAGED).files.items():
        new = tmp_path / file.path.name
        if name in ("icb1", "icb2"):
            change(pl.read_parquet(file.path)).write_parquet(new)
        else:
            new.symlink_to(file.path)
    return tmp_path


@pytest.mark.parametrize(
    ("column", "reason"),
    [("gravty", "threat rated over the whole crisis"), ("viol", "outcome or its twin"), ("quincy", "not admitted")],
)
def test_a_planted_variable_is_refused_by_name(column: str, reason: str) -> None:
    planted = {"planted": {"of": "actors", "value": f"{column} > 3", "text": "", "known": ""}}
    with pytest.raises(DataError, match=reason):
        crises.admit(dict(crises.rule()["variables"]) | planted)


def test_no_admitted_column_is_among_those_refused() -> None:
    rule = crises.rule()
    refused = {column for listed in rule["refused"].values() for column in listed}
    assert not refused & {column for each in rule["variables"].values() for column in crises._read(each)}


def test_area_counts_pairs() -> None:
    assert crises.area(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0, 0, 1, 1])) == pytest.approx(3.5 / 4)


def test_cells_shrink_to_the_mean_with_the_weight_of_the_rule() -> None:
    train = pl.DataFrame({"event": [1, 1, 0, 0], "cell": ["a", "a", "b", "b"]})
    test = pl.DataFrame({"event": [1, 0, 0], "cell": ["a", "b", "c"]})
    cells = crisis_scores._rivals(train, test, [])["cells"]
    assert cells == pytest.approx([(2 + 6 * 0.5) / 8, (0 + 6 * 0.5) / 8, 0.5])


def test_stack_is_half_cells_and_half_blend_in_log_odds() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=200)
    event = (rng.random(200) < 1 / (1 + np.exp(-x))).astype(int)
    rows = pl.DataFrame({"event": event, "cell": ["a"] * 200, "feud": range(200), "x": x})
    out = {name: np.log(p / (1 - p)) for name, p in crisis_scores._rivals(rows, rows, ["x"]).items()}
    assert out["stack"] == pytest.approx(out["cells"] / 2 + out["ridge"] / 4 + out["trees"] / 4)
    assert np.corrcoef(out["ridge"], x)[0, 1] > 0.99


def test_a_forecast_that_is_right_has_skill_and_slope() -> None:
    p = np.tile([0.2, 0.8], 500)
    event = np.empty(1000, int)
    event[0::2], event[1::2] = np.tile([1, 0, 0, 0, 0], 100), np.tile([0, 1, 1, 1, 1], 100)
    rows = {"event": event, "feud": np.arange(1000), "base_rate": np.full(1000, 0.5), "cells": p}
    line = crisis_scores._line("war", "all", "rolling", {name: list(values) for name, values in rows.items()})
    base, cells = line.scores
    assert cells.skill == pytest.approx(1 - 0.16 / 0.25)
    assert cells.slope == pytest.approx(1, abs=1e-3)
    assert cells.area == pytest.approx(0.8)
    assert base.slope is None
    assert cells.skill_band[0] < cells.skill < cells.skill_band[1]
    assert line.best == ("cells",)


def test_nothing_within_the_margin_is_called_better() -> None:
    event = np.tile([1, 0], 200)
    near = 0.5 + 0.003 * (2 * event - 1)  # a skill of 1.2 points
    rows = {"event": event, "feud": np.arange(400), "base_rate": np.full(400, 0.5), "cells": near}
    line = crisis_scores._line("war", "all", "rolling", {name: list(values) for name, values in rows.items()})
    assert line.best == ("base_rate", "cells")


def test_a_test_never_trains_on_what_had_not_ended() -> None:
    dates = pl.DataFrame({"yrtrig": [1960, 1965, 1967, 1970, 1990]}).with_columns(last=pl.col("yrtrig") + 1.4)
    for train, test in crisis_scores._splits(dates, "rolling"):
        assert test.is_empty() or train.is_empty() or max(train["last"]) < min(test["yrtrig"])
    ((train, test),) = crisis_scores._splits(dates, "to_1985")
    assert (train.height, test.height) == (4, 1)


def test_shipped_scores_are_of_the_rule_as_it_is() -> None:
    found = crises.shipped()
    rule = crises.rule()
    lines = {(line["outcome"], line["line"], line["test"]) for line in found["lines"]}
    assert lines >= {(o, n, t) for o in rule["outcomes"] for n in rule["lines"] for t in rule["tests"]}
    assert found["note"] == rule["seen"]


def test_one_crisis_needs_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        crises.show("KOREAN WAR I", tmp_path / "none")
    with pytest.raises(DataError, match="icb1"):
        crises.build(tmp_path)


@staged
def test_counts_are_those_of_an_independent_study(table: crises.CrisisTable) -> None:
    assert table.counts["crises"] == 486
    assert (table.crises["viol"] == 4).sum() == 103
    late = table.crises.filter(pl.col("yrtrig") >= 1986)
    assert (late.height, late.filter(~pl.col("under_way")).height) == (126, 122)
    calm = table.crises.filter(~pl.col("under_way") & (pl.col("break") < 8) & (pl.col("yrtrig") >= 1966))
    assert (calm.height, (calm["viol"] == 4).sum(), (calm["viol"] >= 3).sum()) == (116, 13, 29)


@staged
def test_later_crises_change_no_code(table: crises.CrisisTable, tmp_path: Path) -> None:
    early = pl.col("yrtrig") <= 1985
    alone = crises.build(changed(tmp_path, lambda rows: rows.filter(early))).crises
    columns = [*crises.rule()["variables"]]
    assert alone.select(columns).equals(table.crises.filter(early).select(columns))


@staged
def test_the_course_of_a_crisis_changes_no_code_of_its_own(table: crises.CrisisTable, tmp_path: Path) -> None:
    """Every column that the rule refuses, but for violence and ends of earlier crises, may hold anything."""
    course = {name for listed in crises.rule()["refused"].values() for name in listed} - {
        "viol",
        "sevvio",
        "yrterm",
        "moterm",
        "daterm",
    }

    def blank(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.lit(1, pl.Int32).alias(name) for name in rows.columns if name in course)

    other = crises.build(changed(tmp_path, blank)).crises
    columns = [*crises.rule()["variables"]]
    assert other.select(columns).equals(table.crises.select(columns))


@staged
def test_violence_and_end_of_the_last_crisis_change_nothing(table: crises.CrisisTable, tmp_path: Path) -> None:
    last = table.crises.sort("time")["crisno"][-1]

    def worst(rows: pl.DataFrame) -> pl.DataFrame:
        own = pl.col("crisno") == last
        course = (
            {"viol": 4, "sevvio": 4, "yrterm": 2030, "majres": 8}
            if "sevvio" in rows.columns
            else {"viol": 4, "yrterm": 2030}
        )
        return rows.with_columns(
            pl.when(own).then(pl.lit(value, pl.Int32)).otherwise(pl.col(name)).alias(name)
            for name, value in course.items()
            if name in rows.columns
        )

    other = crises.build(changed(tmp_path, worst)).crises
    columns = [*crises.rule()["variables"]]
    assert other.select(columns).equals(table.crises.select(columns))


@staged
def test_what_the_study_names_beside_the_rule_is_there(table: crises.CrisisTable) -> None:
    """October 1973: rivals since 1948 at a border by land, three wars of the two and one of a side in ten years."""
    row = table.crises.filter(pl.col("crisname").str.contains("OCTOBER")).row(0, named=True)
    kept = ("rivalry", "own_war", "land_border", "contiguity", "war_disputes", "rivalry_age", "any_war")
    assert [row[name] for name in kept] == [1, 1, 1, 1, 3, 24, 0]
    assert row["capability_ratio"] == pytest.approx(row["capability_a"] - row["capability_b"])


@staged
def test_an_outcome_under_another_name_is_refused(tmp_path: Path) -> None:
    def plant(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(territ="viol") if "territ" in rows.columns else rows

    with pytest.raises(DataError, match="`territory` alone orders wars"):
        crises.build(changed(tmp_path, plant))


@staged
def test_finished_lines_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert STAGED
    rows = {"event": [0, 1], "feud": [1, 2], "base_rate": [0.5, 0.5], "cells": [0.4, 0.6]}
    made = []
    monkeypatch.setattr(crisis_scores, "_forecasts", lambda *case: made.append(case) or rows)
    first = crisis_scores.score(STAGED, tmp_path)
    assert len(made) == 18
    again = crisis_scores.score(STAGED, tmp_path)
    assert len(made) == 18
    assert json.dumps(again.to_data()) == json.dumps(first.to_data())
    next(tmp_path.glob("*.json")).write_text("{")
    with pytest.raises(DataError, match="remove it"):
        crisis_scores.score(STAGED, tmp_path)


@staged
def test_korea_as_coded(table: crises.CrisisTable) -> None:
    assert STAGED
    korea = crises.show("korean war i", STAGED)
    codes = {code["name"]: code["value"] for code in korea["codes"]}
    assert (korea["yrtrig"], korea["motrig"], korea["under_way"]) == (1950, 6, False)
    assert codes["trigger_9"] == 1
    assert [*codes] == [*crises.rule()["variables"]]
    assert all(code["known"] for code in korea["codes"])
    with pytest.raises(DataError, match="korean war i"):
        crises.show("korean war", STAGED)
