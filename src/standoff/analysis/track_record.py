"""Track record: how earlier answers of the catalogue and of a case were scored.

The scores stand in `catalog/track_record.json`, written by the commands that make docs/record.md, docs/crises.md and
docs/hindcast.md, and never by hand. Beside those of crises and hindcasts stands a digest of the files of the cases that were
scored, and of the coefficients of history that they use: where one of these has changed since, the scores are those of an
earlier version.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from standoff import catalog
from standoff.history import coefficients
from standoff.record import record

FILE = catalog.HOME / "track_record.json"
CRISES, HINDCASTS, RECORDS = "crises", "hindcasts", "records"  #: keys of the file
TAKEN = re.compile(
    r"\b(weight|rationality|half_life): *([\d.]+ *\* *)?history\b"
)  #: a number that a scenario takes from history


@record
class PastScores:
    """Mean Brier scores of yes/no questions, and skill on numbers, beside baselines."""

    date: str  #: day on which they were computed
    version: str  #: of standoff
    draws: int
    seed: int
    cases: tuple[str, ...]
    digest: str  #: of the files of the cases
    questions: int
    brier: Mapping[str, float]  #: by forecaster, over all questions: model, even, persistence
    compared: int  #: questions with a base rate
    compared_brier: Mapping[str, float]  #: model and base_rate, over these
    since: str = ""  #: first and last origin of hindcasts
    until: str = ""
    numbers: int = 0  #: forecasts of numbers that were scored
    skill: Mapping[str, float] = field(default_factory=dict)  #: on them, by baseline: 1 - CRPS / CRPS of the baseline
    is_current: bool = True  #: whether the cases are still those that were scored; not stored


@record
class BlindScores:
    """Scores of forecasts recorded without their outcome, beside the best rival of their day."""

    date: str  #: day on which they were settled
    kind: str  #: before or after_blind: recorded before the day they speak of, or after it without its outcome
    numbers: int  #: settled forecasts of numbers
    number_outcomes: int  #: different outcomes among them
    skill: float | None  #: over the best rival: 1 - the geometric mean of the ratios of CRPS
    interval: tuple[float, float] | None  #: its central 90 %, over quantities
    events: int  #: settled yes/no questions
    event_outcomes: int
    brier: Mapping[str, float]  #: mean Brier score of model and best


@record
class TrackRecord:
    """Recorded forecasts of the case, past crises of the catalogue, and hindcasts of the case."""

    record: BlindScores | None = None
    crises: PastScores | None = None
    hindcasts: PastScores | None = None


def track_record(folder: Path | None = None) -> TrackRecord:
    """The track record of the catalogue, and that of the case of a folder of it."""
    data = stored()
    case = folder.name if folder is not None and folder.resolve().parent == catalog.HOME.resolve() else ""
    record = data.get(RECORDS, {}).get(case)
    if record is not None:
        record = BlindScores(**record | {"interval": record["interval"] and tuple(record["interval"])})
    return TrackRecord(
        record=record, crises=_read(data.get(CRISES)), hindcasts=_read(data.get(HINDCASTS, {}).get(case))
    )


def case_digest(cases: Sequence[str]) -> str:
    """SHA-256 of all scenario files and claims of some cases, and of the history that they use."""
    parts = list[str]()
    for case in sorted(cases):
        folder = catalog.HOME / case
        for file in sorted([*folder.glob("*.yaml"), *folder.glob("claims.jsonl")]):
            parts += [case, file.name, file.read_text(encoding="utf-8")]
    if any(TAKEN.search(text) for text in parts):
        parts.append(coefficients.digest())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def stored() -> dict[str, Any]:
    """The scores of the file of the package."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def _read(row: dict[str, Any] | None) -> PastScores | None:
    if row is None:
        return None
    scores = PastScores(**row)
    return replace(scores, cases=tuple(scores.cases), is_current=scores.digest == case_digest(scores.cases))
