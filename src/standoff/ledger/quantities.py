"""Priors of the measurement model: biases and noise of sources before any claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from standoff.ledger.vocabulary import Interest


@dataclass(frozen=True)
class Prior:
    """Priors before any claim, on the log scale unless stated. All are assumptions.

    A bias is the sum of the bias of an interest (shared by all speakers with it) and the source's own. The interest of
    belligerents is to count their own losses low and the enemy's high; the spreads allow for a factor of two.
    """

    interest_bias: Mapping[Interest, tuple[float, float]] = field(
        default_factory=lambda: {
            "own": (-0.2, 0.35),
            "enemy": (0.2, 0.35),
            "third": (0.0, 0.15),
            "independent": (0.0, 0.1),
            "relay": (0.0, 0.2),
        }
    )  #: mean and standard deviation of the bias common to an interest
    source_bias_sd: Mapping[Interest, float] = field(
        default_factory=lambda: {"own": 0.35, "enemy": 0.35, "third": 0.2, "independent": 0.15, "relay": 0.4}
    )  #: standard deviation of a source's bias around it
    definition: float = 0.25  #: standard deviation of a source's bias between two quantities
    drift: float = 0.15  #: standard deviation of the change of a source's bias in half a year
    noise: tuple[float, float] = (0.1, 0.4)  #: median of a source's noise, and standard deviation of its log
    relay_noise: float = 0.02  #: noise of relaying a number
    name_count_share: tuple[float, float] = (0.4, 0.7)  #: logit of the share in a count by name: 0.32 to 0.83
    start: float = 1.5  #: standard deviation of the first flows, or of a first level, around the size of the claims
    flow_volatility: tuple[float, float] = (
        0.15,
        0.7,
    )  #: median change of the flow (or level) in a month, standard deviation of its log
    trend: float = 0.15  #: standard deviation of the change of a ratio of parts in a year
