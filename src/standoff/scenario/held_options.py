"""Options that a person sets for an actor by `--hold`, merged into the `held` of its choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standoff.errors import Problem, ScenarioError, did_you_mean, join_limited
from standoff.scenario import document
from standoff.scenario.document import Document

WHERE = "--hold"


def with_held_options(doc: Document, held: Mapping[str, Mapping[str, str]] | None) -> Document:
    """The document with options held by a person, {choice: {month: option}}.

    A choice may be named by its actor if that has no other.
    Raises `ScenarioError` for a name that is neither.
    """
    if not held:
        return doc
    raw = doc.data.get("choices")
    choices: dict[str, Any] = raw if isinstance(raw, dict) else {}
    change = {_choice(choices, name): {"held": dict(options)} for name, options in held.items()}
    return document.overlay(doc, Document({"choices": change}, {(): WHERE}, doc.name))


def _choice(choices: Mapping[str, Any], name: str) -> str:
    if name in choices:
        return name
    own = [key for key, choice in choices.items() if isinstance(choice, dict) and choice.get("actor") == name]
    if len(own) == 1:
        return own[0]
    fix = f"name one of {join_limited(own)}" if own else did_you_mean(name, choices)
    what = f"`{name}` has {len(own)} choices" if own else f"there is no choice `{name}`"
    raise ScenarioError(Problem(what, WHERE, allowed=join_limited(choices), fix=fix))
