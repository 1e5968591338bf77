"""Quantity: the value of an expression at `at`; the answer is the median of the futures."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from standoff.questions._answer import Answer
from standoff.questions._form import (
    INTERVAL,
    AnswerText,
    Form,
    FormField,
    FormWriter,
    Response,
    Sample,
    baseline_texts,
)

BOUNDS = {"at_least", "at_most", "over"}  #: comparators of claims that are no values


class QuantityForm(Form):
    """A number with its unit."""

    FIELDS: ClassVar = {"quantity": FormField(holds="expression", doc="value at `at`")}
    NEEDS = ("at",)
    HAS_UNIT = True
    STATISTIC = "median"

    def outcome_unit(self, unit: str) -> str:
        return unit

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """Values in the unit of the question."""
        return sample[""] / sample.factor

    def answer(self, sample: Sample) -> Response:
        current = sample.current()
        now = float(np.median(current)) / sample.factor if len(current) else None
        return replace(super().answer(sample), baselines={"persistence": now}, detail={"bound": _bound(sample)})

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        value = answer.number
        if value is None:
            return AnswerText("no finite number")
        unit = "times" if answer.unit == "ratio" else answer.unit
        form = write.number_format([value, *answer.ends], answer.mc_error, unit)
        if not answer.mc_error:
            form = write.without_decimals(form, [value, *answer.ends])
        error = form.error(answer.mc_error) if answer.mc_error else ""  # none of what is known
        bound, is_past = answer.detail.get("bound"), answer.date <= as_of[: len(answer.date)]
        return AnswerText(
            f"{bound} {form.full(value)}" if bound else form.full(value),
            "" if bound or answer.ends[0] == answer.ends[1] else INTERVAL + form.between(*answer.ends),
            "",
            error,
            () if is_past else baseline_texts(answer, lambda name, number: form.full(number)),
            f"at {answer.date}",
        )


def _bound(sample: Sample) -> str:
    """`at least` and the like where the last claim of a stock is a bound; else empty."""
    query, plan = sample.question, sample.plan
    name, day = getattr(query.expressions[""], "name", None), plan.scenario.calendar.date(query.state)
    said = {
        claim.as_of.last: str(claim.comparator)
        for item in plan.observations
        if item.cell == name and item.values[query.state] is not None
        for claim in map(plan.ledger.__getitem__, item.claims)
        if claim.as_of.last <= day
    }
    last = said[max(said)] if said else ""
    return last.replace("_", " ") if last in BOUNDS else ""


FORM = QuantityForm()
