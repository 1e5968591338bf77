"""Boxes and arrows of a causal graph, before layout.

A diagram of the whole scenario shows the links between its parts and hides the rest. A stock with too many outgoing
arrows to follow is repeated inside its readers (a shadow variable of system dynamics). A diagram of selected processes
shows everything that they read or change.

A diagram that is still too large is simplified without omitting a node, by these rules in this order and no further
than needed:

1. A process that is the only one to change a stock, and changes no other stock that is shown, is drawn in the stock's box.
2. Nodes with the same sources and targets, with the same signs, share a box: they are structurally equivalent
   (lorrain1971).
3. A node that acts on nothing that is shown, an end, is written into the nodes that act on it, ends with the fewest arrows
   first.

Sources: lorrain1971 (structural equivalence).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from standoff.analysis.causal import CausalGraph, CausalNode
from standoff.report.charts import vegalite

READABLE = 60  #: nodes that a reader was promised; with more of them boxes are gathered
ARROWS = 5  # assumption: of one stock more than these are not followed; it is then written into its readers
WRAP = 24  #: letters of a small line
SMALL = 10.5 / vegalite.SIZE  #: small letters to others
LINE = 15  #: from one line of text to the next
SIGNS = {"": "", "+": "+", "-": "−", "?": "?"}


@dataclass(frozen=True)
class NodeBox:
    """A node with its texts: the name, and small lines below it."""

    node: CausalNode
    small: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        letters = max([len(self.node.name), *(len(line) * SMALL for line in self.small)])
        side = {"stock": 16, "process": 24, "choice": 44, "parameter": 12}[self.node.kind]
        height = LINE * (1 + len(self.small)) + (12 if self.node.kind != "parameter" else 6)
        return round(letters * vegalite.LETTER + side), height


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
        self.arrows, self.read = (
            [arrow for arrow in arrows if arrow.source not in gone and arrow.target not in gone]
            for arrows in (self.arrows, self.read)
        )


def scene(structure: CausalGraph) -> Scene:
    """Boxes and arrows of a causal graph, with or without the inside of processes."""
    whole = not structure.processes
    nodes = {node.id: node for node in structure.nodes}
    shown = {name: node for name, node in nodes.items() if not whole or (node.kind != "parameter" and node.links)}
    edges = [edge for edge in structure.edges if not whole or (edge.acts and (edge.text != "when" or edge.sign))]
    leaving = [edge.source for edge in edges]
    shadows = {node.id for node in structure.of_kind("stock") if whole and leaving.count(node.id) > ARROWS}
    result = Scene(shown, [], detached=not whole)
    arrows: dict[tuple[str, str], Arrow] = {}
    for edge in edges:
        source, target = edge.source, edge.target
        if whole and edge.kind == "enters":
            result.parameters.setdefault(target, []).append(f"◇{nodes[source].name.partition('.')[2]}")
        elif whole and edge.kind == "changes":
            target = f"process:{nodes[target].owner}"
        if source not in shown or target not in shown:
            continue
        if source in shadows:
            result.read.append(Arrow(source, target, edge.kind, edge.sign))
        elif edge.kind == "writes" and (target, source) in arrows:  # read and written: one line with two heads
            read = arrows[target, source]
            arrows[target, source] = replace(read, back=edge.sign, acts=read.acts or edge.acts)
        else:
            arrows.setdefault((source, target), Arrow(source, target, edge.kind, edge.sign, None, edge.acts))
    result.arrows = list(arrows.values())
    if whole:
        linked = {end for arrow in result.arrows for end in (arrow.source, arrow.target)} | shadows
        result.without(*(name for name in shown if name not in linked))
        if len(result.nodes) > READABLE:
            _with_movers(result)
        for merge in (_equivalent, _end):
            while len(result.nodes) > READABLE and merge(result):
                pass
    _compose(result, structure)
    return result


def _compose(scene: Scene, structure: CausalGraph) -> None:
    """Make boxes of nodes, with all that is written into them."""
    names = {node.id: node.name for node in structure.nodes}
    for name, node in scene.nodes.items():
        small = [
            *(f"‹{names[arrow.source]}›{SIGNS[arrow.sign]}" for arrow in scene.read if arrow.target == name),
            *(f"›{names[arrow.target]}‹{SIGNS[arrow.sign]}" for arrow in scene.terminal if arrow.source == name),
            *scene.parameters.get(name, []),
        ]
        by = [f"by {scene.merged_processes[name]}"] if name in scene.merged_processes else []
        about: Sequence[str] = ()
        if structure.processes:
            unit = (node.unit,) if node.unit != "1" else ()
            about = {"parameter": unit, "stock": node.holders}.get(node.kind, node.options)
        if name in scene.shared:
            node = replace(node, name=", ".join(scene.shared[name]), text="")
        scene.boxes[name] = NodeBox(node, (*by, *wrapped([*about, *sorted(small)], WRAP)))


def wrapped(words: Sequence[str], letters: float) -> Iterator[str]:
    """Lines of words; a word may be longer than a line."""
    line = ""
    for word in words:
        if line and len(line) + len(word) + 1 > letters:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    if line:
        yield line


def _with_movers(scene: Scene) -> None:
    """Merge a stock with its only process if that process changes no other stock."""

    def moved_by(arrow: Arrow) -> tuple[str, str] | None:
        """The stock and the process of an arrow that changes the stock at one of its heads."""
        if arrow.kind == "writes":
            return arrow.target, arrow.source
        return (arrow.source, arrow.target) if arrow.kind == "reads" and arrow.back is not None else None

    for name in [name for name, node in scene.nodes.items() if node.kind == "stock"]:
        moves = [(arrow, *pair) for arrow in scene.arrows if (pair := moved_by(arrow))]
        processes = [(arrow, process) for arrow, stock, process in moves if stock == name]
        if len(processes) != 1 or sum(process == processes[0][1] for *_, process in moves) != 1:
            continue
        ((change, process),) = processes
        factor = (change.sign if change.kind == "writes" else change.back) or ""
        scene.arrows = [
            replace(other, target=name, sign=_product(other.sign, factor)) if other.target == process else other
            for other in scene.arrows
            if other is not change
        ]
        scene.read = [replace(other, target=name) if other.target == process else other for other in scene.read]
        scene.inside.add(process)
        scene.merged_processes[name] = scene.nodes.pop(process).name
        if process in scene.parameters:
            scene.parameters[name] = scene.parameters.pop(process)


def _product(sign: str, factor: str) -> str:
    if "?" in (sign, factor):
        return "?"
    return "" if not sign or not factor else "+" if sign == factor else "-"


def _equivalent(scene: Scene) -> bool:
    """Let the first nodes that are equivalent share a box."""
    first_of: dict[Hashable, str] = {}
    for name, node in scene.nodes.items():
        first = first_of.setdefault(_role(scene, name), name)
        if first != name:
            scene.shared.setdefault(first, [scene.nodes[first].name]).append(node.name)
            scene.inside.add(name)
            scene.without(name)
            return True
    return False


def _role(scene: Scene, name: str) -> Hashable:
    """Inputs and effects of a node; merged nodes, and those written into readers, are unique."""
    if name in {*scene.merged_processes, *scene.parameters, *(arrow.source for arrow in scene.read)}:
        return name
    return scene.nodes[name].kind, frozenset(
        replace(arrow, source="") if arrow.source == name else replace(arrow, target="")
        for arrow in (*scene.arrows, *scene.read)
        if name in (arrow.source, arrow.target)
    )


def _end(scene: Scene) -> bool:
    """Merge the terminal node with the fewest arrows into its causes."""
    acting = {arrow.source for arrow in (*scene.arrows, *scene.read, *scene.terminal)}
    acting |= {arrow.target for arrow in scene.arrows if arrow.back is not None}
    causes = {
        name: [arrow for arrow in (*scene.arrows, *scene.read) if arrow.target == name]
        for name in scene.nodes
        if name not in {*acting, *scene.merged_processes, *scene.parameters, *scene.shared}
    }
    if not causes:
        return False
    least = min(causes, key=lambda name: (len(causes[name]), name))
    scene.terminal += causes[least]
    scene.inside.add(least)
    scene.without(least)
    return True
