"""Questions of a scenario: the fields of each form, those that all share, and base rates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, create_model, model_validator

from standoff import registry
from standoff.dates import add_months
from standoff.pydantic_messages import invalid
from standoff.scenario import calendar
from standoff.scenario.fields import (
    BeliefField,
    Date,
    Expression,
    Label,
    Length,
    Lines,
    Name,
    OutcomeField,
    PriorField,
    Record,
    Words,
)
from standoff.units import DAYS_PER_MONTH


class Baseline(Record):
    """A forecast without a model: the rate in a list of cases that the analyst chose.

    As `base_rate` of a question the answer starts from it; as `compare_with` it stands beside the answer.
    """

    value: BeliefField = Field(
        description="of an event: its probability in the time of the question, or in a stated time, `5 to 7 %/year`"
    )
    of: int | None = Field(None, ge=1, description="number of cases in the list")
    text: str

    @property
    def per(self) -> str:
        """The time of a rate, such as `year`; empty for a probability in the time of the question."""
        return self.value.unit.partition("/")[2].strip()


class DataRate(Record):
    """How often exactly the event happened in all cases of a data set; or `none`, and why."""

    count: int | None = Field(None, ge=0, description="cases in which the event happened")
    of: int | None = Field(None, ge=1, description="all cases of the data set")
    per: Literal["year", "month", "case"] = Field(
        "year", description="time in which a case may have the event; `case`: no time, the rate is not converted"
    )
    since: int | None = Field(None, description="first year of the count")
    until: int | None = Field(None, description="last year of the count; it ends before as_of")
    data: str = Field("", description="name of the data set, as reports show it")
    sources: Words = ()
    text: str = Field("", description="the rule of the count in words")
    none: str = Field("", description="why no data set counts this event, in place of all other fields")

    @model_validator(mode="after")
    def _is_counted_or_not(self) -> Self:
        fields = {name: getattr(self, name) for name in ("count", "of", "since", "until", "data", "text")}
        missing = [name for name, value in fields.items() if value in (None, "")]
        if self.none and len(missing) < len(fields):
            raise invalid("a rate that is counted and also `none`", allowed="either a count or `none`")
        if not self.none and missing:
            fix = "write `none: WHY` where no data set counts exactly this event"
            raise invalid(f"`{missing[0]}` is missing", allowed=", ".join(fields), fix=fix)
        if self.count is not None and self.of is not None and self.count > self.of:
            raise invalid(f"{self.count} of {self.of} cases", allowed="a count of at most `of`")
        return self

    def goes_past(self, day: dt.date) -> bool:
        """Whether the count reaches the year of a day: no choice starts from what knows what came."""
        return (self.until or 0) >= day.year


class ReferenceClass(DataRate):
    """A class of cases to which that of the question belongs, with its count."""

    members: str = Field(
        min_length=1,
        description="who is counted, to be read after `as`, such as `a great power that helps short of arms`",
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
    within: Length | None = Field(
        None,
        description="in place of `by` or `at`: time from `as_of` to the date of the question, which moves with `as_of`",
    )
    since: Date | None = None
    resolution: str = Field(description="resolution rule: source and date")
    claims: Words = ()
    base_rate: Baseline | None = Field(
        None,
        description="of an event that names options of one choice: the probability from which the answer starts, before the "
        "named reasons of the choice count; the constants of these options are solved for it",
    )
    compare_with: Baseline | None = Field(
        None,
        description="rate in a list of other cases, a forecast without a model beside the answer; it changes nothing",
    )
    classes: tuple[ReferenceClass, ...] = Field(
        (),
        description="reference classes of an event with their counts, the narrowest that is large enough first: the choice "
        "that the event names starts from that one",
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

    def dated(self, as_of: str) -> Question:
        """The question with the date that `within` gives it as of a day, unless it has another one."""
        if self.within is None or not self.kind:
            return self
        months = calendar.months(self.within)
        day = calendar.last_day(as_of)
        if months == int(months):
            date = str(add_months(day, int(months)))[:7]
        else:
            date = str(day + dt.timedelta(days=round(months * DAYS_PER_MONTH)))
        key = self.date_key
        held = getattr(self, key)
        return (
            self if held and calendar.last_day(held) != calendar.last_day(date) else self.model_copy(update={key: date})
        )

    @property
    def date_key(self) -> str:
        """The field with the date of its form, `by` or `at`."""
        return "at" if "at" in registry.module("standoff.questions", self.kind).FORM.NEEDS else "by"

    @property
    def kind(self) -> str:
        """The form of the question."""
        return next(iter(self.kinds), "")

    @property
    def kinds(self) -> list[str]:
        """All forms with a value: exactly one in a valid scenario."""
        return [form for form in registry.names("standoff.questions") if getattr(self, form) is not None]
