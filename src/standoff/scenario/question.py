"""Questions of a scenario: the fields of every form, and those that all forms share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from standoff import registry
from standoff.scenario.base_rate import Baseline, DataRate
from standoff.scenario.fields import (
    Date,
    Expression,
    Label,
    Lines,
    Name,
    OutcomeField,
    PriorField,
    Record,
    Words,
)


class QuestionWords(Record):
    """The question in words, with its place in the source text of the case."""

    text: str
    lines: Lines = ()


FORM_FIELDS: dict[str, tuple[Any, Any]] = {
    "expression": (Expression | None, {}),
    "expressions": (dict[Label, Expression] | None, {"min_length": 2}),
    "name": (Name | None, {}),
    "names": (tuple[Name, Name] | None, {}),
    "text": (str | None, {}),
    "texts": (dict[Label, str] | None, {"min_length": 1}),
}
"""What a field of a form holds (`questions.FormField`) -> its type here, and what is asked of it."""


def _form_fields() -> dict[str, Any]:
    """Fields of all forms of questions, for pydantic."""
    out = {}
    for name in registry.names("standoff.questions"):
        for field, spec in registry.module("standoff.questions", name).FORM.FIELDS.items():
            kind, limits = FORM_FIELDS[spec.holds]
            out[field] = (kind, Field(None, description=spec.doc, **limits))
    return out


_Forms: Any = create_model("_Forms", __base__=QuestionWords, **_form_fields())


class Question(_Forms):
    """A question in exactly one form; each file of `standoff.questions` adds a field."""

    unit: str = ""
    by: Date | None = None
    at: Date | None = None
    since: Date | None = None
    resolution: str = Field(description="resolution rule: source and date")
    claims: Words = ()
    base_rate: Baseline | None = Field(
        None, description="rate in the analyst's list of cases, a forecast without a model"
    )
    data_rate: DataRate | None = Field(
        None, description="rate of exactly this event in all cases of a data set, or `none`"
    )
    anchor: PriorField | None = Field(
        None,
        description="of an event that names options of one choice: its prior probability, before the named reasons of the "
        "choice count, such as `12 % @claim-id`; the constants of these options are solved for it",
    )
    outcome: OutcomeField | None = Field(
        None,
        description="result and its claims, for scoring only: `yes @claim-id`, a number with its unit, "
        "a label of first_of, a place of rank, or `never` (not by the date)",
    )
    main: bool = Field(False, description="whether it is the main question, first on the page")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Fields of forms."""

    @property
    def kind(self) -> str:
        """The form of the question."""
        return next(iter(self.kinds), "")

    @property
    def kinds(self) -> list[str]:
        """All forms with a value: exactly one in a valid scenario."""
        return [form for form in registry.names("standoff.questions") if getattr(self, form) is not None]
