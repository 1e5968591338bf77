"""Answers of history to questions of a case, stored beside its scenario in `history.json`.

The panel of decisions does not come with standoff, so that history is asked once, by `standoff history ask ... --keep CASE
--question ID`, and shown by every run of the case beside the answer to the question.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from standoff.errors import DataError
from standoff.files import write_json

NAME = "history.json"


@dataclass(frozen=True, kw_only=True)
class RecordedAnswer:
    """Chances in one year, from history alone, that a state begins to help a side of a war."""

    question: str  #: of the case, beside whose answer it is shown
    actor: str
    side: str
    against: str
    year: int
    until: int  #: last year of the decisions of the fit
    any_help: float
    arms_or_troops: float
    low: float  #: of arms or troops, 5 and 95 % over draws of the posterior
    high: float
    posterior: str  #: SHA-256 of the posterior
    made: str  #: day


def recorded(folder: Path | None) -> tuple[RecordedAnswer, ...]:
    """Answers of history in the folder of a scenario; may be none. Raises `DataError`."""
    path = None if folder is None else folder / NAME
    if path is None or not path.is_file():
        return ()
    try:
        return tuple(_read(row) for row in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"the answers of history beside the scenario cannot be read: {error}"
        raise DataError(what, str(path), fix="make them anew with `standoff history ask ... --keep`") from None


def record(answer: RecordedAnswer, folder: Path) -> Path:
    """Write an answer beside a scenario file, in place of an earlier one for the same question."""
    others = [entry for entry in recorded(folder) if entry.question != answer.question]
    rows = [asdict(entry) for entry in sorted([*others, answer], key=lambda entry: entry.question)]
    write_json(folder / NAME, rows)
    return folder / NAME


def of_question(answers: Sequence[RecordedAnswer], question: str) -> RecordedAnswer | None:
    """The answer that belongs to a question."""
    return next((answer for answer in answers if answer.question == question), None)


def _read(row: dict[str, Any]) -> RecordedAnswer:
    out = RecordedAnswer(**row)
    if not all(isinstance(p, float) and 0 <= p <= 1 for p in (out.any_help, out.arms_or_troops, out.low, out.high)):
        raise ValueError("a chance is not between 0 and 1")
    return out
