"""Errors of pydantic as problems: what was got, what is allowed, what to do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from standoff.errors import Problem
from standoff.pydantic_messages import describe, invalid, short

BOTH = (Problem("too much; allowed: {text}", allowed="less", fix="take some away"), Problem("and too late", path="day"))


def _refuse(text: str) -> str:
    if text == "bad":
        raise invalid(*BOTH)
    if text == "worse":
        raise ValueError("plainly worse")
    return text


class Record(BaseModel, extra="forbid"):
    word: Annotated[str, AfterValidator(_refuse)] = ""
    side: Literal["left", "right"] = "left"
    count: int = Field(1, ge=0)
    name: str = Field("a", pattern="^[a-z]$")
    many: list[float] = Field([1.0], min_length=1)


def problems(model: type[BaseModel], **data: Any) -> list[Problem]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    fields, names = list(model.model_fields), {"^[a-z]$": "one letter"}
    return [problem for entry in caught.value.errors() for problem in describe(entry, fields, names, "write it")]


def test_problems_of_a_validator_come_back_whole() -> None:
    assert tuple(problems(Record, word="bad")) == BOTH
    assert problems(Record, word="worse") == [Problem("plainly worse")]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            {"wrod": 1},
            Problem("unknown key `wrod`", allowed="word, side, count, name, many", fix="did you mean `word`?"),
        ),
        ({"side": "lefft"}, Problem("`lefft` is not allowed", allowed="left, right", fix="did you mean `left`?")),
        ({"count": -1}, Problem("`-1` is out of range", allowed="a number of at least 0")),
        ({"count": "x"}, Problem("`x` is not a whole number", allowed="a whole number such as 2")),
        ({"name": "A"}, Problem("`A` is not a valid name here", allowed="one letter")),
        ({"many": []}, Problem("0 entries where at least 1 are needed")),
    ],
)
def test_each_kind_of_mistake_has_its_words(data: dict[str, Any], problem: Problem) -> None:
    assert problems(Record, **data) == [problem]


def test_a_missing_key_is_named_with_what_to_do() -> None:
    class Needs(BaseModel):
        word: str

    assert problems(Needs) == [Problem("`word` is missing", fix="write it")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [("a", "`a`"), (1.5, "`1.5`"), ("a\nb", r"`'a\nb'`"), ("x" * 99, f"`{'x' * 57}...`")],
)
def test_a_value_is_shown_on_one_short_line(raw: Any, text: str) -> None:
    assert short(raw) == text


def test_an_integer_that_python_refuses_to_print_is_shown_in_words() -> None:
    assert short(10**5000) == "a huge number"
