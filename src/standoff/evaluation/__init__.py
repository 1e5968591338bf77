"""Scores of forecasts and audits of texts, and the records that they return.

`score`, `hindcast` and `audit` are public as `standoff.NAME`.
"""

from typing import Any

from standoff import registry

_HOMES = {"Hindcast": "hindcast.summary", "HindcastRun": "hindcast.run", "Scores": "records", "TextAudit": "text_audit"}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
