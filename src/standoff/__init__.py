"""Analyse standoffs between states with sourced claims, simulated futures and games."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from standoff import registry
from standoff.versions import VERSION

__version__ = VERSION

#: read once by the compiler, when JAX is imported: its log on standard error, which takes a slow compilation for a fault
#: to be reported, shows only what ends the process; failures are exceptions
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

#: public name -> its module, with `:name` if the name there differs; add-ons have `FUNCTIONS` of their own
_HOMES = {
    "Belief": "standoff.beliefs",
    "Case": "standoff.scenario.case",
    "Claim": "standoff.ledger",
    "Finding": "standoff.analysis.finding",
    "Ledger": "standoff.ledger",
    "Model": "standoff.engine.model",
    "Run": "standoff.engine.run",
    "Scenario": "standoff.scenario",
    "Source": "standoff.ledger",
    "StandoffError": "standoff.errors",
    "advise": "standoff.wargame.advice",
    "anchor_effects": "standoff.analysis.verdict",
    "answer": "standoff.analysis.answer",
    "attribute_reasons": "standoff.analysis.reason_attribution",
    "bands": "standoff.analysis.epistemic_band",
    "brief": "standoff.analysis.brief",
    "build": "standoff.engine.build",
    "check_consistency": "standoff.analysis.consistency:check_consistency",
    "cite": "standoff.analysis.citation",
    "claims": "standoff.catalog",
    "compare": "standoff.analysis.compare_variants",
    "compare_theories": "standoff.analysis.theory_comparison:theories",
    "debrief": "standoff.wargame.debrief",
    "diff": "standoff.analysis.run_diff",
    "exhaustion": "standoff.analysis.exhaustion",
    "explain": "standoff.analysis.explain",
    "fill_template": "standoff.case_templates",
    "fit": "standoff.inference.fit.fit",
    "fit_explain": "standoff.inference.fit.fit:explain",
    "flip": "standoff.analysis.threshold",
    "hindcast": "standoff.evaluation.hindcast.run",
    "influential_sources": "standoff.analysis.sensitivity.influential_sources",
    "jobs": "standoff.distributed.status:job_status",
    "list_entries": "standoff.report.sections.describe",
    "list_priors": "standoff.priors",
    "load": "standoff.catalog",
    "new": "standoff.new_case",
    "overview": "standoff.report.overview",
    "play": "standoff.wargame.game",
    "reconcile": "standoff.inference.reconcile.reconcile",
    "reconcile_categories": "standoff.inference.reconcile.category_claims",
    "report": "standoff.report",
    "run": "standoff.analysis.verdict",
    "roll": "standoff.evaluation.roll",
    "sanity": "standoff.analysis.sanity",
    "schema": "standoff.json_schema",
    "score": "standoff.evaluation.score",
    "score_record": "standoff.evaluation.score",
    "sensitivity": "standoff.analysis.sensitivity.sensitivity",
    "session": "standoff.engine.session",
    "share": "standoff.report.share",
    "show": "standoff.report.sections.describe",
    "simulate": "standoff.engine.simulate",
    "stock_drivers": "standoff.analysis.explain",
    "theory_evidence": "standoff.inference.fit.fit:compare_theories",
    "uncertainty": "standoff.analysis.model_uncertainty",
    "validate": "standoff.plan.validate",
    "verdict": "standoff.analysis.verdict",
    "voi": "standoff.analysis.value_of_information",
    "work": "standoff.distributed.queue",
}
#: records with an HTML representation in notebooks, by base class
_SHOWN = {
    "standoff.analysis.finding": "Finding",
    "standoff.engine.run": "Run",
    "standoff.inference.reconcile.records": "ReconciledQuantity",
    "standoff.analysis.consistency": "ConsistencyReport",
    "standoff.ledger.ledger": "Ledger",
    "standoff.scenario.case": "Case",
    "standoff.scenario.language": "Scenario",
    "standoff.scenario.load": "LoadedScenario",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, since `import standoff` must be fast."""
    homes = {**registry.functions(), **_HOMES}
    if name == "__all__":
        return sorted(homes)
    if name not in homes:
        raise AttributeError(f"module `standoff` has no `{name}`; it has {', '.join(sorted(homes))}")
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()) is not None:
        load_ipython_extension(shell)
    module, _, attribute = homes[name].partition(":")
    public = getattr(importlib.import_module(module), attribute or name)
    return globals().get(name, public)  # `report` is a package too, which the import has set, and can be called


def load_ipython_extension(shell: Any) -> None:
    """Show records in a notebook as tables and figures: `%load_ext standoff`."""
    formatter = shell.display_formatter.formatters["text/html"]
    for module, name in _SHOWN.items():
        formatter.for_type_by_name(module, name, _html)


def _html(record: Any) -> str:
    return str(importlib.import_module("standoff.notebook").html(record))


def __dir__() -> list[str]:
    return [*__getattr__("__all__"), "__version__"]
