"""Scenario documents: plain data with the line of every entry, and their merging."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from standoff import input_files, yaml_reader
from standoff.errors import Fault, Problem, ScenarioError
from standoff.yaml_reader import Path_, dots

LIMIT_BYTES = 4_000_000  # assumption: a hundred times the flagship


@dataclass
class Document:
    """Plain data with the place of each entry."""

    data: Any
    lines: dict[Path_, str] = field(default_factory=dict)  #: path -> `file:line`
    name: str = ""
    written: dict[Path_, Path_] = field(default_factory=dict)  #: entry -> the `stock.*` that contains it

    def path(self, path: Path_) -> str:
        """The path of an entry, with dots."""
        return dots((*self.written.get(path[:2], path[:2]), *path[2:]))

    def where(self, path: Path_) -> str:
        """`file:line` of the entry at `path`, or of its nearest parent."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return self.name

    def problem(self, fault: Fault) -> Problem:
        """A fault with its line."""
        return Problem(fault.what, self.where(fault.path), self.path(fault.path), fault.allowed, fault.fix)

    def below(self, section: str, name: str) -> list[Path_]:
        """Paths of an entry of a section and of everything in it."""
        return self._entries.get((section, name), [])

    @cached_property
    def _entries(self) -> dict[Path_, list[Path_]]:
        out: dict[Path_, list[Path_]] = {}
        for path in self.lines:
            out.setdefault(path[:2], []).append(path)
        return out


def mapping(raw: Any) -> dict[str, Any]:
    """A section or an entry, empty if it is no mapping, which validation reports."""
    return raw if isinstance(raw, dict) else {}


def declared_units(data: Any) -> dict[str, str]:
    """Units that the data of a scenario declare."""
    return {word: text for word, text in mapping(data.get("units")).items() if isinstance(text, str)}


def read_text(text: str | bytes, name: str) -> Document:
    """Parse YAML `text`; raises `ScenarioError` for anything that is not plain data."""
    if len(text) > LIMIT_BYTES:
        raise ScenarioError(f"larger than {LIMIT_BYTES:,} bytes", name, fix="split it with `include:`")
    if isinstance(text, bytes):
        text = input_files.text(text, name, ScenarioError)
    reading = yaml_reader.read(text, name)
    if reading.problems:
        raise ScenarioError(problem for _, problem in reading.problems)
    return Document(reading.data, dict(reading.lines), name)


def read_file(path: Path) -> Document:
    """Parse the YAML file at `path`."""
    return read_text(input_files.contents(path, LIMIT_BYTES, ScenarioError), path.name)


def overlay(base: Document, top: Document) -> Document:
    """Merge `top` over `base`: mappings by key, other values replaced, null removes an entry.

    An entry with a different `use` replaces the whole entry in `base`, since its parameters are of another kind.
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
        for below, line in top.lines.items():
            if below[: len(path)] == path:
                lines[below] = line
        return over

    return Document(merge(base.data, top.data, ()), lines, top.name, written)
