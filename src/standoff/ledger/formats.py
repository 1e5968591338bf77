"""Parse claim files to plain data with line numbers, and report errors of syntax.

JSON lines (one claim a line), JSON (one list) and YAML (one list). The result is text, numbers, truth values, lists and
mappings: YAML tags create no other objects, duplicate keys are errors, and the expansion of aliases is limited.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from standoff import scalars
from standoff.errors import Problem

SPACE = " \t\r\n"
SPREAD = re.compile(r'(?m)^[ \t]*(\{)[ \t\r]*\n(?=[ \t]*")')  # an object that is opened on a line of its own
BLANK = re.compile(f"[{SPACE}]*")


@dataclass
class ParsedFile:
    """Content of a file: claims as plain data with `file:line`, and errors of syntax."""

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
        return Problem(
            f"malformed JSON: {error.msg}, column {error.colno}",
            where,
            fix="keys and texts stand in double quotes, numbers have no commas, and a comma stands between entries "
            "and not after the last",
        )
    return Problem(f"malformed JSON: {'nested too deeply' if isinstance(error, RecursionError) else error}", where)


def read_jsonl(text: str, name: str) -> ParsedFile:
    """Read one claim per line, without blank lines; a file that is one list as in `read_json`."""
    if text.lstrip(SPACE).startswith("["):
        return read_json(text, name)
    file = ParsedFile()
    if match := SPREAD.search(text):
        begins = text.count("\n", 0, match.start(1)) + 1
        file.problems.append(
            Problem(
                "a claim over several lines",
                f"{name}:{begins}",
                allowed="one claim a line, or one list `[claim, claim, ...]`",
                fix="put `[` before the first, `,` between them and `]` after the last, or join them with `jq -c .`",
            )
        )
        return file
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip(SPACE):
            try:
                file.claims.append((f"{name}:{number}", DECODER.decode(line)))
            except (ValueError, RecursionError) as error:
                file.problems.append(_malformed(error, f"{name}:{number}"))
    return file


def read_json(text: str, name: str) -> ParsedFile:
    """Read one list of claims."""
    file = ParsedFile()
    at, line = _skip(text, 0, 1)
    if text[at : at + 1] != "[":
        file.problems.append(Problem("the file is not a list", f"{name}:{line}", allowed="[claim, claim, ...]"))
        return file
    at, line = _skip(text, at + 1, line)
    sign = text[at : at + 1]
    while sign != "]":
        where = f"{name}:{line}"
        try:
            raw, end = DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            file.problems.append(_malformed(error, f"{name}:{error.lineno}"))
            return file
        except (ValueError, RecursionError) as error:
            file.problems.append(_malformed(error, where))
            return file
        file.claims.append((where, raw))
        at, line = _skip(text, end, line + text.count("\n", at, end))
        sign = text[at : at + 1]
        if sign == ",":
            at, line = _skip(text, at + 1, line)
        elif sign != "]":
            where = f"{name}:{line}"
            file.problems.append(Problem(f"malformed JSON: {sign!r} after a claim", where, allowed="`,` or `]`"))
            return file
    at, line = _skip(text, at + 1, line)
    if at < len(text):
        file.problems.append(Problem("malformed JSON: text after the list", f"{name}:{line}", fix="remove it"))
    return file


def _skip(text: str, at: int, line: int) -> tuple[int, int]:
    """The next position that is not white space, and its line."""
    match = BLANK.match(text, at)
    end = match.end() if match else at
    return end, line + text.count("\n", at, end)


def read_yaml(text: str, name: str) -> ParsedFile:
    """Read one list of claims, without those with errors of syntax."""
    from standoff import yaml_reader  # brings a library that other forms do without

    reading = yaml_reader.read(text, name)
    problems, bad = [problem for _, problem in reading.problems], {path[0] for path, _ in reading.problems if path}
    if not problems and not isinstance(reading.data, list | None):
        problems.append(Problem("the file is not a list", f"{name}:1", allowed="one `- id: ...` a claim"))
    claims = reading.data if isinstance(reading.data, list) else []
    return ParsedFile([(reading.lines[i,], claim) for i, claim in enumerate(claims) if i not in bad], problems)
