"""Rank: the place of `of` among several values at `at`, 1 the highest; the median place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from standoff.errors import Fault, unknown
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
)

if TYPE_CHECKING:
    from standoff.scenario import Scenario
    from standoff.scenario.outcome import Outcome
    from standoff.scenario.question import Question


class Rank(Form):
    """A place in a ranking of values."""

    FIELDS: ClassVar = {
        "rank": FormField(
            holds="expressions", doc="values by label; the answer is the place of `of` at `at`, 1 = highest"
        ),
        "of": FormField(holds="text", doc="of `rank`: the ranked label"),
    }
    NEEDS = ("at", "of")
    MEASURE = "place"
    STATISTIC = "median"

    def check(
        self,
        question: Question,
        scenario: Scenario,
        here: tuple[Any, ...],
    ) -> Iterator[Fault]:
        if question.of is not None:
            yield from unknown((*here, "of"), question.of, question.rank, "value")

    def outcome_words(self, question: Question) -> list[str]:
        return [str(rank) for rank in range(1, len(question.rank) + 1)]

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """The place; equal values share the better one."""
        table = np.stack([sample[key] for key in sample.question.expressions])
        row = list(sample.question.expressions).index(str(sample.question.question.of))
        return 1.0 + (table > table[row]).sum(axis=0)

    def answer(self, sample: Sample) -> Response:
        values = {key: float(np.median(sample[key])) for key in sample.question.expressions}
        first = float(np.mean(self.values(sample) == 1))
        detail = {"of": str(sample.question.question.of), "first": first, "values": values}
        names = {code: actor.name for code, actor in sample.plan.scenario.actors.items() if code in values}
        return replace(super().answer(sample), detail=detail | {"names": names})

    def forecast(self, sample: Sample, answer: Answer, outcome: Outcome) -> Numbers:
        """Forecast of the place, with equal chances as a further baseline."""
        even = np.arange(1.0, len(sample.question.expressions) + 1)
        return Numbers(values=self.values(sample), rivals={"even": even})

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        detail, (low, high) = answer.detail, answer.ends
        others = sorted(
            (key for key in detail["values"] if key != detail["of"]), key=lambda key: -detail["values"][key]
        )
        rank = round(answer.number or 0)
        labels = [detail["names"].get(key, key) for key in others]
        next_to = f", after {labels[rank - 2]}" if rank > 1 else f", before {labels[0]}" if others else ""
        return AnswerText(
            f"rank {rank} of {len(detail['values'])}{next_to}",
            f"{INTERVAL}{low or 0:.0f} to {high or 0:.0f}",
            "",
            "",
            (),
            f"at {answer.date}; first in {write.percent(detail['first'])} of futures",
        )


FORM = Rank()
