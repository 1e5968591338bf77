"""Estimation of rationality and weights from observed choices; see docs/estimation.md.

choices = strategic(game, {"row": {"up": 67, "down": 61}, "column": {"left": 47, "right": 81}})
found = fit([choices])
found["rationality"], found.standard_errors, found.log_likelihood, found.warnings
"""

from standoff.games.estimate.choices import Choices, plain, sequential, stack, strategic
from standoff.games.estimate.fit import EstimationResult, fit, normalise
from standoff.games.estimate.posterior import Posterior, posterior

__all__ = [
    "Choices",
    "EstimationResult",
    "Posterior",
    "fit",
    "normalise",
    "plain",
    "posterior",
    "sequential",
    "stack",
    "strategic",
]
