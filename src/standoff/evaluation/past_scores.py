"""Scores of recorded forecasts and settled questions, for the track record of every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from standoff.analysis.track_record import DIGITS, BlindScores, PastScores, case_digest
from standoff.evaluation.hindcast.record import BEST, ForecastRecord
from standoff.evaluation.hindcast.summary import Hindcast
from standoff.evaluation.records import Scored
from standoff.versions import VERSION

ALWAYS = ("model", "even", "persistence")  #: forecasters of every yes/no question
BASE_RATE = "base_rate"


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
    each = [{who: float(given.brier or 0.0) for who, given in question.given.items()} for question in settled]
    origins = sorted({question.origin for question in settled})
    past = _past(each, (case,), hindcast.made.draws, hindcast.made.seed, origins[0], origins[-1])
    over = [
        item
        for item in hindcast.skills
        if (item.group, item.months, item.score, item.forecaster) == ("all", 0, "crps", "model")
    ]
    numbers = max((item.questions for item in over), default=0)
    return replace(past, numbers=numbers, skill={item.against: item.skill for item in over})


def scores_of_record(record: ForecastRecord) -> BlindScores | None:
    """Scores of forecasts recorded before their day, else of the blind ones, else None."""
    for kind in ("before", "blind"):
        groups = {group.score: group for group in record.groups[kind] if group.group == "all"}
        if groups:
            numbers, events = groups.get("crps"), groups.get("brier")
            skill = None if numbers is None else numbers.skill.get(BEST)
            ends = None if numbers is None else numbers.interval
            return BlindScores(
                date=dt.date.today().isoformat(),
                kind=kind,
                numbers=0 if numbers is None else numbers.forecasts,
                number_outcomes=0 if numbers is None else numbers.reports,
                skill=skill and round(skill, DIGITS),
                interval=None if ends is None else (round(ends[0], DIGITS), round(ends[1], DIGITS)),
                events=0 if events is None else events.forecasts,
                event_outcomes=0 if events is None else events.reports,
                brier={} if events is None else {who: round(score, DIGITS) for who, score in events.brier.items()},
            )
    return None


def _past(
    rows: Sequence[Mapping[str, float]], cases: tuple[str, ...], draws: int, seed: int, since: str = "", until: str = ""
) -> PastScores:
    compared = [row for row in rows if BASE_RATE in row]
    return PastScores(
        date=dt.date.today().isoformat(),
        version=VERSION,
        draws=draws,
        seed=seed,
        cases=cases,
        digest=case_digest(cases),
        questions=len(rows),
        brier={who: _mean(rows, who) for who in ALWAYS if all(who in row for row in rows)},
        compared=len(compared),
        compared_brier={who: _mean(compared, who) for who in ("model", BASE_RATE)},
        since=since,
        until=until,
    )


def _mean(rows: Sequence[Mapping[str, float]], who: str) -> float:
    return float(np.mean([row[who] for row in rows])) if rows else 0.0
