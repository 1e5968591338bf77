"""Scores of forecasts, and the records that they return.

`score` and `hindcast` are public as `standoff.NAME`.
"""

from typing import Any

from standoff import registry

_HOMES = {"ForecastScores": "forecast_scores", "Hindcast": "hindcast.run", "Roll": "roll"}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
