"""Analyses of models and runs, one per file, and the findings that they return.

Each function is public as `standoff.NAME`.
"""

from typing import Any

from standoff import registry

_HOMES = {
    "AnchorEffect": "verdict",
    "Answer": "answer",
    "Answers": "answer",
    "Bands": "stored_bands",
    "Brief": "brief",
    "Citation": "citation",
    "Comparison": "compare_variants",
    "ConsistencyReport": "consistency",
    "Exhaustion": "exhaustion",
    "Explanation": "explain",
    "Finding": "finding",
    "InfluentialSources": "sensitivity.influential_sources",
    "ModelUncertainty": "model_uncertainty",
    "ReasonAttribution": "reason_attribution",
    "RunDiff": "run_diff",
    "Sanity": "sanity",
    "SanityFinding": "sanity",
    "Sensitivity": "sensitivity.sensitivity",
    "StockDrivers": "explain",
    "TheoryComparison": "theory_comparison",
    "ThresholdAnalysis": "threshold",
    "ValueOfInformation": "value_of_information",
    "Verdict": "verdict",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
