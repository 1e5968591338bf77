"""Expand `stock.*` in `observations:` to one entry for every holder of the stock.

Each holder follows the claims about itself: `subject` is the holder. An entry for a single holder overrides its part of
the expansion, and null removes it. Later steps see only entries of single holders; `Document.written` keeps the
original form, so that an error is reported once, at its line in the file.
"""

from __future__ import annotations

from typing import Any

from standoff import beliefs
from standoff.errors import Fault, Problem, unknown
from standoff.scenario.document import Document, mapping, overlay
from standoff.yaml_reader import Path_

SECTION, MARK = "observations", ".*"


def expand_holders(doc: Document, stocks: Any, above: bool = False) -> tuple[Document, list[Problem]]:
    """The document with one entry per holder for every `stock.*`, and the errors.

    stocks: the section after `doc` is merged over its base
    above: whether `doc` is merged over another document, so that null stays, to remove an entry of that one
    """
    entries, problems = mapping(mapping(doc.data).get(SECTION)), list[Problem]()
    marked = [name for name in entries if name.endswith(MARK)]
    if not marked:
        return doc, []
    lines, written = dict(doc.lines), dict(doc.written)
    cells_of = {name: _cells(doc, (SECTION, name), mapping(stocks), problems) for name in marked}
    covered = {cell for cells in cells_of.values() for cell in cells}
    spread: dict[str, Any] = {}
    for name, entry in entries.items():
        if name not in cells_of and name not in covered:
            spread[name] = entry
        for cell in cells_of.get(name, ()):
            cell_path = (SECTION, cell)
            if cell not in entries:
                written[cell_path] = (SECTION, name)
            for path in doc.below(SECTION, name):
                lines.setdefault((*cell_path, *path[2:]), doc.lines[path])
            part = Document(_about(entry, cell))
            given = entries.get(cell, part.data)
            if given is not None:
                spread[cell] = overlay(part, Document(given)).data
            elif above:
                spread[cell] = None
        if name in cells_of and "subject" in mapping(mapping(entry).get("claims")):
            fault = Fault(
                (SECTION, name, "claims", "subject"),
                f"`{name}` names a subject",
                fix="leave it out: it is each holder in turn",
            )
            problems.append(doc.problem(fault))
    return Document({**doc.data, SECTION: spread}, lines, doc.name, written), problems


def _cells(doc: Document, here: Path_, stocks: dict[str, Any], problems: list[Problem]) -> list[str]:
    """`stock.holder` for each holder; reports an error if there is none."""
    name = str(here[1]).removesuffix(MARK)
    initial = mapping(stocks.get(name)).get("initial")
    if name in stocks and isinstance(initial, dict) and not beliefs.KEYS & set(initial):
        return [f"{name}.{holder}" for holder in initial]
    faults = unknown(here, name, stocks, "stock")
    none = Fault(here, f"the stock `{name}` has no holders", fix=f"write `{name}` alone")
    problems.append(doc.problem(next(faults, none)))
    return []


def _about(entry: Any, cell: str) -> Any:
    """The entry of one holder, with a filter for the claims about it."""
    if not isinstance(mapping(entry).get("claims"), dict):
        return entry
    return {**entry, "claims": {"subject": cell.partition(".")[2], **entry["claims"]}}
