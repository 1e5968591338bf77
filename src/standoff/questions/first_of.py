"""First of: which of several conditions is first true, by `by`? The most likely label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from standoff.errors import Fault, unknown
from standoff.questions._answer import Answer, MonteCarlo
from standoff.questions._form import (
    NONE,
    AnswerText,
    Form,
    FormField,
    FormWriter,
    Probabilities,
    Response,
    Sample,
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


class FirstOf(Form):
    """Competing conditions; those first true in the same step share it."""

    FIELDS: ClassVar = {
        "first_of": FormField(holds="expressions", doc="conditions by label; the answer is the one that is true first"),
        "indicators": FormField(
            holds="texts",
            doc="of `first_of`: the observable event of each label, or of each constraint (`shells` of `Russia, shells`)",
        ),
    }
    NEEDS = ("by",)
    IS_CONDITION = True
    COMPARED_BY = "share"
    HAS_LABELS = True
    BESIDE = "first"

    def check(
        self,
        question: Question,
        scenario: Scenario,
        here: tuple[Any, ...],
    ) -> Iterator[Fault]:
        labels = [word for label in question.first_of for word in (label, label.partition(", ")[2]) if word]
        for word in question.indicators or ():
            yield from unknown((*here, "indicators", word), word, list(dict.fromkeys(labels)), "label or constraint")

    def outcome_words(self, question: Question) -> list[str]:
        from standoff.scenario.outcome import NEVER

        return [*question.first_of, NEVER]

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """Share of `label` in being first; for any other word, whether none happens."""
        keys = sample.question.expressions
        first = np.min([sample[key] for key in keys], axis=0)
        wins = {key: (sample[key] == first) & np.isfinite(first) for key in keys}
        return wins[label] / np.maximum(sum(wins.values()), 1) if label in wins else (~np.isfinite(first)).astype(float)

    def answer(self, sample: Sample) -> Response:
        names = list(sample.question.expressions)
        hits = np.stack([sample[key] for key in names])
        first = hits.min(axis=0)
        wins = (hits == first) & np.isfinite(first)
        share = wins / np.maximum(wins.sum(axis=0), 1)
        table = dict(zip(names, share.mean(axis=1).tolist(), strict=True))
        table[NONE] = float(np.mean(~np.isfinite(first)))
        best = max(table, key=lambda key: table[key])
        _, _, error = wilson_interval(round(table[best] * hits.shape[1]), hits.shape[1])
        by_date = {key: float(np.isfinite(row).mean()) for key, row in zip(names, hits, strict=True)}
        months = {key: middle(sample.months(row))["value"] for key, row in zip(names, hits, strict=True)}
        detail = {"first": table, "happens_by": by_date, "median_months": months}
        return Response(value=best, monte_carlo=MonteCarlo(error=error), detail=detail)

    def labels(self, query: PlannedQuestion) -> tuple[str, ...]:
        return (*query.expressions, NONE)

    def forecast(self, sample: Sample, answer: Answer, outcome: Outcome) -> Probabilities:
        """Probabilities of the labels of the question, then of none by the date."""
        keys, table = sample.question.expressions, answer.detail["first"]
        count, labels = len(sample[next(iter(keys))]), list(table)
        row = labels.index(outcome.value) if outcome.value in keys else len(labels) - 1
        return Probabilities(
            counts=[share * count for share in table.values()],
            happened=row,
            names=labels,
            rivals={"even": np.full(len(labels), 1 / len(labels))},
        )

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        shown, band, error = probability_texts(answer, write)
        main = f"{answer.answer}: {shown}" if band else f"{answer.answer} ({shown})"
        return AnswerText(main, "", band, error, (), f"by {answer.date}", answer.point or 0.0)


FORM = FirstOf()
