"""Audit of a text: compare its statements with a ledger, with the claims as evidence."""

from standoff.reading.audit.audit import audit
from standoff.reading.audit.numbers import Estimate
from standoff.reading.audit.records import KINDS, REASONS, WRONG, AuditVerdict, Cited, TextAudit, UncomparedSentence

__all__ = [
    "KINDS",
    "REASONS",
    "WRONG",
    "AuditVerdict",
    "Cited",
    "Estimate",
    "TextAudit",
    "UncomparedSentence",
    "audit",
]
