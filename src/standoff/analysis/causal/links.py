"""Links with a sign and a rate, from slopes along the central path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standoff.analysis.causal.records import CausalLink

TURNS = 0.01  # assumption: a slope of the other sign counts from this share of the largest one on
NOTHING = 1e-9  # assumption: a slope below this share of the largest one onto the same stock is rounding


@dataclass(frozen=True, eq=False)
class FlowSlope:
    """Slope of a flow by a stock at each state of the central path, normalised (1/month)."""

    source: str
    target: str
    process: str
    choice: str
    values: np.ndarray
    flow: float = 0.0  #: normalised mean flow; of a stock onto itself
    gauge: bool = False  #: whether the flow sets the target anew in each step


def links(slopes: Sequence[FlowSlope]) -> tuple[CausalLink, ...]:
    top: dict[str, float] = {}
    for item in slopes:
        top[item.target] = max(top.get(item.target, 0.0), float(np.abs(item.values).max()))
    out = []
    for item in slopes:
        up, down = (float(np.maximum(sign * item.values, 0.0).max()) for sign in (1, -1))
        largest = max(up, down)
        if (item.source == item.target and not item.choice) or largest <= NOTHING * top[item.target]:
            continue
        sign = "?" if min(up, down) > TURNS * largest else "+" if up > down else "-"
        rate = float(np.abs(item.values).mean())
        out.append(CausalLink(item.source, item.target, item.process, item.choice, sign, rate))
    return tuple(out)
