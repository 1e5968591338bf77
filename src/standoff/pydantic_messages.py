"""Convert validation errors of pydantic to `Problem`s with the value and the allowed values."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic_core import PydanticCustomError

from standoff.errors import Problem, StandoffError, did_you_mean, join_limited

P = ParamSpec("P")
T = TypeVar("T")

BOUNDS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("of at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("of at most", "le"),
}
MAPPING = ("a mapping", "`key: value`, a line each, or `{key: value}`", "")
LIST = ("a list", "`[first, second]`, or a line each that begins with `-`", "")
WHOLE = ("a whole number", "a whole number such as 2", "")
FORMS = {
    "string": ("a text", "a text; quotes make one of a number, and of yes, no, on and off", ""),
    "string_too_short": ("a text", "at least one letter", ""),
    "float": ("a number", "a number such as 0.5", ""),
    "finite_number": ("a number", "a number that is finite", ""),
    "int": WHOLE,
    "int_from_float": WHOLE,
    "bool": ("true or false", "true, false", ""),
    "dict": MAPPING,
    "model": MAPPING,
    "model_attributes": MAPPING,
    "mapping": MAPPING,
    "list": LIST,
    "tuple": LIST,
}
"""Kind of mistake -> what the value is not, what is allowed, and what to do."""
LARGEST_SHOWN = 10**60  #: longest integer that Python prints, 4,300 digits
SHOW = reprlib.Repr()
SHOW.maxstring = SHOW.maxlong = SHOW.maxother = 60  # Python 3.11 takes no such arguments


def invalid(*problems: Problem | str, **remedy: str) -> PydanticCustomError:
    """The error for a pydantic validator to raise; `describe` recovers its problems.

    problems: one or more, or the fields of one"""
    faults = [fault for fault in problems if isinstance(fault, Problem)] or [Problem(*map(str, problems), **remedy)]
    return PydanticCustomError("problems", "{text}", {"text": faults[0].what, "problems": tuple(faults)})


def reported(read: Callable[P, T]) -> Callable[P, T]:
    """A reader as a validator of pydantic, which reports its errors."""

    @wraps(read)
    def validate(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except StandoffError as error:
            raise invalid(*error.problems) from None

    return validate


def describe(
    entry: Any, fields: Sequence[str] = (), names: Mapping[str, str] | None = None, missing: str = ""
) -> tuple[Problem, ...]:
    """The problems of one entry of `ValidationError.errors()`, without their place.

    fields: keys that the record takes, for one that it does not know
    names: pattern -> words that say which names fit it
    missing: what to do about a key that is missing
    """
    kind, got, about = entry["type"], short(entry["input"]), entry.get("ctx", {})
    if kind == "problems":
        return about["problems"]
    return (_describe(kind, got, about, entry, fields, names or {}, missing),)


def _describe(
    kind: str, got: str, about: Any, entry: Any, fields: Sequence[str], names: Mapping[str, str], missing: str
) -> Problem:
    last = str(entry["loc"][-1]) if entry["loc"] else ""
    if kind == "extra_forbidden":
        return Problem(f"unknown key {short(last)}", allowed=join_limited(fields, 30), fix=did_you_mean(last, fields))
    if kind == "missing":
        return Problem(f"`{last}` is missing", fix=missing)
    if kind == "literal_error":
        words = re.findall("'([^']*)'", str(about["expected"]))
        return Problem(
            f"{got} is not allowed", allowed=join_limited(words), fix=did_you_mean(str(entry["input"]), words)
        )
    if kind in {"value_error", "assertion_error"}:
        return Problem(str(about["error"]))
    if kind == "string_pattern_mismatch":
        return Problem(f"{got} is not a valid name here", allowed=names.get(about["pattern"], about["pattern"]))
    if kind in {"too_short", "too_long"}:
        word, bound = ("least", "min_length") if kind == "too_short" else ("most", "max_length")
        count = about["actual_length"]
        return Problem(f"{count} {'entry' if count == 1 else 'entries'} where at {word} {about[bound]} are needed")
    if kind in BOUNDS:
        word, key = BOUNDS[kind]
        return Problem(f"{got} is out of range", allowed=f"a number {word} {about[key]:g}")
    what, allowed, fix = FORMS.get(kind.removesuffix("_parsing").removesuffix("_type"), ("of this form", "", ""))
    return Problem(f"{got} is not {what}", allowed=allowed, fix=fix)


def short(raw: Any) -> str:
    """A value for an error message: in backticks, on one line, shortened, printable."""
    if isinstance(raw, int) and abs(raw) > LARGEST_SHOWN:
        return "a huge number"
    text = raw if isinstance(raw, str) and raw.isprintable() else SHOW.repr(raw)
    return f"`{text if len(text) <= 60 else f'{text[:57]}...'}`"
