"""Build a model that can be simulated from a scenario and a ledger."""

from __future__ import annotations

from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.progress import SILENT, Progress
from standoff.scenario import LoadedScenario, Scenario, dump, load_text


def build(scenario: Scenario | LoadedScenario, ledger: Ledger, progress: Progress = SILENT) -> Model:
    """Resolve a scenario against a ledger and the components.

    The constants of its anchors are solved, or read from disk. Raises `ModelError` with every error.
    """
    loaded = scenario if isinstance(scenario, LoadedScenario) else load_text(dump(scenario))
    resolved = plan(loaded, ledger)
    layout, table = build_table(resolved)
    return anchored(Model(resolved, layout, table), progress)
