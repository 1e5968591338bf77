"""Expand `codes:` of a choice, a table of its numbers per option, into its reasons.

    codes:
      options:              [none, economic, arms]
      peace:                [0, 0 to 0.1, 0.6 to 0.9]              # the number of `peace` that differs by option
      pacific.commitment:   [0, {from: claim-id}, 0.2 to 0.4]      # of several such numbers this one
      pacific.prolongation: [0, 0.1 @claim-id, 0.2, "@other-id"]   # sources of the cells of the row that name none

A row gives its reason that parameter, with a number under each option; an empty cell (`~`) writes nothing. Later steps see
reasons alone, at the lines of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from standoff import registry
from standoff.errors import Fault, Problem, join_limited, unknown
from standoff.scenario import overrides
from standoff.scenario.document import Document, mapping
from standoff.yaml_reader import Path_


def expand_codes(doc: Document, choices: Any) -> tuple[Document, list[Problem]]:
    """The document with every table of codes written out in the reasons, and the errors.

    choices: the section after `doc` is merged over its base
    """
    section, faults = dict(mapping(doc.data.get("choices"))), list[Fault]()
    tables = {name: choice["codes"] for name, choice in section.items() if mapping(choice).get("codes")}
    for name, table in tables.items():
        reasons = dict(mapping(section[name].get("reasons")))
        section[name] = {**section[name], "codes": {}, "reasons": reasons}
        faults += _expand(doc, ("choices", name), mapping(table), mapping(mapping(choices).get(name)), reasons)
    out = replace(doc, data={**doc.data, "choices": section}) if tables else doc
    return out, [doc.problem(fault) for fault in faults]


def _expand(
    doc: Document, here: Path_, table: Mapping[str, Any], choice: Mapping[str, Any], reasons: dict[str, Any]
) -> Iterator[Fault]:
    """Write the table of a choice into its own reasons; yields its faults."""
    columns, options, rows = table.get("options"), mapping(choice.get("options")), dict[str, tuple[str, str]]()
    if not isinstance(columns, list) or len({*map(str, columns)} & {*options}) < len(columns):
        yield Fault(
            (*here, "codes", "options"), "the columns are not options, each of them once", join_limited(options)
        )
        return
    kinds = registry.modules("standoff.considerations")
    for reason, entry in mapping(choice.get("reasons")).items():
        use = mapping(entry).get("use") or reason
        yield from unknown((*here, "reasons", reason, "use"), use, kinds, "consideration")
        fields = kinds[use].Params.code_rows(reason) if use in kinds else {}
        rows |= {row: (reason, field) for row, field in fields.items()}
    for row, written in table.items():
        path, (reason, field) = (*here, "codes", row), rows.get(row, ("", ""))
        entry, place = mapping(reasons.get(reason)), (*here, "reasons", reason, field)
        cells = [*written] if isinstance(written, list) else []
        source = cells.pop()[1:] if cells and str(cells[-1]).startswith("@") else ""
        if row == "options":
            continue
        yield from unknown(path, row, rows, "row")
        if len(cells) != len(columns):
            yield Fault(path, f"{len(cells)} cells for {len(columns)} options", join_limited(columns))
        elif field in entry:
            yield Fault(path, f"`{reason}.{field}` is written twice", fix=f"take it out here or at {doc.where(place)}")
        elif reason:
            numbers = ((option, cell) for option, cell in zip(columns, cells, strict=True) if cell is not None)
            filled = {option: overrides.supposed(cell, source) for option, cell in numbers}
            reasons[reason], doc.lines[place] = {**entry, field: filled}, doc.where(path)
