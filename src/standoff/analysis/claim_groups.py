"""Map claims to the uncertain parameters that cite them, with shares of prior variance."""

from __future__ import annotations

from dataclasses import dataclass

from standoff.engine.model import Model


@dataclass(frozen=True, eq=False)
class ClaimGroup:
    """Claims with the same parameters and shares."""

    claims: tuple[str, ...]
    variance_shares: dict[int, float]  #: parameter -> share of its variance that one of these claims could explain


def bearings(model: Model) -> list[ClaimGroup]:
    """Every claim that an uncertain parameter cites, in groups with equal parameters and shares."""
    plan, result = model.plan, dict[str, dict[int, float]]()

    def tell(claims: tuple[str, ...], number: int, share: float) -> None:
        if number in model.layout.row_of:
            for claim in claims:
                text = result.setdefault(claim, {})
                text[number] = max(text.get(number, 0.0), share)

    for number, parameter in enumerate(plan.parameters):
        if not parameter.path.startswith("questions."):
            claims = tuple(source for source in parameter.belief.sources if source in plan.ledger)
            tell(claims, number, 1 / max(len(parameter.belief.sources), 1))
    for choice in plan.choices:
        for reason in choice.reasons:
            tell(reason.claims, reason.weight, 1 / max(len(reason.claims), 1))
    paths = {item.claims: item.scale for item in plan.observations if item.scale in model.layout.row_of and item.claims}
    groups: dict[tuple[tuple[int, float], ...], list[str]] = {}
    for claim, told in result.items():
        groups.setdefault(tuple(sorted(told.items())), []).append(claim)
    alike = [ClaimGroup(tuple(claims), dict(told)) for told, claims in groups.items()]
    return alike + [ClaimGroup(claims, {scale: 1.0}) for claims, scale in paths.items()]
