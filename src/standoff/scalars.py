"""Numbers and texts of YAML and JSON files as every reader takes them: decimal numbers of bounded length, whole texts.

YAML 1.1 reads `1:30` as ninety, `010` as eight and `0xff` as 255; nobody who writes a scenario or a claim means that, so
these are refused. JSON may hold `\\ud800`, half of a character, which no file and no terminal takes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

DIGITS = 400  #: of one number; doubles end at 309 places, and Python takes seconds for integers of millions
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
REAL = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
HALF = re.compile("[\ud800-\udfff]")


def integer(text: str) -> int:
    """A whole decimal number; raises `ValueError` that says what is allowed."""
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text):,} characters; at most {DIGITS} are allowed")
    if not INTEGER.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not a decimal number")
    return int(text.replace("_", ""))


def real(text: str) -> float:
    """A finite decimal number with or without a fraction; raises `ValueError` that says what is allowed."""
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text):,} characters; at most {DIGITS} are allowed")
    if not REAL.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not a decimal number")
    number = float(text.replace("_", "")) if text[-1].isdigit() or text[-1] in "._" else math.inf
    if not math.isfinite(number):
        raise ValueError(f"`{text[:40]}` is not a finite number")
    return number


def is_encodable(text: str) -> bool:
    """Whether a text can be written: it has no half of a character (a lone surrogate)."""
    return text.isascii() or HALF.search(text) is None


def from_json(text: str, constant: Callable[[str], Any] | None = None) -> Any:
    """The data of a JSON text; raises `ValueError` for anything else, and for numbers and texts that are refused here."""
    try:
        out = json.loads(text, parse_int=integer, parse_float=real, parse_constant=constant or real)
        if "\\u" in text or not is_encodable(text):
            json.dumps(out, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("a text with half of a character (a lone surrogate)") from None
    return out
