"""State of the explorer: moved levers, other beliefs, and disputed claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from standoff.analysis.claim_removal import Dispute, claim_effects, disputed_table
from standoff.analysis.parameter_range import unit_of
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.errors import ModelError, Problem, did_you_mean, join_limited

PARTS = ("levers", "beliefs", "claims")


@dataclass(frozen=True, kw_only=True)
class ExplorerState:
    """What differs from the case as it stands; empty without any change."""

    levers: Mapping[str, float | str] = field(default_factory=dict)  #: act from as_of on
    beliefs: Mapping[str, float | str] = field(default_factory=dict)  #: act in history too
    claims: Mapping[str, Dispute] = field(default_factory=dict)  #: id of a claim -> what is done with it

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ExplorerState:
        """A state from the body of a request, which `bodies.StateBody` has checked."""
        claims = {name: Dispute(value) for name, value in data.get("claims", {}).items()}
        return cls(levers=data.get("levers", {}), beliefs=data.get("beliefs", {}), claims=claims)

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
