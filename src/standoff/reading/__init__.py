"""Prose to proposed claims, and texts set against a ledger; offline, without a model. Nothing here imports JAX."""

from standoff.reading.prose import read, rows
from standoff.reading.row import Statement

__all__ = ["Statement", "read", "rows"]
