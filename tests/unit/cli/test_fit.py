"""The command `fit`, as far as it goes without fitting: what it refuses, and that a posterior that is none stops a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from standoff.cli import app
from standoff.inference.checkpoint import DrawCheckpoint

if TYPE_CHECKING:
    from pathlib import Path


def test_a_case_must_say_what_a_fit_learns_from() -> None:
    told = CliRunner().invoke(app, ["fit", "korea-1950", "--quick"])
    assert told.exit_code == 1
    assert "`fit: {" in told.stderr and "targets" in told.stderr


def test_a_date_that_leaves_nothing_to_learn_from_is_refused() -> None:
    told = CliRunner().invoke(app, ["fit", "china-russia", "--quick", "--as-of", "2022-01-31"])
    assert told.exit_code == 1
    assert "since 2022-02" in told.stderr and "2022-01-31" in told.stderr


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 3)])
@pytest.mark.parametrize("quick", [["--quick"], []])
def test_a_script_can_tell_whether_the_gate_was_passed(
    monkeypatch: pytest.MonkeyPatch, quick: list[str], passed: bool, code: int
) -> None:
    found = SimpleNamespace(to_data=lambda: {"found": 1}, diagnostics=SimpleNamespace(passed=passed))
    monkeypatch.setattr("standoff.inference._optional.require", lambda: None)
    monkeypatch.setattr("standoff.inference.fit.fit.fit", lambda *_, **__: found)
    monkeypatch.setattr("standoff.report.sections.fit.blocks", lambda _: [])
    told = CliRunner().invoke(app, ["fit", "closed-form", *quick, "--json"])
    assert told.exit_code == code and '"found": 1' in told.stdout


def test_theories_to_compare_are_known_and_a_posterior_is_read() -> None:
    told = CliRunner().invoke(app, ["fit", "theories", "closed-form", "best_respons"])
    assert told.exit_code == 1 and "did you mean `best_response`?" in told.stderr
    told = CliRunner().invoke(app, ["fit", "explain", "closed-form", "none.nc"])
    assert told.exit_code == 1 and "none.nc" in told.stderr


@pytest.mark.parametrize("passed", [True, False])
def test_draws_are_kept_until_the_checks_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passed: bool) -> None:
    def estimate(*_: object, checkpoint: Path, **__: object) -> SimpleNamespace:
        DrawCheckpoint(checkpoint, "0" * 64).write({})
        return SimpleNamespace(to_data=dict, diagnostics=SimpleNamespace(passed=passed))

    monkeypatch.setattr("standoff.inference._optional.require", lambda: None)
    monkeypatch.setattr("standoff.inference.fit.fit.fit", estimate)
    monkeypatch.setattr("standoff.inference.fit.posterior.save", lambda *_: None)
    monkeypatch.setattr("standoff.report.charts.fit.pictures", lambda _: {})
    monkeypatch.setattr("standoff.report.sections.fit.blocks", lambda _: "page")
    told = CliRunner().invoke(app, ["fit", "closed-form", "--folder", str(tmp_path / "fits")])
    assert told.exit_code == (0 if passed else 3)
    assert (tmp_path / "fits" / "chains").exists() is not passed
    assert ("more --draws" in told.stdout) is not passed


def test_a_run_refuses_what_is_no_posterior(tmp_path: Path) -> None:
    (tmp_path / "torn.nc").write_bytes(b"CDF")
    told = CliRunner().invoke(
        app, ["run", "korea-1950", "--posterior", str(tmp_path / "torn.nc"), "--folder", str(tmp_path / "run")]
    )
    assert told.exit_code == 1
    assert "posterior" in told.stderr and not (tmp_path / "run").exists()


def test_every_command_that_simulates_takes_a_posterior_and_refuses_a_torn_one(tmp_path: Path) -> None:
    (tmp_path / "torn.nc").write_bytes(b"CDF")
    for words in (
        ["answer"],
        ["explain"],
        ["explain choice", "CHN", "--at", "1950-10"],
        ["explain stock", "troops.CHN"],
        ["exhaustion"],
        ["flip"],
        ["sensitivity"],
        ["voi"],
        ["compare", "equal-weights"],
    ):
        told = CliRunner().invoke(
            app, [*words[0].split(), "korea-1950", *words[1:], "--posterior", str(tmp_path / "torn.nc")]
        )
        assert told.exit_code == 1 and "posterior" in told.stderr
