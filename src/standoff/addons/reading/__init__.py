"""Text to proposed claims, and audits of texts; offline, without a model. No JAX here."""

from typing import Any

from standoff import registry

FUNCTIONS = {
    "audit": "standoff.addons.reading.audit.audit",
    "draft": "standoff.addons.reading.draft_case",
    "read": "standoff.addons.reading.pipeline",
    "review": "standoff.addons.reading.review:opened",
}
_HOMES = {
    "CaseDraft": "draft_case",
    "Statement": "statement",
    "TextAudit": "audit.records",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
