"""YAML text to plain data, with the line of every entry; safe against hostile input.

Only text, numbers, true/false/null, lists and mappings come out: no tags, no objects, no dates (a date stays text).
Duplicate keys, deep nesting, and aliases that multiply a document are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from standoff import input_files, scalars
from standoff.errors import Problem, ScenarioError

LIMIT_BYTES = 4_000_000  # assumption: a hundred times the flagship
LIMIT_ENTRIES = 400_000  # entries after aliases are followed; an alias bomb has millions
LIMIT_DEPTH = 40  # the language itself is nine deep
YAML_TAG = "tag:yaml.org,2002"
CONTAINERS = {f"{YAML_TAG}:map", f"{YAML_TAG}:seq"}
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path_: TypeAlias = tuple[str | int, ...]


@dataclass
class Document:
    """Plain data and where each entry stands."""

    data: Any
    lines: dict[Path_, str] = field(default_factory=dict)  #: path -> `file:line`
    name: str = ""
    written: dict[Path_, Path_] = field(default_factory=dict)  #: entry -> the `stock.*` that it stands in

    def path(self, path: Path_) -> str:
        """The path of an entry as it is written, with dots."""
        return dots((*self.written.get(path[:2], path[:2]), *path[2:]))

    def where(self, path: Path_) -> str:
        """`file:line` of the entry at `path`, or of its nearest parent."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return self.name

    def below(self, section: str, name: str) -> list[Path_]:
        """Paths of an entry of a section and of all in it."""
        return self._entries.get((section, name), [])

    @cached_property
    def _entries(self) -> dict[Path_, list[Path_]]:
        out: dict[Path_, list[Path_]] = {}
        for path in self.lines:
            out.setdefault(path[:2], []).append(path)
        return out


def _text(text: str) -> str:
    if not scalars.whole(text):
        raise ValueError("a text with half of a character (a lone surrogate)")
    return text


def _truth(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise ValueError(f"`{text[:40]}` is neither true nor false")
    return TRUTH[text.lower()]


TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
SCALARS: dict[str, Callable[[str], Any]] = {
    "str": _text, "timestamp": _text, "int": scalars.integer, "float": scalars.real, "bool": _truth, "null": lambda _: None,
}  # fmt: skip


class _Reader:
    """Walks composed nodes into plain data, noting lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, str] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def at(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"

    def read(self, node: yaml.Node, path: Path_) -> Any:
        self.count += 1
        if self.count > LIMIT_ENTRIES:
            raise ScenarioError(Problem("too many entries once aliases are followed", self.name, fix="write them out"))
        if len(path) > LIMIT_DEPTH:
            raise ScenarioError(Problem(f"nested deeper than {LIMIT_DEPTH} levels", self.at(node)))
        self.lines.setdefault(path, self.at(node))
        if not isinstance(node, yaml.ScalarNode) and node.tag not in CONTAINERS:
            self.fault(f"the tag `{node.tag}` is not allowed", node, "write plain values")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem("a key must be a word", self.at(key_node), _dots(path)))
                continue
            key = key_node.value
            if not scalars.whole(key):
                self.fault("a key with half of a character (a lone surrogate)", key_node)
                continue
            if key in out:
                self.problems.append(
                    Problem(f"the key `{key}` is written twice", self.at(key_node), _dots(path),
                            fix=f"the first one is at {self.lines[(*path, key)]}")
                )  # fmt: skip
                continue
            self.lines[(*path, key)] = self.at(key_node)
            out[key] = self.read(value_node, (*path, key))
        return out

    def scalar(self, node: yaml.Node) -> Any:
        prefix, _, tag = node.tag.rpartition(":")
        if prefix != YAML_TAG or tag not in SCALARS:
            self.fault(f"the tag `{node.tag}` is not allowed", node, "write plain values")
            return None
        try:
            return SCALARS[tag](node.value)
        except ValueError as error:
            self.fault(
                str(error), node, "write a decimal number, or a text in quotes" if tag in {"int", "float"} else ""
            )
            return None

    def fault(self, what: str, node: yaml.Node, fix: str = "") -> None:
        self.problems.append(Problem(what, self.at(node), fix=fix))


def _dots(path: Path_) -> str:
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else part)
    return out


dots = _dots


def read_text(text: str | bytes, name: str) -> Document:
    """Parse YAML `text`; raises `ScenarioError` for anything that is not plain data."""
    if len(text) > LIMIT_BYTES:
        raise ScenarioError(Problem(f"larger than {LIMIT_BYTES:,} bytes", name, fix="split it with `include:`"))
    try:
        if isinstance(text, bytes):
            text = input_files.text(text, name, ScenarioError)
        node = yaml.compose(text, Loader=SafeLoader)
    except UnicodeError as error:
        raise ScenarioError(Problem(f"not UTF-8 text: {error}", name)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        raise ScenarioError(_plainly(error, str(text), where)) from None
    except RecursionError:
        raise ScenarioError(Problem(f"nested deeper than {LIMIT_DEPTH} levels", name)) from None
    reader = _Reader(name)
    data = None if node is None else reader.read(node, ())
    if reader.problems:
        raise ScenarioError(reader.problems)
    return Document(data, reader.lines, name)


def _plainly(error: yaml.YAMLError, text: str, where: str) -> Problem:
    """What is not YAML, in words that say what to do where the slip is a common one."""
    what, mark = str(getattr(error, "problem", None) or error), getattr(error, "problem_mark", None)
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Problem("a tab at the beginning of the line", where, allowed="spaces", fix="indent with spaces")
    fixes = {"mapping values are not allowed": "put a text that holds `: ` into quotes",
             "did not find expected": "check brackets, commas and indentation, here and in the lines before",
             "found unexpected end of stream": "close the quotes or brackets that are open",
             "could not find expected ':'": "write `key: value`, with a space after the colon"}  # fmt: skip
    return Problem(f"not valid YAML: {what}", where, fix=next((fix for word, fix in fixes.items() if word in what), ""))


def read_file(path: Path) -> Document:
    """Parse the YAML file at `path`."""
    return read_text(input_files.contents(path, LIMIT_BYTES, ScenarioError), path.name)


def overlay(base: Document, top: Document) -> Document:
    """`top` laid over `base`: mappings merge key by key, anything else replaces, and null takes an entry away.

    An entry that names another `use` than the one below it replaces it whole: its parameters are of another kind.
    """
    lines = dict(base.lines)
    written = {path: stands for path, stands in base.written.items() if path not in top.lines} | top.written

    def merge(under: Any, over: Any, path: Path_) -> Any:
        merges = isinstance(under, dict) and isinstance(over, dict)
        if merges and over.get("use") in (None, under.get("use") or (path[-1] if path else None)):
            out = dict(under)
            for key, value in over.items():
                if value is None and f"{key.partition('.')[0]}.*" in out:
                    out[key] = None  # of the entries that `stock.*` stands for, this one is gone
                elif value is None:
                    out.pop(key, None)
                else:
                    out[key] = merge(under.get(key), value, (*path, key))
                    lines[(*path, key)] = top.where((*path, key))
            return out
        for known, line in top.lines.items():
            if known[: len(path)] == path:
                lines[known] = line
        return over

    return Document(merge(base.data, top.data, ()), lines, top.name, written)
