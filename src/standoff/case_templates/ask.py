"""A question of a template: what it asks, what it allows, and how its answer is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from standoff import beliefs, units, yaml_reader
from standoff.dates import month_label
from standoff.errors import ScenarioError, StandoffError, did_you_mean
from standoff.record import record

SECTIONS = ("actors", "options", "reasons", "horizon", "questions")  #: in this order templates ask
CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")  #: code of an actor
NAME = re.compile(r"[^\W\d_][\w .'’()&-]{0,59}")  #: a name that needs no quotes anywhere in a scenario
MONTH = re.compile(r"((?:1[1-9]|[2-8]\d)\d\d)-(0[1-9]|1[0-2])")  #: years whose horizon has four digits too
DIGITS = 9  #: of a number of months, far more than any run has
WORDS = ("assumption", "history")  #: sources of an answer, since a new case has no claims yet


class NamedActor(str):
    """The code of an actor, with its name."""

    name: str

    def __new__(cls, code: str, name: str) -> NamedActor:
        """`NamedActor("NOR", "Northland")` is the text `NOR`."""
        actor = super().__new__(cls, code)
        actor.name = name
        return actor


@record
class Ask:
    """A question of a template."""

    key: str
    section: str  #: one of `SECTIONS`
    kind: str  #: a key of `READERS`
    text: str  #: the question
    default: str = ""  #: as a person would write it
    of: Mapping[str, str] = field(default_factory=dict)  #: of kind `some`: key -> meaning
    needed: tuple[str, ...] = ()  #: of kind `some`: keys that are always taken
    low: float = 0.0  #: of kinds `months` and `number`
    high: float = float("inf")
    unit: str = "1"  #: of kind `number`
    before: str = ""  #: of kind `months`: key of the answer that it must be smaller than

    @property
    def allowed(self) -> str:
        """What may be answered, in a line."""
        if self.kind == "some":
            needed = f"; always with {', '.join(self.needed)}" if self.needed else ""
            return f"some of {', '.join(self.of)}, or all{needed}"
        if self.kind == "actor":
            return "a code of capital letters and a name, such as `NOR Northland`"
        if self.kind == "month":
            return "a month, such as 2030-04"
        if self.kind == "months":
            return f"a whole number of months, {self.low:g} to {self.high:g}"
        unit = "" if self.unit == "1" else f" {self.unit}"
        bounds = f"at least {self.low:g}" if self.high == float("inf") else f"{self.low:g} to {self.high:g}"
        return f"a number or a range, such as `{self.default}`; {bounds}{unit}; after an `@` assumption or history"

    def read(self, raw: Any, where: str = "") -> Any:
        """The answer as a value; raises `ScenarioError` with what is allowed."""
        text = ", ".join(map(str, raw)) if isinstance(raw, list) else " ".join(str(raw).split())
        try:
            return READERS[self.kind](self, text)
        except StandoffError as error:
            problem = error.problems[0]
            raise ScenarioError(problem.what, where, self.key, self.allowed, problem.fix) from None


def _refuse(what: str, fix: str = "") -> ScenarioError:
    return ScenarioError(what, fix=fix)


def _actor(ask: Ask, text: str) -> NamedActor:
    code, _, name = text.partition(" ")
    if not CODE.fullmatch(code):
        raise _refuse(f"`{code}` is not a code of an actor", "two to eight capital letters or digits, a letter first")
    if name and not NAME.fullmatch(name):
        raise _refuse(f"`{name}` is not a name", "letters, digits, spaces and . ' ( ) & - are allowed, a letter first")
    for word in filter(None, (code, name)):
        if yaml_reader.read(word, "").data != word:
            raise _refuse(f"`{word}` is not a text in YAML, which means true, false or nothing by it", "another word")
    return NamedActor(code, name or code)


def _some(ask: Ask, text: str) -> tuple[str, ...]:
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text  # as in a file of answers
    words = [word.strip() for word in inner.split(",") if word.strip()]
    if words == ["all"]:
        return tuple(ask.of)
    for word in words:
        if word not in ask.of:
            raise _refuse(f"`{word}` is none of them", did_you_mean(word, ask.of))
    if missing := [word for word in ask.needed if word not in words]:
        raise _refuse(f"`{missing[0]}` cannot be left out", f"it is: {ask.of[missing[0]]}")
    if not words:
        raise _refuse("nothing is chosen")
    return tuple(word for word in ask.of if word in words)


def _month(ask: Ask, text: str) -> str:
    if not MONTH.fullmatch(text):
        raise _refuse(f"`{text}` is not a month")
    return text


def _months(ask: Ask, text: str) -> int:
    if len(text) > DIGITS or not text.isascii() or not text.isdigit() or not ask.low <= int(text) <= ask.high:
        raise _refuse(f"`{text[:DIGITS]}` is not such a number")
    return int(text)


def _number(ask: Ask, text: str) -> str:
    """The belief with its unit and source, as it stands in a scenario."""
    belief = beliefs.parse(text)
    if belief.shape in {"claim", "history", "same_as"}:
        raise _refuse(f"`{text}` is not a number")
    written_unit = units.parse(belief.unit or ask.unit)
    if not written_unit.same_kind(units.parse(ask.unit)):
        raise _refuse(f"`{belief.unit}` is not a unit of the kind of `{ask.unit}`")
    if not belief.origin and (unknown := [source for source in belief.sources if source not in WORDS]):
        raise _refuse(f"there is no claim or work `{unknown[0]}` yet", "write it into the files afterwards")
    factor = written_unit.factor / units.parse(ask.unit).factor
    if not all(ask.low <= belief.quantile(p) * factor <= ask.high for p in (0.05, 0.95)):
        raise _refuse(f"`{text}` is out of range")
    if not (belief.origin or belief.sources):
        unit = f" {ask.unit}" if not belief.unit and ask.unit != "1" else ""
        text = f"{text}{unit} @assumption"
    return f'"{text}"' if "," in text else text  # a bare comma ends an entry of a mapping


READERS: dict[str, Callable[[Ask, str], Any]] = {
    "actor": _actor,
    "some": _some,
    "month": _month,
    "months": _months,
    "number": _number,
}


def month_after(month: str, months: int) -> str:
    """The month that is so many months later: `month_after("2030-11", 3)` is 2031-02."""
    year, number = map(int, month.split("-"))
    return month_label(12 * year + number - 1 + months)
