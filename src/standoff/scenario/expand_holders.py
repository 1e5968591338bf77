"""Expand `stock.*` in `observations:` to one entry for every holder of the stock.

Each holder follows the claims about itself: `subject` is the holder. An entry for a single holder overrides its part of
the expansion, and null removes it. Later steps see only entries of single holders; `Document.written` keeps the
original form, so that an error is reported once, at its line in the file.
"""

from __future__ import annotations

from typing import Any

from standoff import beliefs
from standoff.errors import Problem, did_you_mean, join_limited
from standoff.scenario.document import Document, overlay
from standoff.yaml_reader import Path_, dots

SECTION, MARK = "observations", ".*"


def expand_holders(doc: Document, stocks: Any, above: bool = False) -> tuple[Document, list[Problem]]:
    """The document with one entry per holder for every `stock.*`, and the errors.

    stocks: the section after `doc` is merged over its base
    above: whether `doc` is merged over another document, so that null stays, to remove an entry of that one
    """
    entries = doc.data.get(SECTION) if isinstance(doc.data, dict) else None
    if not isinstance(entries, dict) or not any(name.endswith(MARK) for name in entries):
        return doc, []
    stocks = stocks if isinstance(stocks, dict) else {}
    lines, written, problems = dict(doc.lines), dict(doc.written), list[Problem]()
    cells_of = {name: _cells(doc, (SECTION, name), stocks, problems) for name in entries if name.endswith(MARK)}
    covered = {cell for cells in cells_of.values() for cell in cells}
    spread: dict[str, Any] = {}
    for name, entry in entries.items():
        if name not in cells_of and name not in covered:
            spread[name] = entry
        for cell in cells_of.get(name, ()):
            there = (SECTION, cell)
            if cell not in entries:
                written[there] = (SECTION, name)
            for path in doc.below(SECTION, name):
                lines.setdefault((*there, *path[2:]), doc.lines[path])
            part = Document(_about(entry, cell))
            own = entries.get(cell, part.data)
            if own is not None:
                spread[cell] = overlay(part, Document(own)).data
            elif above:
                spread[cell] = None
        claims = entry.get("claims") if name in cells_of and isinstance(entry, dict) else None
        if isinstance(claims, dict) and "subject" in claims:
            path = (SECTION, name, "claims", "subject")
            problems.append(
                Problem(
                    f"`{name}` names a subject",
                    doc.where(path),
                    dots(path),
                    fix="leave it out: it is each holder in turn",
                )
            )
    return Document({**doc.data, SECTION: spread}, lines, doc.name, written), problems


def _cells(doc: Document, here: Path_, stocks: dict[str, Any], problems: list[Problem]) -> list[str]:
    """`stock.holder` for each holder; reports an error if there is none."""
    name = str(here[1]).removesuffix(MARK)
    stock = stocks.get(name)
    current = stock.get("initial") if isinstance(stock, dict) else None
    if name not in stocks:
        problems.append(
            Problem(
                f"unknown stock `{name}`", doc.where(here), dots(here), join_limited(stocks), did_you_mean(name, stocks)
            )
        )
    elif not isinstance(current, dict) or beliefs.KEYS & set(current):
        problems.append(
            Problem(f"the stock `{name}` has no holders", doc.where(here), dots(here), fix=f"write `{name}` alone")
        )
    else:
        return [f"{name}.{holder}" for holder in current]
    return []


def _about(entry: Any, cell: str) -> Any:
    """The entry of one holder, with a filter for the claims about it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("claims"), dict):
        return entry
    return {**entry, "claims": {"subject": cell.partition(".")[2], **entry["claims"]}}
