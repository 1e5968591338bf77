"""Resolve persistent disturbances: stocks that mechanisms declare in `DISTURBANCES`."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Component, PlannedDisturbance, PlannedObservation
from standoff.statistics import Z90


def planned_disturbances(
    draft: PlanBuilder,
    mechanisms: Sequence[Component],
    observations: Sequence[PlannedObservation],
    initial: Sequence[int],
) -> tuple[PlannedDisturbance, ...]:
    """Every disturbance, by mechanism and member; reports missing gauges and numbers."""
    cells = list(draft.stocks)
    observed = {item.cell: n for n, item in enumerate(observations)}
    written = [cell for part in mechanisms for cell in part.writes]
    out = []
    for position, part in enumerate(mechanisms):
        for word, spec in getattr(part.module, "DISTURBANCES", {}).items():
            for member in part.params.members(spec.per):
                here, gauge = ("mechanisms", part.name, spec.per), f"{spec.gauge}.{member}"
                if gauge not in part.writes:
                    members = [cell.partition(".")[2] for cell in part.writes if cell.startswith(f"{spec.gauge}.")]
                    draft.report(here, f"`{member}` has no `{spec.gauge}` in `{part.name}`", join_limited(members))
                    continue
                noise_sd, persistence, innovation_sd = (
                    _number(part, field, member) for field in (spec.noise_sd, spec.persistence, spec.innovation_sd)
                )
                if draft.parameters[innovation_sd].quantile(0.999) <= 0:
                    draft.report(
                        ("mechanisms", part.name),
                        f"`{spec.innovation_sd}` is missing for `{member}`",
                        "a number above 0",
                        f"leave `{member}` out of `{spec.per}`, or give it",
                    )
                stock = f"{word}.{member}"
                start = draft.parameters[initial[cells.index(stock)]]
                deviation = (start.quantile(0.95) - start.quantile(0.05)) / (2 * Z90)
                out.append(
                    PlannedDisturbance(
                        stock=stock,
                        gauge=gauge,
                        mechanism=position,
                        noise=f"{part.name}/{spec.noise}.{member}",
                        innovation=f"{part.name}/{stock}",
                        noise_sd=noise_sd,
                        persistence=persistence,
                        innovation_sd=innovation_sd,
                        variance=deviation**2,
                        observation=observed.get(gauge) if written.count(gauge) == 1 else None,
                    )
                )
    return tuple(out)


def _number(part: Component, field: str, member: str) -> int:
    """The parameter of a member; one number may stand for all."""
    index = part.parameter_index[field]
    return index if isinstance(index, int) else index[member]
