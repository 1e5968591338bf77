"""Until: months until a condition is first true; the median, none if past `by`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from standoff.errors import Fault, StandoffError
from standoff.questions._answer import Answer
from standoff.questions._form import (
    INTERVAL,
    AnswerText,
    Form,
    FormField,
    FormWriter,
    Numbers,
    Response,
    Sample,
    baseline_texts,
    middle,
    probability_texts,
)
from standoff.statistics import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.plan import PlannedQuestion
    from standoff.scenario import Scenario
    from standoff.scenario.outcome import Outcome
    from standoff.scenario.question import Question


class Until(Form):
    """A time after as_of."""

    FIELDS: ClassVar = {
        "until": FormField(
            holds="expression", doc="condition; the answer is the number of months from as_of until it is true"
        )
    }
    NEEDS = ("by",)
    IS_CONDITION = True
    COMPARED_BY = "share"
    COMPARED_TEXT = " Probability that it happens"

    def check_outcome(self, question: Question, outcome: Outcome, here: tuple[Any, ...]) -> Iterator[Fault]:
        """A fault of an outcome that is neither a time nor `never`."""
        from standoff.scenario.outcome import NEVER

        if outcome.value == NEVER:
            return
        try:
            outcome.number()
        except StandoffError as error:
            first = error.problems[0]
            yield Fault(here, first.what, f"`7 month`, or `{NEVER}` if not by its date", first.fix)

    def outcome_unit(self, unit: str) -> str:
        return "month"

    def latest_outcome(self, question: Question, scenario: Scenario) -> float:
        from standoff.scenario.calendar import last_day

        calendar = scenario.calendar
        return (calendar.index(last_day(str(question.by))) - calendar.index(scenario.as_of_day)) * calendar.dt

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """1 if it happens by the date, else 0."""
        return np.isfinite(sample[""]).astype(float)

    def answer(self, sample: Sample) -> Response:
        months = sample.months(sample[""])
        hits = np.isfinite(months)
        share, _, error = wilson_interval(int(hits.sum()), len(hits))
        detail = {"probability_by": share, "probability_mc_error": error, "horizon": sample.question.question.by}
        return replace(Response(**middle(months)), detail=detail)

    def labels(self, query: PlannedQuestion) -> tuple[str, ...]:
        return ("yes", "no")

    def score_unit(self, query: PlannedQuestion) -> str:
        return "month"

    def forecast(self, sample: Sample, answer: Answer, outcome: Outcome) -> Numbers:
        """Months, cut at the date of the question."""
        horizon = (sample.question.state - sample.plan.first_future_step) * sample.plan.scenario.calendar.dt
        return Numbers(values=sample.months(sample[""]), horizon=horizon)

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        value, never, ends = answer.number, f"after {answer.date}", [answer.number, *answer.ends]
        form = write.without_decimals(write.number_format(ends, answer.mc_error, "month"), ends)
        main = never if value is None else f"{form.full(value)} ({write.month_after(as_of, value)})"
        share, band, _ = probability_texts(answer, write)
        by = f"{share} (epistemic band {band})" if band else share
        error = "" if answer.mc_error is None else form.error(answer.mc_error)
        return AnswerText(
            main,
            INTERVAL + form.between(*answer.ends, missing=never),
            "",
            error,
            baseline_texts(answer, lambda name, number: form.full(number)),
            f"happens by {answer.date}: {by}",
        )


FORM = Until()
