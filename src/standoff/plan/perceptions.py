"""Resolve perceptions: beliefs of actors about stocks, choices, and beliefs of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from standoff.beliefs import Belief
from standoff.components import ParameterSpec
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.records import Perception, PlannedChoice
from standoff.yaml_reader import Path_


def planned_views(draft: PlanBuilder, actor: str, choices: Sequence[PlannedChoice]) -> dict[str, Perception]:
    """Perceptions of an actor, by the actor whose view it is; its own under its own name.

    By default the actor assumes that others share its perception; its beliefs about parameters of others also apply in
    the views that it ascribes to them.
    """
    facts = {index for choice in choices for index in choice.numbers.values()}
    facts -= {index for choice in choices for reason in choice.reasons for index in reason.part.numbers.values()}
    written = draft.scenario.beliefs[actor]
    direct = {word: view for word, view in written.items() if not isinstance(view, dict)}
    views = {actor: _view(draft, ("beliefs", actor), direct, actor, facts)}
    for other, inner in written.items():
        if isinstance(inner, dict):
            deeper = _view(draft, ("beliefs", actor, other), inner, f"{actor} believes that {other}", facts)
            views[other] = Perception(
                {**views[actor].stocks, **deeper.stocks}, {**views[actor].parameter_index, **deeper.parameter_index}
            )
    return views


def _view(
    draft: PlanBuilder, path: Path_, written: Mapping[str, Belief | Any], who: str, facts: Collection[int]
) -> Perception:
    """The perception; `facts` are numbers of conditions, which no actor perceives otherwise."""
    stocks, numbers = {}, {}
    for word, belief in written.items():
        spec = ParameterSpec(f"{word} as {who} perceives it", "1", ge=0.0)
        factor = add_belief(draft, (*path, word), belief, spec)
        if word in draft.stocks:
            stocks[word] = factor
        elif (target := draft.index.get(word)) is not None:
            numbers[target] = factor
            if target in facts:
                draft.report(
                    (*path, word),
                    f"`{word}` is read by conditions alone, which are facts that all actors know",
                    "a number that the value of a reason names",
                )
        elif word.startswith("choices."):
            draft.unknown_parameter((*path, word), word)
    return Perception(stocks, numbers)
