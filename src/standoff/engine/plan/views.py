"""Beliefs of actors: what each takes for the truth, and what it takes for what others take for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standoff.beliefs import Belief
from standoff.engine.plan.draft import Draft
from standoff.engine.plan.numbers import number
from standoff.engine.plan.records import View
from standoff.scenario.document import Path_


def planned_views(draft: Draft, actor: str) -> dict[str, View]:
    """The views of an actor by whose eyes it looks through: its own under its own name.

    Where nothing else is written, it takes what it sees for what all see; what it believes of the numbers of others it
    holds too when it looks through another's eyes.
    """
    written = draft.scenario.beliefs[actor]
    own = {word: view for word, view in written.items() if not isinstance(view, dict)}
    views = {actor: _view(draft, ("beliefs", actor), own, actor)}
    for other, inner in written.items():
        if isinstance(inner, dict):
            deeper = _view(draft, ("beliefs", actor, other), inner, f"{actor} thinks that {other}")
            views[other] = View({**views[actor].stocks, **deeper.stocks}, {**views[actor].numbers, **deeper.numbers})
    return views


def _view(draft: Draft, path: Path_, written: Mapping[str, Belief | Any], who: str) -> View:
    stocks, numbers = {}, {}
    for word, belief in written.items():
        factor = number(draft, (*path, word), belief, "1", low=0.0, doc=f"{word} as {who} believes it")
        if word in draft.stocks:
            stocks[word] = factor
        elif (target := draft.index.get(word)) is not None:
            numbers[target] = factor
        elif word.startswith("choices."):
            draft.unknown_parameter((*path, word), word)
    return View(stocks, numbers)
