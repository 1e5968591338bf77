"""Text to proposed claims, and audits of texts; offline, without a model. No JAX here."""

from standoff.reading.pipeline import read, rows
from standoff.reading.statement import Statement

__all__ = ["Statement", "read", "rows"]
