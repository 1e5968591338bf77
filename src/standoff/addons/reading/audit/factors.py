"""Numbers and their ratios in the text of a verdict."""

from __future__ import annotations

import math


def ratio(number: float, end: float) -> float | None:
    """Ratio of two numbers; None if meaningless."""
    return float(number / end) if end and number / end > 0 else None


def factor_text(ratio: float) -> str:
    """A ratio as a factor above 1 without a power of ten: `1.03`, `1.4`, `350`, `12,000`."""
    factor = max(ratio, 1 / ratio)
    if factor < 1.095:
        return f"{factor:.{3 if factor >= 1.005 else 4}g}"
    return f"{factor:.2g}" if factor < 99.5 else f"{round(factor, 1 - math.floor(math.log10(factor))):,.0f}"


def number_text(number: float) -> str:
    """A number for a reader."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.4g}"
