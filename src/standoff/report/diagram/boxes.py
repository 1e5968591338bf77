"""Records of a diagram: boxes with texts, and arrows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from standoff.report.charts import vegalite

if TYPE_CHECKING:
    from standoff.analysis.causal import CausalNode

READABLE = 60  #: nodes that a reader was promised; with more of them boxes are gathered
SMALL = 10.5 / vegalite.SIZE  #: small letters to others
LINE = 15  #: from one line of text to the next
SIGNS = {"+": "+", "-": "−", "?": "?"}


@dataclass(frozen=True)
class NodeBox:
    """A node with its texts: the name, and small lines below it."""

    node: CausalNode
    small: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        wide = max(
            [len(self.node.name) * vegalite.LETTER, *(len(line) * vegalite.LETTER * SMALL for line in self.small)]
        )
        side = {"stock": 16, "process": 24, "choice": 44, "parameter": 12}[self.node.kind]
        return round(wide + side), LINE * (1 + len(self.small)) + (12 if self.node.kind != "parameter" else 6)


@dataclass(frozen=True)
class Arrow:
    """A line between two nodes with the sign at its head; two heads for mutual effects."""

    source: str
    target: str
    kind: str
    sign: str = ""
    back: str | None = None  #: sign at the other head, None for no other head
    acts: bool = True


@dataclass
class Scene:
    """Boxes and arrows of a diagram; before `compose`, merged nodes are still arrows."""

    nodes: dict[str, CausalNode]
    arrows: list[Arrow]
    detached: bool = False  #: inputs of choices do not order the layers: choices lie above the boxes that they change
    read: list[Arrow] = field(default_factory=list)  #: written into the reader
    terminal: list[Arrow] = field(default_factory=list)  #: written into the source
    merged_processes: dict[str, str] = field(default_factory=dict)  #: the process that is drawn in the box of a stock
    parameters: dict[str, list[str]] = field(default_factory=dict)  #: written into the process
    shared: dict[str, list[str]] = field(default_factory=dict)  #: names of the nodes in a box
    inside: set[str] = field(default_factory=set)  #: nodes that are drawn within the box of another
    boxes: dict[str, NodeBox] = field(default_factory=dict)

    def without(self, *gone: str) -> None:
        """Leave out nodes with their arrows."""
        self.nodes = {name: node for name, node in self.nodes.items() if name not in gone}
        stored = [
            [arrow for arrow in arrows if arrow.source not in gone and arrow.target not in gone]
            for arrows in (self.arrows, self.read)
        ]
        self.arrows, self.read = stored
