"""A model with levers and options set anew, as `--set` and `--hold` do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.engine.build import build
from standoff.errors import ModelError, Problem
from standoff.progress import SILENT, Progress
from standoff.scenario.held_options import with_held_options
from standoff.scenario.interventions import AS_OF
from standoff.scenario.load import load_document

if TYPE_CHECKING:
    from standoff.engine.model import Model

Held = Mapping[str, Mapping[str, str]]  #: choice, or actor with a single one -> {month: option from then on}


def intervened_model(
    model: Model,
    levers: Mapping[str, Any] | None = None,
    since: str = AS_OF,
    held: Held | None = None,
    progress: Progress = SILENT,
) -> Model:
    """The model of the same scenario under other levers and options held by persons.

    `levers` are names or dotted paths with values, in force `since` as_of, start or a month; `held` as in `load`.

    Raises `ScenarioError` for a value or an option that does not fit, `ModelError` for an unknown name, and for a model
    with a posterior.
    """
    if model.posterior:
        raise ModelError(
            Problem(
                "a model with a posterior is given, and levers would lay it aside",
                "levers",
                fix="load the case with these changes, and lay the posterior over that model: "
                "standoff run CASE --set ... --fitted",
            )
        )
    loaded = model.plan.loaded
    changed = load_document(with_held_options(loaded.document, held or {}), loaded.folder, "", levers, since)
    return build(replace(changed, variant=loaded.variant), model.ledger, progress)


__all__ = ["AS_OF", "Held", "intervened_model"]
