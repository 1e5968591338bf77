"""A text set against a ledger: what each of its claims is worth, with the claims that say so."""

from standoff.reading.audit.audit import audit
from standoff.reading.audit.numbers import Estimate
from standoff.reading.audit.records import KINDS, WRONG, AuditVerdict, Cited, TextAudit

__all__ = ["KINDS", "WRONG", "AuditVerdict", "Cited", "Estimate", "TextAudit", "audit"]
