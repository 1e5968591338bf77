"""Retractions among claims, and errors between claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from standoff.errors import Problem, did_you_mean, join_limited
from standoff.ledger.claim import Claim


def cross_problems(placed: list[tuple[str, Claim]], also_known: Iterable[str] = ()) -> list[Problem]:
    """Errors between claims. `also_known`: ids of claims with errors of their own."""
    first: dict[str, tuple[str, Claim]] = {}
    out: list[Problem] = []
    for where, claim in placed:
        path = f"claims[{claim.id}].id"
        if claim.id in first:
            other = first[claim.id][0]
            out.append(
                Problem(
                    f"the id `{claim.id}` is given twice", where, path, fix=f"first given at {other}" if other else ""
                )
            )
        first.setdefault(claim.id, (where, claim))
    known = {*first, *also_known}
    for where, claim in placed:
        path = f"claims[{claim.id}]"
        if not claim.retracts:
            continue
        if claim.retracts not in known:
            out.append(
                Problem(
                    f"no claim has the id `{claim.retracts}`",
                    where,
                    f"{path}.retracts",
                    fix=did_you_mean(claim.retracts, known),
                )
            )
        elif claim.retracts in first:
            target = first[claim.retracts][1]
            if claim.published.last < target.published.first:
                out.append(
                    Problem(
                        f"dates out of order: retracted {claim.published}, said {target.published}",
                        where,
                        f"{path}.published",
                        allowed="a retraction not before its claim",
                    )
                )
    _, circle = resolve([claim for _, claim in first.values()])
    if circle:
        where = min((first[name][0] for name in circle), default="")
        out.append(Problem(f"circular retractions: {join_limited(sorted(circle))}", where))
    return out


def resolve(claims: Iterable[Claim]) -> tuple[frozenset[str], frozenset[str]]:
    """Ids withdrawn by a valid retraction, and ids in a circle of retractions."""
    index = {claim.id: claim for claim in claims}
    waiting = Counter(claim.retracts for claim in index.values() if claim.retracts)
    ready = [claim for claim in index.values() if not waiting[claim.id]]
    withdrawn: set[str] = set()
    for claim in ready:  # grows: a claim is ready once everything that retracts it has been looked at
        if claim.retracts in index:
            if claim.id not in withdrawn:
                withdrawn.add(claim.retracts)
            waiting[claim.retracts] -= 1
            if not waiting[claim.retracts]:
                ready.append(index[claim.retracts])
    return frozenset(withdrawn), frozenset(set(index) - {claim.id for claim in ready})
