"""Which cases are scored, and what is told of them on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff import catalog
from standoff.errors import RunError
from standoff.evaluation.score_cases import models, score, score_forecasts
from tests.progress_log import ProgressLog


def test_the_catalogue_is_its_settled_cases() -> None:
    slugs = {
        slug
        for slug in catalog.slugs()
        if any(asked.outcome for asked in catalog.load(slug)[0].scenario.questions.values())
    }
    assert set(models(["catalog"])) == slugs and "korea-1950" in slugs


def test_cases_are_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    log = ProgressLog()
    with caplog.at_level("INFO", "standoff"):
        scores = score(["korea-1950"], draws=64, seed=1, progress=log)
    assert log.of("cases") == [(1, 1)] and log.of("draws")[-1] == (64, 64)
    assert "case 1 of 1: korea-1950" in caplog.text
    assert {row.case for row in scores.questions} == {"korea-1950"}


def test_forecasts_are_files_of_json_lines() -> None:
    with pytest.raises(RunError, match="either cases, or files"):
        score_forecasts([Path("forecasts.csv")])
