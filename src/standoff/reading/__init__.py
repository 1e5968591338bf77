"""Prose to proposed claims, and texts set against a ledger; offline, without a model. Nothing here imports JAX."""

from standoff.reading.pipeline import read, rows
from standoff.reading.statement import Statement

__all__ = ["Statement", "read", "rows"]
