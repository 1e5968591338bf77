# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.evaluation.hindcast.run import HindcastRun as HindcastRun
from standoff.evaluation.hindcast.summary import Hindcast as Hindcast
from standoff.evaluation.records import Scores as Scores

__all__ = [
    "Hindcast",
    "HindcastRun",
    "Scores",
]
