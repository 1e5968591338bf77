"""Scores of settled questions of cases as a document."""

from __future__ import annotations

import math

from standoff.evaluation.records import Scored, Scores
from standoff.report.document import Block, Heading, Paragraph, given, remark, table, table_part
from standoff.report.formatting import percent, percents, signed

SCORES = {"brier": "Brier", "log": "log", "crps": "CRPS"}
SHOWN_ERROR = 1e-3  # assumption: a reader compares forecasts to a tenth of a percentage point
OTHERS = {"base_rate": "base rate", "persistence": "no change", "even": "equal chances"}


def blocks(scores: Scores) -> list[Block]:
    """The verdict with the note on foresight, then tables and the other notes."""
    first, *notes = scores.notes  # whether a score can mean foresight belongs beside the verdict
    probabilities = [_probability(row) for row in scores.questions if row.smoothed is not None]
    numbers = [_number(row) for row in scores.questions if row.smoothed is None]
    skills = [
        (
            SCORES[item.score],
            OTHERS[item.against],
            item.questions,
            item.cases,
            _figure(item.model),
            _figure(item.other),
            _gain(item.score, item.skill),
            "too few" if item.interval is None else " to ".join(_gain(item.score, end) for end in item.interval),
            item.better,
        )
        for item in scores.skills
    ]
    bins = [
        (
            percents((item.low, item.high)),
            item.questions,
            percent(item.forecast),
            percent(item.happened),
            percents(item.interval),
        )
        for item in scores.calibration
    ]
    heads = ("case", "question", "model:", "base rate:", "happened:", "Brier:", "base:", "log:", "base:")
    base = remark("base: the score of the base rate.")
    return [
        Heading(scores.verdict, 1),
        remark(f"note: {first}"),
        *given(probabilities, Heading("Probabilities"), base, table(*heads, rows=probabilities)),
        *table_part(
            "Numbers",
            ("case", "question", "median:", "90 %:", "happened:", "below:", "CRPS:", "base rate:", "no change:"),
            numbers,
        ),
        Heading("Skill"),
        remark("Of the log score: nats gained per question."),
        table(
            *("score", "against", "questions:", "cases:", "model:", "other:", "skill:", "90 %:", "better on:"),
            rows=skills,
        ),
        *table_part("Calibration", ("forecast", "events:", "mean:", "happened:", "90 %:"), bins),
        *(
            Paragraph(
                f"{percent(part.inside)} of {part.questions} outcomes inside the central {percent(part.level)} of "
                f"futures (90 %: {percents(part.interval)})"
            )
            for part in scores.coverage
        ),
        *(remark(f"note: {note}") for note in notes),
    ]


def _probability(row: Scored) -> tuple[str, ...]:
    base, model = row.scores.get("base_rate", {}), row.scores["model"]
    return (
        row.case,
        row.id,
        _percent(row.forecast),
        _percent(row.base_rate),
        row.outcome,
        _figure(model["brier"]),
        _figure(base.get("brier")),
        _figure(model["log"]),
        _figure(base.get("log")),
    )


def _number(row: Scored) -> tuple[str, ...]:
    low, high = (_plain(end) for end in row.interval or (None, None))
    scores = [row.scores.get(who, {}).get("crps") for who in ("model", "base_rate", "persistence")]
    return (
        row.case,
        f"{row.id}, {row.unit}",
        _plain(row.forecast),
        f"{low} to {high}",
        row.outcome,
        _percent(row.below),
        *map(_plain, scores),
    )


def _percent(p: float | None) -> str:
    return "" if p is None else percent(p, SHOWN_ERROR)


def _figure(value: float | None) -> str:
    return "" if value is None else "infinite" if math.isinf(value) else f"{value:.3f}"


def _plain(value: float | None) -> str:
    return "never" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _gain(name: str, value: float) -> str:
    return f"{value:+.2f}" if name == "log" or math.isinf(value) else f"{signed(100 * value, 0)} %"
