"""Resolve perceptions: beliefs of actors about stocks, choices, and beliefs of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standoff.beliefs import Belief
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.records import Perception
from standoff.yaml_reader import Path_


def planned_views(draft: PlanBuilder, actor: str) -> dict[str, Perception]:
    """Perceptions of an actor, by the actor whose view it is; its own under its own name.

    By default the actor assumes that others share its perception; its beliefs about parameters of others also apply in
    the views that it ascribes to them.
    """
    written = draft.scenario.beliefs[actor]
    own = {word: view for word, view in written.items() if not isinstance(view, dict)}
    views = {actor: _view(draft, ("beliefs", actor), own, actor)}
    for other, inner in written.items():
        if isinstance(inner, dict):
            deeper = _view(draft, ("beliefs", actor, other), inner, f"{actor} believes that {other}")
            views[other] = Perception(
                {**views[actor].stocks, **deeper.stocks}, {**views[actor].parameter_index, **deeper.parameter_index}
            )
    return views


def _view(draft: PlanBuilder, path: Path_, written: Mapping[str, Belief | Any], who: str) -> Perception:
    stocks, numbers = {}, {}
    for word, belief in written.items():
        factor = add_belief(draft, (*path, word), belief, "1", low=0.0, doc=f"{word} as {who} perceives it")
        if word in draft.stocks:
            stocks[word] = factor
        elif (target := draft.index.get(word)) is not None:
            numbers[target] = factor
        elif word.startswith("choices."):
            draft.unknown_parameter((*path, word), word)
    return Perception(stocks, numbers)
