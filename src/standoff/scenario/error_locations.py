"""Errors of a scenario with their places, and the scenario without the invalid entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

from pydantic import ValidationError

from standoff import pydantic_messages
from standoff.errors import Problem
from standoff.ledger.vocabulary import SIDE
from standoff.scenario.document import Document, mapping
from standoff.scenario.fields import CODE, DOTTED, EVENT, HELD, NAME
from standoff.scenario.language import Scenario
from standoff.yaml_reader import Path_

NAMES = {
    SIDE: "a word such as russia, west or press",
    CODE: "a code such as RUS, NATO or CHN.public",
    NAME: "a letter, then letters, digits, `_` and `-`",
    EVENT: "a letter, then letters, digits and `_`",
    DOTTED: "names joined by dots, such as attrition.kill_rate.RUS",
    HELD: "a stock of the world, `stock.holder`, or `stock.*` for each holder",
}
MISSING = "add it; it has no default"
ADDED = {"params", "belief", "holders", "[key]"}  #: parts of pydantic places that are not keys of a scenario


def to_problems(error: ValidationError, doc: Document) -> list[Problem]:
    """Translate validation errors of pydantic to problems with line, allowed values and remedy."""
    out: dict[Problem, None] = {}
    for entry in error.errors(include_url=False):
        loc = _written(entry["loc"], doc)
        path = _existing_path(loc, doc)
        for problem in pydantic_messages.describe(entry, _fields(loc), NAMES, MISSING):
            fix = problem.fix or (_unquoted(path, doc) if entry["type"] == "extra_forbidden" else "")
            out[replace(problem, where=doc.where(path), path=doc.path(loc), fix=fix)] = None
    return list(out)


def _unquoted(path: Path_, doc: Document) -> str:
    """What to do about an unknown key that may be a part of the text before it in braces."""
    beside = [other for other in doc.lines if other[:-1] == path[:-1] and doc.lines[other] == doc.lines.get(path)]
    before = beside[beside.index(path) - 1] if path in beside[1:] else ()
    value = reduce(lambda data, part: mapping(data).get(str(part)), before, doc.data)
    return (
        f"if `{before[-1]}` goes on here, put this value into quotes: a comma ends it" if isinstance(value, str) else ""
    )


def _written(loc: tuple[int | str, ...], doc: Document) -> Path_:
    """The place of an error without parts that only records have; written keys stay."""
    out: Path_ = ()
    for part in loc:
        if part not in ADDED or (*out, part) in doc.lines:
            out = (*out, part)
    return out or loc


def entry_of(path: str, data: dict[str, Any]) -> tuple[str, ...]:
    """Section and entry of a dotted path; the section alone if it is a list or one value."""
    section = re.split(r"[.\[]", path)[0]
    names = [name for name in mapping(data.get(section)) if f"{path}.".startswith(f"{section}.{name}.")]
    return (section, max(names, key=len)) if names else (section,)


def drop_entries(
    data: dict[str, Any], bad: Iterable[tuple[int | str, ...]], gone: frozenset[str]
) -> tuple[dict[str, Any], frozenset[str]]:
    """The data without the invalid entries; adds their names to `gone`."""
    rest, names = dict(data), set(gone)
    for section, *inner in bad:
        entries = rest.get(str(section))
        if inner and isinstance(entries, dict):
            rest[str(section)] = {key: value for key, value in entries.items() if key != inner[0]}
            names.add(str(inner[0]))
        else:
            rest.pop(str(section), None)
            names |= {*mapping(entries)}
    return rest, frozenset(names)


def _mentioned(text: str) -> Iterator[str]:
    """Every name that a text may mention: `troops.RUS` also mentions `troops`."""
    for word in re.findall(r"[\w.-]+", text):
        for start in (0, *(match.end() for match in re.finditer("-", word))):
            for end in (*(match.start() for match in re.finditer(r"\.", word)), len(word)):
                if end > start:
                    yield word[start:end]


def independent_of(problems: Iterable[Problem], gone: frozenset[str]) -> list[Problem]:
    """Further errors, in the order of the sections, that do not follow from missing entries."""
    names, out = set(gone), []
    for problem in problems:
        if not names.isdisjoint(_mentioned(problem.what)):
            names.update(problem.path.split(".")[1:2])  # an entry that depends on a removed one is removed too
        else:
            out.append(problem)
    return out


def _existing_path(loc: tuple[int | str, ...], doc: Document) -> Path_:
    return loc if loc in doc.lines else loc[:-1]


def _fields(loc: tuple[int | str, ...]) -> list[str]:
    """Keys of the record at the parent of `loc`."""
    kind: Any = Scenario
    for part in loc[:-1]:
        if part in getattr(kind, "model_fields", ()):
            kind = _record_in(kind.model_fields[part].annotation)
    return [*kind.model_fields, *(("extends", "include") if kind is Scenario else ())] if kind else []


def _record_in(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    return next(filter(None, map(_record_in, getattr(annotation, "__args__", ()))), None)
