"""Constants of a choice, which a question with a base rate needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from standoff import expression
from standoff.errors import StandoffError
from standoff.scenario.document import Document, declared_units, mapping, overlay

KIND, FIELD, NAME = (
    "alternative_constant",
    "inclination",
    "unstated",
)  #: the kind of reason, its numbers, and its name where it is added
TEXT = "Reasons that nobody has stated"


def with_constants(doc: Document) -> Document:
    """The document with constants in every choice that starts from a base rate and has none.

    All constants are 0 until they are solved for the rate; a question that names options of several choices, or an entry
    that cannot be read, is reported where it is checked.
    """
    choices = mapping(doc.data.get("choices"))
    added = {
        name: {"reasons": {NAME: _constants(mapping(choices[name]))}}
        for name in dict.fromkeys(_choices_of_rates(doc))
        if name in choices and _can_be_added(mapping(choices[name]))
    }
    return overlay(doc, Document({"choices": added}, {(): doc.name}, doc.name)) if added else doc


def _choices_of_rates(doc: Document) -> Iterator[str]:
    declared = declared_units(doc.data)
    for question in mapping(doc.data.get("questions")).values():
        asked = mapping(question)
        if asked.get("base_rate") is None or not isinstance(asked.get("event"), str):
            continue
        try:
            terms = expression.choice_terms(expression.parse(asked["event"], declared))
        except StandoffError:
            continue
        if len(names := {term.choice for term in terms}) == 1:
            yield names.pop()


def _can_be_added(choice: dict[str, Any]) -> bool:
    reasons = choice.get("reasons") or {}
    if not isinstance(reasons, dict) or not isinstance(choice.get("options"), dict) or NAME in reasons:
        return False
    return all((mapping(reason).get("use") or key) != KIND for key, reason in reasons.items())


def _constants(choice: dict[str, Any]) -> dict[str, Any]:
    """The reason, with a constant of 0 for every option."""
    return {
        "use": KIND,
        "text": TEXT,
        "weight": "1 @assumption",
        FIELD: dict.fromkeys(choice["options"], "0 @assumption"),
    }
