"""Field types of the scenario language: beliefs, dates, durations, expressions, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from standoff import beliefs, expression, registry, units
from standoff.errors import Problem, ScenarioError, StandoffError
from standoff.pydantic_messages import invalid, reported
from standoff.scenario import anchor, calendar, outcome

CODE = r"^[A-Z][A-Z0-9]{1,11}(\.[a-z][a-z0-9_]*)?$"
NAME = r"^[A-Za-z][A-Za-z0-9_-]*$"
EVENT = r"^[A-Za-z][A-Za-z0-9_]*$"
DOTTED = r"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*$"
HELD = rf"{DOTTED[:-1]}(\.\*)?$"


def bare_number(raw: Any, unit: str | None = "1", declared: Mapping[str, str] | None = None) -> Any:
    """A number without a unit, or with one of the kind of `unit`, in `unit`.

    None where `unit` itself is wrong but the number could be read; `declared` units are accepted too.
    """
    if not isinstance(raw, str):
        return raw
    allowed = (
        ""
        if unit is None
        else "a number such as 0.5, or `50 %`"
        if unit == "1"
        else f"a number, in `{unit}` or a unit of its kind"
    )
    try:
        belief = beliefs.parse(raw)
        if belief.shape != "point" or belief.sources:
            fix = "write the number only; put sources under `sources:`" if belief.sources else ""
            raise ScenarioError(f"`{raw}` is not one number", allowed=allowed, fix=fix)
        if unit is None:
            return None if units.parse(belief.unit or "1", declared) else raw
        if not belief.unit or belief.unit == unit:
            return belief.numbers[0]
        return units.convert(belief.numbers[0], belief.unit, unit)
    except StandoffError as error:
        first = error.problems[0]
        what = first.what if allowed == first.allowed else f"`{raw}` does not fit here: {first.what}"
        raise invalid(Problem(what, allowed=allowed, fix=first.fix)) from None


@reported
def _date(raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return raw  # no text: for pydantic to refuse
    calendar.last_day(str(raw))
    if isinstance(raw, int):  # a year as YAML reads it
        fix = f"write the month, as in `{raw}-01`"
        raise ScenarioError(f"`{raw}` is a year without a month", allowed="2024-03 or 2024-03-31", fix=fix)
    return raw


def _declared(info: ValidationInfo) -> Mapping[str, str] | None:
    return (info.context or {}).get("units")


@reported
def _unit(text: str, info: ValidationInfo) -> str:
    units.parse(text, _declared(info))
    return text


@reported
def _length(text: str) -> str:
    calendar.months(text)
    return text


def belief_or_mapping(raw: Any) -> str:
    return "holders" if isinstance(raw, dict) and not beliefs.KEYS & set(raw) else "belief"


def _words(raw: Any) -> Any:
    return (raw,) if isinstance(raw, str) else raw


@reported
def _expression(raw: Any, info: ValidationInfo) -> str:
    text = str(raw)
    try:
        expression.parse(text, _declared(info))
    except StandoffError as error:
        if not error.problems[0].what.startswith("unknown unit"):  # units are checked where the declared ones are known
            raise
    return text


@reported
def _condition(raw: Any, info: ValidationInfo) -> str:
    _expression(beliefs.split_sources(str(raw))[0], info)
    return str(raw)


BeliefField: TypeAlias = Annotated[
    beliefs.Belief,
    BeforeValidator(reported(beliefs.parse)),
    PlainSerializer(lambda belief: belief.to_data()),
    WithJsonSchema(
        {
            "title": "Belief",
            "description": "a number, `4 to 9 person/month @claim-id`, normal(), lognormal(), uniform(), triangular(), "
            "beta(), {p5, p50, p95}, {from: claim-id}, prior(name), {same_as: path}, or for a choice `history`",
            "anyOf": [{"type": "number"}, {"type": "string"}, {"type": "object"}],
        }
    ),
]
OutcomeField: TypeAlias = Annotated[
    outcome.Outcome,
    BeforeValidator(reported(outcome.parse)),
    PlainSerializer(str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[^@]+(\s+@[\w.-]+)+\s*$", "description": "such as " + outcome.FORMS}
    ),
]
AnchorField: TypeAlias = Annotated[
    anchor.Anchor,
    BeforeValidator(reported(anchor.parse)),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "description": "such as " + anchor.FORMS}),
]
PriorField: TypeAlias = Annotated[BeliefField, AfterValidator(reported(anchor.point))]
Date: TypeAlias = Annotated[str, BeforeValidator(_date), Field(description="2024-03 or 2024-03-31")]
Share: TypeAlias = Annotated[
    float, BeforeValidator(bare_number), WithJsonSchema({"type": ["number", "string"], "description": "0.5 or `50 %`"})
]
Bound: TypeAlias = Annotated[
    Annotated[float, Field(allow_inf_nan=False)] | None, WithJsonSchema({"type": ["number", "string", "null"]})
]
Unit: TypeAlias = Annotated[str, AfterValidator(_unit)]
Length: TypeAlias = Annotated[str, AfterValidator(_length), Field(description="`3 months`, `2 weeks`, `1 year`")]
Expression: TypeAlias = Annotated[
    str, BeforeValidator(_expression), WithJsonSchema({"type": "string", "description": "a condition or a value"})
]
Condition: TypeAlias = Annotated[
    str, BeforeValidator(_condition), WithJsonSchema({"type": "string", "description": "a condition on stocks"})
]
Code: TypeAlias = Annotated[str, Field(pattern=CODE, description="ISO-3166 alpha-3, a bloc, or `CHN.public`")]
EventName: TypeAlias = Annotated[str, Field(pattern=EVENT)]
Name: TypeAlias = Annotated[str, Field(pattern=NAME)]
Numbers: TypeAlias = dict[EventName, BeliefField]
Dotted: TypeAlias = Annotated[str, Field(pattern=DOTTED)]
Held: TypeAlias = Annotated[
    str, Field(pattern=HELD, description="a stock, `stock.holder`, or `stock.*` for each holder")
]
Label: TypeAlias = Annotated[str, Field(min_length=1)]
Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_words)]
Lines: TypeAlias = Annotated[
    tuple[int, ...],
    BeforeValidator(lambda raw: (raw,) if isinstance(raw, int) else raw),
    Field(description="lines of the source text of the case"),
]


@dataclass(frozen=True)
class EntryOf:
    """Annotation of a name of a file in a self-registering package; errors as for a `Literal`."""

    package: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(registry.names(self.package))}

    def _check(self, raw: Any) -> str:
        known = registry.names(self.package)
        if not isinstance(raw, str) or raw not in known:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, known))})
        return raw


class Record(BaseModel):
    """Base of all scenario records: frozen, no unknown keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, raw: Any) -> Any:
        """An entry as in a file: perhaps empty, with parameters among its keys."""
        raw = {} if raw is None else raw
        if "params" not in cls.model_fields or not isinstance(raw, dict):
            return raw
        own = {key: raw[key] for key in raw if key in cls.model_fields and key != "params"}
        return {**own, "params": {key: raw[key] for key in raw if key not in own}}
