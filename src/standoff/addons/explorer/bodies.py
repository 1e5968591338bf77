"""Bodies of requests: what the page may send, checked before anything is done with it."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from standoff.addons.explorer.explorer import DRAWS, MOST, QUICK
from standoff.addons.explorer.state import CHANGES, Body, ExplorerState, Name, Text
from standoff.errors import ModelError, Problem, join_limited
from standoff.pydantic_messages import describe, invalid, short

B = TypeVar("B", bound=Body)
STOCKS, FUTURES = 8, MOST  # assumption: nobody sends more by hand


def _one_of(*counts: int) -> AfterValidator:
    def check(count: int) -> int:
        if count not in counts:
            raise invalid(
                Problem(f"{short(count)} is no number of futures here", allowed=join_limited(map(str, counts)))
            )
        return count

    return AfterValidator(check)


class TabBody(Body):
    """A request of a tab of the browser."""

    tab: Name = ""  #: id of the tab: its newest request wins
    seq: int = 0  #: for the page alone


class RunBody(TabBody):
    """A request about the futures of a state."""

    state: ExplorerState = ExplorerState()
    draws: Annotated[int, _one_of(QUICK, DRAWS)] = DRAWS


class ChartBody(RunBody):
    """Something with charts of stocks."""

    stocks: list[Name] = Field([], max_length=STOCKS)


class MoveBody(ChartBody):
    """Answers and charts of a state."""

    draws: Annotated[int, _one_of(QUICK, DRAWS, MOST)] = DRAWS


class LeverBody(TabBody):
    """What a lever does between its ends."""

    lever: Name


class LeverMapBody(TabBody):
    """An answer over the ranges of two levers."""

    across: Name
    up: Name
    question: Name


class ReasonsBody(RunBody):
    """Reasons of a choice."""

    choice: Name
    at: Name
    option: Name = ""
    against: Name = ""


class QuestionBody(RunBody):
    """Something about one question."""

    question: Name


class FutureBody(ChartBody):
    """One future, by its number."""

    number: int


class GroupBody(ChartBody):
    """Some futures, by their numbers."""

    futures: list[int] = Field(max_length=FUTURES)


class NearBody(RunBody):
    """A point of a chart."""

    stock: Name
    at: Name
    value: Annotated[float, Field(allow_inf_nan=False)]
    pinned: bool = False  #: whether it stays, so that the next point under the pointer does not take its place


class VariantBody(RunBody):
    """The variants in a state; a name opens one."""

    name: Name = ""


class TryBody(TabBody):
    """A try to be kept."""

    parent: Name | None = None
    state: ExplorerState
    draws: Annotated[int, _one_of(QUICK, DRAWS, MOST)]
    text: Text
    question: Name = ""
    answer: Text
    change: Text


class TryEditBody(TabBody):
    """What a reader writes to a try, or a newer answer, whose three parts come together."""

    draws: Annotated[int, _one_of(QUICK, DRAWS, MOST)] | None = None
    answer: Text | None = None
    change: Text | None = None
    name: Text | None = None
    note: Text | None = None
    pinned: bool | None = None
    deleted: bool | None = None


class GameBody(TabBody):
    """A game that begins: whom persons play, and in which future; any of them without a number."""

    seats: list[Name] = Field(max_length=STOCKS)
    number: int | None = None


class TurnBody(TabBody):
    """What persons choose at a turn, and what they guess about others."""

    options: dict[Name, Name] = Field({}, max_length=CHANGES)
    guesses: dict[Name, dict[Name, float]] = Field({}, max_length=CHANGES)


class EmptyBody(Body):
    """Nothing."""


class ClaimQuery(Body):
    """A search for claims, from the query of an address."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=False)  # its numbers are texts

    search: Name = ""
    side: Name = ""
    quantity: Name = ""
    page: int = Field(0, ge=0)


class BeliefQuery(Body):
    """A search for numbers."""

    search: Name = ""


def read(kind: type[B], raw: bytes) -> B:
    """The body of a request; raises `ModelError` with every fault and its place."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        what = "too deep" if isinstance(error, RecursionError) else str(error)
        raise ModelError(f"the body is no JSON: {what}", "body", allowed="a JSON object") from None
    return check(kind, data)


def check(kind: type[B], data: Any) -> B:
    """Plain data as a body; raises `ModelError` with every fault and its place."""
    if not isinstance(data, dict):
        keys = join_limited(kind.model_fields) or "no keys"
        raise ModelError(f"{short(data)} is no object", "body", allowed=f"an object with {keys}")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise ModelError(
            [
                Problem(problem.what, "body", _path(entry["loc"]), problem.allowed, problem.fix)
                for entry in error.errors(include_url=False)
                for problem in describe(entry, list(_fields(kind, entry["loc"])))
            ]
        ) from None


def _path(location: tuple[int | str, ...]) -> str:
    """The place of a fault with dots; names of a reader are shortened."""
    return ".".join(short(part)[1:-1] for part in location if part != "[key]")


def _fields(kind: type[Body], location: tuple[int | str, ...]) -> dict[str, Any]:
    return dict(ExplorerState.model_fields if location[:1] == ("state",) and len(location) > 1 else kind.model_fields)
