"""Convert records to plain data for JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def to_plain(value: Any) -> Any:
    """Nested records as plain data; numbers that are not finite become null."""
    if isinstance(value, dict):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(inner) for inner in value]
    if isinstance(value, np.ndarray):
        return to_plain(value.tolist())
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
