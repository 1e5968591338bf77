"""Scores of settled questions, for the track record of every run (catalog/track_record.json)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.case_scores import Scored

from standoff.analysis import track_record
from standoff.analysis.track_record import BlindScores, PastScores, case_digest
from standoff.evaluation.forecast_record import Kind
from standoff.evaluation.forecast_scores import BEST, MODEL, ForecastScores
from standoff.evaluation.hindcast.run import Hindcast
from standoff.files import write_json
from standoff.versions import VERSION

BLIND: tuple[Kind, ...] = ("before", "after_blind")
DIGITS = 4  # decimals of a score that are stored; assumption: their standard errors are about 0.01


def scores_of_cases(rows: Sequence[Scored], draws: int, seed: int) -> PastScores:
    """Scores of the settled questions of cases; numbers are left out."""
    each = [
        {who: scores["brier"] for who, scores in row.scores.items()} for row in rows if "brier" in row.scores["model"]
    ]
    return _past(each, tuple(dict.fromkeys(row.case for row in rows)), draws, seed)


def scores_of_hindcast(hindcast: Hindcast, case: str) -> PastScores:
    """Scores of the yes/no questions of a hindcast of a case, and its skill on numbers."""
    events = [line for line in hindcast.scores.settled if line.score == "brier"]
    each = [{who: given.brier or 0.0 for who, given in line.given.items()} for line in events]
    origins = [line.forecast.as_of for line in hindcast.scores.settled]
    numbers = hindcast.scores.cut("after_not_blind", "all", "crps")
    best = {BEST: numbers.over_best[MODEL].skill} if numbers and MODEL in numbers.over_best else {}
    return replace(
        _past(each, (case,), hindcast.made.draws, hindcast.made.seed),
        since=min(origins),
        until=max(origins),
        numbers=numbers.forecasts if numbers else 0,
        skill={**best, **(numbers.over if numbers else {})},
    )


def scores_of_record(scores: ForecastScores) -> BlindScores | None:
    """Scores of forecasts recorded before their day, else of the blind ones, else None."""
    kind = next((kind for kind in BLIND if scores.cuts[kind]), None)
    if kind is None:
        return None
    numbers, events = (scores.cut(kind, "all", score) for score in ("crps", "brier"))
    over = numbers.over_best.get(MODEL) if numbers else None
    return BlindScores(
        date=dt.date.today().isoformat(),
        kind=kind,
        numbers=numbers.forecasts if numbers else 0,
        number_outcomes=numbers.outcomes if numbers else 0,
        skill=round(over.skill, DIGITS) if over else None,
        interval=(round(over.interval[0], DIGITS), round(over.interval[1], DIGITS)) if over and over.interval else None,
        events=events.forecasts if events else 0,
        event_outcomes=events.outcomes if events else 0,
        brier={who: round(events.means[who], DIGITS) for who in (MODEL, BEST)} if events else {},
    )


def _past(rows: Sequence[Mapping[str, float]], cases: tuple[str, ...], draws: int, seed: int) -> PastScores:
    compared = [row for row in rows if "base_rate" in row]
    always = [who for who in ("model", "even", "persistence") if all(who in row for row in rows)]
    return PastScores(
        date=dt.date.today().isoformat(),
        version=VERSION,
        draws=draws,
        seed=seed,
        cases=cases,
        digest=case_digest(cases),
        questions=len(rows),
        brier=_means(rows, always),
        compared=len(compared),
        compared_brier=_means(compared, ["model", "base_rate"]),
    )


def _means(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> dict[str, float]:
    return {who: float(np.mean([row[who] for row in rows])) if rows else 0.0 for who in names}


def store_record(scores: BlindScores, case: str) -> Path:
    """Write the scores of the recorded forecasts of a case into the file of the package."""
    data = track_record.stored()
    return _write(data | {track_record.RECORDS: {**data.get(track_record.RECORDS, {}), case: asdict(scores)}})


def store_scores(scores: PastScores, case: str = "") -> Path:
    """Write scores into the file of the package: of the crises, or of the hindcasts of a case."""
    data = track_record.stored()
    brier, compared, skill = map(_rounded, (scores.brier, scores.compared_brier, scores.skill))
    new = asdict(replace(scores, brier=brier, compared_brier=compared, skill=skill))
    row = {name: value for name, value in new.items() if name != "is_current"}
    data |= (
        {track_record.HINDCASTS: {**data.get(track_record.HINDCASTS, {}), case: row}}
        if case
        else {track_record.CRISES: row}
    )
    return _write(data)


def _write(data: Mapping[str, Any]) -> Path:
    write_json(track_record.FILE, data)
    return track_record.FILE


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in scores.items()}
