"""Event: is a condition true at some time after `since`, up to `by`? A probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from standoff.questions._answer import Answer, BaseRate, MonteCarlo, count_text
from standoff.questions._form import (
    AnswerText,
    Form,
    FormField,
    FormWriter,
    Probabilities,
    Response,
    Sample,
    baseline_texts,
    probability_texts,
)
from standoff.statistics import wilson_interval

if TYPE_CHECKING:
    from standoff.plan import PlannedQuestion
    from standoff.scenario.outcome import Outcome
    from standoff.scenario.question import Question


UNANCHORED = "The answer starts from none: no choice with free constants decides it alone"


class EventForm(Form):
    """Whether a condition becomes true by a date."""

    FIELDS: ClassVar = {
        "event": FormField(
            holds="expression",
            doc="condition; the answer is the probability that it is true at some time after `since`, up to `by`",
        )
    }
    NEEDS = ("by",)
    IS_CONDITION = True
    COMPARED_BY = "probability"

    def outcome_words(self, question: Question) -> list[str]:
        return ["yes", "no"]

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """1 if it happens, else 0."""
        return np.isfinite(sample[""]).astype(float)

    def answer(self, sample: Sample) -> Response:
        hits = np.isfinite(sample[""])
        value, interval, error = wilson_interval(int(hits.sum()), len(hits))
        current = sample.current()
        now = float(np.mean(current) >= 0.5) if len(current) else None
        monte_carlo = MonteCarlo(error=error, interval=interval)
        return Response(value=value, monte_carlo=monte_carlo, baselines={"persistence": now})

    def labels(self, question: PlannedQuestion) -> tuple[str, ...]:
        return ("yes", "no")

    def forecast(self, sample: Sample, answer: Answer, outcome: Outcome) -> Probabilities:
        """Probabilities of yes and no; the base rate is the median of its belief."""
        count = len(sample[""])
        hits = round(float(answer.answer or 0.0) * count)
        rivals = {"even": 0.5}
        rivals |= {name: p for name, p in answer.baselines.items() if p is not None}
        return Probabilities(
            counts=(hits, count - hits),
            happened=int(outcome.value != "yes"),
            names=("yes", "no"),
            rivals={name: (p, 1 - p) for name, p in rivals.items()},
        )

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        def baseline(name: str, value: float) -> str:
            return ("yes" if value else "no") if name == "persistence" else write.percent(value)

        main, band, error = probability_texts(answer, write)
        word = "" if answer.band_ends is None else write.likelihoods(*answer.band_ends)
        baselines = (*baseline_texts(answer, baseline), *base_rate_text(answer, main, write))
        return AnswerText(main, "", band, error, baselines, f"by {answer.date}", answer.point or 0.0, word)


def base_rate_text(answer: Answer, main: str, write: FormWriter) -> tuple[tuple[str, str], ...]:
    """All base rates of an event in one paragraph, with its heading; empty without any.

    Of reference classes it says where the answer `main` starts.
    """
    rates = answer.base_rates
    if not rates:
        return ()
    counted, text = sum(base.rate is not None for base in rates), "; ".join(_text(base, write) for base in rates)
    first = rates[0]
    if first.start == answer.id:
        text += (
            f". The answer starts from {write.percent(first.rate or 0.0)}, the first; what the reasons of this actor have "
            f"beyond those of a typical member takes it to {main}"
        )
    elif first.members:
        text += f". The choice starts from the class of `{first.start}`" if first.start else f". {UNANCHORED}"
    return (("base rates" if counted > 1 else "base rate", text),)


def _text(base: BaseRate, write: FormWriter) -> str:
    if base.rate is None:
        return f"none in data ({base.text})"
    if base.kind == "list":
        about = [f"n {base.of:,}"] if base.of else []
        about += [] if base.has_horizon else ["no horizon stated"]
        return f"{write.percent(base.rate)} {base.place}" + (f" ({', '.join(about)})" if about else "")
    assert base.interval is not None
    rate, interval = write.band_percents(base.rate, base.interval)
    beside = f"{interval}; " if interval != rate else ""
    return f"{rate} {base.place} ({beside}{count_text(base)})"


FORM = EventForm()
