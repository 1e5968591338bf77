"""Ladders: options from low to high, with the most steps up and down at a decision.

A list of options is a ladder with one step up and any number of steps down.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer

from standoff.errors import Problem
from standoff.pydantic_messages import invalid, short
from standoff.scenario.fields import Record, Words


def _steps(least: int) -> BeforeValidator:
    """A check that a bound is a whole number of at least `least`."""

    def check(raw: Any) -> Any:
        if raw is None and least == 0:
            return raw  # any number
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < least:
            raise invalid(
                Problem(f"{short(raw)} is not a number of steps", allowed=f"a whole number of at least {least}")
            )
        return raw

    return BeforeValidator(check)


class Ladder(Record):
    """Options from low to high, with the most steps up and down at one decision."""

    options: Words = Field(description="options from low to high")
    up: Annotated[int, _steps(1)] = Field(1, ge=1, strict=True, description="most steps up at a decision")
    down: Annotated[int | None, _steps(0)] = Field(
        None, ge=0, strict=True, description="most steps down at a decision; 0: never down; default: any number"
    )

    @property
    def is_plain(self) -> bool:
        """Whether it has one step up and any number down, as a list of options has."""
        return self.up == 1 and self.down is None


NO_LADDER = Ladder(options=())


def _read(raw: Any) -> Any:
    return {"options": raw} if isinstance(raw, str | list | tuple) else raw


def _written(ladder: Ladder) -> list[str] | dict[str, Any]:
    """The ladder as in a scenario file."""
    options = list(ladder.options)
    if ladder.is_plain:
        return options
    return {"options": options, "up": ladder.up} | ({} if ladder.down is None else {"down": ladder.down})


LadderField: TypeAlias = Annotated[Ladder, BeforeValidator(_read), PlainSerializer(_written)]
