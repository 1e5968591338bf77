"""Scores of forecasts and audits of texts: `score`, `hindcast` and `audit`, public as `standoff.NAME`, return these records."""

from typing import Any

from standoff import registry

_HOMES = {"Hindcast": "hindcast.summary", "HindcastRun": "hindcast.run", "Scores": "records", "TextAudit": "text_audit"}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
