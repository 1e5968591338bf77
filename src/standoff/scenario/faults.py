"""What is wrong with a scenario in the words of the house, and what is left of it without the entries concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from standoff.errors import Problem, listed, nearest, unpacked
from standoff.scenario import document
from standoff.scenario.document import Document, dots
from standoff.scenario.model import Scenario


def said(error: ValidationError, doc: Document) -> list[Problem]:
    """What pydantic found, each mistake with its line, what is allowed and what to do."""
    out: list[Problem] = []
    for entry in error.errors():
        loc = tuple(part for part in entry["loc"] if part not in {"params", "belief", "holders", "[key]"})
        path = _known(loc, doc)
        found = unpacked(entry["msg"])
        what, allowed, fix = found.what, found.allowed, found.fix
        if entry["type"] == "extra_forbidden":
            fields = _fields(loc)
            what, allowed, fix = f"unknown key `{loc[-1]}`", listed(fields, 30), nearest(str(loc[-1]), fields)
        elif entry["type"] == "missing":
            what, fix = f"`{loc[-1]}` is missing", "write it; nothing that changes the conclusion has a default"
        elif entry["type"] in {"string_pattern_mismatch"}:
            what, allowed = f"`{entry['input']}` is not a valid name here", str(entry.get("ctx", {}).get("pattern", ""))
        elif entry["type"] == "literal_error":
            what, allowed = f"`{entry['input']}` is not allowed", str(entry["ctx"]["expected"])
        elif entry["type"] == "string_type":
            what, allowed = f"`{str(entry['input'])[:60]}` is not a text", "a text; quotes make one of a number"
        elif entry["type"] != "value_error":
            what = f"{what}, got `{str(entry['input'])[:60]}`"
        problem = Problem(what, doc.where(path), dots(loc), allowed, fix)
        if problem not in out:
            out.append(problem)
    return out


def entry_of(path: str, data: dict[str, Any]) -> tuple[str, ...]:
    """Section and entry that a dotted path leads into; the section alone where that is a list or one value."""
    section = re.split(r"[.\[]", path)[0]
    held = data.get(section)
    names = [name for name in held if f"{path}.".startswith(f"{section}.{name}.")] if isinstance(held, dict) else []
    return (section, max(names, key=len)) if names else (section,)


def without(
    data: dict[str, Any], bad: Iterable[tuple[int | str, ...]], gone: frozenset[str]
) -> tuple[dict[str, Any], frozenset[str]]:
    """The data without the bad entries, and `gone` with their names."""
    rest, names = dict(data), set(gone)
    for section, *inner in bad:
        held = rest.get(str(section))
        if inner and isinstance(held, dict):
            rest[str(section)] = {key: value for key, value in held.items() if key != inner[0]}
            names.add(str(inner[0]))
        else:
            rest.pop(str(section), None)
            names |= set(held) if isinstance(held, dict) else set()
    return rest, frozenset(names)


def beyond(problems: Iterable[Problem], gone: frozenset[str]) -> list[Problem]:
    """Of further mistakes, in the order of the sections, those that do not follow from the entries that are gone."""
    names, out = set(gone), []
    for problem in problems:
        if any(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w-])", problem.what) for name in names):
            names.update(problem.path.split(".")[1:2])  # an entry that lacks what is gone is no help to others either
        else:
            out.append(problem)
    return out


def _known(loc: tuple[int | str, ...], doc: Document) -> document.Path_:
    return loc if loc in doc.lines else loc[:-1]


def _fields(loc: tuple[int | str, ...]) -> list[str]:
    """Keys that the record at the parent of `loc` takes."""
    kind: Any = Scenario
    for part in loc[:-1]:
        fields = getattr(kind, "model_fields", None)
        if fields is None:
            continue
        if part not in fields:
            continue
        kind = _record_in(fields[part].annotation)
    return [*kind.model_fields, *(("extends", "include") if kind is Scenario else ())] if kind else []


def _record_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _record_in(inner)
        if found is not None:
            return found
    return None
