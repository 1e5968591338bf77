# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.evaluation.forecast_scores import ForecastScores as ForecastScores
from standoff.evaluation.hindcast.run import Hindcast as Hindcast
from standoff.evaluation.roll import Roll as Roll

__all__ = [
    "ForecastScores",
    "Hindcast",
    "Roll",
]
