"""Numbers and texts in YAML and JSON: decimal numbers of limited length, encodable texts.

YAML 1.1 reads `1:30` as ninety, `010` as eight and `0xff` as 255; no author of a scenario or a claim means that, so
these are refused. JSON may hold `\\ud800`, half of a character, which no file and no terminal takes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

DIGITS = 400  #: characters of a number; doubles end at 309 digits, and Python is slow for millions
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
REAL = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
HALF = re.compile("[\ud800-\udfff]")


def integer(text: str) -> int:
    """A decimal integer; raises `ValueError` with the allowed form."""
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text):,} characters; at most {DIGITS} are allowed")
    if not INTEGER.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not a decimal number")
    return int(text.replace("_", ""))


def real(text: str) -> float:
    """A finite decimal number; raises `ValueError` with the allowed form."""
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text):,} characters; at most {DIGITS} are allowed")
    if not REAL.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not a decimal number")
    number = float(text.replace("_", "")) if text[-1].isdigit() or text[-1] in "._" else math.inf
    if not math.isfinite(number):
        raise ValueError(f"`{text[:40]}` is not a finite number")
    return number


def is_encodable(text: str) -> bool:
    """Whether a text can be encoded: it has no lone surrogate."""
    return text.isascii() or HALF.search(text) is None


def from_json(text: str, constant: Callable[[str], Any] | None = None) -> Any:
    """Data of a JSON text; raises `ValueError` for invalid text, numbers and strings."""
    try:
        out = json.loads(text, parse_int=integer, parse_float=real, parse_constant=constant or real)
        if "\\u" in text or not is_encodable(text):
            json.dumps(out, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("a text with an incomplete character (a lone surrogate)") from None
    return out
