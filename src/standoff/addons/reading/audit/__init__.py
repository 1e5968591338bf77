"""Audit of a text: compare its statements with a ledger, with the claims as evidence."""

from standoff.addons.reading.audit.audit import audit
from standoff.addons.reading.audit.records import (
    KINDS,
    REASONS,
    WRONG,
    AuditVerdict,
    Cited,
    TextAudit,
    UncomparedSentence,
)

__all__ = [
    "KINDS",
    "REASONS",
    "WRONG",
    "AuditVerdict",
    "Cited",
    "TextAudit",
    "UncomparedSentence",
    "audit",
]
