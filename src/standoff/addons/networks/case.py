"""The relations of a scenario as a signed network: triads, camps, and what is against them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from standoff.addons.networks.frustration_index import Frustration, frustration
from standoff.addons.networks.relations import known_signs, relation_graph, relations_in_force
from standoff.addons.networks.signed_graph import Balance, Triad, balance, triads
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import Problem, StandoffError
from standoff.scenario.calendar import last_day
from standoff.scenario.language import Relation, Scenario
from standoff.scenario.load import LoadedScenario
from standoff.serialise import to_plain


@dataclass(frozen=True, kw_only=True)
class NetworkRelation:
    """One relation in force, with its sign and its place in the division into camps."""

    kind: str
    between: tuple[str, str]
    since: str  #: date as written, empty if not known
    level: str
    sign: int  #: 1 friendly, -1 hostile, 0 neutral
    against: bool  #: friendly between two camps, or hostile within one
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RelationNetwork:
    """The signed network of a scenario on a day."""

    title: str
    variant: str
    day: str
    actors: Mapping[str, str]  #: code -> name, of all actors with a relation in force
    relations: tuple[NetworkRelation, ...]
    later: int  #: number of relations that begin after the day
    without_sign: tuple[str, ...]  #: kinds that count as neutral because nothing gives them a sign
    mixed: tuple[tuple[str, str], ...]  #: pairs with friendly and hostile relations
    single_links: tuple[str, ...]  #: actors with one friendly or hostile edge, which settles their camp
    cyclic: bool  #: whether edges form a closed chain; without one none can stand against the camps
    triads: tuple[Triad, ...]
    balance: Balance
    frustration: Frustration

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        data: dict[str, Any] = to_plain(dataclasses.asdict(self))
        data["triads"] = [
            item | {"balanced": one.balanced} for item, one in zip(data["triads"], self.triads, strict=True)
        ]
        data["frustration"] |= {"normalised": self.frustration.normalised, "unique": self.frustration.unique}
        return data


def network(
    scenario: Scenario | LoadedScenario,
    *,
    at: str = "",
    signs: Mapping[str, str] | None = None,
    unknown: Literal["error", "neutral"] = "error",
) -> RelationNetwork:
    """The relations of a scenario as a signed network: triads, camps, and what is against them.

    at: day of the network, by default the case's `as_of`; later days are refused
    signs, unknown: see `standoff.addons.networks.relation_graph`
    """
    day = _day(scenario, at)
    relations = relations_in_force(scenario.relations, day)
    known = known_signs(scenario, relations, signs or {}, unknown)
    graph = relation_graph(scenario, day=day, signs=signs, unknown=unknown)
    camps = frustration(graph)
    against = {(frozenset(edge.between), edge.sign) for edge in camps.against}
    rows = [_row(relation, known.get(relation.kind, 0), against) for relation in relations]
    related = {code for row in rows for code in row.between}
    degrees = ((graph.positive > 0).sum(0) + (graph.negative > 0).sum(0)).tolist()
    forest = sum(len([*first, *second]) - 1 for first, second in (division.camps for division in camps.divisions))
    return RelationNetwork(
        title=scenario.title,
        variant=getattr(scenario, "variant", ""),
        day=day.isoformat(),
        actors={code: actor.name for code, actor in scenario.actors.items() if code in related},
        relations=tuple(rows),
        later=len(scenario.relations) - len(relations),
        without_sign=tuple(dict.fromkeys(one.kind for one in relations if one.kind not in known)),
        mixed=tuple(
            (a, b) for i, a in enumerate(graph.nodes) for j, b in enumerate(graph.nodes[:i]) if graph.mixed[i, j]
        ),
        single_links=tuple(code for code, degree in zip(graph.nodes, degrees, strict=True) if degree == 1),
        cyclic=sum(degrees) / 2 > forest,  # a graph without a closed chain is a forest
        triads=tuple(triads(graph)),
        balance=balance(graph),
        frustration=camps,
    )


def _row(relation: Relation, sign: int, against: Container[tuple[frozenset[str], int]]) -> NetworkRelation:
    return NetworkRelation(
        kind=relation.kind,
        between=relation.between,
        since=str(relation.since or ""),
        level=relation.level,
        sign=sign,
        against=(frozenset(relation.between), sign) in against,
        sources=tuple(relation.sources),
    )


def _day(scenario: Scenario | LoadedScenario, at: str) -> dt.date:
    last = last_day(scenario.as_of)
    try:
        day = PartialDate.parse(at).last if at else last
    except ValueError as error:
        raise StandoffError(Problem(str(error), "--at", allowed=ALLOWED)) from None
    if day > last:
        raise StandoffError(
            Problem(
                f"{at} lies after the case's as_of", "--at", allowed=f"up to {last}", fix="the case knows nothing later"
            )
        )
    return day
