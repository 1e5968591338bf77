"""The Economist's daily estimate of Russians killed and wounded, as a range.

Sources: economist2025 (the model and its output).
"""

from __future__ import annotations

from standoff.addons.data.connectors import _meta_estimate
from standoff.addons.data.connectors._dataset import ParseResult

SOURCE = _meta_estimate.source("casualties")


def parse(raw: bytes) -> ParseResult:
    """One range per day; raises `DataError`."""
    return _meta_estimate.parse(raw, SOURCE, "casualties")
