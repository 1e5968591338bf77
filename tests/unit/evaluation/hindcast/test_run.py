"""A hindcast as a function: its settings, and reconciled paths cached in its folder."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from standoff.errors import ModelError, RunError
from standoff.evaluation.hindcast.forecasts import HindcastCase
from standoff.evaluation.hindcast.run import ReconciledPaths, hindcast
from standoff.ledger import Ledger
from tests.progress_log import ProgressLog
from tests.unit.conftest import claim_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_it_returns_scores_and_forecasts_and_reads_its_origins_again(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    log = ProgressLog()
    first, again = (
        hindcast(
            str(write()),
            tmp_path / "kept",
            draws=64,
            horizons=(3,),
            reconcile=False,
            progress=log,
        )
        for _ in range(2)
    )
    assert first.made == again.made
    assert [item.forecast for item in first.forecasts] == [item.forecast for item in again.forecasts]
    assert log.of("origins") == [(1, 2), (2, 2)] * 2
    assert {line.forecast.kind for line in first.scores.settled} == {"after_not_blind"}
    assert {(item.as_of, item.months) for item in first.forecasts} == {("2022-12-31", 3), ("2023-03-31", 3)}
    assert len(list((tmp_path / "kept").glob("*.npz"))) == 2


@pytest.mark.parametrize("horizons", [(0,), (3, 10_000)])
def test_horizons_that_are_none_are_refused(
    write: Callable[..., Path], tmp_path: Path, horizons: tuple[int, ...]
) -> None:
    with pytest.raises(RunError, match="months such as 3,6,12"):
        hindcast(str(write()), tmp_path, horizons=horizons)


def test_a_reconciled_path_is_kept_and_a_damaged_one_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = []

    def reconcile(*_: object, **__: object) -> None:
        fitted.append(1)
        raise ModelError("no claim yet")

    monkeypatch.setattr("standoff.evaluation.hindcast.run.reconcile_claims", reconcile)
    paths = ReconciledPaths(Ledger(), tmp_path, 1, {})
    for count in (1, 1):
        assert paths("losses", "AAA", dt.date(2024, 1, 31)) == () and len(fitted) == count
    (file,) = tmp_path.iterdir()
    for count, damaged in enumerate((b"", b"[", file.read_bytes().replace(b"[]", b"[1]")), 2):
        file.write_bytes(damaged)
        assert paths("losses", "AAA", dt.date(2024, 1, 31)) == () and len(fitted) == count


def test_points_of_a_reconciled_path_are_canonical_and_reports_in_the_unit_of_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = SimpleNamespace(day="2023-12-31", median=70.0, low=60.0, high=80.0)
    result = SimpleNamespace(claims=(SimpleNamespace(day="2023-12-31"),), path=(point,), unit="thousand person")
    monkeypatch.setattr("standoff.evaluation.hindcast.run.reconcile_claims", lambda *_, **__: result)
    ledger = Ledger((claim_of("last", "2024-01", "2024-01", 70.0),))
    paths = ReconciledPaths(ledger, tmp_path, 1, {})
    assert [(one.value, one.low) for one in paths("losses", "AAA", dt.date(2024, 1, 31))] == [(70_000.0, 60_000.0)]
    loaded, question = (
        SimpleNamespace(scenario=SimpleNamespace(units={})),
        SimpleNamespace(unit="million person", reconcile=SimpleNamespace(quantity="losses", subject="AAA")),
    )
    case = HindcastCase(None, loaded, ledger, paths)  # type: ignore[arg-type]
    before = case.reports(question, dt.date(2024, 1, 31))  # type: ignore[arg-type]
    assert [report.value for report in before] == pytest.approx([0.07])
