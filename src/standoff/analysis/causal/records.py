"""Records of the causal structure: nodes, arrows, links, loops."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from standoff.plan import InterventionRecord
from standoff.serialise import to_plain

LABELS = {"+": "reinforcing", "-": "balancing", "?": "either"}


@dataclass(frozen=True)
class CausalNode:
    """A stock (with all holders), a process, a choice, or a parameter that options change."""

    id: str  #: its kind and name, `stock:troops`
    kind: str  #: stock, process, choice or parameter
    name: str
    text: str = ""
    unit: str = ""
    holders: tuple[str, ...] = ()  #: of a stock
    options: tuple[str, ...] = ()  #: of a choice
    owner: str = ""  #: the process of a parameter
    links: bool = True  #: False for a stock that connects no two components


@dataclass(frozen=True)
class Edge:
    """An arrow of the diagram.

    A process increases (`+`) or decreases (`-`) the stocks that it writes; stocks that it reads drive (`+`) or slow
    (`-`) it. So the product along stock, process, stock is the sign of the link.
    """

    source: str
    target: str
    kind: str  #: reads, writes, weighs (stock to choice), expects (choice to choice), changes, enters (parameter)
    sign: str = ""  #: `+`, `-`, `?`, or empty if unknown
    text: str = ""  #: reasons, options, or `when` for a condition
    acts: bool = True  #: whether it has a slope on the central path, or is a condition


@dataclass(frozen=True)
class StockLink:
    """Way from a stock of one holder to another, through a process or a choice and a process."""

    source: str
    target: str
    process: str
    choice: str  #: empty if the process reads the stock itself

    @property
    def through(self) -> str:
        """The process (and choice) of the link."""
        return f"{chooses(self.choice)} and {self.process}" if self.choice else self.process


@dataclass(frozen=True, eq=False)
class FlowSlope(StockLink):
    """Slope of a flow by a stock at each state of the central path, normalised (1/month)."""

    values: np.ndarray
    flow: float = 0.0  #: normalised mean flow; of a stock onto itself
    gauge: bool = False  #: whether the flow sets the target anew in each step


@dataclass(frozen=True)
class CausalLink(StockLink):
    """Effect of a stock on another."""

    sign: str
    rate: float  #: 1/month


@dataclass(frozen=True)
class FeedbackLoop:
    """A cycle of links."""

    name: str
    cells: tuple[str, ...]
    links: tuple[CausalLink, ...]
    sign: str
    rate: float  #: 1/month

    @property
    def polarity(self) -> str:
        """Reinforcing, balancing, or either."""
        return LABELS[self.sign]


@dataclass(frozen=True)
class CausalGraph:
    """The causal diagram and its lists."""

    title: str
    variant: str
    processes: tuple[str, ...]  #: the requested ones; empty for all
    nodes: tuple[CausalNode, ...]
    edges: tuple[Edge, ...]
    links: tuple[CausalLink, ...]
    loops: tuple[FeedbackLoop, ...]
    interventions: tuple[InterventionRecord, ...] = ()  #: parameters that were set, on which slopes depend

    def of_kind(self, kind: str) -> tuple[CausalNode, ...]:
        """The nodes of one kind."""
        return tuple(node for node in self.nodes if node.kind == kind)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; a loop is named by its cells, processes and choices."""
        out: dict[str, Any] = to_plain(asdict(self) | {"links": [asdict(link) for link in self.links]})
        words = ("name", "polarity", "sign", "rate")
        out["loops"] = [
            {word: getattr(loop, word) for word in words}
            | {"cells": list(loop.cells), "through": [link.choice or link.process for link in loop.links]}
            for loop in self.loops
        ]
        return out


def chooses(choice: str) -> str:
    """A choice as a part of a loop."""
    return f"choice of {choice}"


def group(cell: str) -> str:
    """The stock of a cell: `troops` of `troops.RUS`."""
    return cell.partition(".")[0]
