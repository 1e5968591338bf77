"""Merge boxes of large diagrams without omitting nodes.

The rules apply in this order, and no further than needed:

1. A process that is the only one to change a stock, and changes no other stock that is shown, is drawn in the stock's box.
2. Nodes with the same sources and targets, with the same signs, share a box: they are structurally equivalent
   (lorrain1971).
3. A node that acts on nothing that is shown, an end, is written into the nodes that act on it, ends with the fewest arrows
   first.

Sources: lorrain1971 (structural equivalence).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from standoff.report.diagram.boxes import READABLE

if TYPE_CHECKING:
    from collections.abc import Hashable

    from standoff.report.diagram.boxes import Arrow, Scene


def gather(scene: Scene) -> None:
    """Gather boxes until they can be read, or no rule gathers any more."""
    if len(scene.nodes) > READABLE:
        _with_movers(scene)
    for step in (_equivalent, _end):
        while len(scene.nodes) > READABLE and step(scene):
            pass


def _with_movers(scene: Scene) -> None:
    """Merge a stock with its only process if that process changes no other stock."""
    for name in [name for name, node in scene.nodes.items() if node.kind == "stock"]:
        writing = [arrow for arrow in scene.arrows if _moves(arrow, name)]
        if len(writing) != 1:
            continue
        arrow = writing[0]
        process = arrow.source if arrow.kind == "writes" else arrow.target
        if sum(process in (other.source, other.target) and _moved_by(other, process) for other in scene.arrows) != 1:
            continue
        factor = (arrow.sign if arrow.kind == "writes" else arrow.back) or ""
        scene.arrows = [
            replace(other, target=name, sign=_product(other.sign, factor)) if other.target == process else other
            for other in scene.arrows
            if other is not arrow
        ]
        scene.read = [replace(other, target=name) if other.target == process else other for other in scene.read]
        scene.inside.add(process)
        scene.merged_processes[name] = scene.nodes.pop(process).name
        if process in scene.parameters:
            scene.parameters[name] = scene.parameters.pop(process)


def _equivalent(scene: Scene) -> bool:
    """Let the first nodes that are equivalent share a box."""
    known: dict[Hashable, str] = {}
    for name, node in scene.nodes.items():
        first = known.setdefault(_role(scene, name), name)
        if first != name:
            scene.shared.setdefault(first, [scene.nodes[first].name]).append(node.name)
            scene.inside.add(name)
            scene.without(name)
            return True
    return False


def _role(scene: Scene, name: str) -> Hashable:
    """Inputs and effects of a node; merged nodes are unique."""
    if name in scene.merged_processes or name in scene.parameters:
        return name
    out = frozenset(
        (arrow.target, arrow.kind, arrow.sign, arrow.back) for arrow in scene.arrows if arrow.source == name
    )
    into = frozenset(
        (arrow.source, arrow.kind, arrow.sign, arrow.back) for arrow in scene.arrows if arrow.target == name
    )
    read = frozenset((arrow.source, arrow.target, arrow.sign) for arrow in scene.read if name == arrow.source)
    question = frozenset((arrow.source, arrow.sign) for arrow in scene.read if name == arrow.target)
    return scene.nodes[name].kind, out, into, read, question


def _end(scene: Scene) -> bool:
    """Merge the terminal node with the fewest arrows into its causes."""
    acting = {arrow.source for arrow in (*scene.arrows, *scene.read, *scene.terminal)}
    acting |= {arrow.target for arrow in scene.arrows if arrow.back is not None}
    ends = [
        name for name in scene.nodes if name not in {*acting, *scene.merged_processes, *scene.parameters, *scene.shared}
    ]
    if not ends:
        return False

    def into(name: str) -> list[Arrow]:
        return [arrow for arrow in (*scene.arrows, *scene.read) if arrow.target == name]

    least = min(ends, key=lambda name: (len(into(name)), name))
    scene.terminal += into(least)
    scene.inside.add(least)
    scene.without(least)
    return True


def _moves(arrow: Arrow, stock: str) -> bool:
    """Whether an arrow is, or has at its other head, a process that writes the stock."""
    return (arrow.kind == "writes" and arrow.target == stock) or (
        arrow.kind == "reads" and arrow.back is not None and arrow.source == stock
    )


def _moved_by(arrow: Arrow, process: str) -> bool:
    return (arrow.kind == "writes" and arrow.source == process) or (
        arrow.kind == "reads" and arrow.back is not None and arrow.target == process
    )


def _product(sign: str, factor: str) -> str:
    if "?" in (sign, factor):
        return "?"
    return "" if not sign or not factor else "+" if sign == factor else "-"
