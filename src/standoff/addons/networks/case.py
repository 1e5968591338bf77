"""The relations of a scenario as a signed network: triads, camps, and what is against them.

Alliances are friendly, wars and rivalries hostile, as in the signed networks of the literature (maoz2007,
doreian_mrvar2015); that partnership and aid are friendly, and sanctions, occupation, annexation and standoff hostile, is an
assumption. A scenario gives signs to kinds of its own under `relation_signs`. All relations count alike: a pair has one
friendly edge if any of its relations is friendly, and one hostile edge if any is hostile.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np

from standoff.addons.networks.frustration_index import Frustration, frustration
from standoff.addons.networks.signed_graph import Balance, SignedGraph, Triad, balance, triads
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.record import record
from standoff.scenario.calendar import last_day
from standoff.scenario.language import Relation, Scenario
from standoff.scenario.load import LoadedScenario
from standoff.serialise import to_plain

RelationSign: TypeAlias = Literal["positive", "negative", "neutral"]
RELATION_SIGNS: Mapping[str, RelationSign] = {
    "alliance": "positive",
    "partnership": "positive",
    "aid": "positive",
    "war": "negative",
    "rivalry": "negative",
    "sanctions": "negative",
    "occupation": "negative",
    "annexation": "negative",
    "standoff": "negative",
    "neighbours": "neutral",
}
NUMBER = {"positive": 1, "negative": -1, "neutral": 0}  #: sign -> its number in a graph


@record
class NetworkRelation:
    """One relation in force, with its sign and its place in the division into camps."""

    kind: str
    between: tuple[str, str]
    since: str  #: date as written, empty if not known
    level: str
    sign: int  #: 1 friendly, -1 hostile, 0 neutral
    against: bool  #: friendly between two camps, or hostile within one
    sources: tuple[str, ...]


@record
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
            entry | {"balanced": triad.balanced} for entry, triad in zip(data["triads"], self.triads, strict=True)
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
    sign_of = known_signs(scenario, relations, signs or {}, unknown)
    graph = relation_graph(scenario, day=day, signs=signs, unknown=unknown)
    camps = frustration(graph)
    against = {(frozenset(edge.between), edge.sign) for edge in camps.against}
    rows = []
    for relation in relations:
        sign = sign_of.get(relation.kind, 0)
        rows.append(
            NetworkRelation(
                kind=relation.kind,
                between=relation.between,
                since=str(relation.since or ""),
                level=relation.level,
                sign=sign,
                against=(frozenset(relation.between), sign) in against,
                sources=tuple(relation.sources),
            )
        )
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
        without_sign=tuple(dict.fromkeys(link.kind for link in relations if link.kind not in sign_of)),
        mixed=tuple(
            (a, b) for i, a in enumerate(graph.nodes) for j, b in enumerate(graph.nodes[:i]) if graph.mixed[i, j]
        ),
        single_links=tuple(code for code, degree in zip(graph.nodes, degrees, strict=True) if degree == 1),
        cyclic=sum(degrees) / 2 > forest,  # a graph without a closed chain is a forest
        triads=tuple(triads(graph)),
        balance=balance(graph),
        frustration=camps,
    )


def _day(scenario: Scenario | LoadedScenario, at: str) -> dt.date:
    last = last_day(scenario.as_of)
    try:
        day = PartialDate.parse(at).last if at else last
    except ValueError as error:
        raise StandoffError(str(error), "--at", allowed=ALLOWED) from None
    if day > last:
        raise StandoffError(
            f"{at} lies after the case's as_of", "--at", allowed=f"up to {last}", fix="the case knows nothing later"
        )
    return day


def relation_graph(
    scenario: Scenario | LoadedScenario,
    *,
    day: dt.date | None = None,
    signs: Mapping[str, str] | None = None,
    unknown: Literal["error", "neutral"] = "error",
) -> SignedGraph:
    """The signed graph of the relations in force on a day; its nodes are all actors.

    day: by default the case's `as_of`
    signs: kind of relation -> positive, negative or neutral, beside and above those of the package and of the scenario
    unknown: what a kind without a sign is; an error names them all
    """
    relations = relations_in_force(scenario.relations, day or last_day(scenario.as_of))
    sign_of = known_signs(scenario, relations, signs or {}, unknown)
    row_of = {code: n for n, code in enumerate(scenario.actors)}
    sides = np.zeros((2, len(row_of), len(row_of)))
    for relation in relations:
        number = sign_of.get(relation.kind, 0)
        i, j = (row_of[code] for code in relation.between)
        if number and i == j:
            raise StandoffError(
                f"a relation of {relation.between[0]} to itself: `{relation.kind}`",
                path="relations",
                fix="name two actors",
            )
        if number:
            sides[int(number < 0), i, j] = sides[int(number < 0), j, i] = 1.0
    return SignedGraph(nodes=tuple(row_of), positive=sides[0], negative=sides[1])


def relations_in_force(relations: Iterable[Relation], day: dt.date) -> list[Relation]:
    """Relations that began by a day, and those whose beginning is not known."""
    return [tie for tie in relations if tie.since is None or PartialDate.parse(tie.since).first <= day]


def known_signs(
    scenario: Scenario | LoadedScenario,
    relations: Iterable[Relation],
    signs: Mapping[str, str],
    unknown: Literal["error", "neutral"],
) -> dict[str, int]:
    """The sign of each kind of relation that has one; raises `StandoffError` with all mistakes.

    These are signs of a wrong form, signs of kinds that no relation has, and kinds without a sign if they are an error.
    """
    sign_of = {**RELATION_SIGNS, **scenario.relation_signs, **signs}
    kinds = list(dict.fromkeys(relation.kind for relation in relations))
    all_kinds = list(dict.fromkeys(relation.kind for relation in scenario.relations))
    problems = [
        Problem(f"`{sign}` is not the sign of a relation", path=f"relation_signs.{kind}", allowed=", ".join(NUMBER))
        for kind, sign in signs.items()
        if sign not in NUMBER
    ]
    problems += [
        Problem(
            f"no relation is of the kind `{kind}`",
            path=f"relation_signs.{kind}",
            allowed=join_limited(all_kinds) or "none",
            fix=did_you_mean(kind, all_kinds),
        )
        for kind in signs
        if kind not in all_kinds
    ]
    missing = [kind for kind in kinds if kind not in sign_of]
    if missing and unknown == "error":
        problems.append(
            Problem(
                f"kinds of relations without a sign: {', '.join(f'`{kind}`' for kind in missing)}",
                path="relations",
                allowed=f"kinds with a sign are {join_limited(sign_of)}",
                fix=f"write `relation_signs: {{{missing[0]}: positive}}` (or negative, neutral) in the scenario, or leave "
                'them out (`--neutral`, in Python `unknown="neutral"`)',
            )
        )
    if problems:
        raise StandoffError(problems)
    return {kind: NUMBER[sign_of[kind]] for kind in kinds if kind in sign_of}
