"""Mean Brier scores of settled questions, for the track record that every run shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from standoff.analysis.track_record import PastScores, case_digest
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
    over = [item for item in hindcast.skills
            if (item.group, item.months, item.score, item.forecaster) == ("all", 0, "crps", "model")]  # fmt: skip
    numbers = max((item.questions for item in over), default=0)
    return replace(past, numbers=numbers, skill={item.against: item.skill for item in over})


def _past(
    rows: Sequence[Mapping[str, float]], cases: tuple[str, ...], draws: int, seed: int, since: str = "", until: str = ""
) -> PastScores:
    compared = [row for row in rows if BASE_RATE in row]
    return PastScores(
        date=dt.date.today().isoformat(), version=VERSION, draws=draws, seed=seed, cases=cases, digest=case_digest(cases),
        questions=len(rows), brier={who: _mean(rows, who) for who in ALWAYS if all(who in row for row in rows)},
        compared=len(compared), compared_brier={who: _mean(compared, who) for who in ("model", BASE_RATE)},
        since=since, until=until,
    )  # fmt: skip


def _mean(rows: Sequence[Mapping[str, float]], who: str) -> float:
    return float(np.mean([row[who] for row in rows])) if rows else 0.0
