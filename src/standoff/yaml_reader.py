"""Parse YAML to plain data with the lines of entries and errors; safe for hostile input.

Only text, numbers, true/false/null, lists and mappings come out: no tags, no objects, no dates (a date stays text).
Duplicate keys, deep nesting, and aliases that multiply a document are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from standoff import scalars
from standoff.errors import Problem
from standoff.record import record

LIMIT_ENTRIES = 400_000  # assumption: a ledger of 10,000 claims of 25 entries has 250,000; an alias bomb has billions
LIMIT_DEPTH = 40  # the scenario language is nine deep
YAML_TAG = "tag:yaml.org,2002"
CONTAINERS = {f"{YAML_TAG}:map", f"{YAML_TAG}:seq"}
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path_ = tuple[str | int, ...]


@record
class YamlText:
    """Plain data, places of entries, and errors."""

    data: Any
    lines: Mapping[Path_, str]  #: path -> `file:line`
    problems: tuple[tuple[Path_, Problem], ...]  #: each with the path of its entry; () for the document


def _text(text: str) -> str:
    if not scalars.is_encodable(text):
        raise ValueError("a text with an incomplete character (a lone surrogate)")
    return text


def _truth(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise ValueError(f"`{text[:40]}` is neither true nor false")
    return TRUTH[text.lower()]


TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
SCALARS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("str", "timestamp", "value"), _text),
    "int": scalars.integer,
    "float": scalars.real,
    "bool": _truth,
    "null": lambda _: None,
}


class _TooLarge(Exception):
    """A document that exceeds a limit; `args[0]` is the problem."""


class _Reader:
    """Converts composed nodes to plain data, recording lines and errors."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, str] = {}
        self.problems: list[tuple[Path_, Problem]] = []
        self.count = 0

    def at(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"

    def read(self, node: yaml.Node, path: Path_) -> Any:
        self.count += 1
        if self.count > LIMIT_ENTRIES:
            raise _TooLarge(
                Problem("too many entries after expanding aliases", self.name, fix="write the entries without aliases")
            )
        if len(path) > LIMIT_DEPTH:
            raise _TooLarge(Problem(f"nested deeper than {LIMIT_DEPTH} levels", self.at(node)))
        self.lines.setdefault(path, self.at(node))
        if not isinstance(node, yaml.ScalarNode) and node.tag not in CONTAINERS:
            self.fault(f"the tag `{node.tag}` is not allowed", node, path, "write plain values")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fault("a key must be a word", key_node, path)
                continue
            key = key_node.value
            if not scalars.is_encodable(key):
                self.fault("a key with an incomplete character (a lone surrogate)", key_node, path)
            elif key_node.tag == f"{YAML_TAG}:merge":
                self.fault("the key `<<` is not allowed", key_node, path, "write the keys explicitly")
            elif key in out:
                first = self.lines[(*path, key)]
                self.fault(f"the key `{key}` is written twice", key_node, path, f"the first one is at {first}")
            else:
                self.lines[(*path, key)] = self.at(key_node)
                out[key] = self.read(value_node, (*path, key))
        return out

    def scalar(self, node: yaml.Node, path: Path_) -> Any:
        prefix, _, tag = node.tag.rpartition(":")
        if prefix != YAML_TAG or tag not in SCALARS:
            self.fault(f"the tag `{node.tag}` is not allowed", node, path, "write plain values")
            return None
        try:
            return SCALARS[tag](node.value)
        except ValueError as error:
            fix = "write a decimal number, or a text in quotes" if tag in {"int", "float"} else ""
            self.fault(str(error), node, path, fix)
            return None

    def fault(self, what: str, node: yaml.Node, path: Path_, fix: str = "") -> None:
        self.problems.append((path, Problem(what, self.at(node), dots(path), fix=fix)))


def dots(path: Path_) -> str:
    """A path in dotted notation: `choices.CHN.options[0]`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else part)
    return out


def read(text: str, name: str) -> YamlText:
    """Parse the YAML `text` of file `name`; invalid parts are omitted and reported."""
    reader = _Reader(name)
    try:
        node = yaml.compose(text, Loader=SafeLoader)
        data = None if node is None else reader.read(node, ())
        return YamlText(data=data, lines=reader.lines, problems=tuple(reader.problems))
    except UnicodeError as error:
        problem = Problem(f"not UTF-8 text: {error}", name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = _syntax_problem(error, text, f"{name}:{mark.line + 1}" if mark else name)
    except RecursionError:
        problem = Problem(f"nested deeper than {LIMIT_DEPTH} levels", name)
    except _TooLarge as error:
        problem = error.args[0]
    return YamlText(data=None, lines={}, problems=(((), problem),))


def _syntax_problem(error: yaml.YAMLError, text: str, where: str) -> Problem:
    """A syntax error, with a remedy for common cases."""
    what, mark = str(getattr(error, "problem", None) or error), getattr(error, "problem_mark", None)
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Problem("a tab at the beginning of the line", where, allowed="spaces", fix="indent with spaces")
    fixes = {
        "mapping values are not allowed": "put this value into quotes: it contains `: `",
        "did not find expected": "check brackets, commas and indentation, here and in the lines before",
        "found unexpected end of stream": "close the quotes or brackets that are open",
        "could not find expected ':'": "write `key: value`, with a space after the colon",
    }
    return Problem(f"not valid YAML: {what}", where, fix=next((fix for word, fix in fixes.items() if word in what), ""))
