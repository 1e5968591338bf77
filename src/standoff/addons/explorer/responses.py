"""Responses in JSON: records as plain data, errors with their status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, TypeAlias

from starlette.responses import Response

from standoff.engine.session import Interruption
from standoff.errors import LedgerError, StandoffError
from standoff.report import no_break
from standoff.report.backends import html
from standoff.report.document import Block
from standoff.serialise import to_plain

View: TypeAlias = dict[str, Any]  #: what the page shows, as plain data of records, sequences and numbers
DIGITS = 6  #: significant digits of numbers; those of charts have fewer already
WHOLE = 1e15  # beyond it a double is not exact to one


class NotReady(StandoffError):
    """The futures, or whatever else is needed, are not there yet."""


class UnknownName(StandoffError):
    """An address that names nothing."""


class JsonResponse(Response):
    """Plain data as compact JSON; an incomplete character is escaped."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes of the body."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes its escape, which is JSON


def plain(value: Any) -> Any:
    """Records as plain data, numbers with six significant digits; what is not finite is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    value = to_plain(value)
    if isinstance(value, list):  # of an array
        return plain(value)
    if isinstance(value, float):
        number = float(f"{value:.{DIGITS}g}")
        return int(number) if number.is_integer() and abs(number) < WHOLE else number
    return value


def written(blocks: Sequence[Block], has_places: bool = False) -> View:
    """A document as HTML, to stand in the page below a heading.

    has_places: the page follows its links
    """
    writer = html.Writer(has_places=has_places)
    writer.level = 2
    return {"written": no_break.html(str(writer.blocks(blocks)))}


def respond(work: Callable[[], Any]) -> Response:
    """The result of some work, or its errors: 404 unknown, 409 not now, 400 wrong."""
    try:
        return JsonResponse(plain(work()))
    except Interruption:
        return JsonResponse({"problems": ["superseded"]}, 409)
    except StandoffError as error:
        status = {NotReady: 409, UnknownName: 404, LedgerError: 404}.get(type(error), 400)
        return JsonResponse({"problems": [str(problem).strip() for problem in error.problems]}, status)
