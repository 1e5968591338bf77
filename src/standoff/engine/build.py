"""Build a model that can be simulated from a scenario and a ledger."""

from __future__ import annotations

from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.progress import SILENT, Progress
from standoff.scenario import LoadedScenario, Scenario, dump, load_text
from standoff.scenario.case import Case


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
