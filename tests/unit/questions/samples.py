"""Questions with numbers made by hand in place of a run: a monthly grid whose first future state is the third."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from standoff import expression
from standoff.questions import Answer, EpistemicBand, Form, Response, Sample
from standoff.scenario.calendar import Calendar, last_day
from standoff.scenario.outcome import Outcome
from standoff.scenario.question import Question

NEVER = np.inf
FIRST_FUTURE = 2


def question(**fields: Any) -> Question:
    """A question of a scenario; `by` or `at` is the end of 2024 unless given."""
    return Question(**{"text": "?", "resolution": "x"} | fields)


def plan(**fields: Any) -> Any:
    """A plan of months from January 2024 on, with nothing but a calendar."""
    calendar = Calendar(last_day("2024-01"), last_day("2024-12"), "month")
    scenario = SimpleNamespace(units={}, calendar=calendar, as_of_day=last_day("2024-03"), actors={})
    return SimpleNamespace(
        **{"scenario": scenario, "first_future_step": FIRST_FUTURE, "choices": (), "observations": ()} | fields
    )


def query(asked: Question, unit: str = "") -> Any:
    """The question with its expressions parsed, at the last state."""
    form = form_of(asked)
    nodes = {part: expression.parse(text) for part, text in form.expressions(asked).items()}
    return SimpleNamespace(id="q", question=asked, expressions=nodes, unit=unit, state=11, since=3, form=form)


def form_of(asked: Question) -> Form:
    from standoff import questions

    return questions.form(asked.kind)


def sample(
    asked: Question,
    numbers: Mapping[str, Sequence[float]] | Sequence[float],
    *,
    unit: str = "",
    current: Sequence[float] = (),
    **of_plan: Any,
) -> Sample:
    """The trackers of a question by part, or those of its only part; `current` are values at as_of."""
    parts = numbers if isinstance(numbers, Mapping) else {"": numbers}
    arrays = {f"q/{part}" if part else "q": np.asarray(values, float) for part, values in parts.items()}
    return Sample(
        question=query(asked, unit),
        plan=plan(**of_plan),
        read=arrays.__getitem__,
        at_as_of=lambda node: np.asarray(current, float),
    )


def statement(response: Response, asked: Question, unit: str = "") -> Answer:
    """The whole answer around what a form gives."""
    return Answer(
        id="q",
        kind=asked.kind,
        lines=(),
        text="?",
        date="2024-12",
        unit=unit,
        answer=response.value,
        futures=response.futures,
        monte_carlo=response.monte_carlo,
        baselines=response.baselines,
        claims=(),
        resolution="x",
        detail=response.detail,
    )


def outcome(said: str) -> Outcome:
    return Outcome(said, ())


def band(low: float | None, high: float | None, label: str = "", **fields: Any) -> EpistemicBand:
    """A band over three parameters, two models of the case and five theories."""
    shares = {"variants": 0.1, "theories": 0.2, "both": 0.0, "parameters": 0.2, "chance": 0.5}
    return EpistemicBand(
        **{
            "low": low,
            "high": high,
            "mean": 0.3,
            "label": label,
            "shares": shares,
            "parameters": 3,
            "variants": 2,
            "theories": 5,
            "draws": 800,
            "replicates": 16,
        }
        | fields
    )
