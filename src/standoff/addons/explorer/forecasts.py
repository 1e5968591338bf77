"""Recorded forecasts of a case, as they moved with its date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from standoff.addons.explorer.responses import View
from standoff.engine.model import Model
from standoff.evaluation import forecast_record
from standoff.evaluation.forecast_scores import BEST, MODEL
from standoff.evaluation.score import score_record
from standoff.report.charts.forecast_record import ends, moved
from standoff.report.sections.forecast_record import sentence


def record_of(model: Model) -> Path | None:
    """The record beside the scenario file of a model, if there is one."""
    return forecast_record.beside(model.plan.loaded.folder)


def forecasts(model: Model) -> View:
    """Each question of the record of a case that has forecasts to compare."""
    if (path := record_of(model)) is None:
        return {"sentence": "", "questions": []}
    scores = score_record(path)

    def questions() -> Iterator[View]:
        for name in dict.fromkeys(line.forecast.question for line in scores.lines):
            found = moved([line for line in scores.lines if line.forecast.question == name])
            if found is None:
                continue
            item = found.lines[0].forecast
            yield {
                "question": name,
                "text": item.text,
                "told": found.text,
                "unit": "" if item.form == "event" else item.unit,
                "is_event": item.form == "event",
                "points": [
                    {
                        "at": found.at(line),
                        "said": ends(line.given[MODEL]),
                        "best": ends(line.given[BEST])[1] if BEST in line.given else None,
                        "came": None if line.outcome is None else line.outcome.value,
                    }
                    for line in found.lines
                ],
            }

    return {"sentence": sentence(scores), "questions": [*questions()]}
