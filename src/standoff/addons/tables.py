"""Polars for the tables of add-ons, or an error that says how to install it."""

from __future__ import annotations

from standoff.errors import DataError
from standoff.versions import install_command

try:
    import polars as pl
except ModuleNotFoundError:
    fix = f"{install_command('data')}, or {install_command('estimate')} for estimates alone"
    raise DataError("tables of data need Polars, which is not installed", fix=fix) from None

__all__ = ["pl"]
