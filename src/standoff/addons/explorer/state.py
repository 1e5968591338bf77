"""State of the explorer: moved levers, other beliefs, and disputed claims."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from standoff.analysis.claim_removal import Dispute, claim_effects, disputed_table
from standoff.analysis.parameter_range import unit_of
from standoff.errors import ModelError, Problem, did_you_mean, join_limited

if TYPE_CHECKING:
    from standoff.engine.model import Model
    from standoff.engine.parameters import ParameterTable

PARTS = ("levers", "beliefs", "claims")
MOST = 200  # changes of a state; assumption: nobody moves more by hand


@dataclass(frozen=True, kw_only=True)
class ExplorerState:
    """What differs from the case as it stands; empty without any change."""

    levers: Mapping[str, float | str] = field(default_factory=dict)  #: act from as_of on
    beliefs: Mapping[str, float | str] = field(default_factory=dict)  #: act in history too
    claims: Mapping[str, Dispute] = field(default_factory=dict)  #: id of a claim -> what is done with it

    @classmethod
    def from_data(cls, data: Any) -> ExplorerState:
        """A state from JSON; raises `ModelError`."""
        if not isinstance(data, dict) or set(data) - set(PARTS):
            raise ModelError(
                Problem("this is no state of the explorer", allowed=f"an object with {join_limited(PARTS)}")
            )
        parts = {name: data.get(name, {}) for name in PARTS}
        wrong = [name for name, part in parts.items() if not isinstance(part, dict)]
        if wrong or sum(map(len, parts.values())) > MOST:
            raise ModelError(
                Problem(f"{join_limited(wrong or PARTS)} of a state", allowed=f"objects, with {MOST} entries at most")
            )
        problems = [
            Problem(
                f"the value of `{name}` is no number", path=part, allowed="a number, or a text such as '5 bn USD/month'"
            )
            for part in ("levers", "beliefs")
            for name, value in parts[part].items()
            if not _is_value(value)
        ]
        problems += [
            Problem(
                f"`{value}` is not what can be done with a claim",
                path=f"claims.{name}",
                allowed=join_limited(list(Dispute)),
            )
            for name, value in parts["claims"].items()
            if value not in set(Dispute)
        ]
        if problems:
            raise ModelError(problems)
        claims = {name: Dispute(value) for name, value in parts["claims"].items()}
        return cls(levers=parts["levers"], beliefs=parts["beliefs"], claims=claims)

    @property
    def key(self) -> tuple[Any, ...]:
        """The state as a key of a cache."""
        return tuple(tuple(sorted((name, str(value)) for name, value in getattr(self, part).items())) for part in PARTS)

    @property
    def reference(self) -> ExplorerState:
        """The same beliefs and claims without moved levers."""
        return ExplorerState(beliefs=self.beliefs, claims=self.claims)

    def written_beliefs(self, model: Model) -> dict[str, float | str]:
        """Beliefs as `--set` takes them: a number gets the unit in which its belief is written."""
        plan, out = model.plan, dict(self.beliefs)
        for name, value in self.beliefs.items():
            index = plan.index.get(name, plan.index.get(f"mechanisms.{name}"))
            if index is not None and name not in plan.scenario.levers and not isinstance(value, str):
                unit = unit_of(plan, index)
                out[name] = value if unit in ("", "1") else f"{value!r} {unit}"
        return out

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.levers or self.beliefs or self.claims)

    def table(self, model: Model) -> ParameterTable | None:
        """Parameters of a model with the disputed claims; None without any. Raises `ModelError`."""
        if not self.claims:
            return None
        effects, table, problems = claim_effects(model), model.table, list[Problem]()
        for name, how in self.claims.items():
            if name not in model.ledger:
                known = [claim.id for claim in model.ledger]
                problems.append(
                    Problem(
                        f"there is no claim `{name}`",
                        path="claims",
                        allowed=join_limited(known),
                        fix=did_you_mean(name, known),
                    )
                )
            elif name not in effects:
                problems.append(
                    Problem(
                        f"no reason and no free number rests on `{name}`",
                        path="claims",
                        allowed="claims that a reason or a number cites",
                    )
                )
            else:
                table = disputed_table(model, table, effects[name], how)
        if problems:
            raise ModelError(problems)
        return table


def _is_value(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
