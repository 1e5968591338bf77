"""Boxes and arrows of a causal graph, before layout.

A diagram of the whole scenario shows the links between its parts and hides the rest. A stock with too many outgoing
arrows to follow is repeated inside its readers (a shadow variable of system dynamics). A diagram that is still too
large is simplified (`gather`). A diagram of selected processes shows everything that they read or change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from standoff.report.diagram.boxes import SIGNS, Arrow, NodeBox, Scene
from standoff.report.diagram.simplify import gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from standoff.analysis.causal import CausalGraph, CausalNode, Edge

ARROWS = 5  # assumption: of one stock more than these are not followed; it is then written into its readers
WRAP = 24  #: letters of a small line


def scene(structure: CausalGraph) -> Scene:
    """Boxes and arrows of a causal graph, with or without the inside of processes."""
    whole = not structure.processes
    nodes = {node.id: node for node in structure.nodes}
    shown = {name: node for name, node in nodes.items() if not whole or (node.kind != "parameter" and node.links)}
    edges = [edge for edge in structure.edges if not whole or (edge.acts and (edge.text != "when" or edge.sign))]
    shadows = {node.id for node in structure.of_kind("stock") if whole and _leaving(node, edges) > ARROWS}
    samples = Scene(shown, [], detached=not whole)
    arrows: dict[tuple[str, str], Arrow] = {}
    for edge in edges:
        source, target = edge.source, edge.target
        if whole and edge.kind == "enters":
            samples.parameters.setdefault(target, []).append(f"◇{nodes[source].name.partition('.')[2]}")
        elif whole and edge.kind == "changes":
            target = f"process:{nodes[target].owner}"
        if source not in shown or target not in shown:
            continue
        if source in shadows:
            samples.read.append(Arrow(source, target, edge.kind, edge.sign))
        elif edge.kind == "writes" and (target, source) in arrows:  # read and written: one line with two heads
            other = arrows.pop((target, source))
            arrows[target, source] = Arrow(target, source, other.kind, other.sign, edge.sign, other.acts or edge.acts)
        else:
            arrows.setdefault((source, target), Arrow(source, target, edge.kind, edge.sign, None, edge.acts))
    samples.arrows = list(arrows.values())
    if whole:
        linked = {end for arrow in samples.arrows for end in (arrow.source, arrow.target)} | shadows
        samples.without(*(name for name in shown if name not in linked))
        gather(samples)
    compose(samples, structure)
    return samples


def compose(samples: Scene, structure: CausalGraph) -> None:
    """Make boxes of nodes, with all that is written into them."""
    names = {node.id: node.name for node in structure.nodes}
    for name, node in samples.nodes.items():
        small = [
            f"‹{names[arrow.source]}›{SIGNS.get(arrow.sign, '')}" for arrow in samples.read if arrow.target == name
        ]
        small += [
            f"›{names[arrow.target]}‹{SIGNS.get(arrow.sign, '')}" for arrow in samples.terminal if arrow.source == name
        ]
        small += samples.parameters.get(name, [])
        by = [f"by {samples.merged_processes[name]}"] if name in samples.merged_processes else []
        if name in samples.shared:
            node = replace(node, name=", ".join(samples.shared[name]), text="")
        samples.boxes[name] = NodeBox(node, (*by, *_wrapped([*_about(node, structure), *sorted(small)])))


def _leaving(node: CausalNode, edges: Iterable[Edge]) -> int:
    return sum(edge.source == node.id for edge in edges)


def _about(node: CausalNode, structure: CausalGraph) -> list[str]:
    """Second line of a box, if there is space."""
    if not structure.processes:
        return []
    if node.kind == "parameter":
        return [node.unit] if node.unit != "1" else []
    return list(node.holders if node.kind == "stock" else node.options)


def _wrapped(words: Sequence[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word) + 1 > WRAP:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line
