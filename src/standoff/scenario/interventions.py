"""Interventions: parameters set by `--set` or in the scenario, and options set by `--hold`.

An intervention from the start is merged into the scenario as it is read, and may change any single value. One from a
date on stays an entry of its own, which the plan schedules: only parameters can change during a run. Both stay in the
scenario, so that every report can state them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from standoff import beliefs
from standoff.errors import ScenarioError, did_you_mean, join_limited
from standoff.scenario import document, overrides
from standoff.scenario.document import Document, declared_units, mapping
from standoff.scenario.language import Scenario

SECTION = "interventions"
AS_OF, START = "as_of", "start"
BARE = {"stocks", "questions"}  #: sections with one unit for numbers without unit
WHERE = "--set"
LIMIT_HOPS = 16  #: from one `same_as` to the next; assumption: more is a circle, which the plan reports


def interventions_section(changes: Mapping[str, Any] | None, since: str = AS_OF) -> Document | None:
    """The `interventions` section for `changes` (path -> value) since one date."""
    if not changes:
        return None
    return Document({path: {"value": value, "since": since} for path, value in changes.items()}, {(): WHERE}, WHERE)


def laid_over(doc: Document, more: Document | None) -> Document:
    """Merge interventions `more` into `doc`; those from the start change its other sections.

    Values of levers get the unit of the lever. Raises `ScenarioError` for a value that does not fit, and for a path from
    the start that names nothing.
    """
    added = more.data if more else {}
    entries = mapping(doc.data.get(SECTION)) | added
    if not entries:
        return doc
    lines = dict(doc.lines) | {(SECTION, path): WHERE for path in added}
    out = Document({**doc.data, SECTION: dict(entries)}, lines, doc.name, doc.written)
    for target, entry in entries.items():
        if not isinstance(target, str) or not isinstance(entry, dict) or "value" not in entry:
            continue  # reported by validation
        where, value, lever = out.where((SECTION, target)), entry["value"], _lever(doc, target)
        if lever is not None:
            value = overrides.lever_value(target, lever, value, declared_units(doc.data), where)
            out.data[SECTION][target] = {**entry, "value": value}
        elif target in added and isinstance(value, int | float) and not isinstance(value, bool):
            out.data[SECTION][target] = {**entry, "value": overrides.supposed(value)}  # of a program, not of a file
        if entry.get("since") == START:
            out = _set(out, target, value, where)
    return out


def is_defined(doc: Document, path: str) -> bool:
    """Whether a document has an entry at a dotted path; `mechanisms.` is optional."""
    words = path.split(".")
    node: Any = doc.data
    for key in _keys(node, words if words[0] in Scenario.model_fields else ["mechanisms", *words]):
        if key not in mapping(node):
            return False
        node = node[key]
    return True


def _set(doc: Document, target: str, value: Any, where: str, hops: int = 0) -> Document:
    """The document with one value replaced, at a lever's target or a path."""
    levers, lever = mapping(doc.data.get("levers")), _lever(doc, target)
    words = (target if lever is None else lever["target"]).split(".")
    if words[0] not in Scenario.model_fields:
        mechanisms = mapping(doc.data.get("mechanisms"))
        if len(words) == 1 and words[0] not in mechanisms and not isinstance(value, dict):
            raise ScenarioError(
                overrides.unknown_path(target, target, (), [*mechanisms, *Scenario.model_fields], levers, where)
            )
        words = ["mechanisms", *words]
    parts = _keys(doc.data, words)
    node: Any = doc.data
    for depth, part in enumerate(parts[:-1]):
        if not isinstance(node, dict) or part not in node:
            raise ScenarioError(
                overrides.unknown_path(target, part, tuple(parts[:depth]), list(mapping(node)), levers, where)
            )
        if depth == len(parts) - 2 and part != parts[-1] and not isinstance(node[part], dict):
            raise ScenarioError(
                f"`{target}` does not exist: `{part}` is one value", where, fix=f"set {'.'.join(parts[:-1])}"
            )
        node = node[part]
    before = node.get(parts[-1]) if isinstance(node, dict) else None
    if isinstance(before, dict) and isinstance(before.get(beliefs.SAME), str) and hops < LIMIT_HOPS:
        return _set(doc, before[beliefs.SAME], value, where, hops + 1)  # the two are one number
    if isinstance(node, dict) and parts[0] not in BARE:
        value = overrides.override_value(target, value, node.get(parts[-1]), declared_units(doc.data), where)
    change: Any = value
    for part in reversed(parts):
        change = {part: change}
    return document.overlay(doc, Document(change, {(): where}, doc.name))


def _lever(doc: Document, name: str) -> dict[str, Any] | None:
    """The lever of that name, unless the name is a path into a section."""
    lever = mapping(doc.data.get("levers")).get(name)
    section = name.partition(".")[0] in Scenario.model_fields
    return lever if not section and isinstance(lever, dict) and isinstance(lever.get("target"), str) else None


def _keys(data: Any, words: Sequence[str]) -> list[str]:
    """The keys in a dotted path; a key may contain dots, such as the choice `USA.aid`."""
    out: list[str] = []
    rest = list(words)
    while rest:
        node = mapping(data)
        count = next((n for n in range(len(rest), 0, -1) if ".".join(rest[:n]) in node), 1)
        out.append(".".join(rest[:count]))
        data, rest = node.get(out[-1]), rest[count:]
    return out


def with_held_options(doc: Document, held: Mapping[str, Mapping[str, str]] | None) -> Document:
    """The document with options set by a person, {choice: {month: option}}, in its choices.

    A choice may be named by its actor if that has no other.
    Raises `ScenarioError` for a name that is neither.
    """
    choices, change = mapping(doc.data.get("choices")), {}
    for name, options in (held or {}).items():
        of_actor = [key for key, choice in choices.items() if mapping(choice).get("actor") == name]
        if name not in choices and len(of_actor) != 1:
            fix = f"name one of {join_limited(of_actor)}" if of_actor else did_you_mean(name, choices)
            what = f"`{name}` has {len(of_actor)} choices" if of_actor else f"there is no choice `{name}`"
            raise ScenarioError(what, "--hold", allowed=join_limited(choices), fix=fix)
        change[name if name in choices else of_actor[0]] = {"held": dict(options)}
    return document.overlay(doc, Document({"choices": change}, {(): "--hold"}, doc.name)) if change else doc
