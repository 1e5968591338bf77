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
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff import catalog
from standoff.files import write_text
from standoff.history import coefficients

FILE = catalog.HOME / "track_record.json"
CRISES, HINDCASTS, RECORDS = "crises", "hindcasts", "records"  #: keys of the file
TAKEN = re.compile(
    r"\b(weight|rationality|half_life): *([\d.]+ *\* *)?history\b"
)  #: a number that a scenario takes from history
DIGITS = 4  # decimals of a score that are stored; assumption: their standard errors are about 0.01


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class BlindScores:
    """Scores of forecasts recorded without their outcome, beside the best rival of their day."""

    date: str  #: day on which they were settled
    kind: str  #: before or blind: recorded before the day they speak of, or after it without its outcome
    numbers: int  #: settled forecasts of numbers
    number_outcomes: int  #: different outcomes among them
    skill: float | None  #: over the best rival: 1 - the geometric mean of the ratios of CRPS
    interval: tuple[float, float] | None  #: its central 90 %, over quantities
    events: int  #: settled yes/no questions
    event_outcomes: int
    brier: Mapping[str, float]  #: mean Brier score of model and best


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """Recorded forecasts of the case, past crises of the catalogue, and hindcasts of the case."""

    record: BlindScores | None = None
    crises: PastScores | None = None
    hindcasts: PastScores | None = None


def track_record(folder: Path | None = None) -> TrackRecord:
    """The track record of the catalogue, and that of the case of a folder of it."""
    data = _stored()
    case = folder.name if folder is not None and folder.resolve().parent == catalog.HOME.resolve() else ""
    record = data.get(RECORDS, {}).get(case)
    if record is not None:
        record = BlindScores(**record | {"interval": record["interval"] and tuple(record["interval"])})
    return TrackRecord(
        record=record, crises=_read(data.get(CRISES)), hindcasts=_read(data.get(HINDCASTS, {}).get(case))
    )


def store_record(scores: BlindScores, case: str) -> Path:
    """Write the scores of the recorded forecasts of a case into the file of the package."""
    data = _stored()
    return _write(data | {RECORDS: {**data.get(RECORDS, {}), case: asdict(scores)}})


def store_scores(scores: PastScores, case: str = "") -> Path:
    """Write scores into the file of the package: of the crises, or of the hindcasts of a case."""
    data = _stored()
    brier, compared, skill = map(_rounded, (scores.brier, scores.compared_brier, scores.skill))
    new = asdict(replace(scores, brier=brier, compared_brier=compared, skill=skill))
    row = {name: value for name, value in new.items() if name != "is_current"}
    data |= {HINDCASTS: {**data.get(HINDCASTS, {}), case: row}} if case else {CRISES: row}
    return _write(data)


def _write(data: Mapping[str, Any]) -> Path:
    write_text(FILE, json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return FILE


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


def _stored() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def _read(row: dict[str, Any] | None) -> PastScores | None:
    if row is None:
        return None
    scores = PastScores(**row)
    return replace(scores, cases=tuple(scores.cases), is_current=scores.digest == case_digest(scores.cases))


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in scores.items()}
