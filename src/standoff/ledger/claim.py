"""A claim: an attributed statement about a quantity or a proposition, with its source.

A claim is not a fact. Two claims may contradict one another, and both stay. No field is guessed: a claim without a
number has no number, and a number has a unit, a comparator and two dates (the day that it is about, and the day that it
was said).
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from standoff import scalars, units
from standoff.dates import PartialDate
from standoff.errors import LedgerError, Problem, join_limited
from standoff.pydantic_messages import describe, invalid, reported, short

Comparator = Literal["exact", "about", "over", "nearly", "at_least", "at_most", "range"]
Basis = Literal["found", "recalled", "computed"]
Status = Literal["proposed", "accepted", "disputed", "retracted"]

BOUND_KEY = {"at_least": "low", "over": "low", "at_most": "high", "nearly": "high"}  #: fields that may replace `value`
SMALLEST, LARGEST = 1e-30, 1e30  # assumption: no number about the world lies outside, so no arithmetic overflows

WHOLE = {"%": 100.0, "1": 1.0}  #: unit of a share -> the share that is everything
PARTS = frozenset({"share", "public", "vote", "votes", "referendum"})  #: words of quantities that are parts of a whole
UNLIMITED = frozenset(
    {"growth", "change", "ratio", "rate", "tariff", "losses", "expenditure", "burden"}
)  #: words of quantities that may exceed 100 %, such as losses as a share of the force at the start


def _number(raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise invalid(f"{short(raw)} is not a number", allowed="a number without quotes, such as 315000 or 3.5")
    if not (raw == 0 or SMALLEST <= abs(raw) <= LARGEST):  # also refuses nan and infinity
        raise invalid(f"{short(raw)} is out of range", allowed=f"0, or {SMALLEST} to {LARGEST} in size")
    return raw


def _check_text(text: str) -> str:
    if not scalars.is_encodable(text):
        raise invalid(
            f"{short(text)} has an incomplete character (a lone surrogate)", fix="write the complete character"
        )
    return text


def _matching(pattern: str, allowed: str) -> AfterValidator:
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise invalid(f"{short(text)} is not allowed here", allowed=allowed)
        return text

    return AfterValidator(check)


@reported
def _unit(text: str, info: ValidationInfo) -> str:
    if text and not SMALLEST <= units.parse(text, info.context).factor <= LARGEST:
        raise invalid(f"the unit {short(text)} is out of range", allowed=f"{SMALLEST} to {LARGEST} in size")
    return text


def _lines(lines: tuple[int, ...]) -> tuple[int, ...]:
    if any(a >= b for a, b in pairwise(lines)):
        raise invalid(f"lines {list(lines)} are not in rising order", allowed="each line once, in rising order")
    return lines


ID = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
ID_ALLOWED = "lower case letters, digits, dashes and dots, such as `rus-personnel-losses-2024-02-29-general-staff`"
Number = Annotated[int | float, BeforeValidator(_number)]
Text = Annotated[str, Field(strict=True), AfterValidator(_check_text)]
Written = Annotated[Text, _matching(r"(?s).*\S.*", "a text that is not blank")]
Id = Annotated[Text, _matching(ID, ID_ALLOWED)]
OptionalId = Annotated[Text, _matching(f"(?:{ID})?", ID_ALLOWED)]
Whole = Annotated[int, Field(strict=True, ge=0)]


class Source(BaseModel):
    """Where a claim can be read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    title: Written = Field(description="title of the page, report or broadcast")
    publisher: Text = Field("", description="who printed it")
    date: PartialDate | None = Field(None, description="date of publication")
    url: Annotated[Text, _matching(r"(?:https?://\S+)?", "a link that begins with http:// or https://")] = Field(
        "", description="where it is"
    )


class Quote(BaseModel):
    """The exact words of a claim, and their place in the source text."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    text: Written = Field(description="the exact words")
    start: Whole = Field(description="index of the first character, from 0")
    end: Whole = Field(description="index after the last character")

    @model_validator(mode="after")
    def _span(self) -> Self:
        if self.end - self.start != len(self.text):
            raise invalid(
                f"the span {self.start} to {self.end} does not fit a text of {len(self.text)} characters",
                allowed=f"end = start + {len(self.text)}",
            )
        return self


class Claim(BaseModel):
    """One statement by one speaker. Fields are saved in this order."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    id: Id = Field(description="readable, stable and unique")
    subject: Annotated[
        Text, _matching(r"[A-Z][A-Z0-9]*(?:\.[a-z][a-z0-9_]*)*", "an actor code, such as RUS, NATO or CHN.public")
    ] = Field(description="actor that the claim is about")
    quantity: Annotated[Text, _matching(r"(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)*)?", "a name such as `personnel_losses`")] = (
        Field("", description="name of the measured quantity; required with a number")
    )
    proposition: Text = Field("", description="the statement in words, for a claim without a number")
    value: Number | None = Field(None, description="the number")
    low: Number | None = Field(None, description="lower end of a range")
    high: Number | None = Field(None, description="upper end of a range")
    unit: Annotated[Text, AfterValidator(_unit)] = Field("", description="unit of the number")
    comparator: Comparator | None = Field(None, description="qualifier of the number")
    as_of: PartialDate = Field(description="date that the claim is about")
    published: PartialDate = Field(description="date of the statement")
    speaker: Written = Field(description="who says it")
    side: Annotated[Text, _matching(r"[a-z][a-z0-9_-]*", "a word such as russia, ukraine, west, china, neutral")] = (
        Field(description="side that the speaker takes")
    )
    source: Source = Field(description="where it can be read")
    quote: Quote | None = Field(None, description="the words it was read from")
    origin: OptionalId = Field("", description="group of claims that relay one origin; they count once")
    conflict: OptionalId = Field("", description="group of claims that answer the same question")
    basis: Basis = Field(description="found in a source, recalled, or computed from other claims")
    status: Status = Field(description="proposed until a person accepts it")
    retracts: OptionalId = Field("", description="id of the claim that this one withdraws")
    lines: Annotated[tuple[Annotated[int, Field(strict=True, ge=1)], ...], AfterValidator(_lines)] = Field(
        (), description="line numbers of the article that it supports or contradicts"
    )
    note: Text = Field("", description="free text for readers")
    _declared: Mapping[str, str] | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _bound_as_value(cls, raw: Any) -> Any:
        """Store `low` of `at_least` and `over`, and `high` of `at_most` and `nearly`, as `value`."""
        if isinstance(raw, Mapping) and isinstance(raw.get("comparator"), str):
            key = BOUND_KEY.get(raw["comparator"])
            others = {"value", "low", "high"} - {key}
            if key and raw.get(key) is not None and all(raw.get(other) is None for other in others):
                return {**{k: v for k, v in raw.items() if k != key}, "value": raw[key]}
        return raw

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        self._declared = info.context
        problems = [*self._number_problems(), *self._date_problems()]
        if problems:
            raise invalid(*problems)
        return self

    def _number_problems(self) -> Iterator[Problem]:
        fields = [key for key in ("value", "low", "high") if getattr(self, key) is not None]
        if self.retracts:
            if self.status != "retracted":
                yield Problem(
                    f"a claim that retracts another has status `{self.status}`", path="status", allowed="retracted"
                )
            if self.retracts == self.id:
                yield Problem("a claim cannot retract itself", path="retracts", allowed="the id of another claim")
        if self.proposition and fields:
            yield Problem(f"both a proposition and a number (`{fields[0]}`)", path="proposition", allowed="one of them")
        if not fields and not self.proposition.strip() and not self.retracts:
            yield Problem(
                "neither a number nor a proposition", path="value", allowed="value, or low and high, or proposition"
            )
            return
        if not fields:
            for key in ("unit", "comparator"):
                if getattr(self, key):
                    yield Problem(f"`{getattr(self, key)}` without a number", path=key, fix="leave it out")
            return
        for key in ("quantity", "unit", "comparator"):
            if not getattr(self, key):
                yield Problem(f"a number without a {key}", path=key, allowed=ALLOWED_WITH_NUMBER[key])
        if self.comparator == "range":
            if fields != ["low", "high"]:
                yield Problem(
                    f"`range` with {join_limited(fields)}", path="comparator", allowed="low and high, without value"
                )
            elif self.low is not None and self.high is not None and not self.low < self.high:
                yield Problem(f"an impossible range: {self.low} to {self.high}", path="low", allowed="low below high")
        elif self.comparator and fields != ["value"]:
            either = f" (or only {BOUND_KEY[self.comparator]})" if self.comparator in BOUND_KEY else ""
            yield Problem(
                f"`{self.comparator}` with {join_limited(fields)}",
                path="comparator",
                allowed=f"value{either}, and nothing else",
                fix="use `range` for low and high",
            )

    def _date_problems(self) -> Iterator[Problem]:
        ahead = bool(self.proposition or self.retracts) or self.quantity.endswith("_forecast")
        if self.as_of.first > self.published.last and not ahead:
            yield Problem(
                f"dates out of order: about {self.as_of}, said {self.published}",
                path="as_of",
                allowed="as_of up to published",
                fix="a number about the future is a quantity that ends in `_forecast`",
            )
        if self.source.date is not None and self.published.first > self.source.date.last:
            yield Problem(
                f"dates out of order: said {self.published}, printed {self.source.date}",
                path="published",
                allowed="published up to source.date",
            )

    @classmethod
    def parse(cls, raw: Any, where: str = "", declared: Mapping[str, str] | None = None) -> Claim:
        """Parse a claim from plain data; raises `LedgerError` with every error and its place.

        declared: units of its case, as in `units.parse`
        """
        if not isinstance(raw, Mapping):
            raise LedgerError(f"{short(raw)} is not a claim", where, allowed="one object with the keys of a claim")
        try:
            return cls.model_validate(raw, context=declared)
        except ValidationError as error:
            raise LedgerError(_problems(error, where, raw.get("id"))) from None

    def to_data(self) -> dict[str, Any]:
        """Plain data in field order, without empty fields; the inverse of `parse`."""
        return _plain(self)

    def line(self) -> str:
        """The claim as one line of a `.jsonl` file, without the line end."""
        return json.dumps(self.to_data(), ensure_ascii=False)

    def unit_of(self, text: str | None = None) -> units.Unit:
        """Its unit, or another unit of its case."""
        return units.parse(self.unit if text is None else text, self._declared)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The stated numbers: none, one, or two for a range."""
        return tuple(float(number) for number in (self.value, self.low, self.high) if number is not None)

    @property
    def statement(self) -> str:
        """The content in short: `over 315000 person`, `300000 to 350000 person`, or the proposition."""
        if self.comparator == "range":
            return f"{self.low} to {self.high} {self.unit}"
        if self.value is not None:
            word = "" if self.comparator == "exact" else f"{self.comparator} ".replace("_", " ")
            return f"{word}{self.value} {self.unit}"
        return self.proposition or f"retracts {self.retracts}"


ALLOWED_WITH_NUMBER = {
    "quantity": "a name such as `personnel_losses`",
    "unit": "a unit such as person, bn USD, shell/day, %",
    "comparator": join_limited(get_args(Comparator)),
}


def _plain(model: BaseModel) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key in type(model).model_fields:
        value = getattr(model, key)
        if isinstance(value, BaseModel):
            value = _plain(value)
        elif isinstance(value, PartialDate):
            value = str(value)
        elif isinstance(value, tuple):
            value = list(value)
        if value is not None and value != "" and value != []:
            out[key] = value
    return out


def is_share(claim: Claim) -> bool:
    """Whether the number of a claim is a part of a whole, which cannot exceed 100 %."""
    words = set(claim.quantity.split("_"))
    part_words = words & PARTS if claim.unit == "%" else words & {"share"}
    return claim.unit in WHOLE and bool(part_words) and not words & UNLIMITED


def make_id(subject: str, quantity: str, as_of: str, speaker: str, taken: Collection[str] = ()) -> str:
    """`rus-personnel-losses-2024-02-29-general-staff`, with -2, -3, ... if that id is taken."""
    base = "-".join(slug for slug in map(_slug, (subject, quantity, str(as_of), speaker)) if slug) or "claim"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    return name


def _slug(text: str) -> str:
    """Lower case letters, digits, dashes and dots; other scripts become a stable number."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9.]+", "-", latin).strip("-.")
    return slug or (f"{zlib.crc32(text.encode()):08x}" if text.strip() else "")


def _problems(error: ValidationError, where: str, name: Any) -> list[Problem]:
    """Problems for the errors that pydantic finds in a claim, each with its place."""
    head = f"claims[{name[:80]}]" if isinstance(name, str) and name and name.isprintable() else "claims[?]"
    out: list[Problem] = []
    for detail in error.errors(include_url=False):
        path = ".".join([head, *(str(part) for part in detail["loc"] if part not in {"int", "float"})])
        for problem in describe(detail, _keys(detail["loc"]), missing="add it; nothing is filled in"):
            out.append(replace(problem, where=where, path=f"{path}.{problem.path}" if problem.path else path))
    return out


def _keys(location: tuple[Any, ...]) -> list[str]:
    parts: dict[str, type[BaseModel]] = {"source": Source, "quote": Quote}
    owner = parts.get(str(location[0]), Claim) if location[1:] else Claim
    return list(owner.model_fields)
