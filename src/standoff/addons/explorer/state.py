"""State of the explorer (moved levers, beliefs, claims), and what a request may hold."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from standoff import scalars
from standoff.analysis.claim_removal import Dispute, claim_effects, disputed_table
from standoff.analysis.paired import held_from_now
from standoff.analysis.parameter_range import written
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.errors import ModelError, Problem, did_you_mean, join_limited, require
from standoff.pydantic_messages import invalid, short

NAME, TEXT, CHANGES = 200, 2_000, 200  # letters, and entries of a state; assumption: nobody sends more by hand


def _encodable(text: str) -> str:
    if not scalars.is_encodable(text):
        raise invalid(Problem(f"{short(text)} has an incomplete character (a lone surrogate)"))
    return text


def _value(raw: Any) -> Any:
    """A number that is finite, or a text such as `5 bn USD/month`."""
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if isinstance(raw, str) and raw.strip() and len(raw) <= NAME:
        return _encodable(raw)
    if not is_number or not abs(raw) <= 1e300 or not math.isfinite(raw):  # no quantity of a case is near it
        raise invalid(Problem(f"{short(raw)} is no number", allowed="a number, or a text such as '5 bn USD/month'"))
    return float(raw)


Name = Annotated[str, Field(max_length=NAME), AfterValidator(_encodable)]
Text = Annotated[str, Field(max_length=TEXT), AfterValidator(_encodable)]
Value = Annotated[float | str, BeforeValidator(_value)]


class Body(BaseModel):
    """A JSON object with known keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=True)


class ExplorerState(Body):
    """What differs from the case as it stands; empty without any change."""

    levers: dict[Name, Value] = Field({}, max_length=CHANGES)  #: act from as_of on
    beliefs: dict[Name, Value] = Field({}, max_length=CHANGES)  #: act in history too
    holds: dict[Name, Name] = Field({}, max_length=CHANGES)  #: choice -> option that a person sets from as_of on
    claims: dict[Name, Literal["aside", "doubt", "false_low", "false_high"]] = Field({}, max_length=CHANGES)

    @property
    def key(self) -> tuple[Any, ...]:
        """The state as a key of a cache."""
        parts = (self.levers, self.beliefs, self.holds, self.claims)
        return tuple(tuple(sorted((name, str(value)) for name, value in part.items())) for part in parts)

    @property
    def reference(self) -> ExplorerState:
        """The same beliefs and claims without moved levers and options that are set."""
        return ExplorerState(beliefs=self.beliefs, claims=self.claims)

    def written_beliefs(self, model: Model) -> dict[str, float | str]:
        """Beliefs as `--set` takes them: a number gets the unit in which its belief is written."""
        levers = model.plan.scenario.levers
        return {
            name: value if name in levers else written(model.plan, name, value) for name, value in self.beliefs.items()
        }

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.levers or self.beliefs or self.holds or self.claims)

    def held(self, model: Model) -> np.ndarray | None:
        """(choice, step) options that persons set; None without any. Raises `ModelError`."""
        choices = {choice.name: choice.options for choice in model.plan.choices}
        for name, option in self.holds.items():
            require(name, choices, "choice")
            require(option, choices[name], f"option of {name}")
        return held_from_now(model, self.holds) if self.holds else None

    def table(self, model: Model) -> ParameterTable | None:
        """Parameters of a model with the disputed claims; None without any. Raises `ModelError`."""
        if not self.claims:
            return None
        effects, table, problems = claim_effects(model), model.table, list[Problem]()
        for name, how in self.claims.items():
            if name not in model.ledger:
                ids = [claim.id for claim in model.ledger]
                fix = did_you_mean(name, ids)
                problems.append(Problem(f"there is no claim `{name}`", "", "claims", join_limited(ids), fix))
            elif name not in effects:
                what, allowed = (
                    f"no reason and no free number rests on `{name}`",
                    "claims that a reason or a number cites",
                )
                problems.append(Problem(what, "", "claims", allowed))
            else:
                table = disputed_table(model, table, effects[name], Dispute(how))
        if problems:
            raise ModelError(problems)
        return table
