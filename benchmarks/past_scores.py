"""Scores of settled questions, for the track record of every run (catalog/track_record.json)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from standoff.analysis import track_record
from standoff.analysis.track_record import BlindScores, PastScores, case_digest
from standoff.evaluation.hindcast.record import BEST, ForecastRecord
from standoff.evaluation.hindcast.summary import Hindcast
from standoff.evaluation.records import Scored
from standoff.files import write_json
from standoff.versions import VERSION

DIGITS = 4  # decimals of a score that are stored; assumption: their standard errors are about 0.01


def scores_of_cases(rows: Sequence[Scored], draws: int, seed: int) -> PastScores:
    """Scores of the settled questions of cases; numbers are left out."""
    each = [
        {who: scores["brier"] for who, scores in row.scores.items()} for row in rows if "brier" in row.scores["model"]
    ]
    return _past(each, tuple(dict.fromkeys(row.case for row in rows)), draws, seed)


def scores_of_hindcast(hindcast: Hindcast, case: str) -> PastScores:
    """Scores of the yes/no questions of a hindcast of a case, and its skill on numbers."""
    settled = [
        question
        for question in hindcast.cases
        if not question.unresolved and all(given.brier is not None for given in question.given.values())
    ]
    each = [{who: given.brier for who, given in question.given.items()} for question in settled]
    origins = [question.origin for question in settled]
    over = [
        item
        for item in hindcast.skills
        if (item.group, item.months, item.score, item.forecaster) == ("all", 0, "crps", "model")
    ]
    return replace(
        _past(each, (case,), hindcast.made.draws, hindcast.made.seed),
        since=min(origins),
        until=max(origins),
        numbers=max((item.questions for item in over), default=0),
        skill={item.against: item.skill for item in over},
    )


def scores_of_record(record: ForecastRecord) -> BlindScores | None:
    """Scores of forecasts recorded before their day, else of the blind ones, else None."""
    kind = next((kind for kind in ("before", "blind") if any(g.group == "all" for g in record.groups[kind])), None)
    if kind is None:
        return None
    groups = {group.score: group for group in record.groups[kind] if group.group == "all"}
    numbers, events = groups.get("crps"), groups.get("brier")
    skill, ends = (numbers.skill.get(BEST), numbers.interval) if numbers else (None, None)
    return BlindScores(
        date=dt.date.today().isoformat(),
        kind=kind,
        numbers=numbers.forecasts if numbers else 0,
        number_outcomes=numbers.reports if numbers else 0,
        skill=skill and round(skill, DIGITS),
        interval=ends and (round(ends[0], DIGITS), round(ends[1], DIGITS)),
        events=events.forecasts if events else 0,
        event_outcomes=events.reports if events else 0,
        brier={who: round(score, DIGITS) for who, score in events.brier.items()} if events else {},
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
