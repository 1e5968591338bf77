"""Build a model from a scenario and a ledger, or from another model under levers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.errors import ModelError, Problem
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.progress import SILENT, Progress
from standoff.scenario import LoadedScenario, Scenario, dump, load_text
from standoff.scenario.case import Case
from standoff.scenario.interventions import AS_OF, with_held_options
from standoff.scenario.load import load_document

Held = Mapping[str, Mapping[str, str]]  #: choice, or actor with a single one -> {month: option from then on}


def build(
    scenario: Case | Scenario | LoadedScenario, ledger: Ledger | None = None, progress: Progress = SILENT
) -> Model:
    """Resolve a case, or a scenario against a ledger, with the components.

    `ledger` is by default that of the case; a scenario alone has no claims. The constants of its anchors are solved, or
    read from disk. Raises `ModelError` with every error.
    """
    if isinstance(scenario, Case):
        scenario, own = scenario
        ledger = own if ledger is None else ledger
    loaded = scenario if isinstance(scenario, LoadedScenario) else load_text(dump(scenario))
    resolved = plan(loaded, Ledger() if ledger is None else ledger)
    layout, table = build_table(resolved)
    return anchored(Model(resolved, layout, table), progress)


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
