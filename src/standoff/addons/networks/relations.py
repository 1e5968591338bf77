"""Signs of kinds of relations, and the signed graph of the relations of a scenario.

Alliances are friendly, wars and rivalries hostile, as in the signed networks of the literature (maoz2007,
doreian_mrvar2015); that partnership and aid are friendly, and sanctions, occupation, annexation and standoff hostile, is an
assumption. A scenario gives signs to kinds of its own under `relation_signs`. All relations count alike: a pair has one
friendly edge if any of its relations is friendly, and one hostile edge if any is hostile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import numpy as np

from standoff.addons.networks.signed_graph import SignedGraph
from standoff.dates import PartialDate
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.scenario.calendar import last_day
from standoff.scenario.language import Relation, Scenario
from standoff.scenario.load import LoadedScenario

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
    known = known_signs(scenario, relations, signs or {}, unknown)
    place = {code: n for n, code in enumerate(scenario.actors)}
    sides = np.zeros((2, len(place), len(place)))
    for relation in relations:
        number = known.get(relation.kind, 0)
        i, j = (place[code] for code in relation.between)
        if number and i == j:
            raise StandoffError(
                Problem(
                    f"a relation of {relation.between[0]} to itself: `{relation.kind}`",
                    path="relations",
                    fix="name two actors",
                )
            )
        if number:
            sides[int(number < 0), i, j] = sides[int(number < 0), j, i] = 1.0
    return SignedGraph(nodes=tuple(place), positive=sides[0], negative=sides[1])


def relations_in_force(relations: Iterable[Relation], day: dt.date) -> list[Relation]:
    """Relations that began by a day, and those whose beginning is not known."""
    return [one for one in relations if one.since is None or PartialDate.parse(one.since).first <= day]


def known_signs(
    scenario: Scenario | LoadedScenario,
    relations: Iterable[Relation],
    signs: Mapping[str, str],
    unknown: Literal["error", "neutral"],
) -> dict[str, int]:
    """The sign of each kind of relation that has one; raises `StandoffError` with all mistakes.

    These are signs of a wrong form, signs of kinds that no relation has, and kinds without a sign if they are an error.
    """
    known = {**RELATION_SIGNS, **scenario.relation_signs, **signs}
    kinds = list(dict.fromkeys(relation.kind for relation in relations))
    every = list(dict.fromkeys(relation.kind for relation in scenario.relations))
    problems = [
        Problem(f"`{sign}` is not the sign of a relation", path=f"relation_signs.{kind}", allowed=", ".join(NUMBER))
        for kind, sign in signs.items()
        if sign not in NUMBER
    ]
    problems += [
        Problem(
            f"no relation is of the kind `{kind}`",
            path=f"relation_signs.{kind}",
            allowed=join_limited(every) or "none",
            fix=did_you_mean(kind, every),
        )
        for kind in signs
        if kind not in every
    ]
    missing = [kind for kind in kinds if kind not in known]
    if missing and unknown == "error":
        problems.append(
            Problem(
                f"kinds of relations without a sign: {', '.join(f'`{kind}`' for kind in missing)}",
                path="relations",
                allowed=f"kinds with a sign are {join_limited(known)}",
                fix=f"write `relation_signs: {{{missing[0]}: positive}}` (or negative, neutral) in the scenario, or leave "
                'them out (`--neutral`, in Python `unknown="neutral"`)',
            )
        )
    if problems:
        raise StandoffError(problems)
    return {kind: NUMBER[known[kind]] for kind in kinds if kind in known}
