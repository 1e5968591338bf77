"""A text set against a ledger: what each of its claims is worth, with the claims that say so."""

from standoff.reading.audit.finding import KINDS, WRONG, TextAudit, Cited, AuditVerdict
from standoff.reading.audit.numbers import Estimate
from standoff.reading.audit.texts import audit

__all__ = ["KINDS", "WRONG", "TextAudit", "Cited", "Estimate", "AuditVerdict", "audit"]
