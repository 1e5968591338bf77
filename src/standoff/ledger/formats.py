"""Claim files as plain data: each claim with the line that it begins on, and every mistake of form.

JSON lines (one claim a line), JSON (one list) and YAML (one list). What comes back is text, numbers, truth values,
lists and mappings: a tag of YAML never makes anything else, a key may be given once, and aliases cannot blow a file up.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from standoff import scalars
from standoff.errors import Problem

YAML_NODES = 500_000  # assumption: a ledger of 10,000 claims, written out; a bomb of aliases has billions
YAML_DEPTH = 16  # assumption: a claim nests three deep
SPACE = " \t\r\n"
SPREAD = re.compile(r'(?m)^[ \t]*(\{)[ \t\r]*\n(?=[ \t]*")')  # an object that is opened on a line of its own
BLANK = re.compile(f"[{SPACE}]*")


@dataclass
class ParsedFile:
    """What a file holds: claims as plain data with their `file:line`, and what could not be read."""

    claims: list[tuple[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key `{next(key for key in keys if keys.count(key) > 1)}` is given twice")
    return out


def _constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=scalars.integer, parse_constant=_constant)


def _malformed(error: Exception, where: str) -> Problem:
    if isinstance(error, json.JSONDecodeError):
        return Problem(f"malformed JSON: {error.msg}, column {error.colno}", where,
                       fix="keys and texts stand in double quotes, numbers have no commas, and a comma stands between entries "
                       "and not after the last")  # fmt: skip
    return Problem(f"malformed JSON: {'nested too deeply' if isinstance(error, RecursionError) else error}", where)


def read_jsonl(text: str, name: str) -> ParsedFile:
    """One claim a line; blank lines are skipped. A file that is one list is read as `read_json` reads it."""
    if text.lstrip(SPACE).startswith("["):
        return read_json(text, name)
    found = ParsedFile()
    if match := SPREAD.search(text):
        begins = text.count("\n", 0, match.start(1)) + 1
        found.problems.append(
            Problem("a claim that is spread over several lines", f"{name}:{begins}",
                    allowed="one claim a line, or one list `[claim, claim, ...]`",
                    fix="put `[` before the first, `,` between them and `]` after the last, or join them with `jq -c .`")
        )  # fmt: skip
        return found
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip(SPACE):
            try:
                found.claims.append((f"{name}:{number}", DECODER.decode(line)))
            except (ValueError, RecursionError) as error:
                found.problems.append(_malformed(error, f"{name}:{number}"))
    return found


def read_json(text: str, name: str) -> ParsedFile:
    """One list of claims."""
    found = ParsedFile()
    at, line = _skip(text, 0, 1)
    if text[at : at + 1] != "[":
        found.problems.append(Problem("the file is not a list", f"{name}:{line}", allowed="[claim, claim, ...]"))
        return found
    at, line = _skip(text, at + 1, line)
    sign = text[at : at + 1]
    while sign != "]":
        where = f"{name}:{line}"
        try:
            raw, end = DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            found.problems.append(_malformed(error, f"{name}:{error.lineno}"))
            return found
        except (ValueError, RecursionError) as error:
            found.problems.append(_malformed(error, where))
            return found
        found.claims.append((where, raw))
        at, line = _skip(text, end, line + text.count("\n", at, end))
        sign = text[at : at + 1]
        if sign == ",":
            at, line = _skip(text, at + 1, line)
        elif sign != "]":
            where = f"{name}:{line}"
            found.problems.append(Problem(f"malformed JSON: {sign!r} after a claim", where, allowed="`,` or `]`"))
            return found
    at, line = _skip(text, at + 1, line)
    if at < len(text):
        found.problems.append(Problem("malformed JSON: text after the list", f"{name}:{line}", fix="remove it"))
    return found


def _skip(text: str, at: int, line: int) -> tuple[int, int]:
    """The next place that is not white space, and its line."""
    match = BLANK.match(text, at)
    end = match.end() if match else at
    return end, line + text.count("\n", at, end)


def read_yaml(text: str, name: str) -> ParsedFile:
    """One list of claims; what `yaml.safe_load` would give, except that dates stay text and numbers are decimal."""
    import yaml

    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        builder.found.problems.append(Problem(f"malformed YAML: {what}", f"{name}:{mark.line + 1}" if mark else name))
    return builder.found


@dataclass
class _OpenNode:
    """A list or mapping that is being read."""

    holds: list[Any] | dict[str, Any]
    line: int
    anchor: str | None
    nodes_before: int
    key: Any = None
    has_key: bool = False


class _Builder:
    """Builds plain data from YAML events, without recursion; one `take` an event."""

    def __init__(self, name: str) -> None:
        from yaml.resolver import Resolver

        self.name, self.found = name, ParsedFile()
        self.resolver: Any = Resolver()
        self.open: list[_OpenNode] = []
        self.anchors: dict[str, tuple[Any, int]] = {}  # value, and how many nodes it has when written out
        self.nodes = self.documents = self.faults_before = 0

    def fault(self, what: str, line: int, allowed: str = "", fix: str = "") -> None:
        self.found.problems.append(Problem(what, f"{self.name}:{line}", allowed=allowed, fix=fix))

    def take(self, event: Any) -> bool:
        """Take in one event; False where reading must stop."""
        import yaml

        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.fault("more than one YAML document", line, fix="remove the line `---`")
                return False
        elif isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event, line)
            self.keep(event.anchor, value, 1)
            self.nodes += 1
            return self.attach(value, line)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                self.fault(f"the alias `*{event.anchor}` has no finished anchor", line, fix="write it out")
                return False
            value, count = self.anchors[event.anchor]
            self.nodes += count
            return self.attach(value, line)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            holds: list[Any] | dict[str, Any] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            if event.tag not in {None, "!", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}:
                self.fault(f"the tag `{event.tag}` is not allowed", line, fix="leave tags out")
            self.open.append(_OpenNode(holds, line, event.anchor, self.nodes))
            if len(self.open) > YAML_DEPTH:
                self.fault("nested too deeply", line, allowed=f"{YAML_DEPTH} levels")
                return False
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            closed = self.open.pop()
            self.nodes += 1
            self.keep(closed.anchor, closed.holds, self.nodes - closed.nodes_before)
            return self.attach(closed.holds, closed.line)
        return True

    def keep(self, anchor: str | None, value: Any, nodes: int) -> None:
        if anchor:
            self.anchors[anchor] = (value, nodes)

    def attach(self, value: Any, line: int) -> bool:
        """Put a finished value where it belongs; False where reading must stop."""
        if self.nodes > YAML_NODES:
            self.fault("aliases that blow the file up", line, allowed=f"{YAML_NODES} values when written out")
            return False
        if not self.open:
            if not isinstance(value, list) and value is not None:
                self.fault("the file is not a list", line, allowed="one `- id: ...` a claim")
            return True
        top = self.open[-1]
        if isinstance(top.holds, list):
            top.holds.append(value)
            if len(self.open) == 1:
                if len(self.found.problems) == self.faults_before:
                    self.found.claims.append((f"{self.name}:{line}", value))
                self.faults_before = len(self.found.problems)
        elif not top.has_key:
            if not isinstance(value, str):
                self.fault(f"the key {value!r:.40} is not a text", line)
            elif value in top.holds:
                self.fault(f"the key `{value}` is given twice", line)
            top.key, top.has_key = value if isinstance(value, str) else "", True
        else:
            top.holds[top.key] = value
            top.has_key = False
        return True

    def scalar(self, event: Any, line: int) -> Any:
        """Text, number, truth value or nothing, as YAML 1.1 reads it."""
        import yaml

        text: str = event.value
        tag = event.tag
        if tag in {None, "!"}:
            tag = self.resolver.resolve(yaml.ScalarNode, text, event.implicit)
        kind = tag.removeprefix("tag:yaml.org,2002:")
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return text.lower() in {"yes", "true", "on"}
            if kind == "int":
                return scalars.integer(text)
            if kind == "float":
                return scalars.real(text)
        except ValueError as error:
            self.fault(str(error), line, allowed="a number such as 3.5, or a text in quotes")
        if kind == "merge":
            self.fault("the key `<<` is not allowed", line, fix="write the keys out, or use an alias for a whole value")
        elif kind not in {"str", "timestamp", "value", "int", "float"}:
            self.fault(f"the tag `{tag}` is not allowed", line, fix="leave tags out")
        return text
