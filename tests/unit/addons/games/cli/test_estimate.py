"""The command `estimate`."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import polars as pl
import pytest

from standoff.addons.games.cli import estimate as of_estimate
from tests.oracles.strategic_choice import table
from tests.progress_log import ProgressLog

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command

FORMULA = "y ~ x1 | 0 | x2 - 1 | x3"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    pl.DataFrame(table("egame12")).write_csv(tmp_path / "table.csv")
    return tmp_path / "table.csv"


def test_a_table_of_coefficients(standoff: Command, data: Path) -> None:
    out = standoff("estimate", str(data), "--formula", FORMULA, "--outcomes", "peace,retreat,war").stdout
    assert "1(peace, 2(retreat, war))" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["u1(war)", "x2", "1.0470", "0.1803", "5.81", "<0.001", "0.6937", "to", "1.4003"] in lines
    assert ["u1(retreat)", "fixed", "0"] in lines


def test_json_holds_everything(standoff: Command, data: Path) -> None:
    words = ("--formula", FORMULA, "--against", "y ~ x1 | 0 | x5 - 1 | x3", "--error", "private", "--json")
    out = json.loads(standoff("estimate", str(data), *words).stdout)
    assert [row["term"] for row in out["coefficients"]][2] == "u1(3):x2"
    assert out["coefficients"][2]["estimate"] == pytest.approx(0.963111, abs=1e-6)
    assert len(out["covariance"]) == 5
    assert sum(row["fitted"] for row in out["outcomes"]) == pytest.approx(1)
    assert [test["preferred"] for test in out["tests"]] == [1, 1]
    assert (out["error"], out["observations"], out["converged"], out["fixed"]) == ("private", 400, True, {})


def test_one_formula_for_each_utility_is_the_same(standoff: Command, data: Path) -> None:
    parts = [word for part in ("y ~ x1", "~ 0", "~ x2 - 1", "~ x3") for word in ("--formula", part)]
    one = standoff("estimate", str(data), "--formula", FORMULA, "--json").stdout
    assert standoff("estimate", str(data), *parts, "--json").stdout == one


def test_probabilities_are_written(standoff: Command, data: Path, tmp_path: Path) -> None:
    words = ("--formula", "y ~ 1", "--utilities", "0.5,0,0.2,0.3", "--link", "logit")
    standoff("estimate", str(data), *words, "--probabilities", str(tmp_path / "p.csv"), "-o", str(tmp_path / "e.md"))
    rows = pl.read_csv(tmp_path / "p.csv")
    assert rows.columns == ["row", "observed", "Pr(1)", "Pr(2)", "Pr(3)"]
    assert len(rows) == 400
    assert "log(lambda)" in (tmp_path / "e.md").read_text()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--formula", "y ~ x1 | 0 | x2"), "u2(3)"),
        (("--formula", FORMULA, "--utilities", "a,b"), "--utilities"),
        (("--formula", FORMULA, "--link", "logit", "--error", "private"), "probit"),
    ],
)
def test_errors_end_with_code_1(standoff: Command, data: Path, words: tuple[str, ...], part: str) -> None:
    result = standoff("estimate", str(data), *words, code=1)
    assert part in result.stderr


def test_profiles_show_what_is_computed(standoff: Command, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ProgressLog()
    monkeypatch.setattr(of_estimate, "progress_bars", lambda quiet: nullcontext(log))
    standoff("estimate", str(data), "--formula", FORMULA, "--profile")
    assert log.of("profiles of 5 coefficients, 10 searches each") == [(n + 1, 5) for n in range(5)]
