"""Forms of questions, one per file; the file name is the key in scenarios.

A file has one class, a `Form` (`_form.py` says what each method must give), and makes it `FORM`. Scenarios import this
folder for the fields of their questions, so that a form imports neither scenarios nor plans when it is loaded.
"""

from __future__ import annotations

from functools import lru_cache

from standoff import registry
from standoff.questions._answer import Answer, BaseRate, EpistemicBand, MonteCarlo, count_text
from standoff.questions._form import (
    INTERVAL,
    NONE,
    AnswerText,
    Form,
    FormField,
    FormWriter,
    Numbers,
    Probabilities,
    Response,
    Sample,
    Tracker,
)

PACKAGE = "standoff.questions"


def form(kind: str) -> Form:
    """The form of that name."""
    return registry.module(PACKAGE, kind).FORM


@lru_cache(maxsize=1)
def forms() -> dict[str, Form]:
    """All forms by name, in alphabetical order."""
    return {name: form(name) for name in registry.names(PACKAGE)}


__all__ = [
    "INTERVAL",
    "NONE",
    "PACKAGE",
    "Answer",
    "AnswerText",
    "BaseRate",
    "EpistemicBand",
    "Form",
    "FormField",
    "FormWriter",
    "MonteCarlo",
    "Numbers",
    "Probabilities",
    "Response",
    "Sample",
    "Tracker",
    "count_text",
    "form",
    "forms",
]
